"""A file with several articles gives several; one with rules or many headings stays one."""

from __future__ import annotations

import pytest

from reports.ingest import parse

TEXT = "江畔区有工人一万四千名，下了班没处去。夜校开课以后，教室里天天坐满。"

SEVERAL = {
    "Markdown headlines and a rule": f"# 甲区办夜校\n\n{TEXT}\n\n---\n\n# 乙区修小路\n\n{TEXT}",
    "Markdown headlines with subheadings": (
        f"# 甲区办夜校\n\n## 一间教室\n\n{TEXT}\n\n# 乙区修小路\n\n## 一条小路\n\n{TEXT}"
    ),
    "heavy rules": f"甲区办夜校\n\n{TEXT}\n\n==========\n\n乙区修小路\n\n{TEXT}",
    "bylines": f"甲区办夜校\n记者 张三\n{TEXT}\n\n乙区修小路\n记者 李四\n{TEXT}",
    "news items": f"甲区办夜校\n本报讯（记者 张三）{TEXT}\n乙区修小路\n本报讯 {TEXT}",
    "labels": f"标题：甲区办夜校\n正文：{TEXT}\n标题：乙区修小路\n正文：{TEXT}",
}
ONE = {
    "rules between paragraphs": f"# 甲区办夜校\n\n{TEXT}\n\n---\n\n{TEXT}另外。\n\n***\n\n{TEXT}最后。",
    "rules between sections": (
        f"# 甲区办夜校\n\n{TEXT}\n\n---\n\n## 一间教室\n\n{TEXT}\n\n---\n\n## 一位老师\n\n{TEXT}"
    ),
    "one level for all headings": f"# 甲区办夜校\n\n{TEXT}\n\n# 一间教室\n\n{TEXT}\n\n# 一位老师\n\n{TEXT}",
    "plain headings": f"甲区办夜校\n\n记者 张三\n\n{TEXT}\n\n一间教室\n\n{TEXT}\n\n一位老师\n\n{TEXT}",
    "rule above the foot": f"甲区办夜校\n\n{TEXT}\n\n------------\n\n编辑：张三 组版：李四",
}


@pytest.mark.parametrize("name", SEVERAL)
def test_several_articles_come_apart(name: str) -> None:
    articles = parse(SEVERAL[name].encode())
    assert [article.headline for article in articles] == ["甲区办夜校", "乙区修小路"]
    assert all(any(section.paragraphs for section in article.sections) for article in articles)


@pytest.mark.parametrize("name", ONE)
def test_one_article_stays_one(name: str) -> None:
    [article] = parse(ONE[name].encode())
    assert article.headline == "甲区办夜校"


def test_page_header_holds_for_every_article_below_it() -> None:
    articles = parse(("《江畔晚报》2023年6月30日 A08版\n\n" + SEVERAL["news items"]).encode())
    assert [(r.year, r.source, r.page_label) for r in articles] == [(2023, "江畔晚报", "A08")] * 2


def test_dates_below_the_headlines_are_each_article_s_own() -> None:
    [first, second] = parse(
        f"甲区办夜校\n记者 张三\n2023年6月30日\n{TEXT}\n\n乙区修小路\n记者 李四\n{TEXT}".encode()
    )
    assert (first.year, second.year) == (2023, None)
