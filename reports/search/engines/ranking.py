"""Scores. Reports: BM25 over Whoosh's own postings, read as arrays. Units: BM25 over literal counts.

On top of a report's BM25 comes what counts of words does not see: that its headline has all of them, and
that they stand near each other. docs/ranking.md says what each is worth.

The statistics are those of ``whoosh.scoring.BM25F``: documents and document frequencies count deleted
documents as well, the idf is log(N / (n + 1)) + 1, lengths are those Whoosh stores. For one field the
scores therefore equal stock Whoosh's, which is the oracle of the tests.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import log

import numpy as np
import numpy.typing as npt

from reports.language.segment import default_segmenter
from reports.search.request import Scope
from reports.search.syntax.tree import Near, Prefix

from .conditions import Condition, leaf_texts, wanted_leaves
from .evaluate import evaluate
from .nearness import Places, shortest_gaps
from .postings import Postings
from .schema import HEADLINE_FIELD, TEXT_FIELD
from .snapshot import Mask, OpenSegment, Snapshot
from .weights import (
    FIELD_WEIGHTS,
    HEADLINE_COVERED,
    K1,
    NEAR,
    NEAR_CANDIDATES,
    NEAR_HALVED,
    UNIT_HEADING_WEIGHT,
    B,
)

Scores = npt.NDArray[np.float64]
Documents = npt.NDArray[np.int64]

# Terms a prefix may stand for while ranking; the rest still match.
_PREFIX_TERMS = 64


def relevance(snapshot: Snapshot, scope: Scope, tree: Condition, matched: Mask) -> Scores:
    """Scores of all units of ``scope``; only those of ``matched`` mean anything.

    A unit in which a word stands only by accident (区长 inside 历城区长期) comes after every unit in
    which the query's words stand as jieba cuts them: these are lifted by more than any accident can
    score, so that the order of scores is the order of hits.
    """
    texts = leaf_texts(tree)
    if not texts:
        return np.zeros(len(matched))
    scores, bound = _reports(snapshot, tree) if scope is Scope.REPORT else _units(snapshot, scope, tree)
    has_nearness = scope is Scope.REPORT and len(texts) > 1
    scores[evaluate(snapshot, scope, tree, whole_words=True)] += bound + NEAR * has_nearness
    if has_nearness:
        add_nearness(snapshot, texts, matched, scores)
    return scores


def inverse_frequency(count: int, frequency: int) -> float:
    return log(count / (frequency + 1)) + 1


def bm25(
    snapshot: Snapshot, field: str, lists: Sequence[Postings], scores: Scores, weight: float = 1.0
) -> float:
    """Add one term's scores (``lists``: its postings, a segment each); the most it can give a document."""
    frequency = sum(map(len, lists))
    if not frequency:
        return 0.0
    count = snapshot.count
    idf = inverse_frequency(count, frequency)
    average = sum(segment.field_length(field) for segment in snapshot.segments) / count or 1
    lengths = snapshot.lengths(field)
    for base, postings in zip(snapshot.bases, lists, strict=False):
        documents = postings.documents + base
        norm = K1 * ((1 - B) + B * lengths[documents] / average)
        scores[documents] += weight * (idf * ((postings.weights * (K1 + 1)) / (postings.weights + norm)))
    return weight * idf * (K1 + 1)


def query_terms(tree: Condition) -> list[tuple[str, ...]]:
    """What is scored: jieba's tokens of the wanted texts, each once; a prefix stays one group."""
    terms: dict[tuple[str, ...], None] = {}
    for leaf in wanted_leaves(tree):
        if isinstance(leaf, Prefix):
            continue
        for text in leaf.texts if isinstance(leaf, Near) else (leaf.text,):
            for token in default_segmenter().search_tokens(text):
                terms[(token.text,)] = None
    return list(terms)


def score_terms(
    snapshot: Snapshot, terms: Sequence[tuple[str, ...]], weights: Mapping[str, float], scores: Scores
) -> float:
    bound = 0.0
    for group in terms:
        for field, weight in weights.items():
            lists = [_merged(segment, field, group) for segment in snapshot.segments]
            bound += bm25(snapshot, field, lists, scores, weight)
    return bound


def _reports(snapshot: Snapshot, tree: Condition) -> tuple[Scores, float]:
    scores = np.zeros(snapshot.count)
    terms = query_terms(tree) + [
        _expanded(snapshot, leaf) for leaf in wanted_leaves(tree) if isinstance(leaf, Prefix)
    ]
    bound = score_terms(snapshot, terms, FIELD_WEIGHTS, scores)
    return scores, bound + add_covered_headlines(snapshot, terms, scores)


