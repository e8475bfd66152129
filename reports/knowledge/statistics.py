"""指标: every number with a unit, its subject and its sentence."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable

from reports.ingest.parsed import TextPart

from .findings import RecognisedStatistic
from .measures import Measure, find_measures
from .plain_text import plain
from .statistic_subjects import subject_of

_SENTENCE_END = re.compile('[。!?\n]+[”’」』》")]*')
_LONGEST_SENTENCE = 800
_BLANK = re.compile(r"\s+")
_HAS_NUMBER = re.compile("[0-9０-９一二三四五六七八九十百千万亿]")


def recognise_statistics(parts: Iterable[TextPart]) -> list[RecognisedStatistic]:
    """The numbers with units in the parts of an article, in order.

    ``part.text[start:end]`` is the printed value with its unit: in 3283万元 the unit is 万元 and the quantity
    is in 元. A range (3-6个月) has no quantity.
    """
    recognised: list[RecognisedStatistic] = []
    for part in parts:
        if _HAS_NUMBER.search(part.text):
            recognised.extend(_statistics(part))
    return recognised


def _statistics(part: TextPart) -> Iterable[RecognisedStatistic]:
    # Only "," groups thousands; "，" between figures separates two numbers, so it must differ from ",".
    text = plain(part.text.replace("，", "、"))
    ends = [match.end() for match in _SENTENCE_END.finditer(text)]
    sentence, head = -1, ""
    for measure in find_measures(text):
        number = bisect_right(ends, measure.start)
        start = ends[number - 1] if number else 0
        end = ends[number] if number < len(ends) else len(text)
        sentence_start, sentence_end = _shortened(start, end, measure)
        if number != sentence:
            sentence, head = number, ""
        subject = subject_of(text, start, end, measure, head)
        if not measure.is_ratio:
            head = subject
        yield RecognisedStatistic(
            _BLANK.sub("", part.text[measure.value_start : measure.value_end]),
            measure.unit,
            measure.quantity,
            subject,
            part.text[sentence_start:sentence_end].strip(),
            part.field,
            part.number,
            part.section,
            measure.start,
            measure.end,
        )


def _shortened(start: int, end: int, measure: Measure) -> tuple[int, int]:
    """Shorten the sentence of a number in a table without full stop to the text around the number."""
    if end - start <= _LONGEST_SENTENCE:
        return start, end
    return max(start, measure.start - _LONGEST_SENTENCE // 2), min(end, measure.end + _LONGEST_SENTENCE // 2)
