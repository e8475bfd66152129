"""Figures with their captions, and pull quotes: the parts next to the running text."""

from django.db import models

from reports.ingest.parsed import FigureKind


class Figure(models.Model):
    """``number`` is the permanent anchor (#f2); ``position`` is the reading order.

    ``rows`` is for a table: one list of cells per row. No code fills it yet.
    """

    article = models.ForeignKey("Article", models.CASCADE, related_name="figures", verbose_name="报道")
    number = models.PositiveIntegerField("编号")
    position = models.PositiveIntegerField("次序")
    kind = models.CharField(
        "类别", max_length=16, choices=FigureKind.choices(), default=FigureKind.PHOTO.value
    )
    caption = models.TextField("图片说明", blank=True)
    credit = models.CharField("图片来源", max_length=200, blank=True)
    image = models.CharField("图片文件", max_length=255, blank=True)
    rows = models.JSONField("表格内容", null=True, blank=True)

    class Meta:
        verbose_name = "图片"
        verbose_name_plural = "图片"
        ordering = ["article_id", "position", "number"]
        constraints = [
            models.UniqueConstraint(fields=["article", "number"], name="figure_number_is_unique_in_article"),
            models.CheckConstraint(condition=models.Q(number__gte=1), name="figure_number_counts_from_one"),
            models.CheckConstraint(
                condition=models.Q(kind__in=FigureKind.values()), name="figure_kind_is_known"
            ),
            models.CheckConstraint(
                condition=~models.Q(caption="")
                | ~models.Q(image="")
                | ~models.Q(credit="")
                | models.Q(rows__isnull=False),
                name="figure_shows_something",
            ),
            models.CheckConstraint(
                condition=models.Q(rows__isnull=True) | models.Q(kind=FigureKind.TABLE.value),
                name="figure_rows_are_those_of_a_table",
            ),
        ]

    def __str__(self) -> str:
        return self.caption or f"图{self.number}"

    @property
    def anchor(self) -> str:
        return f"f{self.number}"


class PullQuote(models.Model):
    article = models.ForeignKey("Article", models.CASCADE, related_name="pull_quotes", verbose_name="报道")
    position = models.PositiveIntegerField("次序")
    text = models.TextField("引语")

    class Meta:
        verbose_name = "引语"
        verbose_name_plural = "引语"
        ordering = ["article_id", "position"]
        constraints = [
            models.UniqueConstraint(fields=["article", "position"], name="pull_quote_has_its_place"),
            models.CheckConstraint(
                condition=models.Q(position__gte=1), name="pull_quote_position_counts_from_one"
            ),
            models.CheckConstraint(condition=~models.Q(text=""), name="pull_quote_says_something"),
        ]

    def __str__(self) -> str:
        return self.text
