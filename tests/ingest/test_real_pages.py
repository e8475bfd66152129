"""The five real pages: structure by counts, line numbers and fragments of a few characters."""

from __future__ import annotations

from pathlib import Path

import pytest

from reports.ingest import decode, parse
from reports.ingest.parsed import ParsedArticle, Role

pytestmark = pytest.mark.shared


@pytest.fixture(scope="module")
def pages(shared: Path) -> dict[str, ParsedArticle]:
    found = {}
    for file in sorted((shared / "reports").glob("*.txt")):
        [found[file.name[:3]]] = parse(file.read_bytes(), file.name)
    return found


def _lines(article: ParsedArticle, role: Role) -> list[int]:
    return [block.first_line for block in article.blocks if block.role is role]


def _joins(article: ParsedArticle) -> list[int | None]:
    return [problem.line for problem in article.problems if problem.code == "joined_sentence"]


def _people(article: ParsedArticle) -> list[str]:
    return [f"{c.name} {c.role}" for c in article.contributors]


def _text(article: ParsedArticle) -> str:
    return "\n".join(p for section in article.sections for p in section.paragraphs)


# Page: headline line, kicker lines, heading lines, caption lines, quote lines, lead lines, joined at lines.
STRUCTURE = {
    "000": ([9], [7], [14, 22, 48, 58], [5, 32, 36], [28], [], [38, 46, 62]),
    "001": ([9], [7], [13, 31, 43], [5, 27], [], [23], [29, 37, 41, 51]),
    "002": ([9], [7], [14, 18, 42, 54], [5, 28, 32, 36], [], [24], [38, 50]),
    "003": ([9], [7], [14, 22, 48, 58], [5, 30, 34], [26], [], [36, 42, 44, 56]),
}


@pytest.mark.parametrize("name", STRUCTURE)
def test_lines_have_the_roles_a_reader_gives_them(pages: dict[str, ParsedArticle], name: str) -> None:
    article = pages[name]
    roles = (Role.HEADLINE, Role.KICKER, Role.HEADING, Role.CAPTION, Role.PULL_QUOTE, Role.LEAD)
    assert (*(_lines(article, role) for role in roles), _joins(article)) == STRUCTURE[name]
    assert [p.code for p in article.problems if p.code in {"no_headline", "interleaved_columns"}] == []
    assert len(article.sections) == len(STRUCTURE[name][2])
    assert len(article.figures) == len(STRUCTURE[name][3])
    assert all(section.heading and section.paragraphs for section in article.sections)


@pytest.mark.parametrize(
    ("name", "people"),
    [
        ("000", "宗兆洋 reporter, 刘智一 correspondent, 马纯潇 editor, 刘燕 layout"),
        ("001", "杜春娜 writer, 杜春娜 photographer, 杜春娜 reporter"),
        ("002", "宗兆洋 writer, 宗兆洋 photographer, 宗兆洋 reporter, 时怀丽 correspondent"),
        (
            "003",
            "于悦 reporter, 刘如嫣 correspondent, 李娟娟 correspondent, "
            "彭传刚 editor, 陈明丽 layout, 洛晋 layout",
        ),
        ("004", "衣涛 reporter, 于昱 reporter, 张绪霞 reporter"),
    ],
)
def test_everyone_is_named_in_his_role(pages: dict[str, ParsedArticle], name: str, people: str) -> None:
    assert ", ".join(_people(pages[name])) == people


@pytest.mark.parametrize(
    ("name", "seams"),
    [
        ("000", ["”工作模式，", "科创大走廊", "融入全省“2"]),
        ("001", ["阵地服务体系", "储备上市资源", "、山东能源", "人才、市大赛"]),
        ("002", ["推进市域社会", "持续打好"]),
        ("003", ["的兴盛,位于", "核心竞争力", "销售额过亿元", "在疫情防控"]),
    ],
)
def test_cut_sentences_are_whole_again(pages: dict[str, ParsedArticle], name: str, seams: list[str]) -> None:
    for seam in seams:
        assert seam in _text(pages[name])


def test_no_page_dates_itself_but_three_speak_of_their_year(pages: dict[str, ParsedArticle]) -> None:
    assert all(page.published_on is None for page in pages.values())
    assert {name: (page.year, page.year_basis) for name, page in pages.items()} == {
        "000": (None, None),
        "001": (2023, "inferred"),
        "002": (2023, "inferred"),
        "003": (None, None),
        "004": (2022, "inferred"),
    }
    assert all(bool(page.year_evidence) is bool(page.year) for page in pages.values())


def test_furniture_of_the_page_is_kept_apart(pages: dict[str, ParsedArticle]) -> None:
    assert [entry[:6] for entry in pages["000"].furniture] == ["扫码下载齐鲁", "找记者 上壹", "编辑：马纯潇"]
    assert [entry[:6] for entry in pages["003"].furniture] == ["扫码下载齐鲁", "找记者 上壹", "编辑:彭传刚"]


def test_unclosed_bracket_is_said_with_its_line(pages: dict[str, ParsedArticle]) -> None:
    assert [p.line for p in pages["003"].problems if p.code == "unclosed_bracket"] == [54]


def test_interleaved_page_is_usable(pages: dict[str, ParsedArticle]) -> None:
    article = pages["004"]
    assert _lines(article, Role.HEADLINE) == [1]
    # Ten highlights, four of them with their number on a line above.
    assert [section.heading[:3] for section in article.sections].count("亮点四") == 1
    assert _lines(article, Role.HEADING) == [13, 31, 45, 63, 65, 77, 79, 93, 103, 113, 115, 129, 131, 143]
    assert len(article.sections) == 10
    assert len(article.lead) == 5
    assert not article.figures
    assert not article.pull_quotes
    codes = [problem.code for problem in article.problems]
    assert "interleaved_columns" in codes
    assert "blanks_removed" in codes
    assert len(codes) <= 6


def test_every_character_is_in_exactly_one_block(shared: Path, pages: dict[str, ParsedArticle]) -> None:
    for file in (shared / "reports").glob("*.txt"):
        blocks = "".join(block.text for block in pages[file.name[:3]].blocks)
        assert "".join(blocks.split()) == "".join(decode(file.read_bytes()).text.split())
