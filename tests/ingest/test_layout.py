"""Lines broken by hand become paragraphs again."""

from __future__ import annotations

import pytest

from reports.ingest import parse

PARAGRAPHS = [
    "江畔区有工人一万四千名，下了班没处去。夜校开课以后，教室里天天坐满，连走廊上也站着人，后来的只好在窗外听。",
    "课程由工人自己选，想学什么就开什么课：剪辑、编程、书法、外语，一学期开出一百二十门，名额几分钟就报满了。",
    "老师就在车间里。老钳工讲图纸，老电工讲线路，讲的都是几十年攒下的手艺，台下的人听得入神，下课了也不肯走。",
    "夜校办得好不好，工人说了算。每门课结束都要打分，分数低的课下学期不再开，分数高的课再加一个班，年年如此。",
]
HEADING = "教室就在车间旁"


def _wrap(text: str, width: int) -> list[str]:
    """Break after ``width`` characters, but never before a mark that may not start a line."""
    lines = []
    while text:
        end = width
        while text[end : end + 1] and text[end] in "，。、；：？！”》）":
            end += 1
        lines.append(text[:end])
        text = text[end:]
    return lines


def _page(width: int, indent: str, gap: str) -> str:
    lines = ["江畔夜校灯火明", "", "记者 凌霄", ""]
    for number, paragraph in enumerate(PARAGRAPHS):
        if number == 1:
            lines += [HEADING, *([gap] if gap == "" else [])]
        lines += _wrap(indent + paragraph, width)
        if gap == "":
            lines.append(gap)
    return "\n".join(lines)


@pytest.mark.parametrize("width", [15, 20, 24, 28, 33, 40])
@pytest.mark.parametrize(
    ("indent", "gap"), [("　　", "none"), ("", ""), ("　　", "")], ids=["indents", "blank lines", "both"]
)
def test_hard_wrapped_lines_become_paragraphs(width: int, indent: str, gap: str) -> None:
    [article] = parse(_page(width, indent, gap).encode())
    assert article.headline == "江畔夜校灯火明"
    assert [*article.lead, *(p for s in article.sections for p in s.paragraphs)] == PARAGRAPHS
    assert [section.heading for section in article.sections] == [HEADING]


def test_double_spaced_lines_become_paragraphs() -> None:
    [article] = parse("\n\n".join(_page(24, "　　", "none").replace("\n\n", "\n").split("\n")).encode())
    assert [*article.lead, *(p for s in article.sections for p in s.paragraphs)] == PARAGRAPHS


def test_latin_words_keep_their_blank_where_lines_are_joined() -> None:
    lines = [
        "夜校的大门上挂着一块木牌子，写着 Open",
        "Every Day 三个词，意思是天天都开门，谁来",
        "都欢迎，不问年纪也不问出身，只问想学什么",
        "东西，学会了就回车间去教别人。",
    ]
    [article] = parse(("江畔夜校灯火明\n\n" + "\n".join(lines)).encode())
    assert article.sections[0].paragraphs == (f"{lines[0]} {''.join(lines[1:])}",)


def test_one_paragraph_a_line_stays_so() -> None:
    [article] = parse(("江畔夜校灯火明\n" + "\n".join(PARAGRAPHS)).encode())
    assert list(article.sections[0].paragraphs) == PARAGRAPHS


def test_blanks_left_by_recognition_are_removed_and_said() -> None:
    spoilt = "\n\n".join(" ".join(_wrap(paragraph, 12)) for paragraph in PARAGRAPHS)
    [article] = parse(("江畔夜校 灯火通明\n\n" + spoilt).encode())
    assert list(article.sections[0].paragraphs) == PARAGRAPHS
    assert article.headline == "江畔夜校 灯火通明"
    assert "blanks_removed" in [problem.code for problem in article.problems]


def test_meant_blanks_stay() -> None:
    text = "夜校的墙上写着 学无止境 四个字，也写着 Open Every Day 三个词。"
    [article] = parse(f"江畔夜校灯火明\n\n{text}\n\n{PARAGRAPHS[0]}".encode())
    assert article.sections[0].paragraphs == (text, PARAGRAPHS[0])
