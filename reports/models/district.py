"""区划: divisions with a permanent key, and the further districts of articles."""

from __future__ import annotations

from django.db import models
from django.db.models import Exists, OuterRef, Q

from reports.knowledge.findings import DistrictLevel

from .article import Article


class DistrictQuerySet(models.QuerySet["District"]):
    def with_path(self) -> DistrictQuerySet:
        """With what ``path`` and the names of the divisions around them need."""
        return self.select_related("city", "province")

    def visible_to_readers(self) -> DistrictQuerySet:
        """Districts shown to readers: a published article is about the district or one inside it."""
        published_about = District.objects.filter(_is_published_about())
        in_city = published_about.filter(city=OuterRef("pk"))
        in_province = published_about.filter(province=OuterRef("pk"))
        return self.filter(_is_published_about() | Q(Exists(in_city)) | Q(Exists(in_province)))


def _is_published_about() -> Q:
    """Whether a published article is about the district.

    The conditions are nested so that every database starts with the few articles of one district. In a join,
    SQLite would start with all published articles, once for each district.
    """
    main = Article.objects.published().filter(district=OuterRef("pk"))
    published = Article.objects.published().filter(pk=OuterRef("article_id"))
    further = ArticleDistrict.objects.filter(district=OuterRef("pk")).filter(Exists(published))
    return Q(Exists(main)) | Q(Exists(further))


class District(models.Model):
    """``city``: the prefecture-level city; empty for a city itself. ``province``: empty for a province
    itself, and for a municipality (北京市), which counts as a city, and its districts."""

    key = models.SlugField("标识", max_length=64, unique=True)
    code = models.CharField("区划代码", max_length=6, null=True, blank=True, unique=True)
    name = models.CharField("名称", max_length=64)
    level = models.CharField("层级", max_length=16, choices=DistrictLevel.choices())
    city = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="districts", verbose_name="所属城市"
    )
    province = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="divisions", verbose_name="所属省份"
    )

    objects = DistrictQuerySet.as_manager()

    class Meta:
        verbose_name = "区划"
        verbose_name_plural = "区划"
        ordering = ["key"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(code__isnull=True) | models.Q(code__regex=r"^[0-9]{6}$"),
                name="district_code_has_six_digits",
                violation_error_message="区划代码是六位数字。",
            ),
            models.CheckConstraint(
                condition=models.Q(level__in=DistrictLevel.values()), name="district_level_is_known"
            ),
            models.CheckConstraint(
                condition=~models.Q(level="city") | models.Q(city__isnull=True),
                name="district_city_has_no_city",
                violation_error_message="地级市没有所属城市。",
            ),
            models.CheckConstraint(
                condition=~models.Q(level="province") | models.Q(city__isnull=True, province__isnull=True),
                name="district_province_is_in_none",
                violation_error_message="省级区划不属于别的区划。",
            ),
            models.CheckConstraint(
                condition=~models.Q(key="") & ~models.Q(name=""), name="district_has_key_and_name"
            ),
            models.CheckConstraint(
                condition=(models.Q(city__isnull=True) | ~models.Q(city=models.F("id")))
                & (models.Q(province__isnull=True) | ~models.Q(province=models.F("id"))),
                name="district_is_not_inside_itself",
                violation_error_message="区划不能属于自己。",
            ),
        ]

    def __str__(self) -> str:
        return self.full_name

    @property
    def full_name(self) -> str:
        """The name with its city, if it has one: 市中区 alone is the name of four places."""
        return f"{self.city.name}{self.name}" if self.city else self.name

    @property
    def path(self) -> tuple[District, ...]:
        """The division and those around it, the largest first: 山东省, 济南市, 历城区."""
        return tuple(division for division in (self.province, self.city, self) if division)

    @property
    def province_name(self) -> str:
        """Provinces and municipalities are their own."""
        if self.province:
            return self.province.name
        return self.name if self.level == DistrictLevel.PROVINCE else self.city_name

    @property
    def city_key(self) -> str:
        if self.level == DistrictLevel.CITY:
            return self.key
        return self.city.key if self.city else ""

    @property
    def city_name(self) -> str:
        if self.level == DistrictLevel.CITY:
            return self.name
        return self.city.name if self.city else ""


class ArticleDistrict(models.Model):
    """A further district of an article, in addition to its main one."""

    article = models.ForeignKey(
        "Article", models.CASCADE, related_name="further_districts", verbose_name="报道"
    )
    district = models.ForeignKey(
        District, models.PROTECT, related_name="further_articles", verbose_name="区划"
    )

    class Meta:
        verbose_name = "涉及区划"
        verbose_name_plural = "涉及区划"
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["article", "district"], name="article_names_further_district_once"
            )
        ]

    def __str__(self) -> str:
        return str(self.district)
