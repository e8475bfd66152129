"""The search page and its other forms: JSON, all values of a facet, suggestions."""

from __future__ import annotations

from dataclasses import replace

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from reports.models import Article
from reports.presentation.addresses import search_address
from reports.presentation.facet_lists import all_values
from reports.search import labels
from reports.search import search as find
from reports.search.answering.examples import example_queries
from reports.search.answering.suggestions import suggest as suggestions_for
from reports.search.request import FACETS, SearchRequest, Sort
from reports.workflow.dictionaries.missed_queries import record_zero_result

from .availability import answers_from_index

_NEWEST_ON_FRONT = 6


def requested(request: HttpRequest) -> SearchRequest:
    """The search request in the address."""
    return SearchRequest.from_parameters(dict(request.GET.lists()))


@answers_from_index
@require_safe
def front(request: HttpRequest) -> HttpResponseBase:
    """``/``: the front page; with parameters the search page, so that ``/?q=…`` works as well."""
    if request.GET:
        return search(request)
    newest = find(SearchRequest(sort=Sort.NEWEST, page_size=_NEWEST_ON_FRONT))
    # The links of the page are searches of their own: they do not inherit how its list was made.
    blank = SearchRequest()
    context = {
        "page": replace(newest, request=blank),
        "blank": blank,
        "examples": example_queries(newest),
        "samples": Article.objects.samples().published().count(),
    }
    return render(request, "front.html", context)


@answers_from_index
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    asked = requested(request)
    page = find(asked)
    if page.request.q != asked.q and page.notices == asked.notices:
        # What the query says of names and years became refinements: these are to stand in the address.
        return redirect(search_address(page.request))
    if request.method == "GET":
        record_zero_result(page)
    return render(request, "search.html", {"page": page})


@answers_from_index
@require_safe
def values(request: HttpRequest, facet: str) -> HttpResponse:
    """All values of one facet of a search, for facets too long for the search page."""
    if facet not in FACETS:
        raise Http404
    page = find(replace(requested(request), page=1))
    links = all_values(page, facet)
    context = {"page": page, "facet": facet, "label": labels.FACETS[facet], "links": links}
    return render(request, "values.html", context)


@answers_from_index
@require_safe
def search_json(request: HttpRequest) -> JsonResponse:
    return JsonResponse(find(requested(request)).as_json(), json_dumps_params={"ensure_ascii": False})


@answers_from_index
@require_safe
def suggest(request: HttpRequest) -> JsonResponse:
    """``/suggest/?q=``: suggestions while typing."""
    typed = request.GET.get("q", "")
    suggestions = [suggestion.as_json() for suggestion in suggestions_for(typed)]
    response = JsonResponse(
        {"q": typed, "suggestions": suggestions}, json_dumps_params={"ensure_ascii": False}
    )
    # If the reader deletes a letter, the browser uses its stored answer.
    patch_cache_control(response, private=True, max_age=60)
    return response


@require_safe
def opensearch(request: HttpRequest) -> HttpResponse:
    """The description with which a browser adds the archive to its search engines (OpenSearch 1.1)."""
    page = request.build_absolute_uri(reverse("search"))
    return render(
        request,
        "opensearch.xml",
        {"search_page": page, "icon": request.build_absolute_uri(static("img/favicon.svg"))},
        content_type="application/opensearchdescription+xml; charset=utf-8",
    )
