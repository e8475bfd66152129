"""``SEARCH_URL``: names the engine and the location of its index."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Self

WHOOSH = "whoosh"


class SearchUrlError(ValueError):
    """``SEARCH_URL`` is wrong; the message says how (Chinese)."""


@dataclass(frozen=True, slots=True)
class SearchAddress:
    """``rest``: what the engine reads; for Whoosh a folder."""

    scheme: str
    rest: str

    @classmethod
    def parse(cls, url: str) -> Self:
        """Raises SearchUrlError."""
        scheme, colon, rest = url.partition(":")
        if not colon or not scheme.isalpha() or not rest:
            raise SearchUrlError(
                f"SEARCH_URL 要写明检索引擎，例如 {WHOOSH}:/srv/archive/index；现在的值是“{url}”。"
            )
        return cls(scheme, rest)

    @property
    def folder(self) -> Path | None:
        """The folder on this machine that holds the index; None if it is elsewhere."""
        return Path(self.rest) if self.scheme == WHOOSH else None
