"""Scores. Articles: BM25 over Whoosh's own postings (``bm25.py``). Units: BM25 over literal counts.

On top of an article's BM25 comes what counting words does not see: that its headline has all of them, and
that they stand near each other. docs/ranking.md says what each is worth.
"""

from __future__ import annotations

import heapq
from collections.abc import Mapping, Sequence
from itertools import groupby, islice

import numpy as np
import numpy.typing as npt

from reports.language.segment import Segmenter
from reports.search.contract.conditions import Condition
from reports.search.engines.whoosh.index_segment.schema import HEADLINE_FIELD, TEXT_FIELD
from reports.search.engines.whoosh.query.matching import Evaluation
from reports.search.engines.whoosh.reader.snapshot import OpenSegment, Snapshot
from reports.search.engines.whoosh.scoring.bm25 import (
    Candidates,
    Documents,
    Group,
    Scores,
    add_group,
    best,
    group_documents,
    inverse_frequency,
)
from reports.search.engines.whoosh.scoring.proximity import Places, shortest_gaps
from reports.search.engines.whoosh.scoring.weights import (
    FIELD_WEIGHTS,
    HEADLINE_COVERED,
    K1,
    NEAR,
    NEAR_CANDIDATES,
    NEAR_HALVED,
    UNIT_HEADING_WEIGHT,
    B,
)
from reports.search.request import Scope
from reports.search.syntax.tree import Prefix, leaf_texts, leaves
from reports.search.syntax.tree import texts as texts_of

# Terms a prefix may stand for while ranking; the rest still match.
_PREFIX_TERMS = 64


def relevance(evaluation: Evaluation, tree: Condition, hits: Documents, wanted: int | None = None) -> Scores:
    """Scores of the units ``hits`` (ascending), which match ``tree``.

    A unit in which a word stands only by accident (区长 inside 历城区长期) comes after every unit in
    which the query's words stand as jieba cuts them: these are lifted by more than any accident can
    score, so that the order of scores is the order of hits. With ``wanted``, so many of the best are
    told apart from all others, and these not among themselves.
    """
    texts = texts_of(tree)
    if not texts or not len(hits):
        return np.zeros(len(hits))
    if evaluation.scope is not Scope.ARTICLE:
        scores, bound = _units(evaluation.snapshot, evaluation.scope, tree, hits)
        _lift_whole_words(evaluation, tree, hits, scores, bound, wanted)
        return scores
    candidates = Candidates(evaluation.snapshot, hits)
    bound = _articles(candidates, tree)
    if len(texts) == 1:
        _lift_whole_words(evaluation, tree, hits, candidates.scores, bound, wanted)
    else:
        enough = None if wanted is None else max(wanted, NEAR_CANDIDATES)
        _lift_whole_words(evaluation, tree, hits, candidates.scores, bound + NEAR, enough)
        add_nearness(candidates, texts)
    return candidates.scores


def _lift_whole_words(
    evaluation: Evaluation, tree: Condition, hits: Documents, scores: Scores, lift: float, wanted: int | None
) -> None:
    """Lift the hits in which the words stand whole: all of them, or the best until there are ``wanted``.

    Whatever has not been looked at then scores less than each of these.
    """
    # Few hits more than are wanted: all of them in one go.
    count = len(hits) if wanted is None or len(hits) <= 8 * wanted else 2 * wanted
    while True:
        places = best(scores, count)
        chosen = hits[places]
        among = np.zeros(len(evaluation.units), bool)
        among[chosen] = True
        whole = evaluation.whole_words(tree, among)[chosen]
        found = int(np.count_nonzero(whole))
        if wanted is None or len(places) == len(hits) or found >= wanted:
            scores[places[whole]] += lift
            return
        # So many more as these had too few; where next to none were whole, all of them.
        count = 2 * wanted * len(places) // found if 50 * found > len(places) else len(hits)


