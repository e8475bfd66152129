"""Decodes bytes. Tries a byte-order mark, UTF-8, UTF-16 by its byte pattern, GB18030 and Big5; then guesses.

The most certain tests come first. A byte-order mark and strict UTF-8 are almost never wrong. Nearly every
Big5 text is also valid GB18030, so the share of common characters decides between the two. A few invalid
bytes in a valid text become U+FFFD and a problem for the reviewer; the charset stays.
"""

from __future__ import annotations

import codecs
from functools import lru_cache

from charset_normalizer import from_bytes

from .document import DecodedText, UnreadableDocument

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    # UTF-32 LE comes before UTF-16 LE, because its mark begins with that of UTF-16 LE.
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (b"\x84\x31\x95\x33", "gb18030"),
)
_REPLACEMENT = "\ufffd"
_SAMPLE = 60_000
_PLAUSIBLE = 0.75
"""A charset is certain if the share of common characters is higher. Real pages have 0.97 and more in the
right charset and less than 0.6 in the wrong one (tests/ingest/test_charset.py)."""
_POSSIBLE = 0.6


def decode(data: bytes) -> DecodedText:
    """Decode ``data``; line ends stay as they are, a byte-order mark is dropped, NUL becomes U+FFFD.

    Not every database can store NUL; CommonMark prescribes U+FFFD for it (spec 0.31, 2.3). Raises
    :class:`UnreadableDocument` if no charset gives a readable text.
    """
    decoded = _read(data)
    return DecodedText(decoded.text.replace("\0", _REPLACEMENT), decoded.charset, decoded.is_certain)


def _read(data: bytes) -> DecodedText:
    for mark, name in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return DecodedText(data[len(mark) :].decode(name, "replace"), name)
    # NUL is valid in UTF-8, so Latin text in UTF-16 is valid UTF-8 as well: test the byte pattern first.
    wide = _read_wide(data)
    if wide and b"\0" in data:
        return wide
    if text := _strictly(data, "utf-8"):
        return DecodedText(text, "utf-8")
    return wide or _read_damaged_utf8(data) or _read_chinese(data) or _guess(data)


def _strictly(data: bytes, charset: str) -> str | None:
    try:
        return data.decode(charset)
    except UnicodeDecodeError:
        return None


def _read_wide(data: bytes) -> DecodedText | None:
    """UTF-32 or UTF-16 without a mark, recognised by the positions of zero bytes and Chinese high bytes."""
    sample = data[:_SAMPLE]
    if len(sample) < 4:
        return None
    if sample.count(0) * 9 > len(sample) * 4 and len(data) % 4 == 0:
        for name in ("utf-32-le", "utf-32-be"):
            if text := _strictly(data, name):
                return DecodedText(text, name)
    for name, high, low in (
        ("utf-16-le", sample[1::2], sample[::2]),
        ("utf-16-be", sample[::2], sample[1::2]),
    ):
        likely = sum(map(_LIKELY_HIGH_BYTES.__contains__, high))
        # In ASCII text both halves contain likely bytes; the high half is the one with more zeros.
        if likely < 0.95 * len(high) or high.count(0) < low.count(0):
            continue
        if _common_share(text := data.decode(name, "replace")) > _PLAUSIBLE:
            return DecodedText(text, name)
    return None


_LIKELY_HIGH_BYTES = frozenset(
    (0x00, 0x20, 0x21, 0x22, 0x23, 0x24, 0x25, 0x30, 0xFE, 0xFF, *range(0x4E, 0xA0))
)


def _read_damaged_utf8(data: bytes) -> DecodedText | None:
    text = data.decode("utf-8", "replace")
    broken = text.count(_REPLACEMENT)
    sound = sum(1 for character in text if character > "\x7f") - broken
    return DecodedText(text, "utf-8") if sound >= 10 * broken else None


def _read_chinese(data: bytes) -> DecodedText | None:
    """GB18030 or Big5: first without errors, then with at most one invalid character per hundred."""
    readings = [
        (_common_share(text), -order, text, name)
        for order, (codec, name) in enumerate(
            (("gb18030", "gb18030"), ("big5hkscs", "big5"), ("cp950", "big5"))
        )
        if (text := _strictly(data, codec)) is not None
    ]
    if not readings or max(readings)[0] < _PLAUSIBLE:
        for order, (codec, name) in enumerate((("gb18030", "gb18030"), ("cp950", "big5"))):
            text = data.decode(codec, "replace")
            foreign = sum(1 for character in text if character > "\x7f")
            if text.count(_REPLACEMENT) <= max(1, foreign // 100):
                readings.append((_common_share(text), -order, text, name))
    if not readings:
        return None
    share, _, text, name = max(readings)
    # Between the two limits is text with many rare characters. It is more likely right than a guess.
    return DecodedText(text, name, is_certain=share >= _PLAUSIBLE) if share >= _POSSIBLE else None


def _common_share(text: str) -> float:
    """Share of common Chinese characters and punctuation among the non-ASCII ones, from 0 to 1."""
    foreign = [character for character in text[:_SAMPLE] if character > "\x7f"]
    if not foreign:
        return 1.0
    common = _common_characters()
    return sum(1 for character in foreign if character in common) / len(foreign)


@lru_cache(maxsize=1)
def _common_characters() -> frozenset[str]:
    """Level 1 of GB 2312 (3,755 characters), level 1 of Big5 (5,401), and the punctuation of both."""
    pairs = bytearray()
    for lead in (*range(0xA1, 0xA4), *range(0xB0, 0xD8)):
        for trail in range(0xA1, 0xFF):
            pairs += bytes((lead, trail))
    simplified = pairs.decode("gb2312", "ignore")
    pairs.clear()
    for lead in (0xA1, *range(0xA4, 0xC7)):
        for trail in (*range(0x40, 0x7F), *range(0xA1, 0xFF)):
            pairs += bytes((lead, trail))
    return frozenset(simplified + pairs.decode("big5", "ignore") + "—–…·“”‘’\u00a0\u3000\ufeff•～﹏")


def _guess(data: bytes) -> DecodedText:
    best = from_bytes(data[:_SAMPLE]).best()
    if best is not None:
        text = data.decode(best.encoding, "replace")
        words = sum(1 for character in text if character.isalnum() or character.isspace())
        if words > 0.7 * len(text) and text.count(_REPLACEMENT) * 100 <= len(text):
            return DecodedText(text, best.encoding.replace("_", "-"), is_certain=False)
    raise UnreadableDocument(
        "认不出这个文件的文字编码，也可能它根本不是文字。"
        "请用记事本或 WPS 打开，确认能正常显示后另存为“UTF-8”编码的 .txt 再上传。"
    )
