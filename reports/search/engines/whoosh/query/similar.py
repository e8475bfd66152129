"""Articles similar to one: ranked like the answers to a question (``questions.py``)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from reports.search.contract.conditions import Condition
from reports.search.contract.values import EMPTY_VERSION, EngineResult
from reports.search.engines.whoosh.directory.arrays import Floats
from reports.search.engines.whoosh.reader.snapshot import Snapshot
from reports.search.engines.whoosh.scoring.question_terms import count_terms
from reports.search.request import Scope

from .ordering import slice_of_page, unit_hits
from .questions import score_question_terms
from .searching import match


def find_similar(
    snapshot: Snapshot | None, article_id: int, tree: Condition, start: int, limit: int | None
) -> EngineResult:
    """Articles that match ``tree``, the most similar first; no hits if ``article_id`` is not indexed."""
    document = snapshot.document_of(article_id) if snapshot else None
    if snapshot is None or document is None:
        return EngineResult(0, (), {}, snapshot.version if snapshot else EMPTY_VERSION)
    matches = match(snapshot, Scope.ARTICLE, tree, {})
    scores = similarity(snapshot, document)
    is_similar = scores > 0
    is_similar[document] = False
    hits = np.flatnonzero(matches.matched & is_similar)
    shown = slice_of_page(snapshot, matches.units, hits, [-scores[hits]], start, limit)
    page = unit_hits(snapshot, matches.units, hits, scores[hits], shown)
    return EngineResult(len(hits), page, {}, snapshot.version)


def similarity(snapshot: Snapshot, document: int) -> Floats:
    """Scores of all documents; 0 if a document shares no informative term with ``document``."""
    lines = list(_lines(snapshot, document))
    headline = lines[0] if lines else []
    return score_question_terms(snapshot, count_terms(lines), headline)


def _lines(snapshot: Snapshot, document: int) -> Iterator[list[str]]:
    """The words of each visible block, as they were cut when the article was indexed."""
    segment, number = snapshot.segment_of(document)
    for block in segment.literal.blocks_of(number, Scope.ARTICLE):
        yield segment.literal.blocks.words(block)
