"""The fields of the index, and the version hash that says what the index was made with."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from whoosh.columns import VarBytesColumn
from whoosh.fields import COLUMN, ID, STORED, TEXT, FieldType, Schema

from reports.language import normalise
from reports.language.segment import Segmenter, default_segmenter, segmenter_with
from reports.search.contract.errors import IndexDamaged
from reports.search.contract.values import LEXICON
from reports.search.engines.whoosh.index_segment.analysis import ArchiveAnalyzer
from reports.search.request import FACETS

# Raised whenever the stored payload, the files beside a segment or the meaning of a field changes.
FORMAT = 2

KEY = "key"
STAMP = "stamp"
PAYLOAD = "payload"
TEXT_FIELD = "text"
HEADLINE_FIELD = "headline"
HEADING_FIELD = "heading"
WORD_FIELDS = (TEXT_FIELD, HEADLINE_FIELD, HEADING_FIELD)


def build_schema(segmenter: Segmenter | None = None) -> Schema:
    analyzer = ArchiveAnalyzer(segmenter.words if segmenter else ())
    fields: dict[str, FieldType] = {
        KEY: ID(stored=True, unique=True),
        STAMP: STORED(),
        PAYLOAD: COLUMN(VarBytesColumn()),
    }
    # Without positions: where a string occurs is what the literal index knows.
    fields |= {name: TEXT(analyzer, phrase=False) for name in WORD_FIELDS}
    return Schema(**fields)


def version_parts(segmenter: Segmenter | None = None) -> dict[str, Any]:
    """What the index depends on, each readable by itself.

    ``segmenter``: of the packaged lexicon and jieba's version; ``lexicon``: the curators' words on top
    of it, left out where there are none, as in an index older than they are.
    """
    parts = {
        "format": FORMAT,
        "fields": sorted([KEY, STAMP, PAYLOAD, *WORD_FIELDS]),
        "facets": sorted(FACETS),
        "analyzer": ArchiveAnalyzer.__name__,
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
    return all(parts.get(name) == now[name] for name in ("format", "fields", "facets"))
