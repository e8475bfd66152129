"""Ranking by any of the terms of a text: questions in natural language, and similar articles.

In every other search all words must match. A question has words that no answer repeats, so each article is
scored by the terms that it has: BM25 over pairs of characters (``question_terms.py``), the words of the
headline, and the best passage of the best articles.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from math import log

import numpy as np

from reports.language.normalise import fold
from reports.search.contract.values import UnitHit
from reports.search.engines.whoosh.directory.arrays import Floats, Int32s
from reports.search.engines.whoosh.index_segment.postings import Postings
from reports.search.engines.whoosh.index_segment.schema import TEXT_FIELD
from reports.search.engines.whoosh.literal.proximity import Occurrences
from reports.search.engines.whoosh.reader.snapshot import SegmentReader, Snapshot
from reports.search.engines.whoosh.scoring.bm25 import (
    ScoredDocuments,
    highest,
    inverse_document_frequency,
    term_scores,
)
from reports.search.engines.whoosh.scoring.proximity import best_windows
from reports.search.engines.whoosh.scoring.question_terms import (
    INTERROGATIVES,
    QuestionTerm,
    question_terms,
)
from reports.search.engines.whoosh.scoring.weights import (
    MAX_QUESTION_TERMS,
    QUESTION_WEIGHTS,
    WINDOW,
    WINDOW_CANDIDATES,
    WINDOW_WEIGHT,
)
from reports.search.request import Scope

from .ordering import slice_of_page, unit_hits
from .ranking import add_headline_boost, add_term_groups


def rank_question(snapshot: Snapshot, text: str, limit: int, exclude: Collection[int] = ()) -> list[UnitHit]:
    """The best ``limit`` articles for a question, or for any other text, best first.

    An article is a hit if it has any term of the text, unless ``exclude`` has its id. Ties are ordered as in
    every search. A text without letters, digits and ideographs finds nothing.
    """
    scores = score_question(snapshot, text)
    hits = np.flatnonzero((scores > 0) & snapshot.live & ~np.isin(snapshot.ids, list(exclude)))
    units = snapshot.units(Scope.ARTICLE)
    shown = slice_of_page(snapshot, units, hits, [-scores[hits]], 0, limit)
    return unit_hits(snapshot, units, hits, scores[hits], shown)


def score_question(snapshot: Snapshot, text: str) -> Floats:
    """Scores of all documents for a question as typed; 0 without any of its terms."""
    tokens = snapshot.segmenter.search_tokens
    words = [token.text for part in text.split() for token in tokens(fold(part))]
    return score_question_terms(snapshot, question_terms(text, snapshot.segmenter), words)


def score_question_terms(
    snapshot: Snapshot, terms: Mapping[str, QuestionTerm], words: Iterable[str]
) -> Floats:
    """Scores of all documents, including deleted ones; 0 without any of the terms. ``words`` count in
    headlines and headings; if there are too many, the first ones, which are those of the headline."""
    scored = ScoredDocuments(snapshot)
    informative = most_informative(snapshot, terms)
    idf_weights: dict[str, float] = {}
    for string, term in informative.items():
        lists = [_postings(segment, string, term) for segment in snapshot.segments]
        if frequency := sum(map(len, lists)):
            idf_weights[string] = term.weight * inverse_document_frequency(snapshot.count, frequency)
            scored.add(term_scores(snapshot, TEXT_FIELD, lists, term.weight))
    if idf_weights:
        groups = [(word,) for word in dict.fromkeys(words) if len(word) > 1 and word not in INTERROGATIVES]
        add_term_groups(scored, groups[:MAX_QUESTION_TERMS], QUESTION_WEIGHTS)
        add_headline_boost(scored, groups)
        if len(terms) == len(informative):  # no single passage answers a whole article
            _add_windows(scored, informative, idf_weights)
    return scored.scores


def most_informative(snapshot: Snapshot, terms: Mapping[str, QuestionTerm]) -> dict[str, QuestionTerm]:
    """The MAX_QUESTION_TERMS terms that say most: frequent in the text, rare in the archive."""
    if len(terms) <= MAX_QUESTION_TERMS:
        return dict(terms)
    words_in_archive = sum(segment.field_length(TEXT_FIELD) for segment in snapshot.segments)
    rated = []
    for position, (string, term) in enumerate(terms.items()):
        # The upper bound needs no search, and is near enough.
        occurrences = sum(segment.literal.index.max_occurrences(string) for segment in snapshot.segments)
        if occurrences:
            rating = (1 + log(term.count)) * log(1 + words_in_archive / occurrences)
            rated.append((-rating, position, string))
    return {string: terms[string] for _, _, string in sorted(rated)[:MAX_QUESTION_TERMS]}


def _postings(segment: SegmentReader, string: str, term: QuestionTerm) -> Postings:
    if term.whole_word:
        return segment.words.postings(TEXT_FIELD, string)
    documents, frequencies = segment.literal.term_frequencies(string, Scope.ARTICLE)
    return Postings(documents.astype(np.int32), frequencies.astype(np.float64))


def _add_windows(
    scored: ScoredDocuments, terms: Mapping[str, QuestionTerm], idf_weights: Mapping[str, float]
) -> None:
    """Add the score of the best passage of each of the best documents: every term in it counts once."""
    live = np.flatnonzero((scored.scores > 0) & scored.snapshot.live)
    live_documents = ScoredDocuments(scored.snapshot, live)
    best = highest(scored.scores[live], WINDOW_CANDIDATES)
    for indexes, number, documents in live_documents.by_segment(best):
        segment = scored.snapshot.segments[number]
        occurrences = [_occurrences(segment, string, terms[string], documents) for string in idf_weights]
        windows = best_windows(occurrences, list(idf_weights.values()), WINDOW, len(documents))
        scored.scores[live[indexes]] += WINDOW_WEIGHT * windows


def _occurrences(segment: SegmentReader, string: str, term: QuestionTerm, documents: Int32s) -> Occurrences:
    occurrences = segment.literal.occurrences_in(string, documents)
    if not term.whole_word:
        return occurrences
    start = occurrences.start.astype(np.uint32)
    is_whole = segment.literal.blocks.is_whole(start, occurrences.length)
    return replace(occurrences, start=occurrences.start[is_whole], owner=occurrences.owner[is_whole])
