"""Purge records by the sha256 of the purged bytes."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.timezone import localtime

from reports.models import Accession, Purge
from reports.models.chunks import in_chunks
from reports.models.purge import PurgeKind

from . import originals


def purges_of(sha256s: Iterable[str]) -> dict[str, Purge]:
    """Purge records of originals by sha256; records of containers are left out."""
    rows: dict[str, Purge] = {}
    for chunk in in_chunks(sha256s):
        purges = Purge.objects.filter(sha256__in=chunk)
        rows.update((row.sha256, row) for row in purges.exclude(kind=PurgeKind.CONTAINER))
    return rows


def is_purged(sha256: str) -> bool:
    """Whether the bytes were purged, as an original or as a container of one."""
    return Purge.objects.filter(sha256=sha256).exists()


def refusal_of(purge: Purge) -> str:
    """The sentence for a user who uploads the same bytes again."""
    at = localtime(purge.purged_at)
    return (
        f"这份文件里的报道已于{at.year}年{at.month}月{at.day}日由管理员彻底删除，没有再次收录。"
        "如要收录更正后的版本，请改好内容再上传。"
    )


def purge_container(container: Accession, because: Purge) -> None:
    """Add a purge record for ``container``, whose bytes contain those of ``because``; idempotent.

    Its other members have their own originals. Clearing deletes the bytes after the commit.
    """
    Purge.objects.get_or_create(
        kind=PurgeKind.CONTAINER,
        accession_id=container.pk,
        defaults={
            "sha256": container.sha256,
            "reason": because.reason,
            "purged_by_id": because.purged_by_id,
            "cleared_at": None,
        },
    )


def discard_originals(sha256s: Iterable[str]) -> None:
    for sha256 in sha256s:
        originals.delete(sha256)
