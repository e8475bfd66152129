"""The one form in which texts and queries are compared, and the way back to the printed text.

Normalising does the following: NFKC and casefold (Unicode Standard, definition D146, compatibility
caseless matching); default-ignorable characters are dropped; printed variants of one sign and
traditional characters become one form, one by one; white space next to a Chinese character or
Chinese punctuation is removed, any other run of white space becomes one blank, and none is left at
the ends. The rules look at one cluster of combining characters and its neighbours only. So the
normalised form of a part of a text is contained in the normalised form of the whole, unless the part
begins or ends inside a cluster; and normalising twice changes nothing. docs/language.md has examples.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import groupby

import opencc

from .characters import CHINESE_PUNCTUATION, IDEOGRAPHS, is_extending, is_ignorable
from .offsets import Cut, Step, StepBuilder, printed_range, steps_after_cuts
from .printed_variants import PRINTED_VARIANTS
from .variants import simplified_character

__all__ = ["VERSION", "Normalised", "fold", "normalise"]

VERSION = f"2 unicode-{unicodedata.unidata_version} opencc-{opencc.__version__}"
"""Changes whenever a text might be normalised differently. An index can only be read with the version that
wrote it."""

# Marks that the steps below leave for each other. They are noncharacters: no normalised text contains one.
_EXPANDING = "\ufdd0"  # replaces a character that becomes several or none
_ATTACHED = "\ufdd1"  # replaces a character that belongs to the cluster of the one before it
_CARRIER = "\ufdd2"  # a blank that carries a combining mark: not white space

_CLUSTER = re.compile(f".?{_ATTACHED}+|{_EXPANDING}", re.DOTALL)
_BLANK_RUN = re.compile(" {2,}")
_REMOVABLE_BLANK = re.compile(
    f" (?:(?<=[{IDEOGRAPHS}{CHINESE_PUNCTUATION}] )|(?=[{IDEOGRAPHS}{CHINESE_PUNCTUATION}]))"
)
_BLANKS = re.compile(" +")
_is_chinese = re.compile(f"[{IDEOGRAPHS}{CHINESE_PUNCTUATION}]").match
_is_chinese_punctuation = re.compile(f"[{CHINESE_PUNCTUATION}]").match
_is_ideograph = re.compile(f"[{IDEOGRAPHS}]").match

_WIDE = {code: code + 0xFEE0 for code in range(0x21, 0x7F) if not chr(code).isalnum()}


class _SpreadTable(dict[int, str]):
    """For ``str.translate``: maps each character to one character. Entries are added on first use.

    Chinese punctuation stays full-width here, so that the blanks next to it can still be recognised;
    ``_NarrowTable`` makes it half-width.
    """

    def __missing__(self, code: int) -> str:
        self[code] = spread = self._spread(chr(code))
        return spread

    @staticmethod
    def _spread(character: str) -> str:
        if character.isspace():
            return " "
        if is_ignorable(character) or is_extending(character):
            return _ATTACHED
        folded = _spread_cluster(character)
        return folded if len(folded) == 1 else _EXPANDING


class _NarrowTable(dict[int, int | str]):
    """For ``str.translate``: the last step, from full-width punctuation to its plain form."""

    def __init__(self) -> None:
        super().__init__({wide: narrow for narrow, wide in _WIDE.items()})
        self[ord(_CARRIER)] = " "

    def __missing__(self, code: int) -> int:
        # Stored, because a missing key costs str.translate an exception each time.
        self[code] = code
        return code


_spread_table = _SpreadTable()
_narrow_table = _NarrowTable()


class Normalised:
    """A normalised text with the map to its printed form. The map is computed on first use."""

    __slots__ = ("_printed_text", "_steps", "text")

    def __init__(self, text: str, printed_text: str) -> None:
        self.text = text
        self._printed_text = printed_text
        self._steps: tuple[Step, ...] | None = None

    def __repr__(self) -> str:
        return f"Normalised({self.text!r})"

    @property
    def steps(self) -> tuple[Step, ...]:
        """The map in a compact form that can be stored; ``printed_range(steps, start, end)`` reads it."""
        if self._steps is None:
            self._steps = _find_steps(self._printed_text, len(self.text))
        return self._steps

    def printed(self, start: int, end: int) -> tuple[int, int]:
        """The smallest printed range that covers the normalised range, in code points.

        Raises ``ValueError`` if the range is outside the text.
        """
        if not 0 <= start <= end <= len(self.text):
            raise ValueError(f"range {start}:{end} is outside a text of {len(self.text)} characters")
        return printed_range(self.steps, start, end)


def normalise(text: str) -> Normalised:
    """The text in normalised form, with the map to its printed form."""
    return Normalised(fold(text), text)


def fold(text: str) -> str:
    """The text in normalised form."""
    spread = text.translate(_spread_table)
    if _ATTACHED in spread or _EXPANDING in spread:
        spread = _CLUSTER.sub(lambda match: _spread_cluster(text[match.start() : match.end()]), spread)
    if " " in spread:
        # Runs are shortened first: then the pattern needs no repetition, and its time stays linear.
        spread = _REMOVABLE_BLANK.sub("", _BLANK_RUN.sub(" ", spread)).strip(" ")
    return spread.translate(_narrow_table)


@lru_cache(maxsize=4096)
def _spread_cluster(cluster: str) -> str:
    """One cluster normalised alone: Chinese punctuation stays full-width, blanks stay."""
    visible = "".join(character for character in cluster if not is_ignorable(character))
    if visible[:1].isspace():
        visible = " " + visible[1:]
    folded = unicodedata.normalize("NFD", _ordered_marks(visible)).casefold()
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", folded).casefold())
    folded = "".join(
        simplified_character(character) if _is_ideograph(character) else character
        for character in folded.translate(PRINTED_VARIANTS)
        if not is_ignorable(character)
    )
    if _is_chinese_punctuation(visible):
        folded = folded.translate(_WIDE)
    if " " in folded:
        return "".join(
            _CARRIER if character == " " and following and is_extending(following) else character
            for character, following in zip(folded, [*folded[1:], ""], strict=True)
        )
    return folded


def _ordered_marks(cluster: str) -> str:
    """The cluster with its combining marks in canonical order.

    ``unicodedata`` orders them too, but its time grows with the square of their number: a page that
    consists of marks only would take minutes.
    """
    if len(cluster) < 32:
        return cluster
    marks = "".join(unicodedata.normalize("NFD", character) for character in cluster)
    runs = groupby(marks, key=lambda mark: unicodedata.combining(mark) == 0)
    return "".join("".join(sorted(run, key=unicodedata.combining)) for _, run in runs)


def _find_steps(text: str, length: int) -> tuple[Step, ...]:
    """The map from the normalised text, which has ``length`` characters, to the printed ``text``."""
    spread = text.translate(_spread_table)
    builder = StepBuilder()
    pieces = []
    shift = done = 0
    for match in _CLUSTER.finditer(spread):
        start, end = match.span()
        folded = _spread_cluster(text[start:end])
        if folded:
            first, last = _printed_extent(text, start, end)
            builder.add(start - shift, first, last - first)
        shift += end - start - len(folded)
        builder.add(end - shift, end)
        pieces += [spread[done:start], folded]
        done = end
    spread = "".join([*pieces, spread[done:]])
    return steps_after_cuts(builder.steps(len(spread)), _find_cuts(spread), length)


def _printed_extent(text: str, start: int, end: int) -> tuple[int, int]:
    """The cluster without the ignorable characters around it, except those that change how it is drawn.

    A variation selector stays with its character; a soft hyphen or a zero-width blank does not.
    """
    while is_ignorable(text[start]):
        start += 1
    while is_ignorable(text[end - 1]) and unicodedata.category(text[end - 1]) != "Mn":
        end -= 1
    return start, end


def _find_cuts(spread: str) -> Iterator[Cut]:
    """The runs of blanks that ``fold`` shortens."""
    for match in _BLANKS.finditer(spread):
        start, end = match.span()
        is_inside = start > 0 and end < len(spread)
        is_kept = is_inside and not _is_chinese(spread, start - 1) and not _is_chinese(spread, end)
        if not is_kept or end - start > 1:
            yield start, end, int(is_kept)
