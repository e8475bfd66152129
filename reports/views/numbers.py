"""Ids of rows in addresses and forms, within the range of the database column."""

from __future__ import annotations

import re

_DIGITS = re.compile("[0-9]{1,19}")
LARGEST = 2**63 - 1  # of BigAutoField, on every database


def row_number(text: str | None) -> int | None:
    """The number in ``text``, written in ASCII digits; None if no row can have it."""
    if text is None or not _DIGITS.fullmatch(text):
        return None
    number = int(text)
    return number if number <= LARGEST else None


class RowNumber:
    """``<row:number>`` in an address; a number that no row can have gives 404."""

    regex = _DIGITS.pattern

    def to_python(self, value: str) -> int:
        number = row_number(value)
        if number is None:
            raise ValueError
        return number

    def to_url(self, value: int | str) -> str:
        return str(value)
