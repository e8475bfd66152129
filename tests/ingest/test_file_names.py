"""The name of a file states date, paper and page where the page itself does not."""

from __future__ import annotations

from datetime import date

import pytest

from reports.ingest import parse
from reports.ingest.parsed import ParsedArticle

DAY = date(2023, 6, 30)
PAGE = "江畔区开夜校\n\n记者 张三丰\n\n2022年已过半。江畔区的夜校一共办了两百期，报名的人从楼上排到了门外。\n"


def _read(file_name: str, text: str = PAGE) -> ParsedArticle:
    [article] = parse(text.encode(), file_name)
    return article


@pytest.mark.parametrize(
    ("file_name", "source", "page"),
    [
        ("澄江晚报_2023-06-30_A08版.txt", "澄江晚报", "A08"),
        ("澄江晚报_2023-06-30_A08版_江畔区开夜校.md", "澄江晚报", "A08"),
        ("澄江晚报20230630A08.txt", "澄江晚报", "A08"),
        ("《澄江晚报》2023年6月30日第3版.txt", "澄江晚报", "3"),
        ("2023.6.30 澄江晚报.txt", "澄江晚报", ""),
        ("江畔区把夜校办到车间旁，报名的人从楼上排到了门外_澄江晚报_2023-06-30.txt", "澄江晚报", ""),
        ("2023.6.30 澄江晚报", "澄江晚报", ""),
        ("江畔区开夜校 2023-06-30 A08版.txt", "", "A08"),
        ("新建文件夹/澄江晚报-2023-06-30-A08.txt", "澄江晚报", "A08"),
    ],
)
def test_name_with_date_and_paper_or_page(file_name: str, source: str, page: str) -> None:
    article = _read(file_name)
    assert (article.published_on, article.year) == (DAY, 2023)
    assert (article.source, article.page_label) == (source, page)
    assert "year_inferred" not in [problem.code for problem in article.problems]


@pytest.mark.parametrize(
    "file_name",
    [
        "2023-06-30.txt",
        "扫描_20230630.txt",
        "江畔区 2023年6月30日.txt",
        "江畔区夜校_2023-06-30_第三版.txt",
        "江畔区夜校_2023-06-30_第3版修改稿.txt",
        "A01_2023-06-30.txt",
        "关于开办夜校的发布_2023-06-30.txt",
        "000_97d20230630eee8.txt",
        "澄江晚报_2023-02-30.txt",
        "澄江晚报.txt",
        "会议时间：2023-06-30 澄江晚报.txt",
    ],
)
def test_name_that_may_mean_something_else_states_nothing(file_name: str) -> None:
    article = _read(file_name)
    assert (article.published_on, article.year_basis) == (None, "inferred")
    assert (article.source, article.page_label) == ("", "")


def test_page_wins_and_the_difference_is_a_problem() -> None:
    article = _read("澄江晚报_2023-06-30_A08版.txt", f"2023年7月1日 B02版\n\n{PAGE}")
    assert (article.published_on, article.source, article.page_label) == (
        date(2023, 7, 1), "澄江晚报", "B02"
    )  # fmt: skip
    assert "several_dates" in [problem.code for problem in article.problems]
    same = _read("澄江晚报_2023-06-30_A08版.txt", f"2023年6月30日\n\n{PAGE}")
    assert "several_dates" not in [problem.code for problem in same.problems]


def test_every_article_of_the_file_is_stated() -> None:
    text = "".join(
        f"# 江畔区开夜校之{n}\n\n记者 张三丰\n\n## 教室\n\n教室就在车间旁，坐满了人。\n\n" for n in "一二"
    )
    articles = parse(text.encode(), "澄江晚报_2023-06-30.md")
    assert [article.published_on for article in articles] == [DAY, DAY]
