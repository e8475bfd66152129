"""Downloads beside the sort links, as a table or a workbook, of all hits or of those that are ticked."""

from __future__ import annotations

import csv
import io
import re

import pytest
from django.test import Client
from openpyxl import load_workbook

from reports.exports import EXPORTERS
from reports.models import Article, Event
from reports.search.request import Scope

pytestmark = pytest.mark.django_db


def search_page(client: Client, query: str = "q=窗口") -> str:
    return client.get(f"/search/?{query}").content.decode()


def downloaded(client: Client, address: str) -> bytes:
    response = client.get(address)
    assert response.status_code == 200, address
    return b"".join(response.streaming_content)  # type: ignore[attr-defined]


def addresses(data: bytes, file_format: str) -> list[str]:
    if file_format == "csv":
        return [row["链接"] for row in csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""))]
    sheet = load_workbook(io.BytesIO(data)).worksheets[0]
    return [row[-1] for row in sheet.iter_rows(min_row=2, values_only=True)]


def test_every_format_stands_beside_the_sort_links(client: Client, published: Article) -> None:
    head = search_page(client).split('<div class="results-head">')[1].split("</div>")[0]
    assert 'class="sorts"' in head
    assert set(re.findall(r'href="/search\.(\w+)\?', head)) == EXPORTERS.keys()


def test_a_search_without_hits_offers_none(client: Client, published: Article) -> None:
    assert "/search.xlsx" not in search_page(client, "q=没有这样的字")


def test_a_workbook_has_its_type_and_name_and_is_recorded(client: Client, published: Article) -> None:
    response = client.get("/search.xlsx?q=窗口")
    assert response["Content-Type"] == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    assert ".xlsx" in response["Content-Disposition"]
    assert response["Cache-Control"] == "no-store"
    assert addresses(b"".join(response.streaming_content), "xlsx") == [  # type: ignore[attr-defined]
        f"http://testserver/articles/{published.pk}/"
    ]
    assert Event.objects.get(act="export").after == "xlsx，1条"


@pytest.mark.parametrize("file_format", sorted(EXPORTERS))
@pytest.mark.parametrize("scope", [Scope.ARTICLE, Scope.SECTION])
def test_the_ticked_hits_alone(client: Client, published: Article, file_format: str, scope: Scope) -> None:
    query = f"q=&scope={scope}"
    ids = re.findall(
        r'<input class="tick" type="checkbox" name="id" value="([^"]+)"', search_page(client, query)
    )
    assert ids == [hit["id"] for hit in client.get(f"/search.json?{query}").json()["hits"]]
    everything = addresses(downloaded(client, f"/search.{file_format}?{query}"), file_format)
    chosen = addresses(downloaded(client, f"/search.{file_format}?{query}&id=&id={ids[-1]}"), file_format)
    assert (len(everything), chosen) == (len(ids), everything[-1:])


def test_the_form_of_the_ticks_sends_the_search(client: Client, published: Article) -> None:
    form = search_page(client, "q=窗口&sort=-date&page_size=5").split('id="ticked"')[1].split("</form>")[0]
    sent = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form))
    assert sent == {"q": "窗口", "sort": "-date", "id": ""}
    assert 'formaction="/search.csv"' in form


def test_without_a_tick_nothing_is_sent_and_the_page_says_why(client: Client, published: Article) -> None:
    answer = client.get("/search.xlsx?q=窗口&id=", follow=True)
    assert answer.redirect_chain[0][0].startswith("/search/?q=")
    assert "请先勾选" in answer.content.decode()
    assert not Event.objects.filter(act="export").exists()
