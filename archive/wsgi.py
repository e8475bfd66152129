"""The WSGI entry point that gunicorn serves."""

import os
import sys
from typing import Any

import django
from django.core.exceptions import ImproperlyConfigured
from django.core.handlers.wsgi import WSGIHandler
from django.http import HttpResponseBase

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "archive.settings")


class Archive(WSGIHandler):
    """Replaces a Content-Type that Django cannot decode; otherwise Django would fail before any view."""

    def __call__(self, environ: dict[str, Any], start_response: Any) -> HttpResponseBase:
        # Imported here, because it needs the settings that ``_application`` loads.
        from reports.views.request_checks import decodable_content_type

        if content_type := environ.get("CONTENT_TYPE"):
            environ["CONTENT_TYPE"] = decodable_content_type(content_type)
        return super().__call__(environ, start_response)


def _application() -> WSGIHandler:
    """Like ``get_wsgi_application``, but raises at start if every page would be an error."""
    try:
        django.setup(set_prefix=False)

        from archive.static_files import require_collected
        from reports.operations import OlderArchiveError, refuse_older_archive

        require_collected()
        try:
            refuse_older_archive()
        except OlderArchiveError as error:
            sys.exit(f"档案没有启动：{error}")
    except ImproperlyConfigured as error:
        sys.exit(f"档案没有启动：{error}")
    return Archive()


application = _application()
