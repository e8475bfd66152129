"""Writing :class:`~reports.models.Event` rows: one an act, in the transaction of the act itself.

Who acts and from where is known without being handed down: whoever takes a request in says so by
:func:`coming_from`; outside of one it is the command line.
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
# No database keeps NUL, no encoding a lone surrogate; a name with a line break would look like two rows.
_UNSTORABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a request comes from. Its account is asked for only when an event is written."""

    address: str
    account: Callable[[], User | None]


_origin: ContextVar[Origin | None] = ContextVar("origin", default=None)


@contextmanager
def request_origin(origin: Origin) -> Iterator[None]:
    """Whatever is done inside comes from there."""
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
    """An event of this moment and place, to be handed to :func:`record`.

    ``by`` is left out where the account of the request acts. ``name`` is for one that has no account.
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
    """Write ``events``; call it inside the transaction of what they tell of."""
    Event.objects.bulk_create(events, batch_size=_BATCH)


@contextmanager
def record_failure_of(act: Act, by: User | None = None, on: Model | Subject | None = None) -> Iterator[None]:
    """Around an act and outside its transaction: writes an event where it is refused or fails.

    One that was done is recorded by the act, which alone knows what became of it.
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
            # The cause of both may be the database; the failure itself goes on its way.
            logger.exception("操作失败，也未能写入操作记录")
        raise


def changed_fields(row: Model) -> str:
    """Names of the fields in which ``row`` differs from what the database holds, before it is saved."""
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
    """With the operating system's account, as the kernel knows it."""
    number = os.getuid()
    try:
        return f"{COMMAND_LINE}（{pwd.getpwuid(number).pw_name}）"
    except KeyError:
        return f"{COMMAND_LINE}（{number}）"
