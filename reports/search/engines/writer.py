"""Writing: Whoosh's segment writer, with derived folders built before a commit becomes visible."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterable, Sequence
from types import TracebackType

from whoosh.codec.base import Segment
from whoosh.index import FileIndex
from whoosh.reading import SegmentReader
from whoosh.writing import SegmentWriter

from .derived import build_derived
from .documents import PreparedDocument
from .integrity import note_checksums
from .inverting import ArchiveCodec, PostingLists
from .postings import read_postings
from .schema import KEY, PAYLOAD, STAMP, WORD_FIELDS, facet_field
from .storage import MappedStorage

# A tier holds segments of alike size; so many of one tier are merged into one of the next. Each
# document is then rewritten at most log(documents) times, and a search meets few segments.
MERGE_FACTOR = 8
# Merging is Python work, some milliseconds a document, deleted ones among them, and a publish must not wait
# for it: what a commit merges and its new ones are no more than this; the rest is merged beside (merging) ...
MOST_IN_COMMIT = 16
# ... where a segment of more than this is left as it is, unless most of it is deleted.
LARGEST_MERGED = 4096
# A segment of which more than this share is deleted is written anew, whatever its size.
DELETED_SHARE = 0.5


class ArchiveWriter(SegmentWriter):  # type: ignore[misc]
    """Use as a context manager, under the index's file lock: Whoosh's own lock is not taken.

    A failure at any step leaves the table of contents, and so what readers see, as it was.
    """

    storage: MappedStorage
    is_closed: bool

    def __init__(self, index: FileIndex, merges: bool = True) -> None:
        super().__init__(index, _lk=False, compound=False, codec=ArchiveCodec())
        self.pool = PostingLists(self._tempstorage, self.newsegment)
        self._merges = merges
        self._known = {segment.segment_id() for segment in self.segments}
        try:
            self._terms = [
                (segment, segment.codec().terms_reader(self.storage, segment)) for segment in self.segments
            ]
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
                self.commit(mergetype=merge_tiers if self._merges else keep_segments)
            except BaseException:
                self._abandon()
                raise
        else:
            self._abandon()

    def remove(self, article_id: int) -> int:
        """Mark the committed documents of an article deleted; how many there were."""
        count = 0
        for segment, terms in self._terms:
            for number in read_postings(terms, KEY, str(article_id)).documents.tolist():
                if not segment.is_deleted(number):
                    segment.delete_document(number)
                    count += 1
        return count

    def add(self, document: PreparedDocument) -> None:
        """Add a prepared document: what ``add_document`` does, without analysing the text again."""
        number = self.docnum
        per_document, add_postings = self.perdocwriter, self.pool.add_field
        per_document.start_doc(number)
        key = str(document.id)
        add_postings(KEY, number, [(key.encode(), 1, b"")])
        per_document.add_field(KEY, self.schema[KEY], key, 0)
        per_document.add_field(STAMP, self.schema[STAMP], document.stamp, 0)
        for name, postings in document.postings.items():
            length = add_postings(name, number, postings)
            per_document.add_field(name, self.schema[name], None, length)
        for facet, values in document.facets.items():
            entries = [(value.encode(), 1, b"") for value in dict.fromkeys(values)]
            add_postings(facet_field(facet), number, entries)
        per_document.add_column_value(PAYLOAD, self.schema[PAYLOAD].column_type, document.payload)
        per_document.finish_doc()
        self._added = True
        self.docnum += 1

    def _flush_segment(self) -> None:
        self.perdocwriter.close()
        reader = self.per_document_reader()
        numbers = range(reader.doc_count_all())
        # As they are stored: rounded to a byte.
        lengths = {
            name: [reader.doc_field_length(number, name) or 0 for number in numbers] for name in WORD_FIELDS
        }
        reader.close()
        self.fieldwriter.add_lists(self.schema, lengths, self.pool.lists())
        self.fieldwriter.close()

    def complete(self) -> Segment:
        """Finish the segment without a commit: it takes part once another writer adopts it."""
        segment = self._finalize_segment()
        self._finish_segment(segment)
        self._finish()
        return segment

    def adopt(self, segments: Iterable[Segment]) -> None:
        """Have the commit name segments that other writers have completed."""
        for segment in segments:
            self.segments.append(segment)
            self._known.add(segment.segment_id())

    def _finish_segment(self, segment: Segment) -> None:
        build_derived(self.storage, self.schema, segment)
        if segment.segment_id() not in self._known:
            note_checksums(self.storage, segment, self.storage.checked)

    def _commit_toc(self, segments: Sequence[Segment]) -> None:
        # Whoever sees the new table of contents finds the derived folders of every segment in it.
        for segment in segments:
            self._finish_segment(segment)
        super()._commit_toc(segments)

    def _abandon(self) -> None:
        """Throw away what was written. Never fails: the error that brought us here is the one to tell."""
        if self.is_closed:
            return
        self.is_closed = True
        self.storage.opened.abandon()
        shutil.rmtree(self._tempstorage.folder, ignore_errors=True)
        for path in self.storage.path.glob(f"*{self.newsegment.segment_id()}.*"):
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                with contextlib.suppress(OSError):  # the next commit clears it away
                    path.unlink()


def keep_segments(writer: SegmentWriter, segments: list[Segment]) -> list[Segment]:
    return segments


def merge_tiers(writer: ArchiveWriter, segments: list[Segment]) -> list[Segment]:
    """Whoosh merge policy: merge what is due and small, drop empty segments."""
    living = [segment for segment in segments if _living(segment)]
    room = MOST_IN_COMMIT - writer.docnum
    chosen: list[Segment] = []
    for group in due_groups(living):
        documents = sum(segment.doc_count_all() for segment in group)
        if documents <= room:
            chosen += group
            room -= documents
    for segment in chosen:
        reader = SegmentReader(writer.storage, writer.schema, segment)
        writer.add_reader(reader)
    return [segment for segment in living if segment not in chosen]


def due_groups(segments: Iterable[Segment]) -> list[list[Segment]]:
    """Groups of segments that are better one: full tiers, and each that is mostly deleted; smallest first."""
    tiers: dict[int, list[Segment]] = {}
    due: list[list[Segment]] = []
    for segment in segments:
        if segment.deleted_count() > DELETED_SHARE * segment.doc_count_all():
            due.append([segment])
        elif _living(segment) <= LARGEST_MERGED:
            tiers.setdefault(_tier(_living(segment)), []).append(segment)
    due += [tier for tier in tiers.values() if len(tier) >= MERGE_FACTOR]
    return sorted(due, key=lambda group: sum(map(_living, group)))


def _living(segment: Segment) -> int:
    return segment.doc_count_all() - segment.deleted_count()  # type: ignore[no-any-return]


def _tier(count: int) -> int:
    tier = 0
    while count >= MERGE_FACTOR:
        count //= MERGE_FACTOR
        tier += 1
    return tier
