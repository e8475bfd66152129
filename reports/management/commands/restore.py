"""``restore FILE``: the archive from a backup, into an empty data folder."""

from __future__ import annotations

import os
import sys
from argparse import ArgumentParser
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils.timezone import localtime
from tqdm import tqdm

from reports.management.archive_counts import current_counts, printed_counts
from reports.operations import BackupError, Restoration, paths_of_this_archive, restore_backup


class Command(BaseCommand):
    help = (
        "从备份恢复整个档案到空的数据目录：逐项核对校验码，全部相符才放入；较旧版本的备份随后升级数据库，"
        "最后重建索引。数据目录里已有数据库或原件时不恢复。"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE", help="backup 做的备份文件")

    def handle(self, *args: Any, **options: Any) -> None:
        verbosity = options["verbosity"]
        try:
            with tqdm(
                file=sys.stderr, disable=verbosity == 0, delay=1, unit="B", unit_scale=True, desc="核对并解开"
            ) as bar:

                def show(done: int, total: int) -> None:
                    bar.total = total
                    bar.update(done - bar.n)

                restored = restore_backup(options["file"].absolute(), paths_of_this_archive(), show)
        except BackupError as error:
            raise CommandError(str(error)) from error
        if verbosity:
            self.stdout.write(
                "数据已全部核对并放好，接着升级数据库、重建索引。"
                "如果在这之后中断，不必重新恢复：运行 migrate，再运行 rebuild_index。"
            )
        call_command("migrate", verbosity=0, interactive=False)
        call_command("rebuild_index", verbosity=verbosity, stdout=self.stdout, stderr=self.stderr)
        self._tell(restored, verbosity)

    def _tell(self, restored: Restoration, verbosity: int) -> None:
        if verbosity:
            made_at = localtime(datetime.fromisoformat(restored.made_at))
            self.stdout.write(f"已恢复{made_at:%Y-%m-%d %H:%M}的备份：{printed_counts(current_counts())}。")
            self.stdout.write("登录状态没有保留，所有人须重新登录。")
            if restored.environment:
                self.stdout.write("备份时的环境变量如下，请按这台机器的情况自行设置：")
                self.stdout.write(restored.environment.rstrip())
        if os.environ.get("SECRET_KEY") not in (None, "", restored.secret_key):
            self.stderr.write(
                "注意：环境变量 SECRET_KEY 与备份中的密钥不同，起作用的是环境变量。"
                "要沿用原来的密钥，请去掉它。"
            )
        for lack in restored.lacking:
            self.stderr.write(str(lack))
        if restored.lacking:
            raise CommandError(f"已恢复，但做备份时档案就缺少或损坏了上面{len(restored.lacking)}个文件。")
