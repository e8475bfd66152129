"""BM25 over Whoosh's own postings, read as arrays, for the documents that are wanted.

The statistics are those of ``whoosh.scoring.BM25F``: documents and document frequencies count deleted
documents as well, the idf is log(N / (n + 1)) + 1, lengths are those Whoosh stores. For one field the
scores therefore equal stock Whoosh's, which is the oracle of the tests.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from math import log

import numpy as np
import numpy.typing as npt

from reports.search.engines.whoosh.index_segment.postings import Postings
from reports.search.engines.whoosh.reader.snapshot import OpenSegment, Snapshot, TermScores
from reports.search.engines.whoosh.scoring.weights import K1, B

Scores = npt.NDArray[np.float64]
Documents = npt.NDArray[np.int64]
Places = npt.NDArray[np.intp] | npt.NDArray[np.int32]
Group = tuple[str, ...]

# A search of a sorted list costs so many times what reading one of its members does.
_SEARCHED = 16
# Scores for every document are worth making when more than one in so many is a candidate, or when there
# are not many documents: then the calls cost more than the numbers.
_FEW = 8
_MANY = 20_000


class Candidates:
    """Documents of a snapshot (ascending numbers; None: every one) and their ``scores``, 0 at first."""

    def __init__(self, snapshot: Snapshot, documents: Documents | None = None) -> None:
        self.snapshot = snapshot
        self.documents = np.arange(snapshot.count) if documents is None else documents
        self.scores: Scores = np.zeros(len(self.documents))
        self._everything = documents is None
        self._slots: npt.NDArray[np.int32] | None = None

    def find(self, documents: npt.NDArray[np.int32]) -> tuple[Places, Places | slice]:
        """Which scores belong to ``documents`` (ascending), and which of these are wanted at all."""
        if self._everything:
            return documents, slice(None)
        if len(self.documents) * _SEARCHED < len(documents):
            wanted = self.documents.astype(np.int32)
            at = documents.searchsorted(wanted)
            same = np.flatnonzero(documents.take(at, mode="clip") == wanted)
            return same, at[same]
        slot = self._slot_of().take(documents)
        found = np.flatnonzero(slot >= 0)
        return (slot, slice(None)) if len(found) == len(slot) else (slot[found], found)

    def add(self, found: TermScores) -> None:
        places, which = self.find(found.documents)
        self.scores[places] += found.scores[which]

    def by_segment(self, places: Places) -> Iterator[tuple[Places, int, npt.NDArray[np.int32]]]:
        """The places that lie in each segment, its number, and the numbers of their documents in it."""
        documents = self.documents[places].astype(np.int32)
        bounds = documents.searchsorted(np.array(self.snapshot.bases, np.int32)).tolist()
        for segment, (low, high) in enumerate(pairwise(bounds)):
            if low < high:
                yield places[low:high], segment, documents[low:high] - np.int32(self.snapshot.bases[segment])

    def _slot_of(self) -> npt.NDArray[np.int32]:
        """Place of every document among the wanted ones, -1 where it is none."""
        if self._slots is None:
            self._slots = np.full(self.snapshot.count, -1, np.int32)
            self._slots[self.documents] = np.arange(len(self.documents), dtype=np.int32)
        return self._slots


def best(scores: Scores, count: int) -> Places:
    """Places of the ``count`` highest scores, and of those that tie with the last; ascending."""
    if len(scores) <= count:
        return np.arange(len(scores))
    return np.flatnonzero(scores >= np.partition(scores, -count)[-count])


def inverse_frequency(count: int, frequency: int) -> float:
    return log(count / (frequency + 1)) + 1


def term_scores(snapshot: Snapshot, field: str, lists: Sequence[Postings], weight: float = 1.0) -> TermScores:
    """What one term gives every document that has it. ``lists``: its postings, a segment each."""
    documents = _documents(snapshot, lists)
    if not len(documents):
        return NOTHING
    often = np.concatenate([postings.weights for postings in lists]).astype(np.float64)
    return _scored(snapshot, field, documents, often, len(documents), weight)


def add_group(candidates: Candidates, group: Group, weights: Mapping[str, float]) -> float:
    """Add what a group of terms that counts as one gives in several fields; the most it can give.

    The scores of all documents are kept with the snapshot, for common words are asked for again and again;
    for few candidates only these are worked out.
    """
    snapshot = candidates.snapshot
    key = group, *weights.items()
    known = snapshot.term_scores.peek(key)
    if known is None and max(_MANY, len(candidates.documents) * _FEW) < snapshot.count:
        return _add_to_few(candidates, group, weights)
    if known is None:
        known = snapshot.term_scores.keep(key, _group_scores(snapshot, group, weights))
    candidates.add(known)
    return known.bound


def _add_to_few(candidates: Candidates, group: Group, weights: Mapping[str, float]) -> float:
    snapshot, bound = candidates.snapshot, 0.0
    together = np.zeros(len(candidates.documents))
    for field, weight in weights.items():
        lists = _lists(snapshot, field, group)
        frequency = sum(map(len, lists))
        if not frequency:
            continue
        for places, segment, wanted in candidates.by_segment(np.arange(len(together))):
            postings = lists[segment]
            at = postings.documents.searchsorted(wanted)
            same = (
                np.flatnonzero(postings.documents.take(at, mode="clip") == wanted)
                if len(postings)
                else at[:0]
            )
            often = postings.weights[at[same]].astype(np.float64)
            documents = wanted[same] + np.int32(snapshot.bases[segment])
            together[places[same]] += _scored(snapshot, field, documents, often, frequency, weight).scores
        bound += weight * inverse_frequency(snapshot.count, frequency) * (K1 + 1)
    candidates.scores += together
    return bound


def _group_scores(snapshot: Snapshot, group: Group, weights: Mapping[str, float]) -> TermScores:
    scores, bound = np.zeros(snapshot.count), 0.0
    found = np.zeros(snapshot.count, bool)
    for field, weight in weights.items():
        given = term_scores(snapshot, field, _lists(snapshot, field, group), weight)
        scores[given.documents] += given.scores
        found[given.documents] = True
        bound += given.bound
    documents = np.flatnonzero(found)
    return TermScores(documents.astype(np.int32), scores[documents], bound)


def _scored(
    snapshot: Snapshot,
    field: str,
    documents: npt.NDArray[np.int32],
    often: Scores,
    frequency: int,
    weight: float,
) -> TermScores:
    idf = inverse_frequency(snapshot.count, frequency)
    norm = _norms(snapshot, field)[documents]
    return TermScores(
        documents, weight * (idf * ((often * (K1 + 1)) / (often + norm))), weight * idf * (K1 + 1)
    )


def group_documents(snapshot: Snapshot, field: str, group: Group) -> npt.NDArray[np.int32]:
    """Documents, ascending, whose field has any term of the group."""
    return _documents(snapshot, _lists(snapshot, field, group))


def _lists(snapshot: Snapshot, field: str, group: Group) -> list[Postings]:
    return [_merged(segment, field, group) for segment in snapshot.segments]


def _merged(segment: OpenSegment, field: str, group: Group) -> Postings:
    """The group as if it were one term: its frequencies added up."""
    if len(group) == 1:
        return segment.postings(field, group[0])
    weights = np.zeros(segment.count)
    for term in group:
        postings = segment.postings(field, term)
        weights[postings.documents] += postings.weights
    documents = np.flatnonzero(weights)
    return Postings(documents.astype(np.int32), weights[documents])


def _documents(snapshot: Snapshot, lists: Sequence[Postings]) -> npt.NDArray[np.int32]:
    parts = [
        postings.documents + np.int32(base) for base, postings in zip(snapshot.bases, lists, strict=False)
    ]
    return np.concatenate([np.zeros(0, np.int32), *parts])


def _norms(snapshot: Snapshot, field: str) -> Scores:
    """What the length of each document's field takes from its words."""

    def make() -> Scores:
        average = sum(segment.field_length(field) for segment in snapshot.segments) / snapshot.count or 1
        return K1 * ((1 - B) + B * snapshot.lengths(field) / average)

    return snapshot.remembered(f"norms of {field}", make)


NOTHING = TermScores(np.zeros(0, np.int32), np.zeros(0), 0.0)
