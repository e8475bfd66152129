"""The newest commit as a process has it open: made once, shared by its threads, looked after."""

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
from reports.search.engines.whoosh.reader.snapshot import MASK_CACHE_BYTES, MaskCache, OpenSegment, Snapshot

log = logging.getLogger(__name__)

INDEX_NAME = "MAIN"
# How often a process looks whether somebody touched the files it has open, in seconds. It is one
# system call a file, and what nobody touched is not read again.
_INSPECTED_EVERY = 1.0
# A commit may unlink what we are about to open; each time we then read the newer table of contents.
_OPEN_ATTEMPTS = 20


class WarmSnapshot:
    """Of the live generation. ``checked``: the files that were compared with their checksums."""

    def __init__(self, generations: Generations) -> None:
        self.checked = CheckedFiles()
        self._generations = generations
        self._refreshing = threading.Lock()
        self._masks: MaskCache = MaskCache(MASK_CACHE_BYTES)
        self._segments: dict[str, OpenSegment] = {}
        self._seen: tuple[int, int] | None = None  # generation, commit
        self._snapshot: Snapshot | None = None
        self._inspected_at = 0.0
        self._told = ""

    def get(self) -> Snapshot | None:
        """The newest commit, None where there is no index. Cheap when nothing has changed.

        Every file is compared with its checksum before it is first read from, and again when it was
        touched since. Raises IndexDamaged.
        """
        if self._is_fresh() and not self._is_inspection_due():
            return self._snapshot
        with self._refreshing:
            if self._is_fresh() and self._is_inspection_due():
                self._inspect()
            if not self._is_fresh():
                self._refresh()
            return self._snapshot

    def _is_fresh(self) -> bool:
        seen = self._seen
        if seen is None:
            return False
        generation, commit = seen
        if self._generations.current() != generation:
            return False
        # A commit writes the next table of contents and then unlinks the older ones. It may die
        # in between, so both are looked at.
        folder = self._generations.folder_of(generation)
        return _toc(folder, commit).exists() and not _toc(folder, commit + 1).exists()

    def _is_inspection_due(self) -> bool:
        return time.monotonic() - self._inspected_at > _INSPECTED_EVERY

    def _inspect(self) -> None:
        self._inspected_at = time.monotonic()
        touched = self.checked.touched()
        if not touched:
            return
        log.warning("Touched since they were read, looked at anew: %s", ", ".join(map(str, touched[:5])))
        names = {_segment_of(path) for path in touched}
        self._segments = {
            name: segment for name, segment in self._segments.items() if segment.name not in names
        }
        self._seen = self._snapshot = None

    def must_inspect(self) -> None:
        """Look at the files before the next answer, as a process must that has just been forked."""
        self._inspected_at = 0.0

    def read_again(self) -> None:
        """Have every file compared with its checksum again, whatever was found before."""
        with self._refreshing:
            self.checked = CheckedFiles()
            self._segments = {}
            self._seen = self._snapshot = None

    def _refresh(self) -> None:
        for attempt in range(1, _OPEN_ATTEMPTS + 1):
            generation = self._generations.current()
            if generation is None:
                self._seen, self._snapshot, self._segments = None, None, {}
                return
            try:
                self._open(generation)
            except Exception as error:
                # Whoosh raises whatever it stumbles over in garbage, bare Exception included.
                # A file that is gone was unlinked by a commit or a swap we have not seen yet.
                is_gone = FileNotFoundError in (type(error), type(error.__cause__))
                overtaken = is_gone or self._generations.current() != generation
                if not overtaken or attempt == _OPEN_ATTEMPTS:
                    self._seen = self._snapshot = None
                    self._tell(generation, error)
                    if isinstance(error, IndexDamaged):
                        raise
                    raise as_damage(error) from error
            else:
                self._told = ""
                return

    def _tell(self, generation: int, error: Exception) -> None:
        # Every search meets the damage until the rebuild is done; the log need not hold it as often.
        if self._told != repr(error):
            self._told = repr(error)
            log.error("Generation %d cannot be read", generation, exc_info=error)

    def _open(self, generation: int) -> None:
        storage = self.storage(generation)
        self.checked.checksum(storage.path / MANIFEST)  # noted, to be seen when it is touched
        toc = TOC.read(storage, INDEX_NAME)
        segments = {}
        for segment in toc.segments:
            verify_segment(storage, segment, self.checked)
            name = f"{generation}/{segment.segment_id()}"
            segments[name] = self._segments.get(name) or OpenSegment(
                storage, toc.schema, segment, self._masks
            )
        deleted = [list(segment.deleted_docs()) for segment in toc.segments]
        version = f"{generation}.{toc.generation}"
        segmenter = segmenter_of(self._generations.manifest(generation))
        self._snapshot = Snapshot(list(segments.values()), deleted, toc.schema, version, segmenter)
        self._segments = segments
        self._seen = (generation, toc.generation)
        single = {_toc(storage.path, toc.generation), storage.path / MANIFEST}
        names = {segment.segment_id() for segment in toc.segments}
        self.checked.keep(lambda path: path in single or _segment_of(path) in names)

    def storage(self, generation: int) -> MappedStorage:
        return MappedStorage(str(self._generations.folder_of(generation)), self.checked)


def _toc(folder: Path, commit: int) -> Path:
    return folder / f"_{INDEX_NAME}_{commit}.toc"


def _segment_of(path: Path) -> str:
    """Name of the segment that a file belongs to, one beside it included."""
    name = path.parent.name if path.parent.name.startswith(INDEX_NAME) else path.name
    return name.partition(".")[0]


def as_damage(error: Exception) -> IndexDamaged:
    if isinstance(error, OSError) and error.filename and not isinstance(error, FileNotFoundError):
        return IndexUnreadable(Path(error.filename), error)
    return IndexDamaged()
