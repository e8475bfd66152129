"""``load_samples``: the sample articles, published, into an archive that holds none yet."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from reports.models import Article
from reports.workflow import load_samples


class Command(BaseCommand):
    help = "装入示例报道。档案中已有报道时不装，除非加 --force。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--force", action="store_true", help="档案中已有报道时也装入")

    def handle(self, *args: Any, **options: Any) -> None:
        if Article.objects.exists() and not options["force"]:
            self.stdout.write("档案中已有报道，未装入示例。")
            return
        folder = Path(settings.BASE_DIR) / "samples"
        if not folder.is_dir():
            raise CommandError("没有找到 samples 文件夹。")
        summary, notice = load_samples(folder)
        for failure in summary.failures:
            self.stderr.write(f"{failure.name}：{failure.message}")
        self.stdout.write(f"已装入示例报道{summary.new_articles}篇。运行 remove_samples 可全部移除。")
        if notice:
            self.stderr.write(notice)
        if summary.failures:
            raise CommandError(f"有{len(summary.failures)}份示例未能装入，原因见上。")
