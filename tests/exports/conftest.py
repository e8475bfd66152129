"""The archive of the search tests."""

from tests.search.conftest import archive, searchable, use_engine

__all__ = ["archive", "searchable", "use_engine"]
