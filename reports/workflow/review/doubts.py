"""Doubts about an article, as sentences for the person who publishes it."""

from __future__ import annotations

from reports.ingest.parsed import YEAR_INFERRED
from reports.models import Article
from reports.workflow.drafting.recognition import DISTRICT_PROBLEMS, PLACE_UNREAD


def doubts_of(article: Article) -> list[str]:
    """The messages of its problems, and sentences for a missing district or year."""
    codes = {problem.get("code", "") for problem in article.problems}
    doubts = [problem["message"] for problem in article.problems]
    if article.district_id is None and not codes & DISTRICT_PROBLEMS:
        doubts.append("没有主区划。")
    if article.year is None:
        doubts.append("年份不明。")
    return doubts


def needs_review(article: Article) -> bool:
    """Whether its stated place is not understood: such an article is not published without a review."""
    return any(problem.get("code") == PLACE_UNREAD for problem in article.problems)


def clear_year_doubts(article: Article) -> None:
    """Remove the problem about an inferred year after an editor has set one. The caller saves."""
    article.problems = [p for p in article.problems if p.get("code") != YEAR_INFERRED]


def clear_district_doubts(article: Article) -> None:
    """Remove the problems about the district after an editor has selected one. The caller saves."""
    article.problems = [p for p in article.problems if p.get("code") not in DISTRICT_PROBLEMS]
