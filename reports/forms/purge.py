"""The form of a purge: a reason, and the number of the purged thing, typed by hand."""

from __future__ import annotations

import unicodedata
from typing import Any

from django import forms

from reports.models import Purge
from reports.models.field_labels import length_of


class PurgeForm(forms.Form):
    reason = forms.CharField(
        label="原因",
        max_length=length_of(Purge, "reason"),
        help_text="会长期保留在删除记录里，请不要写入报道的内容。",
        error_messages={"required": "请写明彻底删除的原因。"},
    )
    confirmation = forms.CharField(
        label="确认编号", max_length=20, error_messages={"required": "请输入编号，以确认删除。"}
    )

    def __init__(self, *args: Any, number: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.number = number
        self.fields["confirmation"].widget.attrs |= {"autocomplete": "off", "inputmode": "numeric"}

    def clean_confirmation(self) -> str:
        # An input method may produce full-width digits.
        typed = unicodedata.normalize("NFKC", self.cleaned_data["confirmation"]).strip()
        if typed != str(self.number):
            raise forms.ValidationError(f"编号不符，没有删除。要删除的是 {self.number}。")
        return typed
