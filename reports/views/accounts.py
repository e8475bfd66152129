"""Changing one's password; logging in and out are Django's own views."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.views import PasswordChangeView, RedirectURLMixin
from django.http import HttpResponse
from django.urls import reverse_lazy

from reports.forms import OwnPasswordForm


class ChangePassword(RedirectURLMixin, PasswordChangeView):
    """Also the one door open to an account that still has its one-time password."""

    form_class = OwnPasswordForm
    next_page = reverse_lazy("search")

    def get_success_url(self) -> str:
        return self.get_redirect_url() or str(self.next_page)

    def form_valid(self, form: OwnPasswordForm) -> HttpResponse:
        # Before saving, so that the row is written once and the account is never open with neither.
        form.user.must_change_password = False
        messages.success(self.request, "密码已修改。")
        return super().form_valid(form)
