"""The table of rules that decides the role of a piece.

If the test of a rule is true, the rule adds its weight to one role. The role with the greatest sum wins; the
names of its rules are its ``why``, and its lead over the next role gives the confidence. docs/ingest.md
contains this table; tests/ingest/test_documentation.py checks that both are equal.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from .features import Features, Shape
from .parsed import Role

_F = Features


@dataclass(frozen=True, slots=True)
class RoleRule:
    why: str
    role: Role
    weight: float
    test: Callable[[Features], bool]


def _short_prose(f: _F) -> bool:
    return f.shape is Shape.PROSE and f.length <= 150


def _long(f: _F) -> bool:
    return f.shape is Shape.PROSE and f.length >= 80


def _mere_byline(f: _F, *, editorial: bool) -> bool:
    """Whether it names editors (or else nobody with a role in the archive) and states nothing else."""
    if f.byline is None or f.statement is not None:
        return False
    return f.byline.editorial if editorial else not f.byline.contributors


def _signs_article(f: _F) -> bool:
    return bool(f.byline) and not f.byline.editorial and not f.byline.photographic if f.byline else False


ROLE_RULES = (
    # Furniture
    RoleRule("分隔线", Role.FURNITURE, 10, lambda f: f.piece.separator),
    RoleRule("版面用语", Role.FURNITURE, 5, lambda f: f.furniture),
    RoleRule("编辑组版署名", Role.FURNITURE, 7, lambda f: _mere_byline(f, editorial=True)),
    RoleRule("只有审校等职务", Role.FURNITURE, 7, lambda f: _mere_byline(f, editorial=False)),
    RoleRule("只写月日、星期或阅读次数", Role.FURNITURE, 5.5, lambda f: _states(f, False)),
    RoleRule("月日落在正文中间", Role.FURNITURE, -4, lambda f: _is_bare_date(f) and not f.near_edge),
    RoleRule("与版面用语相连的短行", Role.FURNITURE, 3.5, lambda f: f.below_furniture and f.is_title),
    RoleRule("文末括注", Role.FURNITURE, 3, lambda f: f.note and f.at_foot and f.length <= 50),
    RoleRule("看不见的字符", Role.FURNITURE, 10, lambda f: not f.text),
    # Byline, credit, dateline
    RoleRule("整行是署名", Role.BYLINE, 6, _signs_article),
    RoleRule("整行是摄影署名", Role.BYLINE, 3, lambda f: bool(f.byline and f.byline.photographic)),
    RoleRule("与署名相连", Role.BYLINE, 2.5, lambda f: f.byline is not None and f.beside_byline),
    RoleRule("括号里的一列人名", Role.BYLINE, -1, lambda f: bool(f.byline and not f.byline.labelled)),
    RoleRule("图片来源用语", Role.CREDIT, 4, lambda f: f.credit),
    RoleRule("挨着图片说明", Role.CREDIT, 1.5, lambda f: f.credit and (f.beside_figure or f.piece.adjacent)),
    RoleRule("只写日期、报名、版次或来源", Role.DATELINE, 5.5, lambda f: _states(f, True)),
    RoleRule("日期落在正文中间", Role.DATELINE, -4, lambda f: _is_bare_date(f) and not f.near_edge),
    # Figures
    RoleRule("图片标记", Role.CAPTION, 7, lambda f: f.piece.image),
    RoleRule("以▲等符号起头", Role.CAPTION, 5, lambda f: f.caption_mark),
    RoleRule("以“图为”等起头", Role.CAPTION, 4.5, lambda f: f.caption_phrase),
    RoleRule("以“××摄”等结尾", Role.CAPTION, 4, lambda f: bool(f.credit_tail) and f.length <= 200),
    RoleRule("打断句子的短句", Role.CAPTION, 4.5, lambda f: f.interrupts and f.shape is Shape.SENTENCE),
    RoleRule("打断句子的短行", Role.CAPTION, 5, lambda f: f.interrupts and f.is_title),
    RoleRule("打断句子的短段", Role.CAPTION, 3, lambda f: f.interrupts and _short_prose(f) and not f.quoted),
    RoleRule("标题之前的一句话", Role.CAPTION, 4, lambda f: f.before_headline and f.shape is Shape.SENTENCE),
    RoleRule(
        "标题之前的短段", Role.CAPTION, 4, lambda f: f.before_headline and _short_prose(f) and not f.quoted
    ),
    RoleRule(
        "上下多空行的一句话", Role.CAPTION, 1.5, lambda f: f.wide_gaps == 2 and f.shape is Shape.SENTENCE
    ),
    RoleRule("下接图片来源", Role.CAPTION, 4, lambda f: f.before_credit and f.length <= 110),
    # Pull quote and lead
    RoleRule("打断句子的引文", Role.PULL_QUOTE, 6, lambda f: f.interrupts and f.quoted and f.length >= 25),
    RoleRule("打断句子的长段", Role.PULL_QUOTE, 3, lambda f: f.interrupts and _long(f)),
    RoleRule("与正文重复", Role.PULL_QUOTE, 4.5, lambda f: f.repeated and not f.in_head),
    RoleRule("引文标记“>”", Role.PULL_QUOTE, 5, lambda f: f.piece.quoted and f.in_markdown),
    RoleRule("注明是引语", Role.PULL_QUOTE, 8, lambda f: f.label == "pull_quote"),
    RoleRule("注明是导语", Role.LEAD, 8, lambda f: f.label == "lead"),
    RoleRule(
        "打断句子的概述", Role.LEAD, 3, lambda f: f.interrupts and _long(f) and not f.quoted and f.overview
    ),
    RoleRule(
        "打断句子而别处没有导语",
        Role.LEAD,
        3.5,
        lambda f: f.interrupts and _long(f) and not f.quoted and not f.lead_in_place,
    ),
    # Titles and headings
    RoleRule("注明是标题", Role.HEADLINE, 9, lambda f: f.label in {"headline", "kicker", "deck"}),
    RoleRule("正文之前的标题行", Role.HEADLINE, 4, lambda f: f.in_head and f.is_title),
    RoleRule("Markdown 标题", Role.HEADLINE, 4, lambda f: f.in_head and f.piece.level > 0),
    RoleRule("Markdown 标题", Role.HEADING, 7, lambda f: not f.in_head and f.piece.level > 0),
    RoleRule("注明是小标题", Role.HEADING, 8, lambda f: f.label == "heading"),
    RoleRule("独立短行", Role.HEADING, 3, lambda f: not f.in_head and f.is_title and not f.note),
    RoleRule("有编号的短行", Role.HEADING, 2, lambda f: not f.in_head and f.is_title and f.numbered),
    RoleRule(
        "公文编号的短句",
        Role.HEADING,
        4,
        lambda f: f.chinese_numbered and f.shape is Shape.SENTENCE and f.length <= 25,
    ),
    RoleRule("“亮点一”一类的标号", Role.HEADING, 3, lambda f: f.heading_label and not f.at_foot),
    RoleRule("下接正文", Role.HEADING, 1, lambda f: not f.in_head and f.is_title and f.before_running),
    RoleRule("整行加粗", Role.HEADING, 2.5, lambda f: not f.in_head and f.piece.bold and f.length <= 45),
    RoleRule("正文中间的日期", Role.HEADING, 3, lambda f: _is_bare_date(f) and not f.near_edge),
    RoleRule("后面没有正文", Role.HEADING, -4, lambda f: f.at_foot and not f.piece.level),
    # Running text
    RoleRule("成段的句子", Role.PARAGRAPH, 3.5, lambda f: f.shape is Shape.PROSE),
    RoleRule("完整的句子", Role.PARAGRAPH, 2.5, lambda f: f.shape is Shape.SENTENCE),
    RoleRule("短行", Role.PARAGRAPH, 1, lambda f: f.is_title),
    RoleRule("与上下文接成一句", Role.PARAGRAPH, 7, lambda f: f.cut_off or f.continues),
    RoleRule("以“一是”“首先”等起头", Role.PARAGRAPH, 4, lambda f: f.ordinal and not f.heading_label),
    RoleRule("电头或“本报讯”", Role.PARAGRAPH, 4, lambda f: f.wire),
    RoleRule("短行连排", Role.PARAGRAPH, 6, lambda f: f.listed),
    RoleRule("注明是正文", Role.PARAGRAPH, 6, lambda f: f.label == "body"),
)


def _states(f: _F, publication: bool) -> bool:
    """Whether it is a statement, and one of the publication (or else only of a day, a count and the like)."""
    return f.statement is not None and bool(f.statement.parts) is publication


def _is_bare_date(f: _F) -> bool:
    stated = f.statement
    return bool(stated and stated.names_day and not (stated.source or stated.page_label or f.byline))


def weigh_roles(f: Features) -> tuple[dict[Role, float], dict[Role, list[str]]]:
    """Role -> sum of the weights of its rules that are true for a piece, and role -> their names."""
    weights: dict[Role, float] = {}
    reasons: dict[Role, list[str]] = {}
    for rule in ROLE_RULES:
        if rule.test(f):
            weights[rule.role] = weights.get(rule.role, 0.0) + rule.weight
            reasons.setdefault(rule.role, []).append(rule.why)
    return weights, reasons
