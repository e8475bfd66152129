"""Requests that no browser of a reader sends: whatever comes in, the answer is never a failure of ours.

A seeded run of odd values over all addresses, and the cases that failed once, each by name.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver

from reports.models import Accession, Article, MissedQuery, User
from reports.views.request_checks import decodable_content_type
from tests.factories import (
    ArticleFactory,
    InitiativeFactory,
)

pytestmark = pytest.mark.django_db

SEED = 20240607
ROUNDS = 350
TOO_LARGE = ("9223372036854775808", "99999999999999999999", "9" * 4000, "9" * 5000)
ODD = (
    *("", " ", "0", "-1", "1_0", "abc", "NaN", "1e309", "²", "٣", "１２", "null", "[]", "%", "..", "'\"><"),
    *("\u202e", "𠀀" * 300, "a" * 3000, "\r\nX: y", "(" * 300, "“", "NOT", "标题:(", "党建 OR"),
    *("0000-00-00", "2023-13-45", "10000-01-01", "0001-01-01", "99999", "-9.99999999999999999999"),
    *("sections:up:9", "sections:split:²", "contributors:remove:0", "year:x", "x:y:z"),
    *TOO_LARGE,
    *(f"sections:split:{digits}" for digits in TOO_LARGE),
    *(f"year:{digits}" for digits in TOO_LARGE),
)
NAMES = (
    *("q", "page", "sort", "district", "year", "initiative", "author", "page_size", "name", "queue", "older"),
    *("newer", "next", "e", "p", "o", "all", "_popup", "_to_field", "id__exact", "pk__in", "level__exact"),
    *("groups__id__exact", "received_at__year", "received_at__month", "action_time__year", "app_label"),
    *("model_name", "field_name", "term", "select_across", "index", "kept", "username", "password", "post"),
    *("old_password", "new_password1", "act", "arrange", "reason", "version", "headline", "kicker", "lead"),
    *("further_districts", "published_on", "section_number", "section_body", "figure_number", "quote"),
    *("figure_kind", "contributor_role", "contributor_name", "article", "revision", "username", "groups"),
    *("is_active", "aliases", "owner", "key", "code", "city", "term", "expansions", "word", "last_login_0"),
)
CHARSETS = (
    "utf-16",
    "utf-7",
    "gbk",
    "hex",
    "rot13",
    "zlib",
    "idna",
    "punycode",
    "undefined",
    "unicode_escape",
    "nope",
)
BODIES = (
    b"",
    b"\xff\xfe",
    b'{"a": ',
    b"--x\r\n\r\n",
    b"--x\r\nContent-Disposition: form-data; name=\"chosen\"; filename*=nope''a\r\n\r\nabc\r\n--x--\r\n",
    b'--x\r\nContent-Disposition: form-data; name="chosen"; filename="..."\r\n'
    b"Content-Transfer-Encoding: base64\r\n\r\n!!!\r\n--x--\r\n",
)
HEADERS: dict[str, tuple[str, ...]] = {
    "HTTP_HOST": ("evil.example", "", "a b", "localhost:99999999", "[::1", "é"),
    "HTTP_COOKIE": ("sessionid=\xff", "=;;;", "csrftoken=x; messages=x", "sessionid=" + "a" * 5000),
    "HTTP_RANGE": ("bytes=-1", "bytes=5-1", "x", "bytes=0-" + "9" * 50),
    "HTTP_ACCEPT": ("", "\xff", "*;q=x"),
    "HTTP_IF_MODIFIED_SINCE": ("x", "Mon, 99 Foo 99999 99:99:99 GMT"),
    "HTTP_ACCEPT_LANGUAGE": ("\xff", "x" * 9000),
    "HTTP_ACCEPT_ENCODING": ("\xff", "gzip;q=x"),
    "HTTP_REFERER": ("\xff", "http://["),
}


@pytest.fixture
def quiet(client: Client) -> Client:
    """Answers 500 as in service, instead of raising in the test."""
    client.raise_request_exception = False
    return client


@pytest.fixture
def admin(quiet: Client, administrator: User) -> Client:
    quiet.force_login(administrator)
    return quiet


def routes(patterns: Any = None, before: str = "") -> Iterator[str]:
    """Every address of the site, with its gaps: /articles/{}/."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        route = before + "".join(
            part.rpartition(">")[2]
            if i == 0 and ">" not in part
            else "{}" + part.partition(">")[2]
            if i
            else part
            for i, part in enumerate(str(pattern.pattern).split("<"))
        )
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, route)
        elif isinstance(pattern, URLPattern) and "(?P" not in route:
            yield "/" + route


