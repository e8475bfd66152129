"""A rebuild of the index with a progress bar, for commands."""

from __future__ import annotations

from django.core.management.base import OutputWrapper
from tqdm import tqdm

from reports.workflow import rebuild_index


def rebuild_with_progress(stream: OutputWrapper, *, quiet: bool) -> int:
    """``rebuild_index`` with a bar on ``stream`` unless ``quiet``; returns the number of indexed articles."""
    with tqdm(desc="重建索引", unit="篇", disable=quiet, file=stream, mininterval=0.5) as bar:

        def show(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)
            if done == total:
                # Writing the last segments takes more time, which cannot be estimated.
                bar.set_description_str("重建索引：已读完全部报道，正在写入文件")

        return rebuild_index(show)
