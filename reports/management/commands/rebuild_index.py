"""Rebuild the search index next to the live one, then swap."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import OperationalError

from reports.management.rebuilding import rebuild_with_progress
from reports.search.contract.errors import IndexBusy, IndexDamaged, IndexOutdated
from reports.workflow import drain_outbox


class Command(BaseCommand):
    help = "重建检索索引：在现用索引旁另建一份，建好后切换；期间检索和发布照常。"

    def add_arguments(self, parser: CommandParser) -> None:
        # haystack's command of this name asks before it deletes the index; ours deletes nothing.
        parser.add_argument("--noinput", action="store_true", help="不提问（本命令从不提问，为兼容而保留）")

    def handle(self, *args: Any, **options: Any) -> None:
        quiet = options["verbosity"] == 0
        try:
            count = rebuild_with_progress(self.stderr, quiet=quiet)
        except IndexDamaged as error:
            raise CommandError(str(error)) from error
        except IndexBusy as error:
            raise CommandError(f"已有另一次重建正在进行，未做改动。（{error}）") from error
        except OSError as error:
            raise CommandError(f"重建未完成，现用索引未受影响：{error}") from error
        try:
            drain_outbox()
        except (IndexBusy, IndexDamaged, IndexOutdated, OSError, OperationalError) as error:
            message = f"索引已重建：{count} 篇；但随后的更新没有做完，请运行 update_index。（{error}）"
            raise CommandError(message) from error
        if not quiet:
            self.stdout.write(f"索引已重建：{count} 篇。")
