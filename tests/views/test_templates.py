"""What the content security policy and the house rules ask of every template."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template import engines
from django.test import Client

FOLDER = Path(settings.BASE_DIR) / "templates"
TEMPLATES = sorted(FOLDER.rglob("*.html"))


@pytest.fixture(params=TEMPLATES, ids=lambda path: path.name)
def template(request: pytest.FixtureRequest) -> Path:
    return request.param


def test_there_are_templates() -> None:
    assert len(TEMPLATES) > 20


def test_no_template_has_inline_style_or_script(template: Path) -> None:
    text = template.read_text("utf-8")
    assert not re.search(r"<[^>]+\sstyle\s*=", text)
    assert not re.search(r"<[^>]+\son[a-z]+\s*=", text)
    assert not re.search(r"<style", text)
    assert not re.search(r"<script(?![^>]*\bsrc=)", text)
    assert "javascript:" not in text


def test_no_template_calls_on_another_host(template: Path) -> None:
    assert not re.search(r'(?:src|href|action)\s*=\s*"(?:https?:)?//', template.read_text("utf-8"))


def test_every_template_compiles(template: Path) -> None:
    engines["django"].get_template(template.relative_to(FOLDER).as_posix())


def test_includes_are_fragments_and_take_only_what_they_are_given(template: Path) -> None:
    for name, rest in re.findall(r'{%\s*include\s+"([^"]+)"([^%]*)%}', template.read_text("utf-8")):
        assert name.startswith("_")
        assert rest.split()[-1:] == ["only"]


def test_full_pages_state_their_language(template: Path) -> None:
    text = template.read_text("utf-8")
    if "<html" in text:
        assert '<html lang="zh-Hans">' in text


def test_no_text_is_marked_safe_but_what_django_wrote(template: Path) -> None:
    for line in template.read_text("utf-8").splitlines():
        if "|safe" in line:
            assert "help_text|safe" in line


@pytest.mark.django_db
def test_pages_carry_the_policy(client: Client) -> None:
    policy = client.get("/login/")["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
