"""Style sheets and scripts: under hashed names, for a long time, compressed, also below a path."""

from __future__ import annotations

import gzip
import re
import stat
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.templatetags.static import static
from django.test import Client

from archive import static_files

STYLE = "css/archive.css"
FILES = [STYLE, "js/suggest.js", "img/favicon.svg", "admin/css/base.css", "admin/js/core.js"]


def body(response: object) -> bytes:
    return b"".join(response.streaming_content)  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", FILES)
def test_a_link_is_hashed_and_kept_for_long(client: Client, name: str) -> None:
    link = static(name)
    stem, _, kind = name.rpartition(".")
    assert re.fullmatch(rf"/static/{stem}\.[0-9a-f]{{12}}\.{kind}", link)
    response = client.get(link)
    assert response.status_code == 200
    assert {"public", "immutable"} <= set(re.split(r",\s*", response["Cache-Control"]))
    (age,) = re.findall(r"max-age=(\d+)", response["Cache-Control"])
    assert int(age) >= 365 * 24 * 3600
    body(response)


def test_it_is_compressed_where_asked(client: Client) -> None:
    plain = client.get(static(STYLE))
    packed = client.get(static(STYLE), headers={"accept-encoding": "gzip"})
    assert packed["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain
    assert "Accept-Encoding" in packed["Vary"]
    assert gzip.decompress(body(packed)) == body(plain) == (settings.BASE_DIR / "static" / STYLE).read_bytes()


def test_addresses_inside_style_sheets_lead_to_hashed_files(client: Client) -> None:
    """Those of the admin: ours name no other file."""
    link = static("admin/css/base.css")
    text = body(client.get(link)).decode()
    inside = [url for url in re.findall(r'url\(["\']?([^"\')]+)', text) if not url.startswith("data:")]
    assert inside
    for url in inside:
        path = (Path(link).parent / url.partition("#")[0]).as_posix()
        path = re.sub(r"/[^/]+/\.\./", "/", path)
        assert re.search(r"\.[0-9a-f]{12}\.", path)
        response = client.get(path)
        assert response.status_code == 200
        body(response)


def test_every_file_of_the_program_is_collected() -> None:
    static_files.require_collected()
    source = settings.BASE_DIR / "static"
    ours = {path.relative_to(source).as_posix() for path in source.rglob("*") if path.is_file()}
    assert STYLE in ours
    assert ours <= set(staticfiles_storage.hashed_files)


def test_every_account_may_read_them() -> None:
    """Whoever collects has the archive's narrow umask; whoever serves may be another account."""
    for path in settings.STATIC_ROOT.rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) == (0o755 if path.is_dir() else 0o644), path


def test_they_lie_outside_the_data() -> None:
    assert not settings.STATIC_ROOT.is_relative_to(settings.ARCHIVE_DATA)
