"""Publishing several at once: what is doubtful is asked for once, and nothing goes out unseen."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from reports.models import Article, User
from reports.models.article import State
from tests.factories import ArticleFactory, DistrictFactory

pytestmark = pytest.mark.django_db

DOUBT = {"code": "district_doubtful", "message": "主区划“历城区”不确定（依据不足），请核对。", "line": None}


@pytest.fixture
def clear() -> Article:
    return ArticleFactory(headline="清楚的一篇", district=DistrictFactory(), year=2021, problems=[])


@pytest.fixture
def doubtful() -> Article:
    return ArticleFactory(headline="可疑的一篇", district=DistrictFactory(), year=2021, problems=[DOUBT])


def boxes(*articles: Article) -> list[str]:
    return [f"{article.pk}-{article.version}" for article in articles]


def states(*articles: Article) -> list[str]:
    return [Article.objects.get(pk=article.pk).state for article in articles]


def test_what_has_no_doubt_is_published_without_a_question(desk: Client, clear: Article) -> None:
    response = desk.post("/desk/", {"article": boxes(clear)}, follow=True)
    assert states(clear) == [State.PUBLISHED]
    assert "已发布 1 篇。" in response.content.decode()


def test_what_is_doubtful_is_listed_with_its_doubts_and_nothing_goes_out(
    desk: Client, clear: Article, doubtful: Article
) -> None:
    bare = ArticleFactory(headline="什么都缺的一篇", district=None, year=None, problems=[])
    html = desk.post("/desk/", {"article": boxes(clear, doubtful, bare)}).content.decode()
    assert states(clear, doubtful, bare) == [State.DRAFT] * 3
    assert "3 篇里，有 2 篇还有疑问" in html
    for words in ("可疑的一篇", DOUBT["message"], "什么都缺的一篇", "没有主区划。", "年份不明。"):
        assert str(words) in html
    assert "清楚的一篇" not in html
    assert re.findall('name="act" value="([a-z]+)">([^<]+)<', html) == [
        ("clear", "只发布没有疑问的"),
        ("all", "仍然发布全部"),
        ("back", "返回"),
    ]
    assert re.findall('name="article" value="([0-9-]+)"', html) == boxes(clear, doubtful, bare)


@pytest.mark.parametrize(
    ("act", "found"),
    [
        ("all", [State.PUBLISHED, State.PUBLISHED]),
        ("clear", [State.PUBLISHED, State.DRAFT]),
        ("back", [State.DRAFT, State.DRAFT]),
        ("nonsense", [State.DRAFT, State.DRAFT]),
    ],
)
def test_the_answer_decides(
    desk: Client, clear: Article, doubtful: Article, act: str, found: list[State]
) -> None:
    html = desk.post("/desk/", {"article": boxes(clear, doubtful), "act": act}, follow=True).content.decode()
    assert states(clear, doubtful) == found
    if act == "all":
        assert "已发布 2 篇。其中 1 篇还有待核对之处" in html
    if act == "clear":
        assert "有疑问的 1 篇没有发布，仍在待处理中。" in html


def test_going_back_keeps_the_ticks(desk: Client, clear: Article, doubtful: Article) -> None:
    html = desk.post("/desk/", {"article": boxes(doubtful), "act": "back"}).content.decode()
    assert f'value="{boxes(doubtful)[0]}" checked' in html
    assert f'value="{boxes(clear)[0]}" checked' not in html


@pytest.mark.parametrize("act", [None, "all", "clear"])
def test_a_draft_that_was_changed_meanwhile_is_refused(desk: Client, clear: Article, act: str | None) -> None:
    sent = {"article": boxes(clear), **({"act": act} if act else {})}
    Article.objects.filter(pk=clear.pk).update(version=clear.version + 1)
    html = desk.post("/desk/", sent, follow=True).content.decode()
    assert states(clear) == [State.DRAFT]
    assert "《清楚的一篇》没有发布：这篇报道在您查看之后有人修改过" in html


def test_the_others_go_out_all_the_same(desk: Client, clear: Article, doubtful: Article) -> None:
    sent = {"article": boxes(clear, doubtful), "act": "all"}
    Article.objects.filter(pk=clear.pk).update(version=9)
    desk.post("/desk/", sent)
    assert states(clear, doubtful) == [State.DRAFT, State.PUBLISHED]


def test_what_does_not_wait_any_more_is_told(desk: Client, clear: Article) -> None:
    gone = ArticleFactory(withdrawn=True)
    html = desk.post("/desk/", {"article": boxes(clear, gone)}, follow=True).content.decode()
    assert states(clear, gone) == [State.PUBLISHED, State.WITHDRAWN]
    assert "有 1 篇已不在待处理之列，没有发布。" in html


def test_nothing_ticked_is_told(desk: Client) -> None:
    assert "请先勾选要发布的报道。" in desk.post("/desk/", {}, follow=True).content.decode()


def test_the_boxes_of_the_list_say_what_was_seen(desk: Client, clear: Article) -> None:
    assert f'name="article" value="{boxes(clear)[0]}"' in desk.get("/desk/").content.decode()


def test_readers_publish_nothing(client: Client, reader: User, clear: Article) -> None:
    client.force_login(reader)
    assert client.post("/desk/", {"article": boxes(clear), "act": "all"}).status_code == 403
    assert states(clear) == [State.DRAFT]
