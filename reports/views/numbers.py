"""Numbers of rows as they come in addresses and forms: no more than a database can hold."""

from __future__ import annotations

import re

_DIGITS = re.compile("[0-9]{1,19}")
LARGEST = 2**63 - 1  # of BigAutoField, on every database


def row_number(text: str | None) -> int | None:
    """The number that ``text`` spells in ASCII digits; none where no row can have it."""
    if text is None or not _DIGITS.fullmatch(text):
        return None
    number = int(text)
    return number if number <= LARGEST else None


class RowNumber:
    """``<row:number>`` in an address; a number that no row can have is an address that does not exist."""

    regex = _DIGITS.pattern

    def to_python(self, value: str) -> int:
        number = row_number(value)
        if number is None:
            raise ValueError
        return number

    def to_url(self, value: int | str) -> str:
        return str(value)
