"""One index folder in one process: its reader, which all threads share, and its writes.

``open_index(path)`` returns the same object to every thread, so a process opens the files once.
"""

from __future__ import annotations

import contextlib
import logging
import os
import threading
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from whoosh.index import FileIndex

from reports.language.segment import Segmenter
from reports.search.contract.engine import Changed
from reports.search.contract.errors import (
    ArticleUnindexable,
    IndexBusy,
    IndexDamaged,
    IndexMissing,
    IndexOutdated,
)
from reports.search.contract.values import IndexedArticle

from .directory.generations import Generations
from .directory.integrity import verify_segment
from .directory.locks import REBUILD_LOCK, WORKER_LOCK, WRITE_LOCK, file_lock, is_held
from .index_segment.schema import accepts_writes, build_schema, manifest, segmenter_of, version_parts
from .index_segment.segment_documents import PreparedDocument, segment_again
from .indexer.building import build, prepare_all
from .indexer.journal import Journal
from .indexer.writer import ArchiveWriter
from .reader.reader import INDEX_NAME, Reader, as_damage
from .reader.snapshot import Snapshot

log = logging.getLogger(__name__)

# With at most this number of changes left to catch up with, a rebuild takes the write lock and swaps.
_MAX_CHANGES_AT_SWAP = 16
_MAX_ROUNDS = 10
# Characters of text in one segment: limits the memory of the process that writes it.
SEGMENT_CHARACTERS = 32_000_000
# With more segments a rebuild is due: with this number a search takes one and a half times as long as with
# one segment (docs/engine.md).
MAX_SEGMENTS = 24
# A rebuild is also due if more than this share of all documents is deleted.
_MAX_DELETED_SHARE = 0.5
# Seconds for which a rebuild waits for another writer; a commit of a full batch takes a few.
_PATIENCE = 300.0


