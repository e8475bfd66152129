"""Finds the two halves of sentences that a column break, a caption or a pull quote divides.

For each piece that ends inside a sentence, ``JOIN_RULES`` weigh every possible continuation among the next
``REACH`` pieces. The cost of treating the pieces between as interruptions is subtracted. The best candidate
wins if its weight reaches ``JOIN_THRESHOLD``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from .brackets import closes
from .features import Features, Shape

REACH = 9
"""Greatest distance of the second half, in pieces: room for a quote, a lead and half a dozen captions."""
JOIN_THRESHOLD = 1.0
SURE_JOIN = 2.5
"""A join of this weight has more evidence than two adjacent pieces."""
_MAX_SEARCHED_CHARACTERS = 200_000
"""In longer documents the words across a seam are not searched elsewhere: the time is not worth it."""


@dataclass(frozen=True, slots=True)
class Seam:
    """A candidate: ``below`` may continue ``above``; ``skipped`` are the pieces between."""

    above: Features
    below: Features
    skipped: Sequence[Features]
    repeated_length: int
    """Length of the longest string across the seam (2 to 4 characters) that also occurs elsewhere on the
    page."""


@dataclass(frozen=True, slots=True)
class JoinRule:
    why: str
    weight: float
    test: Callable[[Seam], bool | int]


JOIN_RULES = (
    JoinRule("下文从半句开始", 1.0, lambda s: min(s.below.continuation_signs, 4)),
    JoinRule("下文另起一句", -2.0, lambda s: min(s.below.start_signs, 2)),
    JoinRule("上文未合的括号在下文合上", 2.0, lambda s: closes(s.above.unclosed, s.below.unopened)),
    JoinRule("上文停在半句", 1.0, lambda s: s.above.unfinished == 2 and s.above.shape is not Shape.TITLE),
    JoinRule("紧接着", 1.0, lambda s: not s.skipped),
    JoinRule("上文停在逗号或顿号", 1.0, lambda s: s.above.text[-1:] in "，,、"),
    JoinRule("断口处的词别处也有", 2.5, lambda s: s.repeated_length == 2),
    JoinRule("断口处的词组别处也有", 3.0, lambda s: s.repeated_length > 2),
    JoinRule("上文只像停了一半", -0.5, lambda s: s.above.unfinished == 1),
    JoinRule("上文像标题", -3.0, lambda s: s.above.shape is Shape.TITLE),
    JoinRule("上文以介词起头", 1.0, lambda s: s.above.shape is Shape.TITLE and s.above.preposition),
    JoinRule("上文前面已是标题", 1.5, lambda s: s.above.shape is Shape.TITLE and s.above.after_title),
    JoinRule(
        "上文里有逗号",
        1.0,
        lambda s: s.above.shape is Shape.TITLE and _count_commas(s.above.text) == 1,
    ),
    JoinRule(
        "上文有几个分句", 1.5, lambda s: s.above.shape is Shape.TITLE and _count_commas(s.above.text) >= 2
    ),
    JoinRule("下文像标题", -2.0, lambda s: s.below.shape is Shape.TITLE),
    JoinRule("下文上下多空行", -1.0, lambda s: s.below.wide_gaps == 2 and s.below.shape is Shape.SENTENCE),
    JoinRule(
        "中间是图片说明或引语",
        1.0,
        lambda s: any(f.wide_gaps or f.caption_mark or f.credit or f.quoted for f in s.skipped),
    ),
    JoinRule("转版标记相接", 3.0, lambda s: bool(s.above.jump_lines) and bool(s.below.jump_lines)),
)
"""The weights were set on self-made pages and checked on five real ones (docs/ingest.md)."""


@dataclass(frozen=True, slots=True)
class Join:
    above: int
    below: int
    weight: float
    why: str


def find_joins(pieces: Sequence[Features], text: str) -> list[Join]:
    """The joins in order, as positions in ``pieces``. A piece continues at most one other piece."""
    cuts = [i for i, f in enumerate(pieces) if _may_be_cut(f) and not (f.shape is Shape.TITLE and f.in_head)]
    running = sum(1 for f in pieces if f.is_running)
    stopped = sum(1 for i in cuts if pieces[i].is_running)
    # If most paragraphs have no full stop (verse, lists, bad OCR), a missing one means nothing.
    threshold = JOIN_THRESHOLD if stopped * 2 <= max(running, 4) else JOIN_THRESHOLD + 2
    joins: list[Join] = []
    last_joined = -1
    for above in cuts:
        if above < last_joined:
            continue
        join = _find_best(pieces, above, text if len(text) <= _MAX_SEARCHED_CHARACTERS else "")
        if join and join.weight >= threshold:
            joins.append(join)
            last_joined = join.below
    return joins


def _may_be_cut(f: Features) -> bool:
    if not f.unfinished or f.is_marked or f.piece.level or f.piece.bold or f.heading_label or f.note:
        return False
    if f.label and f.label not in {"body", "lead"}:
        return False
    if f.shape is Shape.TITLE:
        return f.length >= 6 and not f.numbered and not f.separated and f.unfinished == 2
    return True


def _find_best(pieces: Sequence[Features], above: int, text: str) -> Join | None:
    best = None
    cost = 0.0
    for below in range(above + 1, min(above + 1 + REACH, len(pieces))):
        candidate = pieces[below]
        if _stops_search(candidate):
            break
        if _may_continue(candidate):
            seam = Seam(
                pieces[above],
                candidate,
                pieces[above + 1 : below],
                _measure_seam(pieces[above], candidate, text),
            )
            fired = [(rule, rule.weight * rule.test(seam)) for rule in JOIN_RULES]
            weight = sum(points for _, points in fired) - cost
            if best is None or weight > best.weight:
                why = "、".join(rule.why for rule, points in fired if points > 0)
                best = Join(above, below, weight, why)
        cost += _cost_of_skipping(candidate)
    return best


def _stops_search(f: Features) -> bool:
    return bool(f.piece.level or f.heading_label or f.label in {"headline", "heading", "kicker"}) or (
        f.is_title and f.numbered
    )


def _may_continue(f: Features) -> bool:
    if f.is_marked or f.piece.bold or f.piece.level or f.label or f.note or f.wire:
        return False
    return f.shape is not Shape.TITLE or f.continuation_signs >= 2


def _cost_of_skipping(f: Features) -> float:
    """The cost of treating the piece as an interruption; 0 for a likely one."""
    if f.is_marked:
        return 1.0 if f.byline and not f.credit else 0.0
    if f.quoted:
        return 0.0
    if f.shape is Shape.SENTENCE:
        return 0.0 if f.wide_gaps else 0.25
    if f.shape is Shape.TITLE:
        return 0.5 if f.wide_gaps else 1.5
    if f.unfinished == 2:
        return 3.0
    if f.overview or f.wide_gaps:
        return 0.5
    return 1.0 if f.start_signs else 2.0


def _measure_seam(above: Features, below: Features, text: str) -> int:
    left, right = above.text[-2:], below.text[:2]
    if not text or len(left) < 2 or len(right) < 2 or not (left + right).isalnum():
        return 0
    for stretch in (left + right, left + right[0], left[1] + right):
        if stretch in text:
            return len(stretch)
    return 2 if left[1] + right[0] in text else 0


def _count_commas(text: str) -> int:
    return sum(map(text.count, "，,、；;"))
