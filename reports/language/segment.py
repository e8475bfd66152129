"""Segmentation of text into words by jieba. No other module imports jieba."""

from __future__ import annotations

import logging
import re
import sys
import threading
import unicodedata
import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import cache, cached_property, lru_cache
from hashlib import sha256
from importlib import resources
from itertools import accumulate, compress
from math import log
from operator import add
from pathlib import Path
from typing import Any, NamedTuple

from .normalise import fold


@contextmanager
def _quiet_import() -> Iterator[None]:
    """Keep jieba from loading ``pkg_resources``, which is slow, warns, and is missing in new setuptools.

    jieba uses it only to open its own files, which this module does itself. jieba's old-style string
    escapes also cause warnings when the interpreter compiles them.
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

# The characters that can be part of a jieba word (its ``re_han_default``); jieba cuts at all others.
_RUN = re.compile(r"[\u4E00-\u9FD5a-zA-Z0-9+#&._%\-]+")
# jieba's time for unknown words grows with the square of the length of such a run. Sentences are far shorter.
_LONGEST_RUN = 1000

_IMPOSSIBLE = float("-inf")

_loading = threading.RLock()


class Token(NamedTuple):
    """A word and its range in the text, in code points."""

    text: str
    start: int
    end: int


class Segmenter:
    """jieba with the packaged lexicon and ``words`` added; jieba's global dictionary is not changed.

    Expects normalised text (``normalise.fold``); added words are normalised here. Words with blanks or
    punctuation are left out, because jieba always cuts there. Threads and forked workers may share a
    segmenter.

    The dictionary is loaded on first use, once in a process, and never changed. A segmenter stores only
    what its words add, so a second one costs almost nothing: a run of text without any of its words is
    cut with the shared dictionary, any other run with both.
    """

    def __init__(self, words: Iterable[str] = ()) -> None:
        joined = {fold(word) for word in words if can_be_word(fold(word))}
        self.words: tuple[str, ...] = tuple(sorted(joined - _packaged_words()))
        """The words beyond the packaged lexicon, normalised and sorted."""
        self._cutters: _Cutters | None = None

    def __reduce__(self) -> tuple[Any, ...]:
        return segmenter_with, (self.words,)

    @cached_property
    def version(self) -> str:
        """Changes whenever the same text might be cut differently."""
        words = sorted({*_packaged_words(), *self.words})
        digest = sha256("\n".join(words).encode()).hexdigest()
        return f"jieba-{jieba.__version__}-{digest[:12]}"

    def cut(self, text: str) -> list[str]:
        """The words of the text, with blanks and punctuation: joined, they give the text again."""
        return [word for tokenizer, part in self._parts(text) for word in tokenizer.cut(part)]

    def search_tokens(self, text: str) -> list[Token]:
        """Every word, and the dictionary words of two and three characters inside it, by start and end.

        This is jieba's search mode without blanks and punctuation; words of one character are included.
        """
        tokens: list[Token] = []
        start = 0
        for tokenizer, part in self._parts(text):
            frequency_of = tokenizer.FREQ.get
            for word in tokenizer.cut(part):
                end = start + len(word)
                if not _is_of_signs(word):
                    if len(word) > 2:
                        tokens += _with_inner_words(word, start, frequency_of)
                    else:
                        tokens.append(Token(word, start, end))
                start = end
        return tokens

    def knows(self, word: str) -> bool:
        """Whether the word is in the dictionary. jieba also guesses words that are not."""
        return bool(self._loaded().added.FREQ.get(word))

    def boundaries(self, text: str) -> list[int]:
        """Offsets at which words begin or end, from 0 to the length of the text; empty for an empty text."""
        return list(accumulate(map(len, self.cut(text)), initial=0)) if text else []

    def _parts(self, text: str) -> Iterator[tuple[jieba.Tokenizer, str]]:
        """The parts of the text with their tokenizers. jieba cuts between runs, so no word crosses parts."""
        plain, added, pairs = self._loaded()
        for piece in _pieces(text):
            end_of_last = 0
            if pairs and _has_pair(piece, pairs):
                for run in _RUN.finditer(piece):
                    if _has_pair(run[0], pairs):
                        if end_of_last < run.start():
                            yield plain, piece[end_of_last : run.start()]
                        yield added, run[0]
                        end_of_last = run.end()
            if end_of_last < len(piece):
                yield plain, piece[end_of_last:]

    def _loaded(self) -> _Cutters:
        if self._cutters is None:
            with _loading:
                if self._cutters is None:
                    self._cutters = self._load()
        return self._cutters

    def _load(self) -> _Cutters:
        dictionary, total = _packaged_dictionary()
        if not self.words:
            plain = _tokenizer(dictionary, total)
            return _Cutters(plain, plain, frozenset())
        added = _tokenizer(_Overlay(dictionary), total)
        for word in self.words:
            added.add_word(word)
        # A word's weight contains the sum of all frequencies, so both tokenizers must have the same sum.
        pairs = frozenset(word[:2] for word in self.words)
        return _Cutters(_tokenizer(dictionary, added.total), added, pairs)


class _Cutters(NamedTuple):
    """``plain`` knows the shared dictionary, ``added`` also the segmenter's words; ``pairs`` are the first
    two characters of these words."""

    plain: jieba.Tokenizer
    added: jieba.Tokenizer
    pairs: frozenset[str]


class _Tokenizer(jieba.Tokenizer):  # type: ignore[misc]
    """jieba's tokenizer with a faster search for the best path: the same path, in half the time.

    jieba first lists the words that begin at each character (``get_DAG``), and then looks each of them
    up again for its weight. Here one pass does both.
    """

    def get_DAG(self, sentence: str) -> None:  # noqa: N802 - jieba's name
        """Does nothing: ``calc`` finds the words itself."""

    def calc(self, sentence: str, _: None, route: dict[int, tuple[float, int]]) -> None:
        """For each character: the weight of the best path from it to the end, and the end of its word.

        Of words with equal weight the longest wins, as in jieba.
        """
        frequency_of, of_total = self.FREQ.get, log(self.total)
        length = len(sentence)
        weights = [0.0] * (length + 1)
        route[length] = (0.0, 0)
        for start in range(length - 1, -1, -1):
            best, last, end = _IMPOSSIBLE, start, start + 1
            frequency = frequency_of(sentence[start])
            while frequency is not None:
                if frequency:
                    weight = log(frequency) - of_total + weights[end]
                    if weight >= best:
                        best, last = weight, end - 1
                if end == length:
                    break
                end += 1
                frequency = frequency_of(sentence[start:end])
            if best is _IMPOSSIBLE:
                best = log(1) - of_total + weights[start + 1]
            weights[start] = best
            route[start] = (best, last)


class _Overlay:
    """Additional frequencies above an unchanged dictionary, with the methods that jieba calls on ``FREQ``."""

    def __init__(self, dictionary: dict[str, int]) -> None:
        self._dictionary = dictionary
        self._own: dict[str, int] = {}

    def __contains__(self, word: str) -> bool:
        return word in self._dictionary or word in self._own

    def __getitem__(self, word: str) -> int:
        own = self._own.get(word)
        return self._dictionary[word] if own is None else own

    def __setitem__(self, word: str, frequency: int) -> None:
        self._own[word] = frequency

    def get(self, word: str, default: int | None = None) -> int | None:
        own = self._own.get(word)
        return self._dictionary.get(word, default) if own is None else own


@cache
def default_segmenter() -> Segmenter:
    """The segmenter with the packaged lexicon alone."""
    return Segmenter()


def segmenter_with(words: Iterable[str]) -> Segmenter:
    """The segmenter with these words; the same object for the same words while it is cached."""
    added = tuple(sorted(set(words)))
    return _cached_segmenter(added) if added else default_segmenter()


# Two: one for the live index, one for the generation that a rebuild writes.
@lru_cache(maxsize=2)
def _cached_segmenter(words: tuple[str, ...]) -> Segmenter:
    return Segmenter(words)


def word_boundaries(text: str, tokens: Iterable[Token]) -> list[int]:
    """Offsets of ``text`` that are not inside a word, including 0 and the length of the text.

    Search mode returns a word and the dictionary words inside it. So an offset strictly inside any token
    is inside a word.
    """
    outside = bytearray(b"\1") * (len(text) + 1)
    for _, start, end in tokens:
        length = end - start
        if length == 2:  # the usual case
            outside[start + 1] = 0
        elif length > 2:
            outside[start + 1 : end] = bytes(length - 1)
    return list(compress(range(len(outside)), outside))


def can_be_word(normalised: str) -> bool:
    """Whether jieba can return it as one word: two or more characters, none a separator, not signs only."""
    return bool(len(normalised) > 1 and _RUN.fullmatch(normalised) and any(map(str.isalnum, normalised)))


@cache
def packaged_lexicon() -> frozenset[str]:
    """The words of ``data/lexicon.txt``."""
    lines = resources.files(__package__).joinpath("data/lexicon.txt").read_text("utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


@cache
def _packaged_words() -> frozenset[str]:
    return frozenset(word for word in map(fold, packaged_lexicon()) if can_be_word(word))


@cache
def _packaged_dictionary() -> tuple[dict[str, int], int]:
    """jieba's dictionary with the packaged lexicon, and the sum of all frequencies."""
    tokenizer = _tokenizer(*_dictionary())
    for word in sorted(_packaged_words()):
        tokenizer.add_word(word)
    return tokenizer.FREQ, tokenizer.total


