"""What every test may use: originals and index of its own, accounts with a role."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.db import connection
from haystack import connections

from reports.models import User
from reports.views import exporting
from reports.workflow.account_roles import ADMIN, EDITOR, READER, ensure_roles, grant

SHARED = Path(__file__).resolve().parents[2] / "shared"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if SHARED.is_dir():
        return
    skip = pytest.mark.skip(reason="the read-only material beside the repository (../shared) is not here")
    for item in items:
        if item.get_closest_marker("shared"):
            item.add_marker(skip)


@pytest.fixture
def shared() -> Path:
    """The read-only material; only for tests marked ``shared``."""
    return SHARED


@pytest.fixture(scope="session", autouse=True)
def _static_files(django_test_environment: None) -> None:
    """Collected as in service: pages link to hashed names, and without them every page is an error."""
    call_command("collectstatic", "--noinput", verbosity=0)


@pytest.fixture(autouse=True)
def _own_data(tmp_path_factory: pytest.TempPathFactory, settings: object) -> Iterator[None]:
    """Originals and index in a folder of the test: none sees what another left behind."""
    folder = tmp_path_factory.mktemp("data")
    settings.ARCHIVE_ORIGINALS = folder / "originals"  # type: ignore[attr-defined]
    default = connections.connections_info["default"]
    usual = default["URL"]
    default["URL"] = f"whoosh:{folder / 'index'}"
    connections.reload("default")
    yield
    default["URL"] = usual
    connections.reload("default")


def unseal_events() -> None:
    """Let the table of events be emptied. The next migration seals it again."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DROP TRIGGER IF EXISTS reports_event_no_update")
            cursor.execute("DROP TRIGGER IF EXISTS reports_event_no_delete")
        else:
            cursor.execute("DROP TRIGGER IF EXISTS reports_event_sealed ON reports_event")


@pytest.fixture(autouse=True)
def _unsealed_before_flush(request: pytest.FixtureRequest) -> Iterator[None]:
    """A test with transactions ends by emptying every table, which then seals the events again."""
    marker = request.node.get_closest_marker("django_db")
    has_transactions = "transactional_db" in request.fixturenames or (
        marker is not None and marker.kwargs.get("transaction")
    )
    if has_transactions:
        # Asked for here, so that it ends after this.
        request.getfixturevalue("transactional_db")
    yield
    if has_transactions:
        unseal_events()


@pytest.fixture(autouse=True)
def _free_export_place(monkeypatch: pytest.MonkeyPatch) -> None:
    """An export that a test has not read to its end, and no server closed, is in nobody's way."""
    monkeypatch.setattr(exporting, "_export_lock", threading.Lock())


def _account(name: str, role: str) -> User:
    if not Group.objects.filter(name=role).exists():
        ensure_roles()
    user = User.objects.create_user(name, password="correct horse battery")
    grant(user, role)
    return user


@pytest.fixture
def reader(db: None) -> User:
    return _account("读者甲", READER)


@pytest.fixture
def editor(db: None) -> User:
    return _account("编辑甲", EDITOR)


@pytest.fixture
def other_editor(db: None) -> User:
    return _account("编辑乙", EDITOR)


@pytest.fixture
def administrator(db: None) -> User:
    return _account("管理员甲", ADMIN)


@pytest.fixture
def narrow_database(db: None) -> Iterator[None]:
    """A SQLite that takes no more than 999 values in a statement, as older ones do and Django supposes.

    A list that grows with the archive fails in it at a thousand instead of a quarter of a million. On other
    databases nothing is narrowed.
    """
    connection.ensure_connection()
    raw = connection.connection
    if not isinstance(raw, sqlite3.Connection):
        yield
        return
    usual = raw.setlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER, 999)
    yield
    raw.setlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER, usual)
