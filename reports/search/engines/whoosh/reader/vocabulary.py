"""The vocabulary of an index: headlines, frequent words, and the facet values in use.

Each segment is read once, since it never changes. Its texts are stored joined, as one string: some megabytes
at most. Deletions, which a commit changes, are applied for the snapshot.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from weakref import WeakKeyDictionary

import numpy as np

from reports.search.contract.values import Vocabulary, is_suggestable
from reports.search.engines.whoosh.directory.arrays import Int32s
from reports.search.engines.whoosh.index_segment.schema import TEXT_FIELD

from .snapshot import SegmentReader, Snapshot

_MAX_TERMS = 20_000
"""The most frequent words, per segment and of all segments."""
_SEPARATOR = "\n"


@dataclass(frozen=True, slots=True, eq=False)
class _SegmentWords:
    headlines: str
    headline_documents: Int32s
    terms: str
    frequencies: Int32s


_words: WeakKeyDictionary[SegmentReader, _SegmentWords] = WeakKeyDictionary()


def read_vocabulary(snapshot: Snapshot, place: str) -> Vocabulary:
    """Raises IndexDamaged if a file cannot be read."""
    headlines: list[tuple[int, str]] = []
    terms: Counter[str] = Counter()
    for base, segment in zip(snapshot.bases, snapshot.segments, strict=False):
        words = _words.get(segment)
        if words is None:
            # Two threads may both read the segment; the results are equal.
            words = _words[segment] = _read_segment(segment)
        documents = words.headline_documents + base
        texts = words.headlines.split(_SEPARATOR)
        for index in np.flatnonzero(snapshot.live[documents]).tolist():
            headlines.append((int(snapshot.ids[documents[index]]), texts[index]))
        if words.terms:
            terms.update(dict(zip(words.terms.split(_SEPARATOR), words.frequencies.tolist(), strict=True)))
    table = snapshot.facet_values
    return Vocabulary(
        place=place,
        version=snapshot.version,
        facets={facet: table.counts_of(facet, table.live_counts) for facet in table.values},
        headlines=tuple(sorted(headlines, reverse=True)),
        terms=dict(_most_frequent(terms)),
        segmenter=snapshot.segmenter,
    )


def _read_segment(segment: SegmentReader) -> _SegmentWords:
    blocks = segment.literal.blocks
    headlines = np.flatnonzero(np.isin(blocks.kind, blocks.codes({"headline"})))
    texts = [blocks.printed(block).replace(_SEPARATOR, " ") for block in headlines.tolist()]
    frequencies = segment.words.document_frequencies(TEXT_FIELD)
    frequent = _most_frequent({term: count for term, count in frequencies if is_suggestable(term)})
    return _SegmentWords(
        headlines=_SEPARATOR.join(texts),
        headline_documents=blocks.document[headlines].astype(np.int32),
        terms=_SEPARATOR.join(term for term, _ in frequent),
        frequencies=np.array([count for _, count in frequent], np.int32),
    )


def _most_frequent(terms: Mapping[str, int]) -> list[tuple[str, int]]:
    return heapq.nsmallest(_MAX_TERMS, terms.items(), key=lambda item: (-item[1], item[0]))
