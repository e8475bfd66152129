"""A rebuild of the index as commands show it: how many articles are read, at what rate, and what is left."""

from __future__ import annotations

from django.core.management.base import OutputWrapper
from tqdm import tqdm

from reports.workflow import rebuild_index


def rebuild_with_progress(stream: OutputWrapper, *, quiet: bool) -> int:
    """``rebuild_index``, with a bar on ``stream`` unless ``quiet``; how many articles the index holds."""
    with tqdm(desc="重建索引", unit="篇", disable=quiet, file=stream, mininterval=0.5) as bar:

        def show(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)
            if done == total:
                # The last segments take a while yet, and how long nobody knows.
                bar.set_description_str("重建索引：已读完全部报道，正在写入文件")

        return rebuild_index(show)
