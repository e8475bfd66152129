"""Facts about the archive for every page."""

from django import template
from django.conf import settings

register = template.Library()


@register.simple_tag
def archive_version() -> str:
    return str(settings.ARCHIVE_VERSION)
