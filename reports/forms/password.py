"""Choosing a password of one's own."""

from __future__ import annotations

from django import forms
from django.contrib.auth.forms import PasswordChangeForm


class OwnPasswordForm(PasswordChangeForm):
    """The new password must be a new one: else a one-time password would become a lasting one."""

    def clean_new_password1(self) -> str:
        new: str = self.cleaned_data["new_password1"]
        # With the old one as typed, which has been found right. Asking the account instead would tell whoever
        # finds a session open, as often as he likes, whether a guess is its password.
        if new == self.cleaned_data.get("old_password"):
            raise forms.ValidationError("新密码不能与现在的相同。", code="unchanged")
        return new
