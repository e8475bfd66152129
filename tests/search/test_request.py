"""URL parameters: read with patience, written in one way only."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.search.request import FACETS, MAX_PAGE, Scope, SearchRequest, Sort
from reports.search.syntax import MAX_LENGTH


def read(**parameters: str | list[str]) -> SearchRequest:
    return SearchRequest.from_parameters(
        {name.rstrip("_"): [value] if isinstance(value, str) else value for name, value in parameters.items()}
    )


def test_no_parameters_ask_for_everything() -> None:
    assert SearchRequest.from_parameters({}) == SearchRequest()
    assert SearchRequest().parameters() == []


def test_every_parameter_is_read() -> None:
    request = read(
        q=" 党建引领 产业链 ",
        scope="section",
        district=["370112", "jinan-gaoxin"],
        initiative="liu-ji",
        year=["2024", "none"],
        named="1",
        **{"-year": "2020年", "-district": ["370101", "370102"]},
        source="晨报，乙版",
        from_="2021",
        to="2024-02",
        sort="-date",
        page="3",
        page_size="50",
        v="g7-12",
    )
    assert request == SearchRequest(
        q="党建引领 产业链",
        scope=Scope.SECTION,
        refinements={
            "district": ("370112", "jinan-gaoxin"),
            "initiative": ("liu-ji",),
            "year": ("2024", "none"),
            "source": ("晨报，乙版",),
        },
        excluded={"district": ("370101", "370102"), "year": ("2020",)},
        named=True,
        date_from=date(2021, 1, 1),
        date_to=date(2024, 2, 29),
        sort=Sort.NEWEST,
        page=3,
        page_size=50,
    )
    assert request.version_of_first_page == "g7-12"
    assert request.notices == ()


def test_a_comma_does_not_part_values() -> None:
    assert read(initiative="信号灯, 机制").selected("initiative") == ("信号灯, 机制",)


def test_values_keep_their_order_and_stand_once() -> None:
    assert read(year=["2023", "2021", " 2023 ", ""]).selected("year") == ("2023", "2021")


@pytest.mark.parametrize("page", ["", "0", "-3", "abc", "1.5", "一"])
def test_a_page_that_is_none_is_the_first(page: str) -> None:
    assert read(page=page).page == 1


@pytest.mark.parametrize(("page", "number"), [("7", 7), ("123456", 123456), ("9" * 5000, MAX_PAGE)])
def test_a_page_beyond_the_end_stays_what_was_asked(page: str, number: int) -> None:
    assert read(page=page).page == number


@pytest.mark.parametrize(
    ("size", "number"), [("0", 1), ("-5", 1), ("1", 1), ("100", 100), ("5000", 100), ("x", 20)]
)
def test_page_size_stays_within_bounds(size: str, number: int) -> None:
    assert read(page_size=size).page_size == number


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2023", date(2023, 1, 1), date(2023, 12, 31)),
        ("2023年", date(2023, 1, 1), date(2023, 12, 31)),
        ("2023-4", date(2023, 4, 1), date(2023, 4, 30)),
        ("2023-04-05", date(2023, 4, 5), date(2023, 4, 5)),
        ("2023/4/5", date(2023, 4, 5), date(2023, 4, 5)),
        ("2023年4月5日", date(2023, 4, 5), date(2023, 4, 5)),
        ("2023年4月", date(2023, 4, 1), date(2023, 4, 30)),
    ],
)
def test_a_year_or_month_means_all_its_days(text: str, first: date, last: date) -> None:
    request = read(from_=text, to=text)
    assert (request.date_from, request.date_to) == (first, last)


@pytest.mark.parametrize("text", ["2023-13", "2023-02-30", "23", "昨天", "0000", "20230405x"])
def test_a_date_that_is_none_is_left_out_and_said(text: str) -> None:
    request = read(from_=text)
    assert request.date_from is None
    assert text in request.notices[0]


def test_dates_in_the_wrong_order_change_places() -> None:
    request = read(from_="2024", to="2022")
    assert (request.date_from, request.date_to) == (date(2022, 1, 1), date(2024, 12, 31))
    assert request.notices


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({"scope": "book"}, SearchRequest()),
        ({"sort": "rand"}, SearchRequest()),
        ({"year": "去年"}, SearchRequest()),
    ],
)
def test_what_makes_no_sense_is_left_out_and_said(
    parameters: dict[str, str], expected: SearchRequest
) -> None:
    request = read(**parameters)  # type: ignore[arg-type]
    assert request == expected
    assert request.notices


def test_a_query_too_long_is_cut_and_said() -> None:
    request = read(q="党" * 100_000)
    assert request.q == "党" * MAX_LENGTH
    assert request.notices
    assert not read(q="党" * MAX_LENGTH).notices


def test_characters_that_no_text_can_hold_are_replaced() -> None:
    assert read(q="党\x00建\ud800").q == "党 建\ufffd"
    assert read(source="甲\x00").selected("source") == ("甲",)


def test_only_links_to_further_pages_carry_the_index_version() -> None:
    request = SearchRequest(q="党建", version_of_first_page="g1")
    assert ("v", "g1") in request.with_page(2).parameters()
    assert ("v", "g1") not in request.parameters()
    assert ("v", "g1") not in request.with_page(2).with_toggled("year", "2024").parameters()


def test_a_version_that_cannot_be_one_is_ignored() -> None:
    assert read(v="<script>", page="2").version_of_first_page == ""


def test_toggling_twice_gives_the_request_back() -> None:
    request = SearchRequest(q="党建", refinements={"year": ("2024",)})
    assert request.with_toggled("year", "2023").selected("year") == ("2024", "2023")
    assert request.with_toggled("year", "2023").with_toggled("year", "2023") == request
    assert request.with_exclusion_toggled("year", "2023").with_exclusion_toggled("year", "2023") == request


def test_a_value_is_selected_or_excluded_never_both() -> None:
    request = SearchRequest(refinements={"year": ("2024",)})
    excluded = request.with_exclusion_toggled("year", "2024")
    assert (excluded.refinements, excluded.excluded) == ({}, {"year": ("2024",)})
    assert excluded.with_toggled("year", "2024") == request
    assert excluded.is_refined
    assert not excluded.unrefined().is_refined


def test_pages_begin_anew_when_a_value_is_chosen() -> None:
    request = SearchRequest(q="党建", refinements={"year": ("2024",)})
    assert request.with_page(4).with_toggled("district", "370100").page == 1


values = st.lists(st.text(min_size=1, max_size=5), max_size=3)


@given(
    st.fixed_dictionaries(
        {},
        optional={
            "q": st.lists(st.text(max_size=20), max_size=2),
            "scope": st.lists(st.sampled_from(["article", "section", "figure", "x"]), max_size=2),
            "sort": st.lists(st.sampled_from(["relevance", "-date", "date", "district", "y"]), max_size=2),
            "year": st.lists(st.sampled_from(["2021", "２０２２", "none", "x", ""]), max_size=4),
            "from": st.lists(st.sampled_from(["2021", "2022-02", "2023-03-04", "x"]), max_size=2),
            "to": st.lists(st.sampled_from(["2021", "2022-02", "2023-03-04", "x"]), max_size=2),
            "page": st.lists(st.sampled_from(["1", "2", "-1", "999999999999999"]), max_size=2),
            "page_size": st.lists(st.sampled_from(["1", "20", "500"]), max_size=2),
            "v": st.lists(st.sampled_from(["g1", "//"]), max_size=2),
            **{facet: values for facet in FACETS if facet != "year"},
            **{f"-{facet}": values for facet in FACETS if facet != "year"},
            "-year": st.lists(st.sampled_from(["2021", "none", "x"]), max_size=2),
            "named": st.lists(st.sampled_from(["1", "0", ""]), max_size=2),
        },
    )
)
def test_reading_what_was_written_gives_the_same_request(parameters: dict[str, list[str]]) -> None:
    request = SearchRequest.from_parameters(parameters)
    written: dict[str, list[str]] = {}
    for name, value in request.parameters():
        written.setdefault(name, []).append(value)
    again = SearchRequest.from_parameters(written)
    assert again == request
    assert again.version_of_first_page == request.version_of_first_page
    assert again.parameters() == request.parameters()
    assert not again.notices
