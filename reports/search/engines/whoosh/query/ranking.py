"""Scores. Articles: BM25 over the word lists (``bm25.py``). Sections and figures: BM25 over literal
occurrences.

An article gets more for what BM25 does not see: its headline has all words, or the words are near each other.
docs/ranking.md says what each is worth.
"""

from __future__ import annotations

import heapq
from collections.abc import Mapping, Sequence
from itertools import groupby, islice

import numpy as np

from reports.language.segment import Segmenter
from reports.search.contract.conditions import Condition
from reports.search.engines.whoosh.directory.arrays import Floats, Int64s
from reports.search.engines.whoosh.index_segment.schema import HEADLINE_FIELD, TEXT_FIELD
from reports.search.engines.whoosh.reader.snapshot import Snapshot
from reports.search.engines.whoosh.scoring.bm25 import (
    ScoredDocuments,
    TermGroup,
    add_term_group,
    group_documents,
    highest,
    inverse_document_frequency,
)
from reports.search.engines.whoosh.scoring.proximity import shortest_spans
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
from reports.search.syntax.tree import Prefix, leaf_texts, leaves, texts

from .matching import Matcher

# Terms of a prefix that count in the ranking; the others still match.
_MAX_PREFIX_TERMS = 64


def relevance(matcher: Matcher, tree: Condition, hits: Int64s, needed: int | None = None) -> Floats:
    """Scores of the units ``hits`` (ascending), which match ``tree``.

    A unit that contains a word only by chance (区长 inside 历城区长期) comes after every unit that contains
    the words of the query as jieba cuts them: these are boosted by more than any other unit can score, so the
    order of scores is the order of hits. With ``needed``, only this number of the best hits are certain to be
    in order.
    """
    strings = texts(tree)
    if not strings or not len(hits):
        return np.zeros(len(hits))
    if matcher.scope is not Scope.ARTICLE:
        scores, max_score = _score_units(matcher.snapshot, matcher.scope, tree, hits)
        _boost_whole_words(matcher, tree, hits, scores, max_score, needed)
        return scores
    scored = ScoredDocuments(matcher.snapshot, hits)
    terms = query_terms(tree, matcher.snapshot.segmenter) + [
        _expanded(matcher.snapshot, leaf) for leaf, _ in leaves(tree) if isinstance(leaf, Prefix)
    ]
    max_score = add_term_groups(scored, terms, FIELD_WEIGHTS) + add_headline_boost(scored, terms)
    if len(strings) == 1:
        _boost_whole_words(matcher, tree, hits, scored.scores, max_score, needed)
    else:
        needed = None if needed is None else max(needed, NEAR_CANDIDATES)
        _boost_whole_words(matcher, tree, hits, scored.scores, max_score + NEAR, needed)
        _add_proximity_boost(scored, strings)
    return scored.scores


def _boost_whole_words(
    matcher: Matcher, tree: Condition, hits: Int64s, scores: Floats, boost: float, needed: int | None
) -> None:
    """Boost the hits that have the words as whole words: all of them, or the best until ``needed`` are found.

    Every hit that was not examined then scores less than each of these.
    """
    # If the hits are not many more than needed, examine all of them at once.
    count = len(hits) if needed is None or len(hits) <= 8 * needed else 2 * needed
    while True:
        indexes = highest(scores, count)
        examined = hits[indexes]
        among = np.zeros(len(matcher.units), bool)
        among[examined] = True
        is_whole = matcher.whole_words(tree, among)[examined]
        whole_count = int(np.count_nonzero(is_whole))
        if needed is None or len(indexes) == len(hits) or whole_count >= needed:
            scores[indexes[is_whole]] += boost
            return
        # Estimate the number to examine from the share so far; if hardly any were whole words, examine all
        # hits.
        is_rare = 50 * whole_count <= len(indexes)
        count = len(hits) if is_rare else 2 * needed * len(indexes) // whole_count


