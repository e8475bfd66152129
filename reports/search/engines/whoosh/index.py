"""One index folder in one process: the warm snapshot readers share, and the writes.

``open_index(path)`` gives the same object to every thread, so a process opens the files once.
"""

from __future__ import annotations

import contextlib
import logging
import os
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from whoosh.index import FileIndex

from reports.language.segment import Segmenter
from reports.search.contract.errors import ArticleUnindexable, IndexBusy, IndexDamaged, IndexOutdated
from reports.search.engines.whoosh.directory.generations import Generations
from reports.search.engines.whoosh.directory.integrity import verify_segment
from reports.search.engines.whoosh.directory.locks import (
    REBUILD_LOCK,
    WORKER_LOCK,
    WRITE_LOCK,
    file_lock,
    is_held,
)
from reports.search.engines.whoosh.index_segment.schema import (
    accepts_writes,
    build_schema,
    manifest,
    segmenter_of,
    version_parts,
)
from reports.search.engines.whoosh.index_segment.segment_documents import PreparedDocument, recut
from reports.search.engines.whoosh.indexer.building import Source, build, prepare_all
from reports.search.engines.whoosh.indexer.writer import ArchiveWriter, TrialOver
from reports.search.engines.whoosh.reader.reader import INDEX_NAME, WarmSnapshot, as_damage
from reports.search.engines.whoosh.reader.snapshot import Snapshot

log = logging.getLogger(__name__)

CatchUp = Callable[[Sequence[int]], Iterable[Source]]
# With no more changes than this to catch up with, a rebuild takes the lock for them and swaps.
_FEW_CHANGES = 16
_MOST_ROUNDS = 10
# Characters of text in one segment: bounds what a process that writes it takes in memory.
SEGMENT_CHARACTERS = 32_000_000
# Beyond so many segments a rebuild is due: at this number a search takes one and a half times as long as on
# one segment (docs/engine.md).
MOST_SEGMENTS = 24
# A rebuild is also due when more than this share of all documents is deleted.
MOST_DELETED = 0.5
# Seconds to wait for a writer in its middle; a commit of a full batch takes a few.
PATIENCE = 300.0


