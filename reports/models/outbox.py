"""Changes the index has still to take in, written in the same transaction as the change itself."""

from django.db import models


class OutboxRow(models.Model):
    """Says only *which* article changed: the indexer reads its state when it gets there.

    ``urgent`` is a person's own act, which overtakes bulk work. ``failure`` says why the index could not
    take in this very article; such a row holds up no other and is tried again by ``update_index``.
    """

    article_id = models.PositiveBigIntegerField("报道编号")
    urgent = models.BooleanField("优先", default=True)
    failure = models.TextField("未能索引的原因", blank=True, default="")
    created_at = models.DateTimeField("时间", auto_now_add=True)

    class Meta:
        verbose_name = "待索引的改动"
        verbose_name_plural = "待索引的改动"
        ordering = ["id"]
        indexes = [models.Index(fields=["-urgent", "id"], name="outbox_order")]

    def __str__(self) -> str:
        return str(self.article_id)
