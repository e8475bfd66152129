"""Ranking by any of a text's evidence: natural-language questions, and articles like an article.

Every other search asks that all words be found. A question has words that no answer repeats, so here each
article is scored by what it does have: BM25 over pairs of characters (``evidence.py``), the headline's words,
and the best passage of the best articles.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from math import log

import numpy as np
import numpy.typing as npt

from reports.language.normalise import fold
from reports.search.contract.values import UnitHit
from reports.search.engines.whoosh.index_segment.postings import Postings
from reports.search.engines.whoosh.index_segment.schema import TEXT_FIELD
from reports.search.engines.whoosh.query.ordering import cut
from reports.search.engines.whoosh.query.ranking import add_covered_headlines, places_of, score_terms
from reports.search.engines.whoosh.query.searching import unit_hits
from reports.search.engines.whoosh.reader.snapshot import OpenSegment, Snapshot
from reports.search.engines.whoosh.scoring.bm25 import (
    Candidates,
    Scores,
    best,
    inverse_frequency,
    term_scores,
)
from reports.search.engines.whoosh.scoring.evidence import INTERROGATIVES, Evidence, find_evidence
from reports.search.engines.whoosh.scoring.proximity import Places, best_windows
from reports.search.engines.whoosh.scoring.weights import (
    EVIDENCE_LIMIT,
    QUESTION_WEIGHTS,
    WINDOW,
    WINDOW_CANDIDATES,
    WINDOW_WEIGHT,
)
from reports.search.request import Scope


def rank_any(snapshot: Snapshot, text: str, limit: int, exclude: Collection[int] = ()) -> list[UnitHit]:
    """The best ``limit`` articles for a question, or any other text, best first.

    An article is a hit if it shares any evidence with the text; ``exclude`` names articles that are none.
    Ties are broken as in every search. A text without letters, digits or ideographs finds nothing.
    """
    scores = score_any(snapshot, text)
    hits = np.flatnonzero((scores > 0) & snapshot.live & ~np.isin(snapshot.ids, list(exclude)))
    units = snapshot.units(Scope.ARTICLE)
    shown = cut(snapshot, units, hits, [-scores[hits]], 0, limit)
    return unit_hits(snapshot, units, hits, scores[hits], shown)


def score_any(snapshot: Snapshot, text: str) -> Scores:
    """Scores of all documents, deleted ones included; 0 where nothing is shared."""
    tokens = snapshot.segmenter.search_tokens
    words = [token.text for part in text.split() for token in tokens(fold(part))]
    return score_evidence(snapshot, find_evidence(text, snapshot.segmenter), words)


def score_evidence(snapshot: Snapshot, evidence: Mapping[str, Evidence], words: Iterable[str]) -> Scores:
    """``words`` are looked for in headlines and headings: of many the first, which are a headline's own."""
    candidates = Candidates(snapshot)
    chosen = telling(snapshot, evidence)
    strengths: dict[str, float] = {}
    for string, found in chosen.items():
        lists = [_frequencies(segment, string, found) for segment in snapshot.segments]
        if frequency := sum(map(len, lists)):
            strengths[string] = found.weight * inverse_frequency(snapshot.count, frequency)
            candidates.add(term_scores(snapshot, TEXT_FIELD, lists, found.weight))
    if strengths:
        terms = [(word,) for word in dict.fromkeys(words) if len(word) > 1 and word not in INTERROGATIVES]
        score_terms(candidates, terms[:EVIDENCE_LIMIT], QUESTION_WEIGHTS)
        add_covered_headlines(candidates, terms)
        if len(evidence) == len(chosen):  # a whole article asks nothing that one passage might answer
            _add_windows(candidates, chosen, strengths)
    return candidates.scores


def telling(snapshot: Snapshot, evidence: Mapping[str, Evidence]) -> dict[str, Evidence]:
    """The EVIDENCE_LIMIT strings that tell most: often in the text, seldom in the archive."""
    if len(evidence) <= EVIDENCE_LIMIT:
        return dict(evidence)
    everything = sum(segment.field_length(TEXT_FIELD) for segment in snapshot.segments)
    rated = []
    for place, (string, found) in enumerate(evidence.items()):
        # How often at most is known without looking the string up, and is near enough to choose by.
        often = sum(segment.literal.at_most(string) for segment in snapshot.segments)
        if often:
            rating = (1 + log(found.count)) * log(1 + everything / often)
            rated.append((-rating, place, string))
    return {string: evidence[string] for _, _, string in sorted(rated)[:EVIDENCE_LIMIT]}


def _frequencies(segment: OpenSegment, string: str, found: Evidence) -> Postings:
    if found.whole_word:
        return segment.postings(TEXT_FIELD, string)
    documents, often = segment.literal.frequencies(string, Scope.ARTICLE)
    return Postings(documents.astype(np.int32), often.astype(np.float64))


def _add_windows(
    candidates: Candidates, evidence: Mapping[str, Evidence], strengths: Mapping[str, float]
) -> None:
    """Add the best passage of each of the best documents: what it has of the evidence, once each."""
    living = np.flatnonzero((candidates.scores > 0) & candidates.snapshot.live)
    shortlist = Candidates(candidates.snapshot, living)
    shortlist.scores = candidates.scores[living]
    for places, number, documents in shortlist.by_segment(best(shortlist.scores, WINDOW_CANDIDATES)):
        segment = candidates.snapshot.segments[number]
        standing = [_places(segment, string, evidence[string], documents) for string in strengths]
        windows = best_windows(standing, list(strengths.values()), WINDOW, len(documents))
        candidates.scores[living[places]] += WINDOW_WEIGHT * windows


def _places(segment: OpenSegment, string: str, found: Evidence, documents: npt.NDArray[np.int32]) -> Places:
    places = places_of(segment, string, documents)
    if not found.whole_word:
        return places
    whole = segment.literal.is_whole(places.start.astype(np.uint32), places.length)
    return Places(places.length, places.start[whole], places.document[whole])
