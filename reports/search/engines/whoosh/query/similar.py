"""Articles like an article: ranked by any of its evidence, as a question is (``questions.py``)."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from reports.search.contract.conditions import Condition
from reports.search.contract.kinds import HIDDEN_KINDS
from reports.search.contract.values import EMPTY_VERSION, EngineResult
from reports.search.engines.whoosh.query.ordering import cut
from reports.search.engines.whoosh.query.questions import score_evidence
from reports.search.engines.whoosh.query.searching import match, unit_hits
from reports.search.engines.whoosh.reader.snapshot import Mask, Snapshot
from reports.search.engines.whoosh.scoring.bm25 import Scores
from reports.search.engines.whoosh.scoring.evidence import count_evidence
from reports.search.request import Scope


def find_similar(
    snapshot: Snapshot | None, article_id: int, tree: Condition, start: int, limit: int | None
) -> EngineResult:
    """Articles that match ``tree``, the most similar first; none where ``article_id`` is not indexed."""
    document = snapshot.document_of(article_id) if snapshot else None
    if snapshot is None or document is None:
        return EngineResult(0, (), {}, snapshot.version if snapshot else EMPTY_VERSION)
    matches = match(snapshot, Scope.ARTICLE, tree, {})
    scores, alike = similar_documents(snapshot, document)
    alike[document] = False
    hits = np.flatnonzero(matches.refined & alike)
    shown = cut(snapshot, matches.units, hits, [-scores[hits]], start, limit)
    found = unit_hits(snapshot, matches.units, hits, scores[hits], shown)
    return EngineResult(len(hits), found, {}, snapshot.version)


def similar_documents(snapshot: Snapshot, document: int) -> tuple[Scores, Mask]:
    """Scores of all documents, and which of them share something telling with ``document``."""
    lines = list(_lines(snapshot, document))
    headline = [word for words in lines[:1] for word in words]
    scores = score_evidence(snapshot, count_evidence(lines), headline)
    return scores, scores > 0


def _lines(snapshot: Snapshot, document: int) -> Iterator[list[str]]:
    """The words of each visible block, as they were cut when the article was indexed."""
    segment, number = snapshot.locate(document)
    for block in segment.literal.prepared(number):
        if block.kind not in HIDDEN_KINDS:
            yield [block.normalised[start:end] for start, end in pairwise(block.boundaries)]
