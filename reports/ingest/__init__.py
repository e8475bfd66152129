"""From bytes to articles. Pure: no database, no framework, no network.

``parse`` is the entry point; docs/ingest.md describes the steps from bytes to article.
"""

from __future__ import annotations

from dataclasses import replace

from .blocks import group_lines
from .charset import decode
from .document import DecodedText, Document, UnreadableDocument
from .features import read_features
from .file_names import state_by_file_name
from .lines import measure_layout, split_lines
from .page_assembly import read_page, share_folio
from .parsed import ParsedArticle
from .problems import find_charset_problems
from .readers import find_reader
from .records import article_from_record, parse_records
from .signatures import refuse_empty_text, refuse_other_formats
from .splitting import split_articles

__all__ = [
    "DecodedText",
    "Document",
    "UnreadableDocument",
    "article_from_record",
    "decode",
    "parse",
    "parse_records",
]


# A newspaper of many pages has a tenth of this. A longer text is not a page and could not be reviewed as one.
MAX_CHARACTERS = 1_000_000


def parse(data: bytes, file_name: str = "") -> list[ParsedArticle]:
    """The articles in a document, in order; at least one.

    A doubtful layout never raises: doubts become ``problems`` of the articles. Raises
    :class:`UnreadableDocument`, with advice in Chinese, if the bytes are not a text document.
    """
    read = find_reader(file_name)
    refuse_other_formats(data)
    document = read(data)
    refuse_empty_text(document.decoded.text)
    if len(document.decoded.text) > MAX_CHARACTERS:
        raise UnreadableDocument(
            f"文字超过{MAX_CHARACTERS // 10_000}万字，不像报纸版面。请按篇拆成几个文件后再上传。"
        )
    return state_by_file_name(parse_document(document), file_name)


def parse_document(document: Document) -> list[ParsedArticle]:
    """The articles in a document that a reader has decoded."""
    text = document.decoded.text
    lines = split_lines(text, document.markup)
    layout = measure_layout(lines)
    pieces = read_features(group_lines(lines, layout), layout)
    articles = share_folio([read_page(page, text) for page in split_articles(pieces)])
    problems = tuple(find_charset_problems(document.decoded))
    return [replace(article, problems=problems + article.problems) for article in articles]
