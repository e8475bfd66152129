"""Bring the index up to date: index the outbox, or rebuild if that is not enough."""

import os
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import OperationalError

from reports.management.rebuilding import rebuild_with_progress
from reports.models import OutboxRow
from reports.search.contract.errors import IndexBusy, IndexDamaged, IndexOutdated
from reports.search.indexing.status import status
from reports.workflow import drain_outbox


class Command(BaseCommand):
    help = (
        "更新检索索引：处理待索引的修改；索引损坏、缺失或由另一版本的程序建立时，在旁边重建一份再切换。"
        "彻底删除后没有清除完的残留也在这里清除。平时随修改自动进行，也可由定时任务运行。"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--gently", action="store_true", help="以最低优先级运行，不与检索争用处理器")

    def handle(self, *args: Any, **options: Any) -> None:
        quiet = options["verbosity"] == 0
        if options["gently"]:
            os.nice(19)
        try:
            self._rebuild_if_needed(quiet)
            # Failed rows are tried again: after an upgrade they may succeed.
            drain_outbox(retry=not options["gently"])
        except (IndexBusy, IndexDamaged, IndexOutdated) as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(f"索引写入失败，待索引的修改仍保留：{error}") from error
        except OperationalError as error:
            raise CommandError(f"数据库文件没有整理完，彻底删除的残留还没有清除：{error}") from error
        waiting = OutboxRow.objects.filter(failure="").count()
        for failing in status().failing:
            self.stderr.write(f"未能编入索引：{failing}")
        if not quiet:
            message = f"另一个进程正在写入，还有 {waiting} 项由它处理。" if waiting else "索引已是最新。"
            self.stdout.write(message)

    def _rebuild_if_needed(self, quiet: bool) -> None:
        index = status()
        if not index.needs_rebuild:
            return
        self.stderr.write(index.notice)
        try:
            rebuild_with_progress(self.stderr, quiet=quiet)
        except IndexBusy:
            self.stderr.write("另一个进程正在重建索引。")
