"""A report as plain values: what the golden files hold."""

from __future__ import annotations

from typing import Any

from reports.ingest.parsed import ParsedReport


def structure_of(report: ParsedReport) -> dict[str, Any]:
    """Everything a reader sees, and the codes of the problems; blocks and wording are left out."""
    return {
        "kicker": report.kicker,
        "headline": report.headline,
        "deck": report.deck,
        "lead": list(report.lead),
        "contributors": [f"{c.name} {c.role}" for c in report.contributors],
        "sections": [{"heading": s.heading, "paragraphs": list(s.paragraphs)} for s in report.sections],
        "figures": [{"caption": f.caption, "credit": f.credit, "kind": str(f.kind)} for f in report.figures],
        "pull_quotes": list(report.pull_quotes),
        "furniture": list(report.furniture),
        "published_on": report.published_on.isoformat() if report.published_on else None,
        "year": report.year,
        "proposed_year": report.proposed_year,
        "source": report.source,
        "page_label": report.page_label,
        "problems": [problem.code for problem in report.problems],
    }
