"""Every step of a commit, a purge and a rebuild with its swap, and a SIGKILL before each.

A step is whatever changes a file or takes or frees a lock below the index folder, or writes to the
database: the interpreter tells of each before it is done (audit hooks, sys.addaudithook), so the list is
complete by construction and nothing of it is in the product. A first run notes the steps by name; then,
for each of them, a process is killed just before it.
"""

from __future__ import annotations

import fcntl
import json
import os
import random
import re
import signal
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.faults import stage  # isort: skip - sets Django up

from django.conf import settings
from django.db import connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from reports import workflow
from reports.models import Article, User
from reports.search.engines.whoosh.indexer import building, writer
from reports.workflow.account_roles import ADMIN, ensure_roles, grant

_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC
_EVENTS = {"os.rename": "rename", "os.remove": "remove", "os.mkdir": "make", "os.rmdir": "remove folder"}
_LOCKS = {fcntl.LOCK_EX | fcntl.LOCK_NB: "take", fcntl.LOCK_UN: "free"}

Point = tuple[str, int]


def _path_of(descriptor: int) -> str:
    return str(Path(f"/proc/self/fd/{descriptor}").readlink())


@dataclass
class Steps:
    """Notes steps by name, and dies before the step ``fatal``: a name, and which of that name."""

    fatal: Point | None = None
    names: list[str] = field(default_factory=list)
    process: int = field(default_factory=os.getpid)

    def begin(self) -> None:
        sys.addaudithook(self.hear)
        fsync, commit = os.fsync, BaseDatabaseWrapper._commit

        def heard_fsync(descriptor: int) -> None:
            self.reach("sync", _path_of(descriptor))
            fsync(descriptor)

        def heard_commit(wrapper: Any) -> Any:
            self.reach("commit", "database")
            return commit(wrapper)

        os.fsync, BaseDatabaseWrapper._commit = heard_fsync, heard_commit  # type: ignore[method-assign]
        connection.execute_wrappers.append(self.hear_statement)

    def hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event == "open":
            path, _, flags = arguments
            if isinstance(path, str) and flags & _WRITING:
                self.reach("open", path)
        elif event in _EVENTS:
            # What is renamed is told by what it becomes.
            path = arguments[1] if event == "os.rename" else arguments[0]
            if isinstance(path, (str, os.PathLike)):
                self.reach(_EVENTS[event], self.located(os.fspath(path), arguments[-1]))
        elif event == "fcntl.flock":
            descriptor, operation = arguments
            self.reach(_LOCKS.get(operation, "lock"), _path_of(descriptor))

    @staticmethod
    def located(path: str, folder: Any) -> str:
        """``shutil.rmtree`` names files relative to an open folder."""
        if not os.path.isabs(path) and isinstance(folder, int) and folder >= 0:  # noqa: PTH117
            return f"{_path_of(folder)}/{path}"
        return path

    def hear_statement(self, execute: Any, sql: str, *rest: Any) -> Any:
        verb, *words = sql.split()
        if verb in ("INSERT", "UPDATE", "DELETE"):
            table = next(word for word in words if word.startswith('"')).strip('"')
            self.reach(verb.lower(), f"database {table}")
        return execute(sql, *rest)

    def reach(self, deed: str, path: str) -> None:
        if os.getpid() != self.process:  # a worker of a rebuild, which has steps of its own
            return
        thing = name_of(path)
        if thing is None:
            return
        name = f"{deed} {thing}"
        self.names.append(name)
        if self.fatal == (name, self.names.count(name)):
            os.kill(os.getpid(), signal.SIGKILL)


def name_of(path: str) -> str | None:
    """What a file is for, whatever its number; None for what is not of the index."""
    if path.startswith("database"):
        return path
    try:
        inside = Path(path).relative_to(Path(settings.ARCHIVE_DATA) / "index")
    except ValueError:
        return None
    name = str(inside)
    name = re.sub(r"generations/\d+", "generation", name)
    name = re.sub(r"_MAIN_\d+\.toc\.[\d.]+", "new.toc", name)
    name = re.sub(r"_MAIN_\d+\.toc", "toc", name)
    name = re.sub(r"MAIN_\w+\.", "segment.", name)
    name = re.sub(r"(?<=[./])\d+\.(?=MAIN|tmp)", "", name)
    name = re.sub(r"segment\.(?!files).*", "segment.file", name)
    name = re.sub(r"segment\.files/.*", "segment.files/file", name)
    return re.sub(r"MAIN\.tmp/.+", "MAIN.tmp/run", name)


# What is done, killed and begun again. Each leaves ``before`` as it was or reaches ``after``.


