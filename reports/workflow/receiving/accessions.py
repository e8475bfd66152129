"""Taking documents into keeping: each sequence of bytes once, by its sha256."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.db import IntegrityError, transaction

from reports.models import Accession, Purge, User
from reports.models.chunks import in_chunks
from reports.models.event import Act, Result, Subject
from reports.workflow import originals
from reports.workflow.events import event, record, recording_failure
from reports.workflow.refusals import ReceiptRefused
from reports.workflow.tombstones import bury_container, discard_originals, is_purged, purges_of, refusal_of

_NAME_LIMIT = 255
_WRITERS = 8
# Control characters, and the invisible ones that turn or hide what follows (UAX #9, UTS #36).
_UNPRINTABLE = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)


@dataclass(frozen=True, slots=True)
class Receipt:
    """``is_new`` is false where the very same bytes were received before."""

    accession: Accession
    is_new: bool


def receive(
    data: bytes,
    file_name: str,
    by: User | None = None,
    container: Accession | None = None,
    line: int | None = None,
) -> Receipt:
    """Keep ``data`` and note where it came from, or find that it is already kept.

    The bytes are on disk before the row is, so a row without bytes cannot come about.
    Raises ReceiptRefused where the document is empty, larger than ``ARCHIVE_UPLOAD_LIMIT`` bytes, or was
    removed for good.
    """
    with recording_failure(Act.RECEIVE, by, Subject.ACCESSION):
        check_size(len(data))
        sha256 = originals.digest(data)
        _refuse_purged(sha256)
        originals.keep(data, sha256)
        return _note(sha256, len(data), file_name, by, container, line)


Arrival = tuple[bytes, str, Accession | None, int | None]


def receive_many(arrivals: Sequence[Arrival], by: User | None = None) -> list[Receipt | ReceiptRefused]:
    """:func:`receive` for each (data, file name, container, line), in a handful of statements.

    In the place of a document that is refused stands the refusal.
    """
    sha256s = [originals.digest(data) for data, *_ in arrivals]
    refusals = [_refusal(len(data)) for data, *_ in arrivals]
    wanted: dict[str, Arrival] = {}
    for sha256, refusal, arrival in zip(sha256s, refusals, arrivals, strict=True):
        if refusal is None:
            wanted.setdefault(sha256, arrival)
    purged = purges_of(wanted)
    with ThreadPoolExecutor(_WRITERS) as pool:
        # Each file waits for the disk, and waiting together costs a twentieth of waiting in turn.
        kept = [(arrival[0], sha256) for sha256, arrival in wanted.items() if sha256 not in purged]
        list(pool.map(lambda item: originals.keep(*item), kept))
    known, purged = _note_many(wanted, by)
    rows = _known(wanted.keys() - purged.keys())
    receipts: list[Receipt | ReceiptRefused] = []
    for sha256, refusal in zip(sha256s, refusals, strict=True):
        if refusal is not None:
            receipts.append(refusal)
        elif sha256 in purged:
            receipts.append(ReceiptRefused(refusal_of(purged[sha256])))
        else:
            receipts.append(Receipt(rows[sha256], is_new=sha256 not in known))
            # The same bytes a second time in one batch are no longer new.
            known[sha256] = rows[sha256]
    refused = sum(isinstance(receipt, ReceiptRefused) for receipt in receipts)
    record(*(event(Act.RECEIVE, by, Subject.ACCESSION, result=Result.REFUSED) for _ in range(refused)))
    return receipts


def _note_many(
    wanted: Mapping[str, Arrival], by: User | None
) -> tuple[dict[str, Accession], dict[str, Purge]]:
    """Make the rows of what is new; return those that were there, and what was removed for good."""
    with transaction.atomic():
        # Asked again: one of them may have been removed since.
        purged = purges_of(wanted)
        known = _known(wanted)
        Accession.objects.bulk_create(
            [
                Accession(
                    sha256=sha256,
                    size=len(data),
                    file_name=clean_file_name(name),
                    received_by=by,
                    container=container,
                    line=line,
                )
                for sha256, (data, name, container, line) in wanted.items()
                if sha256 not in known and sha256 not in purged
            ],
            ignore_conflicts=True,
        )
        made = _known(wanted.keys() - known.keys() - purged.keys())
        record(*(event(Act.RECEIVE, by, accession) for accession in made.values()))
        for sha256, purge in purged.items():
            if (container := wanted[sha256][2]) is not None:
                bury_container(container, purge)
    discard_originals(purged)
    return known, purged


def _refusal(size: int) -> ReceiptRefused | None:
    try:
        check_size(size)
    except ReceiptRefused as refused:
        return refused
    return None


def _known(sha256s: Iterable[str]) -> dict[str, Accession]:
    return {
        row.sha256: row for chunk in in_chunks(sha256s) for row in Accession.objects.filter(sha256__in=chunk)
    }


def receive_stream(source: BinaryIO, file_name: str, by: User | None = None) -> Receipt:
    """Keep a container (zip, list) of any size without holding it in memory."""
    with recording_failure(Act.RECEIVE, by, Subject.ACCESSION):
        # A container of something that was removed for good is read from the caller's file and not kept.
        sha256, size = originals.keep_stream(source, lambda sha256: not is_purged(sha256))
        if not size:
            originals.discard(sha256)
            raise ReceiptRefused("文件是空的，没有收录。")
        return _note(sha256, size, file_name, by, None, None)


def check_size(size: int) -> None:
    """Raise ReceiptRefused unless ``size`` bytes may be kept. Cheap enough to ask before reading them."""
    if not size:
        raise ReceiptRefused("文件是空的，没有收录。")
    if size > settings.ARCHIVE_UPLOAD_LIMIT:
        raise ReceiptRefused(
            f"文件有{printed_size(size)}，超过{printed_size(settings.ARCHIVE_UPLOAD_LIMIT)}的上限，没有收录。"
            "请拆成几个较小的文件再上传。"
        )


def printed_size(size: int) -> str:
    """``size`` bytes in the largest unit that leaves one digit before the point."""
    amount, unit = float(size), "字节"
    for larger in ("KB", "MB", "GB"):
        if amount < 1024:
            break
        amount, unit = amount / 1024, larger
    return f"{amount:.0f}{unit}" if amount >= 10 or unit == "字节" else f"{amount:.1f}{unit}"


def read_original(accession: Accession) -> bytes:
    """The bytes as received, checked against their sha256; raises DamagedOriginal or PurgedOriginal."""
    try:
        return originals.read(accession.sha256)
    except originals.DamagedOriginal as error:
        if is_purged(accession.sha256):
            raise originals.PurgedOriginal from error
        raise


def clean_file_name(file_name: str) -> str:
    """The last part of a path, without control characters, of at most 255 characters with its ending kept."""
    name = re.split(r"[/\\]", file_name)[-1]
    name = " ".join(_UNPRINTABLE.sub(" ", name).split()).strip()
    if name in {"", ".", ".."}:
        return "未命名"
    if len(name) > _NAME_LIMIT:
        ending = Path(name).suffix[:16]
        name = name[: _NAME_LIMIT - len(ending) - 1] + "…" + ending
    return name


def _refuse_purged(sha256: str) -> None:
    """Raise ReceiptRefused where the bytes were removed for good, and see that they are not on disk."""
    if purge := purges_of([sha256]).get(sha256):
        originals.discard(sha256)
        raise ReceiptRefused(refusal_of(purge))


def _note(
    sha256: str, size: int, file_name: str, by: User | None, container: Accession | None, line: int | None
) -> Receipt:
    known = Accession.objects.filter(sha256=sha256).first()
    if known:
        return Receipt(known, is_new=False)
    try:
        with transaction.atomic():
            _refuse_purged(sha256)
            accession = Accession.objects.create(
                sha256=sha256,
                size=size,
                file_name=clean_file_name(file_name),
                received_by=by,
                container=container,
                line=line,
            )
            record(event(Act.RECEIVE, by, accession))
    except IntegrityError:
        # The same bytes came by another door between the look and the insert.
        return Receipt(Accession.objects.get(sha256=sha256), is_new=False)
    return Receipt(accession, is_new=True)
