"""Writing: Whoosh's own segment writer and codec, and the files beside the segment before it is committed."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterable, Sequence
from types import TracebackType

from whoosh.codec.base import Segment
from whoosh.index import FileIndex
from whoosh.writing import SegmentWriter

from reports.search.engines.whoosh.directory.integrity import note_checksums
from reports.search.engines.whoosh.directory.storage import MappedStorage
from reports.search.engines.whoosh.index_segment.columns import read_ids
from reports.search.engines.whoosh.index_segment.files import folder_of, living_documents, write_parts
from reports.search.engines.whoosh.index_segment.postings import WordListWriter
from reports.search.engines.whoosh.index_segment.schema import KEY, PAYLOAD, STAMP
from reports.search.engines.whoosh.index_segment.segment_documents import PreparedDocument

# A tier holds segments of similar size; so many of one tier are merged into one of the next.
MERGE_FACTOR = 8
# Rewriting costs some milliseconds a document under the write lock, and a publish must not wait for it: a
# commit merges segments only up to this many documents, new ones included. A rebuild merges the rest.
MOST_IN_COMMIT = 16


class TrialOver(Exception):  # noqa: N818 - no error: it ends a trial
    """What was tried could be written."""


class ArchiveWriter(SegmentWriter):  # type: ignore[misc]
    """Use as a context manager, under the index's write lock: Whoosh's own lock is not taken.

    A failure at any step leaves the table of contents, and so what readers see, as it was.
    """

    storage: MappedStorage
    is_closed: bool

    def __init__(self, index: FileIndex, merges: bool = True) -> None:
        super().__init__(index, _lk=False, compound=False)
        self._words = WordListWriter()
        self._merges = merges
        try:
            self._ids = [(segment, read_ids(folder_of(self.storage, segment))) for segment in self.segments]
        except BaseException:
            self._abandon()
            raise

    def __enter__(self) -> ArchiveWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.is_closed:
            return
        if kind is None:
            try:
                self.commit(mergetype=merge_small if self._merges else keep_segments)
            except BaseException:
                self._abandon()
                raise
        else:
            self._abandon()

    def remove(self, article_id: int) -> int:
        """Mark the committed documents of an article deleted; how many there were."""
        count = 0
        for segment, ids in self._ids:
            for number in (ids == article_id).nonzero()[0].tolist():
                if not segment.is_deleted(number):
                    segment.delete_document(number)
                    count += 1
        return count

    def add(self, document: PreparedDocument) -> None:
        """Add a document whose words are cut: Whoosh takes a list of words where it would cut a text."""
        self._words.add(self.docnum, document.words)
        words = {
            field: [term for term, frequency in frequencies.items() for _ in range(frequency)]
            for field, frequencies in document.words.items()
        }
        self.add_document(
            **{KEY: str(document.id), STAMP: document.stamp, PAYLOAD: document.payload, **words}
        )

    def complete(self) -> Segment:
        """Finish the segment without a commit: it takes part once another writer adopts it."""
        segment = self._finalize_segment()
        self._finish()
        return segment

    def try_segment(self) -> None:
        """Write the segment and throw it away again. Raises TrialOver, or what writing raises."""
        self._finalize_segment()
        raise TrialOver

    def adopt(self, segments: Iterable[Segment]) -> None:
        """Have the commit name segments that other writers have completed."""
        self.segments += segments

    def _finalize_segment(self) -> Segment:
        segment = super()._finalize_segment()
        write_parts(self.storage, self.schema, segment, self._words)
        note_checksums(self.storage, segment, self.storage.checked)
        return segment

    def _abandon(self) -> None:
        """Throw away what was written. Never fails: the error that brought us here is the one to tell."""
        if self.is_closed:
            return
        self.is_closed = True
        self.storage.opened.abandon()
        shutil.rmtree(self._tempstorage.folder, ignore_errors=True)
        for path in self.storage.path.glob(f"{self.newsegment.segment_id()}.*"):
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                with contextlib.suppress(OSError):  # the next commit clears it away
                    path.unlink()


def keep_segments(writer: SegmentWriter, segments: list[Segment]) -> list[Segment]:
    return segments


def merge_small(writer: ArchiveWriter, segments: list[Segment]) -> list[Segment]:
    """Whoosh merge policy: merge full tiers as far as they are small, drop empty segments."""
    living = [segment for segment in segments if _living(segment)]
    room = MOST_IN_COMMIT - writer.docnum
    chosen: list[Segment] = []
    for tier in _full_tiers(living):
        documents = sum(map(_living, tier))
        if documents <= room:
            chosen += tier
            room -= documents
    for segment in chosen:
        for document in living_documents(writer.storage, writer.schema, segment):
            writer.add(document)
    return [segment for segment in living if segment not in chosen]


def _full_tiers(segments: Sequence[Segment]) -> list[list[Segment]]:
    tiers: dict[int, list[Segment]] = {}
    for segment in segments:
        tiers.setdefault(_tier(_living(segment)), []).append(segment)
    return [tiers[tier] for tier in sorted(tiers) if len(tiers[tier]) >= MERGE_FACTOR]


def _living(segment: Segment) -> int:
    return segment.doc_count_all() - segment.deleted_count()  # type: ignore[no-any-return]


def _tier(count: int) -> int:
    tier = 0
    while count >= MERGE_FACTOR:
        count //= MERGE_FACTOR
        tier += 1
    return tier
