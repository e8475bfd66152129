"""The WSGI entry point that gunicorn serves."""

import os
import sys

import django
from django.core.exceptions import ImproperlyConfigured
from django.core.handlers.wsgi import WSGIHandler

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "archive.settings")


def _application() -> WSGIHandler:
    """As ``get_wsgi_application``, but nothing is loaded that would answer every page with an error."""
    try:
        django.setup(set_prefix=False)

        from archive.static_files import require_collected

        require_collected()
    except ImproperlyConfigured as error:
        sys.exit(f"档案没有启动：{error}")
    return WSGIHandler()


application = _application()
