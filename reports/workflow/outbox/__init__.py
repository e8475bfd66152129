"""The index outbox: what search must see is noted with the change itself and taken in after the commit."""

from .rows import indexing_notice, named_alike
from .updating import (
    clear_purges,
    drain_after_commit,
    drain_or_tell,
    drain_outbox,
    enqueue,
    rebuild_index,
)

__all__ = [
    "clear_purges",
    "drain_after_commit",
    "drain_or_tell",
    "drain_outbox",
    "enqueue",
    "indexing_notice",
    "named_alike",
    "rebuild_index",
]
