"""What the database itself refuses: to change or remove an event, to lower an article's change number.

The triggers are looked after at the end of every migration and not made by one of them: SQLite drops the
triggers of a table when a later migration writes it anew (sqlite.org/lang_altertable.html).
"""

from __future__ import annotations

from typing import Any

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from reports.models import Article, Event

_EVENTS = Event._meta.db_table
_ARTICLES = Article._meta.db_table
_EVENT_STANDS = "操作记录不能修改，也不能删除"
_NUMBER_RISES = "报道的改动序号只能增大"
_SEAL = {
    "sqlite": [
        *(
            f"CREATE TRIGGER IF NOT EXISTS {_EVENTS}_no_{verb} BEFORE {verb} ON {_EVENTS} "
            f"BEGIN SELECT RAISE(ABORT, '{_EVENT_STANDS}'); END"
            for verb in ("update", "delete")
        ),
        f"CREATE TRIGGER IF NOT EXISTS {_ARTICLES}_number_rises BEFORE UPDATE OF change_number ON {_ARTICLES} "
        f"WHEN NEW.change_number < OLD.change_number BEGIN SELECT RAISE(ABORT, '{_NUMBER_RISES}'); END",
    ],
    "postgresql": [
        f"CREATE OR REPLACE FUNCTION {_EVENTS}_sealed() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{_EVENT_STANDS}' USING ERRCODE = 'integrity_constraint_violation'; END $$",
        f"CREATE OR REPLACE TRIGGER {_EVENTS}_sealed BEFORE UPDATE OR DELETE ON {_EVENTS} "
        f"FOR EACH ROW EXECUTE FUNCTION {_EVENTS}_sealed()",
        f"CREATE OR REPLACE FUNCTION {_ARTICLES}_number_rises() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{_NUMBER_RISES}' USING ERRCODE = 'integrity_constraint_violation'; END $$",
        f"CREATE OR REPLACE TRIGGER {_ARTICLES}_number_rises BEFORE UPDATE OF change_number ON {_ARTICLES} "
        f"FOR EACH ROW WHEN (NEW.change_number < OLD.change_number) "
        f"EXECUTE FUNCTION {_ARTICLES}_number_rises()",
    ],
}
_UNSEAL_EVENTS = {
    "sqlite": [f"DROP TRIGGER IF EXISTS {_EVENTS}_no_{verb}" for verb in ("update", "delete")],
    "postgresql": [f"DROP TRIGGER IF EXISTS {_EVENTS}_sealed ON {_EVENTS}"],
}


def seal_tables(using: str = "default", **_: Any) -> None:
    """Make the triggers; run after every migration, so it may come again."""
    connection = connections[using]
    if {_EVENTS, _ARTICLES} <= set(connection.introspection.table_names()):
        _execute(connection, _SEAL)


def unseal_events(using: str = "default") -> None:
    """For whoever must empty the whole database. The next migration seals it again."""
    _execute(connections[using], _UNSEAL_EVENTS)


def _execute(connection: BaseDatabaseWrapper, statements: dict[str, list[str]]) -> None:
    with connection.cursor() as cursor:
        for statement in statements.get(connection.vendor, []):
            cursor.execute(statement)
