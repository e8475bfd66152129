"""Which blocks of a hit are shown, and what is said of them."""

from __future__ import annotations

from reports.search.answering.facet_labels import list_facets
from reports.search.answering.facet_names import FacetNames
from reports.search.answering.snippets import SNIPPETS, headline_marks, make_snippets, matched_headings
from reports.search.contract.passages import MatchedBlock, choose_blocks
from reports.search.contract.values import Passage
from reports.search.request import FACETS, Scope, SearchRequest

CANAL = MatchedBlock(1, "body", 1, -1, frozenset({"水渠"}))
CANAL_AGAIN = MatchedBlock(2, "body", 1, -1, frozenset({"水渠"}))
LAMP = MatchedBlock(3, "body", 1, -1, frozenset({"路灯"}))
ELSEWHERE = MatchedBlock(4, "body", 2, -1, frozenset({"水渠"}))
HEADLINE = MatchedBlock(0, "headline", -1, -1, frozenset({"水渠", "路灯"}))

NAMES = FacetNames({"district": {}, "initiative": {}, "year": {}, "source": {}}, {})


def chosen(*blocks: MatchedBlock, scope: Scope = Scope.ARTICLE) -> list[MatchedBlock]:
    return choose_blocks(blocks, scope, SNIPPETS)


def test_a_section_is_shown_once() -> None:
    assert chosen(CANAL, CANAL_AGAIN, ELSEWHERE) == [CANAL, ELSEWHERE]


def test_a_word_that_no_other_block_shows_gets_a_second_one_of_its_section() -> None:
    assert set(chosen(CANAL, CANAL_AGAIN, ELSEWHERE, LAMP)) == {CANAL, ELSEWHERE, LAMP}


def test_a_section_that_is_the_hit_may_show_several_blocks() -> None:
    assert chosen(CANAL, CANAL_AGAIN, scope=Scope.SECTION) == [CANAL, CANAL_AGAIN]


def test_at_most_three_are_shown() -> None:
    sections = [MatchedBlock(number, "body", number, -1, CANAL.strings) for number in range(1, 9)]
    assert chosen(*sections) == sections[:3]


def test_the_headline_is_repeated_only_where_nothing_else_matched() -> None:
    assert chosen(HEADLINE, CANAL) == [CANAL]
    assert chosen(HEADLINE) == [HEADLINE]
    assert chosen() == []


def test_each_pull_quote_is_a_place_of_its_own() -> None:
    quotes = [MatchedBlock(number, "pull_quote", -1, -1, CANAL.strings) for number in (7, 8)]
    assert chosen(*quotes) == quotes


def test_a_snippet_links_to_its_place() -> None:
    def anchor(kind: str, section: int, figure: int, paragraph: int = 1) -> str:
        passage = Passage(kind, section, figure, "水渠清淤。", (), paragraph)
        (snippet,) = make_snippets([passage], {2: "清淤"})
        return snippet.anchor

    assert anchor("body", 2, -1, 3) == "s2.p3"
    assert anchor("heading", 2, -1) == "s2"
    assert anchor("lead", 0, -1, 2) == "lead.p2"
    assert anchor("caption", -1, 3) == "f3"
    assert anchor("pull_quote", -1, -1, 2) == "q2"
    assert anchor("deck", -1, -1) == ""


def test_marks_of_a_headline_that_has_changed_are_let_go() -> None:
    headline = Passage("headline", -1, -1, "水渠路灯", ((0, 4),))
    assert headline_marks(headline, "水渠路灯") == ((0, 4),)
    assert headline_marks(headline, "路灯水渠") == ()
    assert headline_marks(None, "路灯水渠") == ()


def test_headings_are_listed_in_reading_order() -> None:
    headings = {2: "通水", 1: "清淤", 3: "管护", 4: ""}
    assert matched_headings({1, 2, -1}, headings) == ("通水", "清淤")


def test_a_facet_lists_what_is_chosen_whatever_the_engine_counts() -> None:
    facets = list_facets({}, SearchRequest(refinements={"year": ("2021",)}), {}, NAMES)
    assert [(value.value, value.count, value.selected) for value in facets["year"]] == [("2021", 0, True)]
    assert set(facets) == set(FACETS)
