"""``manage.py export_results "党建引领" --format csv -o 结果.csv``: all hits as a file."""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from reports.exports import EXPORTERS
from reports.management.search_arguments import add_search_arguments, guard_leading_dashes, requested
from reports.search.contract.errors import IndexDamaged, IndexOutdated
from reports.workflow.export_events import RecordedExport


class Command(BaseCommand):
    help = "把全部命中写成文件，与网页上的下载相同"

    def run_from_argv(self, argv: list[str]) -> None:
        super().run_from_argv([*argv[:2], *guard_leading_dashes(argv[2:])])

    def add_arguments(self, parser: CommandParser) -> None:
        add_search_arguments(parser)
        parser.add_argument("--format", default="csv", choices=sorted(EXPORTERS))
        parser.add_argument("-o", "--output", required=True, help="写到哪个文件")
        parser.add_argument(
            "--base-url",
            default=f"http://127.0.0.1:{os.environ.get('PORT', '8000')}",
            help="链接的网址开头，如 http://10.0.0.5:8000",
        )

    def handle(self, **options: Any) -> None:
        exporter = EXPORTERS[options["format"]](options["base_url"])
        target = Path(options["output"])
        try:
            file_format = options["format"]
            pieces = RecordedExport(
                exporter.export(requested(options)), file_format, lambda: exporter.written
            )
            with closing(pieces):
                size = write_whole(target, pieces)
        except (IndexDamaged, IndexOutdated) as failure:
            raise CommandError(str(failure)) from failure
        except OSError as failure:
            raise CommandError(f"无法写入 {target}：{failure.strerror}。") from failure
        self.stdout.write(f"已写入 {target}（{size:,} 字节）。")


def write_whole(target: Path, pieces: Iterable[bytes]) -> int:
    """Write ``pieces`` to ``target`` and return their size. An existing file is replaced only at the end."""
    partial = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        with partial.open("xb") as file:
            size = sum(map(file.write, pieces))
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)
    return size
