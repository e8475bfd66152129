"""The citation of an article according to GB/T 7714—2015, 8.5, article from a newspaper."""

from __future__ import annotations

from collections.abc import Sequence

from reports.models import Article

_AUTHORS = ("reporter", "correspondent", "writer")
_NAMED = 3  # the standard lists three names and 等 for the others


def cite(article: Article) -> str:
    """``责任者. 题名[N]. 报纸名, 日期(版次).`` Values that the page does not state are given as unknown."""
    contributors = sorted(article.contributors.all(), key=lambda c: c.position)
    names = list(dict.fromkeys(c.name for c in contributors if c.role in _AUTHORS))
    authors = f"{_listed(names)}. " if names else ""
    return f"{authors}{_title(article)}[N]. {article.source or '[报纸名不详]'}, {_date(article)}."


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:_NAMED]) + (", 等" if len(names) > _NAMED else "")


def _title(article: Article) -> str:
    return article.headline + (f"：{article.deck}" if article.deck else "")


def _date(article: Article) -> str:
    page = f"({article.page_label})" if article.page_label else ""
    if article.published_on:
        return f"{article.published_on:%Y-%m-%d}{page}"
    return f"{article.year or '[日期不详]'}{page}"
