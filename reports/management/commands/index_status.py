"""Status of the search index; exit code 0 if it is in order, 1 if an operator must act."""

import dataclasses
import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from reports.search import connection
from reports.search.contract.errors import IndexBusy, IndexDamaged
from reports.search.indexing.status import IndexState, IndexStatus, status
from reports.search.indexing.verification import Comparison, compare
from reports.workflow import drain_outbox, enqueue, rebuild_index

_PARTS = {
    "format": "存储格式",
    "fields": "字段",
    "analyzer": "分析方法",
    "segmenter": "分词词典",
    "lexicon": "词典词条",
    "normaliser": "文字归一",
}
_KINDS = {
    "missing": "缺少（已发布而未索引）",
    "extra": "多余（已索引而未发布）",
    "stale": "过时（与资料库内容不同）",
    "duplicated": "重复（同一篇索引了多次）",
    "waiting": "正在排队（不算差异）",
}


class Command(BaseCommand):
    help = (
        "检索索引的状态：是否完好、是否与资料库和程序一致。正常退出码为 0，需要处理为 1。"
        "--verify 逐篇核对资料库与索引，只有缺少、多余、过时、重复或文件损坏才算不一致。"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="以 JSON 输出")
        parser.add_argument(
            "--verify", action="store_true", help="逐篇核对资料库与索引，并校验索引的全部文件"
        )
        parser.add_argument(
            "--repair", action="store_true", help="核对后修复：补上、更新或移除不一致的报道；文件损坏则重建"
        )
        parser.add_argument("--ids", type=int, default=20, metavar="N", help="每类最多列出几个编号，默认 20")

    def handle(self, *args: Any, **options: Any) -> None:
        verified = options["verify"] or options["repair"]
        if verified:
            connection.engine().read_again()
        repaired = _repair(self._bar) if options["repair"] else ""
        index = status()
        comparison = compare(self._bar("核对")) if verified and _can_be_compared(index) else None
        ok = not _differs(index, comparison) if verified else not index.needs_attention
        if options["json"]:
            self._print_json(index, comparison, verified, repaired, ok)
        else:
            lines = [repaired, *_lines(index), *_compared(index, comparison, verified, options["ids"])]
            self.stdout.write("\n".join(filter(None, lines)))
        if not ok:
            sys.exit(1)

    def _print_json(
        self, index: IndexStatus, comparison: Comparison | None, verified: bool, repaired: str, ok: bool
    ) -> None:
        flat = dataclasses.asdict(index)
        body = {**flat.pop("engine"), **flat, "state": index.state.value, "ok": ok}
        if verified:
            body["comparison"] = None if comparison is None else dataclasses.asdict(comparison)
            body["repaired"] = repaired
        self.stdout.write(json.dumps(body, ensure_ascii=False, indent=1))

    def _bar(self, name: str) -> Any:
        bars: list[Any] = []

        def show(done: int, total: int) -> None:
            if not bars:  # the bar appears when the comparison begins
                bars.append(tqdm(desc=name, unit="篇", file=self.stderr, mininterval=0.5, disable=None))
            (bar,) = bars
            bar.total = total
            bar.update(done - bar.n)
            if done == total:
                bar.close()

        return show


def _can_be_compared(index: IndexStatus) -> bool:
    return index.state not in {IndexState.DAMAGED, IndexState.MISSING}


def _differs(index: IndexStatus, comparison: Comparison | None) -> bool:
    if index.state is IndexState.MISSING:
        return index.published > 0
    return comparison is None or not comparison.is_equal or bool(index.engine.differing or index.failing)


def _repair(bar: Any) -> str:
    """Repair the differences; return a sentence that says what was done."""
    index = status()
    try:
        if index.needs_rebuild:
            count = rebuild_index(bar("重建"))
            drain_outbox()
            return f"已从资料库重建索引：{count} 篇。"
        if not _can_be_compared(index):
            return ""
        comparison = compare(bar("核对"))
        if comparison.is_equal:
            return "没有需要修复的。"
        # Through the outbox: if this is interrupted, the next process that drains it continues.
        enqueue(comparison.differing, urgent=False, drain=False)
        drain_outbox()
        return f"已修复 {len(comparison.differing)} 篇。"
    except IndexBusy as error:
        raise CommandError(f"已有另一个进程在重建或写入，未做改动。（{error}）") from error
    except IndexDamaged as error:
        raise CommandError(str(error)) from error
    except OSError as error:
        raise CommandError(f"修复未完成，资料没有丢失：{error}") from error


def _lines(index: IndexStatus) -> list[str]:
    lines = [
        f"状态：{index.label}",
        index.engine.cause,
        f"已发布：{index.published} 篇　已索引：{index.engine.indexed} 篇　待索引：{index.waiting} 项",
        f"第 {index.engine.generation} 代，{index.engine.segments} 段，{index.engine.size / 1_000_000:.1f} MB"
        if index.engine.generation is not None
        else "索引文件夹中没有可用的索引",
    ]
    if index.engine.deleted:
        lines.append(f"已删未清：{index.engine.deleted} 篇")
    lines += [f"未能编入索引：{failing}" for failing in index.failing]
    if not index.engine.is_writable:
        lines.append("索引文件夹不可写")
    if index.engine.version:
        lines.append(f"版本：{index.engine.version}")
    if index.engine.differing:
        lines.append("与程序不同：" + "、".join(_PARTS.get(part, part) for part in index.engine.differing))
    if index.engine.is_rebuilding:
        lines.append("正在重建")
    return lines


def _compared(index: IndexStatus, comparison: Comparison | None, verified: bool, max_ids: int) -> list[str]:
    if not verified:
        return []
    if comparison is None:
        return ["核对：索引不能读，无从逐篇核对"] if index.published else []
    lines = ["核对：索引与资料库一致" if comparison.is_equal else "核对：索引与资料库不一致"]
    for kind, name in _KINDS.items():
        ids = getattr(comparison, kind)
        if ids:
            more = " …" if len(ids) > max_ids else ""
            lines.append(f"  {name}：{len(ids)} 篇：{' '.join(map(str, ids[:max_ids]))}{more}")
    return lines
