"""Keeping the index in step with the database: what is read of articles, changes, rebuilds, state."""

from .changes import apply_changes, read_changes, write_changes
from .rebuild import as_worker, maintain, needs_maintenance, rebuild, unindexed_articles
from .status import is_rebuilding, read_again, words_of_live_index

__all__ = [
    "apply_changes",
    "as_worker",
    "is_rebuilding",
    "maintain",
    "needs_maintenance",
    "read_again",
    "read_changes",
    "rebuild",
    "unindexed_articles",
    "words_of_live_index",
    "write_changes",
]
