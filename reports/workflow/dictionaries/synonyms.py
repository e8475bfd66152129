"""Checks synonyms."""

from __future__ import annotations

from reports.language.normalise import fold
from reports.models import Synonym
from reports.models.field_labels import length_of
from reports.search.answering.synonyms import listed
from reports.workflow.refusals import DictionaryRefused

MOST_EXPANSIONS = 20


def check_synonym(synonym: Synonym) -> None:
    """Normalise the synonym; raise DictionaryRefused if it is meaningless or too broad."""
    synonym.term = synonym.term.strip()
    synonym.normalised = fold(synonym.term)
    lines = [line for line in listed(synonym.expansions) if fold(line) and fold(line) != synonym.normalised]
    if not synonym.normalised:
        raise DictionaryRefused("请填写词语。")
    if not lines:
        raise DictionaryRefused("请至少填写一个与词语不同的同义词语。")
    longest = length_of(Synonym, "term")
    if len(lines) > MOST_EXPANSIONS or any(len(line) > longest for line in lines):
        raise DictionaryRefused(f"同义词语最多 {MOST_EXPANSIONS} 个，每个最多 {longest} 字。")
    synonym.expansions = "\n".join(lines)
    if Synonym.objects.filter(normalised=synonym.normalised).exclude(pk=synonym.pk).exists():
        raise DictionaryRefused(f"已有词语“{synonym.term}”，请在原来那一条里修改。")
