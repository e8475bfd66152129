"""Builds or answers in a process of its own (Django can be configured but once), in JSON lines."""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

os.environ["DJANGO_SETTINGS_MODULE"] = "bench.stock.settings"

import django

django.setup()

from django.core.management import call_command
from django.db import connection
from haystack.query import SearchQuerySet

from bench.documents import FACETS, Prepared
from bench.stock.models import Article


def build(prepared: Prepared) -> None:
    with connection.schema_editor() as editor:
        editor.create_model(Article)
    rows = (
        Article(
            id=document.id,
            headline=document.blocks[0].text,
            body="\n".join(block.text for block in document.blocks),
            district=" ".join(document.facets["district"]),
            initiatives=document.facets["initiative"],
            year=" ".join(document.facets["year"]),
            city=" ".join(document.facets["city"]),
            source=" ".join(document.facets["source"]),
        )
        for document in prepared.documents()
    )
    Article.objects.bulk_create(rows, batch_size=500)
    started = time.perf_counter()
    call_command("rebuild_index", interactive=False, verbosity=0)
    print(json.dumps({"seconds": time.perf_counter() - started}), flush=True)


def answer(query: dict[str, object]) -> dict[str, object]:
    words = query["words"]
    assert isinstance(words, list)
    text = f'"{words[0]}"' if query["kind"] == "phrase" else " ".join(words)
    started = time.perf_counter()
    found = SearchQuerySet().auto_query(text)
    for facet in FACETS:
        found = found.facet(facet)
    for facet, value in query["refinements"]:  # type: ignore[attr-defined]
        found = found.narrow(f'{facet}_exact:"{value}"')
    hits = [(int(hit.pk), float(hit.score)) for hit in found[:20]]
    total = found.count()
    counts = found.facet_counts().get("fields", {})
    return {
        "seconds": time.perf_counter() - started,
        "total": total,
        "hits": hits,
        "facets": {k: dict(v) for k, v in counts.items()},
    }


if __name__ == "__main__":
    if sys.argv[1] == "build":
        build(Prepared(Path(sys.argv[2])))
    else:
        for line in sys.stdin:
            print(json.dumps(answer(json.loads(line)), ensure_ascii=False), flush=True)
