"""Stock Whoosh on jieba's search-mode words, in one process: what a full build is measured against.

The writer, the codec and the fields are Whoosh's own with their default settings, jieba's cutting is part
of the time. The analyzer is leaner than jieba's ``ChineseAnalyzer``, which stems and lowercases besides.
Only built: queries of stock Whoosh are asked through haystack (``stock_haystack``).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import jieba
from whoosh.analysis import Token, Tokenizer
from whoosh.fields import DATETIME, ID, KEYWORD, TEXT, Schema
from whoosh.index import create_in

from bench.documents import FACETS, Document, Prepared
from bench.peers.answer import Answer
from bench.queries import Query


class SearchModeTokenizer(Tokenizer):  # type: ignore[misc]
    def __call__(
        self,
        value: str,
        positions: bool = False,
        chars: bool = False,
        start_pos: int = 0,
        start_char: int = 0,
        mode: str = "",
        **kwargs: Any,
    ) -> Iterator[Token]:
        token = Token(positions, chars, removestops=True, mode=mode)
        token.boost = 1.0
        for position, (word, start, end) in enumerate(jieba.tokenize(value, mode="search"), start_pos):
            if word.isspace():
                continue
            token.text = word
            if positions:
                token.pos = position
            if chars:
                token.startchar, token.endchar = start_char + start, start_char + end
            yield token


class WhooshWords:
    name = "Whoosh on jieba's words"

    def build(self, prepared: Prepared, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        facets = {facet: KEYWORD(stored=True, commas=True) for facet in FACETS}
        words = {"analyzer": SearchModeTokenizer(), "phrase": True, "stored": True}
        schema = Schema(
            key=ID(stored=True, unique=True),
            headline=TEXT(**words),
            text=TEXT(**words),
            published_on=DATETIME(stored=True),
            **facets,
        )
        writer = create_in(folder, schema).writer()
        for document in prepared.documents():
            writer.add_document(**_fields(document))
        writer.commit()

    def open(self, folder: Path) -> None:
        raise NotImplementedError("built only")

    def search(self, query: Query) -> Answer:
        raise NotImplementedError("built only")


def _fields(document: Document) -> dict[str, Any]:
    return {
        "key": str(document.id),
        "headline": document.blocks[0].text,
        "text": "\n".join(block.text for block in document.blocks),
        "published_on": datetime.fromisoformat(document.published_on) if document.published_on else None,
        **{facet: ",".join(values) or None for facet, values in document.facets.items()},
    }
