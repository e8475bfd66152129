"""``backup FILE``: the whole archive in one file, while it is in use."""

from __future__ import annotations

import os
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from reports.management.archive_counts import printed_counts
from reports.operations import BackupError, environment_text, make_backup, paths_of_this_archive
from reports.workflow import format_size

_LEFT_OUT = (
    "没有收入备份的：检索索引（恢复时重建）、日志、静态文件、登录状态（恢复后须重新登录）。\n"
    "运行本命令时的环境变量已记在备份里（不含地址中的密码），恢复时列出，须自行设置。\n"
    "备份含有密钥和全部内容，文件权限为 0600，请妥善保管。"
)


class Command(BaseCommand):
    help = (
        "备份整个档案到一个新文件：数据库、原件、密钥和配置，写好后读回核对。备份期间可以照常使用。"
        "备份文件已存在时不覆盖。有原件缺失或损坏时仍做备份，逐一列出，并以 1 退出。"
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE", help="备份文件，不能在数据目录里面")

    def handle(self, *args: Any, **options: Any) -> None:
        file: Path = options["file"].absolute()
        quiet = options["verbosity"] == 0
        step = ""
        try:
            with tqdm(file=sys.stderr, disable=quiet, delay=1) as bar:

                def show(doing: str, done: int, total: int) -> None:
                    nonlocal step
                    if doing != step:
                        step = doing
                        bar.reset(total)
                        bar.set_description_str(step, refresh=False)
                    bar.update(done - bar.n)

                summary = make_backup(
                    file, paths_of_this_archive(), settings.SECRET_KEY, environment_text(os.environ), show
                )
        except BackupError as error:
            raise CommandError(str(error)) from error
        if not quiet:
            size = format_size(summary.size)
            self.stdout.write(f"已备份到 {file}（{size}，已读回核对）：{printed_counts(summary.rows)}。")
            if summary.unknown:
                self.stdout.write(f"另有{summary.unknown}份原件没有登记（多半刚刚上传），没有收入备份。")
            self.stdout.write(_LEFT_OUT)
        if summary.lacking:
            for lack in summary.lacking:
                self.stderr.write(str(lack))
            raise CommandError(f"备份已做好，但档案本身缺少或损坏了上面{len(summary.lacking)}个文件。")
