"""What the account may do."""

from typing import Any

from django import template

from reports.workflow import may_administer, may_edit

register = template.Library()


@register.filter
def is_editor(user: Any) -> bool:
    return user.is_authenticated and may_edit(user)


@register.filter
def is_administrator(user: Any) -> bool:
    return user.is_authenticated and may_administer(user)
