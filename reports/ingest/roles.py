"""Give every piece its role, with the confidence and the reasons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp

from .features import Features
from .parsed import Role
from .rules import ROLE_RULES

HESITANT = 0.6
"""Below this confidence the reviewer is asked to look."""


@dataclass(slots=True)
class Assigned:
    """A piece with its role. ``joined_to`` is the position of the piece it continues, if any."""

    features: Features
    role: Role
    confidence: float
    why: str
    joined_to: int | None = None


def assign_roles(pieces: Sequence[Features]) -> list[Assigned]:
    return [_assign(f) for f in pieces]


def _assign(f: Features) -> Assigned:
    weights: dict[Role, float] = {}
    reasons: dict[Role, list[str]] = {}
    for rule in ROLE_RULES:
        if rule.test(f):
            weights[rule.role] = weights.get(rule.role, 0.0) + rule.weight
            reasons.setdefault(rule.role, []).append(rule.why)
    if not weights:
        return Assigned(f, Role.PARAGRAPH, 0.5, "没有别的线索")
    ranked = sorted(weights, key=lambda role: -weights[role])
    best = ranked[0]
    next_weight = max(0.0, weights[ranked[1]]) if len(ranked) > 1 else 0.0
    return Assigned(f, best, confidence_of(weights[best] - next_weight), "；".join(reasons[best]))


def confidence_of(lead: float) -> float:
    """The lead over the next role as a number between 0.5 and 1 (logistic)."""
    return round(1 / (1 + exp(-lead)), 2)