class IndexDirectory:
    """The index in the folder ``path``. Any thread may call all methods."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.generations = Generations(path)
        self.reader = Reader(self.generations)
        self._journal = Journal(path / "rebuild.journal")

    # Reading

    def snapshot(self) -> Snapshot | None:
        """The newest commit; None if there is no index. Raises IndexDamaged."""
        return self.reader.snapshot()

    def segmenter(self) -> Segmenter | None:
        """The segmenter of the live generation, for queries and new articles; None if there is no index."""
        live = self.generations.live_manifest()
        return None if live is None else segmenter_of(live)

    def version(self, segmenter: Segmenter) -> tuple[str, tuple[str, ...]]:
        """The version hash of the live generation, and the parts of it that would differ in a generation made
        now with ``segmenter``."""
        live = self.generations.live_manifest() or {}
        parts, current = live.get("parts", {}), version_parts(segmenter)
        differing = [name for name in sorted({*parts, *current}) if parts.get(name) != current.get(name)]
        return str(live.get("version", "")), tuple(differing)

    def is_rebuilding(self) -> bool:
        """Whether a rebuild is under way. Do not ask so for the write lock: a process that finds it held
        leaves its work to the holder, and this check would do no work."""
        return is_held(self.path / REBUILD_LOCK)

    def needs_maintenance(self) -> bool:
        """Whether a rebuild is due: too many segments, or too many deleted documents. Raises IndexDamaged."""
        snapshot = self.snapshot()
        if snapshot is None or self.is_rebuilding():
            return False
        # A rebuild would not merge full segments.
        small = sum(segment.literal.length < SEGMENT_CHARACTERS // 2 for segment in snapshot.segments)
        deleted = snapshot.count - snapshot.live_count
        return small > MAX_SEGMENTS or deleted > _MAX_DELETED_SHARE * snapshot.count

    # Writing

    def lock(self, patience: float = 0) -> contextlib.AbstractContextManager[None]:
        """The write lock; raises IndexBusy after ``patience`` seconds. The thread that holds it may take it
        again."""
        return file_lock(self.path / WRITE_LOCK, patience)

    def worker_lock(self) -> contextlib.AbstractContextManager[None]:
        """Elects the one process that does bulk work and rebuilds; raises IndexBusy."""
        return file_lock(self.path / WORKER_LOCK)

    def apply(self, documents: Iterable[PreparedDocument], removed: Iterable[int]) -> None:
        """One commit: write ``documents`` in place of their articles, remove the articles ``removed``.

        Needs the write lock. The words of all documents are cut as in the rest of the live generation.
        Idempotent. Raises IndexMissing, ArticleUnindexable, IndexOutdated if the live generation has other
        fields, IndexDamaged or OSError; then nothing has changed.
        """
        newest = {document.id: document for document in documents}
        changed = {*removed, *newest}
        generation = self.generations.current()
        if generation is None:
            raise IndexMissing
        if not changed:
            return
        self._write_journal(changed)
        if not accepts_writes(self.generations.manifest(generation).get("parts", {})):
            raise IndexOutdated
        try:
            self._write(generation, newest, changed)
        except (OSError, IndexDamaged):
            raise
        except Exception as error:
            log.exception("Writing to generation %d failed", generation)
            for document in newest.values():
                self._try(generation, document)
            # Whoosh raises any error on a damaged file.
            raise IndexDamaged from error

    def rebuild(
        self, articles: Iterable[IndexedArticle], changed: Changed, segmenter: Segmenter, count: int
    ) -> int:
        """Write a new generation and swap to it; see ``Engine.rebuild``. Returns the number of documents."""
        with file_lock(self.path / REBUILD_LOCK, timeout=1):
            with self.lock(_PATIENCE):
                self._remove_leftovers()
                # Changes are noted from here on, and ``articles`` is read later: no change is lost.
                self._journal.begin()
                generation = self.generations.create(manifest(segmenter))
            try:
                storage = self.reader.storage(generation)
                index = FileIndex.create(storage, build_schema(segmenter), INDEX_NAME)
                build(index, articles, segmenter, SEGMENT_CHARACTERS, count)
                # No process reads this generation yet, so catch up without the write lock as far as possible.
                consumed = 0
                for _ in range(_MAX_ROUNDS):
                    if len(ids := self._journal.ids_after(consumed)) <= _MAX_CHANGES_AT_SWAP:
                        break
                    consumed += len(ids)
                    self._catch_up(generation, ids, changed)
                with self.lock(_PATIENCE):
                    self._catch_up(generation, self._journal.ids_after(consumed), changed)
                    self.generations.swap_to(generation)
                    self._journal.remove()
            except BaseException:
                self._journal.remove()
                if self.generations.current() != generation:
                    self.generations.discard(generation)
                raise
            self.generations.remove_all_but(generation)
        return self._open_for_writing(generation).doc_count()  # type: ignore[no-any-return]

    def maintain(self) -> None:
        """Remove what a killed rebuild has left, unless a rebuild or a writer is at work."""
        with contextlib.suppress(IndexBusy), file_lock(self.path / REBUILD_LOCK), self.lock():
            self._remove_leftovers()

    def _remove_leftovers(self) -> None:
        """Needs the rebuild lock and the write lock."""
        self.generations.remove_temporary()
        self._journal.remove()
        with contextlib.suppress(IndexDamaged):  # a damaged pointer: the next rebuild removes the others
            self.generations.remove_all_but(self.generations.current())

    def _write_journal(self, changed: Iterable[int]) -> None:
        if not self._journal.path.exists():
            return
        if self.is_rebuilding():
            self._journal.add(changed)
        else:  # a killed rebuild left it
            self._journal.remove()

    def _catch_up(self, generation: int, article_ids: Sequence[int], changed: Changed) -> None:
        if not article_ids:
            return
        segmenter = segmenter_of(self.generations.manifest(generation))
        documents = prepare_all(changed(sorted(set(article_ids))), segmenter)
        self._write(generation, {document.id: document for document in documents}, set(article_ids))

    def _write(
        self, generation: int, documents: Mapping[int, PreparedDocument], changed: Iterable[int]
    ) -> None:
        segmenter = segmenter_of(self.generations.manifest(generation))
        with ArchiveWriter(self._open_for_writing(generation)) as writer:
            for article_id in changed:
                writer.remove(article_id)
            for document in documents.values():
                writer.add(segment_again(document, segmenter))

    def _try(self, generation: int, document: PreparedDocument) -> None:
        """Raise ArticleUnindexable if a segment of this document alone cannot be written."""
        try:
            with ArchiveWriter(self._open_for_writing(generation), merges=False) as writer:
                writer.add(document)
                writer.try_segment()
        except (OSError, IndexDamaged):
            raise
        except Exception as error:
            raise ArticleUnindexable(document.id) from error

    def _open_for_writing(self, generation: int) -> FileIndex:
        storage = self.reader.storage(generation)
        try:
            index = FileIndex(storage, indexname=INDEX_NAME)
            # A merge of damaged files would write their content with valid checksums.
            for segment in index._segments():
                verify_segment(storage, segment, self.reader.checked)
            return index
        except IndexDamaged:
            raise
        except Exception as error:
            log.exception("Generation %d cannot be opened for writing", generation)
            raise as_damage(error) from error


_indexes: dict[Path, IndexDirectory] = {}
_opening = threading.Lock()


def open_index(path: str | Path) -> IndexDirectory:
    """The index in the folder ``path``, the same object for the whole process."""
    resolved = Path(path).resolve()
    with _opening:
        if resolved not in _indexes:
            _indexes[resolved] = IndexDirectory(resolved)
        return _indexes[resolved]


def _inspect_in_child() -> None:
    # The server replaces a worker that a truncated file has killed: the new one is forked from a process that
    # has not noticed the damage.
    for index in _indexes.values():
        index.reader.inspect_before_next_search()


os.register_at_fork(after_in_child=_inspect_in_child)
