"""The kinds of block that a search examines, by field and by scope: the same for every engine."""

from __future__ import annotations

from collections.abc import Mapping

from reports.search.request import Scope
from reports.search.syntax.tree import FieldName

Kinds = frozenset[str]

FIELD_KINDS: Mapping[FieldName, Kinds] = {
    FieldName.HEADLINE: frozenset({"kicker", "headline", "deck"}),
    FieldName.HEADING: frozenset({"heading"}),
    FieldName.FIGURE: frozenset({"caption", "credit"}),
    FieldName.INITIATIVE: frozenset({"initiative"}),
    FieldName.DISTRICT: frozenset({"district"}),
    FieldName.AUTHOR: frozenset({"byline"}),
}
"""Field -> the kinds of block that it means."""

SCOPE_KINDS: Mapping[Scope, Kinds | None] = {
    Scope.ARTICLE: None,
    Scope.SECTION: frozenset({"heading", "body"}),
    Scope.FIGURE: frozenset({"caption", "credit"}),
}
"""Scope -> the kinds that a search without a field examines; None: all visible kinds.

A section or figure is a unit of the index if it has a block of these kinds.
"""

HIDDEN_KINDS: Kinds = FIELD_KINDS[FieldName.INITIATIVE] | FIELD_KINDS[FieldName.DISTRICT]
"""Names from the catalogue: only a search in their field finds them; they are never shown."""

RUNNING_KINDS: Kinds = frozenset({"lead", "body", "caption"})
"""A hit without any highlighted string is shown with its first block of these kinds."""

HEAD_KINDS: Kinds = frozenset({"kicker", "headline"})
"""Every page shows these above the passages of a hit."""

INSIDE_FIELDS: Mapping[Scope, frozenset[FieldName]] = {
    Scope.ARTICLE: frozenset(FieldName),
    Scope.SECTION: frozenset({FieldName.HEADING}),
    Scope.FIGURE: frozenset({FieldName.FIGURE}),
}
"""Scope -> the fields that must match in the unit itself.

Any other field must match in the article: sections *of articles* whose headline, byline, districts or
initiatives match.
"""
