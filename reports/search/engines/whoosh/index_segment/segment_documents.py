"""An article as a document of the index: its payload, and its words with their term frequencies.

Articles and prepared documents can be pickled, so other processes can prepare them.
"""

from __future__ import annotations

import itertools
import json
import zlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from reports.language.normalise import normalise
from reports.language.segment import Segmenter, default_segmenter, word_boundaries
from reports.search.contract.errors import IndexDamaged
from reports.search.contract.kinds import FIELD_KINDS, HIDDEN_KINDS, Kinds
from reports.search.contract.values import IndexedArticle, IndexedBlock
from reports.search.engines.whoosh.literal import PreparedBlock
from reports.search.syntax.tree import FieldName

from .schema import HEADING_FIELD, HEADLINE_FIELD, TEXT_FIELD, WORD_FIELDS

_WORD_FIELD_KINDS: Mapping[str, Kinds] = {
    HEADLINE_FIELD: FIELD_KINDS[FieldName.HEADLINE],
    HEADING_FIELD: FIELD_KINDS[FieldName.HEADING],
}
_PAYLOAD_FORMAT = 1
# The last code point before the surrogates: a longer word is stored as several steps.
_MAX_STEP = 0xD7FF


@dataclass(frozen=True, slots=True)
class PreparedDocument:
    """A document ready to be written. ``words``: field -> term -> frequency. ``size``: characters of text.
    ``segmenter``: the version of the segmenter that cut the words."""

    id: int
    stamp: str
    payload: bytes
    words: Mapping[str, Mapping[str, int]]
    size: int = 0
    segmenter: str = ""


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """A payload decoded: the article, and its blocks as the literal index takes them."""

    article: IndexedArticle
    blocks: tuple[PreparedBlock, ...]


def prepare(article: IndexedArticle, segmenter: Segmenter | None = None) -> PreparedDocument:
    """Cut the words of an article."""
    segmenter = segmenter or default_segmenter()
    words: dict[str, Counter[str]] = {field: Counter() for field in WORD_FIELDS}
    blocks: list[PreparedBlock] = []
    for block in article.blocks:
        normalised = normalise(block.text)
        tokens = segmenter.search_tokens(normalised.text)
        boundaries = word_boundaries(normalised.text, tokens)
        place = block.kind, block.section, block.figure
        blocks.append(PreparedBlock(*place, block.text, normalised.text, normalised.steps, boundaries))
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


def segment_again(document: PreparedDocument, segmenter: Segmenter) -> PreparedDocument:
    """The document with its words cut by ``segmenter``; unchanged if ``segmenter`` cut them.

    A rebuild may have put another generation in place since the document was prepared.
    """
    if document.segmenter == segmenter.version:
        return document
    return prepare(decode_payload(document.payload).article, segmenter)


def encode_payload(article: IndexedArticle, blocks: Sequence[PreparedBlock]) -> bytes:
    """Compressed JSON: any later version can read it, and reading it executes nothing."""
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
                # Stored, since steps and boundaries might not fit the text of a later normaliser.
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
    # surrogatepass: a text may contain a lone surrogate.
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return zlib.compress(text.encode("utf-8", "surrogatepass"), 1)


def decode_payload(data: bytes) -> StoredDocument:
    """Raises IndexDamaged."""
    try:
        return _stored(json.loads(zlib.decompress(data).decode("utf-8", "surrogatepass")))
    except (zlib.error, ValueError, KeyError, TypeError) as error:
        raise IndexDamaged from error


def _stored(body: dict[str, Any]) -> StoredDocument:
    if body["format"] != _PAYLOAD_FORMAT:
        raise ValueError(f"payload format {body['format']}")
    published_on = body["published_on"]
    blocks = tuple(
        PreparedBlock(kind, section, figure, text, text if folded is None else folded, steps, _unpack(words))
        for kind, section, figure, text, folded, steps, words in body["blocks"]
    )
    article = IndexedArticle(
        id=body["id"],
        blocks=tuple(IndexedBlock(each.kind, each.section, each.figure, each.printed) for each in blocks),
        facets={facet: tuple(values) for facet, values in body["facets"].items()},
        published_on=date.fromisoformat(published_on) if published_on else None,
        year=body["year"],
        district_order=body["district_order"],
        stamp=body["stamp"],
    )
    return StoredDocument(article, blocks)


def _pack(boundaries: Sequence[int]) -> str:
    # The steps between boundaries as characters: mostly 1 and 2, so they compress to almost nothing.
    steps = [end - start for start, end in itertools.pairwise(boundaries)]
    if steps and max(steps) > _MAX_STEP:
        # A run of Latin letters may be of any length. The additional boundaries inside do no harm.
        steps = [part for step in steps for part in (*[_MAX_STEP] * (step // _MAX_STEP), step % _MAX_STEP)]
    return "".join(map(chr, steps))


def _unpack(packed: str) -> list[int]:
    return list(itertools.accumulate(map(ord, packed), initial=0))
