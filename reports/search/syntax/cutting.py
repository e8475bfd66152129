"""The words of a query cut by the segmenter: unbroken words into pieces, long prefixes into phrases."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from reports.language.segment import Segmenter

from .parser import Parsed
from .printer import write
from .tree import FieldName, Leaf, Node, Phrase, Prefix, Word, all_of, rewrite

_FIRST_CJK = "\u2e80"
_LONG = 4


@dataclass(frozen=True, slots=True)
class SegmentedQuery:
    """A plain query with its unbroken words cut. ``unsegmented``: these words, as typed. ``is_long``: the
    form is worth suggesting even if the literal form has hits."""

    tree: Node
    text: str
    unsegmented: tuple[str, ...]
    is_long: bool


def segment_words(parsed: Parsed, segmenter: Segmenter) -> dict[str, tuple[str, ...]]:
    """The words of a plain query that cutting changes -> their pieces. Empty for every other query."""
    if not parsed.is_plain:
        return {}
    pieces = {word: segment_word(word, segmenter) for word in parsed.words}
    return {word: cut for word, cut in pieces.items() if cut != (word,)}


def segment_query(
    parsed: Parsed, pieces: Mapping[str, tuple[str, ...]], may_cut: Callable[[str], bool] = lambda word: True
) -> SegmentedQuery | None:
    """The query with those words cut that ``pieces`` (of ``segment_words``) has and ``may_cut`` allows; None
    if that changes nothing."""
    cut = {word: pieces[word] for word in parsed.words if word in pieces and may_cut(word)}
    tree = all_of(Word(piece) for word in parsed.words for piece in cut.get(word, (word,)))
    if not cut or tree is None or tree == parsed.tree:
        return None
    unsegmented = tuple(parsed.printed.get(word, word) for word in cut)
    is_long = any(len(word) >= _LONG and len(parts) > 1 for word, parts in cut.items())
    return SegmentedQuery(tree, write(tree), unsegmented, is_long)


def segment_word(text: str, segmenter: Segmenter) -> tuple[str, ...]:
    """The words in ``text`` without punctuation; ``text`` itself if cutting would not help.

    Latin words and numbers stay whole. So does a text that falls mostly into single characters: nearly
    every article contains these.
    """
    if not any(character >= _FIRST_CJK for character in text):
        return (text,)
    pieces = tuple(piece.strip() for piece in segmenter.cut(text) if any(map(str.isalnum, piece)))
    single = sum(1 for piece in pieces if len(piece) == 1)
    if not pieces or (len(pieces) > 1 and single * 2 >= sum(map(len, pieces))):
        return (text,)
    return pieces


def resolve_prefixes(tree: Node, segmenter: Segmenter) -> Node:
    """Prefixes that are longer than one word as phrases.

    ``党建引领*`` asks for words that begin with these characters. If the segmenter cuts them into two words,
    there is no such word; the reader means texts that contain them.
    """

    def resolved(leaf: Leaf, _: FieldName | None) -> Node:
        if isinstance(leaf, Prefix) and len(segmenter.cut(leaf.text)) > 1:
            return Phrase(leaf.text)
        return leaf

    return rewrite(tree, resolved)
