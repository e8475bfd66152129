"""The fields of the index, and the version hash that says what the index was made with."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from whoosh.columns import VarBytesColumn
from whoosh.fields import COLUMN, ID, STORED, TEXT, FieldType, Schema
from whoosh.formats import Existence

from reports.language import normalise
from reports.language.segment import default_segmenter
from reports.search.request import FACETS

from .analysis import BLOCK_GAP, ArchiveAnalyzer

# Raised whenever the stored payload, the derived files or the meaning of a field changes.
FORMAT = 1

KEY = "key"
STAMP = "stamp"
PAYLOAD = "payload"
TEXT_FIELD = "text"
HEADLINE_FIELD = "headline"
HEADING_FIELD = "heading"
WORD_FIELDS = (TEXT_FIELD, HEADLINE_FIELD, HEADING_FIELD)


class VALUES(FieldType):  # type: ignore[misc]
    """Exact values, one term each: never stemmed, never split at blanks or commas.

    Whoosh's own KEYWORD splits what it is given and its ID takes one value only.
    """

    def __init__(self) -> None:
        super().__init__(Existence(), None)

    def index(self, value: list[str] | tuple[str, ...], **_: Any) -> list[tuple[bytes, int, float, bytes]]:
        return [(text.encode(), 1, 1.0, b"") for text in dict.fromkeys(value)]

    def process_text(self, text: str, **_: Any) -> list[str]:
        return [text]


def facet_field(facet: str) -> str:
    return f"facet_{facet}"


def build_schema() -> Schema:
    words = {"analyzer": ArchiveAnalyzer(), "phrase": True, "stored": False}
    fields: dict[str, FieldType] = {
        KEY: ID(stored=True, unique=True),
        STAMP: STORED(),
        PAYLOAD: COLUMN(VarBytesColumn()),
    }
    fields |= {name: TEXT(**words) for name in WORD_FIELDS}
    fields |= {facet_field(facet): VALUES() for facet in FACETS}
    return Schema(**fields)


def version_parts() -> dict[str, Any]:
    """What the index depends on, each readable by itself."""
    return {
        "format": FORMAT,
        "fields": sorted([KEY, STAMP, PAYLOAD, *WORD_FIELDS, *map(facet_field, FACETS)]),
        "analyzer": f"{ArchiveAnalyzer.__name__}, gap {BLOCK_GAP}",
        "segmenter": default_segmenter().version,
        "normaliser": getattr(normalise, "VERSION", "1"),
    }


def version_hash(parts: dict[str, Any]) -> str:
    canonical = json.dumps(parts, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()[:16]


def manifest() -> dict[str, Any]:
    parts = version_parts()
    return {"version": version_hash(parts), "parts": parts}


def accepts_writes(parts: dict[str, Any]) -> bool:
    """Whether this program can add documents to an index made with ``parts``.

    Another lexicon only makes the ranking uneven until the rebuild; other fields or payloads would
    make the index wrong.
    """
    now = version_parts()
    return all(parts.get(name) == now[name] for name in ("format", "fields"))
