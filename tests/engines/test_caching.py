"""What is kept for the next search is bounded, whatever is asked."""

import numpy as np

from reports.search.engines.whoosh.literal.caching import ArrayCache


def test_least_recently_used_goes_first():
    cache = ArrayCache(3 * 1300)
    for name in "abc":
        cache.get(name, lambda: np.zeros(1000, np.uint8))
    assert cache.peek("a") is not None
    cache.put("d", np.zeros(1000, np.uint8))
    assert [name for name in "abcd" if cache.peek(name) is not None] == ["a", "c", "d"]


def test_what_is_kept_is_not_made_again():
    cache = ArrayCache(10_000)
    first = cache.get("a", lambda: np.zeros(10))
    assert cache.get("a", lambda: np.ones(10)) is first


def test_empty_arrays_are_bounded_too():
    cache = ArrayCache(30_000)
    for number in range(1000):
        cache.put(number, np.zeros(0))
    assert sum(cache.peek(number) is not None for number in range(1000)) <= 100


def test_what_is_larger_than_the_bound_is_not_kept():
    cache = ArrayCache(1000)
    assert len(cache.get("a", lambda: np.zeros(5000, np.uint8))) == 5000
    assert cache.peek("a") is None
    cache.put("b", np.zeros(10))
    assert cache.peek("b") is not None
