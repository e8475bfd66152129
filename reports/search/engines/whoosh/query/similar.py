"""Articles like an article: ranked by any of its evidence, as a question is (``questions.py``)."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from reports.search.engines.whoosh.literal import HIDDEN_KINDS
from reports.search.engines.whoosh.query.questions import score_evidence
from reports.search.engines.whoosh.reader.snapshot import Mask, Snapshot
from reports.search.engines.whoosh.scoring.bm25 import Scores
from reports.search.engines.whoosh.scoring.evidence import count_evidence


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
