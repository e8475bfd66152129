"""The page to change the password, and the page of a lockout. Login and logout are Django's own views."""

from __future__ import annotations

from typing import Any

from axes.handlers.proxy import AxesProxyHandler
from django.contrib import messages
from django.contrib.auth.forms import PasswordChangeForm
from django.contrib.auth.views import PasswordChangeView, RedirectURLMixin
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse_lazy

from reports.forms import OwnPasswordForm
from reports.workflow.account_events import record_wrong_password
from reports.workflow.login_limits import LoginLimits

from .access import acting

_TOO_MANY_REQUESTS = 429


class ChangePassword(RedirectURLMixin, PasswordChangeView):
    """The only page for an account that still has its one-time password.

    A wrong old password counts like a failed login; otherwise anyone at an open session could guess it here.
    """

    form_class = OwnPasswordForm
    success_url = reverse_lazy("search")

    def get_success_url(self) -> str:
        return self.get_redirect_url() or str(self.success_url)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        credentials = _credentials(request)
        if not AxesProxyHandler.is_allowed(request, credentials):
            return locked_out(request, None, credentials)
        return super().post(request, *args, **kwargs)

    def form_valid(self, form: PasswordChangeForm) -> HttpResponse:
        # Set before saving, so that password and flag are written together.
        form.user.must_change_password = False
        messages.success(self.request, "密码已修改。")
        return super().form_valid(form)

    def form_invalid(self, form: PasswordChangeForm) -> HttpResponse:
        if form.has_error("old_password", "password_incorrect"):
            record_wrong_password(self.request, acting(self.request))
            # If a limit is reached, the middleware of axes answers with locked_out().
            AxesProxyHandler.user_login_failed(type(self), _credentials(self.request), self.request)
        return super().form_invalid(form)


def locked_out(
    request: HttpRequest, original_response: HttpResponseBase | None, credentials: dict[str, Any] | None
) -> HttpResponse:
    """The page for a login refused by a lockout: the limit that was reached, and the time to wait."""
    lockout = LoginLimits().lockout(request, credentials or {})
    context = {"lock": lockout, "is_account": lockout is None or "username" in lockout.parameters}
    response = render(request, "registration/locked_out.html", context, status=_TOO_MANY_REQUESTS)
    if lockout:
        response["Retry-After"] = str(lockout.minutes * 60)
    return response


def _credentials(request: HttpRequest) -> dict[str, Any]:
    return {"username": acting(request).get_username()}
