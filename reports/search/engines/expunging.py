"""Expunging: no file of the index keeps the text of reports that were removed for good.

A deleted document stays in its segment, payload, postings and literal index included, until somebody
writes the segment anew; one of ten thousand reports may wait for years. Here the segments that hold
given reports are rewritten, whatever their size, and the files of the old ones are unlinked, generations
that are no longer live among them.

Rewriting ten thousand reports takes minutes, so it is done in a folder of its own without the write
lock: publishing goes on meanwhile. The lock is held only while the new segment takes the old one's place;
what was deleted in the old one by then is deleted in the new one too. Nothing is kept about how far it
got: what still has to be done can be seen in the segments, so one that was killed is simply begun again.
"""

from __future__ import annotations

import contextlib
import logging
import shutil
from collections.abc import Callable, Collection
from pathlib import Path
from typing import TYPE_CHECKING, Any

from whoosh.codec.base import Segment
from whoosh.fields import Schema
from whoosh.index import TOC, FileIndex
from whoosh.reading import SegmentReader

from .errors import IndexDamaged
from .locking import REBUILD_LOCK, file_lock
from .postings import read_postings
from .schema import KEY
from .storage import MappedStorage, sync_folder
from .writer import ArchiveWriter

if TYPE_CHECKING:
    from .index import ArchiveIndex

log = logging.getLogger(__name__)

EXPUNGE_LOCK = "expunge.lock"
SCRATCH = "expunging"
# Seconds to wait for a writer in its middle; a commit of a full batch takes a few.
_PATIENCE = 300.0
# Commits may merge away what is being rewritten. After so many times they have to wait.
_MOST_OVERTAKEN = 3


def expunge(index: ArchiveIndex, opened: Callable[[int], FileIndex], report_ids: Collection[int]) -> int:
    """Make every file of ``index`` lose these reports; how many segments were rewritten or dropped.

    ``opened`` opens a generation for writing. Reports that are still found are removed first. When it
    returns, nothing of them is left. It raises IndexBusy where another process expunges or a rebuild is
    under way, IndexDamaged, IndexOutdated or OSError; then call it again later. A process that still has an
    old segment open reads on in the unlinked file.
    """
    with file_lock(index.path / EXPUNGE_LOCK):
        expunging = _Expunging(index, opened, sorted(set(report_ids)))
        try:
            count = expunging.rewrite()
            with file_lock(index.path / REBUILD_LOCK, timeout=1):
                # A rebuild may have swapped meanwhile. Now no other can, nor is one half done.
                count += expunging.rewrite()
                expunging.sweep()
        finally:
            expunging.clear_scratch()
    return count