def test_all_addresses_are_known_to_this_test() -> None:
    found = set(routes())
    assert {"/", "/articles/{}/", "/desk/review/{}/history/", "/admin/reports/user/{}/password/"} <= found
    assert len(found) > 80


def test_no_odd_request_makes_the_archive_fail(
    published: Article, reader: User, editor: User, administrator: User
) -> None:
    chance = random.Random(SEED)
    draft = ArticleFactory(accession=published.accession, ordinal=2)
    keys = [str(n) for n in (published.pk, draft.pk, published.accession_id, editor.pk)]
    clients = [Client(raise_request_exception=False) for _ in range(4)]
    for client, user in zip(clients[1:], (reader, editor, administrator), strict=True):
        client.force_login(user)
    addresses = sorted(set(routes()))
    failed = []
    for number in range(ROUNDS):
        client = clients[number % 4]
        address = chance.choice(addresses)
        gap = quote(chance.choice([*keys * 8, *ODD, "370112", "city", "district"]), safe="")
        asked = address.format(*[gap] * 3) + "?" + query(chance)
        headers = {name: chance.choice(HEADERS[name]) for name in HEADERS if chance.random() < 0.03}
        response = send(client, asked, headers, chance)
        if response.status_code >= 500 and response.status_code != 503:
            failed.append((number % 4, asked[:200], headers, response.status_code))
    assert failed == []


def query(chance: random.Random) -> str:
    pairs = [f"{chance.choice(NAMES)}={quote(chance.choice(ODD))}" for _ in range(chance.randrange(4))]
    return "&".join([*pairs, *chance.sample(["a=%00b", "%00=1", "q=%FF%FE", "a=%ED%A0%80", "%=%", "&&"], 1)])


def send(client: Client, asked: str, headers: dict[str, str], chance: random.Random) -> Any:
    extra: dict[str, Any] = dict(headers)
    if chance.random() < 0.5:
        if chance.random() < 0.2:
            extra["CONTENT_TYPE"] = decodable_content_type(f"text/plain; charset={chance.choice(CHARSETS)}")
        response = client.get(asked, **extra)
    elif chance.random() < 0.2:
        kind = chance.choice(["multipart/form-data; boundary=x", "multipart/form-data", "application/json"])
        response = client.generic("POST", asked, chance.choice(BODIES), content_type=kind, **extra)
    else:
        fields: dict[str, Any] = {chance.choice(NAMES): [chance.choice(ODD)] * 2 for _ in range(5)}
        fields["action"] = chance.choice(["delete_selected", "merge", "handle"])
        fields["_selected_action"] = [chance.choice(ODD), "1"]
        if chance.random() < 0.1:
            fields["chosen"] = SimpleUploadedFile(
                chance.choice(["\u202e" * 300, "a.zip", "a.jsonl"]), b"[[[["
            )
        response = client.post(asked, fields, **extra)
    if response.streaming:
        b"".join(response.streaming_content)
    return response


