"""Two rebuilds at once, changes during a rebuild, rebuilds that are killed, a reader of an old generation."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from typing import Any

from tests.faults import stage  # isort: skip - sets Django up

from django.conf import settings

from reports import workflow
from reports.models import Article
from reports.search import connection
from reports.search.answering.searcher import ask, compiled
from reports.search.engines.whoosh.indexer import building
from reports.search.engines.whoosh.query.passages import find_passages
from reports.search.engines.whoosh.query.searching import find
from reports.search.indexing.status import status
from reports.search.request import SearchRequest
from tests.live_index import live_index

ARTICLES = 40
ALL_SEEN = {"published": True, "edited": True, "withdrawn": True, "untouched": True}


class Gate:
    """Where one process stops until another lets it go on."""

    def __init__(self) -> None:
        self._reached, self._reach = os.pipe()
        self._passed, self._pass = os.pipe()

    def stop(self) -> None:
        os.write(self._reach, b".")
        os.read(self._passed, 1)

    def wait_for_stop(self) -> None:
        os.read(self._reached, 1)

    def let_pass(self) -> None:
        os.write(self._pass, b".")


def rebuilding(gate: Gate) -> None:
    """A rebuild by worker processes that stops at the gate when the first of them has its articles."""
    building.MIN_ARTICLES_FOR_POOL = 8

    def stop_once(done: int, total: int) -> None:
        if done == total * 3 // 4:
            gate.stop()

    workflow.rebuild_index(stop_once)


def command(*arguments: str) -> tuple[int, str]:
    """``manage.py`` as an operator gives it; its exit code and all that it says."""
    done = subprocess.run(
        [sys.executable, str(settings.BASE_DIR / "manage.py"), *arguments],
        check=False,
        capture_output=True,
        text=True,
    )
    return done.returncode, done.stdout + done.stderr


def change(ids: Sequence[int]) -> None:
    """More than a rebuild catches up with under the lock, in several commits."""
    for article in Article.objects.filter(pk__in=ids[:2]):
        workflow.publish(article)
    for article in Article.objects.filter(pk__in=ids[4:24]):
        stage.rewrite(article)
    for article in Article.objects.filter(pk__in=ids[24:28]):
        workflow.withdraw(article, reason="重复登载")


def seen(ids: Sequence[int]) -> dict[str, bool]:
    """What a searcher finds of ``change``."""
    return {
        "published": stage.found(stage.mark(0)) == [ids[0]],
        "edited": sorted(stage.found("第00002稿")) == sorted(ids[4:24]),
        "withdrawn": stage.found(stage.mark(24)) == [],
        "untouched": stage.found(stage.mark(30)) == [ids[30]],
    }


def two_at_once(ids: Sequence[int]) -> dict[str, Any]:
    gate = Gate()
    first = stage.fork(lambda: rebuilding(gate))
    gate.wait_for_stop()
    told: dict[str, Any] = {"is_said": stage.done_in_child(lambda: connection.engine().is_rebuilding())}
    told["second_code"], told["second_says"] = command("rebuild_index", "--verbosity", "0")
    stage.ended(stage.fork(lambda: change(ids)))
    told["seen_meanwhile"] = stage.done_in_child(lambda: seen(ids))
    gate.let_pass()
    told["first_code"] = stage.ended(first)
    told["seen_afterwards"] = stage.done_in_child(lambda: seen(ids))
    told["differences_before_restart"] = stage.done_in_child(stage.verified)
    return told


def killed_ones(ids: Sequence[int], times: int) -> dict[str, Any]:
    """Rebuilds that are killed half done; each time the old index serves, and the next one begins anew."""
    wrong = lived_on = without_workers = 0
    generation = live_index().generations.current()
    for _ in range(times):
        gate = Gate()
        child = stage.fork(lambda gate=gate: rebuilding(gate))  # type: ignore[misc]
        gate.wait_for_stop()
        workers = children_of(child)
        without_workers += not workers
        stage.kill(child)
        assert stage.ended(child) == -signal.SIGKILL
        lived_on += sum(not is_gone(worker) for worker in workers)
        state = stage.done_in_child(
            lambda: [status().engine.generation, seen(ids), connection.engine().is_rebuilding()]
        )
        wrong += state != [generation, ALL_SEEN, False]
    code, said = command("rebuild_index", "--verbosity", "0")
    return {
        "killed": times,
        "old_did_not_serve": wrong,
        "without_workers": without_workers,
        "workers_lived_on": lived_on,
        "next_code": code,
        "next_says": said,
        "swapped": stage.done_in_child(lambda: status().engine.generation) != generation,
        "left": stage.leftovers(),
    }


def worker_killed(ids: Sequence[int]) -> dict[str, Any]:
    """One of its workers is killed: the rebuild fails, says so and leaves everything as it was."""
    gate = Gate()
    generation = live_index().generations.current()
    child = stage.fork(lambda: rebuilding(gate))
    gate.wait_for_stop()
    workers = children_of(child)
    stage.kill(workers[0])
    gate.let_pass()
    code = stage.ended(child)
    return {
        "workers": len(workers),
        "code": code,
        "same_generation": stage.done_in_child(lambda: status().engine.generation) == generation,
        "left": stage.leftovers(),
    }


def children_of(process: int) -> list[int]:
    with open(f"/proc/{process}/task/{process}/children", encoding="ascii") as stream:  # noqa: PTH123
        return [int(number) for number in stream.read().split()]


def is_gone(process: int) -> bool:
    """Waits for it. Orphans are nobody's children here, so they are looked up by their number."""
    try:
        descriptor = os.pidfd_open(process)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([descriptor], [], [], 30)[0])
    finally:
        os.close(descriptor)


