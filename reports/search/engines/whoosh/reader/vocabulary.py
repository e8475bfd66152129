"""What an index has words for: headlines, frequent words, and which facet values are in use.

Read from each segment once, since a segment never changes; what a commit changes (deletions) is put
together for the snapshot. Texts are kept joined, in one string a segment: some megabytes at most.
"""

from __future__ import annotations

import heapq
from collections.abc import Mapping
from dataclasses import dataclass
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt

from reports.search.contract.values import Vocabulary, is_telling
from reports.search.engines.whoosh.index_segment.schema import TEXT_FIELD
from reports.search.engines.whoosh.reader.snapshot import OpenSegment, Snapshot

MOST_TERMS = 20_000
"""The most frequent words that are kept, of a segment and of all."""
_SEPARATOR = "\n"


@dataclass(frozen=True, slots=True, eq=False)
class _SegmentWords:
    headlines: str
    headline_documents: npt.NDArray[np.int32]
    terms: str
    frequencies: npt.NDArray[np.int32]


_read: WeakKeyDictionary[OpenSegment, _SegmentWords] = WeakKeyDictionary()


def read_vocabulary(snapshot: Snapshot, place: str) -> Vocabulary:
    """Raises IndexDamaged where a file cannot be read."""
    headlines: list[tuple[int, str]] = []
    terms: dict[str, int] = {}
    for base, segment in zip(snapshot.bases, snapshot.segments, strict=False):
        words = _words_of(segment)
        documents = words.headline_documents + base
        lines = words.headlines.split(_SEPARATOR)
        for document in np.flatnonzero(snapshot.live[documents]).tolist():
            headlines.append((int(snapshot.ids[documents[document]]), lines[document]))
        if words.terms:
            for term, frequency in zip(
                words.terms.split(_SEPARATOR), words.frequencies.tolist(), strict=True
            ):
                terms[term] = terms.get(term, 0) + frequency
    return Vocabulary(
        place=place,
        version=snapshot.version,
        facets=_facets(snapshot),
        headlines=tuple(sorted(headlines, reverse=True)),
        terms=dict(_most_frequent(terms)),
        segmenter=snapshot.segmenter,
    )


def _words_of(segment: OpenSegment) -> _SegmentWords:
    words = _read.get(segment)
    if words is None:
        # Two threads may both read; the second result is the same.
        words = _read[segment] = _read_segment(segment)
    return words


def _read_segment(segment: OpenSegment) -> _SegmentWords:
    literal = segment.literal
    blocks = np.zeros(0, np.int64)
    if "headline" in literal.kinds:
        blocks = np.flatnonzero(literal.block_kind == literal.kinds.index("headline"))
    texts = [literal.unmarked_passage(block).text.replace(_SEPARATOR, " ") for block in blocks.tolist()]
    frequent = _most_frequent(
        {
            term: frequency
            for term, frequency in segment.words.document_frequencies(TEXT_FIELD)
            if is_telling(term)
        }
    )
    return _SegmentWords(
        headlines=_SEPARATOR.join(texts),
        headline_documents=literal.block_document[blocks].astype(np.int32),
        terms=_SEPARATOR.join(term for term, _ in frequent),
        frequencies=np.array([frequency for _, frequency in frequent], np.int32),
    )


def _most_frequent(terms: Mapping[str, int]) -> list[tuple[str, int]]:
    return heapq.nsmallest(MOST_TERMS, terms.items(), key=lambda item: (-item[1], item[0]))


def _facets(snapshot: Snapshot) -> dict[str, dict[str, int]]:
    counts = {}
    for facet, table in snapshot.facets.items():
        found = np.bincount(table.ordinal[snapshot.live[table.document]], minlength=len(table.values))
        counts[facet] = {table.values[i]: int(found[i]) for i in np.flatnonzero(found).tolist()}
    return counts
