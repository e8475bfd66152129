"""Before the first reader comes: everything is loaded, nothing is left behind, nothing stops the service."""

import logging

import pytest
from django.db import connections

from reports.models import MissedQuery
from reports.views import warming

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _kept_connection(monkeypatch):
    monkeypatch.setattr(connections, "close_all", lambda: closed.append(True))
    closed.clear()


closed: list[bool] = []


def test_a_search_and_a_suggestion_are_answered_and_leave_no_trace(monkeypatch, caplog):
    asked = []
    for name in ("search", "suggest"):
        view = getattr(warming, name)
        monkeypatch.setattr(warming, name, lambda request, view=view: asked.append(view(request).status_code))
    with caplog.at_level(logging.ERROR):
        warming.answer_once()
    assert asked == [200, 200]
    assert caplog.records == []
    assert not MissedQuery.objects.exists()
    assert closed


def test_what_goes_wrong_is_logged_and_stops_nothing(monkeypatch, caplog):
    def fail(request):
        raise RuntimeError("broken")

    monkeypatch.setattr(warming, "search", fail)
    warming.answer_once()
    assert "/search/ could not be asked for" in caplog.text
    assert closed
