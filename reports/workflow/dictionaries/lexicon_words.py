"""Lexicon words as curators keep them; every change is in the history. Searches follow after a rebuild."""

from __future__ import annotations

import reversion
from django.db import transaction

from reports.language.normalise import fold
from reports.language.segment import Segmenter, can_be_word
from reports.models import LexiconWord, User
from reports.models.columns import length_of
from reports.models.event import Act
from reports.search.indexing import live_words
from reports.search.lexicon import wanted_segmenter
from reports.workflow.events import changed_fields, event, record, recording_failure
from reports.workflow.refusals import DictionaryRefused
from reports.workflow.roles import require_editor

_FIELDS = ("word", "note", "is_active")


def register() -> None:
    """Tell reversion what to keep; called once when the application is ready."""
    if not reversion.is_registered(LexiconWord):
        reversion.register(LexiconWord, fields=_FIELDS)


def save_lexicon_word(word: LexiconWord, by: User | None = None) -> None:
    """Save a new or changed word. Raises DictionaryRefused."""
    with recording_failure(Act.DICTIONARY, by, word), reversion.create_revision(), transaction.atomic():
        require_editor(by)
        reversion.set_user(by)
        reversion.set_comment("修改词典词条" if word.pk else "新建词典词条")
        check_lexicon_word(word)
        changed = changed_fields(word)
        word.save()
        record(event(Act.DICTIONARY, by, word, after=changed))


def delete_lexicon_word(word: LexiconWord, by: User | None = None) -> None:
    """Remove a word; its last form, with who removed it, stays in the history."""
    with recording_failure(Act.DICTIONARY, by, word), transaction.atomic():
        require_editor(by)
        # Closed before the word goes: a revision keeps only what is there when it ends.
        with reversion.create_revision():
            reversion.set_user(by)
            reversion.set_comment("删除词典词条")
            reversion.add_to_revision(word)
        record(event(Act.DICTIONARY, by, word, after="删除"))
        word.delete()


def words_in_effect() -> frozenset[str]:
    """What the live index was cut with beyond the packaged lexicon, normalised."""
    return frozenset(live_words() or ())


def lexicon_notice() -> str:
    """A sentence for curators while the live index was made with other words than theirs; else empty."""
    live = live_words()
    if live is None or live == wanted_segmenter().words:
        return ""
    return "词典已改动，重建索引后生效：请管理员运行 update_index，或等定时任务运行它。在此之前检索照旧。"


def check_lexicon_word(word: LexiconWord) -> None:
    """Bring it into its kept form; raise DictionaryRefused where the segmenter could make nothing of it."""
    word.word = word.word.strip()
    word.normalised = normalised = fold(word.word)
    longest = length_of(LexiconWord, "normalised")
    if not normalised:
        raise DictionaryRefused("请填写词语。")
    if max(len(normalised), len(word.word)) > longest:
        raise DictionaryRefused(f"词语最多 {longest} 字。")
    if len(normalised) == 1:
        raise DictionaryRefused("单个字不必加入词典，词语至少要两个字。")
    if not can_be_word(normalised):
        raise DictionaryRefused(
            f"“{word.word}”不能成为一个词：只能用常用汉字、字母、数字和 + # & . _ % -，"
            "不能含空格、标点或生僻字。"
        )
    segmenter = Segmenter([normalised])
    if not segmenter.words:
        raise DictionaryRefused(f"“{word.word}”已在内置词典中，不必再加。")
    if segmenter.cut(normalised) != [normalised]:
        raise DictionaryRefused(f"分词程序不能把“{word.word}”连成一个词。")
    if LexiconWord.objects.filter(normalised=normalised).exclude(pk=word.pk).exists():
        raise DictionaryRefused(f"已有词语“{word.word}”，请在原来那一条里修改。")
