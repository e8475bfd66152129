"""What a reader hands on: the decoded lines of one document, or the reason why there are none."""

from __future__ import annotations

from dataclasses import dataclass


class UnreadableDocument(Exception):  # noqa: N818
    """The bytes are no document we can read. The message is for the person who sent them (Chinese)."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text with the charset it was read in. ``certain`` is false where the charset is a guess."""

    text: str
    charset: str
    certain: bool = True


@dataclass(frozen=True, slots=True)
class Document:
    """One decoded document. ``markup`` is true where the format promises Markdown."""

    decoded: Decoded
    markup: bool = False
