"""Purge an article or a whole document."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from reports.models import Accession, Article, Purge, User
from reports.workflow import (
    PurgePlan,
    Refused,
    drain_or_tell,
    plan_accession_purge,
    plan_purge,
    purge,
    purge_accession,
)


class Command(BaseCommand):
    help = (
        "彻底删除不该收录的报道或整份文件：原件、正文、历史、索引和数据库文件里的残留。无法恢复。"
        "备份里的另行处理，见 docs/运维手册.md。"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("--article", type=int, metavar="ID", help="报道编号，连同它的原件")
        what.add_argument("--accession", type=int, metavar="ID", help="上传件编号，连同其中的所有报道")
        parser.add_argument("--by", required=True, metavar="USER", help="经手的管理员账号，记入删除记录")
        parser.add_argument("--reason", required=True, help="原因，记入删除记录，不要写报道的内容")
        parser.add_argument("--noinput", action="store_true", help="不要求输入编号确认")

    def handle(self, *args: Any, **options: Any) -> None:
        by = User.objects.filter(username=options["by"]).first()
        if by is None:
            raise CommandError(f"没有账号“{options['by']}”。")
        try:
            purged = self._purge(by, options)
        except Refused as refused:
            raise CommandError(refused.message) from refused
        notice = drain_or_tell()
        purged.refresh_from_db()
        self.stdout.write(f"已彻底删除：{purged}。" + ("残留已清除。" if purged.is_cleared else ""))
        if notice or not purged.is_cleared:
            raise CommandError(notice or "残留还没有清除完，请稍后运行 update_index。")

    def _purge(self, by: User, options: dict[str, Any]) -> Purge:
        """Delete the rows; :meth:`handle` then clears the index."""
        reason = options["reason"]
        if options["article"] is not None:
            article = Article.objects.filter(pk=options["article"]).first()
            if article is None:
                return self._earlier_purge(article_id=options["article"])
            self._confirm(plan_purge(article), article.pk, options)
            return purge(article, by, reason, drain=False)
        accession = Accession.objects.filter(pk=options["accession"]).first()
        if accession is None:
            return self._earlier_purge(kind="accession", accession_id=options["accession"])
        self._confirm(plan_accession_purge(accession), accession.pk, options)
        return purge_accession(accession, by, reason, drain=False)

    def _earlier_purge(self, **where: Any) -> Purge:
        """The earlier purge of the same thing, so that a killed command can be repeated."""
        if (earlier := Purge.objects.filter(**where).first()) is None:
            raise CommandError("没有这个编号。")
        return earlier

    def _confirm(self, plan: PurgePlan, number: int, options: dict[str, Any]) -> None:
        if options["noinput"] or not sys.stdin.isatty():
            return
        for article in plan.articles:
            self.stdout.write(f"将删除报道 {article.pk}：{article.headline}")
        self.stdout.write(f"将删除原件：{plan.accession.file_name}")
        for article in plan.remaining_articles:
            self.stdout.write(f"保留但不再有原件：{article.pk}：{article.headline}")
        if input(f"无法恢复。请输入编号 {number} 以确认：").strip() != str(number):
            raise CommandError("编号不符，没有删除。")
