"""Triggers by which the database refuses to change or delete an event, or to lower a change number.

They are created after every run of ``migrate`` and not in a migration, because SQLite drops the triggers of a
table when a later migration rebuilds it (sqlite.org/lang_altertable.html).
"""

from __future__ import annotations

from typing import Any

from django.db import connections

from reports.models import Article, Event

_EVENTS = Event._meta.db_table
_ARTICLES = Article._meta.db_table
_EVENT_IS_FINAL = "操作记录不能修改，也不能删除"
_NUMBER_RISES = "报道的改动序号只能增大"


def _raise(message: str) -> str:
    return f"RAISE EXCEPTION '{message}' USING ERRCODE = 'integrity_constraint_violation';"


_TRIGGERS = {
    "sqlite": [
        *(
            f"CREATE TRIGGER IF NOT EXISTS {_EVENTS}_no_{verb} BEFORE {verb} ON {_EVENTS} "
            f"BEGIN SELECT RAISE(ABORT, '{_EVENT_IS_FINAL}'); END"
            for verb in ("update", "delete")
        ),
        f"CREATE TRIGGER IF NOT EXISTS {_ARTICLES}_number_rises "
        f"BEFORE UPDATE OF change_number ON {_ARTICLES} WHEN NEW.change_number < OLD.change_number "
        f"BEGIN SELECT RAISE(ABORT, '{_NUMBER_RISES}'); END",
    ],
    "postgresql": [
        f"CREATE OR REPLACE FUNCTION {_EVENTS}_sealed() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN {_raise(_EVENT_IS_FINAL)} END $$",
        f"CREATE OR REPLACE TRIGGER {_EVENTS}_sealed BEFORE UPDATE OR DELETE ON {_EVENTS} "
        f"FOR EACH ROW EXECUTE FUNCTION {_EVENTS}_sealed()",
        f"CREATE OR REPLACE FUNCTION {_ARTICLES}_number_rises() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN {_raise(_NUMBER_RISES)} END $$",
        f"CREATE OR REPLACE TRIGGER {_ARTICLES}_number_rises BEFORE UPDATE OF change_number ON {_ARTICLES} "
        f"FOR EACH ROW WHEN (NEW.change_number < OLD.change_number) "
        f"EXECUTE FUNCTION {_ARTICLES}_number_rises()",
    ],
}


def create_triggers(using: str = "default", **_: Any) -> None:
    """Create the triggers. Runs after every migration; idempotent."""
    connection = connections[using]
    if {_EVENTS, _ARTICLES} <= set(connection.introspection.table_names()):
        with connection.cursor() as cursor:
            for statement in _TRIGGERS.get(connection.vendor, []):
                cursor.execute(statement)
