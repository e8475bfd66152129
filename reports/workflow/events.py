"""Writes :class:`~reports.models.Event` rows: one per action, in the transaction of the action.

Account and address come from a context variable: the middleware sets them with :func:`request_origin`.
Outside a request they are those of the command line.
"""

from __future__ import annotations

import logging
import os
import pwd
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from django.db import DatabaseError
from django.db.models import Model

from reports.models import Event, User
from reports.models.event import Act, Result, Subject
from reports.models.field_labels import length_of

from .refusals import Refused

COMMAND_LINE = "命令行"
UNCHANGED = "没有改动"
_BATCH = 500
# Databases refuse NUL, encodings refuse lone surrogates; a name with a line break would look like two rows.
_UNSTORABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Origin:
    """The origin of a request. Its account is read only when an event is written."""

    address: str
    account: Callable[[], User | None]


_origin: ContextVar[Origin | None] = ContextVar("origin", default=None)


@contextmanager
def request_origin(origin: Origin) -> Iterator[None]:
    """Everything done inside is recorded with this origin."""
    token = _origin.set(origin)
    try:
        yield
    finally:
        _origin.reset(token)


def event(
    act: Act,
    by: User | None = None,
    on: Model | Subject | None = None,
    *,
    name: str = "",
    before: str = "",
    after: str = "",
    result: Result = Result.DONE,
) -> Event:
    """An event with the present origin, for :func:`record`.

    Without ``by`` it is the account of the request. ``name`` is for events without an account.
    """
    origin = _origin.get()
    account = by or (origin.account() if origin else None)
    if not name:
        name = account.get_username() if account else "" if origin else COMMAND_LINE
    return Event(
        account=account,
        name=_UNSTORABLE.sub("\ufffd", name)[: length_of(Event, "name")],
        address=(origin.address if origin else _command_line())[: length_of(Event, "address")],
        act=act,
        subject=_subject(on),
        number=on.pk if isinstance(on, Model) else None,
        before=before[: length_of(Event, "before")],
        after=after[: length_of(Event, "after")],
        result=result,
    )


def record(*events: Event) -> None:
    """Write ``events``; call it inside the transaction of the action."""
    Event.objects.bulk_create(events, batch_size=_BATCH)


@contextmanager
def record_failure_of(act: Act, by: User | None = None, on: Model | Subject | None = None) -> Iterator[None]:
    """Record an event if the action inside is refused or fails. Use it outside the action's transaction.

    The action itself records its success, because only it knows the result.
    """
    try:
        yield
    except Refused:
        record(event(act, by, on, result=Result.REFUSED))
        raise
    except Exception:
        try:
            record(event(act, by, on, result=Result.FAILED))
        except DatabaseError:
            # The database may be the cause of both failures; the first one is raised below.
            logger.exception("操作失败，也未能写入操作记录")
        raise


def changed_fields(row: Model) -> str:
    """Names of the fields in which ``row``, not yet saved, differs from the database."""
    stored = type(row)._default_manager.filter(pk=row.pk).values().first() if row.pk else None
    if stored is None:
        return "新建"
    names = [
        str(field.verbose_name)
        for field in row._meta.concrete_fields
        if field.editable and getattr(row, field.attname) != stored[field.attname]
    ]
    return "、".join(names) or UNCHANGED


def _subject(on: Model | Subject | None) -> str:
    if on is None:
        return ""
    return on.value if isinstance(on, Subject) else Subject(on._meta.model_name or "").value


def _command_line() -> str:
    """The name of the command line with the account of the operating system."""
    number = os.getuid()
    try:
        return f"{COMMAND_LINE}（{pwd.getpwuid(number).pw_name}）"
    except KeyError:
        return f"{COMMAND_LINE}（{number}）"
