"""The database itself refuses to change or remove a row of the table of events.

The triggers are looked after at the end of every migration and not made by one of them: SQLite drops the
triggers of a table when a later migration writes it anew (sqlite.org/lang_altertable.html).
"""

from __future__ import annotations

from typing import Any

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from reports.models import Event

_TABLE = Event._meta.db_table
_MESSAGE = "操作记录不能修改，也不能删除"
_SEAL = {
    "sqlite": [
        f"CREATE TRIGGER IF NOT EXISTS {_TABLE}_no_{verb} BEFORE {verb} ON {_TABLE} "
        f"BEGIN SELECT RAISE(ABORT, '{_MESSAGE}'); END"
        for verb in ("update", "delete")
    ],
    "postgresql": [
        f"CREATE OR REPLACE FUNCTION {_TABLE}_sealed() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{_MESSAGE}' USING ERRCODE = 'integrity_constraint_violation'; END $$",
        f"CREATE OR REPLACE TRIGGER {_TABLE}_sealed BEFORE UPDATE OR DELETE ON {_TABLE} "
        f"FOR EACH ROW EXECUTE FUNCTION {_TABLE}_sealed()",
    ],
}
_UNSEAL = {
    "sqlite": [f"DROP TRIGGER IF EXISTS {_TABLE}_no_{verb}" for verb in ("update", "delete")],
    "postgresql": [f"DROP TRIGGER IF EXISTS {_TABLE}_sealed ON {_TABLE}"],
}


def seal_events(using: str = "default", **_: Any) -> None:
    """Make the triggers; run after every migration, so it may come again."""
    connection = connections[using]
    if _TABLE in connection.introspection.table_names():
        _execute(connection, _SEAL)


def unseal_events(using: str = "default") -> None:
    """For whoever must empty the whole database. The next migration seals it again."""
    _execute(connections[using], _UNSEAL)


def _execute(connection: BaseDatabaseWrapper, statements: dict[str, list[str]]) -> None:
    with connection.cursor() as cursor:
        for statement in statements.get(connection.vendor, []):
            cursor.execute(statement)
