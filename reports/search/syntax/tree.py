"""The query as a small tree of values. Texts in it are normalised; nothing here knows an engine."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum


class FieldName(StrEnum):
    """A field of the query language: it restricts a term to some kinds of block (``contract/kinds.py``)."""

    HEADLINE = "headline"
    HEADING = "heading"
    FIGURE = "figure"
    INITIATIVE = "initiative"
    DISTRICT = "district"
    AUTHOR = "author"

    @property
    def label(self) -> str:
        """The Chinese name, in queries and on pages."""
        return _FIELD_LABELS[self]


_FIELD_LABELS = {
    FieldName.HEADLINE: "标题",
    FieldName.HEADING: "小标题",
    FieldName.FIGURE: "图片",
    FieldName.INITIATIVE: "举措",
    FieldName.DISTRICT: "区县",
    FieldName.AUTHOR: "作者",
}


@dataclass(frozen=True, slots=True)
class Word:
    """A bare word: matches texts that contain it, however the segmenter cuts them."""

    text: str


@dataclass(frozen=True, slots=True)
class Phrase:
    """A quoted string: matches exactly the texts that contain it."""

    text: str


@dataclass(frozen=True, slots=True)
class Exact:
    """``=区长``: the word as jieba cuts it."""

    text: str


@dataclass(frozen=True, slots=True)
class Prefix:
    """``党建*``: words, as jieba cuts them, that begin with ``text``."""

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
Leaf = Word | Phrase | Exact | Prefix | Near


def leaves(tree: object, field: FieldName | None = None) -> Iterator[tuple[Leaf, FieldName | None]]:
    """Every leaf that is not negated, in order, with the field it is asked for in.

    Conditions of the contract, which the query language does not have, are no leaves.
    """
    match tree:
        case And(children) | Or(children):
            for child in children:
                yield from leaves(child, field)
        case Field(name, child):
            yield from leaves(child, name)
        case Word() | Phrase() | Exact() | Prefix() | Near():
            yield tree, field
        case _:
            return


def leaf_texts(leaf: Leaf) -> tuple[str, ...]:
    return leaf.texts if isinstance(leaf, Near) else (leaf.text,)


def texts(tree: object) -> tuple[str, ...]:
    """The texts of all leaves that are not negated, each once, in order."""
    return tuple(dict.fromkeys(text for leaf, _ in leaves(tree) for text in leaf_texts(leaf) if text))


def rewrite(
    tree: Node,
    change: Callable[[Leaf, FieldName | None], Node],
    *,
    negated: bool = True,
    field: FieldName | None = None,
) -> Node:
    """The tree with every leaf changed, joined again as the parser joins: nested parts flattened, equal
    ones once. ``change`` gets the leaf and its field; ``negated`` False leaves negated parts alone."""
    match tree:
        case And(children):
            return all_of(rewrite(child, change, negated=negated, field=field) for child in children) or tree
        case Or(children):
            return any_of(rewrite(child, change, negated=negated, field=field) for child in children) or tree
        case Not(child):
            return Not(rewrite(child, change, field=field)) if negated else tree
        case Field(name, child):
            return Field(name, rewrite(child, change, negated=negated, field=name))
        case Word() | Phrase() | Exact() | Prefix() | Near():
            return change(tree, field)
        case _:
            return tree


def all_of(parts: Iterable[Node]) -> Node | None:
    """All must match; equal parts count once. None for no parts."""
    flat = [child for part in parts for child in (part.children if isinstance(part, And) else (part,))]
    return _joined(And, flat)


def any_of(parts: Iterable[Node]) -> Node | None:
    """Any may match; equal parts count once. None for no parts."""
    flat = [child for part in parts for child in (part.children if isinstance(part, Or) else (part,))]
    return _joined(Or, flat)


def _joined(kind: type[And] | type[Or], parts: list[Node]) -> Node | None:
    distinct = tuple(dict.fromkeys(parts))
    return kind(distinct) if len(distinct) > 1 else distinct[0] if distinct else None
