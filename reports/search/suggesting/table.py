"""The suggestion table: the names and words of the archive, looked up while a reader types.

Each process has one table of one commit, made from the index (facet values in use, headlines, frequent words)
and the database (their names). A publish makes a new commit, so a new table. In service the old table is used
while a thread makes the next one, at most one every ``_MIN_INTERVAL`` seconds.
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
from reports.search import labels
from reports.search.contract.engine import Engine
from reports.search.contract.errors import IndexDamaged
from reports.search.contract.values import Vocabulary
from reports.search.syntax.tree import FieldName

from .keys import Keys, Units, key_of

log = logging.getLogger(__name__)

MAX_BYTES = 32 * 1024 * 1024
"""Of a table; if there is more, the oldest headlines are left out."""
_MIN_INTERVAL = 30.0
_MAX_COUNTS = 10_000


class Counts(Protocol):
    """Counts the articles that a query finds, with the synonyms and the commit named."""

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
"""In the order in which they are offered if all else is equal."""


@dataclass(frozen=True, slots=True)
class Entry:
    """``text``: the query, as printed; ``label``: distinguishes equal names; ``key``: the text to look up;
    ``weight``: a number of articles; ``name``: of a district or initiative, as a refinement may name it."""

    kind: SuggestionKind
    text: str
    label: str
    key: str
    weight: int
    name: str = ""


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
        self._names = frozenset(entry.key for entry in entries if entry.kind is not SuggestionKind.HEADLINE)
        # Of several with one key the first remains: districts come first, then initiatives.
        self._named = {entry.key: entry for entry in reversed(entries) if entry.name}
        self.longest_name = max(map(len, self._named), default=0)

    @property
    def nbytes(self) -> int:
        return sum(map(_size_of, self.entries))

    def has(self, key: str) -> bool:
        """Whether ``key`` is a district, an initiative or a frequent word of the archive."""
        return key in self._names

    def named(self, key: str) -> Entry | None:
        """The district or initiative of this name."""
        return self._named.get(key)

    def words(self, length: int) -> tuple[Units, npt.NDArray[np.int64]]:
        """The keys of ``length`` UTF-16 units, without headlines: a row of units each, and the entry of
        each."""
        words = self._words.get(length)
        if words is None:
            starts, units = self.keys.starts, self.keys.units
            lengths = np.diff(np.append(starts, len(units))) - 1
            is_headline = self.kind == KINDS.index(SuggestionKind.HEADLINE)
            entries = np.flatnonzero((lengths == length) & ~is_headline)
            words = self._words[length] = units[starts[entries, None] + np.arange(length)], entries
        return words

    def count(self, text: str, counter: Counts) -> int:
        """The number of articles that a search for ``text`` finds; counted once until synonyms or index
        change.

        A table may be older than the index: the headline of a removed article has no hits and is not offered.
        """
        expansions, version, counts = self._counts
        is_current = expansions is counter.expansions and version == counter.version
        if not is_current or len(counts) >= _MAX_COUNTS:
            counts = {}
            self._counts = counter.expansions, counter.version, counts
        if text not in counts:
            counts[text] = counter(text)
        return counts[text]


def build_table(vocabulary: Vocabulary) -> SuggestionTable:
    """Five queries to the database."""
    entries = [*_districts(vocabulary.facets), *_initiatives(vocabulary.facets.get("initiative", {}))]
    named = {entry.text for entry in entries}
    entries += [
        Entry(SuggestionKind.TERM, term, term, key, count)
        for term, count in vocabulary.terms.items()
        if term not in named and (key := key_of(term))
    ]
    room = MAX_BYTES - sum(map(_size_of, entries))
    for entry in _headlines(vocabulary):
        room -= _size_of(entry)
        if room < 0:
            log.warning("Suggestions: only the newest headlines are offered, more would not fit")
            break
        entries.append(entry)
    return SuggestionTable(entries, vocabulary.place, vocabulary.version, vocabulary.segmenter)


def _districts(facets: Mapping[str, Mapping[str, int]]) -> Iterator[Entry]:
    counts = facets.get("district", {})
    rows = District.objects.visible_to_readers().order_by("key").values_list("key", "name", "city__name")
    districts = [(key, name, labels.district(name, city)) for key, name, city in rows if key in counts]
    shared = Counter(name for _, name, _ in districts)
    for key, name, full_name in districts:
        # If several share a name, the query names the field with the full name: articles seldom print it.
        text = name if shared[name] == 1 else f"{FieldName.DISTRICT.label}:{full_name}"
        for written in dict.fromkeys((name, full_name)):
            yield Entry(SuggestionKind.DISTRICT, text, full_name, key_of(written), counts[key], written)


def _initiatives(counts: Mapping[str, int]) -> Iterator[Entry]:
    initiatives = Initiative.objects.current().visible_to_readers().order_by("slug")
    rows = initiatives.values_list("pk", "slug", "name", "owner__name")
    names: dict[int, tuple[str, str, int]] = {}
    for pk, slug, name, owner in rows:
        if slug in counts:
            names[pk] = name, labels.initiative(name, owner), counts[slug]
    for name, label, count in names.values():
        yield Entry(SuggestionKind.INITIATIVE, name, label, key_of(name), count, name)
    aliases = InitiativeAlias.objects.visible_to_readers().order_by("pk")
    for pk, alias in aliases.values_list("initiative_id", "name"):
        if pk in names:
            name, label, count = names[pk]
            yield Entry(
                SuggestionKind.INITIATIVE, name, labels.alias(label, alias), key_of(alias), count, alias
            )


def _headlines(vocabulary: Vocabulary) -> Iterator[Entry]:
    seen: set[str] = set()
    for _, headline in vocabulary.headlines:
        if headline not in seen and (key := key_of(headline)):
            seen.add(headline)
            yield Entry(SuggestionKind.HEADLINE, headline, headline, key, 1)


def _size_of(entry: Entry) -> int:
    """Bytes of an entry, with its share of the arrays; equal strings count once."""
    texts = {id(text): text for text in (entry.text, entry.label, entry.key, entry.name)}
    return sys.getsizeof(entry) + sum(map(sys.getsizeof, texts.values())) + 6 * len(entry.key) + 32


class _Holder:
    """Holds the table of this process and makes the next."""

    def __init__(self) -> None:
        self.table: SuggestionTable | None = None
        self.made_at = 0.0
        self.making = threading.Lock()

    def get(self, engine: Engine, wait: bool = True) -> SuggestionTable | None:
        place, version = engine.place, engine.version()
        table = self.table if self.table is not None and self.table.place == place else None
        if table is not None and table.version == version:
            return table
        if settings.ARCHIVE_BACKGROUND_INDEXING and (table is not None or not wait):
            self._renew(engine)
            return table
        with self.making:
            table = self.table
            if table is None or (table.place, table.version) != (place, version):
                table = self._make(engine)
            return table

    def _make(self, engine: Engine) -> SuggestionTable:
        table = self.table = build_table(engine.vocabulary())
        self.made_at = time.monotonic()
        return table

    def _renew(self, engine: Engine) -> None:
        is_recent = self.made_at and time.monotonic() - self.made_at < _MIN_INTERVAL
        if is_recent or not self.making.acquire(blocking=False):
            return
        try:
            threading.Thread(
                target=self._renew_in_background, args=(engine,), name="suggestions", daemon=True
            ).start()
        except RuntimeError:
            self.making.release()
            raise

    def _renew_in_background(self, engine: Engine) -> None:
        try:
            self._make(engine)
        except (IndexDamaged, OSError):
            log.exception("Suggestions could not be renewed; the old ones stay")
            self.made_at = time.monotonic()
        finally:
            self.making.release()
            connection.close()


_holder = _Holder()


def table_if_ready(engine: Engine) -> SuggestionTable | None:
    """The table if there is one. If not: in service None, and a thread makes one."""
    return _holder.get(engine, wait=False)


def wait_for_table(engine: Engine) -> SuggestionTable:
    """Raises IndexDamaged if there is no table yet and the index cannot be read."""
    table = _holder.get(engine)
    assert table is not None
    return table
