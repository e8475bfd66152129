"""Decides which title lines of the head are kicker, headline and deck, for all lines together.

``TITLE_RULES`` weigh every possible reading of the lines: kickers, then one headline (of one or two lines),
then decks, then perhaps the first heading. The reading with the greatest weight wins.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from . import phrases
from .block_roles import LabelledPiece, confidence_of
from .features import Features
from .parsed import Role

_DASH = re.compile(r"\s*(?:[—―–─]{1,3}|-{2,3})")
_PLACE = re.compile(
    rf"[{phrases.HAN}]{{1,6}}(?:区(?!域|间)|县(?!域)|市(?!场|民|值)|镇|乡(?!村)|街道|村(?!民|居))"
)
_PLACE_ONLY = re.compile(rf"(?:[{phrases.HAN}]{{1,5}}[省市州盟])?[{phrases.HAN}]{{1,6}}[省市区县旗镇乡]")
_COLON = re.compile(r"[:：]")
_GENRE = re.compile(
    r"(?:纪实|侧记|综述|观察|调查|见闻|扫描|透视|速写|特写|走笔|记事|回眸|巡礼|探访|解读|纪略|访谈|专访|报告|启示录|记)\Z"
)
_RUNS_ON = re.compile(r"[的和与及为让把在向从对以使由、，,：:]\Z")
_MAX_TITLE_LINES = 6


@dataclass(frozen=True, slots=True)
class TitleLine:
    """One title line in one reading of the head."""

    features: Features
    position: int
    count: int
    top_level: int
    headline: Features
    headings_below: Sequence[Features]
    """Headings further down the page."""
    above_byline: bool

    @property
    def length(self) -> int:
        return self.features.length

    @property
    def names_place(self) -> bool:
        return bool(_PLACE.search(self.features.text))

    @property
    def is_place_only(self) -> bool:
        return bool(_PLACE_ONLY.fullmatch(self.features.text))

    @property
    def has_colon(self) -> bool:
        return bool(_COLON.search(self.features.text[1:-1]))


@dataclass(frozen=True, slots=True)
class TitleRule:
    why: str
    role: Role
    weight: float
    test: Callable[[TitleLine], bool]


TITLE_RULES = (
    TitleRule("注明是引题", Role.KICKER, 12, lambda t: t.features.label == "kicker"),
    TitleRule("在主题之上", Role.KICKER, 0.5, lambda t: True),
    TitleRule("级别低于主题", Role.KICKER, 2, lambda t: 0 < t.top_level < t.features.piece.level),
    TitleRule("不提地名", Role.KICKER, 0.5, lambda t: not t.names_place),
    TitleRule("像栏目名", Role.KICKER, 1.5, lambda t: t.length <= 6),
    TitleRule("只是地名", Role.KICKER, 1.5, lambda t: t.is_place_only),
    TitleRule("以破折号起头", Role.KICKER, -6, lambda t: bool(_DASH.match(t.features.text))),
    TitleRule("有体裁名", Role.KICKER, -1.5, lambda t: t.length > 8 and bool(_GENRE.search(t.features.text))),
    TitleRule("注明是主题", Role.HEADLINE, 14, lambda t: t.features.label == "headline"),
    TitleRule("级别最高", Role.HEADLINE, 5, lambda t: 0 < t.features.piece.level == t.top_level),
    TitleRule("提到地名", Role.HEADLINE, 1, lambda t: t.names_place),
    TitleRule("只是地名", Role.HEADLINE, -4, lambda t: t.is_place_only),
    TitleRule("用冒号", Role.HEADLINE, 1.5, lambda t: t.has_colon),
    TitleRule("挨着署名或正文", Role.HEADLINE, 0.6, lambda t: t.position == t.count - 1),
    TitleRule("长短合适", Role.HEADLINE, 0.5, lambda t: 6 <= t.length <= 26),
    TitleRule("太短", Role.HEADLINE, -2, lambda t: t.length < 5),
    TitleRule("以破折号起头", Role.HEADLINE, -6, lambda t: bool(_DASH.match(t.features.text))),
    TitleRule("注明是引题或副题", Role.HEADLINE, -9, lambda t: t.features.label in {"kicker", "deck"}),
    TitleRule(
        "编号像小标题", Role.HEADLINE, -2, lambda t: t.features.chinese_numbered or t.features.heading_label
    ),
    TitleRule("注明是副题", Role.DECK, 12, lambda t: t.features.label == "deck"),
    TitleRule("以破折号起头", Role.DECK, 6, lambda t: bool(_DASH.match(t.features.text))),
    TitleRule("有体裁名", Role.DECK, 3, lambda t: t.length > 8 and bool(_GENRE.search(t.features.text))),
    TitleRule(
        "比主题长得多", Role.DECK, 1.5, lambda t: t.length >= 20 and t.length >= 1.8 * t.headline.length
    ),
    TitleRule("级别低于主题", Role.DECK, 2, lambda t: 0 < t.headline.piece.level < t.features.piece.level),
    TitleRule("三行之末", Role.DECK, 1, lambda t: t.count >= 3 and t.position == t.count - 1),
    TitleRule("编号像小标题", Role.DECK, -3, lambda t: t.features.numbered or t.features.heading_label),
    TitleRule("有编号", Role.HEADING, 4, lambda t: t.features.numbered or t.features.heading_label),
    TitleRule("与下文小标题同级", Role.HEADING, 4, lambda t: _shares_level(t)),
    TitleRule("与下文小标题同样分作两截", Role.HEADING, 1.5, lambda t: _shares_form(t)),
    TitleRule("下文另有小标题", Role.HEADING, 0.2, lambda t: bool(t.headings_below)),
    TitleRule("与下文小标题一样长", Role.HEADING, 1, lambda t: _shares_length(t)),
    TitleRule("在署名之上", Role.HEADING, -4, lambda t: t.above_byline),
    TitleRule("下文再无小标题", Role.HEADING, -3, lambda t: not t.headings_below),
)


def _shares_level(t: TitleLine) -> bool:
    level = t.features.piece.level
    return 0 < t.headline.piece.level < level and any(f.piece.level == level for f in t.headings_below)


def _shares_form(t: TitleLine) -> bool:
    if not t.headings_below or t.features.piece.level:
        return False
    alike = sum(1 for f in t.headings_below if f.separated)
    return t.features.separated and not t.headline.separated and alike * 2 > len(t.headings_below)


def _shares_length(t: TitleLine) -> bool:
    lengths = [f.length for f in t.headings_below]
    return (
        bool(lengths)
        and max(lengths) - min(lengths) <= 6
        and min(lengths) - 1 <= t.length <= max(lengths) + 1
    )


def label_titles(pieces: Sequence[LabelledPiece], above_byline: bool) -> None:
    """Label the title lines of the head, all HEADLINE so far, as kicker, headline, deck or heading."""
    lines = [labelled for labelled in pieces if labelled.role is Role.HEADLINE][:_MAX_TITLE_LINES]
    for extra in [labelled for labelled in pieces if labelled.role is Role.HEADLINE][_MAX_TITLE_LINES:]:
        extra.role, extra.why = Role.PARAGRAPH, "标题行太多"
    if not lines:
        return
    headings_below = [labelled.features for labelled in pieces if labelled.role is Role.HEADING]
    levels = [labelled.features.piece.level for labelled in lines if labelled.features.piece.level]
    page = (headings_below, min(levels, default=0), above_byline)
    readings = [(_weigh(lines, roles, *page), roles) for roles in _readings(lines)]
    readings.sort(key=lambda reading: -reading[0][0])
    (weight, reasons), roles = readings[0]
    lead = weight - readings[1][0][0] if len(readings) > 1 else 3.0
    for line, role, why in zip(lines, roles, reasons, strict=True):
        line.role, line.why = role, f"{line.why}；{why}" if why else line.why
        line.confidence = min(line.confidence, confidence_of(lead))


def _readings(lines: Sequence[LabelledPiece]) -> Iterator[list[Role]]:
    count = len(lines)
    for first in range(count):
        for last in range(first, min(first + 2, count)):
            if last > first and not _may_run_on(lines[first], lines[last]):
                continue
            for body in range(last + 1, count + 1):
                yield (
                    [Role.KICKER] * first
                    + [Role.HEADLINE] * (last - first + 1)
                    + [Role.DECK] * (body - last - 1)
                    + [Role.HEADING] * (count - body)
                )


def _may_run_on(above: LabelledPiece, below: LabelledPiece) -> bool:
    return above.features.piece.level == below.features.piece.level and not below.features.label


def _weigh(
    lines: Sequence[LabelledPiece],
    roles: Sequence[Role],
    headings_below: Sequence[Features],
    top_level: int,
    above_byline: bool,
) -> tuple[float, list[str]]:
    headline = lines[roles.index(Role.HEADLINE)].features
    total = 0.0
    reasons = []
    for position, (line, role) in enumerate(zip(lines, roles, strict=True)):
        t = TitleLine(line.features, position, len(lines), top_level, headline, headings_below, above_byline)
        if role is Role.HEADLINE and position and roles[position - 1] is Role.HEADLINE:
            weight, why = _weigh_second_line(lines[position - 1].features, line.features)
            total += weight
            reasons.append(why)
            continue
        fired = [rule for rule in TITLE_RULES if rule.role is role and rule.test(t)]
        total += sum(rule.weight for rule in fired)
        reasons.append("、".join(rule.why for rule in fired if rule.weight > 0))
    return total, reasons


def _weigh_second_line(above: Features, below: Features) -> tuple[float, str]:
    """Returns (weight, reason) for two lines as one headline: the first is unfinished, or both have equal
    length."""
    if _RUNS_ON.search(above.text):
        return 3.0, "上一行没有说完"
    alike = abs(above.length - below.length) <= 1 and above.length <= 14
    if below.piece.adjacent and alike and not below.separated:
        return (4.0 if above.length == below.length else 2.6), "两行一样长而相连"
    return -3.0, ""
