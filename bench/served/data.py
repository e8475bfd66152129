"""A data folder of the archive that belongs to an index of ``peers.ours``: article *n* is document *n*.

    ARCHIVE_DATA=FOLDER python -m bench.served.data DOCUMENTS

Rows are written in bulk, without the workflow. They contain all data that a search reads: articles, sections,
districts, initiatives with mentions, and blocks of the page (not read, but they give rows their real length).
There is no history, and there are no statistics, which only the page of an article shows.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from itertools import islice
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "archive.settings")

import django

django.setup()

from django.conf import settings
from django.core.management import call_command
from django.db import models, transaction
from django.utils import timezone

from bench.documents import Block, Document, Prepared, facet_key
from reports.knowledge.findings import DistrictLevel
from reports.models import Accession, Article, District, Initiative, InitiativeMention, Section
from reports.models.article import State
from reports.search.request import UNDATED

_CHUNK = 500
_DONE = "benchmark-data-complete"


def fill(prepared: Prepared) -> None:
    """Bring the database of this process to the documents, unless it holds them already."""
    call_command("migrate", interactive=False, verbosity=0)
    done = Path(settings.ARCHIVE_DATA) / _DONE
    if done.exists():
        return
    if Article.objects.exists():
        raise SystemExit(f"{settings.ARCHIVE_DATA} holds other articles, or was filled only in part")
    rows = _Rows()
    documents = prepared.documents()
    while chunk := list(islice(documents, _CHUNK)):
        rows.write(chunk)
    done.touch()


class _Rows:
    def __init__(self) -> None:
        self._places: dict[str, District] = {}
        self._initiatives: dict[str, Initiative] = {}

    @transaction.atomic
    def write(self, documents: Sequence[Document]) -> None:
        for document in documents:
            self._name_things(document)
        _insert(Accession, map(_accession, documents))
        _insert(Article, map(self._article, documents))
        _insert(Section, (section for document in documents for section in _sections(document)))
        mentions = (mention for document in documents for mention in self._mentions(document))
        _insert(InitiativeMention, mentions)

    def _name_things(self, document: Document) -> None:
        city: District | None = None
        for name in document.facets["named"]:
            city = self._place(name, DistrictLevel.CITY, None)
        for name in document.facets["district"]:
            self._place(name, DistrictLevel.COUNTY, city)
        for name in document.facets["initiative"]:
            if name not in self._initiatives:
                self._initiatives[name] = Initiative.objects.create(
                    slug=facet_key("initiative", name), name=name, kind="initiative"
                )

    def _place(self, name: str, level: DistrictLevel, city: District | None) -> District:
        if name not in self._places:
            self._places[name] = District.objects.create(
                key=facet_key("district", name), name=name, level=level, city=city
            )
        return self._places[name]

    def _article(self, document: Document) -> Article:
        year = next((value for value in document.facets["year"] if value != UNDATED), None)
        district = next(iter(document.facets["district"]), None)
        return Article(
            pk=document.id,
            accession_id=document.id,
            headline=_headline(document),
            district=self._places[district] if district else None,
            year=int(year) if year else None,
            published_on=document.published_on or None,
            source=next(iter(document.facets["source"]), ""),
            blocks=[_block(block) for block in document.blocks],
            next_section=len({block.section for block in document.blocks}) + 1,
            state=State.PUBLISHED,
            published_at=timezone.now(),
        )

    def _mentions(self, document: Document) -> Iterator[InitiativeMention]:
        """Every place that names one of the document's initiatives; the headline's start where none does."""
        for name in document.facets["initiative"]:
            initiative = self._initiatives[name]
            spans = [
                (section.number, start)
                for section in _sections(document)
                for start in _places_of(name, section.body)
            ]
            for number, start in spans:
                yield InitiativeMention(
                    article_id=document.id,
                    initiative=initiative,
                    field="body",
                    number=number,
                    start=start,
                    end=start + len(name),
                )
            if not spans:
                yield InitiativeMention(
                    article_id=document.id, initiative=initiative, field="headline", start=0, end=1
                )


def _insert(model: type[models.Model], rows: Iterable[models.Model]) -> None:
    model._default_manager.bulk_create(list(rows))


def _accession(document: Document) -> Accession:
    text = document.text.encode("utf-8", "surrogatepass")
    digest = sha256(f"{document.id}\n".encode() + text).hexdigest()
    return Accession(pk=document.id, sha256=digest, file_name=f"{document.id}.txt", size=len(text) or 1)


def _headline(document: Document) -> str:
    return "".join(block.text for block in document.blocks if block.kind == "headline") or "（无题）"


def _sections(document: Document) -> list[Section]:
    """As many and of the same numbers as the index has of them."""
    texts: dict[int, dict[str, list[str]]] = {}
    for block in document.blocks:
        if block.section > 0:
            texts.setdefault(block.section, {"heading": [], "body": []})[block.kind].append(block.text)
    return [
        Section(
            article_id=document.id,
            number=number,
            position=number,
            heading="".join(parts["heading"]),
            body="\n".join(parts["body"]),
        )
        for number, parts in sorted(texts.items())
    ]


def _places_of(name: str, text: str) -> Iterator[int]:
    start = text.find(name)
    while start >= 0:
        yield start
        start = text.find(name, start + len(name))


def _block(block: Block) -> dict[str, object]:
    role = {"body": "paragraph"}.get(block.kind, block.kind)
    return {"role": role, "text": block.text, "first_line": 1, "last_line": 1, "confidence": 1.0, "why": ""}


if __name__ == "__main__":
    fill(Prepared(Path(sys.argv[1])))
