"""What a text of any length gives to rank other texts by: pairs of characters, and words of other scripts.

For questions and whole articles, pairs find more than words do, since they need not agree about where a word
begins (docs/ranking.md has the figures). What jieba knows still counts: a pair inside a word says more than
one across two words, and words that only ask are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from reports.language.characters import IDEOGRAPHS
from reports.language.normalise import fold
from reports.language.segment import Segmenter
from reports.search.engines.whoosh.scoring.weights import PAIR_ACROSS_WORDS

# They say that something is asked for, not what. Verbs and particles are left to their frequency: dropping
# those as well found less.
INTERROGATIVES = frozenset([
    "什么", "哪", "哪些", "哪个", "哪家", "哪里", "哪儿", "哪几", "谁", "何", "何时", "为何", "为什么",
    "如何", "怎么", "怎样", "怎么样", "多少", "几", "几个", "是否", "吗", "呢", "么",
])  # fmt: skip
_IDEOGRAPH = re.compile(f"[{IDEOGRAPHS}]")


@dataclass(frozen=True, slots=True)
class Evidence:
    """``weight``: how much it says, whatever its frequency; ``count``: how often the text has it;
    ``whole_word``: whether only whole words count, as jieba cuts the other text."""

    weight: float
    count: int
    whole_word: bool


def find_evidence(text: str, segmenter: Segmenter) -> dict[str, Evidence]:
    """Normalised string -> evidence, in order of the text, for a text as typed: a blank parts words."""
    return count_evidence(segmenter.cut(fold(part)) for part in text.split())


def count_evidence(lines: Iterable[Sequence[str]]) -> dict[str, Evidence]:
    """The same for normalised lines cut into words, signs and blanks included.

    Chinese gives pairs of neighbouring characters; a character that stands alone and a word of letters
    or digits stand for themselves, and count only where they are whole words.
    """
    found: dict[str, Evidence] = {}
    for words in (run for line in lines for run in _runs(line)):
        for string, weight, whole_word in _strings(words):
            known = found.get(string)
            if known is not None:
                weight = max(weight, known.weight)
            found[string] = Evidence(weight, known.count + 1 if known else 1, whole_word)
    return found


def _runs(line: Iterable[str]) -> Iterator[list[str]]:
    """Words that follow each other without a sign, a blank or an interrogative between them."""
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
    text = "".join(words)
    if len(text) == 1:
        yield text, 1.0, True
        return
    ends = set(accumulate(map(len, words)))
    for place, (first, second) in enumerate(pairwise(text), 1):
        if _IDEOGRAPH.match(first) or _IDEOGRAPH.match(second):
            yield first + second, PAIR_ACROSS_WORDS if place in ends else 1.0, False
    for word in words:
        if not _IDEOGRAPH.search(word):
            yield word, 1.0, True
