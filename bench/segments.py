"""``python -m bench.segments``: what searches cost on an index in many segments, against a fresh one.

Both indexes hold the same synthetic articles. The second one has taken in the last ones in commits too large
to be merged, so that it has as many segments as make a rebuild due (``MAX_SEGMENTS``). The queries of
``bench.run`` are asked of both in turn; wanted are 1.5 × at most.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from itertools import islice
from pathlib import Path
from statistics import median

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "archive.settings")

import django

django.setup()

from bench.documents import Prepared, prepare, synthetic_documents
from bench.measure import time_queries
from bench.peers.ours import Ours, indexed
from bench.queries import draw
from reports.language.segment import default_segmenter
from reports.search.engines.whoosh import index as whoosh_index
from reports.search.engines.whoosh.index import IndexDirectory
from reports.search.engines.whoosh.index_segment import segment_documents
from reports.search.engines.whoosh.indexer.writer import MAX_DOCUMENTS_IN_COMMIT

_WANTED = 1.5


class Segmented(Ours):
    """The archive's engine on an index in ``segments`` segments."""

    def __init__(self, segments: int) -> None:
        super().__init__()
        self.name = f"this archive, {segments} segments"
        self._segments = segments

    def build(self, prepared: Prepared, folder: Path) -> None:
        index, size = IndexDirectory(folder), MAX_DOCUMENTS_IN_COMMIT + 1
        articles = map(indexed, prepared.documents())
        first = prepared.count() - size * self._segments
        index.rebuild(islice(articles, first), lambda _: iter(()), default_segmenter(), first)
        with index.lock(0):
            while len(self._opened(index)) < self._segments:
                index.apply(map(segment_documents.prepare, islice(articles, size)), [])
            index.apply(map(segment_documents.prepare, articles), [])

    def open(self, folder: Path) -> None:
        super().open(folder)
        print(f"{self.name}: {len(self._opened(self._index))}")

    @staticmethod
    def _opened(index: IndexDirectory) -> tuple[object, ...]:
        snapshot = index.snapshot()
        return snapshot.segments if snapshot else ()


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--size", type=int, default=10_000, help="number of articles")
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="archive-segments-") as folder:
        prepared = prepare(synthetic_documents(arguments.size), Path(folder) / "documents")
        peers: list[Ours] = [Ours(), Segmented(whoosh_index.MAX_SEGMENTS)]
        for peer in peers:
            peer.build(prepared, Path(folder) / peer.name)
            peer.open(Path(folder) / peer.name)
        timings, _ = time_queries(peers, draw(prepared), arguments.rounds)
        fresh, segmented = (timings[peer.name] for peer in peers)
        print(f"p50 {fresh.percentile(0.5):.2f} and {segmented.percentile(0.5):.2f} ms")
        print(f"p95 {fresh.percentile(0.95):.2f} and {segmented.percentile(0.95):.2f} ms")
        pairs = zip(fresh.medians(), segmented.medians(), strict=True)
        ratio = median(after / before for before, after in pairs)
        print(f"median of the ratios, query by query: {ratio:.2f} (wanted: {_WANTED} at most)")


if __name__ == "__main__":
    main()
