"""Words, as jieba cuts them. The one module that knows jieba."""

from __future__ import annotations

import logging
import re
import sys
import threading
import unicodedata
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from hashlib import sha256
from importlib import resources
from itertools import accumulate, chain
from pathlib import Path
from typing import NamedTuple

from .normalise import fold


@contextmanager
def _quiet_import() -> Iterator[None]:
    """Keep jieba from loading ``pkg_resources``, which is slow, warns, and is gone from new setuptools.

    jieba uses it to open its own files only, which this module does not ask of it. Its old-style
    string escapes warn as well when the interpreter compiles them.
    """
    is_loaded = "pkg_resources" in sys.modules
    if not is_loaded:
        sys.modules["pkg_resources"] = None  # type: ignore[assignment]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        if not is_loaded:
            del sys.modules["pkg_resources"]


with _quiet_import():
    import jieba

jieba.setLogLevel(logging.WARNING)

# The characters jieba looks for words among (its ``re_han_default``); it cuts at every other one.
_RUN = re.compile(r"[\u4E00-\u9FD5a-zA-Z0-9+#&._%\-]+")
# jieba's time for unknown words grows with the square of such a run. Sentences stay far below this.
_LONGEST_RUN = 1000

_loading = threading.RLock()


class Token(NamedTuple):
    """A word and its range in the text, in code points."""

    text: str
    start: int
    end: int


class Segmenter:
    """jieba's dictionary with the packaged lexicon and ``words`` added, apart from jieba's global one.

    Expects normalised text (``normalise.fold``); added words are normalised here. Words that jieba
    never joins, since blanks or punctuation cut them, are left out. The dictionary is loaded when it is first
    needed and then only read, so threads and forked workers may share a segmenter.
    """

    def __init__(self, words: Iterable[str] = ()) -> None:
        normalised = {fold(word) for word in chain(packaged_lexicon(), words)}
        self._words = sorted(word for word in normalised if len(word) > 1 and _RUN.fullmatch(word))
        self._tokenizer: jieba.Tokenizer | None = None

    @property
    def version(self) -> str:
        """Changes whenever the same text might be cut differently."""
        digest = sha256("\n".join(self._words).encode()).hexdigest()
        return f"jieba-{jieba.__version__}-{digest[:12]}"

    def cut(self, text: str) -> list[str]:
        """The text in words, blanks and punctuation included: joined, they are the text again."""
        cut = self._loaded().cut
        return [word for piece in _pieces(text) for word in cut(piece)]

    def search_tokens(self, text: str) -> list[Token]:
        """Every word and the dictionary's words of two and three characters within it, by start and end.

        This is jieba's search mode, without blanks and punctuation; single characters are kept.
        """
        known = self._loaded().FREQ
        tokens: list[Token] = []
        start = 0
        for word in self.cut(text):
            end = start + len(word)
            if not all(map(_is_sign, word)):
                token = Token(word, start, end)
                if len(word) > 2:
                    tokens += sorted((token, *_inner_words(word, start, known)), key=_by_range)
                else:
                    tokens.append(token)
            start = end
        return tokens

    def knows(self, word: str) -> bool:
        """Whether it is a word of the dictionary, rather than one guessed from the characters around it."""
        return bool(self._loaded().FREQ.get(word))

    def boundaries(self, text: str) -> list[int]:
        """The offsets at which words begin or end, from 0 to the length of the text; none if it is empty."""
        return list(accumulate(map(len, self.cut(text)), initial=0)) if text else []

    def _loaded(self) -> jieba.Tokenizer:
        if self._tokenizer is None:
            with _loading:
                if self._tokenizer is None:
                    self._tokenizer = self._load()
        return self._tokenizer

    def _load(self) -> jieba.Tokenizer:
        # Given its dictionary, jieba neither reads nor writes a cache in the shared temporary folder.
        tokenizer = jieba.Tokenizer()
        frequencies, tokenizer.total = _dictionary()
        tokenizer.FREQ = frequencies.copy()
        tokenizer.initialized = True
        for word in self._words:
            tokenizer.add_word(word)
        return tokenizer


@cache
def default_segmenter() -> Segmenter:
    """The segmenter with the packaged lexicon alone."""
    return Segmenter()


@cache
def packaged_lexicon() -> frozenset[str]:
    """The words of ``data/lexicon.txt``."""
    lines = resources.files(__package__).joinpath("data/lexicon.txt").read_text("utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


@cache
def _dictionary() -> tuple[dict[str, int], int]:
    """jieba's words with their frequencies, their prefixes with 0, and the sum of all frequencies.

    The same as ``Tokenizer.gen_pfdict`` returns, in a third of the time.
    """
    path = Path(jieba.__file__).with_name(jieba.DEFAULT_DICT_NAME)
    entries = [line.split(" ", 2)[:2] for line in path.read_text("utf-8").splitlines()]
    counts = [int(count) for _, count in entries]
    frequencies = dict(zip((word for word, _ in entries), counts, strict=True))
    for word in list(frequencies):
        prefix = word[:-1]
        # A known prefix has brought its own prefixes along, or will when its turn comes.
        while prefix and prefix not in frequencies:
            frequencies[prefix] = 0
            prefix = prefix[:-1]
    return frequencies, sum(counts)


def _pieces(text: str) -> Iterator[str]:
    """The text, cut apart only within runs that are too long to be sentences."""
    done = 0
    if len(text) > _LONGEST_RUN:
        for run in _RUN.finditer(text):
            for cut in range(run.start() + _LONGEST_RUN, run.end(), _LONGEST_RUN):
                yield text[done:cut]
                done = cut
    yield text[done:]


def _inner_words(word: str, start: int, known: dict[str, int]) -> Iterator[Token]:
    for size in (2, 3):
        for offset in range(len(word) - size + 1 if len(word) > size else 0):
            part = word[offset : offset + size]
            if known.get(part):
                yield Token(part, start + offset, start + offset + size)


def _by_range(token: Token) -> tuple[int, int]:
    return token.start, token.end


@cache
def _is_sign(character: str) -> bool:
    """Whether it is a blank, a control, punctuation or a mathematical or currency sign."""
    category = unicodedata.category(character)
    return category[0] in "PZC" or category in {"Sm", "Sc", "Sk"}
