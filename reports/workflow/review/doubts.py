"""What is doubtful in an article, in sentences for the person who publishes it."""

from __future__ import annotations

from reports.models import Article
from reports.workflow.drafting.recognition import DISTRICT_PROBLEMS, PLACE_UNREAD


def doubts_of(article: Article) -> list[str]:
    """What the reading left to be checked, and which of district and year the article still lacks."""
    codes = {problem.get("code", "") for problem in article.problems}
    doubts = [problem["message"] for problem in article.problems]
    if article.district_id is None and not codes & DISTRICT_PROBLEMS:
        doubts.append("没有主区划。")
    if article.year is None:
        proposed = f"，推测为{article.proposed_year}年" if article.proposed_year else ""
        doubts.append(f"年份不明{proposed}。")
    return doubts


def needs_review(article: Article) -> bool:
    """Whether the place it states was not understood: nobody publishes that without having looked."""
    return any(problem.get("code") == PLACE_UNREAD for problem in article.problems)


def clear_district_doubts(article: Article) -> None:
    """An editor has chosen a district: what was doubtful about it no longer is. The caller saves."""
    article.problems = [p for p in article.problems if p.get("code") not in DISTRICT_PROBLEMS]
