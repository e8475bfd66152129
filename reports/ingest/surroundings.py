"""Sets the features of a piece that depend on its neighbours, before roles are decided."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from . import phrases
from .bylines import sign_by_office
from .features import Features, Shape
from .joining import Join

_SENTENCE_BREAKS = "。！？!?"
_MAX_HEAD_LINE_CHARACTERS = 60


@dataclass(frozen=True, slots=True)
class Head:
    """The head of the page is ``pieces[:end]``; ``byline`` is the position of its byline, or None."""

    end: int
    byline: int | None


def find_head(pieces: Sequence[Features]) -> Head:
    """The head, which ends at the byline or where the running text begins.

    One paragraph may be above the byline (a long caption, or a lead); without a byline the first sentence
    after a title line already belongs to the text.
    """
    for f in pieces:
        if f.is_running and f.shape is Shape.PROSE and not _may_be_title(f):
            break
        if _may_be_title(f):
            f.shape = Shape.TITLE
    paragraphs = 0
    titles = 0
    for position, f in enumerate(pieces):
        if titles and f.is_title and f.length <= 20 and phrases.ORGANISATION.match(f.text):
            f.byline = sign_by_office(f.text)
        if f.byline and not f.byline.editorial and not (f.credit and not titles) and titles:
            return mark_head(pieces, Head(position, position))
        if f.is_running:
            if f.shape is Shape.PROSE:
                paragraphs += 1
            if paragraphs > 1 or (titles and f.shape is Shape.PROSE):
                break
        titles += f.is_title
    return mark_head(pieces, Head(_end_without_byline(pieces), None))


def _may_be_title(f: Features) -> bool:
    """Whether a line without full stop may be a title although it is long or has many commas."""
    return (
        f.is_running and f.shape is Shape.PROSE and f.length <= _MAX_HEAD_LINE_CHARACTERS and f.unfinished > 0
        and not f.start_signs and not f.continuation_signs and "。" not in f.text
    )  # fmt: skip


def _end_without_byline(pieces: Sequence[Features]) -> int:
    titles = 0
    for position, f in enumerate(pieces):
        if f.is_running and (titles or f.shape is Shape.PROSE):
            return position
        if titles and f.heading_label:
            return position
        titles += f.is_title
    return len(pieces)


def mark_head(pieces: Sequence[Features], head: Head) -> Head:
    """Set for each piece its position relative to the head and the first title line."""
    seen = False
    first_title = next((i for i, f in enumerate(pieces[: head.end]) if f.is_title), None)
    for position, f in enumerate(pieces):
        f.in_head = position < head.end
        f.before_headline = first_title is not None and position < first_title
        f.after_title = position > 0 and pieces[position - 1].is_title
        f.after_byline = seen
        seen = bool(f.byline and not f.byline.editorial)
    return head


def describe_surroundings(pieces: Sequence[Features], joins: Sequence[Join], head: Head) -> None:
    """Set all features about neighbours that the role rules use. Linear in the number of pieces."""
    for join in joins:
        pieces[join.above].cut_off = True
        pieces[join.below].continues = True
        for f in pieces[join.above + 1 : join.below]:
            f.interrupts = True
    last_running = max((i for i, f in enumerate(pieces) if f.is_running or f.continues), default=-1)
    _mark_neighbours(pieces, last_running)
    _mark_lists(pieces)
    _mark_repeated(pieces)
    in_markdown = any(f.piece.level for f in pieces)
    lead_in_place = _has_lead_in_place(pieces, head)
    for f in pieces:
        f.in_markdown = in_markdown
        f.lead_in_place = lead_in_place


def _mark_neighbours(pieces: Sequence[Features], last_running: int) -> None:
    count = len(pieces)
    for position, f in enumerate(pieces):
        above = pieces[position - 1] if position else None
        below = pieces[position + 1] if position + 1 < count else None
        f.at_foot = position > last_running >= 0
        f.near_edge = f.in_head or f.at_foot or position < 3 or position >= count - 3 or f.after_byline
        f.before_running = below is not None and (below.is_running or below.cut_off)
        f.before_credit = below is not None and below.credit and below.piece.blank_lines_above <= 1
        f.beside_figure = any(n is not None and _is_figure_like(n) for n in (above, below))
        f.beside_byline = any(
            n is not None and n.byline is not None and not n.credit and not n.byline.editorial
            for n in (above, below)
        )
        f.below_furniture = (
            above is not None
            and (f.piece.adjacent or (f.at_foot and f.length <= 16))
            and (above.furniture or above.below_furniture)
        )


def _is_figure_like(f: Features) -> bool:
    return f.caption_mark or f.caption_phrase or f.piece.image or f.interrupts or bool(f.credit_tail)


def _mark_lists(pieces: Sequence[Features]) -> None:
    """Mark four or more short lines in a row, or two with the same kind of number, as a list."""
    run: list[Features] = []
    for f in [*pieces, None]:
        plain = f is not None and f.is_title and not f.in_head and not f.piece.level and not f.heading_label
        if plain and f is not None:
            run.append(f)
            continue
        if len(run) >= 4:
            for member in run:
                member.listed = True
        for above, below in pairwise(run):
            if above.numbered and below.numbered and _number_kind(above.text) == _number_kind(below.text):
                above.listed = below.listed = True
        run = []


def _number_kind(text: str) -> str:
    match = phrases.NUMBERED.match(text) or phrases.LABELLED_HEADING.match(text)
    kinds = {"〇一二三四五六七八九十": "一", "0123456789": "1"}
    number = match[0] if match else ""
    kind = "".join(next((k for digits, k in kinds.items() if c in digits), c) for c in number)
    return kind.replace("一一", "一")


def _mark_repeated(pieces: Sequence[Features]) -> None:
    """Mark a text as pull quote if all of its sentences also occur elsewhere on the page."""
    counts: Counter[str] = Counter()
    split: list[list[str]] = []
    for f in pieces:
        sentences = _split_sentences(f.text) if not f.is_marked else []
        split.append(sentences)
        counts.update(set(sentences))
    for f, sentences in zip(pieces, split, strict=True):
        long_enough = f.is_running and 20 <= f.length <= 250
        f.repeated = bool(sentences) and long_enough and all(counts[s] > 1 for s in sentences)
    # Two equal paragraphs (a page pasted twice) are not pull quotes.
    whole = Counter(f.text for f in pieces if f.repeated)
    for f in pieces:
        if f.repeated and whole[f.text] > 1:
            f.repeated = False


def _split_sentences(text: str) -> list[str]:
    for mark in _SENTENCE_BREAKS:
        text = text.replace(mark, "\n")
    return [s for s in (part.strip("“”\"' 　…") for part in text.split("\n")) if len(s) > 4]


def _has_lead_in_place(pieces: Sequence[Features], head: Head) -> bool:
    """Whether there is running text between the head and the first heading."""
    for f in pieces[head.end :]:
        if f.label == "lead" or (f.is_running and not f.interrupts):
            return True
        if f.is_title and not f.byline:
            return False
    return False