def _tokenizer(frequencies: dict[str, int] | _Overlay, total: int) -> jieba.Tokenizer:
    # With its dictionary set here, jieba neither reads nor writes a cache in the shared temporary folder.
    tokenizer = _Tokenizer()
    tokenizer.FREQ, tokenizer.total, tokenizer.initialized = frequencies, total, True
    return tokenizer


def _has_pair(text: str, pairs: frozenset[str]) -> bool:
    return not pairs.isdisjoint(map(add, text, text[1:]))


def _dictionary() -> tuple[dict[str, int], int]:
    """jieba's words with their frequencies, their prefixes with 0, and the sum of all frequencies.

    Returns the same as ``Tokenizer.gen_pfdict`` in a third of the time.
    """
    path = Path(jieba.__file__).with_name(jieba.DEFAULT_DICT_NAME)
    entries = [line.split(" ", 2)[:2] for line in path.read_text("utf-8").splitlines()]
    counts = [int(count) for _, count in entries]
    frequencies = dict(zip((word for word, _ in entries), counts, strict=True))
    for word in list(frequencies):
        prefix = word[:-1]
        # If a prefix is present, its own prefixes are present too, or this loop adds them later.
        while prefix and prefix not in frequencies:
            frequencies[prefix] = 0
            prefix = prefix[:-1]
    return frequencies, sum(counts)


