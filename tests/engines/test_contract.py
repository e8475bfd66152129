"""What every engine must do (``search/contract/engine.py``): another engine subclasses ``EngineTests``."""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

import pytest

from reports.language.normalise import fold
from reports.language.segment import default_segmenter, segmenter_with
from reports.search.contract.conditions import ArticleIds, DateRange, FacetPrefix, FacetValues, YearRange
from reports.search.contract.engine import Change, Engine
from reports.search.contract.errors import IndexDamaged, IndexMissing
from reports.search.contract.values import (
    EMPTY_VERSION,
    EngineQuery,
    EngineResult,
    IndexedArticle,
    IndexedBlock,
    SortKey,
    UnitHit,
)
from reports.search.engines.whoosh.engine import WhooshEngine
from reports.search.request import Scope
from reports.search.syntax.tree import (
    And,
    Every,
    Exact,
    Field,
    FieldName,
    Near,
    Not,
    Or,
    Phrase,
    Prefix,
    Word,
)
from tests.engines.corpus import random_article, random_search
from tests.engines.naive import NaiveEngine
from tests.search.plain_engine import PlainEngine

COUNT = 30
ALL = EngineQuery(Every(), Scope.ARTICLE, {}, None, None, (SortKey.ID,), 0, None)


def made_articles(seed: int = 1, count: int = COUNT) -> list[IndexedArticle]:
    chance = random.Random(seed)
    return [random_article(chance, number) for number in range(1, count + 1)]


def made_article(number: int, *texts: str, headline: str = "标题") -> IndexedArticle:
    blocks = (
        IndexedBlock("headline", -1, -1, headline),
        *(IndexedBlock("body", section, -1, text) for section, text in enumerate(texts, 1)),
    )
    facets = {"year": ("2024",), "district": (f"37010{number}",)}
    return IndexedArticle(number, blocks, facets, date(2024, 5, number), 2024, f"37010{number}", f"s{number}")


def nothing(_: Sequence[int]) -> list[IndexedArticle]:
    return []


def fill(engine: Engine, articles: Sequence[IndexedArticle]) -> None:
    engine.rebuild(iter(articles), nothing, default_segmenter(), len(articles))


def apply(
    engine: Engine, *articles: IndexedArticle, without: Sequence[int] = (), number: int = 1
) -> frozenset[int]:
    changes = [Change(article.id, engine.prepare(article), number) for article in articles]
    return engine.apply([*changes, *(Change(article_id, None, number) for article_id in without)], 5.0)


def units(result: EngineResult) -> list[tuple[int, int]]:
    return [(hit.article_id, hit.number) for hit in result.hits]


def ids(engine: Engine) -> list[int]:
    return [hit.article_id for hit in engine.find(ALL).hits]


