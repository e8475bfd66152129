"""What a column is called and how much it holds: the one place where limits and labels are looked up."""

from django.db.models import Field, Model


def _column(model: type[Model], name: str) -> "Field[object, object]":
    column = model._meta.get_field(name)
    assert isinstance(column, Field)
    return column


def length_of(model: type[Model], name: str) -> int:
    """The greatest number of characters the column takes. It must be a column with a limit."""
    limit = _column(model, name).max_length
    assert limit is not None
    return limit


def label_of(model: type[Model], name: str) -> str:
    """The Chinese name of the column."""
    return str(_column(model, name).verbose_name)
