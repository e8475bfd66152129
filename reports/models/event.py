"""操作记录: who did what, when, from where and with which result. Rows are added, never changed or deleted.

An event contains numbers, states and names of fields and roles. It never contains a text, a headline or a
file name, so that nothing of a purged article remains here.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone


class Act(models.TextChoices):
    LOGIN = "login", "登录"
    LOGIN_FAILED = "login_failed", "登录失败"
    LOCKOUT = "lockout", "登录锁定"
    LOGOUT = "logout", "退出"
    PASSWORD = "password", "修改密码"
    ROLE = "role", "变更角色"
    ACCOUNT = "account", "变更账号"
    RECEIVE = "receive", "收录文件"
    DRAFT = "draft", "建立草稿"
    EDIT = "edit", "修改报道"
    RESTORE = "restore", "恢复旧版"
    SUBMIT = "submit", "送审"
    PUBLISH = "publish", "发布"
    WITHDRAW = "withdraw", "撤回"
    RETURN = "return", "退回草稿"
    PURGE = "purge", "彻底删除"
    CLEAR = "clear", "清除残留"
    REMOVE_SAMPLE = "remove_sample", "移除示例"
    EXPORT = "export", "导出"
    DOWNLOAD = "download", "下载原件"
    DICTIONARY = "dictionary", "变更词典"
    QUERY_HANDLED = "query_handled", "处理未果检索"


class Subject(models.TextChoices):
    """The kind of object of an action. The values are the names of the models."""

    ARTICLE = "article", "报道"
    ACCESSION = "accession", "上传件"
    USER = "user", "账号"
    DISTRICT = "district", "区划"
    INITIATIVE = "initiative", "举措"
    SYNONYM = "synonym", "同义词"
    LEXICON_WORD = "lexiconword", "词典词条"
    MISSED_QUERY = "missedquery", "未果检索"
    EVENT = "event", "操作记录"


class Result(models.TextChoices):
    DONE = "done", "成功"
    REFUSED = "refused", "被拒绝"
    FAILED = "failed", "失败"


class Event(models.Model):
    """``name`` is the account's name at that time, or the typed name of a failed login.

    ``address`` is the network address from which the action came, or names the command line.
    """

    at = models.DateTimeField("时间", default=timezone.now)
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="账号"
    )
    name = models.CharField("账号名", max_length=255, blank=True)
    address = models.CharField("来自", max_length=100, blank=True)
    act = models.CharField("操作", max_length=20, choices=Act.choices)
    subject = models.CharField("对象", max_length=20, choices=Subject.choices, blank=True)
    number = models.PositiveBigIntegerField("对象编号", null=True)
    before = models.CharField("操作前", max_length=500, blank=True)
    after = models.CharField("操作后", max_length=500, blank=True)
    result = models.CharField("结果", max_length=10, choices=Result.choices, default=Result.DONE)

    class Meta:
        verbose_name = "操作记录"
        verbose_name_plural = "操作记录"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(act__in=Act.values), name="event_act_is_known"),
            models.CheckConstraint(
                condition=Q(subject="") | Q(subject__in=Subject.values), name="event_subject_is_known"
            ),
            models.CheckConstraint(condition=Q(result__in=Result.values), name="event_result_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.get_act_display()} {self.pk}"

    @property
    def subject_label(self) -> str:
        """报道 12; empty if the action has no object."""
        number = "" if self.number is None else f" {self.number}"
        return f"{self.get_subject_display()}{number}"
