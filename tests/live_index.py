"""The Whoosh index of the test's archive, for tests that look into its files."""

from __future__ import annotations

from haystack import connections

from reports.search.engines.whoosh.index import IndexDirectory


def live_index() -> IndexDirectory:
    index: IndexDirectory = connections["default"].get_backend().engine.index
    return index
