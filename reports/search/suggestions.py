"""A long word without a blank, cut into the words it is made of."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from reports.language.segment import Segmenter

from .syntax import Parsed, write
from .syntax.parser import all_of
from .syntax.tree import And, Node, Word

_FIRST_CJK = "\u2e80"
_LONG = 4


@dataclass(frozen=True, slots=True)
class CutQuery:
    """A plain query with its unbroken words cut: ``joined`` are those, as typed. ``is_long``: worth
    offering beside the literal form even where that finds something."""

    tree: Node
    text: str
    joined: tuple[str, ...]
    is_long: bool


def cut_query(
    parsed: Parsed, segmenter: Segmenter, is_wanted: Callable[[str], bool] = lambda word: True
) -> CutQuery | None:
    """None where there is nothing to cut or the query is more than plain words. Words that are not
    ``is_wanted`` stay as they are."""
    if not parsed.is_plain:
        return None
    words = parsed.tree.children if isinstance(parsed.tree, And) else (parsed.tree,)
    pieces: list[str] = []
    joined: list[str] = []
    is_long = False
    for word in words:
        text = word.text if isinstance(word, Word) else ""
        cut = cut_word(text, segmenter)
        if cut != (text,) and not is_wanted(text):
            cut = (text,)
        if cut != (text,):
            joined.append(parsed.printed.get(text, text))
            is_long = is_long or (len(text) >= _LONG and len(cut) > 1)
        pieces += cut
    tree = all_of(map(Word, pieces))
    if not joined or tree is None or tree == parsed.tree:
        return None
    return CutQuery(tree, write(tree), tuple(joined), is_long)


def cut_word(text: str, segmenter: Segmenter) -> tuple[str, ...]:
    """The words in ``text`` without punctuation; ``text`` itself where cutting would not help.

    Latin words and numbers stay whole, and so does what falls mostly into single characters: these
    stand in nearly every article.
    """
    if not any(character >= _FIRST_CJK for character in text):
        return (text,)
    pieces = tuple(piece.strip() for piece in segmenter.cut(text) if _says_something(piece))
    single = sum(1 for piece in pieces if len(piece) == 1)
    if not pieces or (len(pieces) > 1 and single * 2 >= sum(map(len, pieces))):
        return (text,)
    return pieces


def _says_something(piece: Sequence[str]) -> bool:
    return any(character.isalnum() for character in piece)
