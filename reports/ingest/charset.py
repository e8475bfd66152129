"""Bytes to text: byte-order mark, UTF-8, UTF-16 by its byte pattern, GB18030, Big5; a guess only then.

The order is that of certainty. A byte-order mark and strict UTF-8 hardly ever err. Nearly every Big5 text is
also valid GB18030, so between these two the commoner characters decide. A few broken bytes in an otherwise
sound text become U+FFFD and a problem for the reviewer; they are no reason to read the whole page wrongly.
"""

from __future__ import annotations

import codecs
from functools import lru_cache

from charset_normalizer import from_bytes

from .document import Decoded, UnreadableDocument

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    # UTF-32 LE before UTF-16 LE: its mark begins with the other's.
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (b"\x84\x31\x95\x33", "gb18030"),
)
_REPLACEMENT = "\ufffd"
_SAMPLE = 60_000
_PLAUSIBLE = 0.75
"""Share of common characters above which a reading is believed without a guess. Real pages reach 0.97 and
more in the right charset and stay below 0.6 in the wrong one (tests/ingest/test_charset.py)."""
_POSSIBLE = 0.6


def decode(data: bytes) -> Decoded:
    """Decode ``data``; line ends stay as they are, a byte-order mark is dropped, NUL becomes U+FFFD.

    NUL has no place in a text and cannot be stored by every database; U+FFFD instead is what CommonMark
    prescribes (spec 0.31, 2.3). Raises :class:`UnreadableDocument` when no charset makes text of it.
    """
    decoded = _read(data)
    return Decoded(decoded.text.replace("\0", _REPLACEMENT), decoded.charset, decoded.certain)


def _read(data: bytes) -> Decoded:
    for mark, name in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return Decoded(data[len(mark) :].decode(name, "replace"), name)
    # NUL is valid UTF-8, so Latin text in UTF-16 would pass for it: the byte pattern comes first then.
    wide = _read_wide(data)
    if wide and b"\0" in data:
        return wide
    if text := _strictly(data, "utf-8"):
        return Decoded(text, "utf-8")
    return wide or _read_damaged_utf8(data) or _read_chinese(data) or _guess(data)


def _strictly(data: bytes, charset: str) -> str | None:
    try:
        return data.decode(charset)
    except UnicodeDecodeError:
        return None


def _read_wide(data: bytes) -> Decoded | None:
    """UTF-32 or UTF-16 without a mark, told by where zero bytes and the high bytes of Chinese stand."""
    sample = data[:_SAMPLE]
    if len(sample) < 4:
        return None
    if sample.count(0) * 9 > len(sample) * 4 and len(data) % 4 == 0:
        for name in ("utf-32-le", "utf-32-be"):
            if text := _strictly(data, name):
                return Decoded(text, name)
    for name, high, low in (
        ("utf-16-le", sample[1::2], sample[::2]),
        ("utf-16-be", sample[::2], sample[1::2]),
    ):
        likely = sum(map(_LIKELY_HIGH_BYTES.__contains__, high))
        # In ASCII text both halves hold likely bytes; the high half is the one with the zeros.
        if likely < 0.95 * len(high) or high.count(0) < low.count(0):
            continue
        if _common_share(text := data.decode(name, "replace")) > _PLAUSIBLE:
            return Decoded(text, name)
    return None


_LIKELY_HIGH_BYTES = frozenset(
    (0x00, 0x20, 0x21, 0x22, 0x23, 0x24, 0x25, 0x30, 0xFE, 0xFF, *range(0x4E, 0xA0))
)


def _read_damaged_utf8(data: bytes) -> Decoded | None:
    text = data.decode("utf-8", "replace")
    broken = text.count(_REPLACEMENT)
    sound = sum(1 for character in text if character > "\x7f") - broken
    return Decoded(text, "utf-8") if sound >= 10 * broken else None


def _read_chinese(data: bytes) -> Decoded | None:
    """GB18030 or Big5: strictly first, then with at most one broken character in a hundred."""
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
    # Between the two lies text full of rare characters: still likelier than what a guesser makes of it.
    return Decoded(text, name, certain=share >= _PLAUSIBLE) if share >= _POSSIBLE else None


def _common_share(text: str) -> float:
    """Share of common Chinese characters and punctuation among the non-ASCII ones, from 0 to 1."""
    foreign = [character for character in text[:_SAMPLE] if character > "\x7f"]
    if not foreign:
        return 1.0
    common = _common_characters()
    return sum(1 for character in foreign if character in common) / len(foreign)


@lru_cache(maxsize=1)
def _common_characters() -> frozenset[str]:
    """Level 1 of GB 2312 (3,755 characters), the frequent ones of Big5 (5,401), and both's punctuation."""
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


def _guess(data: bytes) -> Decoded:
    best = from_bytes(data[:_SAMPLE]).best()
    if best is not None:
        text = data.decode(best.encoding, "replace")
        words = sum(1 for character in text if character.isalnum() or character.isspace())
        if words > 0.7 * len(text) and text.count(_REPLACEMENT) * 100 <= len(text):
            return Decoded(text, best.encoding.replace("_", "-"), certain=False)
    raise UnreadableDocument(
        "认不出这个文件的文字编码，也可能它根本不是文字。"
        "请用记事本或 WPS 打开，确认能正常显示后另存为“UTF-8”编码的 .txt 再上传。"
    )
