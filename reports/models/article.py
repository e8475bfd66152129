"""报道: one article with its head, its state and who changed it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from reports.ingest.parsed import YearBasis


class State(models.TextChoices):
    DRAFT = "draft", "草稿"
    IN_REVIEW = "in_review", "审核中"
    PUBLISHED = "published", "已发布"
    WITHDRAWN = "withdrawn", "已撤回"
    DISCARDED = "discarded", "已作废"


class ArticleQuerySet(models.QuerySet["Article"]):
    def published(self) -> ArticleQuerySet:
        return self.filter(state=State.PUBLISHED)

    def waiting(self) -> ArticleQuerySet:
        """Articles that wait for an editor's decision."""
        return self.filter(state__in=[State.DRAFT, State.IN_REVIEW])

    def samples(self) -> ArticleQuerySet:
        return self.filter(is_sample=True)


def _says_when(action: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=Q(**{f"{action}_by__isnull": True}) | Q(**{f"{action}_at__isnull": False}),
        name=f"article_{action}_by_someone_says_when",
    )


def _who(verbose_name: str) -> models.ForeignKey:  # type: ignore[type-arg]
    return models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=verbose_name,
    )


class Article(models.Model):
    """``lead`` has one paragraph per line.

    ``year`` is the year of publication. ``year_basis`` says whether the document states it, the text implies
    it or a person set it; ``year_evidence`` holds the words that imply it. Sections and figures get their
    permanent numbers from ``next_section`` and ``next_figure``, which only grow. ``version`` counts changes
    of the content, not of the state: an edit names the version from which it started.

    No code fills these columns yet: ``change_number``, which counts changes to index and never decreases (a
    trigger checks this); the columns of the state 已作废.
    """

    accession = models.ForeignKey("Accession", models.PROTECT, related_name="articles", verbose_name="上传件")
    ordinal = models.PositiveIntegerField("在上传件中的序号", default=1)

    kicker = models.CharField("引题", max_length=500, blank=True)
    headline = models.CharField("主题", max_length=500)
    deck = models.CharField("副题", max_length=500, blank=True)
    lead = models.TextField("导语", blank=True)
    furniture = models.TextField("版面文字", blank=True)

    district = models.ForeignKey(
        "District", models.PROTECT, null=True, blank=True, related_name="articles", verbose_name="主区划"
    )
    year = models.PositiveSmallIntegerField("年份", null=True, blank=True)
    year_basis = models.CharField(
        "年份依据", max_length=16, choices=YearBasis.choices(), blank=True, default=""
    )
    year_evidence = models.CharField("年份依据的原文", max_length=500, blank=True, default="")
    published_on = models.DateField("见报日期", null=True, blank=True)
    source = models.CharField("来源", max_length=100, blank=True)
    page_label = models.CharField("版次", max_length=32, blank=True)
    is_sample = models.BooleanField("示例", default=False)

    problems = models.JSONField("待核对", default=list, blank=True)
    blocks = models.JSONField("拆分结果", default=list, blank=True)
    next_section = models.PositiveIntegerField("下一章节编号", default=1, editable=False)
    next_figure = models.PositiveIntegerField("下一图片编号", default=1, editable=False)

    state = models.CharField("状态", max_length=16, choices=State.choices, default=State.DRAFT)
    version = models.PositiveIntegerField("版本", default=1, editable=False)
    change_number = models.PositiveBigIntegerField("改动序号", default=0, editable=False)
    created_at = models.DateTimeField("建立时间", auto_now_add=True)
    changed_at = models.DateTimeField("修改时间", auto_now=True)
    submitted_by = _who("送审人")
    submitted_at = models.DateTimeField("送审时间", null=True, blank=True)
    published_by = _who("发布人")
    published_at = models.DateTimeField("发布时间", null=True, blank=True)
    withdrawn_by = _who("撤回人")
    withdrawn_at = models.DateTimeField("撤回时间", null=True, blank=True)
    withdrawal_reason = models.CharField("撤回原因", max_length=500, blank=True)
    discarded_by = _who("作废人")
    discarded_at = models.DateTimeField("作废时间", null=True, blank=True)
    discard_reason = models.CharField("作废原因", max_length=500, blank=True)

    objects = ArticleQuerySet.as_manager()

    class Meta:
        verbose_name = "报道"
        verbose_name_plural = "报道"
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["state", "-changed_at"], name="article_state_changed"),
            # The front page counts the samples: without this it would read the whole table.
            models.Index(fields=["state"], condition=Q(is_sample=True), name="article_sample_state"),
        ]
        permissions = [("publish_article", "可以发布和撤回报道")]
        constraints = [
            models.UniqueConstraint(
                fields=["accession", "ordinal"], name="article_is_one_place_of_accession"
            ),
            models.CheckConstraint(condition=Q(state__in=State.values), name="article_state_is_known"),
            models.CheckConstraint(condition=~Q(headline=""), name="article_has_headline"),
            models.CheckConstraint(
                condition=Q(year__isnull=True) | Q(year__gte=1900, year__lte=2200),
                name="article_year_is_plausible",
            ),
            models.CheckConstraint(
                condition=Q(published_on__isnull=True) | Q(year=models.F("published_on__year")),
                name="article_year_is_that_of_its_date",
            ),
            models.CheckConstraint(
                condition=Q(year_basis="") | Q(year_basis__in=YearBasis.values(), year__isnull=False),
                name="article_year_basis_is_known_and_has_a_year",
            ),
            models.CheckConstraint(
                condition=Q(year_evidence="") | ~Q(year_basis=""), name="article_year_evidence_has_a_basis"
            ),
            models.CheckConstraint(
                condition=Q(ordinal__gte=1, version__gte=1, next_section__gte=1, next_figure__gte=1),
                name="article_counters_count_from_one",
            ),
            # ``…_by`` is empty if the command line acted; ``…_at`` is always set.
            models.CheckConstraint(
                condition=~Q(state=State.IN_REVIEW) | Q(submitted_at__isnull=False),
                name="article_in_review_says_when",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.PUBLISHED) | Q(published_at__isnull=False),
                name="article_published_says_when",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.WITHDRAWN) | Q(withdrawn_at__isnull=False),
                name="article_withdrawn_says_when",
            ),
            models.CheckConstraint(
                condition=~Q(state=State.DISCARDED) | (Q(discarded_at__isnull=False) & ~Q(discard_reason="")),
                name="article_discarded_says_when_and_why",
            ),
            _says_when("submitted"),
            _says_when("published"),
            _says_when("withdrawn"),
            _says_when("discarded"),
        ]

    def __str__(self) -> str:
        return self.headline

    def get_absolute_url(self) -> str:
        return reverse("article", args=[self.pk])
