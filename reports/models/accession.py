"""上传件: the receipt of one document. Its bytes are on disk, unchanged, under their sha256."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class AccessionQuerySet(models.QuerySet["Accession"]):
    def failed(self) -> AccessionQuerySet:
        """Documents that are stored but could not be read. The desk shows them with the reason."""
        return self.exclude(failure="")


class Accession(models.Model):
    """``container`` is the zip or list that contained the document, ``line`` its line there.

    ``failure`` says in Chinese why no article could be made of it; it is empty after a successful try.
    """

    sha256 = models.CharField("校验码", max_length=64, unique=True)
    file_name = models.CharField("文件名", max_length=255)
    size = models.PositiveBigIntegerField("字节数")
    charset = models.CharField("字符编码", max_length=32, blank=True)
    container = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="members", verbose_name="所属压缩包或清单"
    )
    line = models.PositiveIntegerField("行号", null=True, blank=True)
    failure = models.TextField("未能读入的原因", blank=True)
    received_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="上传人",
    )
    received_at = models.DateTimeField("上传时间", auto_now_add=True)

    objects = AccessionQuerySet.as_manager()

    class Meta:
        verbose_name = "上传件"
        verbose_name_plural = "上传件"
        ordering = ["-received_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=models.Q(size__gt=0), name="accession_is_not_empty"),
            models.CheckConstraint(
                condition=models.Q(sha256__regex=r"^[0-9a-f]{64}$"), name="accession_sha256_is_hexadecimal"
            ),
            models.CheckConstraint(
                condition=models.Q(line__isnull=True) | models.Q(container__isnull=False),
                name="accession_line_has_container",
            ),
            models.CheckConstraint(
                condition=models.Q(line__isnull=True) | models.Q(line__gte=1),
                name="accession_line_counts_from_one",
            ),
            models.UniqueConstraint(fields=["container", "line"], name="accession_line_stands_once"),
            models.CheckConstraint(condition=~models.Q(file_name=""), name="accession_has_file_name"),
            models.CheckConstraint(
                condition=models.Q(container__isnull=True) | ~models.Q(container=models.F("id")),
                name="accession_does_not_hold_itself",
            ),
        ]

    def __str__(self) -> str:
        return self.file_name
