"""Writing segments anew beside searches and changes: the living documents of some become one.

Rewriting ten thousand articles takes minutes, so it is done in a folder of its own without the write
lock: publishing goes on meanwhile. The lock is held only while the new segment takes the old ones' place;
what was deleted in these by then is deleted in the new one too. Whoever is killed leaves the scratch
folder and nothing else.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from whoosh.codec.base import Segment
from whoosh.fields import Schema
from whoosh.index import TOC, FileIndex
from whoosh.reading import SegmentReader

from .storage import MappedStorage, sync_folder
from .writer import ArchiveWriter

if TYPE_CHECKING:
    from .index import ArchiveIndex

# Seconds to wait for a writer in its middle; a commit of a full batch takes a few.
PATIENCE = 300.0


class Rewriting:
    """``opened`` opens a generation for writing; ``scratch`` is the name of a folder nobody else uses."""

    def __init__(self, index: ArchiveIndex, opened: Callable[[int], FileIndex], scratch: str) -> None:
        self.index = index
        self.opened = opened
        self.scratch = index.path / scratch

    def replace(
        self, generation: int, opened: FileIndex, schema: Schema, segments: Sequence[Segment]
    ) -> bool:
        """Put one segment of the living documents in the place of ``segments``; False if any was gone.

        Raises FileNotFoundError where a commit unlinked what was being read.
        """
        self.clear_scratch()
        deleted = {segment.segment_id(): set(segment.deleted_docs()) for segment in segments}
        places = _places(segments, deleted)
        new = self._copy(opened.storage, schema, segments) if any(places.values()) else None
        with self.index.lock(PATIENCE):
            if self.index.generations.current() != generation:
                return False
            opened, toc = self.contents(generation)
            now = {segment.segment_id(): segment for segment in toc.segments}
            if not now.keys() >= deleted.keys():
                return False
            if new is not None:
                for name, before in deleted.items():
                    for number in set(now[name].deleted_docs()) - before:
                        new.delete_document(places[name][number])
                self._move(new, opened.storage.path)
            with _Replacing(opened, set(deleted), new):
                pass
        return True

    def contents(self, generation: int) -> tuple[FileIndex, Any]:
        """The generation opened for writing, and its newest table of contents."""
        opened = self.opened(generation)
        return opened, TOC.read(opened.storage, opened.indexname)

    def clear_scratch(self) -> None:
        if self.scratch.exists():
            shutil.rmtree(self.scratch)

    def _copy(self, storage: MappedStorage, schema: Schema, segments: Sequence[Segment]) -> Segment:
        """The living documents of ``segments`` as one segment in the scratch folder."""
        self.scratch.mkdir(parents=True)
        copy = FileIndex.create(MappedStorage(str(self.scratch)), schema, segments[0].index_name())
        with ArchiveWriter(copy, merges=False) as writer:
            for segment in segments:
                writer.add_reader(SegmentReader(storage, schema, segment))
        (new,) = TOC.read(copy.storage, copy.indexname).segments
        return new

    def _move(self, new: Segment, folder: Path) -> None:
        for path in self.scratch.glob(f"{new.segment_id()}.*"):
            path.rename(folder / path.name)
        sync_folder(folder)


def _places(segments: Sequence[Segment], deleted: Mapping[str, set[int]]) -> dict[str, dict[int, int]]:
    """Where each living document will stand in the new segment."""
    places: dict[str, dict[int, int]] = {}
    base = 0
    for segment in segments:
        name = segment.segment_id()
        living = [number for number in range(segment.doc_count_all()) if number not in deleted[name]]
        places[name] = {number: base + place for place, number in enumerate(living)}
        base += len(living)
    return places


class _Replacing(ArchiveWriter):
    """A commit that only puts ``new`` (or nothing) in the place of the segments named ``old``."""

    def __init__(self, index: FileIndex, old: set[str], new: Segment | None) -> None:
        super().__init__(index, merges=False)
        self._old = old
        self._new = new

    def commit(self, *_: Any, **__: Any) -> None:
        super().commit(mergetype=self._replaced)

    def _replaced(self, _: ArchiveWriter, segments: list[Segment]) -> list[Segment]:
        first = next(place for place, segment in enumerate(segments) if segment.segment_id() in self._old)
        kept = [segment for segment in segments if segment.segment_id() not in self._old]
        return [*kept[:first], *([self._new] if self._new is not None else []), *kept[first:]]


def remove_leftovers(folder: Path, name: str, toc: TOC) -> None:
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
