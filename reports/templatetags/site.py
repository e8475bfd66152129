"""Facts about the archive for every page."""

from django import template
from django.conf import settings
from django.template import Context
from django.utils.encoding import uri_to_iri

register = template.Library()


@register.simple_tag
def archive_version() -> str:
    return str(settings.ARCHIVE_VERSION)


@register.simple_tag(takes_context=True)
def address_of_page(context: Context) -> str:
    """The absolute address with unescaped Chinese characters; empty where there is no request."""
    request = context.get("request")
    return uri_to_iri(request.build_absolute_uri()) if request else ""
