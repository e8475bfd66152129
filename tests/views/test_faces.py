"""Page, JSON and CSV are one search; bad input is never a 500; the archive says how it is."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from html import unescape
from typing import Any
from urllib.parse import quote
from xml.etree import ElementTree

import pytest
from django.core.exceptions import TooManyFilesSent
from django.test import Client, RequestFactory

from reports import workflow
from reports.models import Article, User
from reports.models.article import State
from reports.search.contract.errors import IndexDamaged
from reports.views.errors import bad_request, server_error
from tests.factories import (
    ArticleDistrictFactory,
    ArticleFactory,
    DistrictFactory,
    InitiativeFactory,
    InitiativeMentionFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def shelf(editor: User, django_capture_on_commit_callbacks: Callable[..., Any]) -> list[Article]:
    """Twelve articles that share words, in two districts and three years."""
    districts = [DistrictFactory(name="松林区"), DistrictFactory(name="竹溪区")]
    initiative = InitiativeFactory(name="晚灯计划", slug="wan-deng-ji-hua")
    articles = []
    for n in range(12):
        article = ArticleFactory(
            headline=f"第{n}盏灯" + ("=cmd" if n == 3 else ""),
            lead="窗口" * (n % 3 + 1),
            district=districts[n % 2],
            year=2020 + n % 3,
            sections=[("灯下", f"晚灯计划到了第{n}个月，窗口照开。")],
        )
        InitiativeMentionFactory(
            article=article, initiative=initiative, field="body", number=1, start=0, end=4
        )
        articles.append(article)
    with django_capture_on_commit_callbacks(execute=True):
        for article in articles:
            workflow.publish(article, editor)
    return articles


def page_ids(client: Client, query: str) -> list[str]:
    html = client.get(f"/search/?{query}").content.decode()
    return re.findall(r'id="hit-([^"]+)"', html)


def csv_rows(client: Client, query: str) -> list[dict[str, str]]:
    response = client.get(f"/search.csv?{query}")
    data = b"".join(response.streaming_content)  # type: ignore[attr-defined]
    assert data.startswith(b"\xef\xbb\xbf")
    assert data.endswith(b"\r\n")
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize(
    "query",
    [
        "q=窗口",
        "q=窗口&sort=-date",
        "q=窗口&scope=section",
        "q=",
        "q=窗口&year=2020&year=2021",
        "q=没有这样的字",
    ],
)
def test_page_json_and_csv_are_the_same_hits_in_the_same_order(
    client: Client, shelf: list[Article], query: str
) -> None:
    told = client.get(f"/search.json?{query}&page_size=100").json()
    ids = [hit["id"] for hit in told["hits"]]
    assert told["total"] == len(ids)
    assert page_ids(client, f"{query}&page_size=100") == ids
    rows = csv_rows(client, query)
    assert [row["链接"].removeprefix("http://testserver") for row in rows] == [
        hit["url"] for hit in told["hits"]
    ]
    pages = [one for page in range(1, 7) for one in page_ids(client, f"{query}&page_size=5&page={page}")]
    assert pages == ids
    assert bool(ids) == ("没有" not in query)


def test_the_count_beside_a_facet_value_is_what_choosing_it_gives(
    client: Client, shelf: list[Article]
) -> None:
    base = "q=窗口&year=2020"
    facets = client.get(f"/search.json?{base}").json()["facets"]
    assert facets["district"]
    for value in facets["district"]:
        narrowed = client.get(f"/search.json?{base}&district={value['value']}").json()
        assert narrowed["total"] == value["count"]
    other = next(value for value in facets["year"] if value["value"] == "2021")
    assert client.get(f"/search.json?{base}&year=2021").json()["total"] == 4 + other["count"]


def test_a_csv_cell_is_never_run_by_a_spreadsheet(client: Client, shelf: list[Article]) -> None:
    Article.objects.filter(pk=shelf[3].pk).update(headline="=HYPERLINK()")
    titles = [row["标题"] for row in csv_rows(client, "q=窗口")]
    assert "'=HYPERLINK()" in titles
    assert "=HYPERLINK()" not in titles


def test_the_csv_has_a_name_that_says_what_it_holds(client: Client, shelf: list[Article]) -> None:
    response = client.get("/search.csv?q=窗口")
    assert response.streaming
    assert quote("检索结果-窗口") in response["Content-Disposition"]


def test_json_is_read_as_chinese(client: Client, shelf: list[Article]) -> None:
    response = client.get("/search.json?q=窗口")
    assert "窗口" in response.content.decode()
    for hit in response.json()["hits"]:
        for snippet in hit["snippets"]:
            for start, end in snippet["marks"]:
                assert snippet["text"][start:end].replace("窗口", "") == ""
                assert start < end


@pytest.mark.parametrize("face", ["/search/", "/search.json", "/search.csv", "/"])
@pytest.mark.parametrize(
    "query",
    [
        "q=" + quote("“”((-* OR"), "q=" + "x" * 3000, "q=%00%0a%ff", "page=0", "page=-3",
        "page=99999999999999999999", "page=x", "page_size=0", "page_size=1000000", "scope=nowhere",
        "sort=bad",
        "year=two", "year=99999999999",
        "from=2023-02-31", "to=x", "from=2024&to=2020", "district=%27%22%3C", "district=" + "9" * 500,
        "initiative=none", "city=&source=", "q=%F0%9F%98%80", "&".join(f"district={n}" for n in range(400)),
    ],
)  # fmt: skip
def test_no_query_is_an_error(client: Client, shelf: list[Article], face: str, query: str) -> None:
    response = client.get(f"{face}?{query}")
    assert response.status_code == 200
    if response.streaming:
        b"".join(response.streaming_content)  # type: ignore[attr-defined]


@pytest.mark.parametrize("face", ["/search/", "/search.json", "/search.csv", "/", "/articles/1/", "/healthz"])
def test_reading_pages_take_no_writes(client: Client, face: str) -> None:
    assert client.post(face).status_code == 405


def test_the_address_of_the_search_is_one(client: Client) -> None:
    from django.urls import reverse

    assert reverse("search") == "/search/"
    assert client.get("/search").status_code == 301


class TestCatalogues:
    def test_counts_are_those_of_the_search_they_link_to(self, client: Client, shelf: list[Article]) -> None:
        for path, facet in (("/districts/", "district"), ("/initiatives/", "initiative")):
            html = client.get(path).content.decode()
            found = re.findall(rf'href="(/search/\?{facet}=[^"]+)"[^>]*>(\d+)<', html)
            assert found
            for address, count in found:
                assert client.get(address.replace("/search/", "/search.json")).json()["total"] == int(count)

    def test_an_initiative_shows_its_districts_by_year(self, client: Client, shelf: list[Article]) -> None:
        html = client.get("/initiatives/wan-deng-ji-hua/").content.decode()
        for words in ("晚灯计划", "松林区", "竹溪区", "2020", "2022", "12 篇"):
            assert words in html
        rows = html.split("<tbody>")[1].split("</tbody>")[0].split("</tr>")[:-1]
        counts = [re.findall(r">(\d+)<", row) for row in rows]
        # The province, then each city with its district.
        assert counts == [["4", "4", "4", "12"], *[["2", "2", "2", "6"]] * 4]

    @pytest.mark.parametrize(
        "path", ["/initiatives/wan-deng-ji-hua/", "/districts/{key}/", "/districts/{city}/"]
    )
    def test_the_cells_of_a_row_add_up_while_the_index_is_behind(
        self, client: Client, shelf: list[Article], path: str
    ) -> None:
        district = shelf[0].district
        assert district is not None
        assert district.city is not None
        Article.objects.filter(pk__in=[shelf[0].pk, shelf[2].pk]).update(state=State.DRAFT)
        html = client.get(path.format(key=district.key, city=district.city.key)).content.decode()
        rows = html.split("<tbody>")[1].split("</tbody>")[0].split("</tr>")[:-1]
        for row in rows:
            *cells, total = map(int, re.findall(r">(\d+)<", row))
            assert sum(cells) == total
            assert total == (12 if "云岭省" in row else 6)

    @pytest.mark.parametrize(
        "path", ["/initiatives/", "/initiatives/wan-deng/", "/districts/", "/districts/{key}/"]
    )
    def test_without_an_index_they_say_so(self, client: Client, path: str) -> None:
        article = ArticleFactory(published=True, district=DistrictFactory())
        InitiativeMentionFactory(article=article, initiative=InitiativeFactory(slug="wan-deng"))
        assert article.district is not None
        response = client.get(path.format(key=article.district.key))
        assert response.status_code == 503
        assert "尚无检索索引" in response.content.decode()

    def test_a_further_district_counts_as_the_search_counts_it(
        self, client: Client, editor: User, django_capture_on_commit_callbacks: Callable[..., Any]
    ) -> None:
        article = ArticleFactory(district=DistrictFactory(), year=2021, sections=[("", "晚灯计划")])
        mention = InitiativeMentionFactory(article=article, field="body", number=1, start=0, end=4)
        further = ArticleDistrictFactory(article=article, district__name="后岭区").district
        with django_capture_on_commit_callbacks(execute=True):
            workflow.publish(article, editor)
        html = client.get(f"/initiatives/{mention.initiative.slug}/").content.decode()
        table, apart = html.split('id="named"')
        assert "后岭区" not in table.split("<tbody>")[1]
        (address,) = re.findall(r'href="([^"]*)" aria-label="检索同篇提及[^"]*后岭区', apart)
        assert client.get(unescape(address).replace("/search/", "/search.json")).json()["total"] == 1
        html = client.get(f"/districts/{further.key}/").content.decode()
        assert "没有以它为主的报道" in html
        assert "另有 1 篇报道只是提到它" in html

    def test_a_district_shows_its_initiatives(self, client: Client, shelf: list[Article]) -> None:
        key = shelf[0].district.key if shelf[0].district else ""
        html = client.get(f"/districts/{key}/").content.decode()
        assert "晚灯计划" in html
        assert re.findall(r">(\d+)<", html.split("<tbody>")[1].split("</tr>")[0])[-1] == "6"

    def test_names_narrow_the_list(self, client: Client, shelf: list[Article]) -> None:
        assert "晚灯计划" in client.get("/initiatives/?name=晚灯").content.decode()
        assert ">晚灯计划<" not in client.get("/initiatives/?name=日出").content.decode()

    def test_a_merged_initiative_leads_to_what_it_became(self, client: Client) -> None:
        new = InitiativeFactory()
        old = InitiativeFactory(merged_into=new)
        article = ArticleFactory(published=True)
        InitiativeMentionFactory(article=article, initiative=new, merged_from=old)
        response = client.get(f"/initiatives/{old.slug}/")
        assert (response.status_code, response["Location"]) == (301, f"/initiatives/{new.slug}/")

    @pytest.mark.parametrize("path", ["/initiatives/none/", "/districts/none/"])
    def test_what_is_not_there_is_404(self, client: Client, path: str) -> None:
        assert client.get(path).status_code == 404

    @pytest.mark.parametrize("query", ["?page=x", "?page=0", "?page=99", "?name=%00", "?name=" + "x" * 999])
    def test_bad_input_does_no_harm(self, client: Client, shelf: list[Article], query: str) -> None:
        assert client.get(f"/initiatives/{query}").status_code == 200


class TestHealth:
    def test_alive_and_ready(self, client: Client, shelf: list[Article]) -> None:
        assert client.get("/healthz").content == b"ok\n"
        response = client.get("/readyz")
        assert response.status_code == 200
        assert response.json() == {"ready": True, "database": True, "index": True}

    def test_not_ready_without_the_index_it_needs(self, client: Client) -> None:
        ArticleFactory(published=True)
        response = client.get("/readyz")
        assert response.status_code == 503
        assert response.json() == {"ready": False, "database": True, "index": False}

    @pytest.mark.parametrize("path", ["/search/", "/search.json", "/", "/districts/", "/search.csv"])
    def test_a_damaged_index_is_said_in_chinese(
        self, client: Client, monkeypatch: pytest.MonkeyPatch, path: str
    ) -> None:
        def broken(*_: Any, **__: Any) -> None:
            raise IndexDamaged

        for name in ("views.search.find", "views.catalogue.archive_counts", "exports.exporter.iterate_hits"):
            monkeypatch.setattr(f"reports.{name}", broken)
        response = client.get(path)
        assert response.status_code == 503
        assert "重建" in response.content.decode()


def test_the_description_for_browsers_is_well_formed(client: Client) -> None:
    response = client.get("/opensearch.xml")
    assert response["Content-Type"].startswith("application/opensearchdescription+xml")
    root = ElementTree.fromstring(response.content)
    url = root.find("{http://a9.com/-/spec/opensearch/1.1/}Url")
    assert url is not None
    assert url.attrib["template"] == "http://testserver/search/?q={searchTerms}"
    assert "/opensearch.xml" in client.get("/").content.decode()


class TestErrorPages:
    def test_404_is_in_chinese(self, client: Client) -> None:
        response = client.get("/nowhere/")
        assert response.status_code == 404
        assert "没有这一页" in response.content.decode()

    def test_500_is_in_chinese_and_asks_no_database(self, rf: RequestFactory) -> None:
        response = server_error(rf.get("/"))
        assert response.status_code == 500
        assert "档案出了故障" in response.content.decode()

    def test_400_says_what_was_too_much(self, client: Client, rf: RequestFactory) -> None:
        request = client.get("/login/").wsgi_request
        response = bad_request(request, TooManyFilesSent())
        assert response.status_code == 400
        assert "一次上传的文件太多" in response.content.decode()

    def test_a_wrong_host_is_400(self, client: Client) -> None:
        assert client.get("/", headers={"Host": "elsewhere.example"}).status_code == 400


def test_json_of_a_search_can_be_read_again_by_its_own_parameters(
    client: Client, shelf: list[Article]
) -> None:
    told = client.get("/search.json?q=窗口&year=2020").json()
    assert json.dumps(told["query"]["year"]) == '["2020"]'
