"""举措: named initiatives, their other names, and where reports name them."""

from django.db import models
from django.urls import reverse

from ..knowledge.findings import InitiativeKind


class InitiativeKindChoice(models.TextChoices):
    INITIATIVE = InitiativeKind.INITIATIVE.value, "举措"
    BRAND = InitiativeKind.BRAND.value, "品牌"
    PROJECT = InitiativeKind.PROJECT.value, "工程"
    PLAN = InitiativeKind.PLAN.value, "计划"
    MECHANISM = InitiativeKind.MECHANISM.value, "机制"
    PLATFORM = InitiativeKind.PLATFORM.value, "平台"
    CODE = InitiativeKind.CODE.value, "代号"


class Initiative(models.Model):
    """One concept, shared by all districts that run it; a bare code belongs to its ``owner``."""

    slug = models.SlugField("标识", max_length=120, unique=True)
    name = models.CharField("名称", max_length=120)
    kind = models.CharField("类别", max_length=16, choices=InitiativeKindChoice.choices)
    owner = models.ForeignKey(
        "District", models.PROTECT, null=True, blank=True, related_name="own_initiatives", verbose_name="所属区划"
    )

    class Meta:
        verbose_name = "举措"
        verbose_name_plural = "举措"
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["name"], condition=models.Q(owner__isnull=True), name="shared_initiative_name_is_unique"
            ),
            models.UniqueConstraint(
                fields=["name", "owner"], condition=models.Q(owner__isnull=False), name="owned_initiative_name_is_unique"
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=InitiativeKindChoice.values), name="initiative_kind_is_known"
            ),
            models.CheckConstraint(condition=~models.Q(name=""), name="initiative_has_name"),
        ]

    def __str__(self) -> str:
        return f"{self.name}（{self.owner.name}）" if self.owner else self.name

    def get_absolute_url(self) -> str:
        return reverse("initiative", args=[self.slug])


class InitiativeAlias(models.Model):
    initiative = models.ForeignKey(Initiative, models.CASCADE, related_name="aliases", verbose_name="举措")
    name = models.CharField("别名", max_length=120)

    class Meta:
        verbose_name = "别名"
        verbose_name_plural = "别名"
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["initiative", "name"], name="alias_stands_once_for_an_initiative"),
            models.CheckConstraint(condition=~models.Q(name=""), name="alias_has_name"),
        ]

    def __str__(self) -> str:
        return self.name


class InitiativeMention(models.Model):
    """A stretch of a report that names an initiative: code points in the text part (field, number)."""

    report = models.ForeignKey("Report", models.CASCADE, related_name="mentions", verbose_name="报道")
    initiative = models.ForeignKey(Initiative, models.PROTECT, related_name="mentions", verbose_name="举措")
    field = models.CharField("部位", max_length=16)
    number = models.PositiveIntegerField("编号", default=0)
    start = models.PositiveIntegerField("起")
    end = models.PositiveIntegerField("止")

    class Meta:
        verbose_name = "提及"
        verbose_name_plural = "提及"
        ordering = ["report_id", "id"]
        constraints = [
            models.CheckConstraint(condition=models.Q(end__gt=models.F("start")), name="mention_is_not_empty"),
            models.UniqueConstraint(
                fields=["report", "initiative", "field", "number", "start"], name="mention_stands_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.initiative}：{self.field}{self.number}"
