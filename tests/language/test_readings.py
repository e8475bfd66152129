"""Readings serve typing by sound: every reading of a character, spelt as input methods spell it."""

import pytest

from reports.language.pinyin import as_typed, characters_by_reading, readings, syllables


@pytest.mark.parametrize(
    ("character", "sounds"),
    [
        ("重", {"zhong", "chong"}),
        ("略", {"lue"}),
        ("女", {"nv"}),
        ("建", {"jian"}),
        ("a", set()),
        ("，", set()),
    ],
)
def test_a_character_has_all_its_readings(character: str, sounds: set[str]) -> None:
    assert sounds <= set(readings(character))
    assert bool(readings(character)) == bool(sounds)


def test_both_directions_agree() -> None:
    table = characters_by_reading()
    for character in "党建引领重庆策略女儿":
        assert all(character in table[sound] for sound in readings(character))
    assert all(character in table["jian"] for character in "建健件")


def test_the_reading_in_context_is_one_of_them() -> None:
    for text in ("重庆银行", "长治久安", "会计", "党建引领产业链"):
        for character, sound in zip(text, syllables(text), strict=True):
            assert as_typed(sound) in readings(character)
