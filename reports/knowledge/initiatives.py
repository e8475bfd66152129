"""举措: recognises the named initiatives of a text and all their mentions.

A name is accepted because of the words around it: a class word (工程, 品牌, 机制) after the closing quote or
at its end, or a verb such as 实施 before it. Speech, slogans, nicknames and titles are quoted too but have
neither. If a name is accepted, all its mentions count, quoted or not. docs/knowledge.md has the rules, with
measured precision and recall.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from reports.ingest.parsed import TextPart

from .findings import InitiativeKind, Mention, RecognisedInitiative
from .initiative_lexicon import InitiativeLexicon
from .initiative_names import NameCandidate, comparison_key, find_candidates
from .name_matching import NameMatcher
from .plain_text import CompactText, plain
from .quotations import QUOTE_MARKS, unquoted

_UNPRINTED = re.compile(f"[ \t\r\f\v{QUOTE_MARKS}]+")
_WORD_CHARACTER = re.compile("[0-9A-Za-z+]")
_NUMERAL_BEFORE = re.compile("[0-9一二三四五六七八九十百千万亿两几数多余]")
_MIN_UNQUOTED_CHARACTERS = 3
_LEXICON_CONFIDENCE = 0.95
_UNOWNED_CONFIDENCE = 0.6
_REPEATED_CONFIDENCE = 0.6
_MAY_NAME = re.compile('["“”‘’「『《+＋]|[0-9]{3}')
_PAIRS = (("“", "”"), ("‘", "’"), ("「", "」"), ("『", "』"))


@dataclass(slots=True)
class _Concept:
    """One initiative of the text, with all its names (``forms``) in the text."""

    name: str
    kind: InitiativeKind
    confidence: float
    forms: set[str] = field(default_factory=set)


_Span = tuple[int, int, int]  # index of the part, start, end


def recognise_initiatives(
    parts: Iterable[TextPart], lexicon: InitiativeLexicon, owner: str = ""
) -> list[RecognisedInitiative]:
    """The initiatives that the parts of one article name, in order of their first mention.

    ``owner`` is the key of the article's main division, to which bare codes (4433) belong; without it they
    are less certain. Offsets are those of the printed name without the quotes around it.
    """
    texts = list(parts)
    compact_texts = [CompactText(part.text, _UNPRINTED) for part in texts]
    concepts: dict[str, _Concept] = {}
    quoted: dict[str, list[_Span]] = defaultdict(list)
    facilities: dict[str, NameCandidate] = {}
    for index, part in enumerate(texts):
        if not _MAY_NAME.search(part.text):
            continue
        for candidate in find_candidates(plain(part.text)):
            quoted[comparison_key(candidate.name)].append((index, candidate.start, candidate.end))
            if candidate.confidence > 0:
                _accept(concepts, candidate, lexicon)
            elif candidate.kind is InitiativeKind.PLATFORM:
                facilities[comparison_key(candidate.name)] = candidate
    for key, candidate in facilities.items():
        if len(quoted[key]) > 1:
            _accept(concepts, replace(candidate, confidence=_REPEATED_CONFIDENCE), lexicon)
    spans = _lexicon_spans(compact_texts, concepts, lexicon)
    for key, concept in concepts.items():
        spans.extend((span, concept) for span in quoted.get(key, ()))
    spans.extend(_named_spans(compact_texts, concepts))
    if not owner:
        for concept in concepts.values():
            if concept.kind is InitiativeKind.CODE:
                concept.confidence = min(concept.confidence, _UNOWNED_CONFIDENCE)
    return _findings(texts, spans)


def _accept(concepts: dict[str, _Concept], candidate: NameCandidate, lexicon: InitiativeLexicon) -> None:
    named = lexicon.by_form.get(unquoted(candidate.name))
    key = comparison_key(named.name if named else candidate.name)
    concept = concepts.get(key)
    if concept is None:
        kind, name = (named.kind, named.name) if named else (candidate.kind, candidate.name)
        concept = concepts[key] = _Concept(name, kind, candidate.confidence)
    elif (
        named is None
        and len(candidate.name) > len(concept.name)
        and candidate.kind is not InitiativeKind.CODE
    ):
        # Use the longest printed name: 六基工程 rather than 六基, 5300计划 rather than 5300.
        concept.name, concept.kind = candidate.name, candidate.kind
    concept.confidence = max(concept.confidence, candidate.confidence)
    concept.forms.add(unquoted(candidate.name))


def _lexicon_spans(
    compact_texts: list[CompactText], concepts: dict[str, _Concept], lexicon: InitiativeLexicon
) -> list[tuple[_Span, _Concept]]:
    """Occurrences of names from the lexicon; they need neither quotes nor a class word."""
    spans = []
    for index, text in enumerate(compact_texts):
        for start, form in lexicon.matcher.find(text.text):
            if not _is_separate(text.text, start, start + len(form)):
                continue
            named = lexicon.by_form[form]
            concept = concepts.setdefault(
                comparison_key(named.name), _Concept(named.name, named.kind, _LEXICON_CONFIDENCE)
            )
            concept.confidence = max(concept.confidence, _LEXICON_CONFIDENCE)
            spans.append(((index, *text.printed(start, start + len(form))), concept))
    return spans


def _named_spans(
    compact_texts: list[CompactText], concepts: dict[str, _Concept]
) -> list[tuple[_Span, _Concept]]:
    """All other occurrences of accepted names, without quotes or with other quotes."""
    by_form = {
        form: concept
        for concept in concepts.values()
        for form in concept.forms
        if len(form) >= _MIN_UNQUOTED_CHARACTERS
    }
    if not by_form:
        return []
    matcher = NameMatcher(by_form)
    spans = []
    for index, text in enumerate(compact_texts):
        for start, form in matcher.find(text.text):
            if _is_separate(text.text, start, start + len(form)):
                spans.append(((index, *text.printed(start, start + len(form))), by_form[form]))
    return spans


def _is_separate(text: str, start: int, end: int) -> bool:
    """Whether the name is not part of a longer code or number (1+433 in 11+4330, 千万工程 in
    三千万工程款)."""
    first, last = text[start], text[end - 1]
    if _WORD_CHARACTER.match(first) and start > 0 and _WORD_CHARACTER.match(text[start - 1]):
        return False
    if _WORD_CHARACTER.match(last) and end < len(text) and _WORD_CHARACTER.match(text[end]):
        return False
    return not (_NUMERAL_BEFORE.match(first) and start > 0 and _NUMERAL_BEFORE.match(text[start - 1]))


def _findings(texts: list[TextPart], spans: list[tuple[_Span, _Concept]]) -> list[RecognisedInitiative]:
    """The initiatives with their mentions; of two that overlap, the longer one counts."""
    mentions: dict[int, list[Mention]] = {}
    by_id: dict[int, _Concept] = {}
    covered = (-1, 0)
    for (index, start, end), concept in sorted(spans, key=lambda pair: (pair[0][0], pair[0][1], -pair[0][2])):
        start, end = _whole_quotes(texts[index].text, start, end)
        if covered[0] == index and start < covered[1]:
            continue
        covered = (index, end)
        part = texts[index]
        by_id[id(concept)] = concept
        mentions.setdefault(id(concept), []).append(
            Mention(part.field, part.number, part.section, start, end)
        )
    return [
        RecognisedInitiative(concept.name, concept.kind, tuple(mentions[key]), concept.confidence)
        for key, concept in by_id.items()
    ]


def _whole_quotes(text: str, start: int, end: int) -> tuple[int, int]:
    """Extend a mention that contains one quote of a pair, so that it contains both: “5300”计划."""
    printed = text[start:end]
    if printed.count('"') % 2:
        if start > 0 and text[start - 1] == '"':
            return start - 1, end
        if text[end : end + 1] == '"':
            return start, end + 1
    for opening, closing in _PAIRS:
        surplus = printed.count(closing) - printed.count(opening)
        if surplus > 0 and start > 0 and text[start - 1] == opening:
            return start - 1, end
        if surplus < 0 and text[end : end + 1] == closing:
            return start, end + 1
    return start, end
