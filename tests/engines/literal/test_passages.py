"""Passages are whole printed blocks with every occurrence marked, those first that say most."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from random import Random

import numpy as np

from reports.language.offsets import merge_ranges
from reports.search.contract.kinds import HIDDEN_KINDS
from reports.search.contract.values import IndexedBlock, Passage
from reports.search.engines.whoosh.literal import LiteralSegment
from reports.search.engines.whoosh.literal.passages import PassageCandidate, best_first

from .made_texts import built, made_documents, made_neighbours
from .oracle import Oracle, fold


def opened(folder: Path, documents: list[list[IndexedBlock]]) -> LiteralSegment:
    return LiteralSegment.open(built(folder, documents, lambda text: ()))


def passages_of(
    segment: LiteralSegment,
    units: Sequence[int],
    texts: Sequence[str],
    scope: str = "article",
    kinds: frozenset[str] | None = None,
) -> list[list[Passage]]:
    """All matched blocks of each unit, read."""
    return [
        [segment.blocks.passage(block) for block in blocks]
        for blocks in segment.matched_blocks(units, texts, scope, kinds)
    ]


def body(text: str, section: int = 1) -> IndexedBlock:
    return IndexedBlock("body", section, -1, text)


def test_marks_and_blocks_are_those_of_a_scan(tmp_path: Path) -> None:
    shown = 0
    for seed in range(60):
        chance = Random(seed)
        made = made_documents(chance)
        segment, oracle = opened(tmp_path / str(seed), made), Oracle(made)
        for scope in ("article", "section", "figure"):
            texts, units = made_neighbours(chance, made), oracle.units(scope)
            for unit, passages in zip(
                units, passages_of(segment, range(len(units)), texts, scope), strict=True
            ):
                expected = [
                    Passage(
                        block.kind,
                        block.section,
                        block.figure,
                        block.text,
                        merge_ranges(oracle.marks(block, texts)),
                        oracle.paragraph(block),
                    )
                    for block in oracle.blocks(unit, scope, None)
                    if any(text in fold(block.text) for text in texts)
                ]
                assert sorted(passages, key=str) == sorted(expected, key=str)
                assert not {passage.kind for passage in passages} & HIDDEN_KINDS
                shown += len(passages)
    assert shown > 200


def test_marks_stand_on_the_printed_characters(tmp_path: Path) -> None:
    segment = opened(tmp_path, [[body("“１＋４ ＋４＋Ｎ”工作 模式，在歷 城區")]])
    [[passage]] = passages_of(segment, [0], ["1+4+4+n", "作模", "历城区"])
    assert [passage.text[start:end] for start, end in passage.marks] == [
        "１＋４ ＋４＋Ｎ",
        "作 模",
        "歷 城區",
    ]


def test_overlapping_and_neighbouring_marks_become_one(tmp_path: Path) -> None:
    segment = opened(tmp_path, [[body("党建引领产业链")]])
    [[passage]] = passages_of(segment, [0], ["党建引", "引领", "产业"])
    assert passage.marks == ((0, 6),)


def test_blocks_together_show_as_many_of_the_texts_as_they_can(tmp_path: Path) -> None:
    blocks = [body("党建。党建。"), body("产业和人才"), body("人才和产业"), body("党建、党建")]
    segment = opened(tmp_path, [blocks])
    [passages] = passages_of(segment, [0], ["党建", "产业", "人才"])
    assert [passage.text for passage in passages[:3]] == ["产业和人才", "党建。党建。", "人才和产业"]


def test_the_rarer_text_comes_first(tmp_path: Path) -> None:
    common = [body(f"第{number}处写着党建") for number in range(50)]
    segment = opened(tmp_path, [[*common, body("只有这里写着产业链")]])
    [passages] = passages_of(segment, [0], ["党建", "产业链"])
    assert [passage.text for passage in passages[:2]] == ["只有这里写着产业链", "第0处写着党建"]


def choose_one_by_one(candidates: list[PassageCandidate], weights: list[float]) -> list[PassageCandidate]:
    """Each time that whose texts not yet shown weigh most, then all its texts, then the first."""
    left, chosen, shown = list(candidates), [], set[int]()
    while left:

        def value(candidate: PassageCandidate, shown: set[int] = shown) -> tuple[float, float]:
            new = candidate.texts - shown
            return sum(weights[i] for i in new), sum(weights[i] for i in candidate.texts)

        best = max(left, key=value)
        left.remove(best)
        chosen.append(best)
        shown |= best.texts
    return chosen


def test_the_best_blocks_are_those_chosen_one_by_one() -> None:
    chance = Random(5)
    for _ in range(500):
        weights = [chance.choice((0.25, 0.5, 1.0)) for _ in range(4)]
        candidates = [
            PassageCandidate(block, frozenset(chance.sample(range(4), chance.randint(1, 4))))
            for block in range(chance.randint(1, 12))
        ]
        assert best_first(candidates, weights) == choose_one_by_one(candidates, weights)


def test_only_blocks_of_the_unit_and_the_kinds_asked_for_are_shown(tmp_path: Path) -> None:
    document = [
        IndexedBlock("headline", -1, -1, "党建"),
        IndexedBlock("heading", 1, -1, "党建一"),
        body("党建二", 1),
        IndexedBlock("caption", 1, 1, "党建图"),
        body("党建三", 2),
        IndexedBlock("initiative", -1, -1, "党建工程"),
    ]
    segment = opened(tmp_path, [document])

    def shown(scope: str, unit: int, kinds: frozenset[str] | None = None) -> list[str]:
        return [p.text for p in passages_of(segment, [unit], ["党建"], scope, kinds)[0]]

    assert shown("article", 0) == ["党建", "党建一", "党建二", "党建图", "党建三"]
    assert shown("section", 0) == ["党建一", "党建二"]
    assert shown("section", 1) == ["党建三"]
    assert shown("section", 0, frozenset({"caption"})) == ["党建图"]
    assert shown("figure", 0) == ["党建图"]
    assert shown("article", 0, frozenset({"initiative", "heading"})) == ["党建一"]


def test_nothing_to_mark_gives_no_passage(tmp_path: Path) -> None:
    segment = opened(tmp_path, [[body("党建")], []])
    assert passages_of(segment, np.array([0, 1]), ["产业"]) == [[], []]
    assert passages_of(segment, [0], ["", "\ud800"]) == [[]]
    assert passages_of(segment, [], ["党建"]) == []


def test_a_block_can_be_shown_without_marks(tmp_path: Path) -> None:
    segment = opened(tmp_path, [[body("一")], [body("党建，好"), body("二", 2)]])
    assert [segment.blocks.unmarked_passage(block) for block in segment.blocks_of(1, "article")] == [
        Passage("body", 1, -1, "党建，好"),
        Passage("body", 2, -1, "二"),
    ]
    assert list(segment.blocks_of(2, "section")) == [2]
