"""Normalisation against the slow obvious way: character by character, a list of origins beside the text."""

import re
import string
import sys
import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from reports.language import normalise as module
from reports.language.characters import CHINESE_PUNCTUATION, is_extending, is_ignorable
from reports.language.normalise import Normalised, fold, normalise
from reports.language.offsets import printed_range
from reports.language.printed_variants import PRINTED_VARIANTS
from reports.language.variants import simplified_character

PUNCTUATION = "○〇•‧–−~’·—―‘’“”‥…‧、。〃《》「」【】〜・︰﹐！，．：；？（）～｡｢"
ALPHABET = (
    "区党建產業鏈後龜𠀀𪚏⼀⻓〇々"
    "abZß1½ﬁ㈱㋀℃㎡ⅧİΣςǅ"
    "éÅ가각각か゛゙ｶﾞ"
    "\u0301\u0316\u0345\u0338\u3099\u0f73\u09be\u09c7"
    "\u200b\u200d\u00ad\ufe0f\U000e0100\ufeff\u2060\u3164"
    " \t\n\r\u00a0\u2003\u3000\u0085\x1f"
    '´¨ͺ‾￣ﷺ\ud800\ufdd0\ufdd1\ufdd2\uffff+.,"-' + PUNCTUATION
)
texts = st.one_of(
    st.text(st.sampled_from(ALPHABET), max_size=24),
    st.text(st.one_of(st.sampled_from(ALPHABET), st.characters()), max_size=24),
)


def clusters(text: str) -> list[tuple[int, int]]:
    starts = [i for i, c in enumerate(text) if i == 0 or not (is_extending(c) or is_ignorable(c))]
    return list(zip(starts, [*starts[1:], len(text)], strict=False))


def compatibility_caseless(text: str) -> str:
    """Definition D146 of the Unicode Standard, then ideographs simplified."""
    text = "".join(c for c in text if not is_ignorable(c))
    text = "".join(" " if c.isspace() else c for c in text)
    for form in ("NFD", "NFKC"):
        text = unicodedata.normalize(form, text).casefold()
    text = unicodedata.normalize("NFKC", text).translate(PRINTED_VARIANTS)
    return "".join(simplify(c) for c in text if not is_ignorable(c))


def simplify(character: str) -> str:
    return character if 0xD800 <= ord(character) <= 0xDFFF else simplified_character(character)


def is_ideograph(character: str) -> bool:
    name = unicodedata.name(character, "")
    named = name.startswith(
        ("CJK UNIFIED", "CJK COMPAT", "CJK RADICAL", "KANGXI RADICAL", "HANGZHOU NUMERAL")
    )
    in_planes = 0x20000 <= ord(character) < 0x40000  # code points of later Unicode versions
    return (
        (named and unicodedata.category(character) in {"Lo", "Nl", "So"})
        or in_planes
        or character in "々〆〇〸〹〺〻"
    )


def is_punctuation(character: str) -> bool:
    return re.match(f"[{CHINESE_PUNCTUATION}]", character) is not None


def origins(text: str) -> list[tuple[str, bool, int, int]]:
    """Each normalised character before blanks are looked at: itself, whether Chinese, its printed range."""
    found = []
    for start, end in clusters(text):
        folded = compatibility_caseless(text[start:end])
        seen = [i for i in range(start, end) if not is_ignorable(text[i])]
        if not seen:
            continue
        last = max(
            i for i in range(start, end) if not is_ignorable(text[i]) or unicodedata.category(text[i]) == "Mn"
        )
        wide = is_punctuation(text[seen[0]])
        found += [
            (c, is_ideograph(c) or is_punctuation(c) or (wide and c in string.punctuation), seen[0], last + 1)
            for c in folded
        ]
    return found


def slow_normalise(text: str) -> tuple[str, list[tuple[int, int]]]:
    found = origins(text)
    kept: list[tuple[str, int, int]] = []
    position = 0
    while position < len(found):
        run = position
        while (
            run < len(found)
            and found[run][0] == " "
            and not (run + 1 < len(found) and is_extending(found[run + 1][0]))
        ):
            run += 1
        if run == position:
            character, _, start, end = found[position]
            kept.append((character, start, end))
            position += 1
            continue
        inside = position > 0 and run < len(found)
        if inside and not found[position - 1][1] and not found[run][1]:
            kept.append((" ", found[position][2], found[run - 1][3]))
        position = run
    return "".join(c for c, _, _ in kept), [(start, end) for _, start, end in kept]


@given(texts)
@settings(max_examples=600)
@example("… 5")
@example("中 \u200b\u0301")
@example("ͺ5")
def test_text_and_offsets_equal_the_slow_way(text: str) -> None:
    expected, ranges = slow_normalise(text)
    result = normalise(text)
    assert result.text == expected
    assert [result.printed(i, i + 1) for i in range(len(expected))] == ranges
    for start in range(len(expected)):
        for end in range(start + 1, len(expected) + 1):
            assert result.printed(start, end) == (ranges[start][0], ranges[end - 1][1])


@given(
    st.text(st.one_of(st.sampled_from(ALPHABET), st.characters())).filter(
        lambda text: not any(c.isspace() for c in text)
    )
)
@settings(max_examples=400)
def test_clusters_are_cut_where_unicode_does_not_care(text: str) -> None:
    # Without blanks the whole text normalised at once must equal the clusters one by one.
    whole = compatibility_caseless(text)
    if " " not in whole:
        assert fold(text) == whole


