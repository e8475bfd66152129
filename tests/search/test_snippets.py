"""Which passages are shown of a hit."""

from __future__ import annotations

import pytest

from reports.search.answering.facet_labels import list_facets
from reports.search.answering.snippets import choose_snippets, headline_marks, matched_headings
from reports.search.contract.values import Passage
from reports.search.request import FACETS, SearchRequest

CANAL = Passage.printed("body", 1, -1, "水渠清淤。", ((0, 2),))
CANAL_AGAIN = Passage.printed("body", 1, -1, "又修水渠。", ((2, 4),))
LAMP = Passage.printed("body", 1, -1, "点亮路灯。", ((2, 4),))
ELSEWHERE = Passage.printed("body", 2, -1, "水渠通水。", ((0, 2),))
HEADLINE = Passage.printed("headline", -1, -1, "水渠路灯", ((0, 2), (2, 4)))
HIDDEN = Passage.printed("initiative", -1, -1, "水渠工程", ((0, 2),))


def texts(*passages: Passage, is_unit: bool = False) -> list[str]:
    return [snippet.text for snippet in choose_snippets(passages, {}, (), is_unit=is_unit)]


def test_a_section_is_shown_once() -> None:
    assert texts(CANAL, CANAL_AGAIN, ELSEWHERE) == [CANAL.text, ELSEWHERE.text]


def test_a_word_that_no_other_passage_shows_gets_a_second_one_of_its_section() -> None:
    assert set(texts(CANAL, CANAL_AGAIN, ELSEWHERE, LAMP)) == {CANAL.text, ELSEWHERE.text, LAMP.text}


def test_a_section_that_is_the_hit_may_show_several_blocks() -> None:
    assert texts(CANAL, CANAL_AGAIN, is_unit=True) == [CANAL.text, CANAL_AGAIN.text]


def test_at_most_three_are_shown() -> None:
    sections = [Passage.printed("body", number, -1, f"水渠{number}", ((0, 2),)) for number in range(1, 9)]
    assert texts(*sections) == ["水渠1", "水渠2", "水渠3"]


def test_the_headline_is_repeated_only_where_nothing_else_matched() -> None:
    assert texts(HEADLINE, CANAL) == [CANAL.text]
    assert texts(HEADLINE) == [HEADLINE.text]


def test_what_is_catalogued_but_not_printed_is_never_shown() -> None:
    unmarked = Passage.printed("lead", 0, -1, "入冬以前。", ())
    assert texts(HIDDEN, unmarked) == [unmarked.text]
    assert texts(HIDDEN) == []


def test_marks_of_a_headline_that_has_changed_are_let_go() -> None:
    assert headline_marks([HEADLINE], "水渠路灯") == ((0, 4),)
    assert headline_marks([HEADLINE], "路灯水渠") == ()


def test_headings_are_listed_in_reading_order() -> None:
    headings = {2: "通水", 1: "清淤", 3: "管护", 4: ""}
    assert matched_headings([CANAL, ELSEWHERE], headings) == ("通水", "清淤")


@pytest.mark.django_db
def test_a_facet_lists_what_is_chosen_whatever_the_engine_counts() -> None:
    facets = list_facets({}, SearchRequest(refinements={"year": ("2021",)}))
    assert [(value.value, value.count, value.selected) for value in facets["year"]] == [("2021", 0, True)]
    assert set(facets) == set(FACETS)
