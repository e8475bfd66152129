"""The common part of all exports: columns, one row per hit, and the file name."""

from __future__ import annotations

import re
import unicodedata
from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Iterator
from datetime import date
from itertools import islice
from typing import ClassVar

from django.utils import timezone

from reports.search import Hit, SearchRequest, iterate_hits, labels

from .article_details import ArticleDetails, details_of

COLUMNS = (
    "序号",
    "标题",
    "引题",
    "区划代码",
    "区县",
    "城市",
    "年份",
    "年份依据",
    "日期",
    "来源",
    "版次",
    "举措",
    "另涉区县",
    "命中章节",
    "摘要",
    "引文",
    "链接",
)
Cell = str | int | date | None
Row = tuple[Cell, ...]

_NAME_LENGTH = 40
_FORBIDDEN = re.compile(r'[\\/:*?"<>|\s]+')
_BREAKS = re.compile(r"[\r\n\v\f\x85\u2028\u2029\t]+")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
"""Unicode's categories Cc and Cs."""
_BATCH = 200
"""Hits whose articles are read from the database together."""


class Exporter(ABC):
    """``base_url`` (scheme and host, no slash at the end) makes the links absolute."""

    format: ClassVar[str]
    media_type: ClassVar[str]

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url.rstrip("/")
        self.written = 0
        """Number of hits written so far."""

    def export(self, request: SearchRequest, chosen: Collection[str] | None = None) -> Iterator[bytes]:
        """The file in pieces: every hit, or those whose ids are in ``chosen``.

        The search runs before this returns, so its errors are raised here.
        """
        return self.write(self.rows(iterate_hits(request, chosen)))

    @abstractmethod
    def write(self, rows: Iterable[Row]) -> Iterator[bytes]:
        """The file with its heading, in pieces; rows are read as needed."""

    def rows(self, hits: Iterable[Hit]) -> Iterator[Row]:
        waiting, today = iter(hits), timezone.localdate()
        while batch := list(islice(waiting, _BATCH)):
            details = details_of({hit.article_id for hit in batch}, self.base_url, today)
            for hit in batch:
                known = details.get(hit.article_id, ArticleDetails())
                yield self._row(self.written + 1, hit, known)
                self.written += 1

    def _row(self, number: int, hit: Hit, details: ArticleDetails) -> Row:
        district = hit.district
        sections = (hit.heading,) if hit.type == "section" else hit.matched_headings
        return (
            number,
            labels.sample(hit.headline) if hit.is_sample else hit.headline,
            hit.kicker,
            (district.code or "") if district else "",
            district.name if district else "",
            district.city if district else "",
            hit.year,
            labels.year_basis(hit.year_basis, hit.year_evidence),
            hit.published_on,
            hit.source,
            hit.page_label,
            "；".join(label.name for label in hit.initiatives),
            "；".join(details.further_districts),
            "；".join(section for section in sections if section),
            " … ".join(snippet.text for snippet in hit.snippets),
            details.citation,
            self.base_url + hit.url,
        )

    def file_name(self, request: SearchRequest, today: date) -> str:
        """``检索结果-党建引领 产业链-2024-05-01.csv``; safe as a file name on any system."""
        query = "".join(c if unicodedata.category(c)[0] != "C" else " " for c in request.q)
        query = _FORBIDDEN.sub(" ", query).strip(" .")[:_NAME_LENGTH].strip(" .")
        parts = ["检索结果", *([query] if query else []), today.isoformat()]
        return f"{'-'.join(parts)}.{self.format}"


def in_one_line(text: str) -> str:
    """The text without breaks and control characters, as a cell holds it."""
    return _CONTROLS.sub("", _BREAKS.sub(" ", text))
