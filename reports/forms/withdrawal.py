"""The form of a withdrawal, which asks for a reason."""

from django import forms


class WithdrawalForm(forms.Form):
    reason = forms.CharField(
        label="撤回原因", max_length=500, error_messages={"required": "请写明撤回的原因，它会留在历史里。"}
    )
