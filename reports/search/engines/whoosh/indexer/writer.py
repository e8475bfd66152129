"""The writer of a commit: Whoosh's own segment writer and codec, and the array files of the segment."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterable, Sequence
from types import TracebackType

from whoosh.codec.base import Segment
from whoosh.index import FileIndex
from whoosh.writing import SegmentWriter

from reports.search.engines.whoosh.directory.integrity import record_checksums
from reports.search.engines.whoosh.directory.storage import MappedStorage
from reports.search.engines.whoosh.index_segment.columns import read_ids
from reports.search.engines.whoosh.index_segment.files import folder_of, live_documents, write_files
from reports.search.engines.whoosh.index_segment.postings import WordListWriter
from reports.search.engines.whoosh.index_segment.schema import KEY, PAYLOAD, STAMP
from reports.search.engines.whoosh.index_segment.segment_documents import PreparedDocument

# A tier holds segments of similar size. This number of segments of one tier is merged into one of the next
# tier.
MERGE_FACTOR = 8
# Merging takes some milliseconds per document under the write lock, and a publish must not wait for it: a
# commit merges segments only up to this number of documents, new ones included. A rebuild merges the others.
MAX_DOCUMENTS_IN_COMMIT = 16


class ArchiveWriter(SegmentWriter):  # type: ignore[misc]
    """Use it as a context manager, with the write lock of the index: it does not take Whoosh's own lock.

    A failure at any step leaves the table of contents, and so the search results, unchanged.
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
            self.roll_back()
            raise

    def __enter__(self) -> ArchiveWriter:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.is_closed:
            return
        if kind is not None:
            self.roll_back()
            return
        try:
            self.commit(mergetype=_merge_small if self._merges else _keep_segments)
        except BaseException:
            self.roll_back()
            raise

    def remove(self, article_id: int) -> None:
        """Mark the committed documents of an article as deleted."""
        for segment, ids in self._ids:
            for document in (ids == article_id).nonzero()[0].tolist():
                if not segment.is_deleted(document):
                    segment.delete_document(document)

    def add(self, document: PreparedDocument) -> None:
        self._words.add(self.docnum, document.words)
        # Whoosh takes a list of words in place of a text.
        words = {
            field: [term for term, frequency in frequencies.items() for _ in range(frequency)]
            for field, frequencies in document.words.items()
        }
        self.add_document(
            **{KEY: str(document.id), STAMP: document.stamp, PAYLOAD: document.payload, **words}
        )

    def finish_segment(self) -> Segment:
        """Finish the segment without a commit. It is used after ``add_segments`` of another writer."""
        segment = self._finalize_segment()
        self._finish()
        return segment

    def try_segment(self) -> None:
        """Write the segment and remove it again. Raises what writing raises."""
        self._finalize_segment()
        self.roll_back()

    def add_segments(self, segments: Iterable[Segment]) -> None:
        """Let the commit name segments that other writers have finished."""
        self.segments += segments

    def _finalize_segment(self) -> Segment:
        segment = super()._finalize_segment()
        write_files(self.storage, self.schema, segment, self._words)
        record_checksums(self.storage, segment, self.storage.checked)
        return segment

    def roll_back(self) -> None:
        """Remove what was written. Never fails, so that the error that caused it is the one that is
        raised."""
        if self.is_closed:
            return
        self.is_closed = True
        self.storage.open_files.close_all()
        shutil.rmtree(self._tempstorage.folder, ignore_errors=True)
        for path in self.storage.path.glob(f"{self.newsegment.segment_id()}.*"):
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                with contextlib.suppress(OSError):  # the next commit removes it
                    path.unlink()


def _keep_segments(writer: SegmentWriter, segments: list[Segment]) -> list[Segment]:
    return segments


def _merge_small(writer: ArchiveWriter, segments: list[Segment]) -> list[Segment]:
    """Merge policy for Whoosh: merge full tiers of small segments, drop empty segments."""
    segments = [segment for segment in segments if _live_count(segment)]
    room = MAX_DOCUMENTS_IN_COMMIT - writer.docnum
    merged: list[Segment] = []
    for tier in _full_tiers(segments):
        documents = sum(map(_live_count, tier))
        if documents <= room:
            merged += tier
            room -= documents
    for segment in merged:
        for document in live_documents(writer.storage, writer.schema, segment):
            writer.add(document)
    return [segment for segment in segments if segment not in merged]


def _full_tiers(segments: Sequence[Segment]) -> list[list[Segment]]:
    tiers: dict[int, list[Segment]] = {}
    for segment in segments:
        tiers.setdefault(_tier(_live_count(segment)), []).append(segment)
    return [tiers[tier] for tier in sorted(tiers) if len(tiers[tier]) >= MERGE_FACTOR]


def _live_count(segment: Segment) -> int:
    return segment.doc_count_all() - segment.deleted_count()  # type: ignore[no-any-return]


def _tier(count: int) -> int:
    tier = 0
    while count >= MERGE_FACTOR:
        count //= MERGE_FACTOR
        tier += 1
    return tier
