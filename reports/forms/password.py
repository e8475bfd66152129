"""The form to change the own password."""

from __future__ import annotations

from django import forms
from django.contrib.auth.forms import PasswordChangeForm


class OwnPasswordForm(PasswordChangeForm):
    """The new password must differ from the old one: otherwise a one-time password could be kept."""

    def clean_new_password1(self) -> str:
        new: str = self.cleaned_data["new_password1"]
        # Compare with the old password as typed, which has been verified. A comparison with the account's
        # password would tell anyone at an open session whether a guess is right, without any limit.
        if new == self.cleaned_data.get("old_password"):
            raise forms.ValidationError("新密码不能与现在的相同。", code="unchanged")
        return new
