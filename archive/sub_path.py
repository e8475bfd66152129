"""The path below which a proxy serves the archive, such as ``/archive`` in http://host/archive/."""

from __future__ import annotations

import re

from django.core.exceptions import ImproperlyConfigured

_SEGMENTS = re.compile(r"(?:/(?!\.{1,2}(?:/|$))[A-Za-z0-9._~-]+)*")


def sub_path(given: str) -> str:
    """``given`` after a check: empty, or segments with a slash before each and none at the end."""
    if not _SEGMENTS.fullmatch(given):
        raise ImproperlyConfigured(
            f"ARCHIVE_PATH 的值“{given}”不对：应以 / 开头、不以 / 结尾，只含字母、数字和 . _ ~ -，"
            "例如 /archive。"
        )
    return given
