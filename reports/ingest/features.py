"""Features of one piece: its shape, its beginning and end, the fixed phrases in it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from . import phrases
from .blocks import Piece
from .brackets import find_unmatched, is_wholly_quoted
from .bylines import Byline, find_credit_tail, read_byline
from .datelines import Statement, read_statement
from .lines import Layout

_SENTENCE_ENDS = re.compile(r"[。！？!?…]+[”’」』）)\"]*|(?<=[\u4e00-\u9fff])\.(?=\s|\Z)")
_CLOSERS = "”’」』）)》】\"'"
_TERMINALS = frozenset("。！？!?…；;：:")
_FRAGMENT = re.compile(r"([^，,、。；;：:！!？?“”《》\"]{1,4})[，,、]")
_ADVERBIAL = re.compile(r"[^，,]{2,10}(?:期间|以来|之后|之际|之初|之时|时|过程中)[，,]")
_SHORT_END = re.compile(r"[\u4e00-\u9fff]{1,2}[。；]")
_ADVERBIAL_END = re.compile(r"[上中后前里时下间日天月年晨午晚秋冬夏春初末底夜来说讲看言是然实面次者外此今]\Z")
_NOT_CONTINUATIONS = re.compile(
    r"(?:等[待到你]|和[谐平美合]|与[会此其时]|或许|或者|之[后前所]|性格|化[解工学]|地[方处区铁下质理名标]|得[益知到]|了[解却]|过[去年硬程渡]"
    r"|着[力眼重手]|及[时早])"
)
_BRACKET = re.compile(r"[《》“”（）()「」]")
_SEPARATED_TITLE = re.compile(r"[^\s　]{3,}[\s　]+[^\s　]{3,}")


class Shape(StrEnum):
    """The form of a piece, judged without its position on the page."""

    TITLE = "title"
    SENTENCE = "sentence"
    PROSE = "prose"


@dataclass(slots=True)
class Features:
    """Features of one piece. ``read_features`` sets the fields up to ``wide_gaps`` from the piece alone.

    ``surroundings`` sets the fields after it from neighbouring pieces. Some fields of the first group are
    changed later: ``shape``, ``byline``, ``label`` and ``furniture`` by the head and by lead labels.
    """

    piece: Piece
    text: str
    length: int
    shape: Shape
    unfinished: int
    """Whether it ends inside a sentence: 0 no, 1 perhaps, 2 certainly."""
    start_signs: int
    """Number of signs that it begins a sentence."""
    continuation_signs: int
    """Number of signs that it begins inside a sentence."""
    label: str = ""
    jump_lines: tuple[str, ...] = ()
    unclosed: str = ""
    unopened: str = ""
    quoted: bool = False
    byline: Byline | None = None
    statement: Statement | None = None
    numbered: bool = False
    chinese_numbered: bool = False
    heading_label: bool = False
    ordinal: bool = False
    bullet: bool = False
    preposition: bool = False
    caption_mark: bool = False
    caption_phrase: bool = False
    credit: bool = False
    credit_tail: str = ""
    furniture: bool = False
    note: bool = False
    wire: bool = False
    overview: bool = False
    separated: bool = False
    wide_gaps: int = 0
    """Number of its sides (0 to 2) with more blank lines than usual on the page."""
    repeated: bool = False
    in_head: bool = False
    before_headline: bool = False
    after_title: bool = False
    after_byline: bool = False
    before_running: bool = False
    before_credit: bool = False
    interrupts: bool = False
    cut_off: bool = False
    continues: bool = False
    at_foot: bool = False
    near_edge: bool = False
    listed: bool = False
    beside_figure: bool = False
    beside_byline: bool = False
    below_furniture: bool = False
    in_markdown: bool = False
    lead_in_place: bool = False

    @property
    def is_marked(self) -> bool:
        """Whether a mark or fixed phrase shows its role: it is neither title nor running text."""
        return bool(
            self.piece.separator
            or self.piece.image
            or self.byline
            or self.statement
            or self.caption_mark
            or self.caption_phrase
            or self.credit
            or self.credit_tail
            or self.furniture
        )

    @property
    def is_title(self) -> bool:
        return self.shape is Shape.TITLE and not self.is_marked

    @property
    def is_running(self) -> bool:
        """Whether it looks like running text: sentences, without marks of another role."""
        return self.shape is not Shape.TITLE and not self.is_marked and not self.piece.level


def read_features(pieces: Sequence[Piece], layout: Layout) -> list[Features]:
    seen = [_read(piece) for piece in pieces]
    usual_gap = 1 if layout.spaced else 0
    for position, features in enumerate(seen):
        below = seen[position + 1].piece.blank_lines_above if position + 1 < len(seen) else 0
        features.wide_gaps = (features.piece.blank_lines_above > usual_gap) + (below > usual_gap)
    _weigh_indents(seen)
    return seen


def _weigh_indents(seen: Sequence[Features]) -> None:
    """Count an indent as a sign of a start and a missing indent as a sign of continuation.

    Only on pages that have both. A typist may also indent the second half of a divided sentence, so an
    indent does not count if there are signs of continuation.
    """
    prose = [f for f in seen if f.shape is Shape.PROSE and not f.is_marked]
    indented = sum(1 for f in prose if f.piece.indent >= 2)
    if not 0 < indented < len(prose) or indented * 2 < len(prose):
        return
    for f in prose:
        if f.piece.indent < 2:
            f.continuation_signs += 1
        elif not f.continuation_signs:
            f.start_signs += 1


def _read(piece: Piece) -> Features:
    text, label = _split_off_label(piece.text)
    text, jump_lines = _split_off_jump_lines(text)
    length = sum(map(len, text.split()))
    shape = _find_shape(text, length, piece)
    unclosed, unopened = find_unmatched(text)
    features = Features(
        piece=piece,
        text=text,
        length=length,
        shape=shape,
        unfinished=2 if jump_lines and text[-1:] not in _TERMINALS else _grade_ending(text),
        start_signs=0,
        continuation_signs=0,
        label=label,
        jump_lines=jump_lines,
        unclosed=unclosed,
        unopened=unopened,
        quoted=is_wholly_quoted(text),
        numbered=bool(phrases.NUMBERED.match(text) or phrases.LABELLED_HEADING.match(text)),
        chinese_numbered=bool(phrases.CHINESE_NUMBERED.match(text)),
        ordinal=bool(phrases.ORDINAL.match(text)),
        bullet=bool(phrases.BULLET.match(text)),
        preposition=bool(phrases.SENTENCE_PREPOSITION.match(text)),
        wire=bool(phrases.WIRE_OPENING.match(text)),
        overview=bool(phrases.OVERVIEW_START.match(text)),
        caption_mark=bool(phrases.CAPTION_MARK.match(text)),
    )
    features.continuation_signs = _count_continuation_signs(features)
    features.start_signs = _count_start_signs(features)
    if length <= 160 and not piece.separator:
        _read_marks(features)
    return features


def _split_off_label(text: str) -> tuple[str, str]:
    """Returns (text, label): “标题：” and similar labels are removed, labels of byline and folio stay."""
    match = phrases.LABEL.match(text)
    if not match:
        return text, ""
    kind = phrases.LABELS[(match[1] or match[2]).lower()]
    remaining_text = text[match.end() :].strip()
    if kind in {"source", "date", "page"} or not remaining_text:
        return text, ""
    if kind in {"headline", "kicker", "deck", "heading"} and len(remaining_text) > 100:
        return text, ""
    return remaining_text, kind


def _split_off_jump_lines(text: str) -> tuple[str, tuple[str, ...]]:
    """Returns (text, jump lines): （上接第一版） and （下转第三版） may interrupt a sentence of the text."""
    jump_lines = []
    if (match := phrases.JUMP_FROM.match(text)) and text[match.end() :]:
        jump_lines.append(match[0].strip())
        text = text[match.end() :]
    if (match := phrases.JUMP_TO.search(text[-60:])) and match[0] != text[-60:]:
        jump_lines.append(match[0].strip())
        text = text[: len(text) - len(match[0])]
    return text, tuple(jump_lines)


def _find_shape(text: str, length: int, piece: Piece) -> Shape:
    if piece.level and length <= 80:
        return Shape.TITLE
    if piece.full and 2 <= piece.indent <= 4:
        # Indented like a paragraph and as wide as the measure: the first line of a divided paragraph.
        return Shape.PROSE
    if phrases.DIALOGUE.match(text) and not read_byline(text):
        return Shape.PROSE
    ends = len(_SENTENCE_ENDS.findall(text))
    full_stops = text.count("。") + text.count("；") + text.count(";")
    pauses = 2 * (text.count("，") + text.count(",")) + text.count("、")
    opens_sentence = (match := phrases.SENTENCE_STARTS.match(text)) and text[
        match.end() : match.end() + 2
    ].startswith(("，", ",", "以来"))
    opens_sentence = opens_sentence or bool(_ADVERBIAL.match(text))
    if (
        length <= 45
        and not full_stops
        and ends <= 2
        and pauses <= 3
        and not opens_sentence
        and text[-1:] not in "，,、：:；;"
    ):
        return Shape.TITLE
    if length <= 110 and ends <= 1 and full_stops <= 1 and (ends or full_stops) and _grade_ending(text) == 0:
        return Shape.SENTENCE
    return Shape.PROSE


def _grade_ending(text: str) -> int:
    body = text.rstrip()
    stripped = body.rstrip(_CLOSERS + "0123456789①②③④⑤")
    if not stripped or body[-1:] in _TERMINALS or (stripped != body and stripped[-1:] in _TERMINALS):
        return 0
    if body[-1] in "）)】":
        return 0
    if body[-1] == "." and len(body) > 1:
        return 0
    return 1 if body[-1] in '”’」』》"' else 2


def _count_start_signs(features: Features) -> int:
    text = features.text
    return sum(
        (
            bool(phrases.SENTENCE_STARTS.match(text)),
            2 * features.ordinal,
            2 * features.numbered,
            2 * features.bullet,
            text[:1] in '“"「『',
            bool(phrases.PLACE_START.match(text[:12])),
            2 * features.wire,
        )
    )


def _count_continuation_signs(features: Features) -> int:
    text = features.text
    points = 0
    bracket = _BRACKET.search(text[:40])
    closes_first = bracket is not None and bracket[0] in "》”）)」" and bool(features.unopened)
    if closes_first or text[:1] in "，,、。；;：:）)》】”」』！!？?%":
        points += 3
    if phrases.SENTENCE_CONTINUATIONS.match(text) and not _NOT_CONTINUATIONS.match(text):
        points += 2
    elif _SHORT_END.match(text):
        points += 3
    elif (match := _FRAGMENT.match(text)) and not (
        phrases.SENTENCE_STARTS.match(text) or features.ordinal or phrases.SENTENCE_PREPOSITION.match(text)
    ):
        length = len(match[1].strip())
        if length == 1 or not _ADVERBIAL_END.search(match[1]):
            # A numeral before the first comma belongs to a verb in the piece above.
            points += {1: 3, 2: 2, 3: 2}.get(length, 1) + (length == 4 and match[1].strip()[0].isdigit())
    if any(phrases.JUMP_FROM.match(jump) for jump in features.jump_lines):
        points += 3
    return points


def _read_marks(features: Features) -> None:
    """Set the fields that depend on fixed phrases. Called for short pieces only."""
    text, length = features.text, features.length
    # “本报讯（记者 张三）2022年5月10日” is the opening of a news item, even if the line ends there.
    features.statement = None if features.wire else read_statement(text)
    if features.statement:
        features.byline = features.statement.byline
    elif not features.wire:
        features.byline = read_byline(text)
    features.heading_label = length <= 12 and bool(phrases.HEADING_LABEL.match(text))
    features.caption_phrase = bool(phrases.CAPTION_PHRASE.match(text)) and not features.piece.level
    features.note = bool(phrases.NOTE.match(text))
    features.separated = features.shape is Shape.TITLE and bool(_SEPARATED_TITLE.match(text))
    features.furniture = not features.numbered and not features.statement and _is_furniture(features)
    if length <= 40 and (
        phrases.CREDIT_OPENING.match(text) or (features.byline and features.byline.photographic)
    ):
        features.credit = True
    features.credit_tail = find_credit_tail(text)


def _is_furniture(features: Features) -> bool:
    """Whether it is text of the page itself. A sentence with such a phrase counts if it addresses the
    reader."""
    text = features.text
    if phrases.FURNITURE_WHOLE.fullmatch(text) or phrases.LABEL.fullmatch(text):
        return True
    if features.length > 90:
        return False
    match = phrases.FURNITURE.search(text)
    if not match or features.shape is Shape.TITLE:
        return bool(match)
    return (match.start() == 0 and features.length <= 40) or bool(phrases.TO_READER.search(text))
