"""Changing one's password; logging in and out are Django's own views."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.forms import PasswordChangeForm
from django.contrib.auth.views import PasswordChangeView, RedirectURLMixin
from django.http import HttpResponse
from django.urls import reverse_lazy

from reports.forms import OwnPasswordForm


class ChangePassword(RedirectURLMixin, PasswordChangeView):
    """Also the one door open to an account that still has its one-time password."""

    form_class = OwnPasswordForm
    success_url = reverse_lazy("search")

    def get_success_url(self) -> str:
        return self.get_redirect_url() or str(self.success_url)

    def form_valid(self, form: PasswordChangeForm) -> HttpResponse:
        # Before saving, so that the row is written once and the account is never open with neither.
        form.user.must_change_password = False
        messages.success(self.request, "密码已修改。")
        return super().form_valid(form)
