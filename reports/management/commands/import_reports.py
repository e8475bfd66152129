"""``import_reports PATH…``: files, folders, zips and lists of articles into the archive."""

from __future__ import annotations

import argparse
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from reports.workflow import (
    DraftOptions,
    ReceiptSummary,
    Refused,
    count_documents,
    drain_or_tell,
    files_at,
    find_place,
    receive,
)
from reports.workflow.review.content import FIRST_YEAR, LAST_YEAR


def _year(text: str) -> int:
    if not text.isdigit() or not FIRST_YEAR <= int(text) <= LAST_YEAR:
        raise argparse.ArgumentTypeError(f"年份应在{FIRST_YEAR}到{LAST_YEAR}之间")
    return int(text)


def _to_check(summary: ReceiptSummary) -> Iterator[str]:
    """Sentences on published articles with doubts: the operator decided to publish without a review."""
    if summary.doubtful:
        yield (
            f"已发布的报道中有{summary.doubtful}篇还有待核对之处，请到编辑台“已发布”一栏，"
            "打开“待核对”不是 0 或没有年份、区县的报道核对。"
        )
    if summary.held_back:
        yield f"有{summary.held_back}篇写明的区划没有看懂，没有发布，在编辑台“待处理”中，请选定区划后发布。"


class Command(BaseCommand):
    help = "导入报道：文件、文件夹、zip 压缩包和 .jsonl 清单。同一文件只收一次。"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="文件、文件夹、.zip、.jsonl")
        parser.add_argument(
            "--publish", action="store_true", help="直接发布；已导入的草稿也发布，已撤回的不动"
        )
        parser.add_argument("--district", default="", help="主区划：六位代码或全名，如“济南市历城区”")
        parser.add_argument("--year", type=_year, help="文中没有写明年份时采用")
        parser.add_argument("--source", default="", help="文中没有写明来源时采用")

    def handle(self, *args: Any, **options: Any) -> None:
        if len(options["source"]) > 100:
            raise CommandError("来源最多100字。")
        try:
            draft_options = DraftOptions(
                district=find_place(options["district"]) if options["district"] else None,
                year=options["year"],
                source=options["source"],
                publish=options["publish"],
            )
        except Refused as refused:
            raise CommandError(refused.message) from refused
        summary, notice = self._import(options["paths"], draft_options, is_quiet=options["verbosity"] == 0)
        self.stdout.write(str(summary))
        for sentence in _to_check(summary):
            self.stdout.write(sentence)
        if notice:
            self.stderr.write(notice)
        if summary.failures:
            raise CommandError(f"有{len(summary.failures)}份未能导入，原因见上。")

    def _import(
        self, paths: list[Path], options: DraftOptions, *, is_quiet: bool
    ) -> tuple[ReceiptSummary, str]:
        """Import with two progress bars: documents, then indexing."""
        summary = ReceiptSummary(options.publish)
        total = count_documents(files_at(paths))
        with (
            tqdm(total=total, unit="份", desc="导入", file=sys.stderr, disable=is_quiet) as documents,
            tqdm(unit="篇", desc="索引", file=sys.stderr, disable=is_quiet, delay=1) as indexed,
        ):

            def show_indexed(done: int, waiting: int) -> None:
                indexed.total = done + waiting
                indexed.update(done - indexed.n)

            for result in receive(files_at(paths), options=options):
                summary.add(result)
                documents.update()
                if result.is_failure:
                    documents.clear()
                    self.stderr.write(f"{result.name}：{result.message}")
            return summary, drain_or_tell(show_indexed)
