"""Expunging: no file of the index keeps the text of articles that were removed for good.

A deleted document stays in its segment, payload, postings and literal index included, until somebody
writes the segment anew; one of ten thousand articles may wait for years. Here the segments that hold
given articles are rewritten, whatever their size, and the files of the old ones are unlinked, generations
that are no longer live among them.

Nothing is kept about how far it got: what still has to be done can be seen in the segments, so one that
was killed is simply begun again.
"""

from __future__ import annotations

import contextlib
import logging
import shutil
from collections.abc import Callable, Collection
from typing import TYPE_CHECKING

from whoosh.codec.base import Segment
from whoosh.fields import Schema
from whoosh.index import FileIndex

from .errors import IndexDamaged
from .locking import REBUILD_LOCK, file_lock
from .merging import MERGE_LOCK
from .merging import SCRATCH as MERGING
from .postings import read_postings
from .rewriting import PATIENCE, Rewriting, remove_leftovers
from .schema import KEY
from .storage import MappedStorage

if TYPE_CHECKING:
    from .index import ArchiveIndex

log = logging.getLogger(__name__)

EXPUNGE_LOCK = "expunge.lock"
SCRATCH = "expunging"
# Commits may merge away what is being rewritten. After so many times they have to wait.
_MOST_OVERTAKEN = 3


def expunge(index: ArchiveIndex, opened: Callable[[int], FileIndex], article_ids: Collection[int]) -> int:
    """Make every file of ``index`` lose these articles; how many segments were rewritten or dropped.

    ``opened`` opens a generation for writing. Articles that are still found are removed first. When it
    returns, nothing of them is left. It raises IndexBusy where another process expunges or a rebuild is
    under way, IndexDamaged, IndexOutdated or OSError; then call it again later. A process that still has an
    old segment open reads on in the unlinked file.
    """
    # Merging copies segments, too: none may be half-way.
    with file_lock(index.path / EXPUNGE_LOCK), file_lock(index.path / MERGE_LOCK, PATIENCE):
        expunging = _Expunging(index, opened, sorted(set(article_ids)))
        try:
            count = expunging.rewrite()
            with file_lock(index.path / REBUILD_LOCK, timeout=1):
                # A rebuild may have swapped meanwhile. Now no other can, nor is one half done.
                count += expunging.rewrite()
                expunging.sweep()
        finally:
            expunging.clear_scratch()
    return count


class _Expunging(Rewriting):
    def __init__(self, index: ArchiveIndex, opened: Callable[[int], FileIndex], wanted: list[int]) -> None:
        super().__init__(index, opened, SCRATCH)
        self.wanted = wanted

    def rewrite(self) -> int:
        """Rewrite, one after the other, the segments of the live generation that hold what is wanted."""
        count = overtaken = 0
        while (generation := self.index.generations.current()) is not None:
            must_hold = overtaken >= _MOST_OVERTAKEN
            with self.index.lock(PATIENCE) if must_hold else contextlib.nullcontext():
                try:
                    held = self._holding(generation)
                    if held is None:
                        break
                    opened, schema, segment = held
                    done = self.replace(generation, opened, schema, [segment])
                except FileNotFoundError as error:
                    if must_hold:
                        raise IndexDamaged from error
                    done = False  # a commit unlinked what we were about to read
            if done:
                log.info("Generation %d: segment %s rewritten", generation, segment.segment_id())
            count, overtaken = (count + 1, 0) if done else (count, overtaken + 1)
        return count

    def _holding(self, generation: int) -> tuple[FileIndex, Schema, Segment] | None:
        """A segment with a document of a wanted article, all of which are marked deleted by then."""
        opened, toc = self.contents(generation)
        found: Segment | None = None
        for segment in toc.segments:
            numbers = self._documents(opened.storage, segment)
            if not all(map(segment.is_deleted, numbers)):
                self.index.apply([], self.wanted, PATIENCE)
                return self._holding(generation)
            if numbers and found is None:
                found = segment
        return None if found is None else (opened, toc.schema, found)

    def _documents(self, storage: MappedStorage, segment: Segment) -> list[int]:
        terms = segment.codec().terms_reader(storage, segment)
        return [
            number
            for article_id in self.wanted
            for number in read_postings(terms, KEY, str(article_id)).documents.tolist()
        ]

    def sweep(self) -> None:
        """Unlink what no reader needs: what killed writers left, and every generation but the live one."""
        if (left := self.index.path / MERGING).exists():
            shutil.rmtree(left)
        with self.index.lock(PATIENCE):
            current = self.index.generations.current()
            if current is not None:
                opened, toc = self.contents(current)
                remove_leftovers(opened.storage.path, opened.indexname, toc)
            self.index.generations.clean({current})
