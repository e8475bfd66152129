"""Accounts. Roles are groups: 读者 (reader), 编辑 (editor), 管理员 (admin)."""

from django.contrib.auth.models import AbstractUser
from django.db import models


class User(AbstractUser):
    must_change_password = models.BooleanField("须修改密码", default=False)

    class Meta(AbstractUser.Meta):
        verbose_name = "账号"
        verbose_name_plural = "账号"
