"""What the archive holds, as a table to look up while a reader types: one a process, for one commit.

Built from the index (facet values in use, headlines, frequent words) and the names the database has
for them. A publish makes a new commit, hence a new table; in service the old one goes on answering
while a thread builds the next, at most one every ``_REST`` seconds.
"""

from __future__ import annotations

import logging
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

import numpy as np
import numpy.typing as npt
from django.conf import settings
from django.db import connection

from reports.language.segment import Segmenter, default_segmenter
from reports.models import District, Initiative, InitiativeAlias
from reports.search.engines.errors import IndexDamaged
from reports.search.engines.vocabulary import Vocabulary

from .keys import Keys, Units, key_of

log = logging.getLogger(__name__)

MOST_BYTES = 32 * 1024 * 1024
"""Bound of a table; the oldest headlines are left out beyond it."""
_REST = 30.0
_MOST_COUNTS = 10_000


class HasVocabulary(Protocol):
    """What of an engine is needed here."""

    def place_and_version(self) -> tuple[str, str]: ...

    def vocabulary(self) -> Vocabulary: ...


class Counts(Protocol):
    """How many articles a query finds, and the synonyms and the commit that were counted with."""

    @property
    def expansions(self) -> object: ...

    @property
    def version(self) -> str: ...

    def __call__(self, query: str, /) -> int: ...


class SuggestionKind(StrEnum):
    DISTRICT = "district"
    INITIATIVE = "initiative"
    TERM = "term"
    HEADLINE = "headline"


KINDS = tuple(SuggestionKind)
"""In the order in which they are offered where all else is equal."""


@dataclass(frozen=True, slots=True)
class Entry:
    """``text`` is what to search for, as printed; ``label`` tells same names apart; ``key`` is what is
    looked up; ``weight`` a number of articles."""

    kind: SuggestionKind
    text: str
    label: str
    key: str
    weight: int


class SuggestionTable:
    """The entries of one commit. Safe for threads."""

    def __init__(
        self,
        entries: list[Entry],
        place: str = "",
        version: str = "",
        segmenter: Segmenter | None = None,
    ) -> None:
        self.place = place
        self.version = version
        self.segmenter = segmenter or default_segmenter()
        self.entries = entries
        self.keys = Keys([entry.key for entry in entries])
        self.kind: npt.NDArray[np.int64] = np.array([KINDS.index(entry.kind) for entry in entries], np.int64)
        self.weight: npt.NDArray[np.int64] = np.array([entry.weight for entry in entries], np.int64)
        self._counts: tuple[object, str, dict[str, int]] = (None, "", {})
        self._words: dict[int, tuple[Units, npt.NDArray[np.int64]]] = {}
        self._known = frozenset(entry.key for entry in entries if entry.kind is not SuggestionKind.HEADLINE)

    @property
    def nbytes(self) -> int:
        return sum(map(_size_of, self.entries))

    def has(self, key: str) -> bool:
        """Whether it is a district, an initiative or a frequent word of the archive."""
        return key in self._known

    def words(self, length: int) -> tuple[Units, npt.NDArray[np.int64]]:
        """Keys of that many UTF-16 units, headlines left out: a row of units each, and the entry of each."""
        found = self._words.get(length)
        if found is None:
            starts, units = self.keys.starts, self.keys.units
            lengths = np.diff(np.append(starts, len(units))) - 1
            wanted = np.flatnonzero((lengths == length) & (self.kind != KINDS.index(SuggestionKind.HEADLINE)))
            found = self._words[length] = units[starts[wanted, None] + np.arange(length)], wanted
        return found

    def count(self, text: str, counter: Counts) -> int:
        """Articles that searching for ``text`` finds, exactly: asked once while synonyms and index stay.

        A table may be older than the index; the headline of an article that has gone is then not offered.
        """
        expansions, version, counts = self._counts
        is_still = expansions is counter.expansions and version == counter.version
        if not is_still or len(counts) >= _MOST_COUNTS:
            counts = {}
            self._counts = counter.expansions, counter.version, counts
        if text not in counts:
            counts[text] = counter(text)
        return counts[text]


def build_table(vocabulary: Vocabulary) -> SuggestionTable:
    """Five queries to the database, whatever the size of the archive."""
    entries = [*_districts(vocabulary.facets), *_initiatives(vocabulary.facets.get("initiative", {}))]
    named = {entry.text for entry in entries}
    entries += [
        Entry(SuggestionKind.TERM, term, term, key, count)
        for term, count in vocabulary.terms.items()
        if term not in named and (key := key_of(term))
    ]
    room = MOST_BYTES - sum(map(_size_of, entries))
    for entry in _headlines(vocabulary):
        room -= _size_of(entry)
        if room < 0:
            log.warning("Suggestions: only the newest headlines are offered, more would not fit")
            break
        entries.append(entry)
    return SuggestionTable(entries, vocabulary.place, vocabulary.version, vocabulary.segmenter)


