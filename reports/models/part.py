"""Text parts of an article, as mentions and statistics address them (``TextPart`` in the ingest layer)."""

from django.db.models import Q

HEAD_FIELDS = ("kicker", "headline", "deck", "lead")
NUMBERED_FIELDS = ("heading", "body", "caption", "pull_quote")


def part_is_addressed() -> Q:
    """Whether field and number address a text part: 0 for parts of the head, from 1 for all others."""
    return Q(field__in=HEAD_FIELDS, number=0) | Q(field__in=NUMBERED_FIELDS, number__gte=1)
