"""The common part of all exports: columns, one row per hit, and the file name."""

from __future__ import annotations

import re
import unicodedata
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from datetime import date
from typing import ClassVar

from reports.search import Hit, SearchRequest, iterate_hits

COLUMNS = (
    "序号",
    "标题",
    "引题",
    "区划代码",
    "区县",
    "城市",
    "年份",
    "日期",
    "来源",
    "版次",
    "举措",
    "命中章节",
    "摘要",
    "得分",
    "链接",
)
_NAME_LENGTH = 40
_FORBIDDEN = re.compile(r'[\\/:*?"<>|\s]+')


class Exporter(ABC):
    """``base_url`` (scheme and host, no slash at the end) makes the links absolute."""

    format: ClassVar[str]
    media_type: ClassVar[str]

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url.rstrip("/")
        self.written = 0
        """Number of hits written so far."""

    def export(self, request: SearchRequest) -> Iterator[bytes]:
        """The file in pieces. The search runs before this returns, so its errors are raised here."""
        return self.write(self.rows(iterate_hits(request)))

    @abstractmethod
    def write(self, rows: Iterable[tuple[str, ...]]) -> Iterator[bytes]:
        """The file with its heading, in pieces; rows are read as needed."""

    def rows(self, hits: Iterable[Hit]) -> Iterator[tuple[str, ...]]:
        for number, hit in enumerate(hits, 1):
            yield self._row(number, hit)
            self.written = number

    def _row(self, number: int, hit: Hit) -> tuple[str, ...]:
        district = hit.district
        sections = (hit.heading,) if hit.type == "section" else hit.matched_headings
        return (
            str(number),
            hit.headline,
            hit.kicker,
            (district.code or "") if district else "",
            district.name if district else "",
            district.city if district else "",
            str(hit.year) if hit.year is not None else "",
            hit.published_on.isoformat() if hit.published_on else "",
            hit.source,
            hit.page_label,
            "；".join(label.name for label in hit.initiatives),
            "；".join(section for section in sections if section),
            " … ".join(snippet.text for snippet in hit.snippets),
            f"{hit.score:.4f}",
            self.base_url + hit.url,
        )

    def file_name(self, request: SearchRequest, today: date) -> str:
        """``检索结果-党建引领 产业链-2024-05-01.csv``; safe as a file name on any system."""
        query = "".join(c if unicodedata.category(c)[0] != "C" else " " for c in request.q)
        query = _FORBIDDEN.sub(" ", query).strip(" .")[:_NAME_LENGTH].strip(" .")
        parts = ["检索结果", *([query] if query else []), today.isoformat()]
        return f"{'-'.join(parts)}.{self.format}"
