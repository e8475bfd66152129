"""haystack's SQ trees as conditions of the contract: objects, so nothing is parsed or escaped."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils.tree import Node as TreeNode
from haystack.backends import BaseSearchQuery
from haystack.exceptions import SearchBackendError

from reports.language.normalise import fold
from reports.search.contract.conditions import (
    ArticleIds,
    Condition,
    DateRange,
    FacetPrefix,
    FacetValues,
    YearRange,
)
from reports.search.request import INDEXED_FACETS, UNDATED
from reports.search.syntax.tree import And, Every, Field, FieldName, Not, Or, Phrase, Prefix, Word

from .narrowing import fragment

_TEXT = frozenset({"content", "text"})
_DATES = frozenset({"published_on", "date"})
_IDS = frozenset({"id", "pk", "django_id"})
_SUFFIX = "_exact"
_EARLIEST, _LATEST = 0, 9999
_WORDS = re.compile(r'-?"[^"]*"|-?“[^”]*”|-?「[^」]*」|\S+')
_QUOTES = '"“”「」'


class ArchiveSearchQuery(BaseSearchQuery):  # type: ignore[misc]
    """Builds conditions. ``build_query`` returns one, where other backends return a string."""

    def build_query(self) -> Condition:
        return self._condition(self.query_filter) if self.query_filter else Every()

    def build_query_fragment(self, field: str, filter_type: str, value: Any) -> str:
        """For ``narrow(SQ)`` only, which takes a string (``narrowing.py``)."""
        plain = getattr(value, "query_string", value)
        if isinstance(plain, Iterable) and not isinstance(plain, str):
            parts = [fragment(field, "exact", _text(item)) for item in plain]
            return f"({' OR '.join(parts)})"
        return fragment(field, filter_type, _text(plain))

    def clean(self, query_fragment: Any) -> Any:
        """Unchanged: there is no query string to escape for."""
        return query_fragment

    def __str__(self) -> str:
        return repr(self.build_query())

    def _condition(self, node: TreeNode) -> Condition:
        parts = [self._part(node, child) for child in node.children]
        condition = parts[0] if len(parts) == 1 else _joined(node.connector, parts)
        return Not(condition) if node.negated else condition  # type: ignore[arg-type]

    def _part(self, node: Any, child: Any) -> Condition:
        if isinstance(child, TreeNode):
            return self._condition(child)
        expression, value = child
        field, filter_type = node.split_expression(expression)
        return leaf(field, filter_type, value)


def _joined(connector: str, parts: Sequence[Condition]) -> Condition:
    if not parts:
        return Every() if connector == "AND" else Or(())
    return Or(tuple(parts)) if connector == "OR" else And(tuple(parts))  # type: ignore[arg-type]


def leaf(field: str, filter_type: str, value: Any) -> Condition:
    """The condition of ``field__filter=value``. Raises SearchBackendError if there is none."""
    if isinstance(value, QuerySet):
        value = list(value)
    name = field.removesuffix(_SUFFIX)
    if name in _TEXT:
        return _words(filter_type, value)
    if name in INDEXED_FACETS:
        return _facet(name, filter_type, value)
    if name in _DATES:
        return _dates(filter_type, value)
    if name in _IDS:
        return _identified(filter_type, value)
    if name in set(map(str, FieldName)):
        return Field(FieldName(name), _words(filter_type, value))  # type: ignore[arg-type]
    raise SearchBackendError(f"no such search field: {field}")


def _words(filter_type: str, value: Any) -> Condition:
    kind = getattr(value, "input_type_name", None)
    text = getattr(value, "query_string", value)
    if filter_type == "in" and kind in (None, "python_data"):
        return Or(tuple(Phrase(fold(_text(item))) for item in text))
    text = _text(text)
    if kind in ("auto_query", "raw"):
        return _plain_query(text)
    if kind == "not":
        return Not(_all_words(text))  # type: ignore[arg-type]
    if kind == "exact" or filter_type == "exact":
        return Phrase(fold(text))
    if filter_type == "content":
        return _all_words(text)
    if filter_type == "contains":
        return Word(fold(text))
    if filter_type == "startswith":
        return Prefix(fold(text))
    raise SearchBackendError(f"no text filter {filter_type}")


def _all_words(text: str) -> Condition:
    # Split first: normalising removes blanks between Chinese characters.
    return And(tuple(Word(fold(word)) for word in text.split()))


def _plain_query(text: str) -> Condition:
    """haystack's AutoQuery: words, quoted phrases, and a minus before what must not occur."""
    parts: list[Condition] = []
    for piece in _WORDS.findall(text):
        negated = len(piece) > 1 and piece.startswith("-")
        bare = piece[1:] if negated else piece
        inner = fold(bare.strip(_QUOTES))
        if inner:
            part = Phrase(inner) if bare[0] in _QUOTES else Word(inner)
            parts.append(Not(part) if negated else part)
    return And(tuple(parts)) if parts else Every()  # type: ignore[arg-type]


def _facet(facet: str, filter_type: str, value: Any) -> Condition:
    value = getattr(value, "query_string", value)
    if filter_type in ("content", "exact"):
        return FacetValues(facet, (_facet_value(facet, value),))
    if filter_type == "in":
        return FacetValues(facet, tuple(_facet_value(facet, item) for item in value))
    if filter_type == "startswith":
        return FacetPrefix(facet, _text(value))
    if facet == "year":
        return _years(filter_type, value)
    raise SearchBackendError(f"no filter {filter_type} on {facet}")


def _facet_value(facet: str, value: Any) -> str:
    return UNDATED if facet == "year" and value is None else _text(value)


def _years(filter_type: str, value: Any) -> Condition:
    match filter_type:
        case "gt":
            return YearRange(int(value) + 1, _LATEST)
        case "gte":
            return YearRange(int(value), _LATEST)
        case "lt":
            return YearRange(_EARLIEST, int(value) - 1)
        case "lte":
            return YearRange(_EARLIEST, int(value))
        case "range":
            first, last = value
            return YearRange(int(first), int(last))
    raise SearchBackendError(f"no filter {filter_type} on year")


def _dates(filter_type: str, value: Any) -> Condition:
    value = getattr(value, "query_string", value)
    if filter_type == "range":
        first, last = value
        return DateRange(_day(first), _day(last))
    if filter_type == "in":
        return _joined("OR", [DateRange(_day(item), _day(item)) for item in value])
    day = _day(value)
    match filter_type:
        case "content" | "exact":
            return DateRange(day, day)
        case "gt":
            return DateRange(day + timedelta(1), None)
        case "gte":
            return DateRange(day, None)
        case "lt":
            return DateRange(None, day - timedelta(1))
        case "lte":
            return DateRange(None, day)
    raise SearchBackendError(f"no filter {filter_type} on dates")


def _day(value: Any) -> date:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    return date.fromisoformat(str(value)[:10])


def _identified(filter_type: str, value: Any) -> Condition:
    value = getattr(value, "query_string", value)
    if filter_type in ("content", "exact"):
        return ArticleIds((article_id(value),))
    if filter_type == "in":
        return ArticleIds(tuple(article_id(item) for item in value))
    raise SearchBackendError(f"no filter {filter_type} on ids")


def article_id(value: Any) -> int:
    """The id of an article, of an id, or of haystack's ``reports.article.5``."""
    return int(getattr(value, "pk", None) or str(value).rpartition(".")[2])


def _text(value: Any) -> str:
    return value if isinstance(value, str) else str(value)
