"""Facts about the archive for every page."""

from django import template
from django.conf import settings
from django.core.exceptions import DisallowedHost
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
    if request is None:
        return ""
    try:
        return str(uri_to_iri(request.build_absolute_uri()))
    except DisallowedHost:
        return ""  # the page says that the host is refused: it has no address
