"""Looking for a text in files byte by byte, however it may be written or packed there."""

from __future__ import annotations

import json
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path

from whoosh.codec.base import Segment
from whoosh.fields import Schema
from whoosh.index import TOC

from reports.search.engines.whoosh.directory.storage import MappedStorage
from reports.search.engines.whoosh.index_segment.schema import PAYLOAD
from reports.search.engines.whoosh.index_segment.segment_documents import decode_payload

# The first two bytes of a zlib stream (RFC 1950), at any level and with the usual window.
_PACKED = re.compile(rb"\x78[\x01\x5e\x9c\xda]")
_MOST_UNPACKED = 1 << 26
_PAGE = 4096


def spellings(text: str) -> set[bytes]:
    """``text``, and each of its characters, in the encodings that anything here writes.

    Each, since a text is cut into words and its words are terms of the index. So all have to be from
    beyond the BMP: their four bytes stand nowhere by accident. Nor may their last two be a number below
    the size of a page: 00 02 and an offset is what a page of SQLite with two cells begins with.
    """
    assert text
    assert all(ord(character) > 0xFFFF and ord(character) & 0xFFFF > _PAGE for character in text)
    pieces = {text, *text}
    found = {
        piece.encode(charset)
        for piece in pieces
        for charset in ("utf-8", "gb18030", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be")
    }
    # As Python and JSON write them in ASCII; and as a key of the index of pairs, the first unit above.
    found |= {piece.encode("unicode_escape") for piece in pieces}
    found |= {json.dumps(piece)[1:-1].encode() for piece in pieces}
    return found | {units[2:] + units[:2] for units in (one.encode("utf-16-le") for one in text)}


def files_holding(text: str, folder: Path) -> set[str]:
    """Names, relative to ``folder``, of the files that hold any of its spellings, packed or not."""
    wanted = spellings(text)
    return {
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if path.is_file() and any(any(one in data for one in wanted) for data in _contents(path))
    }


def segments_holding(text: str, index: Path) -> set[str]:
    """Segments of any generation with a stored document that holds it, whether marked deleted or not."""
    found = set()
    for contents in index.rglob("*.toc"):
        storage = MappedStorage(str(contents.parent))
        toc = TOC.read(storage, "MAIN")
        for segment in toc.segments:
            if any(text in block for block in _blocks(storage, toc.schema, segment)):
                found.add(f"{contents.parent.name}/{segment.segment_id()}")
    return found


def _blocks(storage: MappedStorage, schema: Schema, segment: Segment) -> Iterator[str]:
    reader = segment.codec().per_document_reader(storage, segment)
    for payload in reader.column_reader(PAYLOAD, schema[PAYLOAD].column_type):
        for block in decode_payload(payload).blocks:
            yield from (block.printed, block.normalised)


def _contents(path: Path) -> Iterator[bytes]:
    data = path.read_bytes()
    yield data
    yield from _unpacked(data)
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                yield archive.read(name)


def _unpacked(data: bytes) -> Iterable[bytes]:
    for place in _PACKED.finditer(data):
        try:
            yield zlib.decompressobj().decompress(data[place.start() :], _MOST_UNPACKED)
        except zlib.error:
            continue
