"""Reasons why a change is not made. Each message is a Chinese sentence that is shown without changes."""

from __future__ import annotations


class Refused(Exception):  # noqa: N818 - a state, named as the rest of the project names it
    """A requested change that was not made; nothing was altered."""

    @property
    def message(self) -> str:
        return str(self)


class ReceiptRefused(Refused):
    """A document that cannot be stored: empty, too large, or not readable as a container."""


class TransitionRefused(Refused):
    """A transition that the state of the article does not allow."""


class PurgeRefused(Refused):
    """A purge that is not possible: nothing to purge, no reason, or a container."""


class RoleRefused(Refused):
    """The account does not have the required role."""


class EditRefused(Refused):
    """An edit with invalid content. ``errors`` maps each field to its message."""

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__("".join(errors.values()))
        self.errors = errors


class EditConflict(Refused):
    """Another person has changed the article meanwhile. ``current_version`` is its version now."""

    def __init__(self, message: str, current_version: int) -> None:
        super().__init__(message)
        self.current_version = current_version


class DictionaryRefused(Refused):
    """A change of districts or initiatives that would make a name ambiguous or an entry meaningless."""
