"""Text parts of an article, as mentions and statistics address them (``TextPart`` in the ingest layer)."""

from django.db.models import Q

HEAD_FIELDS = ("kicker", "headline", "deck", "lead")
NUMBERED_FIELDS = ("heading", "body", "caption", "pull_quote")


def part_is_addressed() -> Q:
    """A part of the head has the number 0, one of several counts from 1."""
    return Q(field__in=HEAD_FIELDS, number=0) | Q(field__in=NUMBERED_FIELDS, number__gte=1)
