"""How the index stands against program and database, and what there is to do about it."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from reports.models import Article, OutboxRow
from reports.models.chunks import in_chunks
from reports.search.contract.errors import IndexDamaged
from reports.search.engines.whoosh.index_segment.schema import LEXICON

from .indexing import archive_index, is_rebuilding
from .lexicon import wanted_segmenter


class IndexState(StrEnum):
    """In the order in which they matter: the first that holds is told."""

    DAMAGED = "damaged"
    MISSING = "missing"
    READ_ONLY = "read_only"
    OUTDATED = "outdated"
    FAILING = "failing"
    BEHIND = "behind"
    CURRENT = "current"

    @property
    def label(self) -> str:
        return {
            IndexState.DAMAGED: "索引已损坏，请运行 update_index 重建",
            IndexState.MISSING: "尚无索引，请运行 update_index 建立",
            IndexState.READ_ONLY: "索引文件夹不可写：可以检索，但修改进不了索引，请检查权限和磁盘",
            IndexState.OUTDATED: "索引由另一版本的程序或词典建立，仍可检索，请择时运行 update_index 重建",
            IndexState.FAILING: "有报道未能编入索引，其余报道不受影响",
            IndexState.BEHIND: "索引落后于资料库，请运行 update_index；若仍不一致，请运行 rebuild_index",
            IndexState.CURRENT: "索引正常",
        }[self]


@dataclass(frozen=True, slots=True)
class FailingArticle:
    """An article that the index could not take in, and why."""

    id: int
    headline: str
    failure: str

    def __str__(self) -> str:
        return f"第 {self.id} 号《{self.headline}》：{self.failure}"


@dataclass(frozen=True, slots=True)
class IndexStatus:
    """``indexed`` and ``published`` are numbers of articles, ``waiting`` of outbox rows, ``size`` of bytes.
    ``failing`` are not among the waiting.

    ``differing`` says which of the things the index was made with the program would make otherwise now,
    ``cause`` what is damaged.
    """

    state: IndexState
    version: str
    differing: tuple[str, ...]
    indexed: int
    published: int
    waiting: int
    generation: int | None
    segments: int
    deleted: int
    size: int
    is_rebuilding: bool
    is_writable: bool = True
    cause: str = ""
    failing: tuple[FailingArticle, ...] = ()

    @property
    def needs_attention(self) -> bool:
        return self.state is not IndexState.CURRENT

    @property
    def needs_rebuild(self) -> bool:
        """Whether changes alone cannot bring the index up to date."""
        lost = self.state is IndexState.MISSING and self.published > 0
        return lost or self.state in {IndexState.DAMAGED, IndexState.OUTDATED} or bool(self.differing)

    @property
    def label(self) -> str:
        """The state in words, without a full stop."""
        if self.state is IndexState.OUTDATED and self.differing == (LEXICON,):
            return "词典已改动，重建索引后生效，在此之前检索照旧；请择时运行 update_index"
        return self.state.label

    @property
    def notice(self) -> str:
        """One sentence for those who can do something about it."""
        parts = [f"{self.label}。", "现在正在重建。" if self.is_rebuilding else ""]
        if self.failing:
            parts.append(f"未能编入索引：{self.failing[0]}")
            parts.append(f"（共 {len(self.failing)} 篇，见 index_status）" if len(self.failing) > 1 else "")
        return "".join(parts)


def status() -> IndexStatus:
    """How the index stands against program and database. Never raises for a bad index."""
    index = archive_index()
    published = Article.objects.published().count()
    waiting = OutboxRow.objects.filter(failure="").count()
    failing = _failing()
    generation: int | None = None
    differing: tuple[str, ...] = ()
    version, indexed, segments, deleted, cause = "", 0, 0, 0, ""
    try:
        generation = index.generations.current()
        snapshot = index.snapshot()
        if snapshot is not None:
            indexed, segments = snapshot.live_count, len(snapshot.segments)
            deleted = snapshot.count - indexed
            version, differing = index.version(wanted_segmenter())
    except (IndexDamaged, OSError) as error:
        cause = str(error)
    is_writable = _is_writable(index.path)
    return IndexStatus(
        state=_state(
            bool(cause), generation, is_writable, differing, failing, indexed != published or waiting > 0
        ),
        version=version,
        differing=differing,
        indexed=indexed,
        published=published,
        waiting=waiting,
        generation=generation,
        segments=segments,
        deleted=deleted,
        size=_size(index.path),
        is_rebuilding=is_rebuilding(),
        is_writable=is_writable,
        cause=cause,
        failing=failing,
    )


def _failing() -> tuple[FailingArticle, ...]:
    rows = OutboxRow.objects.exclude(failure="").order_by("article_id", "-id")
    failures = dict(rows.values_list("article_id", "failure"))
    headlines: dict[int, str] = {}
    for chunk in in_chunks(failures):
        headlines.update(Article.objects.filter(pk__in=chunk).values_list("pk", "headline"))
    return tuple(
        FailingArticle(number, headlines.get(number, ""), failure) for number, failure in failures.items()
    )


def _state(
    damaged: bool,
    generation: int | None,
    is_writable: bool,
    differing: Sequence[str],
    failing: Sequence[FailingArticle],
    behind: bool,
) -> IndexState:
    if damaged:
        return IndexState.DAMAGED
    if generation is None:
        return IndexState.MISSING
    if not is_writable:
        return IndexState.READ_ONLY
    if differing:
        return IndexState.OUTDATED
    if failing:
        return IndexState.FAILING
    return IndexState.BEHIND if behind else IndexState.CURRENT


def _is_writable(folder: Path) -> bool:
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return os.access(folder, os.W_OK)


def _size(folder: Path) -> int:
    total = 0
    for path in folder.rglob("*"):
        with contextlib.suppress(FileNotFoundError):  # a commit may be clearing up
            total += path.stat().st_size if path.is_file() else 0
    return total
