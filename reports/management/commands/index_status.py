"""How the search index stands; exit code 0 when all is well, 1 when somebody has to act."""

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
        found = status()
        comparison = compare(self._bar("核对")) if verified and _can_be_compared(found) else None
        ok = not _differs(found, comparison) if verified else not found.needs_attention
        if options["json"]:
            self._print_json(found, comparison, verified, repaired, ok)
        else:
            lines = [repaired, *_lines(found), *_compared(found, comparison, verified, options["ids"])]
            self.stdout.write("\n".join(filter(None, lines)))
        if not ok:
            sys.exit(1)

    def _print_json(
        self, found: IndexStatus, comparison: Comparison | None, verified: bool, repaired: str, ok: bool
    ) -> None:
        flat = dataclasses.asdict(found)
        body = {**flat.pop("engine"), **flat, "state": found.state.value, "ok": ok}
        if verified:
            body["comparison"] = None if comparison is None else dataclasses.asdict(comparison)
            body["repaired"] = repaired
        self.stdout.write(json.dumps(body, ensure_ascii=False, indent=1))

    def _bar(self, name: str) -> Any:
        bars: list[Any] = []

        def show(done: int, total: int) -> None:
            if not bars:  # nothing is shown of what does not begin
                bars.append(tqdm(desc=name, unit="篇", file=self.stderr, mininterval=0.5, disable=None))
            (bar,) = bars
            bar.total = total
            bar.update(done - bar.n)
            if done == total:
                bar.close()

        return show


def _can_be_compared(found: IndexStatus) -> bool:
    return found.state not in {IndexState.DAMAGED, IndexState.MISSING}


def _differs(found: IndexStatus, comparison: Comparison | None) -> bool:
    if found.state is IndexState.MISSING:
        return found.published > 0
    return comparison is None or not comparison.is_equal or bool(found.engine.differing or found.failing)


def _repair(bar: Any) -> str:
    """Mend what differs; a sentence on what was done."""
    found = status()
    try:
        if found.needs_rebuild:
            count = rebuild_index(bar("重建"))
            drain_outbox()
            return f"已从资料库重建索引：{count} 篇。"
        if not _can_be_compared(found):
            return ""
        comparison = compare(bar("核对"))
        if comparison.is_equal:
            return "没有需要修复的。"
        # By way of the outbox: what is interrupted is finished by the next one who drains it.
        enqueue(comparison.differing, urgent=False, drain=False)
        drain_outbox()
        return f"已修复 {len(comparison.differing)} 篇。"
    except IndexBusy as error:
        raise CommandError(f"已有另一个进程在重建或写入，未做改动。（{error}）") from error
    except IndexDamaged as error:
        raise CommandError(str(error)) from error
    except OSError as error:
        raise CommandError(f"修复未完成，资料没有丢失：{error}") from error


def _lines(found: IndexStatus) -> list[str]:
    lines = [
        f"状态：{found.label}",
        found.engine.cause,
        f"已发布：{found.published} 篇　已索引：{found.engine.indexed} 篇　待索引：{found.waiting} 项",
        f"第 {found.engine.generation} 代，{found.engine.segments} 段，{found.engine.size / 1_000_000:.1f} MB"
        if found.engine.generation is not None
        else "索引文件夹中没有可用的索引",
    ]
    if found.engine.deleted:
        lines.append(f"已删未清：{found.engine.deleted} 篇")
    lines += [f"未能编入索引：{failing}" for failing in found.failing]
    if not found.engine.is_writable:
        lines.append("索引文件夹不可写")
    if found.engine.version:
        lines.append(f"版本：{found.engine.version}")
    if found.engine.differing:
        lines.append("与程序不同：" + "、".join(_PARTS.get(part, part) for part in found.engine.differing))
    if found.engine.is_rebuilding:
        lines.append("正在重建")
    return lines


def _compared(found: IndexStatus, comparison: Comparison | None, verified: bool, most: int) -> list[str]:
    if not verified:
        return []
    if comparison is None:
        return ["核对：索引不能读，无从逐篇核对"] if found.published else []
    lines = ["核对：索引与资料库一致" if comparison.is_equal else "核对：索引与资料库不一致"]
    for kind, name in _KINDS.items():
        ids = getattr(comparison, kind)
        if ids:
            more = " …" if len(ids) > most else ""
            lines.append(f"  {name}：{len(ids)} 篇：{' '.join(map(str, ids[:most]))}{more}")
    return lines
