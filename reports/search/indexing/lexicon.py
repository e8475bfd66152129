"""Words that curators have added to the segmenter's lexicon.

Each index generation holds the words it was made with and is searched and written with these, so a
word added here means nothing before the next rebuild. Names of initiatives are no part of it: a new one
costs no rebuild.
"""

from __future__ import annotations

from reports.language.segment import Segmenter, segmenter_with
from reports.models import LexiconWord


def current_segmenter() -> Segmenter:
    """The segmenter that an index made now would be made with."""
    words = LexiconWord.objects.filter(is_active=True).order_by("normalised")
    return segmenter_with(words.values_list("normalised", flat=True))
