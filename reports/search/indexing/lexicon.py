"""The words that curators have added to the segmenter's lexicon.

Each generation of the index has the words with which it was made, and is searched and written with these. So
a new word has an effect only after the next rebuild. Names of initiatives are not lexicon words: a new
initiative needs no rebuild.
"""

from __future__ import annotations

from reports.language.segment import Segmenter, segmenter_with
from reports.models import LexiconWord


def current_segmenter() -> Segmenter:
    """The segmenter that would cut the words of an index made now."""
    words = LexiconWord.objects.filter(is_active=True).order_by("normalised")
    return segmenter_with(words.values_list("normalised", flat=True))
