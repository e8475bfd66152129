"""Builds a literal segment of documents, in one pass and in limited memory."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from pathlib import Path

import numpy as np
import numpy.typing as npt

from reports.search.contract.kinds import HIDDEN_KINDS
from reports.search.engines.whoosh.directory.arrays import Array, ArrayFilesWriter, Int64s

from .bigrams import write_bigrams
from .characters import CharacterPostings
from .prepared import PreparedBlock, encode
from .units import write_units

# Positions are 32-bit numbers, and the last one stays unused.
_MAX_CODE_UNITS = (1 << 32) - 2
_LOW_SURROGATES = (0xDC00, 0xDFFF)
_FLUSHED_CODE_UNITS = 1 << 21  # text in memory before it is written to disk


def build(folder: Path, documents: Iterable[Sequence[PreparedBlock]]) -> None:
    """Write a segment of ``documents``, in their order, into ``folder``. Durable when this returns.

    If anything fails, the folder has no manifest and cannot be opened. Raises ValueError beyond 2³² UTF-16
    units of text.
    """
    with ArrayFilesWriter(folder) as writer:
        texts = _TextWriter(writer)
        for document in documents:
            texts.add(document)
        # Mapped if it is long: the sort reads it by ranges and makes no second copy.
        write_bigrams(writer, texts.finish())


class _Region:
    """The visible, or the hidden, blocks one after another: texts since the last flush, tables of all
    blocks."""

    def __init__(self) -> None:
        self.text = bytearray()  # UTF-16, a 0 unit after each block
        self.marks = bytearray()  # one byte per unit: 1 at a word boundary
        self.printed = bytearray()  # UTF-16, empty for blocks whose printed text is the normalised text
        self.steps = array("i")
        self.length, self.printed_length, self.steps_length = array("I"), array("I"), array("I")
        self.document, self.kind = array("I"), array("B")
        self.section, self.figure = array("i"), array("i")

    def add(self, document: int, blocks: Sequence[PreparedBlock], kinds: Mapping[str, int]) -> None:
        if not blocks:
            return
        texts = [encode(block.normalised) for block in blocks]
        prints = [b"" if block.printed == block.normalised else encode(block.printed) for block in blocks]
        lengths = [len(text) // 2 + 1 for text in texts]
        self.text += b"\0\0".join(texts) + b"\0\0"
        self.printed += b"".join(prints)
        self.marks += _marks(blocks, lengths)
        for block in blocks:
            self.steps.extend(chain.from_iterable(block.steps))
        self.length.extend(lengths)
        self.printed_length.extend([len(text) // 2 for text in prints])
        self.steps_length.extend([len(block.steps) * 3 for block in blocks])
        self.document.extend([document] * len(blocks))
        self.kind.extend([kinds[block.kind] for block in blocks])
        self.section.extend([block.section for block in blocks])
        self.figure.extend([block.figure for block in blocks])

    def tables(self) -> dict[str, Array]:
        return {
            "block_start": np.frombuffer(self.length, np.uint32),
            "printed_start": np.frombuffer(self.printed_length, np.uint32),
            "steps_start": np.frombuffer(self.steps_length, np.uint32),
            "block_document": np.frombuffer(self.document, np.uint32),
            "block_kind": np.frombuffer(self.kind, np.uint8),
            "block_section": np.frombuffer(self.section, np.int32),
            "block_figure": np.frombuffer(self.figure, np.int32),
        }


class _TextWriter:
    """Writes the texts and tables of a segment: visible blocks first, then the hidden ones."""

    def __init__(self, writer: ArrayFilesWriter) -> None:
        self._writer = writer
        self._text, self._words = writer.create("text", "<u2"), writer.create("words", "<u1")
        self._astral = writer.create("astral", "<u4")
        self._printed, self._steps = writer.create("printed", "<u2"), writer.create("steps", "<i4")
        self._visible, self._hidden = _Region(), _Region()
        self._characters = CharacterPostings()
        self._kinds: dict[str, int] = {}
        self._marks = bytearray()  # not packed yet
        self._first_visible, self._first_hidden = array("I", [0]), array("I", [0])
        self._document_start = array("Q", [0])

    def add(self, blocks: Sequence[PreparedBlock]) -> None:
        """Add the next document."""
        document = len(self._document_start) - 1
        before = len(self._visible.text)
        for block in blocks:
            self._kinds.setdefault(block.kind, len(self._kinds))
        self._visible.add(
            document, [block for block in blocks if block.kind not in HIDDEN_KINDS], self._kinds
        )
        self._hidden.add(document, [block for block in blocks if block.kind in HIDDEN_KINDS], self._kinds)
        text = self._visible.text[before:]
        self._characters.add(document, np.frombuffer(text, "<u2"))
        self._first_visible.append(len(self._visible.document))
        self._first_hidden.append(len(self._hidden.document))
        self._document_start.append(self._document_start[-1] + len(text) // 2)
        if self._document_start[-1] + len(self._hidden.text) // 2 > _MAX_CODE_UNITS:
            raise ValueError("too much text for one literal segment")
        if len(self._visible.text) // 2 >= _FLUSHED_CODE_UNITS:
            self._flush(self._visible)

    def finish(self) -> npt.NDArray[np.uint16]:
        """Write the remaining texts and the tables. Returns the whole text."""
        self._flush(self._visible)
        hidden_from = self._text.count
        self._flush(self._hidden)
        self._words.append(_packed(self._marks))
        self._characters.write(self._writer)
        self._write_tables()
        self._writer.facts = {
            "documents": len(self._document_start) - 1,
            "hidden_from": hidden_from,
            "kinds": list(self._kinds),
        }
        return self._text.read()

    def _flush(self, region: _Region) -> None:
        """Write the texts of a region to disk. Marks are packed by eights; the remainder waits for the next
        flush."""
        units = np.frombuffer(bytes(region.text), "<u2")
        halves = np.flatnonzero((units >= _LOW_SURROGATES[0]) & (units <= _LOW_SURROGATES[1]))
        self._astral.append(halves + self._text.count)
        self._text.append(units)
        self._printed.append(np.frombuffer(bytes(region.printed), "<u2"))
        self._steps.append(region.steps)
        self._marks += region.marks
        packable = len(self._marks) // 8 * 8
        self._words.append(_packed(self._marks[:packable]))
        del self._marks[:packable]
        for buffer in (region.text, region.printed, region.marks):
            buffer.clear()
        region.steps = array("i")

    def _write_tables(self) -> None:
        save = self._writer.save
        visible, hidden = self._visible.tables(), self._hidden.tables()
        tables = {name: np.concatenate((visible[name], hidden[name])) for name in visible}
        for name, dtype in (("block_start", "<u4"), ("printed_start", "<u8"), ("steps_start", "<u8")):
            save(name, dtype, np.concatenate(([0], np.cumsum(tables[name], dtype=np.uint64))))
        for name, dtype in (("document", "<u4"), ("kind", "<u1"), ("section", "<i4"), ("figure", "<i4")):
            save(f"block_{name}", dtype, tables[f"block_{name}"])
        save("document_start", "<u4", np.frombuffer(self._document_start, np.uint64))
        save("document_first_block", "<u4", self._first_visible)
        first_hidden = np.frombuffer(self._first_hidden, np.uint32) + self._first_visible[-1]
        save("document_first_hidden", "<u4", first_hidden)
        write_units(self._writer, tables, self._kinds)


def _marks(blocks: Sequence[PreparedBlock], lengths: Sequence[int]) -> bytes:
    """One byte per UTF-16 unit of the blocks: 1 at a word boundary."""
    marks = np.zeros(sum(lengths), np.uint8)
    before = 0
    for block, length in zip(blocks, lengths, strict=True):
        if len(block.boundaries):
            offsets = np.asarray(block.boundaries, np.int64)
            if length != len(block.normalised) + 1:
                offsets = _code_unit_offsets(block.normalised)[offsets]
            marks[offsets + before] = 1
        before += length
    return marks.tobytes()


def _packed(marks: bytearray) -> npt.NDArray[np.uint8]:
    return np.packbits(np.frombuffer(bytes(marks), np.uint8), bitorder="little")


def _code_unit_offsets(text: str) -> Int64s:
    """The offset in UTF-16 units of every code point of the text, and of its end."""
    is_pair = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4") > 0xFFFF
    return np.concatenate(([0], np.cumsum(is_pair + 1)))
