"""Lines above the headline, and between headline and text, that state date, paper, page and editors."""

from __future__ import annotations

from datetime import date

import pytest

from reports.ingest import parse
from reports.ingest.datelines import read_statement
from reports.ingest.parsed import ParsedArticle

DAY = date(2023, 6, 5)
HEADLINE = "江畔区：夜校办到车间旁"
LEAD = "江畔区有工人一万四千名，下了班没处去，区里把夜校办到了车间旁边，报名的人从楼上排到了门外。"
BODY = f"""

{LEAD}

夜校一共开了十二门课，老师都是厂里的老师傅，讲的是图纸、机床和安全，每一门课都坐得满满当当。

教室就在隔壁

从车间到教室只有几步路，工人们洗了手就能坐下来听课，听完还来得及赶上最后一班厂车回家去。
"""
EDITORS = ["张三丰 editor", "李四光 layout"]


def _above(line: str) -> ParsedArticle:
    [article] = parse(f"{line}\n\n{HEADLINE}{BODY}".encode())
    return article


def _below(line: str) -> ParsedArticle:
    [article] = parse(f"{HEADLINE}\n\n{line}{BODY}".encode())
    return article


def _has_only_its_head(article: ParsedArticle) -> bool:
    """Whether the text is as without the line: the line is neither kicker, deck, heading nor caption."""
    assert article.headline == HEADLINE
    [plain] = parse(f"{HEADLINE}{BODY}".encode())
    assert [section.heading for section in plain.sections] == ["", "教室就在隔壁"]
    names = ("headline", "kicker", "deck", "lead", "sections", "figures", "pull_quotes")
    return all(getattr(article, name) == getattr(plain, name) for name in names)


@pytest.mark.parametrize(
    ("line", "day", "page", "people"),
    [
        ("A08 要闻 2023年6月5日 星期一 责编：张三丰 美编：李四光", DAY, "A08", EDITORS),
        ("责编：张三丰 美编：李四光 星期一 2023年6月5日 要闻 A08", DAY, "A08", EDITORS),
        ("2023年6月5日 星期一 责任编辑 张三丰", DAY, "", EDITORS[:1]),
        ("A08 2023.6.5 星期一 责任编辑/张三丰 版式/李四光", DAY, "A08", EDITORS),
        ("A08 江城 2023年6月5日 责编：张三丰 美编：李四光", DAY, "A08", EDITORS),
        ("2023年6月5日 星期一 今日8版", DAY, "", []),
        ("共8版 2023年6月5日", DAY, "", []),
        ("2023年6月5日 星期一 今日16版 第26000期", DAY, "", []),
        ("第2版 本期共八版 2023年6月5日", DAY, "2", []),
        ("国内统一刊号：CN37-0001 2023年6月5日 星期一", DAY, "", []),
        ("2023-06-05T08:30:15+08:00", DAY, "", []),
        ("2023-06-04T16:30:15Z", DAY, "", []),
        ("2023年6月5日 星期一 癸卯年四月十八", DAY, "", []),
        ("2023年6月5日 星期一 癸卯年四月十八 第5678号", DAY, "", []),
        ("农历四月十八 芒种 2023年6月5日", DAY, "", []),
        ("2023年6月5日 晴 18℃～26℃", DAY, "", []),
        ("2023年6月5日 星期一 多云转晴", DAY, "", []),
        ("2023年6月5日星期一晴转多云", DAY, "", []),
        ("2023年6月5日，星期一，晴", DAY, "", []),
        ("2023年6月5日—11日", DAY, "", []),
        ("2023年6月5日—7月1日", DAY, "", []),
        ("2023年6月5日-6日 周末版", DAY, "", []),
        ("2023. 6. 5 星期一", DAY, "", []),
        ("20230605 第3版", DAY, "3", []),
        ("责编 张三丰 组版 李四光 2023年6月5日 A8", DAY, "A8", EDITORS),
        ("2023年6月5日 星期一 新闻热线：0531-12345678 责任编辑：张三丰", DAY, "", EDITORS[:1]),
        ("2023年6月5日 总第1234期 主办：江畔区委宣传部", DAY, "", []),
        ("A06-07版 2023年6月5日", DAY, "A06-07", []),
        ("03版要闻", None, "03", []),
        ("上一版 第03版 下一版", None, "03", []),
    ],
)
def test_line_above_the_headline_gives_all_that_it_says(
    line: str, day: date | None, page: str, people: list[str]
) -> None:
    article = _above(line)
    assert _has_only_its_head(article)
    assert (article.published_on, article.year) == (day, day.year if day else None)
    assert (article.source, article.page_label) == ("", page)
    assert [f"{person.name} {person.role}" for person in article.contributors] == people


