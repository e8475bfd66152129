"""Kicker, headline, deck and headings are told apart in the usual combinations."""

from __future__ import annotations

import pytest

from reports.ingest import parse

TEXT = "江畔区有工人一万四千名，下了班没处去。夜校开课以后，教室里天天坐满，连走廊上也站着人。"
MORE = "课程由工人自己选，老师就在车间里。每门课结束都要打分，分数低的课下学期不再开。"
BODY = f"\n\n记者 凌霄\n\n{TEXT}\n\n教室就在车间旁\n\n{MORE}\n\n老师就是老师傅\n\n{MORE}"
HEADS = {
    "江畔区：夜校开到家门口": ("", "江畔区：夜校开到家门口", ""),
    "夜校为什么这样红？": ("", "夜校为什么这样红？", ""),
    "向着光亮处\n\n江畔区把夜校办进九个园区": ("向着光亮处", "江畔区把夜校办进九个园区", ""),
    "向着光亮处 走在大路上\n江畔区：夜校开到家门口": ("向着光亮处 走在大路上", "江畔区：夜校开到家门口", ""),
    "夜校开到家门口\n——江畔区职工教育纪实": ("", "夜校开到家门口", "——江畔区职工教育纪实"),
    "夜校开到家门口\n江畔区职工教育工作纪实": ("", "夜校开到家门口", "江畔区职工教育工作纪实"),
    "奋进的答卷\n江畔区：夜校开到家门口\n——职工教育见闻": (
        "奋进的答卷",
        "江畔区：夜校开到家门口",
        "——职工教育见闻",
    ),
    "江水向东去\n\u3000灯火入夜来": ("", "江水向东去 灯火入夜来", ""),
    "江畔区出台二十条措施支持和\n服务职工夜校": ("", "江畔区出台二十条措施支持和 服务职工夜校", ""),
    "清江市江畔区\n夜校开到家门口": ("清江市江畔区", "夜校开到家门口", ""),
    "## 奋进的答卷\n# 夜校开到家门口": ("奋进的答卷", "夜校开到家门口", ""),
    "# 夜校开到家门口\n## 江畔区的职工教育": ("", "夜校开到家门口", "江畔区的职工教育"),
    "引题：奋进的答卷\n标题：夜校开到家门口\n副题：江畔区职工教育": (
        "奋进的答卷",
        "夜校开到家门口",
        "江畔区职工教育",
    ),
    "江畔区的工人在夜校上课。\n\n江畔区：夜校开到家门口": ("", "江畔区：夜校开到家门口", ""),
}


@pytest.mark.parametrize("head", HEADS)
def test_title_lines_are_told_apart(head: str) -> None:
    [article] = parse((head + BODY).encode())
    assert (article.kicker, article.headline, article.deck) == HEADS[head]
    assert [section.heading for section in article.sections] == ["教室就在车间旁", "老师就是老师傅"]
    assert article.lead == (TEXT,)


HEADINGS = {
    "一、建好教室": "一、建好教室",
    "（一）建好教室": "（一）建好教室",
    "（一）建好教室。": "（一）建好教室。",
    "1.建好教室": "1.建好教室",
    "亮点一\n\n建好教室": "亮点一 建好教室",
    "第一章\n建好教室\n请好老师": "第一章 建好教室 请好老师",
    "■建好教室": "■建好教室",
    "### 建好教室": "建好教室",
    "**建好教室**": "建好教室",
    "教室够不够？": "教室够不够？",
    "建好“一间教室” 请好“一位老师”": "建好“一间教室” 请好“一位老师”",
    "把教室建在\n工人身边": "把教室建在 工人身边",
}


@pytest.mark.parametrize("printed", HEADINGS)
def test_headings_are_found_in_every_form(printed: str) -> None:
    [article] = parse(f"江畔区：夜校开到家门口\n\n记者 凌霄\n\n{TEXT}\n\n{printed}\n\n{MORE}".encode())
    assert [section.heading for section in article.sections] == [HEADINGS[printed]]


@pytest.mark.parametrize(
    "said", ["一是建好教室，二是请好老师，三是排好课程。", "首先，建好教室。", "一是建好教室"]
)
def test_enumerated_sentences_are_paragraphs(said: str) -> None:
    [article] = parse(f"江畔区：夜校开到家门口\n\n记者 凌霄\n\n{TEXT}\n\n{said}\n\n{MORE}".encode())
    assert [p for section in article.sections for p in section.paragraphs] == [TEXT, said, MORE]


def test_page_without_headings_is_one_section() -> None:
    [article] = parse(f"江畔区：夜校开到家门口\n\n{TEXT}\n\n{MORE}".encode())
    assert [(section.heading, len(section.paragraphs)) for section in article.sections] == [("", 2)]
    assert not article.lead


def test_page_without_headline_says_so() -> None:
    [article] = parse(f"{TEXT}\n\n{MORE}".encode())
    assert article.headline == ""
    assert "no_headline" in [problem.code for problem in article.problems]


def test_furniture_stays_out_of_the_text() -> None:
    foot = ["扫码下载江畔手机报", "新闻热线：0531-12345678", "责任编辑：张三 美编：李四", "（完）", "第1页"]
    [article] = parse((f"江畔区：夜校开到家门口{BODY}\n\n\n" + "\n".join(foot)).encode())
    assert list(article.furniture) == foot
    assert article.sections[-1].paragraphs == (MORE,)


def test_news_of_a_qr_code_is_no_furniture() -> None:
    news = "居民扫码就能报名夜校，区里一个月收到报名一万两千份。"
    [article] = parse(f"江畔区：夜校开到家门口\n\n记者 凌霄\n\n{TEXT}\n\n{news}\n\n{MORE}".encode())
    assert news in [p for section in article.sections for p in section.paragraphs]
