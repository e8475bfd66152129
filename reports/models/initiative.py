"""举措: named initiatives, their other names, and their mentions in articles."""

from __future__ import annotations

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from reports.knowledge.findings import InitiativeKind

from .article import State
from .certainty import certainty_field, certainty_is_valid
from .part import part_is_addressed


class InitiativeQuerySet(models.QuerySet["Initiative"]):
    def current(self) -> InitiativeQuerySet:
        """Without those merged into another."""
        return self.filter(merged_into__isnull=True)

    def visible_to_readers(self) -> InitiativeQuerySet:
        """Initiatives shown to readers: a published article names it; a merged one, by its own name."""
        return self.filter(
            Q(Exists(_published_mentions(initiative=OuterRef("pk"))))
            | Q(Exists(_published_mentions(merged_from=OuterRef("pk"))))
        )


class Initiative(models.Model):
    """One initiative, shared by all districts that run it; a bare code belongs to its ``owner``.

    Recognition uses the names of initiatives that a curator has set (``is_curated``). A merged initiative
    stays as a redirect without mentions: links to its slug lead to ``merged_into``.
    """

    slug = models.SlugField("标识", max_length=120, unique=True)
    name = models.CharField("名称", max_length=120)
    kind = models.CharField("类别", max_length=16, choices=InitiativeKind.choices())
    owner = models.ForeignKey(
        "District",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="own_initiatives",
        verbose_name="所属区划",
    )
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="merged",
        verbose_name="并入",
        editable=False,
    )

    is_curated = models.BooleanField("人工核定", default=False, editable=False)

    objects = InitiativeQuerySet.as_manager()

    class Meta:
        verbose_name = "举措"
        verbose_name_plural = "举措"
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["name"],
                condition=models.Q(owner__isnull=True),
                name="shared_initiative_name_is_unique",
                violation_error_message="已有同名的举措。",
            ),
            models.UniqueConstraint(
                fields=["name", "owner"],
                condition=models.Q(owner__isnull=False),
                name="owned_initiative_name_is_unique",
                violation_error_message="该区划已有同名的举措。",
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=InitiativeKind.values()), name="initiative_kind_is_known"
            ),
            models.CheckConstraint(
                condition=~models.Q(name="") & ~models.Q(slug=""), name="initiative_has_name_and_slug"
            ),
            models.CheckConstraint(
                condition=~models.Q(kind="code") | models.Q(owner__isnull=False),
                name="initiative_code_has_owner",
                violation_error_message="代号须写明所属区划。",
            ),
            models.CheckConstraint(
                condition=models.Q(merged_into__isnull=True) | ~models.Q(merged_into=models.F("id")),
                name="initiative_is_not_merged_into_itself",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}（{self.owner.name}）" if self.owner else self.name

    def get_absolute_url(self) -> str:
        return reverse("initiative", args=[self.slug])


def alias_is_visible(merged_from: str) -> Q:
    """Whether an alias of a visible initiative is shown to readers; ``merged_from`` is the path to that
    column.

    The name of a merged initiative is shown as long as a published article uses it.
    """
    return Q(**{f"{merged_from}__isnull": True}) | Q(
        Exists(_published_mentions(merged_from=OuterRef(merged_from)))
    )


class InitiativeAliasQuerySet(models.QuerySet["InitiativeAlias"]):
    def visible_to_readers(self) -> InitiativeAliasQuerySet:
        return self.filter(alias_is_visible("merged_from"))


class InitiativeAlias(models.Model):
    """``merged_from``: the merged initiative from which the name comes; empty if a person wrote it."""

    initiative = models.ForeignKey(Initiative, models.CASCADE, related_name="aliases", verbose_name="举措")
    name = models.CharField("别名", max_length=120)
    merged_from = models.ForeignKey(
        Initiative,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="来自并入的举措",
        editable=False,
    )

    objects = InitiativeAliasQuerySet.as_manager()

    class Meta:
        verbose_name = "别名"
        verbose_name_plural = "别名"
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["initiative", "name"], name="alias_stands_once_for_an_initiative"
            ),
            models.CheckConstraint(condition=~models.Q(name=""), name="alias_has_name"),
        ]

    def __str__(self) -> str:
        return self.name


class InitiativeMention(models.Model):
    """A range of an article that names an initiative, in code points of the text part (field, number).

    A mention set by a person (``is_curated``) stays when the text is recognised again. ``merged_from`` is the
    merged initiative whose name the article uses; empty if it uses the initiative's own name.
    """

    article = models.ForeignKey("Article", models.CASCADE, related_name="mentions", verbose_name="报道")
    initiative = models.ForeignKey(Initiative, models.PROTECT, related_name="mentions", verbose_name="举措")
    merged_from = models.ForeignKey(
        Initiative,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="文中所用的并入举措",
        editable=False,
    )
    field = models.CharField("部位", max_length=16)
    number = models.PositiveIntegerField("编号", default=0)
    start = models.PositiveIntegerField("起")
    end = models.PositiveIntegerField("止")
    is_curated = models.BooleanField("人工核定", default=False)
    certainty = certainty_field()

    class Meta:
        verbose_name = "举措提及"
        verbose_name_plural = "举措提及"
        ordering = ["article_id", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(end__gt=models.F("start")), name="mention_is_not_empty"
            ),
            models.CheckConstraint(condition=part_is_addressed(), name="mention_addresses_a_part"),
            certainty_is_valid("mention_certainty_is_known"),
            models.UniqueConstraint(
                fields=["article", "initiative", "field", "number", "start"], name="mention_stands_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.initiative}：{self.field}{self.number}"


def _published_mentions(**place: OuterRef) -> models.QuerySet[InitiativeMention]:
    return InitiativeMention.objects.filter(article__state=State.PUBLISHED, **place)