def query_terms(tree: Condition, segmenter: Segmenter) -> list[tuple[str, ...]]:
    """What is scored: jieba's tokens of the wanted texts, each once; a prefix stays one group."""
    terms: dict[tuple[str, ...], None] = {}
    for leaf, _ in leaves(tree):
        if isinstance(leaf, Prefix):
            continue
        for text in leaf_texts(leaf):
            for token in segmenter.search_tokens(text):
                terms[(token.text,)] = None
    return list(terms)


def score_terms(candidates: Candidates, terms: Sequence[Group], weights: Mapping[str, float]) -> float:
    bound = 0.0
    for group in terms:
        bound += add_group(candidates, group, weights)
    return bound


def _articles(candidates: Candidates, tree: Condition) -> float:
    terms = query_terms(tree, candidates.snapshot.segmenter) + [
        _expanded(candidates.snapshot, leaf) for leaf, _ in leaves(tree) if isinstance(leaf, Prefix)
    ]
    return score_terms(candidates, terms, FIELD_WEIGHTS) + add_covered_headlines(candidates, terms)


def add_covered_headlines(candidates: Candidates, terms: Sequence[Group]) -> float:
    """Lift the documents whose headline has all the terms; by how much."""
    snapshot = candidates.snapshot
    with_each = [group_documents(snapshot, HEADLINE_FIELD, group) for group in terms]
    if not all(map(len, with_each)):
        return 0.0
    standing = np.zeros(len(candidates.documents), np.int32)
    most = 0.0
    for documents in with_each:
        most += FIELD_WEIGHTS[HEADLINE_FIELD] * inverse_frequency(snapshot.count, len(documents)) * (K1 + 1)
        standing[candidates.find(documents)[0]] += 1
    lift = HEADLINE_COVERED * most
    candidates.scores[standing == max(1, len(terms))] += lift
    return lift


def add_nearness(candidates: Candidates, texts: Sequence[str]) -> None:
    """Add up to NEAR to the best of the documents, the more the nearer the texts stand."""
    for places, number, documents in candidates.by_segment(best(candidates.scores, NEAR_CANDIDATES)):
        segment = candidates.snapshot.segments[number]
        gaps = shortest_gaps([places_of(segment, text, documents) for text in texts], len(documents))
        candidates.scores[places] += NEAR / (1 + gaps / NEAR_HALVED)


def places_of(segment: OpenSegment, text: str, documents: npt.NDArray[np.int32]) -> Places:
    start, document = segment.literal.places_in(text, documents)
    units = len(text.encode("utf-16-le", "surrogatepass")) // 2
    return Places(units, start.astype(np.int64), document)


def _expanded(snapshot: Snapshot, leaf: Prefix) -> Group:
    # In order over all segments: what is scored must not depend on how articles lie in segments.
    terms = heapq.merge(
        *(segment.words.terms_with_prefix(TEXT_FIELD, leaf.text) for segment in snapshot.segments)
    )
    return tuple(islice((term for term, _ in groupby(terms)), _PREFIX_TERMS))


def _units(snapshot: Snapshot, scope: Scope, tree: Condition, hits: Documents) -> tuple[Scores, float]:
    count = len(snapshot.units(scope))
    lengths = snapshot.lengths(scope.value)
    norm = K1 * ((1 - B) + B * lengths[hits] / (lengths.sum() / max(1, count) or 1))
    scores, bound = np.zeros(len(hits)), 0.0
    for text in texts_of(tree):
        for kinds, weight in ((None, 1.0), (frozenset({"heading"}), UNIT_HEADING_WEIGHT)):
            frequencies = _frequencies(snapshot, scope, text, kinds)
            if found := int(np.count_nonzero(frequencies)):
                idf = inverse_frequency(count, found)
                often = frequencies[hits]
                scores += weight * idf * (often * (K1 + 1)) / (often + norm)
                bound += weight * idf * (K1 + 1)
    return scores, bound


def _frequencies(snapshot: Snapshot, scope: Scope, text: str, kinds: frozenset[str] | None) -> Scores:
    starts = snapshot.units(scope).starts
    frequencies = np.zeros(starts[-1])
    for start, segment in zip(starts, snapshot.segments, strict=False):
        found, occurrences = segment.literal.frequencies(text, scope, kinds)
        frequencies[start + found] = occurrences
    return frequencies