class TestNumbersThatNoRowCanHave:
    def test_are_addresses_of_nothing(self, admin: Client) -> None:
        addresses = (
            *("/articles/{}/", "/articles/{}/original", "/desk/review/{}/", "/desk/review/{}/history/"),
            *("/desk/review/{}/purge/", "/desk/accessions/{}/purge/"),
        )
        for address in addresses:
            for number in TOO_LARGE:
                assert admin.get(address.format(number)).status_code == 404, address

    @pytest.mark.parametrize("model", ["article", "accession", "district", "initiative", "user", "synonym"])
    def test_are_keys_of_nothing_in_the_admin(self, admin: Client, model: str) -> None:
        for page in ("change", "history", "delete", "password"):
            for key in ("abc", "1_0", "-1", "٣", *TOO_LARGE):
                response = admin.get(f"/admin/reports/{model}/{quote(key)}/{page}/")
                assert response.status_code in {302, 403, 404}, (page, key[:30])

    @pytest.mark.parametrize(
        ("model", "action"),
        [
            ("district", "delete_selected"),
            ("initiative", "delete_selected"),
            ("initiative", "merge"),
            ("synonym", "delete_selected"),
            ("lexiconword", "delete_selected"),
            ("missedquery", "handle"),
        ],
    )
    def test_are_ticks_at_nothing_in_the_admin(self, admin: Client, model: str, action: str) -> None:
        for key in ("abc", "", "1_0", *TOO_LARGE):
            sent = {"action": action, "_selected_action": [key, "1"], "index": "0"}
            response = admin.post(f"/admin/reports/{model}/", sent, follow=True)
            assert response.status_code == 200, key[:30]
            assert "勾选的条目已不存在，请重新勾选。" in response.content.decode()

    @pytest.mark.parametrize(
        ("model", "field"), [("district", "city"), ("initiative", "owner"), ("user", "groups")]
    )
    def test_are_no_choice_in_a_form_of_the_admin(self, admin: Client, model: str, field: str) -> None:
        for value in ("abc", *TOO_LARGE):
            asked = f"/admin/reports/{model}/add/"
            assert admin.post(asked, {field: value}).status_code == 400, value[:30]
            assert admin.get(asked, {field: value}).status_code == 400, value[:30]
        assert admin.get(asked, {field: ""}).status_code == 200

    def test_are_no_initiative_to_merge_into(self, admin: Client) -> None:
        chosen = [InitiativeFactory().pk, InitiativeFactory().pk]
        for kept in ("abc", "-1", *TOO_LARGE):
            sent = {"action": "merge", "_selected_action": chosen, "index": "0", "kept": kept}
            assert admin.post("/admin/reports/initiative/", sent).status_code == 200, kept[:30]

    @pytest.mark.parametrize("model", ["accession", "user", "article"])
    def test_are_no_filter_in_the_admin(self, admin: Client, model: str) -> None:
        for name, values in (
            ("id__exact", ("abc", *TOO_LARGE)),
            ("received_at__year", ("0", "99999", "9999999999", *TOO_LARGE)),
            ("pk__in", (*TOO_LARGE, f"1,{TOO_LARGE[0]}")),
        ):
            for value in values:
                response = admin.get(f"/admin/reports/{model}/?{name}={value}")
                assert response.status_code in {200, 302, 400}, (name, value[:30])

    def test_are_no_row_of_the_form(self, desk: Client, draft: Article) -> None:
        desk.raise_request_exception = False
        for order in ("sections:up:", "sections:split:", "quotes:remove:", "year:"):
            for digits in TOO_LARGE:
                sent = {"arrange": order + digits, "section_body": ["甲", "乙"]}
                assert desk.post(f"/desk/review/{draft.pk}/", sent).status_code == 200, order


