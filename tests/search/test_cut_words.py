"""Cutting an unbroken word: nothing but punctuation is dropped, and only where it helps."""

import pytest

from reports.language.segment import default_segmenter
from reports.search.syntax import parse
from reports.search.syntax.cutting import SegmentedQuery, segment_query, segment_word, segment_words


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("党建引领，产业链！", ("党建引领", "产业链")),
        ("“党建引领”", ("党建引领",)),
        ("c++", ("c++",)),
        ("1+4+4+n", ("1+4+4+n",)),
        ("一二三四", ("一二三四",)),
        ("，", ("，",)),
    ],
)
def test_words_without_their_punctuation(text: str, pieces: tuple[str, ...]) -> None:
    assert segment_word(text, default_segmenter()) == pieces


def cut_whole(query: str) -> SegmentedQuery | None:
    parsed = parse(query)
    return segment_query(parsed, segment_words(parsed, default_segmenter()))


def test_a_query_is_cut_word_by_word() -> None:
    cut = cut_whole("党建引领产业链 水渠")
    assert cut is not None
    assert (cut.text, cut.unsegmented, cut.is_long) == ("党建引领 产业链 水渠", ("党建引领产业链",), True)


@pytest.mark.parametrize(
    "query",
    [
        "",
        "水渠",
        "党建引领 产业链",
        "“党建引领产业链”",
        "-党建引领产业链",
        "标题:党建引领产业链",
        "党建引领产业链 OR 水渠",
    ],
)
def test_what_is_no_unbroken_plain_word_is_not_cut(query: str) -> None:
    assert cut_whole(query) is None
