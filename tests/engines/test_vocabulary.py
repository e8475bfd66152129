"""What an index has words for, read the fast way, is what Whoosh and the articles themselves say."""

from __future__ import annotations

from pathlib import Path

from reports.search.contract.values import IndexedArticle, IndexedBlock
from reports.search.engines.whoosh.index import IndexDirectory
from reports.search.engines.whoosh.index_segment.segment_documents import prepare
from reports.search.engines.whoosh.reader.vocabulary import read_vocabulary
from tests.engines.indexes import apply


def article(number: int, headline: str, body: str, district: str = "a") -> IndexedArticle:
    blocks = (IndexedBlock("headline", -1, -1, headline), IndexedBlock("body", 1, -1, body))
    return IndexedArticle(number, blocks, {"district": (district,)}, None, None, "", f"{number}{body}")


def index_of(path: Path) -> IndexDirectory:
    index = IndexDirectory(path)
    texts = ["水渠通到村口", "晚灯照亮水渠 12 里", "2023 年 ABC 园区", "产业链"]
    apply(index, [prepare(article(n, f"第{n}则", text)) for n, text in enumerate(texts, 1)], [])
    apply(
        index, [prepare(article(5, "后来的", "水渠又长了", "b")), prepare(article(4, "改过的", "水渠"))], [3]
    )
    return index


def test_only_what_is_live_counts(tmp_path: Path) -> None:
    snapshot = index_of(tmp_path).snapshot()
    assert snapshot is not None
    vocabulary = read_vocabulary(snapshot, "here")
    assert (vocabulary.place, vocabulary.version) == ("here", snapshot.version)
    assert vocabulary.headlines == ((5, "后来的"), (4, "改过的"), (2, "第2则"), (1, "第1则"))
    assert vocabulary.facets["district"] == {"a": 3, "b": 1}
    assert vocabulary.terms["水渠"] >= 4
    assert not {"12", "2023", "里"} & set(vocabulary.terms)
