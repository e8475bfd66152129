"""署名: the persons who wrote, photographed or edited an article."""

from django.db import models

from reports.ingest.parsed import ContributorRole


class Contributor(models.Model):
    article = models.ForeignKey("Article", models.CASCADE, related_name="contributors", verbose_name="报道")
    position = models.PositiveIntegerField("次序")
    name = models.CharField("姓名", max_length=64)
    role = models.CharField("身份", max_length=16, choices=ContributorRole.choices())

    class Meta:
        verbose_name = "署名"
        verbose_name_plural = "署名"
        ordering = ["article_id", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["article", "role", "name"], name="contributor_stands_once_in_a_role"
            ),
            models.CheckConstraint(
                condition=models.Q(role__in=ContributorRole.values()), name="contributor_role_is_known"
            ),
            models.CheckConstraint(condition=~models.Q(name=""), name="contributor_has_name"),
        ]

    def __str__(self) -> str:
        return self.name
