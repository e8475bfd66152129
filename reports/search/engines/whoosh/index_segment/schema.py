"""The fields of the index, and its manifest: what the index was made with."""

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
from reports.search.request import INDEXED_FACETS

from .analysis import ArchiveAnalyzer

# Raise it when the payload, the array files of a segment or the meaning of a field changes.
FORMAT = 2

KEY = "key"
STAMP = "stamp"
PAYLOAD = "payload"
TEXT_FIELD = "text"
HEADLINE_FIELD = "headline"
HEADING_FIELD = "heading"
WORD_FIELDS = (TEXT_FIELD, HEADLINE_FIELD, HEADING_FIELD)


def build_schema(segmenter: Segmenter) -> Schema:
    analyzer = ArchiveAnalyzer(segmenter.words)
    fields: dict[str, FieldType] = {
        KEY: ID(stored=True, unique=True),
        STAMP: STORED(),
        PAYLOAD: COLUMN(VarBytesColumn()),
    }
    # Without positions: the literal index has them.
    fields |= {name: TEXT(analyzer, phrase=False) for name in WORD_FIELDS}
    return Schema(**fields)


def version_parts(segmenter: Segmenter) -> dict[str, Any]:
    """Everything that the content of an index depends on.

    ``segmenter``: the version of jieba and of the packaged lexicon; ``lexicon``: the curators' words, absent
    if there are none.
    """
    parts = {
        "format": FORMAT,
        "fields": sorted([KEY, STAMP, PAYLOAD, *WORD_FIELDS]),
        "facets": sorted(INDEXED_FACETS),
        "analyzer": ArchiveAnalyzer.__name__,
        "segmenter": default_segmenter().version,
        "normaliser": normalise.VERSION,
    }
    if segmenter.words:
        parts[LEXICON] = list(segmenter.words)
    return parts


def segmenter_of(manifest: Mapping[str, Any]) -> Segmenter:
    """The segmenter that cuts texts and queries of an index with this manifest. Raises IndexDamaged."""
    words = manifest.get("parts", {}).get(LEXICON, [])
    if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
        raise IndexDamaged
    return segmenter_with(words)


def manifest(segmenter: Segmenter) -> dict[str, Any]:
    parts = version_parts(segmenter)
    canonical = json.dumps(parts, sort_keys=True, ensure_ascii=False)
    return {"version": hashlib.sha256(canonical.encode()).hexdigest()[:16], "parts": parts}


def accepts_writes(parts: dict[str, Any]) -> bool:
    """Whether this program can add documents to an index made with ``parts``.

    With another lexicon only the ranking is uneven until the next rebuild; with other fields or payloads the
    index would be wrong.
    """
    current = version_parts(default_segmenter())
    return all(parts.get(name) == current[name] for name in ("format", "fields", "facets"))
