"""Accounts. Roles are groups: 读者 (reader), 编辑 (editor), 管理员 (admin)."""

from typing import Any

from django.contrib.auth.models import AbstractUser
from django.db import models, transaction


class User(AbstractUser):
    must_change_password = models.BooleanField("须修改密码", default=False)

    class Meta(AbstractUser.Meta):
        verbose_name = "账号"
        verbose_name_plural = "账号"

    def save(self, *args: Any, **options: Any) -> None:
        # Signal handlers write further rows; all are committed together or not at all.
        with transaction.atomic():
            super().save(*args, **options)
