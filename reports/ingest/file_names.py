"""What the name of a file states of its articles: 澄江晚报_2023-06-30_A08版.txt."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import PurePath

from .datelines import Statement, read_file_name
from .parsed import ParsedArticle, Problem, YearBasis
from .readers import READERS


def state_by_file_name(articles: Iterable[ParsedArticle], file_name: str) -> list[ParsedArticle]:
    """The articles with date, source and page of the file name where the page itself states none."""
    path = PurePath(file_name.replace("\\", "/"))
    stated = read_file_name(path.stem if path.suffix.lower() in READERS else path.name)
    return [_state(article, stated) if stated else article for article in articles]


def _state(article: ParsedArticle, stated: Statement) -> ParsedArticle:
    if article.year_basis is not YearBasis.STATED:
        article = article.with_stated_date(stated.year, stated.published_on)
    elif article.year != stated.year or (article.published_on or stated.published_on) != stated.published_on:
        printed = article.published_on.isoformat() if article.published_on else f"{article.year}年"
        problem = Problem(
            "several_dates", f"文件名写的日期是{stated.published_on}，版面写的是{printed}：取版面的，请核对。"
        )
        article = replace(article, problems=(*article.problems, problem))
    return replace(
        article,
        source=article.source or stated.source,
        page_label=article.page_label or stated.page_label,
    )
