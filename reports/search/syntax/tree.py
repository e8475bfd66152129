"""The query as a small tree of values. Texts in it are normalised; nothing here knows an engine."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class FieldName(StrEnum):
    """What a field restricts to, and the kinds of block it means."""

    HEADLINE = "headline"  # 标题: kicker, headline, deck
    HEADING = "heading"  # 小标题
    FIGURE = "figure"  # 图片: caption, credit
    INITIATIVE = "initiative"  # 举措: the names of the article's initiatives
    DISTRICT = "district"  # 区县: names of its districts and their cities
    AUTHOR = "author"  # 作者: contributors


@dataclass(frozen=True, slots=True)
class Word:
    """A bare word: matches what contains it, whatever the segmenter made of it."""

    text: str


@dataclass(frozen=True, slots=True)
class Phrase:
    """A quoted string: matches exactly what contains it."""

    text: str


@dataclass(frozen=True, slots=True)
class Exact:
    """``=区长``: the word as jieba cuts it."""

    text: str


@dataclass(frozen=True, slots=True)
class Prefix:
    """``党建*``: words, as jieba cuts them, that begin so."""

    text: str


@dataclass(frozen=True, slots=True)
class Near:
    """``"A B"~5``: the strings, in any order, in one block, at most ``distance`` characters between them."""

    texts: tuple[str, ...]
    distance: int


@dataclass(frozen=True, slots=True)
class Field:
    name: FieldName
    child: Node


@dataclass(frozen=True, slots=True)
class And:
    children: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or:
    children: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Not:
    child: Node


@dataclass(frozen=True, slots=True)
class Every:
    """Matches everything: an empty query, browsing by facets."""


Node = Word | Phrase | Exact | Prefix | Near | Field | And | Or | Not | Every
