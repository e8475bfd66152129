"""Build the search index anew beside the live one and swap."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from tqdm import tqdm

from reports.search.indexing import IndexBusy, IndexDamaged
from reports.workflow import drain_outbox, rebuild_index


class Command(BaseCommand):
    help = "重建检索索引：在现用索引旁另建一份，建好后切换；期间检索和发布照常。"

    def add_arguments(self, parser: CommandParser) -> None:
        # haystack's command of this name asks before it deletes the index; ours deletes nothing.
        parser.add_argument("--noinput", action="store_true", help="不提问（本命令从不提问，为兼容而保留）")

    def handle(self, *args: Any, **options: Any) -> None:
        quiet = options["verbosity"] == 0
        with tqdm(desc="重建索引", unit="篇", disable=quiet, file=self.stderr, mininterval=0.5) as bar:

            def show(done: int, total: int) -> None:
                bar.total = total
                bar.update(done - bar.n)

            try:
                count = rebuild_index(show)
                drain_outbox()
            except IndexDamaged as error:
                raise CommandError(str(error)) from error
            except IndexBusy as error:
                raise CommandError(f"已有另一次重建正在进行，未做改动。（{error}）") from error
            except OSError as error:
                raise CommandError(f"重建未完成，现用索引未受影响：{error}") from error
        if not quiet:
            self.stdout.write(f"索引已重建：{count} 篇。")
