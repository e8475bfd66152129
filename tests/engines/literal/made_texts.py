"""Random documents and query strings: few characters over and over, so that much is nearly found."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from random import Random

from reports.language.normalise import fold
from reports.search.contract.values import IndexedBlock
from reports.search.engines.whoosh.literal import build
from tests.engines.indexes import prepared

from .oracle import Document, word_boundaries

_CHARACTERS = "党建引领产业链区长历城一二三，。：“”（）·、12+-%abN ＡＮ１　區縣國業\n鏈后後𠀀𠀁😀ﬁß①㍿é"
_MARKS = "\u0301\ufe0f\u200b\u00ad"
_PHRASES = ("党建引领", "产业链", "历城区长期", "1+4+4+N", "aaa", "一一一", "𠀀𠀁𠀀", "產業鏈")
_KINDS = ("kicker", "headline", "deck", "byline", "lead", "pull_quote")
_HIDDEN = ("initiative", "district")


def built(
    folder: Path,
    documents: Iterable[Document],
    boundaries: Callable[[str], Sequence[int]] = word_boundaries,
) -> Path:
    """The folder, with a segment of the documents in it. ``boundaries``: of a normalised text."""
    build(folder, ([prepared(block, boundaries) for block in document] for document in documents))
    return folder


def made_text(chance: Random, longest: int = 40) -> str:
    pieces = []
    for _ in range(chance.randint(0, longest)):
        draw = chance.random()
        if draw < 0.15:
            pieces.append(chance.choice(_PHRASES))
        elif draw < 0.18:
            pieces.append(chance.choice(_MARKS))
        else:
            pieces.append(chance.choice(_CHARACTERS))
    return "".join(pieces)


def made_block(chance: Random, longest: int = 40) -> IndexedBlock:
    text, draw = made_text(chance, longest), chance.random()
    if draw < 0.5:
        return IndexedBlock(chance.choice(("heading", "body")), chance.randint(0, 3), -1, text)
    if draw < 0.7:
        return IndexedBlock(
            chance.choice(("caption", "credit")), chance.choice((-1, 1, 2)), chance.randint(1, 2), text
        )
    if draw < 0.85:
        return IndexedBlock(chance.choice(_HIDDEN), -1, -1, text)
    return IndexedBlock(chance.choice(_KINDS), -1, -1, text)


def made_documents(chance: Random, most: int = 6, longest: int = 40) -> list[Document]:
    return [
        [made_block(chance, longest) for _ in range(chance.randint(0, 7))]
        for _ in range(chance.randint(0, most))
    ]


def made_query(chance: Random, documents: list[Document]) -> str:
    """A folded substring of 1 to 12 characters, often with a slip in it, or one across two blocks."""
    folded = [fold(block.text) for document in documents for block in document]
    folded = [text for text in folded if text]
    draw = chance.random()
    if not folded or draw < 0.1:
        return fold(made_text(chance, 4)) or "党"
    source = chance.choice(folded)
    if draw < 0.2:
        source = source[-4:] + chance.choice(folded)[:4]
    length = chance.randint(1, 12)
    start = chance.randrange(max(1, len(source) - length + 1))
    query = source[start : start + length]
    if draw > 0.85:
        at = chance.randrange(len(query))
        query = query[:at] + fold(chance.choice(_CHARACTERS)) + query[at + 1 :]
    return query or "党"


def made_neighbours(chance: Random, documents: list[Document]) -> list[str]:
    """One to six short strings, mostly of one block, the same one twice at times."""
    folded = [fold(block.text) for document in documents for block in document]
    source = chance.choice([text for text in folded if text] or ["党建"])
    texts = []
    for _ in range(chance.randint(1, 6)):
        start = chance.randrange(len(source))
        texts.append(source[start : start + chance.randint(1, 3)])
    if chance.random() < 0.1:
        texts.append(made_query(chance, documents))
    return texts


def made_kinds(chance: Random) -> frozenset[str] | None:
    return chance.choice(
        (
            None,
            None,
            frozenset({"kicker", "headline", "deck"}),
            frozenset({"heading"}),
            frozenset({"caption", "credit"}),
            frozenset({"initiative"}),
            frozenset({"body", "district"}),
            frozenset({"unheard-of"}),
        )
    )
