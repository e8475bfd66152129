"""Highlighted text of an article."""

from django import template
from django.utils.safestring import SafeString

from reports.presentation.highlighted_text import highlighted_text
from reports.presentation.printed_article import PrintedText

register = template.Library()


@register.filter
def highlighted(text: PrintedText) -> SafeString:
    return highlighted_text(text.text, text.marks, text.first)
