"""``SEARCH_URL`` names the engine; nothing else does."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from reports.search.connection import engine, index_folder, open_engine


@pytest.mark.parametrize("url", ["/srv/index", "whoosh", "whoosh:", ":/srv/index", "C:\\index", ""])
def test_a_url_without_a_scheme_or_a_place_is_refused_in_plain_words(url: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="SEARCH_URL"):
        open_engine(url)


def test_an_unknown_engine_is_named_with_those_that_are_known() -> None:
    with pytest.raises(ImproperlyConfigured, match=r"solr.*whoosh"):
        open_engine("solr:/srv/index")


def test_engines_of_one_place_are_one_index(tmp_path: Path) -> None:
    one, other = open_engine(f"whoosh:{tmp_path}"), open_engine(f"whoosh:{tmp_path}/../{tmp_path.name}")
    assert one.place == other.place == str(tmp_path)
    assert open_engine(f"whoosh:{tmp_path}/elsewhere").place != one.place


def test_the_archives_own_engine_is_that_of_haystacks_connection() -> None:
    assert engine().place == str(index_folder())
