"""Query text cut into tokens.

Blanks separate terms. A quote or bracket is a sign only where a term begins: inside a word (``村(社区)``) it
is text. ``-`` and ``=`` are signs only as the first character of a term (``1-2``, ``C++`` and ``3-6个月`` are
words), word operators only between blanks, quotes or brackets (``非遗`` is a word). A name before a colon is
a field only if it is in ``FIELD_NAMES`` (``http://x`` is a word). Every sign is accepted in its ASCII and its
full-width form.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum, auto

from reports.language.variants import simplify

from .tree import FieldName

MAX_DEPTH = 30
MAX_DISTANCE = 10_000

FIELD_NAMES = {name.label: name for name in FieldName} | {
    "headline": FieldName.HEADLINE,
    "title": FieldName.HEADLINE,
    "heading": FieldName.HEADING,
    "figure": FieldName.FIGURE,
    "caption": FieldName.FIGURE,
    "initiative": FieldName.INITIATIVE,
    "district": FieldName.DISTRICT,
    "author": FieldName.AUTHOR,
}
_FIELD = re.compile(f"({'|'.join(FIELD_NAMES)})[:：]\\s*", re.IGNORECASE)
PROXIMITY = re.compile(r"[~～](\d+)")
DOUBLE_QUOTES = '"＂“”'
# Quotes that open a phrase -> quotes that close it. The double quotes replace each other: input methods
# insert any of them.
_CLOSING_QUOTES = {"「": "」", "『": "』", "‘": "’"} | dict.fromkeys(DOUBLE_QUOTES, DOUBLE_QUOTES)
QUOTES = DOUBLE_QUOTES + "「」『』‘’"
OPENING, CLOSING = "(（", ")）"
MINUS, EQUALS, STAR = "-－", "=＝", "*＊"
SIGNS = frozenset(QUOTES + OPENING + CLOSING + MINUS + EQUALS + STAR + "~～:：")
"""Every sign of the language."""


class Kind(StrEnum):
    WORD = auto()
    PHRASE = auto()
    NEAR = auto()
    EXACT = auto()
    PREFIX = auto()
    OPEN = auto()
    CLOSE = auto()
    AND = auto()
    OR = auto()
    NOT = auto()  # the word
    MINUS = auto()  # the sign
    FIELD = auto()


OPERATORS = {
    "AND": Kind.AND,
    "与": Kind.AND,
    "且": Kind.AND,
    "OR": Kind.OR,
    "或": Kind.OR,
    "NOT": Kind.NOT,
    "非": Kind.NOT,
}
_ATTACHED_OPERATOR = re.compile(f"({'|'.join(OPERATORS)})(?=[\\s{OPENING}{QUOTES}])")
_ENDS_OPERAND = {Kind.PHRASE, Kind.NEAR, Kind.CLOSE}
_AWAITS_OPERAND = {Kind.OPEN, Kind.MINUS, Kind.FIELD}


@dataclass(frozen=True, slots=True)
class Token:
    """``text`` as typed, without quotes and signs. ``distance`` only for NEAR, ``field`` only for FIELD."""

    kind: Kind
    text: str
    distance: int = 0
    field: FieldName | None = None


class Misread(Exception):  # noqa: N818 - a state of the query, not a fault of the program
    """The query does not follow the language. The message, in Chinese, gives the reason; no full stop."""


def without_field(word: str) -> str:
    """The word without the field name that it begins with."""
    field = _FIELD.match(simplify(word))
    return word[field.end() :] if field else word


def clean(query: str) -> str:
    """Control characters as blanks, lone surrogates as U+FFFD: no text contains either."""
    return "".join(
        " " if (category := unicodedata.category(c)) == "Cc" else "\ufffd" if category == "Cs" else c
        for c in query
    )


def tokenise(query: str) -> list[Token]:
    """Cut a cleaned query into tokens; raises :class:`Misread`."""
    return _Tokeniser(query).run()


class _Tokeniser:
    def __init__(self, query: str) -> None:
        self.query = query
        self.simplified = simplify(query)  # of the same length; field names are looked for in it
        self.at = 0
        self.depth = 0
        self.tokens: list[Token] = []

    def run(self) -> list[Token]:
        while True:
            start = self.at
            while self.at < len(self.query) and self.query[self.at].isspace():
                self.at += 1
            if self.at == len(self.query):
                break
            self._next(is_start=self.at > start or not self.tokens or self._last in _AWAITS_OPERAND)
        if self.depth:
            raise Misread("括号没有配对")
        return self.tokens

    @property
    def _last(self) -> Kind | None:
        return self.tokens[-1].kind if self.tokens else None

    def _add(self, kind: Kind, text: str, length: int) -> None:
        self.tokens.append(Token(kind, text))
        self.at += length

    def _next(self, is_start: bool) -> None:
        character = self.query[self.at]
        if character in _CLOSING_QUOTES:
            self._phrase()
        elif character in OPENING and not self._is_literal_bracket(self.at):
            self._open(character)
        elif character in CLOSING and self.depth:
            self.depth -= 1
            self._add(Kind.CLOSE, character, 1)
        elif is_start:
            self._term(character)
        elif self._last in _ENDS_OPERAND and (operator := _ATTACHED_OPERATOR.match(self.query, self.at)):
            self._add(OPERATORS[operator[1]], operator[1], len(operator[1]))
        else:
            self._word()

    def _open(self, character: str) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise Misread("括号套得太深")
        self._add(Kind.OPEN, character, 1)

    def _term(self, character: str) -> None:
        """A term after a blank: only here signs and field names may begin."""
        following = self.query[self.at + 1 : self.at + 2]
        goes_on = bool(following) and not following.isspace() and following not in CLOSING
        if character in MINUS + EQUALS and not goes_on:
            raise Misread(f"“{character}”后面没有词")
        if character in MINUS and following not in MINUS:
            self._add(Kind.MINUS, character, 1)
        elif character in EQUALS and following not in EQUALS:
            self.at += 1
            if following in _CLOSING_QUOTES:
                self._phrase()
            else:
                self._word()
            self.tokens[-1] = Token(Kind.EXACT, self.tokens[-1].text)
        elif (field := _FIELD.match(self.simplified, self.at)) and field.end() < len(self.query):
            printed = self.query[field.start() : field.end()].rstrip()
            self.tokens.append(Token(Kind.FIELD, printed, field=FIELD_NAMES[field[1].lower()]))
            self.at = field.end()
        else:
            self._word()

    def _phrase(self) -> None:
        start, end = self.at + 1, self._closing_quote()
        text = self.query[start:end]
        if not text.strip():
            raise Misread("引号里是空的")
        self.at = end + 1
        if near := PROXIMITY.match(self.query, self.at):
            self.at = near.end()
            self.tokens.append(Token(Kind.NEAR, text, min(int(near[1][:9]), MAX_DISTANCE)))
            return
        while self.at < len(self.query) and self.query[self.at] in STAR:
            self.at += 1  # containment already finds longer words
        self.tokens.append(Token(Kind.PHRASE, text))

    def _closing_quote(self) -> int:
        """The position of the closing quote: the quote's own partner, inner quotes paired, if it has one."""
        opening = self.query[self.at]
        partners = _CLOSING_QUOTES[opening]
        own = {"“": "”"}.get(opening, opening if opening in DOUBLE_QUOTES else partners)
        depth = 0
        for position in range(self.at + 1, len(self.query)):
            character = self.query[position]
            if character == own and depth == 0:
                return position
            if own != opening:
                depth += (character == opening) - (character == own)
        for position in range(self.at + 1, len(self.query)):
            if self.query[position] in partners:
                return position
        raise Misread("引号没有配对")

    def _is_literal_bracket(self, at: int) -> bool:
        """Whether brackets that open a term belong to a word, as in ``（一）班子建设``."""
        end = self._unbroken_bracket(at)
        following = self.query[end : end + 1]
        return (
            bool(end)
            and bool(following)
            and not following.isspace()
            and following not in OPENING + CLOSING + QUOTES
        )

    def _unbroken_bracket(self, at: int) -> int:
        """The end of the bracketed text that opens here, if it contains no blank; else 0."""
        depth = 0
        for position in range(at, len(self.query)):
            character = self.query[position]
            if character.isspace():
                return 0
            depth += (character in OPENING) - (character in CLOSING)
            if depth == 0:
                return position + 1
        return 0

    def _closes_later(self, at: int) -> bool:
        depth = 0
        for character in self.query[at:]:
            depth += (character in OPENING) - (character in CLOSING)
            if depth == 0:
                return True
        return False

    def _word(self) -> None:
        start = self.at
        while self.at < len(self.query):
            character = self.query[self.at]
            if character.isspace() or (character in CLOSING and self.depth):
                break
            if character in OPENING:
                if end := self._unbroken_bracket(self.at):
                    self.at = end
                    continue
                if self._closes_later(self.at):
                    break
            self.at += 1
        self._add_word(self.query[start : self.at])

    def _add_word(self, text: str) -> None:
        if not text:  # “=” before a bracket that opens a group
            raise Misread("“=”后面没有词")
        if text in OPERATORS:
            self.tokens.append(Token(OPERATORS[text], text))
            return
        if text[-1] in DOUBLE_QUOTES and sum(map(text.count, DOUBLE_QUOTES)) % 2:
            raise Misread("引号没有配对")
        if text[-1] in CLOSING and sum(map(text.count, CLOSING)) > sum(map(text.count, OPENING)):
            raise Misread("括号没有配对")
        stem = text.rstrip(STAR)
        if not stem:
            raise Misread(f"“{text[0]}”前面没有字")
        self.tokens.append(Token(Kind.WORD if stem == text else Kind.PREFIX, stem))
