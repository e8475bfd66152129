"""The reader: the newest commit, opened once by a process and shared by its threads."""

from __future__ import annotations

import logging
import threading
import time
from pathlib import Path

from whoosh.index import TOC

from reports.search.contract.errors import IndexDamaged, IndexUnreadable
from reports.search.engines.whoosh.directory.generations import MANIFEST, Generations
from reports.search.engines.whoosh.directory.integrity import CheckedFiles, verify_segment
from reports.search.engines.whoosh.directory.storage import MappedStorage
from reports.search.engines.whoosh.index_segment.schema import segmenter_of

from .snapshot import MASK_CACHE_BYTES, MaskCache, SegmentReader, Snapshot

log = logging.getLogger(__name__)

INDEX_NAME = "MAIN"
# Seconds after which a process asks again whether its open files were changed. It costs one system call per
# file; unchanged files are not read again.
_INSPECTION_INTERVAL = 1.0
# A commit may remove files that are about to be opened; then the newer table of contents is read.
_MAX_OPEN_ATTEMPTS = 20


class Reader:
    """``checked``: the files that were compared with their checksums."""

    def __init__(self, generations: Generations) -> None:
        self.checked = CheckedFiles()
        self._generations = generations
        self._refreshing = threading.Lock()
        self._masks: MaskCache = MaskCache(MASK_CACHE_BYTES)
        self._segments: dict[str, SegmentReader] = {}
        self._opened: tuple[int, int] | None = None  # generation, commit number
        self._snapshot: Snapshot | None = None
        self._inspected_at = 0.0
        self._logged_error = ""

    def snapshot(self) -> Snapshot | None:
        """The newest commit; None if there is no index. Cheap while nothing changes.

        Every file is compared with its checksum before the first read, and again after it was changed. Raises
        IndexDamaged.
        """
        if self._is_current() and not self._is_inspection_due():
            return self._snapshot
        with self._refreshing:
            if self._is_current() and self._is_inspection_due():
                self._inspect()
            if not self._is_current():
                self._refresh()
            return self._snapshot

    def inspect_before_next_search(self) -> None:
        """For a process that was just forked: do not rely on the parent's last inspection."""
        self._inspected_at = 0.0

    def read_again(self) -> None:
        """Compare every file with its checksum again before the next search."""
        with self._refreshing:
            self.checked = CheckedFiles()
            self._segments = {}
            self._opened = self._snapshot = None

    def storage(self, generation: int) -> MappedStorage:
        return MappedStorage(str(self._generations.folder_of(generation)), self.checked)

    def _is_current(self) -> bool:
        opened = self._opened
        if opened is None:
            return False
        generation, commit = opened
        if self._generations.current() != generation:
            return False
        # A commit writes the next table of contents and then removes the older ones. It may be killed in
        # between, so look for both.
        folder = self._generations.folder_of(generation)
        return _toc(folder, commit).exists() and not _toc(folder, commit + 1).exists()

    def _is_inspection_due(self) -> bool:
        return time.monotonic() - self._inspected_at > _INSPECTION_INTERVAL

    def _inspect(self) -> None:
        self._inspected_at = time.monotonic()
        touched = self.checked.touched()
        if not touched:
            return
        log.warning("Files changed after they were read, checked again: %s", ", ".join(map(str, touched[:5])))
        names = {_segment_of(path) for path in touched}
        self._segments = {
            name: segment for name, segment in self._segments.items() if segment.name not in names
        }
        self._opened = self._snapshot = None

    def _refresh(self) -> None:
        for attempt in range(1, _MAX_OPEN_ATTEMPTS + 1):
            generation = self._generations.current()
            if generation is None:
                self._opened, self._snapshot, self._segments = None, None, {}
                return
            try:
                self._open(generation)
            except Exception as error:
                # Whoosh raises any error on a damaged file, even a bare Exception. A missing file was removed
                # by a commit or a swap that this process has not seen yet.
                is_gone = FileNotFoundError in (type(error), type(error.__cause__))
                superseded = is_gone or self._generations.current() != generation
                if not superseded or attempt == _MAX_OPEN_ATTEMPTS:
                    self._opened = self._snapshot = None
                    self._log_once(generation, error)
                    if isinstance(error, IndexDamaged):
                        raise
                    raise as_damage(error) from error
            else:
                self._logged_error = ""
                return

    def _log_once(self, generation: int, error: Exception) -> None:
        # Every search until the rebuild finds the same damage.
        if self._logged_error != repr(error):
            self._logged_error = repr(error)
            log.error("Generation %d cannot be read", generation, exc_info=error)

    def _open(self, generation: int) -> None:
        storage = self.storage(generation)
        self.checked.checksum(storage.path / MANIFEST)  # so that ``touched`` names it when it changes
        toc = TOC.read(storage, INDEX_NAME)
        segments = {}
        for segment in toc.segments:
            verify_segment(storage, segment, self.checked)
            name = f"{generation}/{segment.segment_id()}"
            segments[name] = self._segments.get(name) or SegmentReader(storage, segment, self._masks)
        deleted = [list(segment.deleted_docs()) for segment in toc.segments]
        version = f"{generation}.{toc.generation}"
        segmenter = segmenter_of(self._generations.manifest(generation))
        self._snapshot = Snapshot(list(segments.values()), deleted, version, segmenter)
        self._segments = segments
        self._opened = (generation, toc.generation)
        single = {_toc(storage.path, toc.generation), storage.path / MANIFEST}
        names = {segment.segment_id() for segment in toc.segments}
        self.checked.forget_unless(lambda path: path in single or _segment_of(path) in names)


def _toc(folder: Path, commit: int) -> Path:
    return folder / f"_{INDEX_NAME}_{commit}.toc"


def _segment_of(path: Path) -> str:
    """The name of the segment that a file or array file belongs to."""
    name = path.parent.name if path.parent.name.startswith(INDEX_NAME) else path.name
    return name.partition(".")[0]


def as_damage(error: Exception) -> IndexDamaged:
    if isinstance(error, OSError) and error.filename and not isinstance(error, FileNotFoundError):
        return IndexUnreadable(Path(error.filename), error)
    return IndexDamaged()
