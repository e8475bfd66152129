"""Four processes publish, edit and withdraw 400 articles, four search; a writer is killed every second."""

from __future__ import annotations

import json
import mmap
import os
import random
import signal
import struct
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tests.faults import stage  # isort: skip - sets Django up

from django.utils import timezone

from reports import workflow
from reports.models import Article, OutboxRow
from reports.models.article import State
from reports.search import search
from reports.search.request import SearchRequest

ARTICLES = 400
UNTOUCHED = 40
"""Published before the run and left alone: found at any time."""
WITHDRAWN = 40
"""Withdrawn before the run and left alone: never found."""
PROCESSES = 4
SECONDS_BETWEEN_KILLS = 1.0
NAMES = ("changes", "refused", "searches", "wrong", "errors")
_COUNTER = struct.Struct("=Q")


class Counters:
    """Counters of each process in memory they share, which outlives whoever is killed."""

    def __init__(self, processes: int) -> None:
        self._memory = mmap.mmap(-1, processes * len(NAMES) * _COUNTER.size)
        self._processes = processes

    def add(self, process: int, name: str) -> None:
        place = self._place(process, name)
        _COUNTER.pack_into(self._memory, place, _COUNTER.unpack_from(self._memory, place)[0] + 1)

    def total(self, name: str) -> int:
        places = (self._place(process, name) for process in range(self._processes))
        return sum(_COUNTER.unpack_from(self._memory, place)[0] for place in places)

    @staticmethod
    def _place(process: int, name: str) -> int:
        return (process * len(NAMES) + NAMES.index(name)) * _COUNTER.size


@dataclass(frozen=True)
class Shelf:
    """Numbers (marks) and ids of the articles, by what is done with them."""

    untouched: Sequence[tuple[int, int]]
    withdrawn: Sequence[tuple[int, int]]
    changing: Sequence[int]

    @classmethod
    def fill(cls) -> Shelf:
        ids = stage.make_articles(ARTICLES)
        numbered = list(enumerate(ids))
        untouched, withdrawn = numbered[:UNTOUCHED], numbered[UNTOUCHED : UNTOUCHED + WITHDRAWN]
        changing = ids[UNTOUCHED + WITHDRAWN :]
        now = timezone.now()
        published = [pk for _, pk in untouched] + changing[::2]
        Article.objects.filter(pk__in=published).update(state=State.PUBLISHED, published_at=now)
        rows = Article.objects.filter(pk__in=[pk for _, pk in withdrawn])
        rows.update(state=State.PUBLISHED, published_at=now)
        stage.load()
        for article in rows:
            workflow.withdraw(article, reason="重复登载")
        return cls(untouched, withdrawn, changing)


def write(shelf: Shelf, counters: Counters, process: int) -> None:
    """Change after change, as people do, until killed."""
    chance = random.Random()
    while True:
        article = Article.objects.get(pk=chance.choice(shelf.changing))
        try:
            if article.state == State.PUBLISHED:
                if chance.random() < 0.6:
                    stage.rewrite(article)
                else:
                    workflow.withdraw(article, reason="内容有误")
            elif article.state == State.WITHDRAWN:
                workflow.publish(workflow.return_to_draft(article))
            else:
                workflow.publish(article)
            counters.add(process, "changes")
        except workflow.Refused:
            counters.add(process, "refused")  # another process was faster


def read(shelf: Shelf, counters: Counters, process: int) -> None:
    """Search after search, until told to stop; an error is counted and ends nothing."""
    chance = random.Random()
    while True:
        try:
            if not plausible(shelf, chance):
                counters.add(process, "wrong")
        except Exception:
            counters.add(process, "errors")
            raise
        counters.add(process, "searches")


def plausible(shelf: Shelf, chance: random.Random) -> bool:
    kind = chance.randrange(3)
    if kind == 0:
        number, article_id = chance.choice(shelf.untouched)
        return stage.found(stage.mark(number)) == [article_id]
    if kind == 1:
        number, _ = chance.choice(shelf.withdrawn)
        return stage.found(stage.mark(number)) == []
    page = search(SearchRequest(q="院落 水井", page_size=100))
    ids = [hit.article_id for hit in page.hits]
    enough = len(shelf.untouched) <= page.total <= len(shelf.untouched) + len(shelf.changing)
    return enough and len(ids) == len(set(ids)) and not {pk for _, pk in shelf.withdrawn} & set(ids)


def play(kills: int, changes: int) -> None:
    shelf = Shelf.fill()
    counters = Counters(2 * PROCESSES)
    roles: list[Callable[[], None]] = [
        *(lambda number=number: write(shelf, counters, number) for number in range(PROCESSES)),
        *(lambda number=number: read(shelf, counters, number) for number in range(PROCESSES, 2 * PROCESSES)),
    ]
    children = [stage.fork(role) for role in roles]
    killed = failed = 0
    chance = random.Random()
    started = time.monotonic()
    while killed < kills or counters.total("changes") < changes:
        time.sleep(SECONDS_BETWEEN_KILLS)
        number = chance.randrange(PROCESSES)
        stage.kill(children[number])
        killed += 1
        failed += stage.ended(children[number]) != -signal.SIGKILL
        children[number] = stage.fork(roles[number])
    seconds = time.monotonic() - started
    for child in children:
        stage.kill(child)
    failed += sum(stage.ended(child) != -signal.SIGKILL for child in children)
    waiting = OutboxRow.objects.count()
    differences = stage.restarted()
    stage.finish(
        {
            "kills": killed + len(children),
            "restarts": killed,
            "seconds": round(seconds),
            **{name: counters.total(name) for name in NAMES},
            "failed_otherwise": failed,
            "left_waiting": waiting,
            "differences": differences,
            "wrong_afterwards": stage.done_in_child(lambda: wrong_afterwards(shelf)),
            "leftovers": stage.leftovers(),
        }
    )


def wrong_afterwards(shelf: Shelf) -> int:
    """Every article asked for by its mark and its newest version, against the database."""
    wrong = 0
    states = dict(Article.objects.values_list("pk", "state"))
    versions = dict(Article.objects.values_list("pk", "version"))
    first = min(states)
    for article_id, state in states.items():
        words = stage.draft_of(article_id - first, versions[article_id])
        wrong += stage.found(words) != ([article_id] if state == State.PUBLISHED else [])
    return wrong


if __name__ == "__main__":
    options = json.loads(sys.argv[1])
    os.nice(options.get("nice", 0))
    play(options["kills"], options["changes"])
