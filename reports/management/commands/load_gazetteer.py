"""``load_gazetteer``: every division of the packaged gazetteer into the table of districts."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from reports.workflow import load_gazetteer


class Command(BaseCommand):
    help = "把自带的区划表装入数据库。可重复运行；已有的区划不改动。"

    def handle(self, *args: Any, **options: Any) -> None:
        new, existing = load_gazetteer()
        self.stdout.write(f"新增区划{new}个，已有{existing}个。")