def commit(ids: Sequence[int]) -> None:
    """One published, one edited, one withdrawn in one commit, which merges, too."""
    writer.MERGE_FACTOR = 2
    published, edited, withdrawn = Article.objects.filter(pk__in=ids[:3]).order_by("pk")
    with transaction.atomic():
        workflow.publish(published)
        stage.rewrite(edited)
        workflow.withdraw(withdrawn, reason="重复登载")


def purge_one(ids: Sequence[int]) -> None:
    """The row of the purge has the clearing done again when it was killed."""
    administrator = User.objects.get(username="管理员")
    workflow.purge(Article.objects.get(pk=ids[1]), administrator, "含有隐私")


def rebuild_with_changes(ids: Sequence[int]) -> None:
    """Written by worker processes; an edit and a withdrawal come in between, and are caught up with."""
    building.MIN_ARTICLES_FOR_POOL = 4
    changed = False

    def change(done: int, total: int) -> None:
        nonlocal changed
        if not changed and done > total // 2:
            changed = True
            edited, withdrawn = Article.objects.filter(pk__in=ids[1:3]).order_by("pk")
            with transaction.atomic():
                stage.rewrite(edited)
                workflow.withdraw(withdrawn, reason="重复登载")

    workflow.rebuild_index(change)
    assert changed


WORK: dict[str, Callable[[Sequence[int]], None]] = {
    "commit": commit,
    "purge": purge_one,
    "rebuild": rebuild_with_changes,
}


def play(kind: str, most: int, seed: int) -> None:
    """Kill before each step of ``kind``, or before so many of them, of as many names as possible."""
    # All within the process that is to be killed; and the files of the database are copied below, which
    # would take the locks away from a thread that has them open (sqlite.org/howtocorrupt.html, 2.2).
    settings.ARCHIVE_BACKGROUND_INDEXING = False
    ids = stage.make_articles(12)
    for article in Article.objects.filter(pk__in=ids[1:]):
        workflow.publish(article)
    ensure_roles()
    grant(User.objects.create_user("管理员", password="correct horse battery"), ADMIN)
    stage.load()
    for article in Article.objects.filter(pk__in=ids[5:8]):
        stage.rewrite(article)  # segments to merge, deletions
    work = WORK[kind]

    def traced() -> Any:
        before = stage.stamps()
        steps = Steps()
        steps.begin()
        work(ids)
        return [before, list(steps.names), stage.stamps()]

    with stage.kept_archive() as put_back:
        before, names, after = stage.done_in_child(traced)
        put_back()
        outcome: Counter[str] = Counter(
            ("kills", "survived", "seen_before", "seen_after", "half", "unrepaired", "leftovers")
        )
        outcome.subtract(list(outcome))
        bad: list[str] = []
        points = chosen(names, most, random.Random(seed))
        for point in points:
            outcome["kills" if is_killed_at(point, work, ids) else "survived"] += 1
            seen = stage.done_in_child(lambda: [stage.stamps()])[0]
            outcome["seen_before" if seen == before else "seen_after"] += 1
            if seen not in (before, after):
                outcome["half"] += 1
                bad.append(f"{point}: neither before nor after")
            differences = stage.restarted()
            if any(differences.values()):
                outcome["unrepaired"] += 1
                bad.append(f"{point}: {differences}")
            if left := stage.leftovers():
                outcome["leftovers"] += 1
                bad.append(f"{point}: {left}")
            put_back()
    reached = sorted({name for name, _ in points})
    stage.finish(
        {"steps": len(names), "names": sorted(set(names)), "reached": reached, "bad": bad, **outcome}
    )


def chosen(names: Sequence[str], most: int, chance: random.Random) -> list[Point]:
    """All points, or so many: of as many names as possible, then others of the same names."""
    points = [(name, names[: place + 1].count(name)) for place, name in enumerate(names)]
    chance.shuffle(points)
    seen: Counter[str] = Counter()
    ranked = []
    for name, which in points:
        seen[name] += 1
        ranked.append((seen[name], name, which))
    ranked.sort(key=lambda entry: entry[0])
    return [(name, which) for _, name, which in ranked[:most]]


def is_killed_at(point: Point, work: Callable[[Sequence[int]], None], ids: Sequence[int]) -> bool:
    """Whether the child was killed there; otherwise it came to its end."""

    def run() -> None:
        Steps(fatal=point).begin()
        work(ids)

    code = stage.ended(stage.fork(run))
    assert code in (-signal.SIGKILL, stage.SURVIVED), f"{point}: exit code {code}"
    return code == -signal.SIGKILL


if __name__ == "__main__":
    options = json.loads(sys.argv[1])
    play(options["kind"], options["most"], options["seed"])
