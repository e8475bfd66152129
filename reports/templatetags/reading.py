"""Text of the reading page."""

from django import template
from django.utils.safestring import SafeString

from reports.search.answering.highlighting import Highlighted

from .results import mark_text

register = template.Library()


@register.filter
def highlighted(text: Highlighted) -> SafeString:
    return mark_text(text.text, text.marks)
