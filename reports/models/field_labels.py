"""Chinese names and lengths of database columns. All other code reads them here."""

from django.db.models import Field, Model


def _column(model: type[Model], name: str) -> "Field[object, object]":
    column = model._meta.get_field(name)
    assert isinstance(column, Field)
    return column


def length_of(model: type[Model], name: str) -> int:
    """The maximum number of characters in the column, which must have a limit."""
    limit = _column(model, name).max_length
    assert limit is not None
    return limit


def label_of(model: type[Model], name: str) -> str:
    """The Chinese name of the column."""
    return str(_column(model, name).verbose_name)
