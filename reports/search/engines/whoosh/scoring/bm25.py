"""BM25 over the word lists, for the documents that need scores.

The statistics are those of ``whoosh.scoring.BM25F``: the number of documents and document frequencies include
deleted documents, the idf is log(N / (n + 1)) + 1, lengths are those that Whoosh stores. So for one field the
scores equal those of stock Whoosh, which is the oracle of the tests.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from math import log

import numpy as np

from reports.search.engines.whoosh.directory.arrays import Floats, Int32s, Int64s, Integers
from reports.search.engines.whoosh.index_segment.postings import Postings
from reports.search.engines.whoosh.reader.snapshot import SegmentReader, Snapshot, TermScores

from .weights import K1, B

TermGroup = tuple[str, ...]
"""Terms that count as one term."""

# A binary search in a sorted list costs as much as reading this number of its members.
_SEARCH_COST = 16
# Scores are computed for all documents if there are at most _SMALL_ARCHIVE of them (calls then cost more than
# the numbers), or if more than one in _FEW_DOCUMENTS needs a score.
_FEW_DOCUMENTS = 8
_SMALL_ARCHIVE = 20_000


class ScoredDocuments:
    """Documents of a snapshot (ascending; None: all of them), and their ``scores``, 0 at first."""

    def __init__(self, snapshot: Snapshot, documents: Int64s | None = None) -> None:
        self.snapshot = snapshot
        self.documents = np.arange(snapshot.count) if documents is None else documents
        self.scores: Floats = np.zeros(len(self.documents))
        self._has_all = documents is None
        self._index_of: Int32s | None = None

    def find(self, documents: Int32s) -> tuple[Integers, Integers | slice]:
        """The indexes of the scores of ``documents`` (ascending), and which of ``documents`` have a score
        here."""
        if self._has_all:
            return documents, slice(None)
        if len(self.documents) * _SEARCH_COST < len(documents):
            scored = self.documents.astype(np.int32)
            position = documents.searchsorted(scored)
            common = np.flatnonzero(documents.take(position, mode="clip") == scored)
            return common, position[common]
        if self._index_of is None:
            self._index_of = np.full(self.snapshot.count, -1, np.int32)
            self._index_of[self.documents] = np.arange(len(self.documents), dtype=np.int32)
        index = self._index_of.take(documents)
        common = np.flatnonzero(index >= 0)
        return (index, slice(None)) if len(common) == len(index) else (index[common], common)

    def add(self, term: TermScores) -> None:
        indexes, scored = self.find(term.documents)
        self.scores[indexes] += term.scores[scored]

    def by_segment(self, indexes: Integers) -> Iterator[tuple[Integers, int, Int32s]]:
        """Per segment with documents: their indexes here (a part of ``indexes``), the index of the segment,
        and the numbers of the documents in it."""
        documents = self.documents[indexes].astype(np.int32)
        bounds = documents.searchsorted(np.array(self.snapshot.bases, np.int32)).tolist()
        for segment, (low, high) in enumerate(pairwise(bounds)):
            if low < high:
                numbers = documents[low:high] - np.int32(self.snapshot.bases[segment])
                yield indexes[low:high], segment, numbers


def highest(scores: Floats, count: int) -> Int64s:
    """The indexes, ascending, of the ``count`` highest scores, and of those that tie with the last of
    them."""
    if len(scores) <= count:
        return np.arange(len(scores))
    return np.flatnonzero(scores >= np.partition(scores, -count)[-count])


def inverse_document_frequency(count: int, frequency: int) -> float:
    return log(count / (frequency + 1)) + 1


def term_scores(snapshot: Snapshot, field: str, lists: Sequence[Postings], weight: float = 1.0) -> TermScores:
    """The scores that one term adds to every document that has it. ``lists``: its postings, one per
    segment."""
    documents = _documents(snapshot, lists)
    if not len(documents):
        return TermScores(documents, np.zeros(0), 0.0)
    frequencies = np.concatenate([postings.frequencies for postings in lists]).astype(np.float64)
    return _scored(snapshot, field, documents, frequencies, len(documents), weight)


def add_term_group(scored: ScoredDocuments, group: TermGroup, weights: Mapping[str, float]) -> float:
    """Add the scores of a group of terms in several fields. Returns an upper bound of what a document gets.

    The scores of all documents are cached in the snapshot, since frequent words are searched again and again;
    for few documents only theirs are computed.
    """
    snapshot = scored.snapshot
    key = group, *weights.items()
    scores = snapshot.term_scores.peek(key)
    if scores is None and max(_SMALL_ARCHIVE, len(scored.documents) * _FEW_DOCUMENTS) < snapshot.count:
        return _add_to_few(scored, group, weights)
    if scores is None:
        scores = snapshot.term_scores.put(key, _group_scores(snapshot, group, weights))
    scored.add(scores)
    return scores.max_score


def _add_to_few(scored: ScoredDocuments, group: TermGroup, weights: Mapping[str, float]) -> float:
    snapshot, max_score = scored.snapshot, 0.0
    scores = np.zeros(len(scored.documents))
    for field, weight in weights.items():
        lists = _lists(snapshot, field, group)
        frequency = sum(map(len, lists))
        if not frequency:
            continue
        for indexes, segment, numbers in scored.by_segment(np.arange(len(scores))):
            postings = lists[segment]
            if not len(postings):
                continue
            index = postings.documents.searchsorted(numbers)
            common = np.flatnonzero(postings.documents.take(index, mode="clip") == numbers)
            frequencies = postings.frequencies[index[common]].astype(np.float64)
            documents = numbers[common] + np.int32(snapshot.bases[segment])
            term = _scored(snapshot, field, documents, frequencies, frequency, weight)
            scores[indexes[common]] += term.scores
        max_score += weight * inverse_document_frequency(snapshot.count, frequency) * (K1 + 1)
    scored.scores += scores
    return max_score


def _group_scores(snapshot: Snapshot, group: TermGroup, weights: Mapping[str, float]) -> TermScores:
    scores, max_score = np.zeros(snapshot.count), 0.0
    has_term = np.zeros(snapshot.count, bool)
    for field, weight in weights.items():
        of_field = term_scores(snapshot, field, _lists(snapshot, field, group), weight)
        scores[of_field.documents] += of_field.scores
        has_term[of_field.documents] = True
        max_score += of_field.max_score
    documents = np.flatnonzero(has_term)
    return TermScores(documents.astype(np.int32), scores[documents], max_score)


def _scored(
    snapshot: Snapshot, field: str, documents: Int32s, frequencies: Floats, frequency: int, weight: float
) -> TermScores:
    """``frequencies``: of the term in each of ``documents``; ``frequency``: its document frequency."""
    idf = inverse_document_frequency(snapshot.count, frequency)
    norm = _length_norms(snapshot, field)[documents]
    scores = weight * (idf * ((frequencies * (K1 + 1)) / (frequencies + norm)))
    return TermScores(documents, scores, weight * idf * (K1 + 1))


def group_documents(snapshot: Snapshot, field: str, group: TermGroup) -> Int32s:
    """Documents, ascending, whose field has any term of the group."""
    return snapshot.word_documents.get(
        (field, group), lambda: _documents(snapshot, _lists(snapshot, field, group))
    )


def _lists(snapshot: Snapshot, field: str, group: TermGroup) -> list[Postings]:
    return [_merged(segment, field, group) for segment in snapshot.segments]


def _merged(segment: SegmentReader, field: str, group: TermGroup) -> Postings:
    """The postings of the group as one term: its frequencies are added."""
    if len(group) == 1:
        return segment.words.postings(field, group[0])
    frequencies = np.zeros(segment.count)
    for term in group:
        postings = segment.words.postings(field, term)
        frequencies[postings.documents] += postings.frequencies
    documents = np.flatnonzero(frequencies)
    return Postings(documents.astype(np.int32), frequencies[documents])


def _documents(snapshot: Snapshot, lists: Sequence[Postings]) -> Int32s:
    parts = [
        postings.documents + np.int32(base) for base, postings in zip(snapshot.bases, lists, strict=False)
    ]
    return np.concatenate([np.zeros(0, np.int32), *parts])


def _length_norms(snapshot: Snapshot, field: str) -> Floats:
    """By document, the part of the BM25 formula that depends on the length of the field."""

    def make() -> Floats:
        average = sum(segment.field_length(field) for segment in snapshot.segments) / snapshot.count or 1
        return K1 * ((1 - B) + B * snapshot.lengths(field) / average)

    return snapshot.cached(f"length norms {field}", make)
