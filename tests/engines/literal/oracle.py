"""What the literal index must answer, found the slow and obvious way: by looking at every folded block."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from reports.language.normalise import fold, normalise
from reports.search.contract.kinds import HIDDEN_KINDS
from reports.search.contract.values import IndexedBlock

Document = Sequence[IndexedBlock]
Kinds = frozenset[str] | None

_NUMBER = {"section": lambda block: block.section, "figure": lambda block: block.figure}
_MEMBERS = {"section": {"heading", "body"}, "figure": {"caption", "credit"}}


def occurrences(text: str, inside: str) -> list[int]:
    return [i for i in range(len(inside) - len(text) + 1) if inside.startswith(text, i)] if text else []


def utf16_length(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def word_boundaries(text: str) -> list[int]:
    """Some boundaries, not too many: the ends, and after every character of a third of all there are."""
    inner = [i for i in range(1, len(text)) if ord(text[i - 1]) % 3 == 0]
    return sorted({0, *inner, len(text)})


@dataclass
class Oracle:
    documents: Sequence[Document]

    def units(self, scope: str) -> list[tuple[int, int]]:
        """(document, number) of every unit, in order."""
        if scope == "article":
            return [(number, -1) for number in range(len(self.documents))]
        found = {
            (number, _NUMBER[scope](block))
            for number, document in enumerate(self.documents)
            for block in document
            if block.kind in _MEMBERS[scope] and _NUMBER[scope](block) >= 1
        }
        return sorted(found)

    def blocks(self, unit: tuple[int, int], scope: str, kinds: Kinds) -> list[IndexedBlock]:
        number, part = unit
        if kinds is None:
            all_kinds = {block.kind for document in self.documents for block in document}
            kinds = frozenset(_MEMBERS.get(scope, all_kinds - HIDDEN_KINDS))
        return [
            block
            for block in self.documents[number]
            if block.kind in kinds and (scope == "article" or _NUMBER[scope](block) == part)
        ]

    def contains(self, text: str, scope: str, kinds: Kinds) -> list[bool]:
        return [
            any(text in fold(block.text) for block in self.blocks(unit, scope, kinds))
            for unit in self.units(scope)
        ]

    def counts(self, text: str, scope: str, kinds: Kinds) -> list[tuple[int, int, int]]:
        """(unit, occurrences, whole ones) of the units that have any."""
        rows = []
        for number, unit in enumerate(self.units(scope)):
            often = whole = 0
            for block in self.blocks(unit, scope, kinds):
                folded = fold(block.text)
                ends = word_boundaries(folded)
                starts = occurrences(text, folded)
                often += len(starts)
                whole += sum(start in ends and start + len(text) in ends for start in starts)
            if often:
                rows.append((number, often, whole))
        return rows

    def positions(self, text: str, kinds: Kinds) -> list[int]:
        """In UTF-16 units of all visible blocks, a 0 after each, with the hidden ones behind."""
        hidden = [block for document in self.documents for block in document if block.kind in HIDDEN_KINDS]
        visible = [
            block for document in self.documents for block in document if block.kind not in HIDDEN_KINDS
        ]
        found, base = [], 0
        for block in visible + hidden:
            folded = fold(block.text)
            if block.kind in kinds if kinds is not None else block.kind not in HIDDEN_KINDS:
                found += [base + utf16_length(folded[:start]) for start in occurrences(text, folded)]
            base += utf16_length(folded) + 1
        return found

    def near(self, texts: Sequence[str], distance: int, scope: str, kinds: Kinds) -> list[bool]:
        return [
            any(stand_near(texts, fold(block.text), distance) for block in self.blocks(unit, scope, kinds))
            for unit in self.units(scope)
        ]

    def paragraph(self, block: IndexedBlock) -> int:
        (document,) = (one for one in self.documents if any(other is block for other in one))
        return paragraph_of(document, block)

    def marks(self, block: IndexedBlock, texts: Sequence[str]) -> list[tuple[int, int]]:
        """Printed ranges of every occurrence, overlapping ones made one."""
        normalised = normalise(block.text)
        found = sorted(
            normalised.printed(start, start + len(text))
            for text in texts
            for start in occurrences(text, normalised.text)
        )
        marks: list[tuple[int, int]] = []
        for start, end in found:
            if marks and start < marks[-1][1]:
                marks[-1] = (marks[-1][0], max(end, marks[-1][1]))
            else:
                marks.append((start, end))
        return marks


def paragraph_of(document: Document, block: IndexedBlock) -> int:
    """The number of a block in its run of blocks of one kind, section and figure."""
    number = 0
    previous = None
    for other in document:
        if other.kind in HIDDEN_KINDS:
            continue
        owner = (other.kind, other.section, other.figure)
        number = number + 1 if owner == previous else 1
        if other is block:
            break
        previous = owner
    return number


def stand_near(texts: Sequence[str], inside: str, distance: int) -> bool:
    """Tries every order and every occurrence."""

    def chains(left: frozenset[int], end: int | None) -> Iterator[bool]:
        if not left:
            yield True
        for i in left:
            for start in occurrences(texts[i], inside):
                if end is None or 0 <= start - end <= distance:
                    yield from chains(left - {i}, start + len(texts[i]))

    return bool(texts) and any(chains(frozenset(range(len(texts))), None))
