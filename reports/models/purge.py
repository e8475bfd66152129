"""彻底删除记录: what was purged, by whom, when and why; without its text."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q


class PurgeKind(models.TextChoices):
    ARTICLE = "article", "报道"
    ACCESSION = "accession", "上传件"
    CONTAINER = "container", "压缩包或清单的原件"


class PurgeQuerySet(models.QuerySet["Purge"]):
    def pending(self) -> PurgeQuerySet:
        """Purges whose text may still be in a file."""
        return self.filter(cleared_at__isnull=True)


class Purge(models.Model):
    """One purged thing. Its numbers refer to deleted rows, so that old links can still be explained.

    ``sha256`` is that of the deleted original: the same bytes are not received again. ``was_public``: readers
    could see the article at some time, so its page tells them that it was purged. ``cleared_at`` is empty
    until original, index and database file contain nothing of it.
    """

    kind = models.CharField("类别", max_length=16, choices=PurgeKind.choices)
    article_id = models.PositiveBigIntegerField("报道编号", null=True, blank=True, unique=True)
    accession_id = models.PositiveBigIntegerField("上传件编号")
    sha256 = models.CharField("原件校验码", max_length=64, db_index=True)
    was_public = models.BooleanField("曾经公开", default=False)
    reason = models.CharField("原因", max_length=500)
    purged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="经手人"
    )
    purged_at = models.DateTimeField("时间", auto_now_add=True)
    cleared_at = models.DateTimeField("清除完成时间", null=True, blank=True)

    objects = PurgeQuerySet.as_manager()

    class Meta:
        verbose_name = "彻底删除记录"
        verbose_name_plural = "彻底删除记录"
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=PurgeKind.values), name="purge_kind_is_known"),
            models.CheckConstraint(
                condition=Q(kind="article", article_id__isnull=False)
                | (~Q(kind="article") & Q(article_id__isnull=True)),
                name="purge_of_an_article_names_it",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="purge_has_reason"),
            models.CheckConstraint(
                condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="purge_sha256_is_hexadecimal"
            ),
        ]

    def __str__(self) -> str:
        if self.article_id:
            return f"报道 {self.article_id}"
        return f"{self.get_kind_display()} {self.accession_id}"

    @property
    def is_cleared(self) -> bool:
        return self.cleared_at is not None
