"""The result of a reader: the decoded text of one document, or the reason why it is unreadable."""

from __future__ import annotations

from dataclasses import dataclass


class UnreadableDocument(Exception):  # noqa: N818
    """The bytes are not a readable document. The message, in Chinese, is for the person who sent them."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True, slots=True)
class DecodedText:
    """A text and the charset in which it was read. ``is_certain`` is false if the charset was guessed."""

    text: str
    charset: str
    is_certain: bool = True


@dataclass(frozen=True, slots=True)
class Document:
    """One decoded document. ``markup`` is true if the format is Markdown."""

    decoded: DecodedText
    markup: bool = False