def add_covered_headlines(snapshot: Snapshot, terms: Sequence[tuple[str, ...]], scores: Scores) -> float:
    """Lift the documents whose headline has all the terms; by how much."""
    standing = np.zeros(snapshot.count, np.int32)
    most = 0.0
    for group in terms:
        lists = [_merged(segment, HEADLINE_FIELD, group) for segment in snapshot.segments]
        frequency = sum(map(len, lists))
        if not frequency:
            return 0.0
        most += FIELD_WEIGHTS[HEADLINE_FIELD] * inverse_frequency(snapshot.count, frequency) * (K1 + 1)
        for base, postings in zip(snapshot.bases, lists, strict=False):
            standing[postings.documents + base] += 1
    lift = HEADLINE_COVERED * most
    scores[standing == max(1, len(terms))] += lift
    return lift


def add_nearness(snapshot: Snapshot, texts: Sequence[str], matched: Mask, scores: Scores) -> None:
    """Add up to NEAR to the best of the matched documents, the more the nearer the texts stand."""
    candidates = best_documents(np.flatnonzero(matched), scores, NEAR_CANDIDATES)
    for low, high, segment, documents in by_segment(snapshot, candidates):
        places = [places_of(segment, text, documents) for text in texts]
        gaps = shortest_gaps(places, len(documents))
        scores[candidates[low:high]] += NEAR / (1 + gaps / NEAR_HALVED)


def best_documents(documents: Documents, scores: Scores, count: int) -> Documents:
    """The ``count`` documents of highest score, and those that tie with the last; in their order."""
    if len(documents) <= count:
        return documents
    found = scores[documents]
    kept = np.flatnonzero(found >= np.partition(found, -count)[-count])
    return documents.take(kept)


def by_segment(snapshot: Snapshot, documents: Documents) -> Iterator[tuple[int, int, OpenSegment, Documents]]:
    """Where the documents of each segment begin and end among ascending ones, and their numbers in it."""
    for base, segment in zip(snapshot.bases, snapshot.segments, strict=False):
        low, high = documents.searchsorted([base, base + segment.count]).tolist()
        if low < high:
            yield low, high, segment, documents[low:high] - base


def places_of(segment: OpenSegment, text: str, documents: Documents) -> Places:
    start, document = segment.literal.places_in(text, documents)
    units = len(text.encode("utf-16-le", "surrogatepass")) // 2
    return Places(units, start.astype(np.int64), document)


def _expanded(snapshot: Snapshot, leaf: Prefix) -> tuple[str, ...]:
    terms: dict[str, None] = {}
    for segment in snapshot.segments:
        for term in segment.terms_with_prefix(TEXT_FIELD, leaf.text):
            terms[term] = None
            if len(terms) == _PREFIX_TERMS:
                return tuple(terms)
    return tuple(terms)


def _merged(segment: OpenSegment, field: str, group: tuple[str, ...]) -> Postings:
    """The group as if it were one term: its frequencies added up."""
    if len(group) == 1:
        return segment.postings(field, group[0])
    weights = np.zeros(segment.count)
    for term in group:
        postings = segment.postings(field, term)
        weights[postings.documents] += postings.weights
    documents = np.flatnonzero(weights)
    return Postings(documents.astype(np.int32), weights[documents])


def _units(snapshot: Snapshot, scope: Scope, tree: Condition) -> tuple[Scores, float]:
    units = snapshot.units(scope)
    scores = np.zeros(len(units))
    lengths = snapshot.lengths(scope.value)
    norm = K1 * ((1 - B) + B * lengths / (lengths.sum() / max(1, len(units)) or 1))
    bound = 0.0
    for text in leaf_texts(tree):
        for kinds, weight in ((None, 1.0), (frozenset({"heading"}), UNIT_HEADING_WEIGHT)):
            frequencies = _frequencies(snapshot, scope, text, kinds)
            found = np.flatnonzero(frequencies)
            if len(found):
                idf = log(len(units) / (len(found) + 1)) + 1
                often = frequencies[found]
                scores[found] += weight * idf * (often * (K1 + 1)) / (often + norm[found])
                bound += weight * idf * (K1 + 1)
    return scores, bound


def _frequencies(snapshot: Snapshot, scope: Scope, text: str, kinds: frozenset[str] | None) -> Scores:
    starts = snapshot.units(scope).starts
    frequencies = np.zeros(starts[-1])
    for start, segment in zip(starts, snapshot.segments, strict=False):
        found, occurrences, _ = segment.literal.counts(text, scope, kinds)
        frequencies[start + found] = occurrences
    return frequencies
