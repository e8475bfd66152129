"""An article as plain values: what the golden files hold."""

from __future__ import annotations

from typing import Any

from reports.ingest.parsed import ParsedArticle


def structure_of(article: ParsedArticle) -> dict[str, Any]:
    """Everything a reader sees, and the codes of the problems; blocks and wording are left out."""
    return {
        "kicker": article.kicker,
        "headline": article.headline,
        "deck": article.deck,
        "lead": list(article.lead),
        "contributors": [f"{c.name} {c.role}" for c in article.contributors],
        "sections": [{"heading": s.heading, "paragraphs": list(s.paragraphs)} for s in article.sections],
        "figures": [{"caption": f.caption, "credit": f.credit, "kind": str(f.kind)} for f in article.figures],
        "pull_quotes": list(article.pull_quotes),
        "furniture": list(article.furniture),
        "published_on": article.published_on.isoformat() if article.published_on else None,
        "year": article.year,
        "year_basis": article.year_basis,
        "year_evidence": article.year_evidence,
        "source": article.source,
        "page_label": article.page_label,
        "problems": [problem.code for problem in article.problems],
    }
