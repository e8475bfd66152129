"""Text of the reading page."""

from django import template
from django.utils.safestring import SafeString

from reports.views.marking import Inked

from .results import mark_text

register = template.Library()


@register.filter
def inked(text: Inked) -> SafeString:
    return mark_text(text.text, text.marks)
