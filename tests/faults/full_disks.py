"""The disk of the index is full while one process publishes and others search; then there is room again."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

from tests.faults import stage  # isort: skip - sets Django up

from django.conf import settings
from django.core.management import CommandError, call_command

from reports import workflow
from reports.models import Article, OutboxRow
from reports.search.indexing.status import status
from tests.live_index import live_index

ARTICLES = 30


def fill(ballast: Path) -> None:
    with ballast.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(4096))
        except OSError:
            return


def publish_all(articles: list[Article]) -> int:
    """How many publishes failed: none may."""
    failed = 0
    for article in articles:
        try:
            failed += workflow.publish(article).state != "published"
        except Exception:  # noqa: BLE001 - counted, and none is expected
            failed += 1
    return failed


def said(command: str) -> str:
    try:
        call_command(command, verbosity=0)
    except CommandError as error:
        return str(error)
    return ""


def play(ballast: str) -> None:
    settings.ARCHIVE_BACKGROUND_INDEXING = False
    ids = stage.make_articles(ARTICLES)
    articles = list(Article.objects.filter(pk__in=ids).order_by("pk"))
    publish_all(articles[:10])
    stage.load()
    reader = stage.fork(lambda: [search_on(ids) for _ in range(200)])
    fill(Path(ballast))
    told: dict[str, Any] = {"failed": stage.done_in_child(lambda: publish_all(articles[10:20]))}
    told["published"] = Article.objects.published().count()
    told["waiting"] = OutboxRow.objects.filter(failure="").count()
    told["blamed"] = OutboxRow.objects.exclude(failure="").count()
    told["notice"] = workflow.indexing_notice(articles[12])
    told["said"] = [stage.done_in_child(lambda c=c: said(c)) for c in ("update_index", "rebuild_index")]  # type: ignore[misc]
    told["found_meanwhile"] = stage.done_in_child(lambda: len(stage.found("院落")))
    told["state_meanwhile"] = stage.done_in_child(lambda: status().state.value)
    told["left_meanwhile"] = stage.leftovers()
    Path(ballast).unlink()
    # Nobody does anything about it: the next publish takes the others along.
    told["failed"] += stage.done_in_child(lambda: publish_all(articles[20:21]))
    told["found_afterwards"] = stage.done_in_child(lambda: len(stage.found("院落")))
    told["reader_code"] = stage.ended(reader)
    told["differences_before_restart"] = stage.done_in_child(stage.verified)
    stage.finish({**told, "differences": stage.restarted(), "leftovers": stage.leftovers()})


def search_on(ids: list[int]) -> None:
    assert stage.found(stage.mark(3)) == [ids[3]]
    assert live_index().snapshot() is not None


if __name__ == "__main__":
    os.environ.setdefault("LOG_LEVEL", "CRITICAL")
    play(json.loads(sys.argv[1])["ballast"])
