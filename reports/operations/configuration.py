"""The environment variables that configure an archive, stored in a backup for the operator."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from urllib.parse import urlsplit

# Each variable that settings and server read, except SECRET_KEY, which has its own member in a backup.
VARIABLES = (
    "ARCHIVE_BACKGROUND_INDEXING",
    "ARCHIVE_DATA",
    "ARCHIVE_PATH",
    "ARCHIVE_PROXIES",
    "ARCHIVE_PUBLIC",
    "ARCHIVE_UPLOAD_LIMIT",
    "ALLOWED_HOSTS",
    "BIND",
    "CSRF_TRUSTED_ORIGINS",
    "DATABASE_URL",
    "DEBUG",
    "HSTS_SECONDS",
    "HTTPS",
    "LOG_LEVEL",
    "PORT",
    "SEARCH_URL",
    "STATIC_ROOT",
    "WEB_CONCURRENCY",
    "WEB_THREADS",
)


def environment_text(environment: Mapping[str, str]) -> str:
    """``NAME=value``, one line per variable with a value; passwords in addresses are removed."""
    lines = [
        f"{name}={shlex.quote(without_password(environment[name]))}\n"
        for name in VARIABLES
        if environment.get(name)
    ]
    return "".join(lines)


def without_password(value: str) -> str:
    try:
        address = urlsplit(value)
        password = address.password
    except ValueError:
        return value
    if password is None:
        return value
    head, _, tail = address.netloc.rpartition("@")
    user = head.partition(":")[0]
    return address._replace(netloc=f"{user}:***@{tail}").geturl()
