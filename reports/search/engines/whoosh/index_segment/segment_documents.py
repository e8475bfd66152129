"""An article as the index keeps it: a stored payload, and its words with their frequencies.

``prepare`` is pure and picklable on both sides, so that words can be cut in other processes.
"""

from __future__ import annotations

import itertools
import json
import zlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from reports.language.segment import Segmenter, default_segmenter, word_boundaries
from reports.search.contract.errors import IndexDamaged
from reports.search.contract.kinds import FIELD_KINDS, HIDDEN_KINDS, Kinds
from reports.search.contract.values import IndexedArticle, IndexedBlock
from reports.search.engines.whoosh.index_segment.schema import (
    HEADING_FIELD,
    HEADLINE_FIELD,
    TEXT_FIELD,
    WORD_FIELDS,
)
from reports.search.engines.whoosh.literal import PreparedBlock, prepare_block
from reports.search.syntax.tree import FieldName

_WORD_FIELD_KINDS: Mapping[str, Kinds] = {
    HEADLINE_FIELD: FIELD_KINDS[FieldName.HEADLINE],
    HEADING_FIELD: FIELD_KINDS[FieldName.HEADING],
}
_PAYLOAD_FORMAT = 1
# The last code point before the surrogates: a longer word is stored as several steps.
_LONGEST_STEP = 0xD7FF


@dataclass(frozen=True, slots=True)
class PreparedDocument:
    """``words``: field -> term -> frequency. ``size``: characters of text. ``segmenter``: version of the one
    that cut it."""

    id: int
    stamp: str
    payload: bytes
    words: Mapping[str, Mapping[str, int]]
    size: int = 0
    segmenter: str = ""


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """What the payload gives back: the article, and its blocks ready for the literal index."""

    article: IndexedArticle
    blocks: tuple[PreparedBlock, ...]


def prepare(article: IndexedArticle, segmenter: Segmenter | None = None) -> PreparedDocument:
    segmenter = segmenter or default_segmenter()
    words: dict[str, Counter[str]] = {field: Counter() for field in WORD_FIELDS}
    blocks: list[PreparedBlock] = []
    for block in article.blocks:
        prepared = prepare_block(block)
        tokens = segmenter.search_tokens(prepared.normalised)
        blocks.append(replace(prepared, boundaries=word_boundaries(prepared.normalised, tokens)))
        if block.kind in HIDDEN_KINDS:
            continue
        terms = [token.text for token in tokens]
        words[TEXT_FIELD].update(terms)
        for field, kinds in _WORD_FIELD_KINDS.items():
            if block.kind in kinds:
                words[field].update(terms)
    return PreparedDocument(
        id=article.id,
        stamp=article.stamp,
        payload=encode_payload(article, blocks),
        words=words,
        size=sum(len(block.text) for block in article.blocks),
        segmenter=segmenter.version,
    )


def recut(document: PreparedDocument, segmenter: Segmenter) -> PreparedDocument:
    """The document as ``segmenter`` cuts it: itself, unless another one cut it.

    Who prepares a document may have seen another generation than the one it is written to.
    """
    if document.segmenter == segmenter.version:
        return document
    return prepare(decode_payload(document.payload).article, segmenter)


def encode_payload(article: IndexedArticle, blocks: Sequence[PreparedBlock]) -> bytes:
    """Compressed JSON: readable by any later version, and nothing in it is ever executed."""
    body = {
        "format": _PAYLOAD_FORMAT,
        "id": article.id,
        "stamp": article.stamp,
        "blocks": [
            [
                block.kind,
                block.section,
                block.figure,
                block.printed,
                # Kept, not made again: a later normaliser might not fit the steps and boundaries.
                block.normalised if block.normalised != block.printed else None,
                block.steps,
                _pack(block.boundaries),
            ]
            for block in blocks
        ],
        "facets": {facet: list(values) for facet, values in article.facets.items()},
        "published_on": article.published_on.isoformat() if article.published_on else None,
        "year": article.year,
        "district_order": article.district_order,
    }
    # surrogatepass: a lone surrogate in a text must not stop the index.
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return zlib.compress(text.encode("utf-8", "surrogatepass"), 1)


def decode_payload(data: bytes) -> StoredDocument:
    try:
        body = json.loads(zlib.decompress(data).decode("utf-8", "surrogatepass"))
        return _stored(body)
    except (zlib.error, ValueError, KeyError, TypeError) as error:
        raise IndexDamaged from error


def _stored(body: dict[str, Any]) -> StoredDocument:
    if body["format"] != _PAYLOAD_FORMAT:
        raise ValueError(f"payload format {body['format']}")
    published_on = body["published_on"]
    blocks = tuple(_prepared(*block) for block in body["blocks"])
    article = IndexedArticle(
        id=body["id"],
        blocks=tuple(
            IndexedBlock(block.kind, block.section, block.figure, block.printed) for block in blocks
        ),
        facets={facet: tuple(values) for facet, values in body["facets"].items()},
        published_on=date.fromisoformat(published_on) if published_on else None,
        year=body["year"],
        district_order=body["district_order"],
        stamp=body["stamp"],
    )
    return StoredDocument(article, blocks)


def _prepared(
    kind: str,
    section: int,
    figure: int,
    printed: str,
    normalised: str | None,
    steps: Any,
    boundaries: str,
) -> PreparedBlock:
    text = printed if normalised is None else normalised
    return PreparedBlock(kind, section, figure, printed, text, steps, _unpack(boundaries))


def _pack(boundaries: Sequence[int]) -> str:
    # Steps between boundaries as characters: mostly 1 and 2, so that they compress to almost nothing.
    steps = [end - start for start, end in itertools.pairwise(boundaries)]
    if steps and max(steps) > _LONGEST_STEP:
        # A run of Latin letters may be of any length; the inner stops this adds do no harm.
        steps = [part for step in steps for part in _parts(step)]
    return "".join(map(chr, steps))


def _parts(step: int) -> list[int]:
    return [*[_LONGEST_STEP] * (step // _LONGEST_STEP), step % _LONGEST_STEP]


def _unpack(packed: str) -> list[int]:
    position = 0
    boundaries = [0]
    for step in packed:
        position += ord(step)
        boundaries.append(position)
    return boundaries
