"""What is needed to publish in the archive while it is measured: drafts, an account, a district to rename.

    ARCHIVE_DATA=FOLDER python -m bench.served.drafts DOCUMENTS COUNT ARTICLES

Brings the data folder to the documents (``bench.served.data``), its index to the database, adds COUNT drafts
and prints, as JSON, their marks (a word that occurs in that article only) by id, an account, and the key and
name of a district that at least ARTICLES articles show, the smallest such.
"""

from __future__ import annotations

import json
import os
import secrets
import sys
from hashlib import sha256
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "archive.settings")

import django

django.setup()

from django.core.management import call_command

from bench import synthetic
from bench.documents import Prepared
from bench.served.data import fill
from reports.models import Accession, Article, District, Section, User
from reports.search.indexing.status import IndexState, status
from reports.workflow import drain_outbox, rebuild_index
from reports.workflow.account_roles import ADMIN, ensure_roles, grant
from reports.workflow.dictionaries.districts import articles_about

# Higher than any article of the benchmark, so that the drafts are similar to them but different.
_FIRST_DRAFT = 5_000_000


def add_drafts(count: int) -> dict[int, str]:
    """Drafts as long as the others; their marks by id."""
    marks = {}
    for number in range(_FIRST_DRAFT, _FIRST_DRAFT + count):
        text = synthetic.article(number)
        mark = f"试刊{secrets.token_hex(6)}号"
        digest = sha256(mark.encode()).hexdigest()
        accession = Accession.objects.create(sha256=digest, file_name=f"{mark}.txt", size=1)
        article = Article.objects.create(
            accession=accession,
            headline=f"{text.headline}{mark}",
            district=District.objects.filter(name=text.district).first(),
            year=text.year,
            published_on=text.published_on,
            source=text.source,
            next_section=len(text.sections) + 1,
        )
        Section.objects.bulk_create(
            Section(
                article=article, number=number, position=number, heading=heading, body="\n".join(paragraphs)
            )
            for number, (heading, paragraphs) in enumerate(text.sections, 1)
        )
        marks[article.pk] = mark
    return marks


def add_account() -> tuple[str, str]:
    ensure_roles()
    name, password = f"试用{secrets.token_hex(4)}", secrets.token_urlsafe(16)
    grant(User.objects.create_user(name, password=password), ADMIN)
    return name, password


def district_of(articles: int) -> District:
    """The smallest district with at least the given number of articles; else the largest one."""
    counted = [(len(articles_about(district)), district) for district in District.objects.all()]
    enough = [entry for entry in counted if entry[0] >= articles] or [
        max(counted, key=lambda entry: entry[0])
    ]
    return min(enough, key=lambda entry: entry[0])[1]


def main() -> None:
    documents, drafts, articles = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    fill(Prepared(documents))
    call_command("migrate", interactive=False, verbosity=0)
    if status().state in {IndexState.MISSING, IndexState.DAMAGED, IndexState.OUTDATED}:
        rebuild_index()
    drain_outbox()
    marks, (name, password), district = add_drafts(drafts), add_account(), district_of(articles)
    result = {
        "marks": marks,
        "account": name,
        "password": password,
        "district": {"id": district.pk, "name": district.name, "articles": len(articles_about(district))},
    }
    print(json.dumps(result, ensure_ascii=False))


if __name__ == "__main__":
    main()
