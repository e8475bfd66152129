"""The review page: the source on one side, the article on the other, to correct and publish."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from reports.forms import (
    ReviewForm,
    ReviewRows,
    WithdrawalForm,
    arrange,
)
from reports.ingest.parsed import ContributorRole, FigureKind
from reports.knowledge import default_gazetteer
from reports.models import Article, User
from reports.models.article import State
from reports.workflow import (
    DictionaryRefused,
    EditConflict,
    EditedArticle,
    EditRefused,
    Refused,
    content_of,
    district_with_key,
    edit,
    find_place,
    indexing_notice,
    publish,
    return_to_draft,
    submit,
    withdraw,
)

from .access import acting, editor_required
from .source import source_of

_SUGGESTED = 20


@editor_required
@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest, number: int) -> HttpResponse:
    article = get_object_or_404(
        Article.objects.select_related("district__city", "accession__received_by"), pk=number
    )
    if request.method != "POST":
        content = content_of(article)
        return _page(request, article, ReviewForm(initial=_initial(content)), _rows(content))
    if request.POST.get("act") == "withdraw":
        return _withdraw(request, article)
    form, rows = ReviewForm(request.POST), ReviewRows.from_post(request.POST)
    if order := request.POST.get("arrange"):
        return _rearrange(request, article, rows, order)
    return _save(request, article, form, rows)


@editor_required
@require_safe
def district_names(request: HttpRequest) -> JsonResponse:
    """Full names of divisions that begin with or contain ``?q=``, as suggestions of the district field."""
    q = request.GET.get("q", "").strip()
    names: list[str] = []
    if q:
        places = [place for place in default_gazetteer().places if q in f"{place.city_name}{place.name}"]
        places.sort(
            key=lambda place: (not place.name.startswith(q), not place.city_name.startswith(q), place.key)
        )
        names = [_full_name(place.city_name, place.name) for place in places[:_SUGGESTED]]
    return JsonResponse({"names": names}, json_dumps_params={"ensure_ascii": False})


def _save(request: HttpRequest, article: Article, form: ReviewForm, rows: ReviewRows) -> HttpResponse:
    """Save, then submit or publish if requested. If it fails, the form keeps all typed text."""
    content = _edited(article, form, rows) if form.is_valid() else None
    if content is None or form.errors:
        return _page(request, article, form, rows, status=422)
    try:
        confirms_year = form.cleaned_data["year_confirmed"]
        article = edit(article, content, acting(request), confirms_year=confirms_year)
    except EditConflict as conflict:
        return _show_conflict(request, article, rows, conflict)
    except EditRefused as refusal:
        for name, message in refusal.errors.items():
            form.add_error(name if name in form.fields else None, message)
        return _page(request, article, form, rows, status=422)
    action = request.POST.get("act", "save")
    step, message = _STEPS.get(action, (None, "已保存。"))
    if step is not None:
        try:
            step(article, acting(request))
        except Refused as refusal:
            messages.error(request, f"内容已保存，但{refusal.message}")
            return redirect("review", number=article.pk)
    messages.success(request, message)
    if notice := indexing_notice(article):
        messages.info(request, notice)
    return redirect("desk") if action == "publish" else redirect("review", number=article.pk)


def _publish_as_saved(article: Article, by: User) -> None:
    publish(article, by, version=article.version)


_STEPS: dict[str, tuple[Callable[[Article, User], object], str]] = {
    "submit": (submit, "已保存并送审。"),
    "publish": (_publish_as_saved, "已保存并发布。"),
    "return": (return_to_draft, "已保存并退回草稿。"),
}


def _withdraw(request: HttpRequest, article: Article) -> HttpResponse:
    form = WithdrawalForm(request.POST)
    if article.state == State.WITHDRAWN:
        messages.info(request, "这篇报道此前已经撤回，撤回的原因以当时填写的为准。")
        return redirect("review", number=article.pk)
    if not form.is_valid():
        messages.error(request, str(form.errors["reason"][0]))
        return redirect("review", number=article.pk)
    try:
        withdraw(article, acting(request), form.cleaned_data["reason"])
    except Refused as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, "已撤回，读者不再看到这篇报道。")
    return redirect("review", number=article.pk)


def _rearrange(request: HttpRequest, article: Article, rows: ReviewRows, order: str) -> HttpResponse:
    """The row buttons without script: show the rearranged form; nothing is saved yet."""
    form = ReviewForm(initial={name: request.POST.get(name, "") for name in ReviewForm.base_fields})
    arranged = arrange(rows, order)
    if ":split:" in order and arranged == rows:
        messages.info(request, "请先在要拆开的地方单独写一行 ---，再按“拆分”。")
    return _page(request, article, form, arranged, is_unsaved=True)


def _show_conflict(
    request: HttpRequest, article: Article, rows: ReviewRows, conflict: EditConflict
) -> HttpResponse:
    """Show the typed text with a warning; saving again overwrites the other person's change."""
    initial = {name: request.POST.get(name, "") for name in ReviewForm.base_fields}
    form = ReviewForm(initial={**initial, "version": conflict.current_version})
    article.refresh_from_db()
    rows = _with_existing_numbers(rows, content_of(article))
    return _page(request, article, form, rows, status=409, conflict=conflict.message, is_unsaved=True)


