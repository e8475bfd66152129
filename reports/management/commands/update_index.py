"""Take in what waits in the outbox."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from reports.models import OutboxRow
from reports.search.indexing import IndexBusy, IndexDamaged, IndexOutdated
from reports.workflow import drain_outbox


class Command(BaseCommand):
    help = "更新检索索引：处理待索引的修改。平时随修改自动进行，也可由定时任务运行。"

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            drain_outbox()
        except (IndexBusy, IndexDamaged, IndexOutdated) as error:
            raise CommandError(str(error)) from error
        except OSError as error:
            raise CommandError(f"索引写入失败，待索引的修改仍保留：{error}") from error
        waiting = OutboxRow.objects.count()
        if options["verbosity"] > 0:
            message = f"另一个进程正在写入，还有 {waiting} 项由它处理。" if waiting else "索引已是最新。"
            self.stdout.write(message)
