"""Decides which quoted or coded names in a text are names of initiatives, by the words around them."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace

from .findings import InitiativeKind
from .initiative_vocabulary import (
    ACT,
    CLASS,
    CODE_CLASS,
    ENDS_IN_CLASS,
    ENDS_IN_FACILITY,
    LOOSE_CLASS,
    MODIFIER,
    SLOGAN,
    kind_of,
    stop_names,
)
from .quotations import QUOTE_MARKS, Quotation, find_quotations, unquoted

_MAX_QUOTATION = 40
_MAX_NAME = 20
_LISTED = 0.85  # confidence of a name that is accepted because of the list that contains it
_SEPARATORS = frozenset({"", "、", "和", "及", "与", ","})
_CONTEXT = 18

_COUNT = "[0-9一二两三四五六七八九十]{1,3}[大项个类种]?"
_OWN_CLASS = re.compile(f"(?![和与及]){MODIFIER}{{0,8}}?({CLASS})")
# 等工程, 5项工程, 实用人才评选两大工程: a class word for several names.
_LIST_CLASS = re.compile(
    f"(?:等|(?={MODIFIER}{{0,10}}?{_COUNT}{MODIFIER}{{0,6}}?(?:{CLASS}))){MODIFIER}{{0,14}}?({CLASS})"
)
_LIST_GAP = re.compile("[、,和及与以]{0,2}(?:(?![的了])[一-鿿0-9()]){0,12}[、,]?(?:(?![的了])[一-鿿]){0,9}$")
_CODE_NAME = re.compile(f"({MODIFIER}{{0,4}}?{CODE_CLASS})")
_CODE_SYSTEM = re.compile(f"{MODIFIER}{{0,8}}?(?:{CLASS}|格局|体制|架构|工作)")

_ACT_BEFORE = re.compile(f"(?:{ACT})(?:(?![的了])[一-鿿0-9]){{0,7}}$")
_STRONG_ACT_BEFORE = re.compile("(?:实施|推行|启动|开展|擦亮|打响|叫响)(?:了|全[区市县省]){0,2}$")
_BREAKS_LIST = re.compile(f"等|[,、](?:{ACT})")
_ENDS_CLAUSE = re.compile("$|[,。;:!?、)…\n]|建设|工作|创建|活动|[一-鿿]{0,2}工作")
_TITLE_ACT = re.compile("(?:实施|印发|出台|制定|落实|启动|推进|发布|执行|编制)[一-鿿0-9]{0,4}$")
# A name after these words is opposed, so it is not an initiative.
_OPPOSED_BEFORE = re.compile(
    "(?:反对|打击|遏制|遏止|惩治|抵制|制止|反制|挫败|谴责|粉碎|揭露|警惕|防范|严惩)[^,。;:!?、]{0,6}$"
)
_AWARD_AFTER = re.compile("等?(?:光荣|荣誉)?(?:荣誉|称号|奖|殊荣)")

_CODE = re.compile(r"[0-9]+(?:\+[0-9A-Za-z]+)+|[0-9]{3,5}")
_WORDED_CODE = re.compile(r"[0-9]+(?:\+[0-9A-Za-z一-鿿]+)+")
_BARE_CODE = re.compile(
    r"(?<![0-9A-Za-z+.=—-])"
    r"(?:[0-9]{1,5}(?: ?\+ ?(?:[0-9]{1,4}|[NXMYnxmy]))+|(?!(?:19|20)[0-9]{2})[0-9]{3,5})"
    r"(?![0-9A-Za-z+%.=>年月日])"
)
_CODE_AT_START = re.compile(r"(?:[0-9]+(?:\+[0-9a-z]+)+|[0-9]{3,5})(?![0-9a-z+])")
_YEAR = re.compile("(?:19|20)[0-9]{2}")
_LOST_OPENING = re.compile('^ ?([^\\s“”"‘’「」《》,。;:!?、]{2,14})["”]', re.MULTILINE)

_SENTENCE_MARK = re.compile("[,。!?;:…=>]")
_SPEECH = re.compile("[你您咱吗呢吧啊俺]|我(?!们的)")
_BROKEN = re.compile(f"(?:为|以|是|的|和|与|及|等|把|将|在|对|由|{ACT}).*|.*[的和与为是在]")
_GENERIC = re.compile(
    "[0-9一二两三四五六七八九十百]+[大项个类种条].*|[0-9]{2}后|.对.|.{1,5}式|一[张盘本把条揽刀件站].{1,2}"
    f"|线上\\+线下|十[一二三四五]五|[台藏疆港]独(?:势力|分子)?|.*是.*共同体|(?:{CLASS})"
)
_NUMBER_OF_ONES = re.compile("[一二三四五六七八九十]个[一二三四五六七八九十]")  # 六个一


@dataclass(frozen=True, slots=True)
class NameCandidate:
    """A name with its range in the text. Confidence 0: quoted, but without a sign of an initiative."""

    name: str
    kind: InitiativeKind
    confidence: float
    start: int
    end: int


def comparison_key(name: str) -> str:
    """The common part of all names of an initiative, with and without class word, for comparison."""
    stem = unquoted(name).removeprefix("党建引领·").casefold()
    stem = stem.removesuffix("建设") if len(stem) > 4 else stem
    shorter = LOOSE_CLASS.sub("", stem)
    if len(shorter) > 1:
        stem = shorter
    code = _CODE_AT_START.match(stem)
    return code[0] if code else stem


def find_candidates(text: str) -> list[NameCandidate]:
    """Quoted and coded names in a plain text, in order; names that are not accepted have confidence 0."""
    quotations = find_quotations(text, _MAX_QUOTATION)
    judged = [_judge(text, quotation) for quotation in quotations]
    _accept_lists(text, quotations, judged)
    _drop_nested(quotations, judged)
    candidates = [candidate for candidate in judged if candidate is not None]
    candidates.extend(_half_quoted(text, quotations))
    candidates.extend(_bare_codes(text, quotations))
    return sorted(candidates, key=lambda candidate: (candidate.start, -candidate.end))


def _judge(text: str, quotation: Quotation) -> NameCandidate | None:
    start, end = quotation.start, quotation.end
    name = unquoted(text[start:end])
    if quotation.is_title:
        return _judge_title(text, quotation, name)
    if not _is_plausible(name):
        return None
    before, after = _context(text, start, end)
    candidate = NameCandidate(name.removeprefix("党建引领·"), InitiativeKind.INITIATIVE, 0.0, start, end)
    if _AWARD_AFTER.match(after) or _OPPOSED_BEFORE.search(before):
        return candidate
    if _CODE.fullmatch(name):
        return _judge_code(text, candidate, before, after)
    return _judge_words(candidate, before, after)


def _judge_words(candidate: NameCandidate, before: str, after: str) -> NameCandidate:
    name = candidate.name
    acted = _ACT_BEFORE.search(before) is not None
    own = _OWN_CLASS.match(after) or _LIST_CLASS.match(after)
    inner = ENDS_IN_CLASS.search(name)
    if own is not None:
        kind = kind_of(inner[0] if inner else own[1])
        return replace(candidate, kind=kind, confidence=0.95 if acted else 0.9)
    if inner is not None and len(name) - len(inner[0]) >= 2:
        return replace(candidate, kind=kind_of(inner[0]), confidence=0.9 if acted else 0.7)
    if ENDS_IN_FACILITY.search(name) and len(name) > 3:
        candidate = replace(candidate, kind=InitiativeKind.PLATFORM, confidence=0.6 if acted else 0.0)
    if _WORDED_CODE.fullmatch(name) and (acted or _CODE_SYSTEM.match(after)):
        return replace(candidate, kind=InitiativeKind.CODE, confidence=0.7)
    named = 3 <= len(name) <= 12 and not SLOGAN.search(name) and not set("、的") & set(name)
    if named and _STRONG_ACT_BEFORE.search(before) and _ENDS_CLAUSE.match(after):
        return replace(candidate, confidence=0.6)
    return candidate


def _judge_code(text: str, candidate: NameCandidate, before: str, after: str) -> NameCandidate:
    """5300 followed by 计划 becomes 5300计划; 4433 followed by 工作体系 stays the code 4433."""
    if _YEAR.fullmatch(candidate.name):
        return candidate
    named = _CODE_NAME.match(after)
    if named is not None:
        start = candidate.start
        if start > 0 and text[start - 1] in QUOTE_MARKS:
            start -= 1
        end = _end_of(text, candidate.end, named[1])
        return NameCandidate(candidate.name + named[1], _named_kind(named[1]), 0.9, start, end)
    if _CODE_SYSTEM.match(after) or _ACT_BEFORE.search(before):
        return replace(candidate, kind=InitiativeKind.CODE, confidence=0.85)
    return candidate


def _judge_title(text: str, quotation: Quotation, name: str) -> NameCandidate | None:
    """《…行动》 names an initiative if it was issued as a document; other titles are books and laws."""
    name = re.sub(r"\([^()]*\)$", "", name)
    before, _ = _context(text, quotation.start, quotation.end)
    plausible = 4 < len(name) <= _MAX_NAME and not _SENTENCE_MARK.search(name)
    if not (plausible and ENDS_IN_CLASS.search(name) and _TITLE_ACT.search(before)):
        return None
    return NameCandidate(name, _named_kind(name), 0.7, quotation.start, quotation.end)


def _is_plausible(name: str) -> bool:
    if not 2 <= len(name) <= _MAX_NAME or name in stop_names():
        return False
    if _BROKEN.fullmatch(name) or _SENTENCE_MARK.search(name) or _SPEECH.search(name) or name.count("、") > 1:
        return False
    if _GENERIC.fullmatch(name):
        return _NUMBER_OF_ONES.fullmatch(name) is not None
    return _CODE.fullmatch(name) is not None or re.search("[一-鿿]", name) is not None


def _context(text: str, start: int, end: int) -> tuple[str, str]:
    """The text before the opening quote and after the closing quote, without blanks."""
    first, last = start - 1, end + 1
    while first > 0 and text[first - 1] in "“‘「『":
        first -= 1
    while last < len(text) and text[last] in "”’」』":
        last += 1
    before = text[max(0, first - _CONTEXT) : max(0, first)]
    after = text[last : last + _CONTEXT + 6]
    return before.replace(" ", "").replace('"', "”"), after.replace(" ", "").partition("\n")[0]


def _end_of(text: str, start: int, compact: str) -> int:
    """Where ``squeezed``, which comes next after ``start`` but for quotes and blanks, ends in the text."""
    end = start
    for character in compact:
        end = text.index(character, end) + 1
    return end


def _named_kind(name: str) -> InitiativeKind:
    match = ENDS_IN_CLASS.search(name)
    return kind_of(match[0]) if match else InitiativeKind.INITIATIVE


def _accept_lists(text: str, quotations: list[Quotation], judged: list[NameCandidate | None]) -> None:
    """“甲”、“乙”和“丙”三项工程: the class word after the last name applies to the whole list."""
    for index in range(len(quotations) - 1, 0, -1):
        last, quotation = judged[index], quotations[index]
        if last is None or last.confidence < 0.8 or last.kind is InitiativeKind.CODE:
            continue
        before = index - 1
        while before >= 0 and quotations[before].end >= quotation.start - 1:
            before -= 1
        previous = judged[before] if before >= 0 else None
        if previous is None or previous.confidence > 0 or SLOGAN.search(previous.name):
            continue
        gap = text[quotations[before].end + 1 : quotation.start - 1].replace(" ", "").strip("”’“‘")
        _, after = _context(text, quotation.start, quotation.end)
        listed = last.confidence == _LISTED or _LIST_CLASS.match(after) is not None
        if gap in _SEPARATORS or (listed and _LIST_GAP.fullmatch(gap) and not _BREAKS_LIST.search(gap)):
            judged[before] = replace(previous, kind=last.kind, confidence=_LISTED)


def _drop_nested(quotations: list[Quotation], judged: list[NameCandidate | None]) -> None:
    """Drop a name inside an accepted name (‘新新’ in “‘新新’向荣”), and a title around an accepted name."""
    for outer, quotation in enumerate(quotations):
        for inner in range(outer + 1, len(quotations)):
            if quotations[inner].start >= quotation.end:
                break
            within, around = judged[inner], judged[outer]
            if within is None or around is None or quotations[inner].end > quotation.end:
                continue
            if quotation.is_title and within.confidence > 0:
                judged[outer] = None
            elif around.confidence > 0:
                judged[inner] = None


def _half_quoted(text: str, quotations: list[Quotation]) -> Iterator[NameCandidate]:
    """金桥办”平台: names whose opening quote is missing, as often happens at the beginning of a line."""
    quoted_starts = {quotation.start for quotation in quotations}
    for match in _LOST_OPENING.finditer(text):
        start, end = match.span(1)
        if start in quoted_starts or not _is_plausible(match[1]):
            continue
        _, after = _context(text, start, end)
        candidate = NameCandidate(match[1], InitiativeKind.INITIATIVE, 0.0, start, end)
        if _CODE.fullmatch(match[1]):
            candidate = _judge_code(text, candidate, "", after)
        else:
            candidate = _judge_words(candidate, "", after)
        if candidate.confidence > 0:
            yield replace(candidate, confidence=0.7)


def _bare_codes(text: str, quotations: list[Quotation]) -> Iterator[NameCandidate]:
    """Codes without quotes: 2+X服务机制, 5300计划."""
    quoted = [quotation for quotation in quotations if not quotation.is_title]
    starts = [quotation.start for quotation in quoted]
    for match in _BARE_CODE.finditer(text):
        start, end = match.span()
        name = unquoted(match[0])
        near = quoted[bisect_left(starts, start - _MAX_QUOTATION) : bisect_right(starts, start)]
        if name in stop_names() or any(start < quotation.end for quotation in near):
            continue
        before, after = _context(text, start + 1, end - 1)
        is_sum = "+" in name
        named = _CODE_NAME.match(after) if is_sum else re.match(CODE_CLASS, after)
        if named is not None:
            yield NameCandidate(
                name + named[0], _named_kind(named[0]), 0.8, start, _end_of(text, end, named[0])
            )
        elif is_sum and (_OWN_CLASS.match(after) or _ACT_BEFORE.search(before)):
            yield NameCandidate(name, InitiativeKind.CODE, 0.75, start, end)
