"""Narrow strings are read as conditions; values are never split, stemmed or escaped away."""

import pytest
from haystack.exceptions import SearchBackendError

from reports.search.contract.conditions import FacetValues
from reports.search.haystack_backend.narrowing import fragment, read_narrow
from reports.search.haystack_backend.query import leaf
from reports.search.syntax.tree import And, Not, Or


def read(text):
    return read_narrow(text, leaf)


@pytest.mark.parametrize(
    "value", ["1+433", "信号灯, 机制", "天桥区 药山街道", 'a"b', "a\\b", "AND", "(x)", ":", "a:b", "-x", "*"]
)
def test_any_value_survives_the_string_haystack_insists_on(value):
    assert read(fragment("district", "exact", value)) == FacetValues("district", (value,))
    # As haystack's own forms write it, with nothing escaped.
    assert read(f'district_exact:"{value}"') == FacetValues("district", (value,))


def test_operators_and_brackets():
    a, b, c = (FacetValues("source", (value,)) for value in "abc")
    assert read("source:a AND source:b") == And((a, b))
    assert read("source:a source:b OR source:c") == Or((And((a, b)), c))
    assert read("source:a AND NOT (source:b OR source:c)") == And((a, Not(Or((b, c)))))


@pytest.mark.parametrize("text", ["", "source:a AND", "(source:a", "source:a)", "nofield:a", "just words"])
def test_what_cannot_be_read_is_refused(text):
    with pytest.raises(SearchBackendError):
        read(text)
