"""Bytes to articles. Pure: no database, no framework, no network.

``parse`` is the door; docs/ingest.md tells the way from bytes to article.
"""

from __future__ import annotations

from dataclasses import replace

from .blocks import gather_pieces
from .charset import decode
from .document import Decoded, Document, UnreadableDocument
from .features import read_features
from .lines import measure_layout, split_lines
from .page import read_page, share_page_header
from .parsed import ParsedArticle
from .problems import find_charset_problems
from .readers import find_reader
from .records import article_from_record, parse_records
from .signatures import refuse_other_formats, refuse_speechless
from .splitting import split_articles

__all__ = [
    "Decoded",
    "Document",
    "UnreadableDocument",
    "article_from_record",
    "decode",
    "parse",
    "parse_records",
]


# A printed newspaper of many pages has a tenth of this. More is no page, and could not be reviewed as one.
MAX_CHARACTERS = 1_000_000


def parse(data: bytes, file_name: str = "") -> list[ParsedArticle]:
    """The articles in a document, in order; at least one.

    Bad prose never raises: doubts become the articles' ``problems``. Raises :class:`UnreadableDocument`,
    with a message in Chinese that says what to do, for what is no text document at all.
    """
    read = find_reader(file_name)
    refuse_other_formats(data)
    document = read(data)
    refuse_speechless(document.decoded.text)
    if len(document.decoded.text) > MAX_CHARACTERS:
        raise UnreadableDocument(
            f"文字超过{MAX_CHARACTERS // 10_000}万字，不像报纸版面。请按篇拆成几个文件后再上传。"
        )
    return parse_document(document)


def parse_document(document: Document) -> list[ParsedArticle]:
    """The articles in a document that a reader has decoded."""
    text = document.decoded.text
    lines = split_lines(text, document.markup)
    layout = measure_layout(lines)
    pieces = read_features(gather_pieces(lines, layout), layout)
    articles = share_page_header([read_page(page, text) for page in split_articles(pieces)])
    problems = tuple(find_charset_problems(document.decoded))
    return [replace(article, problems=problems + article.problems) for article in articles]
