"""Every answer of the literal index equals a scan of every block, for thousands of random strings."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.search.contract.values import IndexedBlock
from reports.search.engines.whoosh.literal import LiteralSegment

from .made_texts import built, made_documents, made_kinds, made_neighbours, made_query
from .oracle import Document, Oracle

SCOPES = ("article", "section", "figure")


def opened(folder: Path, documents: list[Document]) -> LiteralSegment:
    return LiteralSegment.open(built(folder, documents))


def differences(
    segment: LiteralSegment, oracle: Oracle, query: str, scope: str, kinds: frozenset[str] | None
) -> Iterator[str]:
    if segment.contains(query, scope, kinds).tolist() != oracle.contains(query, scope, kinds):
        yield "contains"
    counts = oracle.counts(query, scope, kinds)
    occurrences = segment.occurrences(query, scope, kinds)
    length = len(query.encode("utf-16-le", "surrogatepass")) // 2
    whole = np.flatnonzero(segment.has_whole(occurrences, length, scope)).tolist()
    if whole != [unit for unit, _, as_words in counts if as_words]:
        yield "has_whole"
    among = np.arange(len(segment.unit_table(scope).document)) % 2 == 0
    whole = np.flatnonzero(segment.has_whole(occurrences.within(among), length, scope)).tolist()
    if whole != [unit for unit, _, as_words in counts if as_words and unit % 2 == 0]:
        yield "has_whole within"
    if segment.positions(query, kinds).tolist() != oracle.positions(query, kinds):
        yield "positions"
    frequencies = zip(
        *(column.tolist() for column in segment.term_frequencies(query, scope, kinds)), strict=True
    )
    if list(frequencies) != [(unit, frequency) for unit, frequency, _ in counts]:
        yield "frequencies"
    some = np.arange(0, segment.documents, 2)
    found = segment.occurrences_in(query, some)
    starts = oracle.positions(query, None)
    blocks = segment.blocks.start.searchsorted(np.array(starts, np.uint32), side="right") - 1
    owners = segment.blocks.document[blocks]
    expected = [
        (start, int(owner) // 2) for start, owner in zip(starts, owners, strict=True) if owner % 2 == 0
    ]
    if list(zip(found.start.tolist(), found.owner.tolist(), strict=True)) != expected:
        yield "occurrences_in"
    if segment.index.max_occurrences(query) < len(starts):
        yield "max_occurrences"


def compare(folder: Path, seed: int, queries: int, documents: int = 6, longest: int = 40) -> int:
    """Ask ``queries`` random strings of a random segment; returns how many were found somewhere."""
    chance = Random(seed)
    made = made_documents(chance, documents, longest)
    segment, oracle, found = opened(folder, made), Oracle(made), 0
    for _ in range(queries):
        query, scope, kinds = (
            made_query(chance, made),
            chance.choice(("article", *SCOPES)),
            made_kinds(chance),
        )
        wrong = list(differences(segment, oracle, query, scope, kinds))
        assert not wrong, (seed, query, scope, kinds, wrong)
        found += bool(segment.contains(query, scope, kinds).any())
    return found


def compare_near(folder: Path, seed: int, queries: int) -> int:
    chance = Random(seed)
    made = made_documents(chance, 6, 30)
    segment, oracle, found = opened(folder, made), Oracle(made), 0
    for _ in range(queries):
        texts = made_neighbours(chance, made)
        distance, scope, kinds = (
            chance.choice((0, 2, 8, 40)),
            chance.choice(("article", *SCOPES)),
            made_kinds(chance),
        )
        mask = segment.near(texts, distance, scope, kinds).tolist()
        assert mask == oracle.near(texts, distance, scope, kinds), (seed, texts, distance, scope, kinds)
        found += any(mask)
    return found


def test_strings_are_found_exactly_where_a_scan_finds_them(tmp_path: Path) -> None:
    found = sum(compare(tmp_path / str(seed), seed, 50) for seed in range(80))
    assert found > 600


def test_strings_near_each_other_are_found_exactly_where_a_scan_finds_them(tmp_path: Path) -> None:
    found = sum(compare_near(tmp_path / str(seed), seed, 40) for seed in range(40))
    assert found > 100


@pytest.mark.slow
def test_many_more_strings_are_found_exactly_where_a_scan_finds_them(tmp_path: Path) -> None:
    found = sum(compare(tmp_path / str(seed), seed, 100, 40, 200) for seed in range(1000, 1100))
    found += sum(compare_near(tmp_path / f"near-{seed}", seed, 100) for seed in range(1000, 1200))
    assert found > 3000


letters = st.text("党建a1，𠀀ＡＮ國 ", max_size=12)
blocks = st.builds(
    IndexedBlock,
    kind=st.sampled_from(("headline", "heading", "body", "caption", "initiative")),
    section=st.integers(-1, 3),
    figure=st.integers(-1, 2),
    text=letters | st.text(max_size=12),
)


@settings(deadline=None, max_examples=150)
@given(documents=st.lists(st.lists(blocks, max_size=4), max_size=4), data=st.data())
def test_any_text_is_found_wherever_it_stands(
    tmp_path_factory: pytest.TempPathFactory, documents: list[list[IndexedBlock]], data: st.DataObject
) -> None:
    segment = opened(tmp_path_factory.mktemp("segment"), documents)
    oracle = Oracle(documents)
    for _ in range(8):
        query = made_query(Random(data.draw(st.integers(0, 2**32))), documents)
        if "\0" in query or "\uffff" in query or any("\ud800" <= c <= "\udfff" for c in query):
            assert not segment.positions(query).size
            continue
        for scope in SCOPES:
            assert not list(differences(segment, oracle, query, scope, None)), (query, scope)


def test_units_are_the_distinct_sections_and_figures_in_order(tmp_path: Path) -> None:
    for seed in range(20):
        made = made_documents(Random(seed))
        segment = opened(tmp_path / str(seed), made)
        for scope in SCOPES:
            document, number = segment.unit_table(scope)
            assert list(zip(document.tolist(), number.tolist(), strict=True)) == Oracle(made).units(scope)


def test_unit_of_block_agrees_with_the_tables_of_blocks(tmp_path: Path) -> None:
    segment = opened(tmp_path, made_documents(Random(5), 30))
    for scope, numbers in (("section", segment.blocks.section), ("figure", segment.blocks.figure)):
        document, number = segment.unit_table(scope)
        units = segment.unit_of_block(scope)
        assert (units >= 0).any()
        for block in np.flatnonzero(units >= 0).tolist():
            assert document[units[block]] == segment.blocks.document[block]
            assert number[units[block]] == numbers[block]
    assert segment.unit_of_block("article").tolist() == segment.blocks.document.tolist()