def query_terms(tree: Condition, segmenter: Segmenter) -> list[TermGroup]:
    """The words that are scored: jieba's tokens of the texts that are not negated, each once; no prefixes."""
    tokens = dict.fromkeys(
        token.text
        for leaf, _ in leaves(tree)
        if not isinstance(leaf, Prefix)
        for text in leaf_texts(leaf)
        for token in segmenter.search_tokens(text)
    )
    return [(word,) for word in tokens]


def add_term_groups(
    scored: ScoredDocuments, groups: Sequence[TermGroup], weights: Mapping[str, float]
) -> float:
    """Returns an upper bound of what a document gets."""
    max_score = 0.0
    for group in groups:
        max_score += add_term_group(scored, group, weights)
    return max_score


def add_headline_boost(scored: ScoredDocuments, groups: Sequence[TermGroup]) -> float:
    """Boost the documents whose headline has all the terms. Returns the boost."""
    snapshot = scored.snapshot
    lists = [group_documents(snapshot, HEADLINE_FIELD, group) for group in groups]
    if not all(map(len, lists)):
        return 0.0
    terms_in_headline = np.zeros(len(scored.documents), np.int32)
    max_score = 0.0
    for documents in lists:
        idf = inverse_document_frequency(snapshot.count, len(documents))
        max_score += FIELD_WEIGHTS[HEADLINE_FIELD] * idf * (K1 + 1)
        terms_in_headline[scored.find(documents)[0]] += 1
    boost = HEADLINE_COVERED * max_score
    scored.scores[terms_in_headline == max(1, len(groups))] += boost
    return boost


def _add_proximity_boost(scored: ScoredDocuments, strings: Sequence[str]) -> None:
    """Add up to NEAR to the best documents: the nearer the strings are to each other, the more."""
    for indexes, segment, documents in scored.by_segment(highest(scored.scores, NEAR_CANDIDATES)):
        literal = scored.snapshot.segments[segment].literal
        occurrences = [literal.occurrences_in(text, documents) for text in strings]
        scored.scores[indexes] += NEAR / (1 + shortest_spans(occurrences, len(documents)) / NEAR_HALVED)


def _expanded(snapshot: Snapshot, leaf: Prefix) -> TermGroup:
    # In order of term over all segments: scores must not depend on which segment has which article.
    terms = heapq.merge(
        *(segment.words.terms_with_prefix(TEXT_FIELD, leaf.text) for segment in snapshot.segments)
    )
    return tuple(islice((term for term, _ in groupby(terms)), _MAX_PREFIX_TERMS))


def _score_units(snapshot: Snapshot, scope: Scope, tree: Condition, hits: Int64s) -> tuple[Floats, float]:
    count = len(snapshot.units(scope))
    lengths = snapshot.lengths(scope.value)
    norm = K1 * ((1 - B) + B * lengths[hits] / (lengths.sum() / max(1, count) or 1))
    scores, max_score = np.zeros(len(hits)), 0.0
    for text in texts(tree):
        for kinds, weight in ((None, 1.0), (frozenset({"heading"}), UNIT_HEADING_WEIGHT)):
            all_frequencies = _term_frequencies(snapshot, scope, text, kinds)
            if unit_frequency := int(np.count_nonzero(all_frequencies)):
                idf = inverse_document_frequency(count, unit_frequency)
                frequencies = all_frequencies[hits]
                scores += weight * idf * (frequencies * (K1 + 1)) / (frequencies + norm)
                max_score += weight * idf * (K1 + 1)
    return scores, max_score


def _term_frequencies(snapshot: Snapshot, scope: Scope, text: str, kinds: frozenset[str] | None) -> Floats:
    """The number of occurrences of ``text`` in each unit."""
    starts = snapshot.units(scope).starts
    frequencies = np.zeros(starts[-1])
    for start, segment in zip(starts, snapshot.segments, strict=False):
        units, counts = segment.literal.term_frequencies(text, scope, kinds)
        frequencies[start + units] = counts
    return frequencies
