"""A text comes out of its bytes as it went in, whatever charset a newspaper office saved it in."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports.ingest import UnreadableDocument, decode, parse

PAGE = (
    "柳林区：小站里的大服务\n\n记者　方圆\n\n"
    "柳林区在居民楼下开了三十六个“便民小站”，能修鞋、能配钥匙，也能办证，老人们都说方便。\n"
)
TRADITIONAL = (
    "柳林區：小站裡的大服務\n\n記者　方圓\n\n"
    "柳林區在居民樓下開了三十六個「便民小站」，能修鞋、能配鑰匙，也能辦證，老人們都說方便。\n"
)


@pytest.mark.parametrize(
    ("codec", "named"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8"),
        ("gb18030", "gb18030"),
        ("gbk", "gb18030"),
        ("gb2312", "gb18030"),
        ("utf-16", "utf-16-le"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
        ("utf-32", "utf-32-le"),
        ("utf-32-le", "utf-32-le"),
        ("utf-32-be", "utf-32-be"),
    ],
)
def test_simplified_page_is_read_in_every_charset(codec: str, named: str) -> None:
    decoded = decode(PAGE.encode(codec))
    assert (decoded.text, decoded.charset, decoded.is_certain) == (PAGE, named, True)


@pytest.mark.parametrize("codec", ["big5", "cp950", "big5hkscs"])
def test_traditional_page_is_read_as_big5(codec: str) -> None:
    decoded = decode(TRADITIONAL.encode(codec))
    assert (decoded.text, decoded.charset) == (TRADITIONAL, "big5")


def test_traditional_page_saved_on_the_mainland_is_read_as_gb18030() -> None:
    assert decode(TRADITIONAL.encode("gb18030")).text == TRADITIONAL


@pytest.mark.parametrize("mark", ["utf-16-be", "utf-32-be"])
def test_big_endian_byte_order_mark_is_dropped(mark: str) -> None:
    assert decode(("\ufeff" + PAGE).encode(mark)).text == PAGE


def test_latin_text_in_utf16_is_not_taken_for_utf8_full_of_nul() -> None:
    assert decode("Chengyang District\r\n".encode("utf-16-le")).text == "Chengyang District\r\n"


def test_one_broken_byte_costs_one_character_and_not_the_page() -> None:
    for codec in ("utf-8", "gb18030"):
        data = bytearray((PAGE * 9).encode(codec))
        position = data.index("钥".encode(codec))
        data[position] = 0xFF
        decoded = decode(bytes(data))
        assert decoded.charset == codec
        assert decoded.text.count("柳林区") == (PAGE * 9).count("柳林区")
        assert "\ufffd" in decoded.text


def test_text_cut_within_its_last_character_is_read() -> None:
    for codec in ("utf-8", "gb18030", "utf-16"):
        assert decode(PAGE.strip("\n").encode(codec)[:-1]).text.startswith(PAGE[:60])


def test_nul_becomes_the_replacement_character_and_a_problem() -> None:
    data = PAGE.replace("方便", "方\0便").encode()
    assert "\0" not in decode(data).text
    [article] = parse(data)
    assert "replacement_character" in [problem.code for problem in article.problems]


FREQUENT = [
    bytes((lead, trail)).decode("gb2312") for lead in range(0xB0, 0xD7) for trail in range(0xA1, 0xFF)
]


@settings(deadline=None)
@given(st.lists(st.sampled_from(FREQUENT), min_size=5).map("".join))
def test_random_common_characters_survive_gb18030(text: str) -> None:
    assert decode(text.encode("gb18030")).text == text


@settings(deadline=None)
@given(st.binary(max_size=400))
def test_decoding_answers_or_refuses(data: bytes) -> None:
    with suppress(UnreadableDocument):
        assert isinstance(decode(data).text, str)


@pytest.mark.shared
@pytest.mark.parametrize(("folder", "charset"), [("gb18030-blogs", "gb18030"), ("big5-blogs", "big5")])
def test_real_pages_are_read_in_their_charset(shared: Path, folder: str, charset: str) -> None:
    files = sorted((shared / "encodings" / folder).iterdir())
    assert len(files) >= 20
    for file in files:
        decoded = decode(file.read_bytes())
        assert (decoded.charset, decoded.is_certain) == (charset, True), file.name
        assert decoded.text.count("\ufffd") == 0, file.name
