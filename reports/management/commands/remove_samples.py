"""``remove_samples``: deletes the sample articles, and nothing else."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from reports.workflow import drain_or_tell, remove_samples


class Command(BaseCommand):
    help = "移除全部示例报道及其原件、历史和索引。其他报道不受影响。"

    def handle(self, *args: Any, **options: Any) -> None:
        removed = remove_samples(drain=False)
        notice = drain_or_tell()
        self.stdout.write(f"已移除示例报道{removed}篇。" if removed else "档案中没有示例报道。")
        if notice:
            self.stderr.write(notice)
