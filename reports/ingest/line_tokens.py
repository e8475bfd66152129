"""Cuts a line that states something (folio, source line of a web page, head of a database) into tokens.

The tokens may stand in any order. A word counts as known only if tokens cover it from its beginning to its
end: 星期一晴 is a weekday and the weather, 周一鸣 is a name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from reports.language.characters import IDEOGRAPHS
from reports.language.dates import DateAlone, match_date_alone

from . import line_patterns as patterns
from .line_patterns import Kind

_SEPARATORS = re.compile(f"[{patterns.MARKS}]+")
_WORD_GOES_ON = re.compile(rf"(?![{patterns.MARKS}])[\w{IDEOGRAPHS}]")
_TOKEN = re.compile("|".join(f"(?P<kind_{kind}>{'|'.join(forms)})" for kind, forms in patterns.FORMS.items()))
_NAMES = ("page", "page_behind_label", "page_code", "paper", "title", "outlet")
_WORD_CHARACTER = f"(?:(?![{patterns.MARKS}《》]).)"
_WORD = re.compile(f"{_WORD_CHARACTER}+")
_CLAUSE = re.compile(rf"{_WORD_CHARACTER}{{7,}}[,，。;；!！?？]|{_WORD_CHARACTER}{{21,}}")
"""A word so long, or before a comma, belongs to running text: the line states nothing."""


@dataclass(frozen=True, slots=True)
class Token:
    """``value`` is the page, paper or source it names; ``date`` is set for the kinds with a date."""

    kind: Kind
    start: int
    end: int
    value: str = ""
    date: DateAlone | None = None


def tokenise(body: str, *, to_the_end: bool = False) -> tuple[list[Token], bool]:
    """The known tokens of a line after NFKC with simplified characters, and whether they are all of it.

    It stops at running text unless told to go on.
    """
    tokens: list[Token] = []
    complete = True
    position = 0
    while position < len(body):
        if separators := _SEPARATORS.match(body, position):
            position = separators.end()
        elif chain := _match_word(body, position):
            tokens += chain
            position = chain[-1].end
        elif word := _WORD.match(body, position):
            complete = False
            if not to_the_end and _CLAUSE.match(body, position):
                break
            position = word.end()
        else:
            position += 1
    return tokens, complete


def _match_word(body: str, start: int) -> list[Token]:
    """Known tokens from ``start`` to the end of a word; empty if something unknown is glued to them."""
    chain: list[Token] = []
    position = start
    while token := _match_token(body, position):
        chain.append(token)
        position = token.end
        ends_word = position >= len(body) or not _WORD_GOES_ON.match(body, position)
        if ends_word or token.kind is Kind.LABEL or body[position - 1].isspace():
            return chain
    return []


def _match_token(body: str, start: int) -> Token | None:
    token = _read_labelled(body, start) or _read_date(body, start) or _read_form(body, start)
    if token and token.kind is Kind.DATE and (page := patterns.PAGE_IN_BRACKETS.match(body, token.end)):
        return Token(Kind.DATE, start, page.end(), page[1], token.date)
    if token and token.kind is Kind.PAGE:
        column = patterns.COLUMN_BEHIND_PAGE.match(body, token.end)
        return Token(Kind.PAGE, start, column.end(), token.value) if column else token
    return token


def _read_date(body: str, start: int) -> Token | None:
    stated = match_date_alone(body, start)
    if not stated:
        return None
    return Token(Kind.DATE if stated.year else Kind.MONTH_DAY, start, stated.end, date=stated)


def _read_labelled(body: str, start: int) -> Token | None:
    for label_of, kind in ((patterns.UPDATED_LABEL, Kind.UPDATED), (patterns.RETRIEVED_LABEL, Kind.LABEL)):
        label = label_of.match(body, start)
        if label and (stated := match_date_alone(body, label.end())):
            return Token(kind, start, stated.end, date=stated)
    if label := patterns.PUBLISHED_LABEL.match(body, start):
        return Token(Kind.LABEL, start, label.end())
    if label := patterns.SOURCE_LABEL.match(body, start):
        return _read_source(body, start, label.end())
    if nobody := patterns.NOBODY.match(body, start):
        return Token(Kind.PAIR, start, nobody.end())
    return _read_pair(body, start)


def _read_source(body: str, start: int, end: int) -> Token:
    """A labelled source. Its value may be missing, and the next label may follow directly."""
    value = None if patterns.PAIR_LABEL.match(body, end) else patterns.SOURCE_VALUE.match(body, end)
    if not value:
        return Token(Kind.LABEL, start, end)
    return Token(Kind.SOURCE, start, value.end(), "" if patterns.NOT_SOURCE.match(value[1]) else value[1])


def _read_pair(body: str, start: int) -> Token | None:
    label = patterns.PAIR_LABEL.match(body, start)
    if not label or patterns.PEOPLE_LABEL.match(label[1]) or _TOKEN.match(body, start):
        return None
    value = patterns.VALUE.match(body, label.end())
    kind = Kind.EVENT if patterns.EVENT_LABEL.match(label[1]) else Kind.PAIR
    return Token(kind, start, value.end() if value else label.end())


def _read_form(body: str, start: int) -> Token | None:
    match = _TOKEN.match(body, start)
    if not match or match.end() == start:
        return None
    groups = match.groupdict()
    kind = next(kind for kind in patterns.FORMS if groups[f"kind_{kind}"])
    if groups["title"] and not patterns.PAPER_NAME.search(groups["title"]):
        kind = Kind.TITLE
    return Token(kind, start, match.end(), next((groups[name] for name in _NAMES if groups[name]), ""))
