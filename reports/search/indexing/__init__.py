"""Keeping the index in step with the database: what is read of articles, changes, rebuilds, state."""

from .changes import apply_changes, read_changes, write_changes
from .rebuild import as_worker, maintain, needs_maintenance, rebuild, unindexed
from .status import is_rebuilding, live_words, read_again

__all__ = [
    "apply_changes",
    "as_worker",
    "is_rebuilding",
    "live_words",
    "maintain",
    "needs_maintenance",
    "read_again",
    "read_changes",
    "rebuild",
    "unindexed",
    "write_changes",
]
