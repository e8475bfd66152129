"""检索未果: queries of readers that found nothing, for the curators."""

from django.db import models


class MissedQuery(models.Model):
    """A query without hits, even without refinements. It does not record who asked."""

    query = models.CharField("规范形式", max_length=200, unique=True)
    printed = models.CharField("检索词", max_length=400)
    times = models.PositiveIntegerField("次数", default=1)
    first_seen = models.DateTimeField("首次")
    last_seen = models.DateTimeField("最近")
    is_handled = models.BooleanField("已处理", default=False)

    class Meta:
        verbose_name = "未果检索"
        verbose_name_plural = "未果检索"
        ordering = ["is_handled", "-times", "-last_seen"]
        constraints = [
            models.CheckConstraint(condition=~models.Q(query=""), name="missed_query_is_not_empty"),
            models.CheckConstraint(condition=models.Q(times__gte=1), name="missed_query_was_asked"),
        ]

    def __str__(self) -> str:
        return self.printed
