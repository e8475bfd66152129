"""指标: a printed number with its unit, its subject and its sentence."""

from django.db import models

from .certainty import certainty_field, certainty_is_valid
from .part import part_is_addressed


class Statistic(models.Model):
    article = models.ForeignKey("Article", models.CASCADE, related_name="statistics", verbose_name="报道")
    value = models.CharField("数值", max_length=64)
    unit = models.CharField("单位", max_length=32, blank=True)
    quantity = models.DecimalField("换算值", max_digits=30, decimal_places=6, null=True, blank=True)
    subject = models.CharField("指标名称", max_length=200, blank=True)
    sentence = models.TextField("原句")
    field = models.CharField("部位", max_length=16)
    number = models.PositiveIntegerField("编号", default=0)
    start = models.PositiveIntegerField("起")
    end = models.PositiveIntegerField("止")
    is_curated = models.BooleanField("人工核定", default=False)
    certainty = certainty_field()

    class Meta:
        verbose_name = "指标"
        verbose_name_plural = "指标"
        ordering = ["article_id", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(end__gt=models.F("start")), name="statistic_is_not_empty"
            ),
            models.CheckConstraint(condition=part_is_addressed(), name="statistic_addresses_a_part"),
            certainty_is_valid("statistic_certainty_is_known"),
            models.UniqueConstraint(
                fields=["article", "field", "number", "start"], name="statistic_stands_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject}{self.value}{self.unit}"
