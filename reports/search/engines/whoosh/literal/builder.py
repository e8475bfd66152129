"""Documents in, one literal segment out: written once, in one pass over them, in bounded memory."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from pathlib import Path

import numpy as np
import numpy.typing as npt

from reports.search.contract.kinds import HIDDEN_KINDS
from reports.search.contract.values import IndexedBlock
from reports.search.engines.whoosh.directory.arrays import SegmentWriter
from reports.search.engines.whoosh.literal.bigrams import write_bigrams
from reports.search.engines.whoosh.literal.letters import LetterLists
from reports.search.engines.whoosh.literal.prepared import (
    Boundaries,
    PreparedBlock,
    encode,
    prepare_block,
)
from reports.search.engines.whoosh.literal.units import write_units

# Positions are 32-bit, and the last one is kept free.
_MOST_UNITS = (1 << 32) - 2
_LOW_SURROGATES = (0xDC00, 0xDFFF)
_DRAINED_FROM = 1 << 21  # units of text held before they go to disk


def build(
    folder: Path,
    documents: Iterable[Sequence[IndexedBlock | PreparedBlock]],
    boundaries: Boundaries | None = None,
) -> None:
    """Write a segment of ``documents``, in their order, into ``folder``; durable on return.

    ``boundaries(normalised)`` gives the code points where words begin or end, for blocks that come
    unprepared. Other files in the folder are left alone. Should anything fail, the folder holds no
    manifest and does not open. Raises ValueError beyond 2³² UTF-16 units of text: split before.
    """
    with SegmentWriter(folder) as writer:
        texts = _Texts(writer)
        for document in documents:
            texts.add(document, boundaries or ())
        # Mapped where it is long: the sort reads it by ranges and holds no second copy.
        write_bigrams(writer, texts.finish())


class _Region:
    """Blocks one after another: their texts since the last drain, their tables from the beginning."""

    def __init__(self) -> None:
        self.text = bytearray()  # UTF-16, a 0 unit after each block
        self.marks = bytearray()  # a byte a unit: 1 where a word begins or ends
        self.printed = bytearray()  # UTF-16, nothing for blocks printed as they are normalised
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

    def tables(self) -> dict[str, npt.NDArray[np.generic]]:
        return {
            "block_start": np.frombuffer(self.length, np.uint32),
            "printed_start": np.frombuffer(self.printed_length, np.uint32),
            "steps_start": np.frombuffer(self.steps_length, np.uint32),
            "block_document": np.frombuffer(self.document, np.uint32),
            "block_kind": np.frombuffer(self.kind, np.uint8),
            "block_section": np.frombuffer(self.section, np.int32),
            "block_figure": np.frombuffer(self.figure, np.int32),
        }


class _Texts:
    """The texts and tables of a segment being written: visible blocks first, hidden ones behind."""

    def __init__(self, writer: SegmentWriter) -> None:
        self._writer = writer
        self._text, self._words = writer.create("text", "<u2"), writer.create("words", "<u1")
        self._astral = writer.create("astral", "<u4")
        self._printed, self._steps = writer.create("printed", "<u2"), writer.create("steps", "<i4")
        self._visible, self._hidden = _Region(), _Region()
        self._letters = LetterLists()
        self._kinds: dict[str, int] = {}
        self._marks = bytearray()  # not yet packed
        self._first_visible, self._first_hidden = array("I", [0]), array("I", [0])
        self._document_start = array("Q", [0])

    def add(
        self, document: Sequence[IndexedBlock | PreparedBlock], boundaries: Boundaries | Sequence[int]
    ) -> None:
        number = len(self._document_start) - 1
        before = len(self._visible.text)
        blocks = [
            prepare_block(block, boundaries) if isinstance(block, IndexedBlock) else block
            for block in document
        ]
        for block in blocks:
            self._kinds.setdefault(block.kind, len(self._kinds))
        self._visible.add(number, [block for block in blocks if block.kind not in HIDDEN_KINDS], self._kinds)
        self._hidden.add(number, [block for block in blocks if block.kind in HIDDEN_KINDS], self._kinds)
        text = self._visible.text[before:]
        self._letters.add(number, np.frombuffer(text, "<u2"))
        self._first_visible.append(len(self._visible.document))
        self._first_hidden.append(len(self._hidden.document))
        self._document_start.append(self._document_start[-1] + len(text) // 2)
        if self._document_start[-1] + len(self._hidden.text) // 2 > _MOST_UNITS:
            raise ValueError("too much text for one literal segment")
        if len(self._visible.text) // 2 >= _DRAINED_FROM:
            self._drain(self._visible)

    def finish(self) -> npt.NDArray[np.uint16]:
        """Write what is left, and the tables; the whole text."""
        self._drain(self._visible)
        hidden_from = self._text.count
        self._drain(self._hidden)
        self._words.append(_packed(self._marks))
        self._letters.write(self._writer)
        self._write_tables()
        self._writer.facts = {
            "documents": len(self._document_start) - 1,
            "hidden_from": hidden_from,
            "kinds": list(self._kinds),
        }
        return self._text.read()

    def _drain(self, region: _Region) -> None:
        """Move the texts of a region to disk; marks by eights, as they are packed, the rest waits."""
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
        for held in (region.text, region.printed, region.marks):
            held.clear()
        region.steps = array("i")

    def _write_tables(self) -> None:
        save = self._writer.save
        visible, hidden = self._visible.tables(), self._hidden.tables()
        tables = {name: np.concatenate((visible[name], hidden[name])) for name in visible}
        for name, dtype in (("block_start", "<u4"), ("printed_start", "<u8"), ("steps_start", "<u8")):
            save(name, dtype, np.concatenate(([0], np.cumsum(tables[name], dtype=np.uint64))))
        save("block_document", "<u4", tables["block_document"])
        save("block_kind", "<u1", tables["block_kind"])
        save("block_section", "<i4", tables["block_section"])
        save("block_figure", "<i4", tables["block_figure"])
        save("document_start", "<u4", np.frombuffer(self._document_start, np.uint64))
        save("document_first_block", "<u4", self._first_visible)
        save(
            "document_first_hidden",
            "<u4",
            np.frombuffer(self._first_hidden, np.uint32) + self._first_visible[-1],
        )
        write_units(self._writer, tables, self._kinds)


def _marks(blocks: Sequence[PreparedBlock], lengths: Sequence[int]) -> bytes:
    """A byte for every unit of the blocks, 1 where a word begins or ends."""
    marks = np.zeros(sum(lengths), np.uint8)
    before = 0
    for block, length in zip(blocks, lengths, strict=True):
        if len(block.boundaries):
            places = np.asarray(block.boundaries, np.int64)
            if length != len(block.normalised) + 1:
                places = _unit_offsets(block.normalised)[places]
            marks[places + before] = 1
        before += length
    return marks.tobytes()


def _packed(marks: bytearray) -> npt.NDArray[np.uint8]:
    return np.packbits(np.frombuffer(bytes(marks), np.uint8), bitorder="little")


def _unit_offsets(text: str) -> npt.NDArray[np.int64]:
    """Offset in UTF-16 units of every code point of the text, and of its end."""
    wide = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4") > 0xFFFF
    return np.concatenate(([0], np.cumsum(wide + 1)))