def _page(
    request: HttpRequest,
    article: Article,
    form: ReviewForm,
    rows: ReviewRows,
    status: int = 200,
    **extra: object,
) -> HttpResponse:
    context = {
        "article": article,
        "form": form,
        "rows": rows,
        "source": source_of(article),
        "kinds": FigureKind.choices(),
        "roles": ContributorRole.choices(),
        "may_submit": article.state == State.DRAFT,
        "may_publish": article.state in {State.DRAFT, State.IN_REVIEW},
        "may_return": article.state in {State.IN_REVIEW, State.WITHDRAWN},
        "may_withdraw": article.state == State.PUBLISHED,
        **extra,
    }
    return render(request, "review.html", context, status=status)


def _initial(content: EditedArticle) -> dict[str, object]:
    names = ("version", "kicker", "headline", "deck", "lead", "year", "published_on", "source", "page_label")
    return {
        **{name: getattr(content, name) for name in names},
        "district": _district_name(content.district),
        "further_districts": "、".join(map(_district_name, content.further_districts)),
    }


def _rows(content: EditedArticle) -> ReviewRows:
    return ReviewRows(content.sections, content.figures, content.pull_quotes, content.contributors)


def _with_existing_numbers(rows: ReviewRows, current: EditedArticle) -> ReviewRows:
    """The rows, in which parts that were removed meanwhile become new parts."""
    sections = {section.number for section in current.sections}
    figures = {figure.number for figure in current.figures}
    return replace(
        rows,
        sections=tuple(row if row.number in sections else replace(row, number=None) for row in rows.sections),
        figures=tuple(row if row.number in figures else replace(row, number=None) for row in rows.figures),
    )


def _edited(article: Article, form: ReviewForm, rows: ReviewRows) -> EditedArticle | None:
    """The form as a value for the workflow; None if a district is not understood (the form has the error)."""
    head = {name: value for name, value in form.cleaned_data.items() if name != "year_confirmed"}
    printed_keys = {_district_name(key): key for key in _district_keys(article)}
    district = _key(form, "district", head.pop("district"), printed_keys)
    further = tuple(
        _key(form, "further_districts", name.strip(), printed_keys)
        for name in head.pop("further_districts").replace(",", "、").replace("，", "、").split("、")
        if name.strip()
    )
    if form.errors:
        return None
    return EditedArticle(
        **head,
        district=district,
        further_districts=further,
        sections=rows.sections,
        figures=rows.figures,
        pull_quotes=rows.quotes,
        contributors=rows.contributors,
    )


def _key(form: ReviewForm, field: str, text: str, printed_keys: dict[str, str]) -> str:
    """The key of a typed division. A name that the form printed keeps its key."""
    if not text:
        return ""
    if text in printed_keys:
        return printed_keys[text]
    try:
        return find_place(text).key
    except DictionaryRefused as refusal:
        form.add_error(field, refusal.message)
        return ""


def _district_keys(article: Article) -> list[str]:
    content = content_of(article)
    return [key for key in (content.district, *content.further_districts) if key]


def _district_name(key: str) -> str:
    district = district_with_key(key) if key else None
    return district.full_name if district else key


def _full_name(city: str, name: str) -> str:
    return name if city == name else f"{city}{name}"
