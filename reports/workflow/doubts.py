"""What is doubtful in a report, in sentences for whoever publishes it."""

from __future__ import annotations

from reports.models import Report

from .reading import DISTRICT_PROBLEMS, PLACE_UNREAD


def doubts_of(report: Report) -> list[str]:
    """What the reading left to be checked, and which of district and year the report still lacks."""
    told = {problem.get("code", "") for problem in report.problems}
    doubts = [problem["message"] for problem in report.problems]
    if report.district_id is None and not told & DISTRICT_PROBLEMS:
        doubts.append("没有主区划。")
    if report.year is None:
        proposed = f"，推测为{report.proposed_year}年" if report.proposed_year else ""
        doubts.append(f"年份不明{proposed}。")
    return doubts


def is_held_back(report: Report) -> bool:
    """Whether the place it states was not understood: nobody publishes that without having looked."""
    return any(problem.get("code") == PLACE_UNREAD for problem in report.problems)


def settle_district(report: Report) -> None:
    """An editor has chosen a district: what was doubtful about it no longer is. The caller saves."""
    report.problems = [p for p in report.problems if p.get("code") not in DISTRICT_PROBLEMS]
