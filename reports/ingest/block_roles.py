"""Labels every piece with its role, the confidence and the reasons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp

from .features import Features
from .parsed import Role
from .rules import weigh_roles

LOW_CONFIDENCE = 0.6
"""Below this confidence the reviewer is asked to check the role."""


@dataclass(slots=True)
class LabelledPiece:
    """A piece with its role. ``joined_to`` is the position of the piece it continues, if any."""

    features: Features
    role: Role
    confidence: float
    why: str
    joined_to: int | None = None


def label_pieces(pieces: Sequence[Features]) -> list[LabelledPiece]:
    return [_label_piece(f) for f in pieces]


def _label_piece(f: Features) -> LabelledPiece:
    weights, reasons = weigh_roles(f)
    if not weights:
        return LabelledPiece(f, Role.PARAGRAPH, 0.5, "没有别的线索")
    ranked = sorted(weights, key=lambda role: -weights[role])
    best = ranked[0]
    next_weight = max(0.0, weights[ranked[1]]) if len(ranked) > 1 else 0.0
    return LabelledPiece(f, best, confidence_of(weights[best] - next_weight), "；".join(reasons[best]))


def confidence_of(lead: float) -> float:
    """Confidence between 0.5 and 1: the logistic function of the lead over the next role."""
    return round(1 / (1 + exp(-lead)), 2)
