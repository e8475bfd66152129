"""Figures of the literal index: ``python -m bench.literal_bench [--count N] [--corpus FILE.jsonl[.xz]]``.

Builds one segment in a separate process, then searches it for random strings of 1 to 12 characters from the
texts, and for some that do not occur; ``--check`` compares every answer with ``in``. The time to make and
normalise the texts is not part of the build time and printed separately.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import shutil
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import django
import numpy as np

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "archive.settings")
django.setup()

from bench.documents import corpus_documents, synthetic_documents
from reports.language.normalise import normalise
from reports.search.engines.whoosh.literal import LiteralSegment, PreparedBlock, build

_SEED = 20_261_121
_SECTION = "section"
_ARTICLE = "article"


def documents(count: int, corpus: Path | None) -> Iterator[list[PreparedBlock]]:
    """Prepared documents. Every second character is called a boundary: segmenting is not measured here."""
    source = corpus_documents(corpus, count) if corpus else synthetic_documents(count)
    for document in source:
        blocks = []
        for block in document.blocks:
            text = normalise(block.text)
            boundaries = range(0, len(text.text) + 1, 2)
            blocks.append(
                PreparedBlock(block.kind, block.section, -1, block.text, text.text, text.steps, boundaries)
            )
        yield blocks


def timed(batches: Iterator[Any], spent: list[float]) -> Iterator[Any]:
    """The same items; adds to ``spent`` the seconds, and those of the processor, it took to make them."""
    while True:
        started, busy = time.perf_counter(), time.process_time()
        batch = list(islice(batches, 500))
        spent[0] += time.perf_counter() - started
        spent[1] += time.process_time() - busy
        if not batch:
            return
        yield from batch


def build_here(folder: Path, count: int, corpus: Path | None, answer: Connection) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    spent = [0.0, 0.0]
    started, busy = time.perf_counter(), time.process_time()
    build(folder, timed(documents(count, corpus), spent))
    whole, busy = time.perf_counter() - started, time.process_time() - busy
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    answer.send((whole - spent[0], busy - spent[1], spent[0], peak, before))


def strings(segment: LiteralSegment, count: int) -> list[str]:
    """Substrings of random blocks, equally many of each length, and strings that do not occur."""
    chance = random.Random(_SEED)
    samples = []
    while len(samples) < count:
        length = 1 + len(samples) % 12
        text = segment.blocks.normalised(chance.randrange(len(segment.blocks.kind)))
        if len(text) >= length:
            start = chance.randrange(len(text) - length + 1)
            samples.append(text[start : start + length])
    nowhere = [text[:-1] + "\u3437" for text in samples[: count // 12] if len(text) > 1]
    return samples + nowhere


def percentiles(times: Sequence[float]) -> str:
    ordered = sorted(times)
    p50, p95 = statistics.median(ordered), ordered[int(len(ordered) * 0.95)]
    return f"p50 {p50:7.3f}  p95 {p95:7.3f}  worst {ordered[-1]:7.3f} ms"


def measure(
    segment: LiteralSegment, ask: Callable[[str], object], strings_asked: Sequence[str], rounds: int = 7
) -> list[float]:
    """Milliseconds per string, the minimum of all rounds, without caches between rounds.

    A single round uses wall-clock time, because pages may be read from disk. Several rounds use processor
    time, which other programs disturb least.
    """
    clock = time.perf_counter if rounds == 1 else time.thread_time
    times: list[list[float]] = [[] for _ in strings_asked]
    for _ in range(rounds):
        for number, text in enumerate(strings_asked):
            segment.index.cache.clear()
            started = clock()
            ask(text)
            times[number].append((clock() - started) * 1000)
    return [min(each) for each in times]


def forget(folder: Path) -> None:
    """Ask the system to drop the folder's pages from memory."""
    for path in folder.iterdir():
        descriptor = os.open(path, os.O_RDONLY)
        os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
        os.close(descriptor)


def check(segment: LiteralSegment, strings_asked: Sequence[str]) -> int:
    """The number of answers that differ from ``in``, over all documents."""
    masks = {text: segment.contains(text, _ARTICLE) for text in strings_asked}
    wrong = 0
    for number in range(segment.documents):
        texts = [segment.blocks.normalised(block) for block in segment.blocks_of(number, _ARTICLE)]
        for text, mask in masks.items():
            wrong += bool(mask[number]) != any(text in each for each in texts)
    return wrong


def article(folder: Path, with_check: bool) -> None:
    segment = LiteralSegment.open(folder)
    strings_asked = strings(segment, 120)
    del segment
    forget(folder)
    started = time.perf_counter()
    segment = LiteralSegment.open(folder)
    opened = (time.perf_counter() - started) * 1000
    size = sum(path.stat().st_size for path in folder.iterdir())
    print(f"open               {opened:.1f} ms, {size / 1e6:.0f} MB on disk")
    headline = frozenset({"headline"})
    other = dict(zip(strings_asked, reversed(strings_asked), strict=True))
    questions: dict[str, Callable[[str], object]] = {
        "contains, article": lambda text: segment.contains(text, _ARTICLE),
        "contains, section": lambda text: segment.contains(text, _SECTION),
        "contains, headline": lambda text: segment.contains(text, _ARTICLE, headline),
        "frequencies, article": lambda text: segment.term_frequencies(text, _ARTICLE),
        "frequencies, section": lambda text: segment.term_frequencies(text, _SECTION),
        "near, article": lambda text: segment.near([text, other[text]], 20, _ARTICLE),
    }
    print(
        "first pass, cold   ", percentiles(measure(segment, questions["contains, article"], strings_asked, 1))
    )
    for name, ask in questions.items():
        print(f"{name:19}", percentiles(measure(segment, ask, strings_asked)))
    words = [text for text in strings_asked if 2 <= len(text) <= 4][:3]
    for hits in (20, min(10_000, segment.documents)):
        units = np.random.default_rng(_SEED).permutation(segment.documents)[:hits].tolist()
        each = measure(
            segment, lambda _, units=units: segment.matched_blocks(units, words, _ARTICLE), [""], 5
        )
        print(f"matched blocks of {hits:6}  {each[0]:.1f} ms")
    if with_check:
        print("wrong answers      ", check(segment, strings_asked))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--corpus", type=Path)
    parser.add_argument("--folder", type=Path, default=Path("bench/work/literal"))
    parser.add_argument("--check", action="store_true", help="compare with a scan of every text")
    parser.add_argument("--kept", action="store_true", help="measure the segment that is there")
    options = parser.parse_args()
    if not options.kept:
        shutil.rmtree(options.folder, ignore_errors=True)
        context = get_context("spawn")
        answer, inner = context.Pipe()
        process = context.Process(
            target=build_here, args=(options.folder, options.count, options.corpus, inner)
        )
        process.start()
        inner.close()
        seconds, busy, normalising, peak, before = answer.recv()
        process.join()
        print(f"build              {seconds:.1f} s, of the processor {busy:.1f} s")
        print(f"normalising        {normalising:.1f} s, making the texts included")
        print(f"peak memory        {peak:.0f} MB, of which {before:.0f} MB before")
    article(options.folder, options.check)


if __name__ == "__main__":
    main()
