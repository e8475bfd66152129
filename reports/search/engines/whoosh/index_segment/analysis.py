"""The jieba analyzer of the word fields: folded text in search mode.

Words are cut once, when an article is prepared, and handed to Whoosh as a list; the analyzer serves whoever
searches the index with Whoosh's own tools. jieba's own ``ChineseAnalyzer`` ignores ``tokenize=False``
(``*`` becomes a null query) and drops single ASCII characters (``1+1+4+N`` becomes nothing).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from whoosh.analysis import Analyzer, Token

from reports.language.normalise import fold
from reports.language.segment import segmenter_with


class ArchiveAnalyzer(Analyzer):  # type: ignore[misc]
    """Whoosh pickles it into every commit, so it holds nothing but the words that curators had added when
    its index was built."""

    words: tuple[str, ...] = ()

    def __init__(self, words: tuple[str, ...] = ()) -> None:
        self.words = words

    def __call__(
        self, value: str, mode: str = "", tokenize: bool = True, removestops: bool = True, **kwargs: Any
    ) -> Iterator[Token]:
        token = Token(mode=mode, removestops=removestops, boost=1.0, stopped=False)
        text = fold(value)
        for word in self._cut(text) if tokenize else [text]:
            token.text = word
            yield token

    def _cut(self, text: str) -> Iterator[str]:
        return (token.text for token in segmenter_with(self.words).search_tokens(text))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ArchiveAnalyzer) and other.words == self.words

    __hash__ = None  # type: ignore[assignment]
