"""The state of the index compared with program and database, and what to do about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from reports.models import Article, OutboxRow
from reports.models.chunks import in_chunks
from reports.search import connection
from reports.search.contract.errors import IndexDamaged
from reports.search.contract.values import EMPTY_VERSION, LEXICON, EngineStatus

from .lexicon import current_segmenter


class IndexState(StrEnum):
    """In order of importance: the first that applies is shown."""

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
    """An article that could not be indexed, and the cause."""

    id: int
    headline: str
    failure: str

    def __str__(self) -> str:
        return f"第 {self.id} 号《{self.headline}》：{self.failure}"


@dataclass(frozen=True, slots=True)
class IndexStatus:
    """``published``: a number of articles; ``waiting``: a number of outbox rows, without the ``failing``
    ones."""

    state: IndexState
    engine: EngineStatus
    published: int
    waiting: int
    failing: tuple[FailingArticle, ...] = ()

    @property
    def needs_attention(self) -> bool:
        return self.state is not IndexState.CURRENT

    @property
    def needs_rebuild(self) -> bool:
        """Whether changes alone cannot bring the index up to date."""
        lost = self.state is IndexState.MISSING and self.published > 0
        return lost or self.state in {IndexState.DAMAGED, IndexState.OUTDATED} or bool(self.engine.differing)

    @property
    def label(self) -> str:
        """The state in Chinese, without a full stop."""
        if self.state is IndexState.OUTDATED and self.engine.differing == (LEXICON,):
            return "词典已改动，重建索引后生效，在此之前检索照旧；请择时运行 update_index"
        return self.state.label

    @property
    def notice(self) -> str:
        """The sentences for administrators."""
        parts = [f"{self.label}。", "现在正在重建。" if self.engine.is_rebuilding else ""]
        if self.failing:
            parts.append(f"未能编入索引：{self.failing[0]}")
            parts.append(f"（共 {len(self.failing)} 篇，见 index_status）" if len(self.failing) > 1 else "")
        return "".join(parts)


def status() -> IndexStatus:
    """Never raises for a damaged index."""
    status_of_engine = connection.engine().status(current_segmenter())
    published = Article.objects.published().count()
    waiting = OutboxRow.objects.filter(failure="").count()
    failing = _failing()
    is_behind = status_of_engine.indexed != published or waiting > 0
    return IndexStatus(
        state=_state(status_of_engine, failing, is_behind),
        engine=status_of_engine,
        published=published,
        waiting=waiting,
        failing=failing,
    )


def words_of_live_index() -> tuple[str, ...] | None:
    """The curators' words that the live index was made with; None if there is no readable index."""
    engine = connection.engine()
    try:
        has_index = engine.version() != EMPTY_VERSION
    except (IndexDamaged, OSError):
        return None
    return engine.segmenter().words if has_index else None


def _failing() -> tuple[FailingArticle, ...]:
    rows = OutboxRow.objects.exclude(failure="").order_by("article_id", "-id")
    failures = dict(rows.values_list("article_id", "failure"))
    headlines: dict[int, str] = {}
    for chunk in in_chunks(failures):
        headlines.update(Article.objects.filter(pk__in=chunk).values_list("pk", "headline"))
    return tuple(
        FailingArticle(article_id, headlines.get(article_id, ""), failure)
        for article_id, failure in failures.items()
    )


def _state(engine: EngineStatus, failing: Sequence[FailingArticle], is_behind: bool) -> IndexState:
    if engine.cause:
        return IndexState.DAMAGED
    if engine.generation is None:
        return IndexState.MISSING
    if not engine.is_writable:
        return IndexState.READ_ONLY
    if engine.differing:
        return IndexState.OUTDATED
    if failing:
        return IndexState.FAILING
    return IndexState.BEHIND if is_behind else IndexState.CURRENT
