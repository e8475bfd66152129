"""Style sheets, scripts and pictures: collected once, with a hash of their content in their names."""

from __future__ import annotations

import filecmp
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.exceptions import ImproperlyConfigured
from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Hashed and compressed files that every account can read, independent of the umask.

    Often, as in the image, ``collectstatic`` is run by another account than the server.
    """

    def __init__(self) -> None:
        super().__init__(file_permissions_mode=0o644, directory_permissions_mode=0o755)

    def compress_files(self, paths: Iterable[str]) -> Iterator[tuple[str, str]]:
        for name, compressed in super().compress_files(paths):
            Path(self.path(compressed)).chmod(0o644)
            yield name, compressed


def require_collected() -> None:
    """Raise ImproperlyConfigured unless the collected files are those of this version of the program.

    Otherwise every page would answer 500, or use the style sheets of another version.
    """
    if settings.DEBUG:  # served from the source folders
        return
    collected: Any = staticfiles_storage
    try:
        names = collected.hashed_files
    except (OSError, ValueError) as error:
        raise ImproperlyConfigured(_message("的清单无法读取")) from error
    if not names:
        raise ImproperlyConfigured(_message("还没有收集"))
    seen = set()
    for finder in get_finders():
        for path, storage in finder.list(["CVS", ".*", "*~"]):
            name = f"{prefix}/{path}" if (prefix := getattr(storage, "prefix", None)) else path
            is_there = name in names and _is_same(storage.path(path), collected.path(name))
            if name not in seen and not is_there:
                raise ImproperlyConfigured(_message(f"缺少这一版程序的 {name}"))
            seen.add(name)


def _is_same(first: str, second: str) -> bool:
    try:
        return filecmp.cmp(first, second, shallow=False)
    except OSError:
        return False


def _message(what: str) -> str:
    return f"静态文件{what}（{settings.STATIC_ROOT}）。请先运行 manage.py collectstatic --noinput。"
