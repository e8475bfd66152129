"""How the search index stands; exit code 0 when all is well, 1 when somebody has to act."""

import dataclasses
import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from reports.search.indexing import IndexStatus, status

_PARTS = {
    "format": "存储格式",
    "fields": "字段",
    "analyzer": "分析方法",
    "segmenter": "分词词典",
    "normaliser": "文字归一",
}


class Command(BaseCommand):
    help = "检索索引的状态：是否完好、是否与资料库和程序一致。正常退出码为 0，需要处理为 1。"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="以 JSON 输出")

    def handle(self, *args: Any, **options: Any) -> None:
        found = status()
        if options["json"]:
            body = {**dataclasses.asdict(found), "state": found.state.value, "ok": not found.needs_attention}
            self.stdout.write(json.dumps(body, ensure_ascii=False, indent=1))
        else:
            self.stdout.write("\n".join(_lines(found)))
        if found.needs_attention:
            sys.exit(1)


def _lines(found: IndexStatus) -> list[str]:
    lines = [
        f"状态：{found.state.label}",
        f"已发布：{found.published} 篇　已索引：{found.indexed} 篇　待索引：{found.waiting} 项",
        f"第 {found.generation} 代，{found.segments} 段，{found.size / 1_000_000:.1f} MB"
        if found.generation is not None
        else "索引文件夹中没有索引",
    ]
    if found.deleted:
        lines.append(f"已删未清：{found.deleted} 篇")
    if found.version:
        lines.append(f"版本：{found.version}")
    if found.differing:
        lines.append("与程序不同：" + "、".join(_PARTS.get(part, part) for part in found.differing))
    if found.is_rebuilding:
        lines.append("正在重建")
    return lines
