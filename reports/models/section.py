"""Sections of an article: 小标题 and text."""

from django.db import models


class Section(models.Model):
    """``number`` is the permanent anchor (#s3); ``position`` is the reading order.

    ``body`` has one paragraph per line. The heading is empty if the page prints none.
    """

    article = models.ForeignKey("Article", models.CASCADE, related_name="sections", verbose_name="报道")
    number = models.PositiveIntegerField("编号")
    position = models.PositiveIntegerField("次序")
    heading = models.CharField("小标题", max_length=500, blank=True)
    body = models.TextField("正文", blank=True)

    class Meta:
        verbose_name = "章节"
        verbose_name_plural = "章节"
        ordering = ["article_id", "position", "number"]
        constraints = [
            models.UniqueConstraint(fields=["article", "number"], name="section_number_is_unique_in_article"),
            models.CheckConstraint(condition=models.Q(number__gte=1), name="section_number_counts_from_one"),
            models.CheckConstraint(
                condition=~models.Q(heading="") | ~models.Q(body=""), name="section_says_something"
            ),
        ]

    def __str__(self) -> str:
        return self.heading or f"第{self.number}节"

    @property
    def anchor(self) -> str:
        return f"s{self.number}"

    @property
    def paragraphs(self) -> list[str]:
        return [line for line in self.body.split("\n") if line.strip()]
