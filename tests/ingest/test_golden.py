"""Self-made pages of the layouts newspapers use, each with the structure a reader sees in it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from reports.ingest import parse

from .structure import structure_of

GOLDEN = Path(__file__).parent / "golden"
PAGES = sorted([*GOLDEN.glob("*.txt"), *GOLDEN.glob("*.md")])


def test_there_are_pages() -> None:
    assert len(PAGES) >= 12


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_page_has_the_structure_a_reader_sees(page: Path) -> None:
    expected = json.loads(page.with_suffix(".json").read_text("utf-8"))
    assert [structure_of(article) for article in parse(page.read_bytes(), page.name)] == expected


@pytest.mark.parametrize("codec", ["gb18030", "utf-16", "utf-16-be", "utf-8-sig"])
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_charset_and_line_ends_change_nothing(page: Path, codec: str) -> None:
    expected = json.loads(page.with_suffix(".json").read_text("utf-8"))
    data = page.read_text("utf-8").replace("\n", "\r\n").encode(codec)
    assert [structure_of(article) for article in parse(data, page.name)] == expected


# Retyped pages: blank lines squeezed or dropped, every paragraph indented.
_SPACED = [page for page in PAGES if page.stem[:2] in {"02", "12", "14", "17", "18", "19"}]


@pytest.mark.parametrize("page", _SPACED, ids=lambda page: page.stem)
def test_fewer_blank_lines_change_nothing(page: Path) -> None:
    expected = json.loads(page.with_suffix(".json").read_text("utf-8"))
    lines = [line for line in page.read_text("utf-8").split("\n") if line.strip()]
    for end in ("\n", "\n\n"):
        found = [structure_of(article) for article in parse(end.join(lines).encode(), page.name)]
        for article in (*found, *expected):
            article["furniture"], article["problems"] = [], []
        if end == "\n":
            assert found == expected
        else:
            assert [r["sections"][0] for r in found] == [r["sections"][0] for r in expected]
