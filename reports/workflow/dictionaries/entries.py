"""Synonyms and lexicon words: checked, saved and deleted, with their history."""

from __future__ import annotations

import reversion
from django.db import transaction

from reports.models import LexiconWord, Synonym, User
from reports.models.event import Act
from reports.workflow.account_roles import require_editor
from reports.workflow.events import changed_fields, event, record, record_failure_of

from .lexicon_words import check_lexicon_word
from .synonyms import check_synonym

Entry = Synonym | LexiconWord


def register() -> None:
    """Register the models with reversion; called once when the application is ready."""
    if not reversion.is_registered(Synonym):
        reversion.register(Synonym, fields=("term", "expansions", "is_two_way", "is_active"))
        reversion.register(LexiconWord, fields=("word", "note", "is_active"))


def check_entry(entry: Entry) -> None:
    """Normalise the entry; raise DictionaryRefused if it is meaningless or too broad."""
    if isinstance(entry, Synonym):
        check_synonym(entry)
    else:
        check_lexicon_word(entry)


def save_entry(entry: Entry, by: User | None = None) -> None:
    """Save a new or changed entry. Raises DictionaryRefused, RoleRefused."""
    with record_failure_of(Act.DICTIONARY, by, entry), reversion.create_revision(), transaction.atomic():
        require_editor(by)
        reversion.set_user(by)
        reversion.set_comment(f"{'修改' if entry.pk else '新建'}{entry._meta.verbose_name}")
        check_entry(entry)
        changed = changed_fields(entry)
        entry.save()
        record(event(Act.DICTIONARY, by, entry, after=changed))


def delete_entry(entry: Entry, by: User | None = None) -> None:
    """Delete an entry; its last content and the person who deleted it stay in the history."""
    with record_failure_of(Act.DICTIONARY, by, entry), transaction.atomic():
        require_editor(by)
        # The revision ends before the entry is deleted: it stores only rows that exist at its end.
        with reversion.create_revision():
            reversion.set_user(by)
            reversion.set_comment(f"删除{entry._meta.verbose_name}")
            reversion.add_to_revision(entry)
        record(event(Act.DICTIONARY, by, entry, after="删除"))
        entry.delete()
