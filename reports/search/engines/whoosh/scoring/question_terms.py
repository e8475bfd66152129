"""The terms of a text by which other texts are ranked: pairs of characters, and words of other scripts.

For questions and whole articles pairs find more than words do, since texts need not agree about word
boundaries (docs/ranking.md has the figures). Words still count: a pair inside a word says more than a pair
across two words, and words that only ask are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from reports.language.characters import IDEOGRAPHS
from reports.language.normalise import fold
from reports.language.segment import Segmenter

from .weights import PAIR_ACROSS_WORDS

# They say that something is asked, not what. Verbs and particles are not in the list, since leaving them out
# found less; their frequency gives them a small weight.
INTERROGATIVES = frozenset([
    "什么", "哪", "哪些", "哪个", "哪家", "哪里", "哪儿", "哪几", "谁", "何", "何时", "为何", "为什么",
    "如何", "怎么", "怎样", "怎么样", "多少", "几", "几个", "是否", "吗", "呢", "么",
])  # fmt: skip
_IDEOGRAPH = re.compile(f"[{IDEOGRAPHS}]")


@dataclass(frozen=True, slots=True)
class QuestionTerm:
    """``weight``: independent of frequency; ``count``: occurrences in the text; ``whole_word``: only whole
    words of the other texts count, as jieba cuts them."""

    weight: float
    count: int
    whole_word: bool


def question_terms(text: str, segmenter: Segmenter) -> dict[str, QuestionTerm]:
    """Normalised string -> term, in order of the text. ``text``: as typed; blanks separate words."""
    return count_terms(segmenter.cut(fold(part)) for part in text.split())


def count_terms(lines: Iterable[Sequence[str]]) -> dict[str, QuestionTerm]:
    """The same for normalised lines, cut into words, punctuation and blanks included.

    Chinese gives pairs of neighbouring characters. A single character between signs, and a word of letters or
    digits, is a term itself and counts only as a whole word.
    """
    terms: dict[str, QuestionTerm] = {}
    for words in (run for line in lines for run in _runs(line)):
        for string, weight, whole_word in _strings(words):
            term = terms.get(string)
            if term is not None:
                weight = max(weight, term.weight)
            terms[string] = QuestionTerm(weight, term.count + 1 if term else 1, whole_word)
    return terms


def _runs(line: Iterable[str]) -> Iterator[list[str]]:
    """Words without punctuation, a blank or an interrogative between them."""
    run: list[str] = []
    for word in line:
        if word in INTERROGATIVES or not any(map(str.isalnum, word)):
            if run:
                yield run
            run = []
        else:
            run.append(word)
    if run:
        yield run


def _strings(words: Sequence[str]) -> Iterator[tuple[str, float, bool]]:
    """String, weight, and whether only whole words count."""
    text = "".join(words)
    if len(text) == 1:
        yield text, 1.0, True
        return
    ends = set(accumulate(map(len, words)))
    for position, (first, second) in enumerate(pairwise(text), 1):
        if _IDEOGRAPH.match(first) or _IDEOGRAPH.match(second):
            yield first + second, PAIR_ACROSS_WORDS if position in ends else 1.0, False
    for word in words:
        if not _IDEOGRAPH.search(word):
            yield word, 1.0, True