class EngineTests:
    """The tests of the contract. A subclass gives a fresh engine without an index."""

    @pytest.fixture
    def engine(self, tmp_path: Path) -> Engine:
        raise NotImplementedError

    # No index yet

    def test_without_an_index_nothing_is_found_and_nothing_can_be_written(self, engine: Engine) -> None:
        assert engine.version() == EMPTY_VERSION
        found = engine.find(ALL)
        assert (found.total, list(found.hits), found.index_version) == (0, [], EMPTY_VERSION)
        assert engine.status(default_segmenter()).generation is None
        assert engine.segmenter().version == default_segmenter().version
        assert engine.vocabulary().version == EMPTY_VERSION
        assert not engine.needs_maintenance()
        with pytest.raises(IndexMissing):
            engine.stamps()
        read: list[int] = []
        with pytest.raises(IndexMissing):
            engine.apply((read.append(1) or Change(1, None, 1) for _ in range(1)), 1.0)  # type: ignore[func-returns-value]
        assert read == []  # the changes are still to be read by whoever makes the index

    # Finding

    @pytest.mark.parametrize("seed", range(6))
    def test_hits_counts_and_order_are_those_of_a_scan(self, engine: Engine, seed: int) -> None:
        articles = made_articles(seed)
        fill(engine, articles[:20])
        apply(engine, *articles[15:])
        chance, scan = random.Random(seed), NaiveEngine(articles)
        for _ in range(40):
            search = random_search(chance, articles)
            ours, theirs = engine.find(search), scan.find(search)
            assert ours.total == theirs.total == len(ours.hits), search
            assert frozenset(units(ours)) == theirs.units, search
            assert ours.facets == theirs.facets, search
            if SortKey.RELEVANCE not in search.order:
                assert tuple(units(ours)) == theirs.order, search

    def test_pages_neither_repeat_nor_skip(self, engine: Engine) -> None:
        articles = made_articles(3)
        fill(engine, articles)
        chance = random.Random(3)
        for _ in range(20):
            search = random_search(chance, articles)
            everything = engine.find(search)
            for size in (1, 4):
                pages = [
                    unit
                    for start in range(0, everything.total + size, size)
                    for unit in units(engine.find(dataclasses.replace(search, start=start, limit=size)))
                ]
                assert pages == units(everything), search

    def test_counts_may_be_left_out(self, engine: Engine) -> None:
        fill(engine, made_articles())
        counted, plain = (
            engine.find(dataclasses.replace(ALL, with_facets=wanted)) for wanted in (True, False)
        )
        assert counted.total == plain.total == COUNT
        assert set(counted.facets) >= {"district", "year"}
        assert not plain.facets

    @pytest.mark.parametrize(
        ("tree", "expected"),
        [
            (Word("水渠"), [1, 2]),
            (And((Word("水渠"), Word("路灯"))), [1]),
            (Or((Word("路灯"), Word("食堂"))), [1, 3]),
            (Not(Word("水渠")), [3]),
            (Phrase("水渠清淤"), [1]),
            (Exact("渠"), []),
            (Prefix("食"), [3]),
            (Near(("村口", "路灯"), 3), [1]),
            (Near(("水渠", "路灯"), 3), []),
            (Field(FieldName.HEADLINE, Word("食堂")), [3]),
            (Field(FieldName.HEADLINE, Word("水渠")), []),
            (FacetValues("district", ("370102", "370103")), [2, 3]),
            (FacetPrefix("district", "3701"), [1, 2, 3]),
            (DateRange(date(2024, 5, 2), None), [2, 3]),
            (YearRange(2025, 2026), []),
            (ArticleIds((1, 3)), [1, 3]),
        ],
    )
    def test_every_node_and_condition_has_its_meaning(
        self, engine: Engine, tree: object, expected: list[int]
    ) -> None:
        fill(
            engine,
            [
                made_article(1, "今年水渠清淤。", "村口装了路灯。"),
                made_article(2, "水渠又清了淤。"),
                made_article(3, "老人就餐。", headline="食堂开张"),
            ],
        )
        found = engine.find(dataclasses.replace(ALL, tree=tree))  # type: ignore[arg-type]
        assert [hit.article_id for hit in found.hits] == expected

    # Passages

    def test_passages_are_printed_blocks_with_marks(self, engine: Engine) -> None:
        fill(engine, [made_article(1, "今年 水 渠清淤。", "村口装了路灯。", "别的事。", headline="水渠")])
        (hit,) = engine.find(dataclasses.replace(ALL, tree=Word("水渠"))).hits
        tree = And((Word("水渠"), Word("路灯"), Not(Word("别的"))))
        (passages,) = engine.passages(tree, Scope.ARTICLE, [hit], 3)
        marked = {block.text: [block.text[a:b] for a, b in block.marks] for block in passages.shown}
        assert marked == {"今年 水 渠清淤。": ["水 渠"], "村口装了路灯。": ["路灯"]}
        assert passages.headline is not None
        assert (passages.headline.text, passages.headline.marks) == ("水渠", ((0, 2),))
        assert passages.sections - {-1} == {1, 2}

    def test_a_passage_knows_its_paragraph(self, engine: Engine) -> None:
        blocks = [
            ("lead", 0, "导语一。"), ("lead", 0, "导语二，水渠。"), ("heading", 1, "清淤"),
            ("body", 1, "甲。"), ("body", 1, "乙。"), ("body", 1, "丙，水渠。"), ("body", 2, "丁，水渠。"),
            ("pull_quote", -1, "戊。"), ("pull_quote", -1, "己，水渠。"),
        ]  # fmt: skip
        article = dataclasses.replace(
            made_article(1, "x"), blocks=tuple(IndexedBlock(kind, n, -1, text) for kind, n, text in blocks)
        )
        fill(engine, [made_article(2, "别的事。"), article])
        (hit,) = engine.find(dataclasses.replace(ALL, tree=Word("水渠"))).hits
        (passages,) = engine.passages(Word("水渠"), Scope.ARTICLE, [hit], 9)
        assert {(p.kind, p.section): p.paragraph for p in passages.shown} == {
            ("lead", 0): 2, ("body", 1): 3, ("body", 2): 1, ("pull_quote", -1): 2,
        }  # fmt: skip

    @pytest.mark.parametrize(
        "forms",
        [
            ("二〇二三年", "二○二三年", "二零二三年"),
            ("3—6公里", "3-6公里", "3～6公里", "3〜6公里"),
            ("阿依·古丽", "阿依•古丽", "阿依・古丽"),
            ("表示", "表⺬"),
        ],
    )
    def test_printed_variants_find_one_another_and_are_marked_as_printed(
        self, engine: Engine, forms: tuple[str, ...]
    ) -> None:
        fill(engine, [made_article(number, f"再说{form}的事。") for number, form in enumerate(forms, 1)])
        for form in forms:
            hits = engine.find(dataclasses.replace(ALL, tree=Phrase(fold(form)))).hits
            assert {hit.article_id for hit in hits} == set(range(1, len(forms) + 1))
            for passages, hit in zip(
                engine.passages(Phrase(fold(form)), Scope.ARTICLE, hits, 3), hits, strict=True
            ):
                (block,) = passages.shown
                assert [block.text[a:b] for a, b in block.marks] == [forms[hit.article_id - 1]]

    def test_without_a_string_the_hit_shows_how_it_begins(self, engine: Engine) -> None:
        fill(engine, [made_article(1, "今年水渠清淤。", "村口装了路灯。")])
        (passages,) = engine.passages(Every(), Scope.ARTICLE, [UnitHit(1, -1, 0.0)], 3)
        assert [(block.text, block.marks) for block in passages.shown] == [("今年水渠清淤。", ())]
        assert (passages.headline, passages.sections) == (None, frozenset())
        (of_section,) = engine.passages(Every(), Scope.SECTION, [UnitHit(1, 2, 0.0)], 3)
        assert [block.text for block in of_section.shown] == ["村口装了路灯。"]
        (gone,) = engine.passages(Every(), Scope.ARTICLE, [UnitHit(99, -1, 0.0)], 3)
        assert gone.shown == ()

    # Writing

    def test_changes_replace_and_take_out(self, engine: Engine) -> None:
        articles = made_articles(4)
        fill(engine, articles)
        before = engine.version()
        assert apply(engine, made_article(2, "完全改写。"), without=[5, 99]) == frozenset()
        assert engine.version() != before
        assert ids(engine) == [number for number in range(1, COUNT + 1) if number != 5]
        assert [
            hit.article_id for hit in engine.find(dataclasses.replace(ALL, tree=Word("完全改写"))).hits
        ] == [2]

    def test_the_same_changes_twice_do_no_harm(self, engine: Engine) -> None:
        fill(engine, made_articles(5))
        for _ in range(2):
            apply(engine, made_article(2, "完全改写。"), without=[5])
        stamps = engine.stamps()
        assert sorted(stamps.of_articles) == [number for number in range(1, COUNT + 1) if number != 5]
        assert (stamps.of_articles[2], stamps.duplicated) == ("s2", frozenset())

    def test_a_late_change_undoes_no_newer_one(self, engine: Engine) -> None:
        """An engine tells it by the numbers, or asks for changes only when nobody else can write."""
        fill(engine, made_articles(6))
        written = {2: 1}

        def as_the_database_has_them(number: int, text: str) -> Iterator[Change]:
            if number >= written[2]:
                written[2] = number
                yield Change(2, engine.prepare(made_article(2, text)), number)

        engine.apply(as_the_database_has_them(7, "新的说法。"), 5.0)
        engine.apply(as_the_database_has_them(6, "旧的说法。"), 5.0)
        assert engine.find(dataclasses.replace(ALL, tree=Word("新的说法"))).total == 1
        assert engine.find(dataclasses.replace(ALL, tree=Word("旧的说法"))).total == 0

    def test_a_failure_while_changes_are_read_changes_nothing(self, engine: Engine) -> None:
        fill(engine, made_articles(7))
        before = engine.version()

        def broken() -> Iterator[Change]:
            yield Change(1, None, 1)
            raise OSError(5, "Input/output error")

        with pytest.raises(OSError, match="Input"):
            engine.apply(broken(), 5.0)
        assert (engine.version(), ids(engine)) == (before, list(range(1, COUNT + 1)))
        apply(engine, without=[1])  # and the next writer is not kept waiting
        assert 1 not in ids(engine)

    def test_a_rebuild_replaces_everything_and_takes_the_segmenter_given(self, engine: Engine) -> None:
        fill(engine, made_articles(8))
        before = engine.version()
        words = segmenter_with(["守望站"])
        assert engine.rebuild(iter([made_article(3, "守望站。")]), nothing, words, 1) == 1
        assert ids(engine) == [3]
        assert engine.segmenter().words == ("守望站",)
        assert engine.version() != before

    def test_one_process_is_elected_for_bulk_work(self, engine: Engine) -> None:
        with engine.as_worker():
            pass
        with engine.as_worker():
            engine.maintain()
        assert not engine.is_rebuilding()

    # State

    def test_stamps_and_vocabulary_tell_what_is_indexed(self, engine: Engine) -> None:
        fill(engine, [made_article(1, "今年水渠清淤。", headline="清淤"), made_article(2, "水渠通水。")])
        stamps = engine.stamps()
        assert (stamps.version, dict(stamps.of_articles)) == (engine.version(), {1: "s1", 2: "s2"})
        vocabulary = engine.vocabulary()
        assert (vocabulary.place, vocabulary.version) == (engine.place, engine.version())
        assert vocabulary.headlines == ((2, "标题"), (1, "清淤"))
        assert vocabulary.facets["year"] == {"2024": 2}
        assert vocabulary.terms["水渠"] == 2
        status = engine.status(default_segmenter())
        assert (status.indexed, status.cause, status.differing) == (2, "", ())
        engine.read_again()
        assert engine.stamps() == stamps


