"""A page dates itself on lines of their own, never in running prose."""

from __future__ import annotations

from datetime import date

import pytest

from reports.ingest import parse
from reports.ingest.datelines import read_statement

DAY = date(2023, 6, 30)


@pytest.mark.parametrize(
    ("text", "stated"),
    [
        ("2023年6月30日 星期五 A08版", (DAY, 2023, "", "A08")),
        ("２０２３年６月３０日　星期五", (DAY, 2023, "", "")),
        ("二〇二三年六月三十日", (DAY, 2023, "", "")),
        ("2023.06.30 周五", (DAY, 2023, "", "")),
        ("《澄江晚报》2023年6月30日第3版", (DAY, 2023, "澄江晚报", "3")),
        ("澄江日报 第05版：要闻", (None, None, "澄江日报", "05")),
        ("发布时间：2023-06-30 08:15 来源：澄江网", (DAY, 2023, "澄江网", "")),
        ("第三版", (None, None, "", "3")),
        ("2023年6月", (None, 2023, "", "")),
        ("来源：澄江日报", (None, None, "澄江日报", "")),
    ],
)
def test_statement_is_read(text: str, stated: tuple[object, ...]) -> None:
    statement = read_statement(text)
    assert statement is not None
    assert (statement.published_on, statement.year, statement.source, statement.page_label) == stated
    assert statement.remaining_text == ""


@pytest.mark.parametrize("text", ["2023年", "《关于加强作风建设的意见》", "2023年是攻坚之年", "山东“1+4”版"])
def test_anything_else_states_nothing(text: str) -> None:
    statement = read_statement(text)
    assert statement is None or statement.remaining_text


def test_year_comes_from_the_page_header_only() -> None:
    body = "江畔区开夜校\n\n2021年以来，江畔区办夜校，到2022年6月30日共办两百期，报名的人很多。\n"
    [article] = parse(body.encode())
    assert (article.year, article.year_basis, article.published_on) == (None, None, None)
    [article] = parse(("《澄江晚报》2023年6月30日 A08版\n\n" + body).encode())
    assert (article.year, article.year_basis, article.published_on) == (2023, "stated", DAY)
    assert (article.source, article.page_label) == ("澄江晚报", "A08")


def test_dates_that_head_the_parts_of_a_chronicle_date_nothing() -> None:
    part = "这一天，江畔区的夜校开课了，来的人坐满了三间屋子，后来的只好站着听。\n\n"
    text = "江畔区夜校大事记\n\n" + "".join(f"{2019 + n}年3月1日\n\n{part}{part}" for n in range(4))
    [article] = parse(text.encode())
    assert len([section for section in article.sections if section.heading.endswith("3月1日")]) >= 2
    assert article.year is None or "several_dates" in [problem.code for problem in article.problems]


def test_two_years_on_one_page_are_a_problem() -> None:
    text = "2022年3月1日 A1版\n\n江畔区开夜校\n\n报名的人很多，排到了门外。\n\n2023年3月1日 A2版\n"
    [article] = parse(text.encode())
    assert article.year == 2022
    assert "several_dates" in [problem.code for problem in article.problems]
