"""Scores. Reports: BM25 over Whoosh's own postings, read as arrays. Units: BM25 over literal counts.

The statistics are those of ``whoosh.scoring.BM25F``: documents and document frequencies count deleted
documents as well, the idf is log(N / (n + 1)) + 1, lengths are those Whoosh stores. For one field the
scores therefore equal stock Whoosh's, which is the oracle of the tests.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import log

import numpy as np
import numpy.typing as npt

from reports.language.segment import default_segmenter
from reports.search.request import Scope
from reports.search.syntax.tree import Near, Prefix

from .conditions import Condition, leaf_texts, wanted_leaves
from .evaluate import evaluate
from .postings import Postings
from .schema import TEXT_FIELD
from .snapshot import Mask, OpenSegment, Snapshot
from .weights import FIELD_WEIGHTS, K1, UNIT_HEADING_WEIGHT, B

Scores = npt.NDArray[np.float64]

# Terms a prefix may stand for while ranking; the rest still match.
_PREFIX_TERMS = 64


def relevance(snapshot: Snapshot, scope: Scope, tree: Condition, matched: Mask) -> Scores:
    """Scores of all units of ``scope``; only those of ``matched`` mean anything.

    A unit in which a word stands only by accident (区长 inside 历城区长期) comes after every unit in
    which the query's words stand as jieba cuts them: these are lifted by more than any accident can
    score, so that the order of scores is the order of hits.
    """
    if not leaf_texts(tree):
        return np.zeros(len(matched))
    scores, bound = _reports(snapshot, tree) if scope is Scope.REPORT else _units(snapshot, scope, tree)
    scores[evaluate(snapshot, scope, tree, whole_words=True)] += bound
    return scores


def bm25(
    snapshot: Snapshot, field: str, lists: Sequence[Postings], scores: Scores, weight: float = 1.0
) -> float:
    """Add one term's scores (``lists``: its postings, a segment each); the most it can give a document."""
    frequency = sum(map(len, lists))
    if not frequency:
        return 0.0
    count = snapshot.count
    idf = log(count / (frequency + 1)) + 1
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
    return scores, score_terms(snapshot, terms, FIELD_WEIGHTS, scores)


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
