"""Bytes flipped, files cut short, removed or mixed up in a copy of an index, at random.

Whatever is done to the files, an index either answers as it did before or says in plain words that it
cannot; it never answers otherwise, never fails in any other way, and a rebuild always brings it back.
"""

from __future__ import annotations

import faulthandler
import logging
import os
import random
import shutil
import signal
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from whoosh.columns import VarBytesColumn

from reports.search.contract.errors import IndexDamaged
from reports.search.contract.values import EngineQuery, IndexedArticle
from reports.search.engines.whoosh.index import IndexDirectory
from reports.search.engines.whoosh.index_segment.schema import PAYLOAD
from reports.search.engines.whoosh.index_segment.segment_documents import decode_payload, prepare
from reports.search.engines.whoosh.query.passages import find_passages
from reports.search.engines.whoosh.query.searching import find
from reports.search.engines.whoosh.query.similar import similarity
from reports.search.engines.whoosh.reader.snapshot import Snapshot
from reports.search.engines.whoosh.reader.vocabulary import read_vocabulary
from tests.engines.corpus import random_article, random_search
from tests.engines.indexes import apply, rebuild

log = logging.getLogger(__name__)

# What is said when there is no index at all; ``reports.search.answering.searcher`` raises IndexMissing then.
MISSING = "missing"


@dataclass(frozen=True)
class Whole:
    """An index as it should be, with what it answers."""

    path: Path
    articles: Sequence[IndexedArticle]
    searches: Sequence[EngineQuery]
    answers: Sequence[Any]


def answer(index: IndexDirectory, searches: Sequence[EngineQuery]) -> list[Any]:
    """Everything a reader gets to see of the searches: totals, hits with scores, counts, passages."""
    answers: list[Any] = []
    for search in searches:
        snapshot = index.snapshot()
        if snapshot is None:
            return [MISSING]
        found = find(snapshot, search)
        passages = repr(find_passages(snapshot, search.tree, search.scope, found.hits[:5], 3))  # reads them
        answers.append((found.total, list(found.hits), found.facets, passages))
    snapshot = index.snapshot()
    assert snapshot is not None
    answers.append([similarity(snapshot, document).tolist() for document in range(0, 20, 5)])
    answers.append(replace(read_vocabulary(snapshot, ""), version=""))
    answers.append(sorted(snapshot.stamps().items()))
    answers.append(
        [decode_payload(payload).article for payloads in payloads_of(snapshot) for payload in payloads]
    )
    return answers


def payloads_of(snapshot: Snapshot) -> list[Any]:
    """Of each segment the payloads by document, mapped, as a commit reads them that merges segments."""
    return [segment._per_document.column_reader(PAYLOAD, VarBytesColumn()) for segment in snapshot.segments]


def found_without_scores(index: IndexDirectory, searches: Sequence[EngineQuery]) -> list[Any]:
    snapshot = index.snapshot()
    assert snapshot is not None
    results = [find(snapshot, search) for search in searches]
    units = [{(hit.article_id, hit.number) for hit in found.hits} for found in results]
    return [(found.total, hits, found.facets) for found, hits in zip(results, units, strict=True)]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Whole:
    """Several segments and deletions."""
    chance = random.Random(7)
    path = tmp_path_factory.mktemp("whole") / "index"
    index, articles = IndexDirectory(path), {}
    for number in range(1, 31):
        articles[number] = random_article(chance, number)
    apply(index, [prepare(article) for article in articles.values()], [])
    rebuild(index, [prepare(article) for article in articles.values()], lambda _: [])
    for _ in range(3):
        changed = chance.sample(range(1, 40), 6)
        gone, kept = changed[:2], changed[2:]
        articles |= {number: random_article(chance, number) for number in kept}
        for number in gone:
            articles.pop(number, None)
        apply(index, [prepare(articles[number]) for number in kept], changed)
    searches = [random_search(chance, list(articles.values())) for _ in range(25)]
    return Whole(path, list(articles.values()), searches, answer(IndexDirectory(path), searches))


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """pytest keeps every record with its traceback, and so the files of every round mapped."""
    logger = logging.getLogger("reports.search.engines")
    before = logger.level
    logger.setLevel(logging.CRITICAL)
    yield
    logger.setLevel(before)


