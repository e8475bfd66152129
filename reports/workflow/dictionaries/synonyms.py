"""Synonyms as curators keep them; every change is in the history."""

from __future__ import annotations

import reversion
from django.db import transaction

from reports.language.normalise import fold
from reports.models import Synonym, User
from reports.models.columns import length_of
from reports.models.event import Act
from reports.search.answering.synonyms import listed
from reports.workflow.events import changed_fields, event, record, recording_failure
from reports.workflow.refusals import DictionaryRefused
from reports.workflow.roles import require_editor

MOST_EXPANSIONS = 20
_FIELDS = ("term", "expansions", "is_two_way", "is_active")


def register() -> None:
    """Tell reversion what to keep; called once when the application is ready."""
    if not reversion.is_registered(Synonym):
        reversion.register(Synonym, fields=_FIELDS)


def save_synonym(synonym: Synonym, by: User | None = None) -> None:
    """Save a new or changed synonym; searches follow at once. Raises DictionaryRefused."""
    with (
        recording_failure(Act.DICTIONARY, by, synonym),
        reversion.create_revision(),
        transaction.atomic(),
    ):
        require_editor(by)
        reversion.set_user(by)
        reversion.set_comment("修改同义词" if synonym.pk else "新建同义词")
        check_synonym(synonym)
        changed = changed_fields(synonym)
        synonym.save()
        record(event(Act.DICTIONARY, by, synonym, after=changed))


def delete_synonym(synonym: Synonym, by: User | None = None) -> None:
    """Remove a synonym; its last form, with who removed it, stays in the history."""
    with recording_failure(Act.DICTIONARY, by, synonym), transaction.atomic():
        require_editor(by)
        # Closed before the synonym goes: a revision keeps only what is there when it ends.
        with reversion.create_revision():
            reversion.set_user(by)
            reversion.set_comment("删除同义词")
            reversion.add_to_revision(synonym)
        record(event(Act.DICTIONARY, by, synonym, after="删除"))
        synonym.delete()


def check_synonym(synonym: Synonym) -> None:
    """Bring it into its kept form; raise DictionaryRefused where it would mean nothing or too much."""
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
