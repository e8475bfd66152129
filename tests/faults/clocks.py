"""The clock is set back and forth, and the times of the files with it, between changes by new processes."""

from __future__ import annotations

import datetime
import json
import os
import random
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from tests.faults import stage  # isort: skip - sets Django up

from django.conf import settings
from django.core.management import call_command
from django.utils import timezone

from reports import workflow
from reports.models import Article
from tests.live_index import live_index

ARTICLES = 24
DAY = 86400.0
SHIFTS = (0.0, -3 * DAY, -1.0, 40 * 365 * DAY, -40 * 365 * DAY, 0.0, -3600.0)


def set_clock(shift: float) -> None:
    """For this process: whatever asks for the time of day is told another one. Monotonic clocks go on."""
    usual, usual_ns = time.time, time.time_ns
    time.time = lambda: usual() + shift
    time.time_ns = lambda: usual_ns() + int(shift * 1e9)
    timezone.now = lambda: datetime.datetime.fromtimestamp(time.time(), tz=datetime.UTC)


def date_files(shift: float) -> None:
    """As a file system does whose clock is set: the files of the index are from another time."""
    moment = time.time() + shift
    for path in Path(live_index().path).rglob("*"):
        if path.is_file():
            os.utime(path, (moment, moment))


def change(ids: Sequence[int], shift: float, chance: random.Random) -> dict[str, str]:
    """A few changes and a rebuild or nothing at that time; what a searcher has to find then."""
    set_clock(shift)
    for article in Article.objects.filter(pk__in=chance.sample(list(ids), 6)):
        if article.state == "published":
            chance.choice([stage.rewrite, lambda one: workflow.withdraw(one, reason="重复登载")])(article)
        else:
            workflow.publish(workflow.return_to_draft(article) if article.state == "withdrawn" else article)
    chance.choice([lambda: None, lambda: call_command("rebuild_index", verbosity=0)])()
    date_files(chance.choice([shift, -shift, 0.0]))
    return {str(pk): state for pk, state in stage.states(ids).items()}


def misfound(ids: Sequence[int]) -> int:
    """How many articles are found though not published, not found though published, or found as they were."""
    wrong = 0
    for number, article in enumerate(Article.objects.filter(pk__in=ids).order_by("pk")):
        wanted = [article.pk] if article.state == "published" else []
        wrong += stage.found(stage.draft_of(number, article.version)) != wanted
        wrong += bool(article.version > 1 and stage.found(stage.draft_of(number, 1)))
    return wrong


def reader(ids: Sequence[int], shift: float, steps: int) -> Callable[[], Any]:
    """A process with a clock of its own that reads all along; gives what asks it once more."""
    asking, ask = os.pipe()
    answering, answer = os.pipe()

    def serve() -> None:
        set_clock(shift)
        for _ in range(steps):
            os.read(asking, 1)
            os.write(answer, f"{misfound(ids)}\n".encode())

    stage.fork(serve)

    def asked() -> int:
        os.write(ask, b".")
        return int(os.read(answering, 20))

    return asked


def play(steps: int, seed: int) -> None:
    settings.ARCHIVE_BACKGROUND_INDEXING = False
    chance = random.Random(seed)
    ids = stage.make_articles(ARTICLES)
    for article in Article.objects.filter(pk__in=ids[:16]):
        workflow.publish(article)
    stage.load()
    readers = [reader(ids, shift, steps) for shift in (0.0, -5 * DAY, 5 * DAY)]
    wrong = stale_reader = differing = 0
    for step in range(steps):
        shift = SHIFTS[step % len(SHIFTS)]
        turn = random.Random(chance.random())
        stage.done_in_child(lambda shift=shift, turn=turn: change(ids, shift, turn))  # type: ignore[misc]
        wrong += stage.done_in_child(lambda: misfound(ids))
        stale_reader += sum(asked() for asked in readers)
        differing += sum(stage.done_in_child(stage.verified).values())
    stage.finish(
        {
            "settings_of_the_clock": steps,
            "wrong": wrong,
            "wrong_in_running_readers": stale_reader,
            "differing": differing,
            "differences": stage.restarted(),
        }
    )


if __name__ == "__main__":
    options = json.loads(sys.argv[1])
    play(options["steps"], options["seed"])
