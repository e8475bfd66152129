"""The WSGI entry point that gunicorn serves."""

import os
import sys
from collections.abc import Callable, Iterable
from typing import Any

import django
from django.core.exceptions import ImproperlyConfigured
from django.core.handlers.wsgi import WSGIHandler

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "archive.settings")


def _loaded() -> WSGIHandler:
    """As ``get_wsgi_application``, but nothing is loaded that would answer every page with an error."""
    try:
        django.setup(set_prefix=False)

        from archive.static_files import require_collected

        require_collected()
    except ImproperlyConfigured as error:
        sys.exit(f"档案没有启动：{error}")
    return WSGIHandler()


_archive = _loaded()


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """The archive, which never sees a Content-Type that Django would fail on before anything can answer."""
    from reports.views.entrance import understandable  # the application above has loaded what it needs

    if content_type := environ.get("CONTENT_TYPE"):
        environ["CONTENT_TYPE"] = understandable(content_type)
    return _archive(environ, start_response)
