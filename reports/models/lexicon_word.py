"""词典词条: words that the segmenter must not divide."""

from django.db import models


class LexiconWord(models.Model):
    """A word in addition to jieba's dictionary and the packaged lexicon. ``normalised`` is the form that is
    segmented and compared. It takes effect with the next rebuild of the index."""

    word = models.CharField("词语", max_length=40, help_text="两个字以上，不含空格和标点。")
    normalised = models.CharField("规范形式", max_length=40, unique=True, editable=False)
    note = models.CharField("说明", max_length=200, blank=True)
    is_active = models.BooleanField("启用", default=True)
    changed_at = models.DateTimeField("修改时间", auto_now=True)

    class Meta:
        verbose_name = "词典词条"
        verbose_name_plural = "词典词条"
        ordering = ["word"]
        constraints = [
            models.CheckConstraint(condition=~models.Q(normalised=""), name="lexicon_word_is_not_empty"),
        ]

    def __str__(self) -> str:
        return self.word
