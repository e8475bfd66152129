"""From the database to the index: documents, changes, rebuild, status, verification."""

from .changes import apply_changes, read_changes, write_changes
from .rebuild import needs_maintenance, rebuild, unindexed_articles
from .status import words_of_live_index

__all__ = [
    "apply_changes",
    "needs_maintenance",
    "read_changes",
    "rebuild",
    "unindexed_articles",
    "words_of_live_index",
    "write_changes",
]