# The faults. Each changes one file below the folder and says what it did.


def flip_bits(chance: random.Random, path: Path) -> str:
    data = bytearray(path.read_bytes())
    for _ in range(chance.choice([1, 1, 1, 2, 5, 40])):
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    overwrite(path, bytes(data))
    return "flipped"


def cut_short(chance: random.Random, path: Path) -> str:
    data = path.read_bytes()
    overwrite(path, data[: chance.choice([0, len(data) - 1, chance.randrange(len(data))])])
    return "cut short"


def blank_page(chance: random.Random, path: Path) -> str:
    """What a power cut leaves of a page that never reached the disk."""
    data = bytearray(path.read_bytes())
    start = chance.randrange(len(data)) & ~511
    data[start : start + 512] = bytes(len(data[start : start + 512]))
    overwrite(path, bytes(data))
    return "blanked"


def lengthen(chance: random.Random, path: Path) -> str:
    overwrite(path, path.read_bytes() + chance.randbytes(chance.choice([1, 20, 600])))
    return "lengthened"


def remove(chance: random.Random, path: Path) -> str:
    path.unlink()
    return "removed"


def fill_with_noise(chance: random.Random, path: Path) -> str:
    overwrite(path, chance.randbytes(path.stat().st_size))
    return "noise"


def take_another(chance: random.Random, path: Path) -> str:
    """A file of the same kind from another segment, commit or generation, whole in itself."""
    root = next(parent for parent in path.parents if (parent / "generations").is_dir())
    others = [
        other
        for other in root.rglob(f"*{path.suffix or path.name}")
        if other.is_file() and other != path and other.name.split(".")[1:] == path.name.split(".")[1:]
    ]
    if not others:
        return flip_bits(chance, path)
    overwrite(path, chance.choice(others).read_bytes())
    return "exchanged"


FAULTS = [flip_bits, flip_bits, cut_short, blank_page, lengthen, remove, fill_with_noise, take_another]


def overwrite(path: Path, data: bytes) -> None:
    path.write_bytes(data)


def kind(path: Path) -> str:
    """By what a file is for: ``.trm``, ``payload.col``, ``files/columns.json`` …"""
    name = path.name.split(".", 1)[1] if path.name.startswith("MAIN_") else path.name
    name = ".toc" if path.suffix == ".toc" else name
    return f"files/{name}" if path.parent.suffix == ".files" else name


def live_files(path: Path) -> list[Path]:
    """The files that an answer rests on, not the locks."""
    generations = IndexDirectory(path).generations
    number = generations.current()
    assert number is not None
    inside = [file for file in generations.folder_of(number).rglob("*") if file.is_file()]
    return sorted([generations.pointer, *(file for file in inside if file.stat().st_size)])


def outcome(index: IndexDirectory, whole: Whole) -> str:
    """``told``, ``equal``, or what must never be: ``wrong``, ``crashed``."""
    try:
        given = answer(index, whole.searches)
    except IndexDamaged as error:
        return "told" if "重建" in str(error) else "crashed"
    except Exception:
        log.exception("An index that was damaged fails otherwise than it should")
        return "crashed"
    if given == [MISSING]:
        return "told"
    return "equal" if given == whole.answers else "wrong"


