"""Merging: few segments, and none that is mostly deleted documents.

A commit merges only what takes no time (``writer.MOST_IN_COMMIT``), so that nobody's publish waits
for the documents of others. Everything else is merged here, beside searches and changes.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from whoosh.codec.base import Segment
from whoosh.index import FileIndex

from .errors import IndexBusy
from .locking import REBUILD_LOCK, file_lock
from .rewriting import PATIENCE, Rewriting, remove_leftovers
from .writer import due_groups

if TYPE_CHECKING:
    from .index import ArchiveIndex

log = logging.getLogger(__name__)

MERGE_LOCK = "merge.lock"
SCRATCH = "merging"
# Commits may unlink what is being merged. After so many times it is left for another day.
_MOST_OVERTAKEN = 3


def merge(index: ArchiveIndex, opened: Callable[[int], FileIndex]) -> int:
    """Merge until nothing is due; how many segments were made (or dropped, empty ones).

    ``opened`` opens a generation for writing. Nothing is done where another process is at it. What killed
    writers and rebuilds have left is removed. Raises IndexDamaged or OSError.
    """
    merging = Rewriting(index, opened, SCRATCH)
    count = overtaken = 0
    try:
        # Whoever only looks whether it is held takes it for an instant, hence a second of patience.
        with file_lock(index.path / MERGE_LOCK, timeout=1):
            try:
                _tidy(merging)
                while overtaken < _MOST_OVERTAKEN and (generation := index.generations.current()) is not None:
                    done = _merge_one(merging, generation)
                    if done is None:
                        break
                    count, overtaken = count + done, overtaken + (not done)
            finally:
                merging.clear_scratch()
    except IndexBusy:
        log.info("Another process merges")
    return count


def _merge_one(merging: Rewriting, generation: int) -> bool | None:
    """Merge one group; False if that was overtaken, None if there is none to merge."""
    try:
        opened, toc = merging.contents(generation)
        groups = due_groups(toc.segments)
        if not groups:
            return None
        done = merging.replace(generation, opened, toc.schema, groups[0])
    except FileNotFoundError:
        return False  # a commit or a swap unlinked what we were about to read
    if done:
        log.info("Generation %d: %s merged", generation, _names(groups[0]))
    return done


def _tidy(merging: Rewriting) -> None:
    merging.clear_scratch()
    index = merging.index
    with contextlib.suppress(IndexBusy), file_lock(index.path / REBUILD_LOCK), index.lock(PATIENCE):
        index.remove_leftovers()
    with index.lock(PATIENCE):
        generation = index.generations.current()
        if generation is not None:
            opened, toc = merging.contents(generation)
            remove_leftovers(opened.storage.path, opened.indexname, toc)


def _names(segments: Sequence[Segment]) -> str:
    return ", ".join(segment.segment_id() for segment in segments)
