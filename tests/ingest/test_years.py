"""The year of an undated article follows only from what its text says of its own time."""

from __future__ import annotations

import pytest

from reports.ingest import article_from_record, parse
from reports.ingest.years import infer_year

BODY = "江畔区的夜校办到了车间旁边，报名的人从楼上排到了门外，老师都是厂里的老师傅。"


@pytest.mark.parametrize(
    ("text", "year", "evidence"),
    [
        ("2023年已过半，江畔区交出答卷。", 2023, "2023年已过半"),
        ("2023年即将过去，江畔区盘点全年。", 2023, "2023年即将过去"),
        ("2024年是江畔区夜校的开局之年，全区上下同心。", 2024, "2024年是江畔区夜校的开局之年"),
        ("2022年“暖心工程”的主题是“走进车间”。", 2022, "2022年“暖心工程”的主题是"),
        ('2022年"暖心工程"的主题是"走进车间"。', 2022, '2022年"暖心工程"的主题是'),
        ("截至2024年5月底，夜校办了两百期。", 2024, "截至2024年5月底"),
        ("今年是2021年，夜校十岁了。", 2021, "今年是2021年"),
        ("二〇二三年已过半，江畔区交出答卷。", 2023, "二〇二三年已过半"),
        ("2023年已过半，夜校2018年开课，到2025年办到每个车间。", 2023, "2023年已过半"),
    ],
)
def test_words_of_the_present_give_the_year(text: str, year: int, evidence: str) -> None:
    inferred = infer_year(text)
    assert inferred is not None
    assert (inferred.year, inferred.evidence) == (year, evidence)


@pytest.mark.parametrize(
    "text",
    [
        "2021年以来，夜校办了两百期。",
        "2021年初，夜校开课。",
        "2021-2023年是规划期。",
        "2021—2023年已过半。",
        "自2018年起，连续五年增长。",
        "截至2023年底，夜校办了两百期。",
        "截至2023年12月，夜校办了两百期。",
        "2018年是夜校的开局之年，到2022年6月办了两百期。",
        "2018年是开局之年，2022年是攻坚之年。",
        "今年，夜校办了两百期。",
        "今年，夜校办了两百期，第一期办在2021年3月。",
        "2021年是夜校建校十周年。",
        "今年，夜校办了两百期，是2021年的两倍，2022年的一半。",
    ],
)
def test_what_may_be_the_past_gives_none(text: str) -> None:
    assert infer_year(text) is None


def test_an_inferred_year_is_marked_and_said() -> None:
    [article] = parse(f"江畔区夜校见闻\n\n2023年已过半。{BODY}\n".encode())
    assert (article.year, article.year_basis, article.year_evidence) == (2023, "inferred", "2023年已过半")
    assert article.published_on is None
    [problem] = [problem for problem in article.problems if problem.code == "year_inferred"]
    assert "2023年已过半" in problem.message


def test_a_stated_date_replaces_an_inferred_year() -> None:
    text = f"2023年已过半。{BODY}"
    for article in (
        *parse(f"2024年1月3日 A08版\n\n江畔区夜校见闻\n\n{text}\n".encode()),
        *parse(f"江畔区夜校见闻\n\n{text}\n".encode(), "澄江晚报_2024-01-03.txt"),
        article_from_record({"title": "江畔区夜校见闻", "text": text, "date": "2024-01-03"}),
    ):
        assert (article.year, article.year_basis, article.year_evidence) == (2024, "stated", "")
        assert "year_inferred" not in [problem.code for problem in article.problems]


def test_an_inferred_year_of_the_first_article_dates_no_other() -> None:
    part = "记者 张三丰\n\n## 教室\n\n教室就在车间旁，坐满了人。\n\n"
    text = f"6月30日 星期五\n\n# 夜校之一\n\n2023年已过半。{part}# 夜校之二\n\n{part}"
    articles = parse(text.encode(), "page.md")
    assert [article.year_basis for article in articles][1:] == [None]
