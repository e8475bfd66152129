"""How a report is cited: GB/T 7714—2015, 8.5, an article from a newspaper."""

from __future__ import annotations

from collections.abc import Sequence

from reports.models import Report

_AUTHORS = ("reporter", "correspondent", "writer")
_NAMED = 3  # the standard names three and writes 等 for the rest


def cite(report: Report) -> str:
    """``责任者. 题名[N]. 报纸名, 日期(版次).`` What the page does not state is said to be unknown."""
    contributors = sorted(report.contributors.all(), key=lambda c: c.position)
    names = list(dict.fromkeys(c.name for c in contributors if c.role in _AUTHORS))
    authors = f"{_listed(names)}. " if names else ""
    return f"{authors}{_title(report)}[N]. {report.source or '[报纸名不详]'}, {_date(report)}."


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:_NAMED]) + (", 等" if len(names) > _NAMED else "")


def _title(report: Report) -> str:
    return report.headline + (f"：{report.deck}" if report.deck else "")


def _date(report: Report) -> str:
    page = f"({report.page_label})" if report.page_label else ""
    if report.published_on:
        return f"{report.published_on:%Y-%m-%d}{page}"
    return f"{report.year or '[日期不详]'}{page}"
