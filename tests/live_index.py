"""The Whoosh index of the test's archive, for tests that look into its files."""

from __future__ import annotations

from haystack import connections

from reports.search.engines.whoosh.index import ArchiveIndex


def live_index() -> ArchiveIndex:
    index: ArchiveIndex = connections["default"].get_backend().engine.index
    return index
