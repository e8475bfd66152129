"""The jieba analyzer of the word fields: folded text in search mode.

The archive cuts the words of an article once and gives Whoosh the list. The analyzer is for searches with
Whoosh's own tools. jieba's ``ChineseAnalyzer`` ignores ``tokenize=False`` (``*`` becomes a null query) and
drops single ASCII characters (``1+1+4+N`` becomes nothing).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from whoosh.analysis import Analyzer, Token

from reports.language.normalise import fold
from reports.language.segment import segmenter_with


class ArchiveAnalyzer(Analyzer):  # type: ignore[misc]
    """``words``: the curators' words with which the index was built. Nothing else, since Whoosh pickles the
    analyzer into every commit."""

    words: tuple[str, ...] = ()

    def __init__(self, words: tuple[str, ...] = ()) -> None:
        self.words = words

    def __call__(
        self, value: str, mode: str = "", tokenize: bool = True, removestops: bool = True, **kwargs: Any
    ) -> Iterator[Token]:
        token = Token(mode=mode, removestops=removestops, boost=1.0, stopped=False)
        text = fold(value)
        words = [word.text for word in segmenter_with(self.words).search_tokens(text)] if tokenize else [text]
        for token.text in words:
            yield token

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ArchiveAnalyzer) and other.words == self.words

    __hash__ = None  # type: ignore[assignment]
