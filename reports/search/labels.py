"""Every Chinese word that a page or command shows of a search: names and numbers in, words out.

The module imports nothing, so every module of ``search`` and every view may use it. The keys are the
values of ``Scope``, ``Sort``, ``FACETS`` and of the kinds of block.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

FACETS = {"district": "区县", "initiative": "举措", "year": "年份", "source": "来源"}
SCOPES = {"article": "报道", "section": "章节", "figure": "图片"}
SORTS = {"relevance": "相关度", "-date": "由新到旧", "date": "由旧到新", "district": "按区县"}
BLOCKS = {
    "kicker": "引题",
    "headline": "标题",
    "deck": "副题",
    "byline": "署名",
    "lead": "导语",
    "heading": "小标题",
    "body": "正文",
    "caption": "图片",
    "credit": "图源",
    "pull_quote": "引语",
}
INFERRED = "推定"
YEAR_BASES = {"stated": "原文注明", "inferred": INFERRED, "set": "人工填写"}
DATES = "日期"
UNDATED = "年份未注明"
NO_DISTRICT = "区县未定"
SAMPLE = "示例"
DATES_SWAPPED = "起止日期颠倒，已对调。"
SEARCH = "检索"
INDEX_CHANGED = "翻页期间索引已更新，前后页可能有重复或遗漏，可回到第一页重看。"
WITHOUT_DATES = "去掉起止日期"
WITHOUT_CONDITIONS = "去掉全部条件"
ANY_WORD = "有任一个词即可"
AS_TYPED = "照原文查找"
WORD_COUNTS = "每个词单独能找到："
COUNT_HEADS = {"term": "词", "plain": "条数", "total": "在所选条件下", "unrefined": "不限条件"}
YEAR_TERM_INSIDE = "“年份:”只能和别的词并列，不能放在括号里，前后也不能有“或”“非”；已按普通词查找。"
RELAXATIONS = "放宽其中一项，就有："

_COUNTED = {"article": "篇", "section": "个", "figure": "幅"}


class Linked(NamedTuple):
    """A sentence, a part of which the page links or sets off."""

    before: str
    linked: str
    after: str = ""

    def __str__(self) -> str:
        return "".join(self)


# What was asked for


def understood(interpreted: str) -> Linked:
    return Linked("检索式：", interpreted)


def query_too_long(most: int) -> str:
    return f"检索式太长，只用了前 {most} 个字。"


def query_misread(problem: str, words: str) -> str:
    return f"检索式没有读懂（{problem}），已按普通词查找：{words}。"


def nothing_to_search(problem: str) -> str:
    return f"{problem}，已列出全部。"


def unknown_choice(parameter: str, given: str) -> str:
    meaning = {"scope": "检索范围", "sort": "排序方式"}[parameter]
    return f"没有“{_short(given)}”这种{meaning}，已按默认处理。"


def unreadable(meaning: str, given: str) -> str:
    return f"{meaning}“{_short(given)}”读不懂，已略去。"


def unknown_value(facet: str, given: str) -> str:
    return f"档案中没有{FACETS[facet]}“{given}”。"


def ambiguous_value(facet: str, given: str, names: Sequence[str]) -> str:
    return f"{FACETS[facet]}“{given}”有 {len(names)} 个，已一并选中：{'、'.join(names)}。"


def date_range(first: date | None, last: date | None) -> str:
    if first and last:
        return f"{first:%Y-%m-%d} 至 {last:%Y-%m-%d}"
    return f"{first:%Y-%m-%d} 起" if first else f"至 {last:%Y-%m-%d}"


# What was found


def total(scope: str, total: int, pages: int, first: int, shown: int) -> str:
    """``共 128 篇报道，这里是第 21—40 篇。`` ``first``: number of the first hit of the page; ``shown``: hits
    on the page."""
    name, unit = SCOPES[scope], _COUNTED[scope]
    if not total:
        return f"没有找到{name}。"
    counted = f"共 {total:,} {unit}{name}"
    if not shown:
        return f"{counted}，这一页上没有了。"
    if pages == 1:
        return f"{counted}。"
    last = first + shown - 1
    reach = f"第 {first:,} " if first == last else f"第 {first:,}—{last:,} "
    return f"{counted}，这里是{reach}{unit}。"


def page(page: int) -> str:
    return f"第 {page:,} 页"


def excluded(label: str) -> str:
    return f"非{label}"


def further_refinements(count: int) -> str:
    return f"另 {count} 个条件"


def page_number(page: int, pages: int) -> str:
    return f"第 {page:,} 页，共 {pages:,} 页"


def place(city: str, name: str) -> str:
    """A district with its city; a city alone."""
    return name if city == name else district(name, city)


def district(name: str, city: str | None) -> str:
    """With its city: 市中区 alone names several districts."""
    return f"{city or ''}{name}"


def initiative(name: str, owner: str | None) -> str:
    """With its owner where it belongs to one district alone: several may be called 4433."""
    return f"{name}（{owner}）" if owner else name


def day_or_year(published_on: date | None, year: int | None) -> str:
    if published_on:
        return published_on.isoformat()
    return UNDATED if year is None else f"{year} 年"


def sample(text: str) -> str:
    """A text that is taken away from its page, such as a cell of a table, says that it is of a sample."""
    return f"【{SAMPLE}】{text}"


def inferred_year(evidence: str, *, whole: bool = False) -> str:
    """推定，据“2023年已过半”: that the document does not state its year, and the words that imply it."""
    return f"{INFERRED}，据“{evidence if whole else _short(evidence)}”" if evidence else INFERRED


def inferred_count(count: int) -> str:
    """How many hits of a year have it by inference."""
    return f"含{INFERRED} {count:,}"


def year_basis(basis: str, evidence: str) -> str:
    """For a table: with the whole evidence."""
    name = YEAR_BASES.get(basis, "")
    return f"{name}：{evidence}" if evidence else name


def newspaper_page(page_label: str) -> str:
    return f"{page_label} 版" if page_label else ""


def block(kind: str, heading: str) -> str:
    """Where a passage is from. ``heading``: that of its section, by which a reader knows the section."""
    return heading if heading and kind == "body" else BLOCKS.get(kind, kind)


def alias(initiative: str, alias: str) -> str:
    return f"{initiative}，又名{alias}"


# What else could be asked for


def words_cut(joined: Sequence[str], cut: str) -> str:
    return f"没有找到连写的“{'”“'.join(joined)}”，已按“{cut}”查找。"


def restated(text: str, *, by_question: bool) -> Linked:
    """``by_question``: the best answers come first."""
    order = "最切题的在前。" if by_question else ""
    return Linked(f"“{_short(text)}”没有照原样出现，已整理成现在的词和条件来查。{order}", AS_TYPED)


def word_count(term: str, total: int, unrefined: int | None) -> str:
    """``unrefined`` is None where there are no conditions."""
    if unrefined is None:
        return f"{term}：{total:,} 条"
    return f"{term}：{COUNT_HEADS['total']} {total:,} 条，{COUNT_HEADS['unrefined']} {unrefined:,} 条"


def completions(typed: str) -> str:
    return f"“{_short(typed)}”按拼音或首字母可能是："


def suggestion(query: str, total: int | None) -> Linked:
    """A query that finds more: the query corrected, or its words cut."""
    return Linked("您要找的是不是：", query, "" if total is None else hits(total))


def relaxation(label: str, total: int) -> Linked:
    return Linked("", label, hits(total))


def hits(count: int) -> str:
    return f"（{count:,} 条）"


def without_facet(facet: str, values: Sequence[str]) -> str:
    return f"去掉{FACETS[facet]}“{'、'.join(values)}”"


def without_exclusion(facet: str, values: Sequence[str]) -> str:
    return f"不再排除{FACETS[facet]}“{'、'.join(values)}”"


def without_term(term: str, *, is_quoted: bool) -> str:
    """``is_quoted``: the term is a phrase, which brings its own quotes."""
    return f"去掉{term}" if is_quoted else f"去掉“{term}”"


def corrected_alone(query: str) -> str:
    return f"改查“{query}”，并去掉全部条件"


def _short(text: str) -> str:
    return text if len(text) <= 30 else text[:30] + "…"
