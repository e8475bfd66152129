"""``create_first_admin``: the account ``admin`` with a one-time password, shown once."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from reports.workflow import RoleRefused
from reports.workflow.account_roles import create_first_admin


class Command(BaseCommand):
    help = "建立第一个管理员账号 admin，显示一次性密码。已有管理员时什么也不做。"

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            password = create_first_admin()
        except RoleRefused as refused:
            raise CommandError(refused.message) from refused
        if password is None:
            self.stdout.write("已有管理员账号，未作改动。")
            return
        self.stdout.write(
            f"已建立管理员账号。\n  账号：admin\n  一次性密码：{password}\n"
            "密码只显示这一次，首次登录后须修改。"
        )
