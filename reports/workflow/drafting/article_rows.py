"""Rows of a recognised article, not yet saved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict

from django.db import models

from reports.models import (
    Article,
    ArticleDistrict,
    Contributor,
    District,
    Figure,
    PullQuote,
    Section,
)

from .recognition import RecognisedArticle


def article_row(read: RecognisedArticle, districts: Mapping[str, District]) -> Article:
    """The row of the head. ``districts`` has each division by key; the caller sets accession and state."""
    parsed = read.parsed
    return Article(
        kicker=parsed.kicker,
        headline=parsed.headline,
        deck=parsed.deck,
        lead="\n".join(parsed.lead),
        furniture="\n".join(parsed.furniture),
        district=districts[read.districts.main.key] if read.districts.main else None,
        year=parsed.year,
        year_basis=parsed.year_basis or "",
        year_evidence=parsed.year_evidence,
        published_on=parsed.published_on,
        source=parsed.source,
        page_label=parsed.page_label,
        problems=[asdict(problem) for problem in read.problems],
        blocks=[asdict(block) for block in parsed.blocks],
        next_section=len(parsed.sections) + 1,
        next_figure=len(parsed.figures) + 1,
    )


def part_rows(
    article: Article, read: RecognisedArticle, districts: Mapping[str, District]
) -> list[models.Model]:
    """The parts of ``article``, which has been saved, numbered from 1 like its text parts."""
    parsed = read.parsed
    main = read.districts.main.key if read.districts.main else ""
    further = dict.fromkeys(place.key for place in read.districts.further if place.key != main)
    return [
        *(
            Section(
                article=article, number=number, position=number, heading=section.heading, body=section.body
            )
            for number, section in enumerate(parsed.sections, 1)
        ),
        *(
            Figure(
                article=article,
                number=number,
                position=number,
                kind=figure.kind.value,
                caption=figure.caption,
                credit=figure.credit,
            )
            for number, figure in enumerate(parsed.figures, 1)
        ),
        *(
            PullQuote(article=article, position=position, text=quote)
            for position, quote in enumerate(parsed.pull_quotes, 1)
        ),
        *(
            Contributor(
                article=article, position=position, name=contributor.name, role=contributor.role.value
            )
            for position, contributor in enumerate(parsed.contributors, 1)
        ),
        *(ArticleDistrict(article=article, district=districts[key]) for key in further),
    ]
