"""The reading page and the original."""

from __future__ import annotations

import codecs
from collections.abc import Iterable
from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from reports.models import Article
from reports.models.article import State
from reports.models.contributor import ContributorRoleChoice
from reports.models.event import Act
from reports.search.answering.highlighting import Highlighted, find_highlight_terms, highlight
from reports.search.answering.similar import similar_articles
from reports.search.contract.passages import HighlightTerm
from reports.templatetags.results import address
from reports.workflow import PurgedOriginal, content_of, read_original
from reports.workflow.events import event, record

from .access import may_see_drafts
from .caching import never_keep
from .citation import cite
from .purging import purged_page
from .search import requested

_STATISTICS_SHOWN = 10
_TITLE_LENGTH = 14


@dataclass(frozen=True, slots=True)
class PrintedSection:
    number: int
    anchor: str
    title: str  # for the table of contents; made from the text where the page prints no heading
    heading: Highlighted | None
    paragraphs: list[Highlighted]


@dataclass(frozen=True, slots=True)
class PrintedFigure:
    number: int
    anchor: str
    kind: str
    caption: Highlighted
    credit: Highlighted | None


@dataclass(frozen=True, slots=True)
class PrintedArticle:
    """The article's texts in reading order, the query's words marked."""

    kicker: Highlighted
    headline: Highlighted
    deck: Highlighted
    byline: list[tuple[str, Highlighted]]
    lead: list[Highlighted]
    sections: list[PrintedSection]
    figures: list[PrintedFigure]
    quotes: list[Highlighted]
    furniture: list[str]


@require_safe
def article(request: HttpRequest, number: int) -> HttpResponse:
    """``/articles/<id>/``. Search parameters give the marks and the way back to the results."""
    found = _readable(request, number)
    if isinstance(found, HttpResponse):
        return found
    asked = requested(request)
    terms = find_highlight_terms(asked, _texts(found)) if asked.q else []
    statistics = list(found.statistics.all())
    for statistic in statistics:
        statistic.anchor = part_anchor(statistic.field, statistic.number)  # type: ignore[attr-defined]
    is_public = found.state == State.PUBLISHED
    context = {
        "article": found,
        # What only a draft holds has no page to link to.
        "is_public": is_public,
        "text": printed_article(found, terms),
        "back": address(asked) if request.GET else "",
        "citation": cite(found),
        "initiatives": _named_initiatives(found),
        "further_districts": [
            row.district for row in found.further_districts.select_related("district__city").all()
        ],
        "statistics": statistics
        and {"first": statistics[:_STATISTICS_SHOWN], "rest": statistics[_STATISTICS_SHOWN:]},
        "similar": similar_articles(found) if is_public else [],
    }
    response = render(request, "article.html", context)
    return response if found.state == State.PUBLISHED else never_keep(response)


@require_safe
def original(request: HttpRequest, number: int) -> HttpResponse:
    """The bytes as uploaded, as a download: whatever they hold, no browser runs them."""
    found = _readable(request, number, is_original=True)
    if isinstance(found, HttpResponse):
        return found
    accession = found.accession
    try:
        data = read_original(accession)
    except PurgedOriginal:
        return purged_page(request, number, article=found)
    response = HttpResponse(data, content_type=_text_type(accession.charset))
    # RFC 6266 with the extended notation of RFC 8187 for names that are not ASCII.
    response["Content-Disposition"] = content_disposition_header(True, accession.file_name)
    response["X-Content-Type-Options"] = "nosniff"
    if request.method == "GET":
        record(event(Act.DOWNLOAD, on=accession))
    return response


def part_anchor(field: str, number: int) -> str:
    """The fragment at which a text part stands on the reading page; empty for the head."""
    if field == "lead":
        return "lead"
    letter = {"heading": "s", "body": "s", "caption": "f", "credit": "f", "pull_quote": "q"}.get(field, "")
    return f"{letter}{number}" if letter else ""


def printed_article(article: Article, terms: Iterable[HighlightTerm]) -> PrintedArticle:
    terms = list(terms)
    lead = [highlight(line, "lead", terms) for line in article.lead.split("\n") if line]
    sections = []
    for section in article.sections.all():
        title = section.heading or (section.paragraphs[0] if section.paragraphs else "")
        if not section.heading and len(title) > _TITLE_LENGTH:
            title = title[:_TITLE_LENGTH] + "…"
        sections.append(
            PrintedSection(
                section.number,
                section.anchor,
                title,
                highlight(section.heading, "heading", terms) if section.heading else None,
                [highlight(paragraph, "body", terms) for paragraph in section.paragraphs],
            )
        )
    return PrintedArticle(
        kicker=highlight(article.kicker, "kicker", terms),
        headline=highlight(article.headline, "headline", terms),
        deck=highlight(article.deck, "deck", terms),
        byline=_byline(article, terms),
        lead=lead,
        sections=sections,
        figures=[
            PrintedFigure(
                figure.number,
                figure.anchor,
                figure.get_kind_display(),
                highlight(figure.caption, "caption", terms),
                highlight(figure.credit, "credit", terms) if figure.credit else None,
            )
            for figure in article.figures.all()
        ],
        quotes=[highlight(quote.text, "pull_quote", terms) for quote in article.pull_quotes.all()],
        furniture=[line for line in article.furniture.split("\n") if line],
    )


def _texts(article: Article) -> list[str]:
    return [part.text for part in content_of(article).parts()]


def _byline(article: Article, terms: list[HighlightTerm]) -> list[tuple[str, Highlighted]]:
    names: dict[str, list[str]] = {}
    for contributor in article.contributors.all():
        names.setdefault(contributor.role, []).append(contributor.name)
    return [
        (str(ContributorRoleChoice(role).label), highlight("、".join(people), "byline", terms))
        for role, people in names.items()
    ]


def _named_initiatives(article: Article) -> list[object]:
    """Each initiative the article names, once, in the order of first mention."""
    mentions = article.mentions.select_related("initiative").order_by("id")
    return list({mention.initiative_id: mention.initiative for mention in mentions}.values())


def _readable(request: HttpRequest, number: int, *, is_original: bool = False) -> Article | HttpResponse:
    """The article, the 410 page, or 404 where it was never published and the asker is no editor."""
    found = Article.objects.select_related("district__city", "accession").filter(pk=number).first()
    if found is None:
        return purged_page(request, number)
    if found.state == State.PUBLISHED:
        return found
    if found.state == State.WITHDRAWN:
        if is_original and may_see_drafts(request):
            return found
        return _withdrawn_page(request, found)
    if may_see_drafts(request):
        return found
    if found.withdrawn_at:  # back on the desk: whoever has cited it is still told that it was withdrawn
        return _withdrawn_page(request, found)
    raise Http404


def _withdrawn_page(request: HttpRequest, found: Article) -> HttpResponse:
    context = {"withdrawn_at": found.withdrawn_at, "number": found.pk}
    return render(request, "410.html", context, status=410)


def _text_type(charset: str) -> str:
    try:
        return f"text/plain; charset={codecs.lookup(charset).name}"
    except LookupError:
        return "text/plain"
