"""One analyzer for index, query and snippet: normalised text, jieba's search mode, ordinal positions.

jieba's own ``ChineseAnalyzer`` numbers tokens by character offset (no phrase ever matches), ignores
``tokenize=False`` (``*`` becomes a null query) and drops single ASCII characters (``1+1+4+N``
becomes nothing). This one does none of that.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from whoosh.analysis import Analyzer
from whoosh.analysis import Token as WhooshToken

from reports.language.normalise import fold
from reports.language.segment import Token, segmenter_with

# Never in normalised text: white space is a single blank there.
BLOCK_SEPARATOR = "\n"
# Wider than any slop a phrase query may ask for, so that no phrase crosses a block.
BLOCK_GAP = 1000


def ordinal_positions(tokens: Iterable[Token]) -> Iterator[tuple[Token, int]]:
    """Tokens, which come in order of start and end, with the ordinal of the word they stand in.

    Search mode gives 产业 and 产业链 for one stretch of text: a part that begins with its word shares
    the word's position, as synonyms do, and a token takes the next position once it begins after
    the last one did.
    """
    position, last = -1, -1
    for token in tokens:
        if token.start > last:
            position += 1
            last = token.start
        yield token, position


class ArchiveAnalyzer(Analyzer):  # type: ignore[misc]
    """Takes blocks joined by BLOCK_SEPARATOR. Whoosh pickles it into every commit, so all it holds is the
    words that its index was made with beyond the packaged lexicon."""

    words: tuple[str, ...] = ()

    def __init__(self, words: tuple[str, ...] = ()) -> None:
        self.words = words

    def __call__(
        self,
        value: str,
        positions: bool = False,
        chars: bool = False,
        keeporiginal: bool = False,
        removestops: bool = True,
        start_pos: int = 0,
        start_char: int = 0,
        mode: str = "",
        tokenize: bool = True,
        **kwargs: Any,
    ) -> Iterator[WhooshToken]:
        made = WhooshToken(positions, chars, removestops=removestops, mode=mode, **kwargs)
        made.boost = 1.0
        made.stopped = False
        if not tokenize:
            yield _filled(made, fold(value), start_pos, start_char, start_char + len(value), keeporiginal)
            return
        base = start_pos
        offset = start_char
        search_tokens = segmenter_with(self.words).search_tokens
        for block in value.split(BLOCK_SEPARATOR):
            highest = base - 1
            text = fold(block)
            for token, position in ordinal_positions(search_tokens(text)):
                highest = base + position
                yield _filled(
                    made, token.text, highest, offset + token.start, offset + token.end, keeporiginal
                )
            base = highest + 1 + BLOCK_GAP
            offset += len(block) + 1

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ArchiveAnalyzer) and other.words == self.words

    __hash__ = None  # type: ignore[assignment]


def _filled(
    made: WhooshToken, text: str, position: int, start: int, end: int, keeporiginal: bool
) -> WhooshToken:
    made.text = text
    if keeporiginal:
        made.original = text
    if made.positions:
        made.pos = position
    if made.chars:
        made.startchar, made.endchar = start, end
    return made