def old_generation(ids: Sequence[int], rebuilds: int) -> dict[str, Any]:
    """A process that has opened a generation goes on answering from it when its files are gone."""
    opened = Gate()
    receiving, sending = os.pipe()

    def read() -> None:
        snapshot = live_index().snapshot()
        assert snapshot is not None
        before = answers(snapshot)
        opened.stop()
        folder = live_index().generations.folder_of(int(snapshot.version.partition(".")[0]))
        told = [folder.exists(), answers(snapshot) == before, seen(ids)]
        os.write(sending, json.dumps(told).encode())

    child = stage.fork(read)
    opened.wait_for_stop()
    codes = [command("rebuild_index", "--verbosity", "0")[0] for _ in range(rebuilds)]
    opened.let_pass()
    code = stage.ended(child)
    os.close(sending)
    with os.fdopen(receiving) as stream:
        still_there, same, now = json.loads(stream.read())
    return {"codes": [*codes, code], "folder_still_there": still_there, "same_answers": same, "now": now}


def answers(snapshot: Any) -> Any:
    request = SearchRequest(q="院落 水井")
    tree = ask(request).question.tree
    result = find(snapshot, compiled(request, tree, limit=100, with_facets=True))
    passages = find_passages(snapshot, tree, request.scope, result.hits, 3)
    return [result.total, [hit.article_id for hit in result.hits], repr(result.facets), repr(passages)]


def play(kills: int) -> None:
    settings.ARCHIVE_BACKGROUND_INDEXING = False
    ids = stage.make_articles(ARTICLES)
    for article in Article.objects.filter(pk__in=ids[2:]):
        workflow.publish(article)
    stage.load()
    parts: dict[str, Callable[[], dict[str, Any]]] = {
        "two": lambda: two_at_once(ids),
        "killed": lambda: killed_ones(ids, kills),
        "worker": lambda: worker_killed(ids),
        "old": lambda: old_generation(ids, 2),
    }
    told = {name: part() for name, part in parts.items()}
    stage.finish({**told, "differences": stage.restarted(), "leftovers": stage.leftovers()})


if __name__ == "__main__":
    play(json.loads(sys.argv[1])["kills"])
