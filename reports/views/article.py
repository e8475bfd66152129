"""The page of an article, and its original."""

from __future__ import annotations

import codecs

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from reports.exports.citation import cited_article
from reports.ingest.parsed import YearBasis
from reports.models import Article
from reports.models.article import State
from reports.models.event import Act
from reports.presentation.addresses import search_address
from reports.presentation.printed_article import part_anchor, printed_article
from reports.search import labels
from reports.search.answering.highlighting import find_highlight_terms
from reports.search.answering.similar import similar_articles
from reports.workflow import PurgedOriginal, content_of, read_original
from reports.workflow.events import event, record

from .access import may_see_drafts
from .caching import never_store
from .purging import purged_page
from .search import requested

_STATISTICS_SHOWN = 10


@require_safe
def article(request: HttpRequest, number: int) -> HttpResponse:
    """``/articles/<id>/``. With search parameters it has highlights and a link back to the results."""
    shown = _readable(request, number)
    if isinstance(shown, HttpResponse):
        return shown
    search = requested(request)
    terms = find_highlight_terms(search, _texts(shown)) if search.q or search.question else []
    statistics = list(shown.statistics.all())
    for statistic in statistics:
        statistic.anchor = part_anchor(statistic.field, statistic.number)  # type: ignore[attr-defined]
    is_public = shown.state == State.PUBLISHED
    citation = cited_article(shown, request.build_absolute_uri(shown.get_absolute_url()))
    context = {
        "article": shown,
        # Districts and initiatives of a draft may have no page, so they are not linked.
        "is_public": is_public,
        "text": printed_article(shown, terms),
        "inferred_year": labels.inferred_year(shown.year_evidence, whole=True)
        if shown.year_basis == YearBasis.INFERRED
        else "",
        "back": search_address(search) if request.GET else "",
        "citation": citation,
        "citation_text": citation.text(timezone.localdate()),
        "initiatives": _named_initiatives(shown),
        "further_districts": [
            row.district for row in shown.further_districts.select_related("district__city").all()
        ],
        "statistics": statistics
        and {"first": statistics[:_STATISTICS_SHOWN], "rest": statistics[_STATISTICS_SHOWN:]},
        "similar": similar_articles(shown) if is_public else [],
    }
    response = render(request, "article.html", context)
    return response if shown.state == State.PUBLISHED else never_store(response)


@require_safe
def original(request: HttpRequest, number: int) -> HttpResponse:
    """The uploaded bytes as a download, so that no browser executes their content."""
    shown = _readable(request, number, is_original=True)
    if isinstance(shown, HttpResponse):
        return shown
    accession = shown.accession
    try:
        data = read_original(accession)
    except PurgedOriginal:
        return purged_page(request, number, article=shown)
    response = HttpResponse(data, content_type=_text_type(accession.charset))
    # RFC 6266 with the extended notation of RFC 8187 for names that are not ASCII.
    response["Content-Disposition"] = content_disposition_header(True, accession.file_name)
    response["X-Content-Type-Options"] = "nosniff"
    if request.method == "GET":
        record(event(Act.DOWNLOAD, on=accession))
    return response


def _texts(article: Article) -> list[str]:
    return [part.text for part in content_of(article).parts()]


def _named_initiatives(article: Article) -> list[object]:
    """The initiatives of the article, each once, in the order of their first mention."""
    mentions = article.mentions.select_related("initiative").order_by("id")
    return list({mention.initiative_id: mention.initiative for mention in mentions}.values())


def _readable(request: HttpRequest, number: int, *, is_original: bool = False) -> Article | HttpResponse:
    """The article or the 410 page. Raises Http404 if it was never published and the account is not an
    editor."""
    shown = Article.objects.select_related("district__city", "accession").filter(pk=number).first()
    if shown is None:
        return purged_page(request, number)
    if shown.state == State.PUBLISHED:
        return shown
    if shown.state == State.WITHDRAWN:
        if is_original and may_see_drafts(request):
            return shown
        return _withdrawn_page(request, shown)
    if may_see_drafts(request):
        return shown
    if shown.withdrawn_at:  # back on the desk: readers with an old link still see that it was withdrawn
        return _withdrawn_page(request, shown)
    raise Http404


def _withdrawn_page(request: HttpRequest, shown: Article) -> HttpResponse:
    context = {"withdrawn_at": shown.withdrawn_at, "number": shown.pk}
    return render(request, "410.html", context, status=410)


def _text_type(charset: str) -> str:
    try:
        return f"text/plain; charset={codecs.lookup(charset).name}"
    except LookupError:
        return "text/plain"