class TestNul:
    """PostgreSQL refuses it in every text, so it must reach no query at all."""

    @pytest.mark.parametrize(
        "address",
        [
            "/initiatives/?name=%00",
            "/initiatives/?name=a%00b",
            "/search/?q=%00&district=%00&source=a%00",
            "/search.json?q=%00a",
            "/suggest/?q=%00",
            "/desk/?queue=%00&page=%00",
            "/desk/districts.json?q=%00",
            "/admin/reports/user/?q=%00",
            "/admin/reports/accession/?q=a%00&received_at__year=%00",
            "/initiatives/?%00name=x&name=%%0000",
        ],
    )
    def test_is_left_out_of_every_query(self, admin: Client, address: str) -> None:
        response = admin.get(address)
        assert response.status_code in {200, 302}
        asked = response.wsgi_request
        assert "%00" not in asked.META["QUERY_STRING"]
        assert not any("\0" in text for name, values in asked.GET.lists() for text in (name, *values))

    def test_a_search_without_it_is_the_same_search(self, client: Client, published: Article) -> None:
        assert client.get("/search.json?q=%E6%99%9A%00%E7%81%AF").json()["total"] == 1
        assert not MissedQuery.objects.filter(query__contains="\0").exists()

    @pytest.mark.parametrize(
        "address",
        ["/districts/%00/", "/initiatives/a%00/", "/static/%00", "/admin/reports/user/%00/change/", "/%00"],
    )
    def test_no_page_has_an_address_with_it(self, admin: Client, address: str) -> None:
        response = admin.get(address)
        assert response.status_code == 404
        assert "找不到" in response.content.decode() or "没有" in response.content.decode()

    @pytest.mark.parametrize(
        ("address", "field"),
        [
            ("/login/", "username"),
            ("/login/", "password"),
            ("/admin/login/", "username"),
            ("/desk/", "article"),
            ("/desk/review/{}/", "section_body"),
            ("/desk/review/{}/", "contributor_name"),
            ("/desk/review/{}/", "a\0b"),
            ("/desk/review/{}/purge/", "reason"),
            ("/admin/reports/synonym/add/", "term"),
            ("/admin/reports/synonym/", "_selected_action"),
        ],
    )
    def test_a_form_with_it_is_refused_in_words(
        self, admin: Client, draft: Article, address: str, field: str
    ) -> None:
        response = admin.post(address.format(draft.pk), {field: "甲\0乙"})
        assert response.status_code == 400
        assert "空字符（NUL）" in response.content.decode()

    def test_a_file_name_with_it_loses_it(self, admin: Client) -> None:
        head = "Content-Disposition: form-data; name=\"chosen\"; filename*=UTF-8''a%00b.txt"
        body = f"--x\r\n{head}\r\n\r\nabc\r\n--x--\r\n".encode()
        kind = "multipart/form-data; boundary=x"
        assert admin.generic("POST", "/desk/upload/", body, content_type=kind).status_code == 200
        assert Accession.objects.get().file_name == "ab.txt"


class TestCharsets:
    def test_a_page_is_read_whatever_charset_is_named(self, quiet: Client) -> None:
        for charset in CHARSETS:
            given = decodable_content_type(f"text/plain; charset={charset}")
            response = quiet.get("/initiatives/?name=%E6%99%9A&page=1", CONTENT_TYPE=given)
            assert response.status_code == 200, charset
            assert response.wsgi_request.GET["name"] == "晚"

    def test_a_query_is_utf_8_although_django_would_believe_the_header(self, quiet: Client) -> None:
        for charset in ("utf-16", "utf-7", "gbk", "unicode_escape"):
            for address in ("/suggest/?q=+2AA-", "/suggest/?q=%5Cud800", "/search/?q=%E6%99%9A"):
                response = quiet.get(address, CONTENT_TYPE=f"text/plain; charset={charset}")
                assert response.status_code == 200, (charset, address)

    @pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x"])
    def test_a_form_in_another_charset_is_refused_in_words(self, quiet: Client, kind: str) -> None:
        for charset in CHARSETS:
            given = decodable_content_type(f"{kind}; charset={charset}")
            response = quiet.generic("POST", "/login/", b"username=a", content_type=given)
            assert response.status_code == 400, charset
            assert "不是 UTF-8 编码" in response.content.decode()

    @pytest.mark.parametrize("charset", ["utf-8", "UTF-8", "utf8", "us-ascii"])
    def test_a_form_in_utf_8_may_say_so(self, quiet: Client, editor: User, charset: str) -> None:
        body = f"username={quote(editor.username)}&password=correct+horse+battery".encode()
        kind = f"application/x-www-form-urlencoded; charset={charset}"
        assert decodable_content_type(kind) == kind
        assert quiet.generic("POST", "/login/", body, content_type=kind).status_code == 302

    def test_a_content_type_that_django_cannot_read_is_named_unknown(self) -> None:
        assert "unknown" in decodable_content_type("text/plain; a*=nope''%41")
        RequestFactory().get("/", CONTENT_TYPE=decodable_content_type("text/plain; charset=hex"))


@pytest.mark.parametrize("path", ["/%FF", "/articles/%FF/", "/districts/%ED%A0%80/", "/admin/%FF/"])
def test_an_address_that_is_not_utf_8_is_told_in_chinese(admin: Client, path: str) -> None:
    response = admin.get(path)
    assert response.status_code == 404
    assert 'lang="zh-Hans"' in response.content.decode()
