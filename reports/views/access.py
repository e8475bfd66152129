"""Who may see what: readers, editors, and accounts that must first choose a password of their own."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.deprecation import MiddlewareMixin

from reports.models import User
from reports.workflow import may_administer, may_edit, may_read

_OPEN_TO_ALL = frozenset({"login", "logout", "healthz", "readyz"})
_OPEN_BEFORE_OWN_PASSWORD = frozenset({*_OPEN_TO_ALL, "password_change"})
_JSON_PAGES = frozenset({"search_json", "suggest"})

_WITHOUT_ROLE = "您的账号还没有角色，不能查阅档案。请联系管理员为您的账号加上角色。"

View = Callable[..., HttpResponseBase]


def editor_required(view: View) -> View:
    """Redirect anonymous users to the login page; answer 403 to readers."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return refuse(request)
        if not may_edit(request.user):
            raise PermissionDenied(
                "编辑台只对“编辑”和“管理员”开放。需要使用时，请联系管理员为您的账号加上角色。"
            )
        return view(request, *args, **kwargs)

    return guarded


def administrator_required(view: View) -> View:
    """Redirect anonymous users to the login page; answer 403 to all accounts except admins."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return refuse(request)
        if not may_administer(request.user):
            raise PermissionDenied("这项操作只有管理员可以进行，请联系管理员。")
        return view(request, *args, **kwargs)

    return guarded


def acting(request: HttpRequest) -> User:
    """The account of a request that one of these decorators has allowed."""
    assert isinstance(request.user, User)
    return request.user


def may_see_drafts(request: HttpRequest) -> bool:
    """Whether the account may know of unpublished articles."""
    return isinstance(request.user, User) and may_edit(request.user)


def wants_page(request: HttpRequest) -> bool:
    """Whether a browser asks for a page, rather than a script for data."""
    return url_name(request) not in _JSON_PAGES and "text/html" in request.headers.get("Accept", "text/html")


def refuse(request: HttpRequest) -> HttpResponse:
    """Require a login: a browser is redirected to the form, a program gets 401 and a sentence to show."""
    if wants_page(request):
        return redirect_to_login(request.get_full_path())
    response = _plain_answer(request, "请先登录。", 401)
    # RFC 9110, 11.6.1: a 401 must name a scheme. Ours is the session cookie; browsers ignore this header.
    response["WWW-Authenticate"] = 'Cookie realm="archive"'
    return response


def _plain_answer(request: HttpRequest, message: str, status: int) -> HttpResponse:
    if url_name(request) in _JSON_PAGES or "application/json" in request.headers.get("Accept", ""):
        return JsonResponse({"error": message}, status=status, json_dumps_params={"ensure_ascii": False})
    return HttpResponse(message + "\n", status=status, content_type="text/plain; charset=utf-8")


def url_name(request: HttpRequest) -> str:
    match = request.resolver_match
    return (match.url_name or "") if match and not match.namespaces else ""


class ReaderAccessMiddleware(MiddlewareMixin):
    """If ``ARCHIVE_PUBLIC`` is off, reading requires a login and a role.

    It works on resolved views, so an unknown address gives 404 to everyone.
    """

    def process_view(
        self, request: HttpRequest, view: View, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        if settings.ARCHIVE_PUBLIC or url_name(request) in _OPEN_TO_ALL:
            return None
        if not isinstance(request.user, User):
            return refuse(request)
        if may_read(request.user) or url_name(request) == "password_change":
            return None
        if not wants_page(request):
            return _plain_answer(request, _WITHOUT_ROLE, 403)
        return render(request, "403.html", {"reason": _WITHOUT_ROLE}, status=403)


class OneTimePasswordMiddleware(MiddlewareMixin):
    """An account with a one-time password sees only the form to change it."""

    def process_view(
        self, request: HttpRequest, view: View, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        user = request.user
        if not user.is_authenticated or not getattr(user, "must_change_password", False):
            return None
        if url_name(request) in _OPEN_BEFORE_OWN_PASSWORD:
            return None
        if not wants_page(request):
            message = "请先在网页上修改一次性密码。"
            return JsonResponse({"error": message}, status=403, json_dumps_params={"ensure_ascii": False})
        goal = urlencode({"next": request.get_full_path()}) if request.method == "GET" else ""
        return HttpResponseRedirect(reverse("password_change") + (f"?{goal}" if goal else ""))