class ArchiveIndex:
    """The index below ``path``. All methods may be called from any thread."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.generations = Generations(path)
        self._warm = WarmSnapshot(self.generations)

    # Reading

    def snapshot(self) -> Snapshot | None:
        """The newest commit, None where there is no index. Raises IndexDamaged."""
        return self._warm.get()

    def must_inspect(self) -> None:
        """Look at the files before the next answer, as a process must that has just been forked."""
        self._warm.must_inspect()

    def read_again(self) -> None:
        """Have every file compared with its checksum again, whatever was found before."""
        self._warm.read_again()

    def manifest(self) -> dict[str, Any] | None:
        """What the live generation was made with, None where there is none."""
        return self.generations.live_manifest()

    def segmenter(self) -> Segmenter | None:
        """What the live generation is searched and written with, None where there is none."""
        live = self.manifest()
        return None if live is None else segmenter_of(live)

    def version(self, segmenter: Segmenter | None = None) -> tuple[str, tuple[str, ...]]:
        """Hash of what the live generation was made with, and the parts that the program, cutting with
        ``segmenter``, would make otherwise."""
        found = self.manifest() or {}
        parts, now = found.get("parts", {}), version_parts(segmenter)
        differing = tuple(name for name in sorted({*parts, *now}) if parts.get(name) != now.get(name))
        return str(found.get("version", "")), differing

    def is_rebuilding(self) -> bool:
        """Whether a rebuild is under way. The write lock is never probed so: whoever wants it and
        finds it held leaves his work to the holder, and a probe would do no work."""
        return is_held(self.path / REBUILD_LOCK)

    # Writing

    def lock(self, timeout: float = 0) -> contextlib.AbstractContextManager[None]:
        """The write lock; raises IndexBusy. The thread that holds it may take it again."""
        return file_lock(self.path / WRITE_LOCK, timeout)

    def worker_lock(self) -> contextlib.AbstractContextManager[None]:
        """Elects the one process that does bulk work and rebuilds; raises IndexBusy."""
        return file_lock(self.path / WORKER_LOCK)

    def apply(
        self,
        documents: Iterable[PreparedDocument],
        removed: Iterable[int],
        timeout: float = 30,
    ) -> None:
        """One commit: ``documents`` replace what the index holds of them, ``removed`` go.

        Words are cut as the rest of the live generation is, whatever ``documents`` were cut with. Applying
        the same changes twice gives the same index. Where there is no generation, one is made. Raises
        IndexBusy, ArticleUnindexable, and IndexOutdated where the live generation was made with other fields;
        then nothing has changed.
        """
        newest = {document.id: document for document in documents}
        changed = {*removed, *newest}
        if not changed:
            return
        with self.lock(timeout):
            self._note_for_rebuild(changed)
            generation = self._writable_generation()
            try:
                self._write(generation, newest, changed)
            except (OSError, IndexDamaged):
                raise
            except Exception as error:
                log.exception("Writing to generation %d failed", generation)
                for document in newest.values():
                    self._try(generation, document)
                # Whoosh raises whatever it stumbles over in the files it has to read.
                raise IndexDamaged from error

    def rebuild(
        self,
        articles: Iterable[Source],
        catch_up: CatchUp,
        workers: int | None = None,
        segmenter: Segmenter | None = None,
        count: int | None = None,
    ) -> int:
        """Write a new generation beside the live one and swap to it; how many documents it holds.

        ``articles`` that are not prepared are so in the processes that write them. ``workers`` and ``count``:
        see ``building.build``. ``segmenter``: what the new generation is to be cut with, the packaged lexicon
        alone by default. The live generation takes changes all the while; ``catch_up`` is asked for the
        articles that changed since the start. Raises IndexBusy where another rebuild is under way. A failure
        leaves the live generation as it was.
        """
        with file_lock(self.path / REBUILD_LOCK, timeout=1):
            with self.lock(PATIENCE):
                self._remove_leftovers()
                # From here on changes are noted, and ``articles`` is not read before: none is lost.
                self._journal.write_text("", "ascii")
                generation = self.generations.create(manifest(segmenter))
            try:
                self._fill(generation, articles, workers, count)
                # Nobody else knows this generation yet, so most is caught up with while others write.
                taken = 0
                for _ in range(_MOST_ROUNDS):
                    if len(noted := self._noted(taken)) <= _FEW_CHANGES:
                        break
                    taken += len(noted)
                    self._catch_up(generation, noted, catch_up)
                with self.lock(PATIENCE):
                    self._catch_up(generation, self._noted(taken), catch_up)
                    self.generations.swap_to(generation)
                    self._journal.unlink()
            except BaseException:
                self._journal.unlink(missing_ok=True)
                if self.generations.current() != generation:
                    self.generations.discard(generation)
                raise
            self.generations.clean({generation})
        return self._whoosh(generation).doc_count()  # type: ignore[no-any-return]

    def needs_maintenance(self) -> bool:
        """Whether a rebuild is due: too many segments, or too many deleted documents. Raises IndexDamaged."""
        snapshot = self.snapshot()
        if snapshot is None or self.is_rebuilding():
            return False
        # A segment that is full is none that a rebuild could merge with others.
        small = sum(segment.literal.length < SEGMENT_CHARACTERS // 2 for segment in snapshot.segments)
        deleted = snapshot.count - snapshot.live_count
        return small > MOST_SEGMENTS or deleted > MOST_DELETED * snapshot.count

    @property
    def _journal(self) -> Path:
        return self.path / "rebuild.journal"

    def _note_for_rebuild(self, changed: Iterable[int]) -> None:
        if not self._journal.exists():
            return
        if not is_held(self.path / REBUILD_LOCK):  # left by a rebuild that was killed
            self._journal.unlink()
            return
        with self._journal.open("a", encoding="ascii") as file:
            # A line break first: on a full disk the note before may have been cut short.
            file.write("".join(["\n", *(f"{article_id}\n" for article_id in changed)]))

    def _noted(self, taken: int) -> list[int]:
        """What was noted after the first ``taken`` numbers."""
        # The last line may be half written; its change comes, or has failed.
        lines = self._journal.read_text("ascii").split("\n")[:-1]
        return [int(line) for line in lines if line][taken:]

    def _catch_up(self, generation: int, noted: Sequence[int], catch_up: CatchUp) -> None:
        changed = set(noted)
        if changed:
            segmenter = segmenter_of(self.generations.manifest(generation))
            newest = {document.id: document for document in prepare_all(catch_up(sorted(changed)), segmenter)}
            self._write(generation, newest, changed)

    def tidy(self) -> None:
        """Remove what a killed rebuild has left, unless one is under way or a writer takes long."""
        with contextlib.suppress(IndexBusy), file_lock(self.path / REBUILD_LOCK), self.lock():
            self._remove_leftovers()

    def _remove_leftovers(self) -> None:
        """For the holder of both locks only."""
        self.generations.remove_temporary()
        self._journal.unlink(missing_ok=True)
        with contextlib.suppress(IndexDamaged):  # then this rebuild, once done, knows what to keep
            self.generations.clean({self.generations.current()})

    def _write(
        self, generation: int, documents: Mapping[int, PreparedDocument], changed: Iterable[int]
    ) -> None:
        segmenter = segmenter_of(self.generations.manifest(generation))
        with ArchiveWriter(self._whoosh(generation)) as writer:
            for article_id in changed:
                writer.remove(article_id)
            for document in documents.values():
                writer.add(recut(document, segmenter))

    def _try(self, generation: int, document: PreparedDocument) -> None:
        """Raise ArticleUnindexable where a segment of this document alone cannot be written."""
        try:
            with ArchiveWriter(self._whoosh(generation), merges=False) as writer:
                writer.add(document)
                writer.try_segment()
        except TrialOver:
            pass
        except (OSError, IndexDamaged):
            raise
        except Exception as fault:
            raise ArticleUnindexable(document.id) from fault

    def _fill(
        self,
        generation: int,
        articles: Iterable[Source],
        workers: int | None,
        count: int | None,
    ) -> None:
        storage = self._warm.storage(generation)
        segmenter = segmenter_of(self.generations.manifest(generation))
        index = FileIndex.create(storage, build_schema(segmenter), INDEX_NAME)
        build(index, articles, segmenter, SEGMENT_CHARACTERS, workers, count)

    def _writable_generation(self) -> int:
        generation = self.generations.current()
        if generation is None:
            generation = self.generations.create(manifest())
            FileIndex.create(self._warm.storage(generation), build_schema(), INDEX_NAME)
            self.generations.swap_to(generation)
        elif not accepts_writes(self.generations.manifest(generation).get("parts", {})):
            raise IndexOutdated
        return generation

    def _whoosh(self, generation: int) -> FileIndex:
        storage = self._warm.storage(generation)
        try:
            index = FileIndex(storage, indexname=INDEX_NAME)
            # What is written now must not be made from damaged files: merging would pass them on as whole.
            for segment in index._segments():
                verify_segment(storage, segment, self._warm.checked)
            return index
        except IndexDamaged:
            raise
        except Exception as error:
            log.exception("Generation %d cannot be opened for writing", generation)
            raise as_damage(error) from error


def _inspect_in_child() -> None:
    # A worker that died over a file cut short is forked anew from a process that still thinks it whole.
    for index in _indexes.values():
        index.must_inspect()


os.register_at_fork(after_in_child=_inspect_in_child)

_indexes: dict[Path, ArchiveIndex] = {}
_opening = threading.Lock()


def open_index(path: str | Path) -> ArchiveIndex:
    """The index at ``path``, the same object for the whole process."""
    resolved = Path(path).resolve()
    with _opening:
        if resolved not in _indexes:
            _indexes[resolved] = ArchiveIndex(resolved)
        return _indexes[resolved]
