"""Highlighted text of an article."""

from django import template
from django.utils.safestring import SafeString

from reports.presentation.highlighted_text import highlighted_text
from reports.search.answering.highlighting import Highlighted

register = template.Library()


@register.filter
def highlighted(text: Highlighted) -> SafeString:
    return highlighted_text(text.text, text.marks)
