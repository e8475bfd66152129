import unicodedata

import opencc
import pytest

from reports.language.variants import simplified_character

IDEOGRAPHS = [
    chr(code) for code in (*range(0x2E80, 0x2FE0), *range(0x3400, 0xA000), *range(0x20000, 0x32400))
]


def test_a_simplified_character_is_one_character_and_final() -> None:
    for character in IDEOGRAPHS:
        simple = simplified_character(character)
        assert len(simple) == 1
        assert simplified_character(simple) == simple


def test_the_general_table_of_opencc_is_followed() -> None:
    general = opencc.OpenCC("t2s").convert("\n".join(IDEOGRAPHS)).split("\n")
    for character, simple in zip(IDEOGRAPHS, general, strict=True):
        if simple != character:
            assert simplified_character(character) == simplified_character(simple)


@pytest.mark.parametrize(
    "pair", ["薴苎", "衞卫", "敍叙", "粧妆", "糭粽", "著著", "么么", "麽么", "⻛风", "濬浚", "澂澄", "aa"]
)
def test_examples(pair: str) -> None:
    assert simplified_character(pair[0]) == pair[1]


def test_every_radical_becomes_another_character() -> None:
    radicals = [chr(code) for code in range(0x2E81, 0x2EF4) if code != 0x2E9A]
    assert [radical for radical in radicals if simplified_character(radical) == radical] == []


def test_radicals_are_named_after_what_they_become() -> None:
    # A slip of one place in the table would give a neighbour's character.
    assert simplified_character("⻰") == "龙"
    assert simplified_character("⺠") == "民"
    assert simplified_character("⺁") == "厂"
    assert simplified_character("⺬") == "示"
    assert simplified_character("⻞") == "𩙿"
    assert simplified_character("⻳") == "龟"
    assert unicodedata.name("⻢").endswith("HORSE")
    assert simplified_character("⻢") == "马"
