"""Choosing a password of one's own."""

from __future__ import annotations

from django import forms
from django.contrib.auth.forms import PasswordChangeForm


class OwnPasswordForm(PasswordChangeForm):
    """The new password must be a new one: else a one-time password would become a lasting one."""

    def clean_new_password1(self) -> str:
        new: str = self.cleaned_data["new_password1"]
        if self.user.check_password(new):
            raise forms.ValidationError("新密码不能与现在的相同。", code="unchanged")
        return new
