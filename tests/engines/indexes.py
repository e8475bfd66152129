"""Indexes for tests: written and rebuilt without an outbox, from prepared documents or from articles."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from unittest.mock import patch

from whoosh.index import FileIndex

from reports.language.normalise import normalise
from reports.language.segment import Segmenter, default_segmenter
from reports.search.contract.values import IndexedArticle, IndexedBlock
from reports.search.engines.whoosh.index import IndexDirectory
from reports.search.engines.whoosh.index_segment.schema import build_schema, manifest
from reports.search.engines.whoosh.index_segment.segment_documents import PreparedDocument, decode_payload
from reports.search.engines.whoosh.indexer import building
from reports.search.engines.whoosh.literal import PreparedBlock
from reports.search.engines.whoosh.reader.reader import INDEX_NAME


def apply(
    index: IndexDirectory, documents: Iterable[PreparedDocument], removed: Iterable[int], patience: float = 30
) -> None:
    """One commit; into an empty index where there is none."""
    with index.lock(patience):
        if index.generations.current() is None:
            number = index.generations.create(manifest(default_segmenter()))
            FileIndex.create(index.reader.storage(number), build_schema(default_segmenter()), INDEX_NAME)
            index.generations.swap_to(number)
        index.apply(documents, removed)


def rebuild(
    index: IndexDirectory,
    documents: Iterable[IndexedArticle | PreparedDocument],
    changed=lambda ids: [],
    *,
    workers: int | None = None,
    segmenter: Segmenter | None = None,
    count: int = 0,
) -> int:
    """``workers``: as many processes, whatever the machine has."""
    with patch.object(
        building, "available_workers", building.available_workers if workers is None else lambda: workers
    ):
        return index.rebuild(
            _articles(documents), lambda ids: _articles(changed(ids)), segmenter or default_segmenter(), count
        )


def _articles(documents: Iterable[IndexedArticle | PreparedDocument]) -> Iterator[IndexedArticle]:
    for document in documents:
        yield decode_payload(document.payload).article if isinstance(document, PreparedDocument) else document


def prepared(block: IndexedBlock, boundaries: Callable[[str], Sequence[int]]) -> PreparedBlock:
    """The block as ``prepare`` makes it, with other word boundaries."""
    normalised = normalise(block.text)
    return PreparedBlock(
        block.kind,
        block.section,
        block.figure,
        block.text,
        normalised.text,
        normalised.steps,
        boundaries(normalised.text),
    )
