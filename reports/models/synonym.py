"""同义词: other words that a search for one word also looks for."""

from django.db import models


class Synonym(models.Model):
    """A search for ``term`` also finds each of ``expansions``, one per line; with ``is_two_way`` also the
    other way round. ``normalised`` is the form of the term that is compared."""

    term = models.CharField("词语", max_length=60)
    normalised = models.CharField("规范形式", max_length=60, unique=True, editable=False)
    expansions = models.TextField("同义词语", max_length=1200, help_text="一行一个，最多 20 个。")
    is_two_way = models.BooleanField(
        "双向", default=False, help_text="检索任何一个同义词语时，也查这个词语和其余同义词语。"
    )
    is_active = models.BooleanField("启用", default=True)
    changed_at = models.DateTimeField("修改时间", auto_now=True)

    class Meta:
        verbose_name = "同义词"
        verbose_name_plural = "同义词"
        ordering = ["term"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(normalised="") & ~models.Q(expansions=""), name="synonym_has_both_sides"
            ),
        ]

    def __str__(self) -> str:
        return self.term
