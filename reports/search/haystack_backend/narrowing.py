"""haystack's ``narrow`` strings: ``district:"370102" AND NOT (year:"2021" OR year:"2022")``.

``SearchQuerySet.narrow`` takes strings, or makes one of an SQ with ``build_query_fragment``. Values in these
strings are not analysed or split.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from haystack.exceptions import SearchBackendError

from reports.search.contract.conditions import Condition
from reports.search.syntax.tree import And, Not, Or

# (field, filter, value) -> condition
Leaf = Callable[[str, str, Any], Condition]

_TOKEN = re.compile(r'\s*(?:([()])|(AND|OR|NOT)(?=[\s(])|(\w+):(?:"((?:[^"]|"")*)"(?=[\s)]|$)|([^\s()"]+)))')
_WHOLE = re.compile(r'\s*(\w+):"(.*)"\s*', re.DOTALL)


def fragment(field: str, filter_type: str, value: str) -> str:
    """One condition as a string for ``read_narrow``. Quotes in the value are doubled."""
    name = field if filter_type in ("content", "exact") else f"{field}__{filter_type}"
    escaped = value.replace('"', '""')
    return f'{name}:"{escaped}"'


def read_narrow(text: str, leaf: Leaf) -> Condition:
    try:
        return _Parser(text, leaf).parse()
    except SearchBackendError:
        # haystack's forms write a selected value between quotes without doubling the quotes in it.
        if match := _WHOLE.fullmatch(text):
            return leaf(match[1], "exact", match[2])
        raise


class _Parser:
    def __init__(self, text: str, leaf: Leaf) -> None:
        self.text = text
        self.leaf = leaf
        self.tokens: list[tuple[str, ...]] = []
        position = 0
        while position < len(text.rstrip()):
            match = _TOKEN.match(text, position)
            if match is None:
                raise SearchBackendError(f"narrow: cannot read {text!r} at {position}")
            self.tokens.append(tuple(group or "" for group in match.groups()))
            position = match.end()

    def parse(self) -> Condition:
        condition = self._any()
        if self.tokens:
            raise SearchBackendError(f"narrow: cannot read {self.text!r}")
        return condition

    def _any(self) -> Condition:
        parts = [self._all()]
        while self._take("OR"):
            parts.append(self._all())
        return Or(tuple(parts)) if len(parts) > 1 else parts[0]  # type: ignore[arg-type]

    def _all(self) -> Condition:
        parts = [self._term()]
        while self._take("AND") or (self.tokens and self.tokens[0][0] != ")" and self.tokens[0][1] != "OR"):
            parts.append(self._term())
        return And(tuple(parts)) if len(parts) > 1 else parts[0]  # type: ignore[arg-type]

    def _term(self) -> Condition:
        if self._take("NOT"):
            return Not(self._term())  # type: ignore[arg-type]
        if not self.tokens:
            raise SearchBackendError(f"narrow: {self.text!r} ends too early")
        bracket, _, name, quoted, bare = self.tokens.pop(0)
        if bracket == "(":
            inner = self._any()
            if not self.tokens or self.tokens.pop(0)[0] != ")":
                raise SearchBackendError(f"narrow: a bracket is not closed in {self.text!r}")
            return inner
        if not name:
            raise SearchBackendError(f"narrow: cannot read {self.text!r}")
        field, _, filter_type = name.partition("__")
        return self.leaf(field, filter_type or "exact", bare or quoted.replace('""', '"'))

    def _take(self, operator: str) -> bool:
        if self.tokens and self.tokens[0][1] == operator:
            self.tokens.pop(0)
            return True
        return False
