"""Why a change is not made. Each message is a plain Chinese sentence that a face shows as it stands."""

from __future__ import annotations


class Refused(Exception):  # noqa: N818 - a state, named as the rest of the project names it
    """A change that was asked for and not made; nothing was altered."""

    @property
    def message(self) -> str:
        return str(self)


class ReceiptRefused(Refused):
    """A document that cannot be kept: empty, too large, or not readable as a container."""


class TransitionRefused(Refused):
    """A step that the state of the article does not allow."""


class PurgeRefused(Refused):
    """Something that cannot be removed for good: not there, without a reason, or a container."""


class RoleRefused(Refused):
    """The account has not the role for it."""


class EditRefused(Refused):
    """An edit that does not make an article. ``errors`` maps the field to what is wrong with it."""

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__("".join(errors.values()))
        self.errors = errors


class EditConflict(Refused):
    """Someone else changed the article meanwhile. ``current_version`` is the version it has now."""

    def __init__(self, message: str, current_version: int) -> None:
        super().__init__(message)
        self.current_version = current_version


class DictionaryRefused(Refused):
    """A change of districts or initiatives that would make a name ambiguous or an entry meaningless."""