class _Expunging:
    def __init__(self, index: ArchiveIndex, opened: Callable[[int], FileIndex], wanted: list[int]) -> None:
        self.index = index
        self.opened = opened
        self.wanted = wanted
        self.scratch = index.path / SCRATCH

    def rewrite(self) -> int:
        """Rewrite, one after the other, the segments of the live generation that hold what is wanted."""
        count = overtaken = 0
        while (generation := self.index.generations.current()) is not None:
            must_hold = overtaken >= _MOST_OVERTAKEN
            with self.index.lock(_PATIENCE) if must_hold else contextlib.nullcontext():
                try:
                    held = self._holding(generation)
                    if held is None:
                        break
                    done = self._rewrite(generation, *held)
                except FileNotFoundError as error:
                    if must_hold:
                        raise IndexDamaged from error
                    done = False  # a commit unlinked what we were about to read
            count, overtaken = (count + 1, 0) if done else (count, overtaken + 1)
        return count

    def _holding(self, generation: int) -> tuple[FileIndex, Schema, Segment] | None:
        """A segment with a document of a wanted report, all of which are marked deleted by then."""
        opened, toc = self._contents(generation)
        found: Segment | None = None
        for segment in toc.segments:
            numbers = self._documents(opened.storage, segment)
            if not all(map(segment.is_deleted, numbers)):
                self.index.apply([], self.wanted, _PATIENCE)
                return self._holding(generation)
            if numbers and found is None:
                found = segment
        return None if found is None else (opened, toc.schema, found)

    def _documents(self, storage: MappedStorage, segment: Segment) -> list[int]:
        terms = segment.codec().terms_reader(storage, segment)
        return [
            number
            for report_id in self.wanted
            for number in read_postings(terms, KEY, str(report_id)).documents.tolist()
        ]

    def _rewrite(self, generation: int, opened: FileIndex, schema: Schema, segment: Segment) -> bool:
        """Put a segment without its deleted documents in the place of ``segment``; False if that was gone."""
        self.clear_scratch()
        deleted = set(segment.deleted_docs())
        living = [number for number in range(segment.doc_count_all()) if number not in deleted]
        new = self._copy(opened.storage, schema, segment) if living else None
        with self.index.lock(_PATIENCE):
            if self.index.generations.current() != generation:
                return False
            opened, toc = self._contents(generation)
            old = next((one for one in toc.segments if one.segment_id() == segment.segment_id()), None)
            if old is None:
                return False
            if new is not None:
                places = {number: place for place, number in enumerate(living)}
                for number in set(old.deleted_docs()) - deleted:
                    new.delete_document(places[number])
                self._move(new, opened.storage.path)
            with _Replacing(opened, segment.segment_id(), new):
                pass
        log.info("Generation %d: segment %s rewritten", generation, segment.segment_id())
        return True

    def _copy(self, storage: MappedStorage, schema: Schema, segment: Segment) -> Segment:
        """The living documents of ``segment`` as a segment in the scratch folder."""
        self.scratch.mkdir(parents=True)
        copy = FileIndex.create(MappedStorage(str(self.scratch)), schema, segment.index_name())
        with ArchiveWriter(copy, merges=False) as writer:
            writer.add_reader(SegmentReader(storage, schema, segment))
        (new,) = TOC.read(copy.storage, copy.indexname).segments
        return new

    def _move(self, new: Segment, folder: Path) -> None:
        for path in self.scratch.glob(f"{new.segment_id()}.*"):
            path.rename(folder / path.name)
        sync_folder(folder)

    def sweep(self) -> None:
        """Unlink what no reader needs: what killed writers left, and every generation but the live one."""
        with self.index.lock(_PATIENCE):
            current = self.index.generations.current()
            if current is not None:
                opened, toc = self._contents(current)
                _remove_leftovers(opened.storage.path, opened.indexname, toc)
            self.index.generations.clean({current})

    def clear_scratch(self) -> None:
        if self.scratch.exists():
            shutil.rmtree(self.scratch)

    def _contents(self, generation: int) -> tuple[FileIndex, Any]:
        opened = self.opened(generation)
        return opened, TOC.read(opened.storage, opened.indexname)


class _Replacing(ArchiveWriter):
    """A commit that only puts ``new`` (or nothing) in the place of the segment named ``old``."""

    def __init__(self, index: FileIndex, old: str, new: Segment | None) -> None:
        super().__init__(index, merges=False)
        self._replacement = {old: new}

    def commit(self, *_: Any, **__: Any) -> None:
        super().commit(mergetype=self._replaced)

    def _replaced(self, _: ArchiveWriter, segments: list[Segment]) -> list[Segment]:
        replaced = [self._replacement.get(one.segment_id(), one) for one in segments]
        return [segment for segment in replaced if segment is not None]


def _remove_leftovers(folder: Path, name: str, toc: TOC) -> None:
    """What a killed writer, or a reader mending derived files, left half done. Under the write lock.

    Whoosh's own ``clean_files`` looks at whole files only and says nothing where it fails.
    """
    segments = {segment.segment_id() for segment in toc.segments}
    newest = TOC._filename(name, toc.generation)
    for path in folder.iterdir():
        if path.name == newest or path.name.partition(".")[0] in segments:
            continue
        if path.is_dir():
            shutil.rmtree(path)
        elif path.name.startswith((f"{name}_", f"_{name}_")):
            path.unlink()
