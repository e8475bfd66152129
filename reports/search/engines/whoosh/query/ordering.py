"""From matched units to one page of them, in an order that is complete (``EngineQuery.order``)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from reports.search.contract.values import SortKey, UnitHit
from reports.search.engines.whoosh.directory.arrays import Floats, Int64s, Integers
from reports.search.engines.whoosh.reader.snapshot import NO_DISTRICT, Snapshot, Units

Keys = Floats | Int64s
_LAST = np.iinfo(np.int64).max


def date_descending(snapshot: Snapshot, documents: Integers) -> Int64s:
    """Keys whose ascending order is from new to old. An article of which only the year is known comes after
    the dated ones of its year; undated articles come last."""
    first, last = snapshot.first_day[documents], snapshot.last_day[documents]
    key = -2 * first.astype(np.int64) + np.where(first == last, 0, 1)
    return np.where(first > 0, key, _LAST)


def _date_ascending(snapshot: Snapshot, documents: Integers) -> Int64s:
    first, last = snapshot.first_day[documents], snapshot.last_day[documents]
    key = 2 * last.astype(np.int64) + np.where(first == last, 0, 1)
    return np.where(first > 0, key, _LAST)


def _district_descending(snapshot: Snapshot, documents: Integers) -> Int64s:
    ranks = snapshot.district_rank[documents].astype(np.int64)
    return np.where(ranks == NO_DISTRICT, _LAST, -ranks)


_DOCUMENT_KEYS: dict[SortKey, Callable[[Snapshot, Integers], Int64s]] = {
    SortKey.NEWEST: date_descending,
    SortKey.OLDEST: _date_ascending,
    SortKey.DISTRICT: lambda snapshot, documents: snapshot.district_rank[documents].astype(np.int64),
    SortKey.DISTRICT_DESCENDING: _district_descending,
    SortKey.ID: lambda snapshot, documents: snapshot.ids[documents],
    SortKey.ID_DESCENDING: lambda snapshot, documents: -snapshot.ids[documents],
}


def sort_keys(
    snapshot: Snapshot, units: Units, matched: Int64s, order: Sequence[SortKey], scores: Floats
) -> list[Keys]:
    """The keys of the matched units for ``order``, ascending. ``scores``: one per matched unit."""
    documents = units.document[matched]
    return [
        -scores if key is SortKey.RELEVANCE else _DOCUMENT_KEYS[key](snapshot, documents) for key in order
    ]


def slice_of_page(
    snapshot: Snapshot, units: Units, matched: Int64s, keys: Sequence[Keys], start: int, limit: int | None
) -> Int64s:
    """Indexes in ``matched`` of the units from ``start`` to ``start + limit``, ordered by ``keys``; ties are
    ordered by date, article id and number of the unit."""
    candidates = None
    end = len(matched) if limit is None else start + limit
    if end < len(matched) and end > 0 and keys:
        # Sort only the units that are not worse than the last one of the page, including ties.
        worst = np.partition(keys[0], end - 1)[end - 1]
        candidates = np.flatnonzero(keys[0] <= worst)
        matched, keys = matched[candidates], [key[candidates] for key in keys]
    documents = units.document[matched]
    ties = units.number[matched], -snapshot.ids[documents], date_descending(snapshot, documents)
    # lexsort sorts by the last key first.
    order = np.lexsort((*ties, *reversed(keys)))[start:end]
    return order if candidates is None else candidates[order]


def unit_hits(snapshot: Snapshot, units: Units, hits: Int64s, scores: Floats, shown: Int64s) -> list[UnitHit]:
    """``scores``: one per hit; ``shown``: indexes in ``hits``, in order."""
    selected = hits[shown]
    ids = snapshot.ids[units.document[selected]].tolist()
    return list(map(UnitHit, ids, units.number[selected].tolist(), scores[shown].tolist()))