@pytest.mark.parametrize(
    ("line", "source", "day", "page"),
    [
        ("江畔日报/2023年/6月/5日/第003版", "江畔日报", DAY, "003"),
        ("江畔日报 / 2023 年 / 6 月 / 5 日 / 第 003 版", "江畔日报", DAY, "003"),
        ("江畔日报,2023-06-05(003)", "江畔日报", DAY, "003"),
        ("【来源：江畔日报】", "江畔日报", None, ""),
        ("江畔日報 二○二三年六月五日 農曆四月十八 第三版", "江畔日報", DAY, "3"),
        ("第A08版 江畔日报2023年6月5日", "江畔日报", DAY, "A08"),
    ],
)
def test_head_of_a_database_names_the_paper(line: str, source: str, day: date | None, page: str) -> None:
    article = _above(line)
    assert _has_only_its_head(article)
    assert (article.source, article.published_on, article.page_label) == (source, day, page)


@pytest.mark.parametrize("line", ["6月5日 星期一", "浏览：123 次", "阅读 1.2万", "今日8版"])
def test_line_without_year_is_furniture(line: str) -> None:
    article = _above(line)
    assert _has_only_its_head(article)
    assert article.furniture == (line,)
    assert (article.year, article.page_label) == (None, "")


@pytest.mark.parametrize("line", ["2023年2月29日", "第3版 2023年2月29日", "2023-02-30 星期四"])
def test_day_that_does_not_exist_is_a_problem(line: str) -> None:
    article = _above(line)
    assert _has_only_its_head(article)
    assert (article.published_on, article.year) == (None, 2023)
    assert "no_such_day" in [problem.code for problem in article.problems]


@pytest.mark.parametrize(
    ("line", "source", "people"),
    [
        ("2023-06-05 08:30 江畔网", "江畔网", []),
        ("江畔发布 2023-06-05 08:30", "江畔发布", []),
        ("时间：2023-06-05 作者：本站整理 阅读：1644", "", []),
        ("发布日期：2023-06-05 所属分类：要闻", "", []),
        ("发布日期：2023-06-05 责任编辑：张三丰", "", ["张三丰 editor"]),
        ("时间：2023年6月5日 浏览：33", "", []),
        ("最后更新: 2023-06-05 15:14:21", "", []),
        ("来源: | 发布时间: 2023-06-05 | 浏览次数: 2168", "", []),
        ("原创 江畔发布 2023-06-05 22:18:34", "江畔发布", []),
        ("来源：江畔日报 | 作者：张三丰 | 2023-06-05 | 阅读：1.2万", "江畔日报", ["张三丰 writer"]),
        ("来源：作者：张三丰 2023-06-05", "", ["张三丰 writer"]),
        ("2023-06-05 08:30 科室专栏 江城", "", []),
        ("字号：大 中 小 2023-06-05", "", []),
        ("更新时间：2023-06-07 发布时间：2023-06-05", "", []),
    ],
)
def test_source_line_of_a_web_page(line: str, source: str, people: list[str]) -> None:
    article = _below(line)
    assert _has_only_its_head(article)
    assert (article.published_on, article.source) == (DAY, source)
    assert [f"{person.name} {person.role}" for person in article.contributors] == people


@pytest.mark.parametrize(
    "line",
    [
        "时间：2023年6月5日 地点：区会议中心",
        "会议时间：2023年6月5日",
        "截止日期：2023年6月5日",
        "2023年6月5日 江畔区：夜校办到车间旁",
        "2023年6月5日，江畔区召开大会",
        "2023年6月5日 08:30，江畔区召开大会",
        "《江畔区物业条例》 2023年6月30日",
        "2023年6月5日 正式发布",
        "江畔夜校 8版",
        "2010-12",
        "80101911/2023.06.05",
        "G20",
        "党建A1",
        "周一鸣",
        "第三版修订说明",
        "江畔网",
        "要闻",
        "晴",
        "朗读",
        "6月5日",
    ],
)
def test_what_may_mean_something_else_states_nothing(line: str) -> None:
    assert read_statement(line) is None


def test_days_that_head_the_parts_of_a_diary_stay_headings() -> None:
    part = "这一天，江畔区的夜校开课了，来的人坐满了三间屋子，后来的只好站着听。\n\n"
    days = "".join(f"6月{n}日 星期{weekday}\n\n{part}{part}" for n, weekday in enumerate("一二三四五", 5))
    [article] = parse(f"江畔区夜校日记\n\n{part}{part}{days}".encode())
    assert [s.heading for s in article.sections if s.heading][:4] == [
        f"6月{n}日 星期{weekday}" for n, weekday in enumerate("一二三四", 5)
    ]