def _districts(facets: Mapping[str, Mapping[str, int]]) -> Iterator[Entry]:
    counts = {**facets.get("city", {}), **facets.get("district", {})}
    rows = District.objects.known().order_by("key").values_list("key", "name", "city__name")
    found = [(key, name, f"{city or ''}{name}") for key, name, city in rows if key in counts]
    shared = Counter(name for _, name, _ in found)
    for key, name, full_name in found:
        # Of several with one name the field tells which is meant: articles seldom print the full name.
        text = name if shared[name] == 1 else f"区县:{full_name}"
        for looked_up in {key_of(name), key_of(full_name)}:
            yield Entry(SuggestionKind.DISTRICT, text, full_name, looked_up, counts[key])


def _initiatives(counts: Mapping[str, int]) -> Iterator[Entry]:
    initiatives = Initiative.objects.current().known().order_by("slug")
    rows = initiatives.values_list("pk", "slug", "name", "owner__name")
    names: dict[int, tuple[str, str, int]] = {}
    for pk, slug, name, owner in rows:
        if slug in counts:
            names[pk] = name, f"{name}（{owner}）" if owner else name, counts[slug]
    for name, label, count in names.values():
        yield Entry(SuggestionKind.INITIATIVE, name, label, key_of(name), count)
    for pk, alias in InitiativeAlias.objects.known().order_by("pk").values_list("initiative_id", "name"):
        if pk in names:
            name, label, count = names[pk]
            yield Entry(SuggestionKind.INITIATIVE, name, f"{label}，又名{alias}", key_of(alias), count)


def _headlines(vocabulary: Vocabulary) -> Iterator[Entry]:
    seen: set[str] = set()
    for _, headline in vocabulary.headlines:
        if headline not in seen and (key := key_of(headline)):
            seen.add(headline)
            yield Entry(SuggestionKind.HEADLINE, headline, headline, key, 1)


def _size_of(entry: Entry) -> int:
    """Bytes an entry takes, its share of the arrays included; strings it shares with itself once."""
    texts = {id(text): text for text in (entry.text, entry.label, entry.key)}
    return sys.getsizeof(entry) + sum(map(sys.getsizeof, texts.values())) + 6 * len(entry.key) + 32


class _Held:
    """The table of this process, and the making of the next."""

    def __init__(self) -> None:
        self.table: SuggestionTable | None = None
        self.made_at = 0.0
        self.making = threading.Lock()

    def get(self, engine: HasVocabulary, is_patient: bool = True) -> SuggestionTable | None:
        place, version = engine.place_and_version()
        table = self.table if self.table is not None and self.table.place == place else None
        if table is not None and table.version == version:
            return table
        if settings.ARCHIVE_BACKGROUND_INDEXING and (table is not None or not is_patient):
            self._renew(engine)
            return table
        with self.making:
            table = self.table
            if table is None or (table.place, table.version) != (place, version):
                table = self._make(engine)
            return table

    def _make(self, engine: HasVocabulary) -> SuggestionTable:
        table = self.table = build_table(engine.vocabulary())
        self.made_at = time.monotonic()
        return table

    def _renew(self, engine: HasVocabulary) -> None:
        rests = self.made_at and time.monotonic() - self.made_at < _REST
        if rests or not self.making.acquire(blocking=False):
            return
        try:
            threading.Thread(
                target=self._renew_beside, args=(engine,), name="suggestions", daemon=True
            ).start()
        except RuntimeError:
            self.making.release()
            raise

    def _renew_beside(self, engine: HasVocabulary) -> None:
        try:
            self._make(engine)
        except (IndexDamaged, OSError):
            log.exception("Suggestions could not be renewed; the old ones stay")
            self.made_at = time.monotonic()
        finally:
            self.making.release()
            connection.close()


_held = _Held()


def table_at_hand(engine: HasVocabulary) -> SuggestionTable | None:
    """The table if there is one; else, in service, None, and one is made beside."""
    return _held.get(engine, is_patient=False)


def current_table(engine: HasVocabulary) -> SuggestionTable:
    """Raises IndexDamaged where there is no table yet and the index cannot be read."""
    table = _held.get(engine)
    assert table is not None
    return table
