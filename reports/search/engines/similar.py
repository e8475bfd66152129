"""Reports like a report: OR over its most telling words, scored as the search scores them."""

from __future__ import annotations

from collections import Counter
from math import log

import numpy as np

from reports.language.normalise import fold
from reports.language.segment import default_segmenter

from .literal import HIDDEN_KINDS
from .ranking import Scores, score_terms
from .schema import TEXT_FIELD
from .snapshot import Mask, Snapshot
from .weights import SIMILAR_TERMS, SIMILAR_WEIGHTS


def similar_documents(snapshot: Snapshot, document: int) -> tuple[Scores, Mask]:
    """Scores of all documents, and which of them share a telling word with ``document``."""
    scores = np.zeros(snapshot.count)
    score_terms(snapshot, [(term,) for term in telling_terms(snapshot, document)], SIMILAR_WEIGHTS, scores)
    return scores, scores > 0


def telling_terms(snapshot: Snapshot, document: int) -> list[str]:
    """The words of a document with the highest tf·idf that some other document has too."""
    counts: Counter[str] = Counter()
    for block in snapshot.report(document).blocks:
        if block.kind not in HIDDEN_KINDS:
            counts.update(token.text for token in default_segmenter().search_tokens(fold(block.text)))
    rated = []
    for term, count in counts.items():
        frequency = sum(len(segment.postings(TEXT_FIELD, term)) for segment in snapshot.segments)
        if len(term) > 1 and frequency > 1:
            rated.append((-count * log(snapshot.count / frequency), term))
    return [term for _, term in sorted(rated)[:SIMILAR_TERMS]]
