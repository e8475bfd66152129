"""``HTTPS=1``: only health checks over plain HTTP, and nothing that ``check --deploy`` complains of."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from .conftest import Installation, Site

NAME = "archive.example.gov.cn"


def test_check_deploy_is_clean(installation: Installation) -> None:
    installation.environment |= {"HTTPS": "1", "ALLOWED_HOSTS": NAME}
    done = installation.python("manage.py", "check", "--deploy", "--fail-level", "WARNING")
    assert (done.returncode, done.stderr) == (0, "")


def test_check_deploy_says_what_plain_http_lacks(installation: Installation) -> None:
    done = installation.python("manage.py", "check", "--deploy", "--fail-level", "WARNING")
    assert done.returncode != 0
    assert "security.W008" in done.stderr


@pytest.fixture(scope="module", params=["", "/archive"])
def site(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[Site]:
    """Below a path as well: what a proxy passes on is shorter than what the reader sees."""
    installation = Installation(
        tmp_path_factory.mktemp("https") / "data",
        HTTPS="1",
        HSTS_SECONDS="7200",
        ALLOWED_HOSTS=NAME,
        ARCHIVE_PUBLIC="1",
        ARCHIVE_PATH=request.param,
    )
    with installation.serving() as site:
        yield site


@pytest.fixture
def below(site: Site, request: pytest.FixtureRequest) -> str:
    return request.node.callspec.params["site"]


def test_plain_http_is_sent_to_https(site: Site, below: str) -> None:
    answer = site.get("/login/", Host=NAME)
    assert answer.status == 301
    assert answer.headers["Location"] == f"https://{NAME}{below}/login/"


def test_https_is_answered_and_remembered(site: Site, below: str) -> None:
    answer = site.get("/login/", Host=NAME, X_Forwarded_Proto="https")
    assert answer.status == 200
    assert answer.headers["Strict-Transport-Security"] == "max-age=7200"
    assert "; Secure" in answer.headers["Set-Cookie"]
    assert f"; Path={below}/;" in answer.headers["Set-Cookie"]


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", NAME])
def test_health_checks_answer_over_plain_http(site: Site, host: str) -> None:
    """As the image's own check asks: by loopback, whatever the site is called."""
    assert site.get("/healthz", Host=host).status == 200
    assert site.get("/readyz", Host=host).status in (200, 503)


def test_other_names_are_refused(site: Site) -> None:
    assert site.get("/healthz", Host="elsewhere.example").status == 400


def test_style_sheets_come_where_a_page_says(site: Site, below: str) -> None:
    """The proxy takes the path off before it passes a request on."""
    page = site.get("/login/", Host=NAME, X_Forwarded_Proto="https").body.decode()
    (link,) = re.findall(r'href="([^"]+/archive\.[0-9a-f]{12}\.css)"', page)
    assert link.startswith(f"{below}/static/")
    answer = site.get(link.removeprefix(below), Host=NAME, X_Forwarded_Proto="https", Accept_Encoding="gzip")
    assert answer.status == 200
    assert answer.headers["Content-Encoding"] == "gzip"
    assert "immutable" in answer.headers["Cache-Control"]
