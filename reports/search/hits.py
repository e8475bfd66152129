"""Hits of the index as hits for the reader: labels from the database, passages from the engine."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.urls import reverse

from . import labels
from .engines.contract import Passage, UnitHit
from .page import Hit
from .request import Scope
from .snippets import choose_snippets, headline_marks, matched_headings

log = logging.getLogger(__name__)

_LETTERS = {Scope.SECTION: "s", Scope.FIGURE: "f"}


@dataclass(frozen=True, slots=True)
class _Texts:
    """What a batch of hits needs from the database beside the engine's passages."""

    articles: Mapping[int, labels.ArticleLabel]
    headings: Mapping[int, Mapping[int, str]]
    captions: Mapping[tuple[int, int], str]
    quotes: Mapping[int, Sequence[str]]


def label_hits(scope: Scope, units: Sequence[UnitHit], passages: Sequence[Sequence[Passage]]) -> list[Hit]:
    """``units`` in order, without those whose article is no longer published; at most five queries."""
    texts = _load(scope, units, passages)
    hits = []
    for unit, found in zip(units, passages, strict=True):
        if unit.article_id in texts.articles:
            hits.append(_hit(scope, unit, found, texts))
        else:
            log.warning("article %d is in the index but not published: left out", unit.article_id)
    return hits


def _load(scope: Scope, units: Sequence[UnitHit], passages: Sequence[Sequence[Passage]]) -> _Texts:
    ids = list({unit.article_id for unit in units})
    pairs = list(zip(units, passages, strict=True))
    quoted = {unit.article_id for unit, found in pairs if any(p.kind == "pull_quote" for p in found)}
    return _Texts(
        articles=labels.label_articles(ids),
        headings=labels.section_headings(ids),
        captions=labels.figure_captions(ids) if scope is Scope.FIGURE else {},
        quotes=labels.pull_quotes(list(quoted)) if quoted else {},
    )


def _hit(scope: Scope, unit: UnitHit, passages: Sequence[Passage], texts: _Texts) -> Hit:
    label = texts.articles[unit.article_id]
    headings = texts.headings.get(unit.article_id, {})
    letter = _LETTERS.get(scope, "")
    own = f"{letter}{unit.number}" if letter else ""
    url = reverse("article", args=[unit.article_id])
    return Hit(
        id=f"{unit.article_id}-{own}" if own else str(unit.article_id),
        type=scope.value,
        article_id=unit.article_id,
        url=f"{url}#{own}" if own else url,
        headline=label.headline,
        kicker=label.kicker,
        heading=_own_heading(scope, unit, texts),
        district=label.district,
        year=label.year,
        published_on=label.published_on,
        source=label.source,
        page_label=label.page_label,
        initiatives=label.initiatives,
        score=unit.score,
        snippets=choose_snippets(
            passages, headings, texts.quotes.get(unit.article_id, ()), is_unit=scope is not Scope.ARTICLE
        ),
        headline_marks=headline_marks(passages, label.headline),
        matched_headings=matched_headings(passages, headings),
    )


def _own_heading(scope: Scope, unit: UnitHit, texts: _Texts) -> str:
    if scope is Scope.SECTION:
        return texts.headings.get(unit.article_id, {}).get(unit.number, "")
    return texts.captions.get((unit.article_id, unit.number), "") if scope is Scope.FIGURE else ""
