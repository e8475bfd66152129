"""Certainty of findings: whether a finding counts or waits for a curator."""

from django.db import models


class Certainty(models.TextChoices):
    """``taken`` counts everywhere; ``proposed`` waits for a curator. No code sets ``proposed`` yet."""

    TAKEN = "taken", "已采用"
    PROPOSED = "proposed", "待确认"


def certainty_field() -> "models.CharField[str, str]":
    return models.CharField("确定程度", max_length=16, choices=Certainty.choices, default=Certainty.TAKEN)


def certainty_is_valid(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(condition=models.Q(certainty__in=Certainty.values), name=name)
