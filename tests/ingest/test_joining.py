"""Sentences cut by a column break, a caption, a quote are joined; whole ones are left alone."""

from __future__ import annotations

import pytest

from reports.ingest import parse
from reports.ingest.parsed import ParsedArticle

HEAD = "江畔区：夜校开到家门口\n\n记者 凌霄\n\n白天上班，晚上上课\n\n"
WHOLE = "江畔区有工人一万四千名，下了班没处去。夜校开课以后，教室里天天坐满，连走廊上也站着人。\n\n"
TAIL = "\n\n去年，夜校开课五百六十场，学员三万一千人次。"


def _body(middle: str) -> ParsedArticle:
    [article] = parse((HEAD + WHOLE + middle + TAIL).encode())
    return article


CUT = {
    "column break in a word": (
        "江畔区把夜校办进园区，企业出场地，学校出老师，课程由工人自己",
        "选，想学什么就开什么课。",
    ),
    "break after a comma": (
        "江畔区把夜校办进园区，企业出场地，学校出老师，",
        "课程由工人自己选，想学什么就开什么课。",
    ),
    "break before the last word": (
        "江畔区把夜校办进园区，企业出场地，学校出老师，课程由工人自己选",
        "择。教室不够就借食堂。",
    ),
    "bracket closed below": (
        "江畔区印发《关于推进职工夜校",
        "建设的若干措施》，明确场地、师资和经费来源，夜校越办越多。",
    ),
    "word seen elsewhere": ("江畔区把夜校办进园区，让工", "人在家门口就能上课，学费由企业和工会各出一半。"),
}
CAPTIONS = "\n\n江畔区纺织工人在夜校学习剪辑。\n\n▲夜校的书法课。\n\n"
QUOTE = (
    "\n\n“夜校是江畔区给工人的一份礼物。江畔区始终把工人的事放在心上，"
    "把教室办到车间旁，让每一个想学的人都有书读、有课上。”\n\n"
)


@pytest.mark.parametrize(
    "between", ["\n\n", CAPTIONS, QUOTE, QUOTE + CAPTIONS], ids=["break", "captions", "quote", "both"]
)
@pytest.mark.parametrize("name", CUT)
def test_cut_sentence_is_joined(name: str, between: str) -> None:
    above, below = CUT[name]
    article = _body(above + between + below)
    assert above + below in article.sections[0].paragraphs
    assert [f.caption for f in article.figures] == (
        ["江畔区纺织工人在夜校学习剪辑。", "夜校的书法课。"] if CAPTIONS.strip() in between else []
    )
    assert len(article.pull_quotes) == (QUOTE.strip() in between)
    assert [p.line for p in article.problems if p.code == "joined_sentence"]


def test_whole_paragraphs_are_not_joined() -> None:
    article = _body(WHOLE.strip() + "\n\n" + "区里算过一笔账：一个学员一年花费不到两百元。")
    assert len(article.sections[0].paragraphs) == 4
    assert not article.figures
    assert not article.pull_quotes


@pytest.mark.parametrize(
    "opening",
    ["经济，是肌体；文化，是血脉。", "目前，夜校越办越多。", "一是建好教室。", "“我们想学。”工人们说。"],
)
def test_heading_is_not_joined_with_the_paragraph_below(opening: str) -> None:
    article = _body("夜校越办越红火\n\n" + opening + "江畔区的夜校就这样一间一间开了起来，越开越多。")
    assert [section.heading for section in article.sections] == ["白天上班，晚上上课", "夜校越办越红火"]


def test_short_opening_of_a_cut_sentence_is_no_heading() -> None:
    article = _body(
        "伴随着产业升级的浪\n\n潮，江畔区的工人们纷纷走进夜校，学编程、学剪辑、学外语，一天也不落下。"
    )
    assert [section.heading for section in article.sections] == ["白天上班，晚上上课"]
    assert "伴随着产业升级的浪潮，" in article.sections[0].paragraphs[1]


def test_quote_is_a_pull_quote_though_its_mark_is_doubled_or_unclosed() -> None:
    for quote in (QUOTE.strip() + "”", QUOTE.strip().rstrip("”"), QUOTE.strip().replace("“夜校", "“夜校“")):
        above, below = CUT["column break in a word"]
        article = _body(f"{above}\n\n{quote}\n\n{below}")
        assert list(article.pull_quotes) == [quote]
        assert above + below in article.sections[0].paragraphs


def test_unquoted_overview_in_mid_page_is_the_lead() -> None:
    above, below = CUT["column break in a word"]
    overview = (
        "2024年是江畔区职工教育提升之年。江畔区坚持把课堂办到工人身边，一年新开夜校四十二所，覆盖九个园区，"
        "让六万名工人学有所教，企业的产品合格率也跟着节节攀升，夜校成了园区里最亮的一盏灯。"
    )
    [article] = parse((HEAD + f"{above}\n\n{overview}\n\n{below}{TAIL}").encode())
    assert article.lead == (overview,)
    assert not article.pull_quotes
    assert article.sections[0].paragraphs[0] == above + below


def test_verse_without_full_stops_is_not_joined() -> None:
    lines = [
        "江水绕过老城墙",
        "灯火照着新厂房",
        "夜校的钟声响了",
        "我把手套放一旁",
        "书页像一片江",
        "我在江上慢慢航",
    ]
    [article] = parse(("江畔夜校\n\n" + "\n\n".join(lines)).encode())
    assert not [p for p in article.problems if p.code == "joined_sentence"]


def test_interleaved_columns_are_said_with_their_lines() -> None:
    broken = [
        '年",夜校先后开课四十八场,帮助工人考取证书二百一十本,工人们把这里叫作"第二个家',
        "江畔区把夜校管理写进街道考核,谁建设、谁管理,每季度通",
        '厂里的师傅走上讲台,"谁有本事谁来教",课堂上掌声不断,学员们舍不得',
        "区里算过一笔账,夜校一年花费不到两百万元,换来的是产品合格率提高三",
        '课堂",白天在车间,晚上在教室,六万名工人学有所成,企业也跟着得了',
    ]
    article = _body("\n\n".join(broken))
    [problem] = [p for p in article.problems if p.code == "interleaved_columns"]
    assert problem.line == 9
    assert "第9、11、13、15、17行" in problem.message


def test_sentence_without_its_other_half_is_said() -> None:
    article = _body(
        "江畔区把夜校办进园区，企业出场地，学校出老师，课程由工人自己\n\n## 学成之后\n\n学员小韩当上了班长。"
    )
    assert [p.line for p in article.problems if p.code == "unfinished_sentence"] == [9]
