"""From the rows of an article to its index document: blocks, facets, dates."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Any

from django.db.models import Case, F, Prefetch, QuerySet, When

from reports.ingest.parsed import YearBasis
from reports.models import Article, ArticleDistrict, District, InitiativeMention
from reports.models.initiative import alias_is_visible
from reports.search.contract.values import IndexedArticle, IndexedBlock
from reports.search.request import NAMED, UNDATED, inferred

_PATH = ("district__city", "district__province")


def published_articles() -> QuerySet[Article]:
    """Published articles with everything that ``indexed_article`` reads, in a fixed number of queries.

    The only lists of ids in these queries are those of the articles. A prefetch of ``mentions__initiative``
    would add a list of all initiatives that they name, which is too long a condition for SQLite.
    """
    return (
        Article.objects.published()
        .defer("furniture", "blocks")  # as long as the texts, and never searched
        .select_related(*_PATH)
        .prefetch_related(
            "sections",
            "figures",
            "pull_quotes",
            "contributors",
            Prefetch("further_districts", ArticleDistrict.objects.select_related(*_PATH)),
            Prefetch("mentions", _mentions_with_aliases()),
        )
        .order_by("pk")
    )


def _mentions_with_aliases() -> QuerySet[InitiativeMention]:
    """Each mention once for every alias of its initiative, in ``alias``."""
    known = alias_is_visible("initiative__aliases__merged_from")
    return (
        InitiativeMention.objects.select_related("initiative")
        .annotate(alias=Case(When(known, then=F("initiative__aliases__name"))))
        .order_by("article_id", "id", "alias")
    )


def indexed_article(article: Article) -> IndexedArticle:
    """The article as the engine takes it; ``stamp`` is a digest of everything else."""
    districts = _districts(article)
    blocks = (*_visible_blocks(article), *_hidden_blocks(article, districts))
    facets = {
        "district": tuple(division.key for division in article.district.path) if article.district else (),
        NAMED: tuple(dict.fromkeys(division.key for place in districts for division in place.path)),
        "initiative": tuple(dict.fromkeys(mention.initiative.slug for mention in article.mentions.all())),
        "year": _years(article),
        "source": (article.source,) if article.source else (),
    }
    district_order = _district_order(article.district) if article.district else ""
    stamp = _digest(
        [
            [[block.kind, block.section, block.figure, block.text] for block in blocks],
            facets,
            str(article.published_on),
            article.year,
            district_order,
        ]
    )
    return IndexedArticle(
        id=article.pk,
        blocks=blocks,
        facets=facets,
        published_on=article.published_on,
        year=article.year,
        district_order=district_order,
        stamp=stamp,
    )


def _years(article: Article) -> tuple[str, ...]:
    if article.year is None:
        return (UNDATED,)
    year = str(article.year)
    return (year, inferred(year)) if article.year_basis == YearBasis.INFERRED else (year,)


def _districts(article: Article) -> list[District]:
    main = [article.district] if article.district else []
    further = [row.district for row in article.further_districts.all()]
    return list(dict.fromkeys([*main, *further]))


def _district_order(district: District) -> str:
    # The districts of a city come together, including zones without a code.
    return "/".join(division.key for division in district.path)


def _visible_blocks(article: Article) -> Iterator[IndexedBlock]:
    for kind in ("kicker", "headline", "deck"):
        if text := getattr(article, kind):
            yield IndexedBlock(kind, -1, -1, text)
    if names := "、".join(contributor.name for contributor in article.contributors.all()):
        yield IndexedBlock("byline", -1, -1, names)
    for paragraph in _paragraphs(article.lead):
        yield IndexedBlock("lead", 0, -1, paragraph)
    for section in article.sections.all():
        if section.heading:
            yield IndexedBlock("heading", section.number, -1, section.heading)
        for paragraph in _paragraphs(section.body):
            yield IndexedBlock("body", section.number, -1, paragraph)
    for figure in article.figures.all():
        if figure.caption:
            yield IndexedBlock("caption", -1, figure.number, figure.caption)
        if figure.credit:
            yield IndexedBlock("credit", -1, figure.number, figure.credit)
    for quote in article.pull_quotes.all():
        yield IndexedBlock("pull_quote", -1, -1, quote.text)


def _hidden_blocks(article: Article, districts: list[District]) -> Iterator[IndexedBlock]:
    names: dict[str, None] = {}
    for mention in article.mentions.all():
        names[mention.initiative.name] = None
        if alias := mention.alias:  # type: ignore[attr-defined]  # annotated above
            names[alias] = None
    for name in names:
        yield IndexedBlock("initiative", -1, -1, name)
    for district in districts:
        yield IndexedBlock("district", -1, -1, "".join(division.name for division in district.path))


def _paragraphs(text: str) -> Iterator[str]:
    return (line for line in text.split("\n") if line.strip())


def _digest(value: Any) -> str:
    data = json.dumps(value, ensure_ascii=False, sort_keys=True).encode("utf-8", "surrogatepass")
    return hashlib.blake2b(data, digest_size=12).hexdigest()
