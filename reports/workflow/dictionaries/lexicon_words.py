"""Checks lexicon words, and says whether the live index uses them. They take effect with a rebuild."""

from __future__ import annotations

from reports.language.normalise import fold
from reports.language.segment import Segmenter, can_be_word
from reports.models import LexiconWord
from reports.models.field_labels import length_of
from reports.search.indexing import words_of_live_index
from reports.search.indexing.lexicon import current_segmenter
from reports.workflow.refusals import DictionaryRefused


def words_in_effect() -> frozenset[str]:
    """The normalised words beyond the packaged lexicon with which the live index was segmented."""
    return frozenset(words_of_live_index() or ())


def lexicon_notice() -> str:
    """A sentence for curators if the live index was made with other lexicon words; else empty."""
    live = words_of_live_index()
    if live is None or live == current_segmenter().words:
        return ""
    return "词典已改动，重建索引后生效：请管理员运行 update_index，或等定时任务运行它。在此之前检索照旧。"


def check_lexicon_word(word: LexiconWord) -> None:
    """Normalise the word; raise DictionaryRefused if the segmenter cannot use it."""
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