def test_no_damage_is_answered_as_right(
    whole: Whole, tmp_path: Path, rounds: Callable[[int, int], int], tally: Callable[..., None]
) -> None:
    """Also: every kind of file was damaged, damage was found in each, and a rebuild mended it."""
    chance = random.Random(int(os.environ.get("ARCHIVE_FAULTS_SEED", "1")))
    kinds = sorted({kind(file) for file in live_files(whole.path)})
    counts: Counter[str] = Counter()
    by_kind: dict[str, Counter[str]] = {name: Counter() for name in kinds}
    bad: list[str] = []
    for turn in range(rounds(65, 2000)):
        copy = tmp_path / "copy"
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(whole.path, copy)
        wanted = kinds[turn % len(kinds)]
        target = chance.choice([file for file in live_files(copy) if kind(file) == wanted])
        done = chance.choice(FAULTS)(chance, target)
        result = outcome(IndexDirectory(copy), whole)
        if result in ("wrong", "crashed"):
            bad.append(f"round {turn}: {target.relative_to(copy)} {done}: {result}")
        counts[result] += 1
        by_kind[wanted][result] += 1
        # What was told once is told again: no half-mended state answers in between.
        assert outcome(IndexDirectory(copy), whole) == result or result == "equal"
        if result == "told" and turn % 4 == 0:
            assert_mended(copy, whole)
            counts["mended by a rebuild"] += 1
    assert not bad
    assert {name for name in kinds if not by_kind[name]["told"]} == set()
    tally(
        faults=sum(sum(seen.values()) for seen in by_kind.values()),
        told=counts["told"],
        answered_as_before=counts["equal"],
        wrong=counts["wrong"],
        crashed=counts["crashed"],
        rebuilt=counts["mended by a rebuild"],
        kinds_of_file=len(kinds),
    )


def assert_mended(copy: Path, whole: Whole) -> None:
    index = IndexDirectory(copy)
    rebuild(index, [prepare(article) for article in whole.articles], lambda _: [])
    fresh = IndexDirectory(copy)
    assert found_without_scores(fresh, whole.searches) == found_without_scores(
        IndexDirectory(whole.path), whole.searches
    )
    assert len(fresh.generations.numbers()) == 1


def test_a_running_reader_notices_what_is_done_to_its_files(
    whole: Whole, tmp_path: Path, rounds: Callable[[int, int], int], tally: Callable[..., None]
) -> None:
    """In place, under the maps of a process that has answered from them; cutting short has its own test."""
    chance = random.Random(int(os.environ.get("ARCHIVE_FAULTS_SEED", "2")))
    counts: Counter[str] = Counter()
    for turn in range(rounds(12, 200)):
        copy = tmp_path / f"copy{turn}"
        shutil.copytree(whole.path, copy)
        index = IndexDirectory(copy)
        assert outcome(index, whole) == "equal"
        target = chance.choice(live_files(copy))
        data = bytearray(target.read_bytes())
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        with target.open("r+b") as file:
            file.write(data)
        index.reader.inspect_before_next_search()  # a second later, as seen by the process
        result = outcome(index, whole)
        assert result in ("told", "equal"), f"round {turn}: {target.relative_to(copy)} {result}"
        counts[result] += 1
        shutil.rmtree(copy)
    assert counts["told"]
    tally(faults=sum(counts.values()), told=counts["told"], answered_as_before=counts["equal"])


def test_a_file_cut_short_under_a_reader_leads_to_no_crash_loop(
    whole: Whole, tmp_path: Path, tally: Callable[..., None]
) -> None:
    """A preloaded master whose workers die over a lost page forks new ones: these must find out first."""
    copy = tmp_path / "copy"
    shutil.copytree(whole.path, copy)
    master = IndexDirectory(copy)
    assert outcome(master, whole) == "equal"
    payloads = max(
        (file for file in live_files(copy) if file.name.endswith("payload.col")),
        key=lambda file: file.stat().st_size,
    )
    snapshot = master.reader._snapshot
    assert snapshot is not None
    opened = payloads_of(snapshot)
    os.truncate(payloads, 0)
    died = forked(lambda: touch_without_looking(opened))
    assert died == -signal.SIGBUS, "the fault this test is about no longer happens: is the file still mapped?"
    answers = [forked(lambda: outcome_after_fork(master, whole)) for _ in range(3)]
    assert answers == [0, 0, 0]
    assert_mended(copy, whole)
    tally(faults=1, killed=1, told=len(answers))


def touch_without_looking(opened: Sequence[Any]) -> int:
    for payloads in opened:
        for payload in payloads:
            decode_payload(payload)
    return 1


def outcome_after_fork(index: IndexDirectory, whole: Whole) -> int:
    index.reader.inspect_before_next_search()  # as in a forked child
    return 0 if outcome(index, whole) == "told" else 1


def forked(act: Callable[[], int]) -> int:
    """Exit code of a child that does ``act``; the negative signal it died of."""
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        code = 99
        faulthandler.disable()  # dying is what is wanted
        try:
            code = act()
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
