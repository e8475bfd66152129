"""What the scenarios share: a small archive, children that may be killed, a restart, a comparison.

A scenario is a program of its own (``python -m tests.faults.writers``), started by a test with a data folder
of its own (``conftest.play``). It loads everything once and forks whoever takes part, so that a process
that was killed is there again at once. Its last line is a JSON object of what it counted.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import shutil
import signal
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402

from reports import workflow  # noqa: E402
from reports.language.segment import default_segmenter  # noqa: E402
from reports.models import Article, Purge  # noqa: E402
from reports.search import search  # noqa: E402
from reports.search.indexing import rebuild  # noqa: E402
from reports.search.request import SearchRequest  # noqa: E402
from tests.factories import ArticleFactory, SectionFactory  # noqa: E402
from tests.live_index import live_index  # noqa: E402

SURVIVED = 0
RAISED = 70


def mark(number: int) -> str:
    """Stands in article ``number`` and in no other."""
    return f"标记{number:05d}号"


def draft_of(number: int, version: int) -> str:
    """Stands in that version of article ``number`` only."""
    return f"{mark(number)}第{version:05d}稿"


def make_articles(count: int) -> list[int]:
    """Drafts, each with its mark and the number of its version."""
    made = []
    for number in range(count):
        article = ArticleFactory(headline=f"山城院落换新颜 {mark(number)}")
        body = f"清早的雾还没散，{draft_of(number, 1)}写的是连廊和水井。\n党员把会开在田埂上。"
        SectionFactory(article=article, number=1, body=body)
        article.next_section = 2
        article.save()
        made.append(article.pk)
    return made


def rewrite(article: Article) -> Article:
    """Edit an article: its next version. Refused where another process was faster."""
    content = workflow.content_of(article)
    section = content.sections[0]
    body = section.body.replace(f"第{article.version:05d}稿", f"第{article.version + 1:05d}稿")
    if body == section.body:
        raise workflow.Refused("这一版已由别人改过")
    return workflow.edit(article, replace(content, sections=(replace(section, body=body),)))


def found(words: str) -> list[int]:
    """The articles that hold exactly these words, next to each other."""
    page = search(SearchRequest(q=f'"{words}"', page_size=100))
    return [hit.article_id for hit in page.hits]


def stamps() -> dict[int, str]:
    """What the index holds, as a process sees it that has just been started."""
    live_index().reader.read_again()
    snapshot = live_index().snapshot()
    return {} if snapshot is None else snapshot.stamps()


def load() -> None:
    """Everything that is slow to load, before the first fork."""
    default_segmenter().search_tokens("词典")
    rebuild()
    found("院落")
    live_index().reader.read_again()
    connection.close()


# Children


def fork(work: Callable[[], object]) -> int:
    """Have a child do ``work``; its process number. It exits with SURVIVED or RAISED."""
    connection.close()
    sys.stdout.flush()
    child = os.fork()
    if child:
        return child
    code = RAISED
    try:
        work()
        code = SURVIVED
    except BaseException:  # noqa: BLE001 - told, and seen in the exit code
        traceback.print_exc()
    finally:
        with contextlib.suppress(Exception):
            connection.close()
        sys.stderr.flush()
        os._exit(code)


def ended(child: int) -> int:
    """The exit code of a child, negative the signal it died of."""
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def done_in_child(work: Callable[[], Any]) -> Any:
    """What ``work`` returns in a process of its own (as JSON)."""
    receiving, sending = os.pipe()

    def tell() -> None:
        with os.fdopen(sending, "w") as stream:
            json.dump(work(), stream)

    child = fork(tell)
    os.close(sending)
    with os.fdopen(receiving) as stream:
        told = stream.read()
    if (code := ended(child)) != SURVIVED:
        raise ChildProcessError(f"{work} ended with {code}")
    return json.loads(told)


def kill(child: int) -> None:
    os.kill(child, signal.SIGKILL)


# Afterwards


def restart() -> None:
    """What ``make run`` and the container do before they serve."""
    call_command("update_index", verbosity=0)


def verified() -> dict[str, int]:
    """Database against index: how many are missing, extra, stale, duplicated, waiting; all to be 0."""
    output = io.StringIO()
    with contextlib.suppress(SystemExit), contextlib.redirect_stderr(io.StringIO()):
        call_command("index_status", "--verify", "--json", stdout=output)
    told = json.loads(output.getvalue())
    comparison = told["comparison"] or {}
    kinds = ("missing", "extra", "stale", "duplicated", "waiting")
    differences = {kind: len(comparison.get(kind, "?")) for kind in kinds}
    return {**differences, "unpurged": Purge.objects.pending().count(), "not_ok": int(not told["ok"])}


def restarted() -> dict[str, int]:
    """Start again in a process of its own, and compare."""

    def work() -> dict[str, int]:
        restart()
        return verified()

    result: dict[str, int] = done_in_child(work)
    return result


def leftovers() -> list[str]:
    """What no index consists of: half-written files, scratch folders, generations nobody needs."""
    index = live_index()
    live = index.generations.current()
    strange = [f"generation {number}" for number in index.generations.numbers() if number != live]
    for path in index.path.rglob("*"):
        if path.suffix == ".tmp":
            strange.append(str(path.relative_to(index.path)))
    return strange


@contextlib.contextmanager
def kept_archive() -> Iterator[Callable[[], None]]:
    """Gives what puts database and index back as they are now."""
    connection.close()
    data, copy = Path(settings.ARCHIVE_DATA), Path(f"{settings.ARCHIVE_DATA}.kept")
    shutil.copytree(data, copy)

    def put_back() -> None:
        connection.close()
        for name in ("index", *(path.name for path in data.glob("archive.sqlite3*"))):
            path = data / name
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
        shutil.copytree(copy / "index", data / "index")
        for path in copy.glob("archive.sqlite3*"):
            shutil.copy(path, data / path.name)
        live_index().reader.read_again()

    try:
        yield put_back
    finally:
        shutil.rmtree(copy)


def finish(counts: Mapping[str, Any]) -> None:
    sys.stdout.write(json.dumps(counts, ensure_ascii=False) + "\n")


def states(ids: Sequence[int]) -> dict[int, str]:
    return dict(Article.objects.filter(pk__in=ids).values_list("pk", "state"))
