"""Builds or answers in a process of its own (Django can be configured but once), in JSON lines."""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path
from typing import Any

os.environ["DJANGO_SETTINGS_MODULE"] = "bench.stock.settings"

import django
import jieba

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
            city=" ".join(document.facets["named"]),
            source=" ".join(document.facets["source"]),
        )
        for document in prepared.documents()
    )
    Article.objects.bulk_create(rows, batch_size=500)
    started = time.perf_counter()
    call_command("rebuild_index", interactive=False, verbosity=0)
    print(json.dumps({"seconds": time.perf_counter() - started}), flush=True)


def answer(query: dict[str, Any]) -> dict[str, Any]:
    """The queries of haystack's faceted search view: a page of twenty, the total, all facets."""
    started = time.perf_counter()
    results = _asked(query["kind"], query["words"])
    for facet in FACETS:
        results = results.facet(facet)
    for facet, value in query["refinements"]:
        results = results.narrow(f'{facet}_exact:"{value}"')
    hits = [(int(hit.pk), float(hit.score)) for hit in results[:20]]
    total = results.count()
    counts = results.facet_counts().get("fields", {})
    return {
        "seconds": time.perf_counter() - started,
        "total": total,
        "hits": hits,
        "facets": {k: dict(v) for k, v in counts.items()},
    }


def _asked(kind: str, words: list[str]) -> SearchQuerySet:
    if kind == "prefix":  # auto_query would quote the asterisk away
        return SearchQuerySet().filter(content__startswith=words[0])
    return SearchQuerySet().auto_query(f'"{words[0]}"' if kind == "phrase" else " ".join(words))


if __name__ == "__main__":
    if sys.argv[1] == "build":
        build(Prepared(Path(sys.argv[2])))
    else:
        jieba.initialize()  # a server does this before its first visitor
        print(json.dumps({"ready": True}), flush=True)
        for line in sys.stdin:
            print(json.dumps(answer(json.loads(line)), ensure_ascii=False), flush=True)
