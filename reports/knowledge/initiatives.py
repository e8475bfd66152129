"""举措: the named initiatives of a text and every place where it names them.

A name is believed for its surroundings: a word that says what it is (工程, 品牌, 机制) after the closing
quote or at its own end, or a verb of setting up before it. Speech, slogans, nicknames and titles are quoted
as well and have neither. Once a name is believed, all its mentions count, quoted or not.
docs/knowledge.md tells the rules at length, with precision and recall as counted.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from reports.ingest.parsed import TextPart

from .findings import FoundInitiative, InitiativeKind, Mention
from .initiative_lexicon import InitiativeLexicon
from .initiative_names import Candidate, concept_of, find_candidates
from .name_matching import NameMatcher
from .plain_text import Squeezed, plain
from .quotations import QUOTE_MARKS, unquoted

_UNPRINTED = re.compile(f"[ \t\r\f\v{QUOTE_MARKS}]+")
_WORD_CHARACTER = re.compile("[0-9A-Za-z+]")
_NUMERAL_BEFORE = re.compile("[0-9一二三四五六七八九十百千万亿两几数多余]")
_SHORTEST_UNQUOTED = 3
_KNOWN_CONFIDENCE = 0.95
_UNOWNED_CONFIDENCE = 0.6
_REPEATED_CONFIDENCE = 0.6
_MAY_NAME = re.compile('["“”‘’「『《+＋]|[0-9]{3}')
_PAIRS = (("“", "”"), ("‘", "’"), ("「", "」"), ("『", "』"))


@dataclass(slots=True)
class _Concept:
    """One initiative of the text under all the names by which the text calls it."""

    name: str
    kind: InitiativeKind
    confidence: float
    forms: set[str] = field(default_factory=set)


_Span = tuple[int, int, int]  # the part's place among the parts, start, end


def recognise_initiatives(
    parts: Iterable[TextPart], lexicon: InitiativeLexicon, owner: str = ""
) -> list[FoundInitiative]:
    """The initiatives that the parts of one article name, in order of their first mention.

    ``owner`` is the key of the article's main division, to which bare codes (4433) belong; without one they
    are less certain. Offsets bound the name as printed, without the quotes around it.
    """
    texts = list(parts)
    squeezed = [Squeezed(part.text, _UNPRINTED) for part in texts]
    concepts: dict[str, _Concept] = {}
    quoted: dict[str, list[_Span]] = defaultdict(list)
    facilities: dict[str, Candidate] = {}
    for index, part in enumerate(texts):
        if not _MAY_NAME.search(part.text):
            continue
        for candidate in find_candidates(plain(part.text)):
            quoted[concept_of(candidate.name)].append((index, candidate.start, candidate.end))
            if candidate.confidence > 0:
                _believe(concepts, candidate, lexicon)
            elif candidate.kind is InitiativeKind.PLATFORM:
                facilities[concept_of(candidate.name)] = candidate
    for key, candidate in facilities.items():
        if len(quoted[key]) > 1:
            _believe(concepts, replace(candidate, confidence=_REPEATED_CONFIDENCE), lexicon)
    spans = _known_spans(squeezed, concepts, lexicon)
    for key, concept in concepts.items():
        spans.extend((span, concept) for span in quoted.get(key, ()))
    spans.extend(_named_spans(squeezed, concepts))
    if not owner:
        for concept in concepts.values():
            if concept.kind is InitiativeKind.CODE:
                concept.confidence = min(concept.confidence, _UNOWNED_CONFIDENCE)
    return _findings(texts, spans)


def _believe(concepts: dict[str, _Concept], candidate: Candidate, lexicon: InitiativeLexicon) -> None:
    known = lexicon.by_form.get(unquoted(candidate.name))
    key = concept_of(known.name if known else candidate.name)
    concept = concepts.get(key)
    if concept is None:
        kind, name = (known.kind, known.name) if known else (candidate.kind, candidate.name)
        concept = concepts[key] = _Concept(name, kind, candidate.confidence)
    elif (
        known is None
        and len(candidate.name) > len(concept.name)
        and candidate.kind is not InitiativeKind.CODE
    ):
        # 六基工程 rather than 六基, 5300计划 rather than 5300: the fuller name once it is printed as one.
        concept.name, concept.kind = candidate.name, candidate.kind
    concept.confidence = max(concept.confidence, candidate.confidence)
    concept.forms.add(unquoted(candidate.name))


def _known_spans(
    squeezed: list[Squeezed], concepts: dict[str, _Concept], lexicon: InitiativeLexicon
) -> list[tuple[_Span, _Concept]]:
    """Where names of the lexicon stand; they need neither quotes nor a class word."""
    spans = []
    for index, text in enumerate(squeezed):
        for start, form in lexicon.matcher.find(text.text):
            if not _stands_free(text.text, start, start + len(form)):
                continue
            known = lexicon.by_form[form]
            concept = concepts.setdefault(
                concept_of(known.name), _Concept(known.name, known.kind, _KNOWN_CONFIDENCE)
            )
            concept.confidence = max(concept.confidence, _KNOWN_CONFIDENCE)
            spans.append(((index, *text.printed(start, start + len(form))), concept))
    return spans


def _named_spans(squeezed: list[Squeezed], concepts: dict[str, _Concept]) -> list[tuple[_Span, _Concept]]:
    """Every further place where a believed name stands, without quotes or with others than at first."""
    by_form = {
        form: concept
        for concept in concepts.values()
        for form in concept.forms
        if len(form) >= _SHORTEST_UNQUOTED
    }
    if not by_form:
        return []
    matcher = NameMatcher(by_form)
    spans = []
    for index, text in enumerate(squeezed):
        for start, form in matcher.find(text.text):
            if _stands_free(text.text, start, start + len(form)):
                spans.append(((index, *text.printed(start, start + len(form))), by_form[form]))
    return spans


def _stands_free(text: str, start: int, end: int) -> bool:
    """A code is not part of a longer one (1+433 in 11+4330), nor 千万工程 of 三千万工程款."""
    first, last = text[start], text[end - 1]
    if _WORD_CHARACTER.match(first) and start > 0 and _WORD_CHARACTER.match(text[start - 1]):
        return False
    if _WORD_CHARACTER.match(last) and end < len(text) and _WORD_CHARACTER.match(text[end]):
        return False
    return not (_NUMERAL_BEFORE.match(first) and start > 0 and _NUMERAL_BEFORE.match(text[start - 1]))


def _findings(texts: list[TextPart], spans: list[tuple[_Span, _Concept]]) -> list[FoundInitiative]:
    """Mentions by concept; where two overlap the longer one is meant."""
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
        FoundInitiative(concept.name, concept.kind, tuple(mentions[key]), concept.confidence)
        for key, concept in by_id.items()
    ]


def _whole_quotes(text: str, start: int, end: int) -> tuple[int, int]:
    """A mention that holds one quote of a pair takes in the other: “5300”计划."""
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
