"""上传件: a document as it came, byte for byte. The bytes lie on disk under their sha256."""

from django.conf import settings
from django.db import models


class Accession(models.Model):
    sha256 = models.CharField("校验码", max_length=64, unique=True)
    file_name = models.CharField("文件名", max_length=255)
    size = models.PositiveBigIntegerField("字节数")
    charset = models.CharField("字符编码", max_length=32, blank=True)
    container = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="members", verbose_name="所属压缩包或清单"
    )
    line = models.PositiveIntegerField("行号", null=True, blank=True)
    received_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="上传人"
    )
    received_at = models.DateTimeField("上传时间", auto_now_add=True)

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
        ]

    def __str__(self) -> str:
        return self.file_name