def _pieces(text: str) -> Iterator[str]:
    """The parts of the text. It is divided only inside runs that are too long to be sentences."""
    end_of_last = 0
    if len(text) > _LONGEST_RUN:
        for run in _RUN.finditer(text):
            for cut in range(run.start() + _LONGEST_RUN, run.end(), _LONGEST_RUN):
                yield text[end_of_last:cut]
                end_of_last = cut
    yield text[end_of_last:]


def _with_inner_words(word: str, start: int, frequency_of: Callable[[str], int | None]) -> Iterator[Token]:
    """The word, and the dictionary words of two and three characters inside it, by start and end."""
    length = len(word)
    for offset in range(length - 1):
        for size in (2, 3):
            part = word[offset : offset + size]
            if size < length and len(part) == size and frequency_of(part):
                yield Token(part, start + offset, start + offset + size)
        if not offset:
            yield Token(word, start, start + length)


# The same words occur many times; each is examined once.
@lru_cache(maxsize=1 << 16)
def _is_of_signs(word: str) -> bool:
    return all(map(_is_sign, word))


@cache
def _is_sign(character: str) -> bool:
    """Whether it is a blank, a control character, punctuation, or a mathematical or currency sign."""
    category = unicodedata.category(character)
    return category[0] in "PZC" or category in {"Sm", "Sc", "Sk"}
