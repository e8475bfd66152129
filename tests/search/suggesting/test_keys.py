"""The automaton finds exactly what walking through every key letter by letter finds."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.language.pinyin import as_typed, characters_by_reading, readings
from reports.search.suggesting.keys import Keys, key_of

WORDS = (
    "党建引领",
    "党建",
    "产业链",
    "重庆市",
    "5300计划",
    "战略合作",
    "楼宇党建",
    "上海",
    "cbd商圈",
    "绿色",
    "晚灯",
)


def literally(key: str, typed: str) -> set[int]:
    return {at for at in range(len(key)) if key.startswith(typed, at)}


def sounding(key: str, typed: str) -> set[int]:
    """Places at which the whole of ``typed`` can be read off the key."""
    syllables = set(characters_by_reading())

    def fits(at: int, rest: str) -> bool:
        if not rest:
            return True
        if at == len(key):
            return False
        if key[at] == rest[0] and fits(at + 1, rest[1:]):
            return True
        for sound in readings(key[at]):
            pieces = {sound[:1], sound} | ({sound[:2]} if sound[:2] in ("zh", "ch", "sh") else set())
            if any(piece in syllables | {sound[:1], sound[:2]} and rest.startswith(piece)
                   and fits(at + 1, rest[len(piece):]) for piece in pieces):  # fmt: skip
                return True
            if sound.startswith(rest):
                return True
        return False

    return {at for at in range(len(key)) if fits(at, as_typed(typed))}


def ranks(keys: list[str], typed: str) -> dict[int, int]:
    found = {}
    for number, key in enumerate(keys):
        characters = literally(key, typed)
        sounds = sounding(key, typed) if any("a" <= c <= "z" for c in typed) else set()
        if len(typed) == 1 and typed.isascii():
            characters, sounds = characters & {0}, sounds & {0}
        for rank, holds in enumerate((0 in characters, 0 in sounds, bool(characters), bool(sounds))):
            if holds:
                found[number] = rank
                break
    return found


def found(keys: list[str], typed: str) -> dict[int, int]:
    answer = Keys(keys).find(typed)
    return dict(zip(answer.keys.tolist(), answer.rank.tolist(), strict=True))


@pytest.mark.parametrize(
    ("typed", "word"),
    [
        ("djyl", "党建引领"),
        ("dangjian", "党建"),
        ("DANG jian", "党建引领"),
        ("dangj", "党建"),
        ("chanyelian", "产业链"),
        ("cyl", "产业链"),
        ("chyl", "产业链"),
        ("党建yl", "党建引领"),
        ("dang建yinling", "党建引领"),
        ("chongqing", "重庆市"),
        ("5300jh", "5300计划"),
        ("zhanlue", "战略合作"),
        ("zhanlve", "战略合作"),
        ("lvse", "绿色"),
        ("cbdsq", "cbd商圈"),
        ("ＤＪ", "党建"),
        ("黨建", "党建引领"),
    ],
)
def test_begins_as_typed(typed: str, word: str) -> None:
    assert found(list(WORDS), key_of(typed))[WORDS.index(word)] in (0, 1)


@pytest.mark.parametrize("typed", ["", "djx", "dangx", "党健", "zz"])
def test_what_does_not_fit_is_not_found(typed: str) -> None:
    assert found(list(WORDS), key_of(typed)) == {}


def test_a_match_never_runs_from_one_key_into_the_next() -> None:
    assert found(["党建", "引领"], "dangjianyin") == {}
    assert found(["党建", "引领"], "建引") == {}


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.text("党建引领产业链重庆长城5ac𠮷", max_size=6), min_size=1, max_size=6),
    st.text("dangjiyle重庆党建长5c𠮷", min_size=1, max_size=8),
)
def test_equals_the_slow_walk(keys: list[str], typed: str) -> None:
    assert found(keys, typed) == ranks(keys, typed)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=5), st.data())
def test_any_mixture_of_the_ways_to_type_finds_the_word(words: list[str], data: st.DataObject) -> None:
    word = data.draw(st.sampled_from(words))
    typed = ""
    for character in word[: data.draw(st.integers(1, len(word)))]:
        sounds = readings(character) or (character,)
        sound = data.draw(st.sampled_from(sounds))
        typed += data.draw(st.sampled_from([character, sound, sound[0]]))
    assert words.index(word) in found(words, as_typed(typed))
