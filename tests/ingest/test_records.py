"""Records of a list become articles: stated fields are taken as stated, the text is read."""

from __future__ import annotations

import json
import lzma
from datetime import date
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.ingest import UnreadableDocument, article_from_record, parse_records

TEXT = "江畔区有工人一万四千名，下了班没处去。\n夜校开课以后，教室里天天坐满。"


def test_stated_fields_are_taken_as_stated() -> None:
    article = article_from_record(
        {
            "title": " 江畔区开夜校 ",
            "text": TEXT,
            "date": "2023-06-30",
            "place": "江畔区",
            "source": "江畔晚报",
        }
    )
    assert article.headline == "江畔区开夜校"
    assert [(s.heading, s.paragraphs) for s in article.sections] == [("", tuple(TEXT.split("\n")))]
    assert (article.published_on, article.year) == (date(2023, 6, 30), 2023)
    assert (article.place, article.source) == ("江畔区", "江畔晚报")
    assert article.problems == ()


def test_short_lines_between_paragraphs_are_headings() -> None:
    article = article_from_record(
        {"title": "江畔区开夜校", "text": f"教室在车间旁\n{TEXT}\n老师是老师傅\n课讲得好。"}
    )
    assert [section.heading for section in article.sections] == ["教室在车间旁", "老师是老师傅"]


def test_title_repeated_in_the_text_is_no_heading() -> None:
    article = article_from_record({"title": "江畔区开夜校", "text": f"江畔区开夜校\n——职工教育纪实\n{TEXT}"})
    assert (article.headline, article.deck) == ("江畔区开夜校", "——职工教育纪实")
    assert [section.heading for section in article.sections] == [""]


@pytest.mark.parametrize(
    ("text", "day", "year"),
    [
        ("2023-06-30", date(2023, 6, 30), 2023),
        ("2023-06-30T08:00:00+08:00", date(2023, 6, 30), 2023),
        ("2023-12-31T16:00:00.000Z", date(2024, 1, 1), 2024),
        ("2023-12-31 16:00:00+00:00", date(2024, 1, 1), 2024),
        ("2024-01-01T00:30:00-0500", date(2024, 1, 1), 2024),
        ("20231231T160000Z", date(2024, 1, 1), 2024),
        ("2023-12-31T16:00:00", date(2023, 12, 31), 2023),
        ("2023-06-05T08:30+08:00", date(2023, 6, 5), 2023),
        ("1988-06-30T15:00:00Z", date(1988, 7, 1), 1988),  # summer time
        ("2023年6月30日", date(2023, 6, 30), 2023),
        ("2023/6/30 星期五", date(2023, 6, 30), 2023),
        ("星期五 2023-06-30", date(2023, 6, 30), 2023),
        ("20230630", date(2023, 6, 30), 2023),
        ("2023-06", None, 2023),
        ("2023", None, 2023),
        ("", None, None),
        (2023, None, 2023),
        (None, None, None),
    ],
)
def test_dates_are_read_in_the_common_forms(text: object, day: date | None, year: int | None) -> None:
    article = article_from_record({"title": "江畔区开夜校", "text": TEXT, "date": text})
    assert (article.published_on, article.year) == (day, year)
    assert article.problems == ()


def test_date_that_cannot_be_read_is_a_problem() -> None:
    article = article_from_record({"title": "江畔区开夜校", "text": TEXT, "date": "前天"})
    assert article.year is None
    assert "date_unread" in [problem.code for problem in article.problems]


@pytest.mark.parametrize("text", ["2023年2月29日", "2023-02-29", "2023-02-29T16:00:00Z"])
def test_day_that_does_not_exist_is_a_problem(text: str) -> None:
    article = article_from_record({"title": "江畔区开夜校", "text": TEXT, "date": text})
    assert (article.published_on, article.year) == (None, 2023)
    assert "date_unread" in [problem.code for problem in article.problems]


@pytest.mark.parametrize("text", ["1688169600000", "Mon, 05 Jun 2023 08:00:00 GMT", "5/6/23"])
def test_date_in_another_form_is_a_problem(text: str) -> None:
    article = article_from_record({"title": "江畔区开夜校", "text": TEXT, "date": text})
    assert (article.published_on, article.year) == (None, None)
    assert "date_unread" in [problem.code for problem in article.problems]


def test_title_alone_is_an_article_without_body() -> None:
    article = article_from_record({"title": "江畔区开夜校"})
    assert article.sections == ()
    assert [problem.code for problem in article.problems] == ["no_body"]


@pytest.mark.parametrize(
    ("record", "words"),
    [
        ([], "JSON 对象"),
        ("江畔区", "JSON 对象"),
        ({}, "标题"),
        ({"title": "", "text": " "}, "标题"),
        ({"title": 3, "text": TEXT}, "title"),
        ({"title": "江畔区", "text": {"一": 1}}, "text"),
        ({"title": "江畔区", "text": ["一", 2]}, "text"),
        ({"title": "江畔区", "date": True}, "date"),
        ({"title": "江畔区", "source": ["江畔晚报"]}, "source"),
    ],
)
def test_bad_record_is_refused_in_plain_words(record: object, words: str) -> None:
    with pytest.raises(UnreadableDocument) as refusal:
        article_from_record(record)
    assert words in refusal.value.message


def test_list_is_read_line_by_line_and_a_refusal_names_the_line() -> None:
    good = json.dumps({"title": "江畔区开夜校", "text": TEXT}, ensure_ascii=False)
    articles = parse_records(f"{good}\n\n{good}\r\n".encode())
    assert [article.blocks[0].first_line for article in articles] == [1, 3]
    for bad in ("{", "[]", '{"title": 1}'):
        with pytest.raises(UnreadableDocument, match="第2行"):
            parse_records(f"{good}\n{bad}\n".encode())
    with pytest.raises(UnreadableDocument):
        parse_records(b"\n\n")


@settings(deadline=None)
@given(st.text(), st.text())
def test_every_character_of_title_and_text_is_in_the_blocks(title: str, text: str) -> None:
    record = {"title": title, "text": text, "extra": {"键": 1}}
    try:
        article = article_from_record(json.loads(json.dumps(record)))
    except UnreadableDocument:
        return
    assert article.headline or any(section.paragraphs or section.heading for section in article.sections)
    assert {block.first_line for block in article.blocks} == {1}


@pytest.mark.shared
def test_real_records_are_read_without_refusal(shared: Path) -> None:
    with lzma.open(shared / "corpus" / "news.jsonl.xz", "rt", encoding="utf-8") as lines:
        for line in islice(lines, 0, None, 40):
            record = json.loads(line)
            article = article_from_record(record)
            assert article.headline == " ".join(record["title"].split())
            texts = "".join(b.text for b in article.blocks)
            assert "".join(record.get("text", "").split()) in "".join(texts.split())