class TestPlainEngine(EngineTests):
    @pytest.fixture
    def engine(self, tmp_path: Path) -> Engine:
        return PlainEngine(None)

    def test_the_numbers_tell_what_came_late(self, engine: Engine) -> None:
        fill(engine, made_articles())
        apply(engine, made_article(2, "新的说法。"), number=7)
        assert apply(engine, made_article(2, "旧的说法。"), number=6) == {2}
        assert engine.stamps().of_articles[2] == "s2"


class TestWhooshEngine(EngineTests):
    @pytest.fixture
    def engine(self, tmp_path: Path) -> Engine:
        return WhooshEngine(tmp_path / "index")

    def test_damage_is_raised_and_told_and_a_rebuild_mends_it(self, engine: Engine, tmp_path: Path) -> None:
        fill(engine, made_articles())
        for path in (tmp_path / "index").rglob("*.toc"):
            path.write_bytes(path.read_bytes()[:-30])
        engine.read_again()
        for ask in (
            lambda: engine.find(ALL),
            engine.stamps,
            engine.vocabulary,
            lambda: apply(engine, without=[1]),
        ):
            with pytest.raises(IndexDamaged):
                ask()
        assert engine.status(default_segmenter()).cause
        assert engine.segmenter() is not None
        fill(engine, made_articles())
        assert (len(ids(engine)), engine.status(default_segmenter()).cause) == (COUNT, "")

    def test_similar_articles_leave_out_the_article_itself_and_what_is_refused(self, engine: Engine) -> None:
        fill(
            engine,
            [
                made_article(1, "社区养老食堂开张，老人就餐方便，养老服务到家。", headline="甲"),
                made_article(2, "养老食堂覆盖社区，老人就餐有补助。", headline="乙"),
                made_article(3, "社区养老食堂，老人就餐。", headline="丙"),
                made_article(4, "高速公路通车，货运畅通。", headline="丁"),
            ],
        )
        assert {hit.article_id for hit in engine.similar(1, Every()).hits} == {2, 3}
        only = engine.similar(1, ArticleIds((1, 3, 4)))
        assert ([hit.article_id for hit in only.hits], only.total) == ([3], 1)
        assert engine.similar(99, Every()).total == 0
