"""The fields of the index, and the version hash that says what the index was made with."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from whoosh.columns import VarBytesColumn
from whoosh.fields import COLUMN, ID, STORED, TEXT, FieldType, Schema
from whoosh.formats import Existence

from reports.language import normalise
from reports.language.segment import Segmenter, default_segmenter, segmenter_with
from reports.search.request import FACETS

from .analysis import BLOCK_GAP, ArchiveAnalyzer
from .errors import IndexDamaged

# Raised whenever the stored payload, the derived files or the meaning of a field changes.
FORMAT = 1

KEY = "key"
STAMP = "stamp"
PAYLOAD = "payload"
TEXT_FIELD = "text"
HEADLINE_FIELD = "headline"
HEADING_FIELD = "heading"
LEXICON = "lexicon"
"""The part of the version that says which words curators had added."""
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


def build_schema(segmenter: Segmenter | None = None) -> Schema:
    words = {
        "analyzer": ArchiveAnalyzer(segmenter.words if segmenter else ()),
        "phrase": True,
        "stored": False,
    }
    fields: dict[str, FieldType] = {
        KEY: ID(stored=True, unique=True),
        STAMP: STORED(),
        PAYLOAD: COLUMN(VarBytesColumn()),
    }
    fields |= {name: TEXT(**words) for name in WORD_FIELDS}
    fields |= {facet_field(facet): VALUES() for facet in FACETS}
    return Schema(**fields)


def version_parts(segmenter: Segmenter | None = None) -> dict[str, Any]:
    """What the index depends on, each readable by itself.

    ``segmenter``: of the packaged lexicon and jieba's version; ``lexicon``: the curators' words on top
    of it, left out where there are none, as in an index older than they are.
    """
    parts = {
        "format": FORMAT,
        "fields": sorted([KEY, STAMP, PAYLOAD, *WORD_FIELDS, *map(facet_field, FACETS)]),
        "analyzer": f"{ArchiveAnalyzer.__name__}, gap {BLOCK_GAP}",
        "segmenter": default_segmenter().version,
        "normaliser": getattr(normalise, "VERSION", "1"),
    }
    if segmenter and segmenter.words:
        parts[LEXICON] = list(segmenter.words)
    return parts


def segmenter_of(manifest: Mapping[str, Any]) -> Segmenter:
    """The segmenter of the index with this manifest. Raises IndexDamaged."""
    words = manifest.get("parts", {}).get(LEXICON, [])
    if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
        raise IndexDamaged
    return segmenter_with(words)


def version_hash(parts: dict[str, Any]) -> str:
    canonical = json.dumps(parts, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()[:16]


def manifest(segmenter: Segmenter | None = None) -> dict[str, Any]:
    parts = version_parts(segmenter)
    return {"version": version_hash(parts), "parts": parts}


def accepts_writes(parts: dict[str, Any]) -> bool:
    """Whether this program can add documents to an index made with ``parts``.

    Another lexicon only makes the ranking uneven until the rebuild; other fields or payloads would
    make the index wrong.
    """
    now = version_parts()
    return all(parts.get(name) == now[name] for name in ("format", "fields"))