@given(texts)
@settings(max_examples=600)
def test_normalising_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert not any(is_ignorable(c) for c in fold(text))


@given(texts, st.data())
@settings(max_examples=600)
def test_a_part_of_a_text_normalised_stands_in_the_whole(text: str, data: st.DataObject) -> None:
    cuts = [0, *(end for _, end in clusters(text))]
    first, last = sorted(data.draw(st.tuples(st.sampled_from(cuts), st.sampled_from(cuts))))
    assert fold(text[first:last]) in fold(text)


@given(texts)
def test_there_are_steps_where_a_character_moved(text: str) -> None:
    result = normalise(text)
    unmoved = all(result.printed(i, i + 1) == (i, i + 1) for i in range(len(result.text)))
    assert unmoved == (result.steps == ())


@given(texts)
def test_stored_steps_give_the_same_ranges(text: str) -> None:
    result = normalise(text)
    stored = [tuple(map(int, step)) for step in result.steps]
    for i in range(len(result.text)):
        assert printed_range(stored, i, len(result.text)) == result.printed(i, len(result.text))


def test_every_character_alone_is_normalised_for_good() -> None:
    codes = [*range(0x3400), *range(0xA000, 0xAC00), *range(0xD7B0, 0xD800), *range(0xE000, 0x20000)]
    restless = [hex(code) for code in codes if fold(fold(chr(code))) != fold(chr(code))]
    assert restless == []


def test_composing_starters_are_complete() -> None:
    # The quick way scans only where composites are; here every code point is tried.
    for code in range(sys.maxunicode + 1):
        parts = unicodedata.decomposition(chr(code)).split()
        if len(parts) == 2 and not parts[0].startswith("<") and unicodedata.is_normalized("NFC", chr(code)):
            assert is_extending(chr(int(parts[1], 16))), hex(code)


def test_hangul_vowels_and_finals_belong_to_their_syllable() -> None:
    for code in range(0xAC00, 0xD7A4):
        assert all(map(is_extending, unicodedata.normalize("NFD", chr(code))[1:])), hex(code)


@pytest.mark.parametrize(
    ("printed", "normalised"),
    [
        ("Ａ８８　号", "a88号"),
        ("“5300 计划”， 2023 年", "“5300计划”,2023年"),
        ("数字 经济 创新 高地", "数字经济创新高地"),
        ("Smart  City\n2030", "smart city 2030"),
        ("老街坊\n议事会", "老街坊议事会"),
        (" 首尾 ", "首尾"),
        ("臺灣產業鏈", "台湾产业链"),
        ("衞生", "卫生"),
        ("显著", "显著"),
        ("什么", "什么"),
        ("⻓城", "长城"),
        ("500 ㎡ x", "500 m2 x"),
        ("Straße", "strasse"),
        ("㈱", "(株)"),
        ("1+4+4+N", "1+4+4+n"),
        ("二○二三年", "二零二三年"),
        ("二 〇 二 三年", "二零二三年"),
        ("3 — 6公里", "3-6公里"),
        ("3 - 6公里", "3 - 6公里"),
        ("", ""),
        ("\u200b \u3000", ""),
    ],
)
def test_examples(printed: str, normalised: str) -> None:
    assert fold(printed) == normalised


@pytest.mark.parametrize(
    "forms",
    [
        ("二〇二三年", "二○二三年", "二◯二三年", "二零二三年"),
        tuple(f"3{dash}6公里" for dash in "-–—－～〜‐−~﹣︱"),
        tuple(f"阿卜杜拉{point}买买提" for point in "·•・‧･∙"),
        tuple(f"o{mark}neill" for mark in "'’‘＇"),
        ("表示", "表⺬"),
        ("竹黄", "竹⻩"),
    ],
)
def test_printed_variants_are_one_form_and_marked_as_printed(forms: tuple[str, ...]) -> None:
    assert {fold(form) for form in forms} == {fold(forms[0])}
    for form in forms:
        result = normalise(form)
        assert [result.printed(i, i + 1) for i in range(len(form))] == [(i, i + 1) for i in range(len(form))]


def test_a_decimal_point_is_no_interpunct() -> None:
    assert fold("3．5亿元") == "3.5亿元"


def test_removed_blanks_are_not_marked() -> None:
    result = normalise("　党 建 引领  ，")
    assert result.text == "党建引领,"
    assert result.printed(0, 4) == (1, 7)
    assert result.printed(4, 5) == (9, 10)


def test_a_character_that_became_several_is_marked_whole() -> None:
    result = normalise("共½亩")
    assert result.text == "共1⁄2亩"
    assert result.printed(2, 3) == (1, 2)


def test_an_empty_range_stays_empty() -> None:
    result = normalise(" 中 文 ")
    assert [result.printed(i, i) for i in range(3)] == [(0, 0), (2, 2), (4, 4)]


@pytest.mark.parametrize(("start", "end"), [(-1, 1), (2, 1), (0, 3)])
def test_a_range_outside_the_text_is_an_error(start: int, end: int) -> None:
    with pytest.raises(ValueError, match="outside"):
        Normalised("中文", "中文").printed(start, end)


def test_a_page_of_combining_marks_is_ordered_before_unicodedata_sees_it() -> None:
    zalgo = "a" + "\u0316\u0301" * 40
    assert module._ordered_marks(zalgo) == unicodedata.normalize("NFD", zalgo)
    assert fold(zalgo) == compatibility_caseless(zalgo)
