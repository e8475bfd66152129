"""Masks that are kept for a commit are whole, though a search looked only where its rarest word stands."""

from __future__ import annotations

from pathlib import Path

from reports.language.segment import default_segmenter
from reports.search.engines.whoosh.index import IndexDirectory
from reports.search.engines.whoosh.index_segment.segment_documents import prepare
from reports.search.engines.whoosh.indexer import writer
from reports.search.engines.whoosh.query.matching import Matcher
from reports.search.request import Scope
from reports.search.syntax.tree import And, Word
from tests.engines.indexes import rebuild
from tests.engines.test_find import article


def test_a_segment_without_the_rarest_word_keeps_its_units(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(writer, "MAX_DOCUMENTS_IN_COMMIT", 0)
    index = IndexDirectory(tmp_path / "index")
    rebuild(index, iter([article(1, "水渠通到村口"), article(2, "水渠清淤")]), lambda ids: [])
    snapshot = index.snapshot()
    assert Matcher(snapshot, Scope.ARTICLE).mask(Word("水渠")).sum() == 2  # its segment keeps the mask
    with index.lock(0):
        index.apply([prepare(article(3, "水渠边的晚灯"), default_segmenter())], [])
    snapshot = index.snapshot()
    assert len(snapshot.segments) == 2
    both = And((Word("水渠"), Word("晚灯")))
    for _ in range(2):
        assert Matcher(snapshot, Scope.ARTICLE).mask(both).sum() == 1
        assert Matcher(snapshot, Scope.ARTICLE).mask(Word("水渠")).sum() == 3
