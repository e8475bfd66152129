"""The help page shows the manual in the tree."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db
_MANUAL = Path(__file__).resolve().parents[2] / "docs" / "使用手册.md"


def test_it_is_the_manual_and_every_page_leads_to_it(client: Client) -> None:
    html = client.get("/help/").content.decode()
    headings = [line.lstrip("# ") for line in _MANUAL.read_text("utf-8").splitlines() if line.startswith("#")]
    assert len(headings) > 8
    assert all(f">{heading}</h" in html for heading in headings)
    assert "<table>" in html
    assert 'href="/help/"' in client.get("/login/").content.decode()
