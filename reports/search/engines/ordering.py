"""From matched units to the page asked for: exact, and the same every time.

Every order ends in the same ties: newer first, then the higher report id, then the unit's number, so
that a page neither repeats nor skips what another page shows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from reports.search.request import Sort

from .snapshot import Snapshot, Units

Keys = npt.NDArray[np.float64] | npt.NDArray[np.int64]
_UNDATED = np.iinfo(np.int64).max


def newest_first(snapshot: Snapshot) -> Keys:
    """Ascending key: a report of known year only comes after the dated ones of its year; undated last."""
    exact = snapshot.first_day == snapshot.last_day
    key = -2 * snapshot.first_day.astype(np.int64) + np.where(exact, 0, 1)
    return np.where(snapshot.first_day > 0, key, _UNDATED)


def oldest_first(snapshot: Snapshot) -> Keys:
    exact = snapshot.first_day == snapshot.last_day
    key = 2 * snapshot.last_day.astype(np.int64) + np.where(exact, 0, 1)
    return np.where(snapshot.first_day > 0, key, _UNDATED)


_DOCUMENT_KEYS: dict[Sort, Callable[[Snapshot], Keys]] = {
    Sort.NEWEST: newest_first,
    Sort.OLDEST: oldest_first,
    Sort.DISTRICT: lambda snapshot: snapshot.district_rank.astype(np.int64),
}


def primary_keys(
    snapshot: Snapshot,
    units: Units,
    matched: npt.NDArray[np.int64],
    sort: Sort,
    scores: npt.NDArray[np.float64],
) -> list[Keys]:
    """Keys of the matched units, ascending, before the ties."""
    if sort is Sort.RELEVANCE:
        return [-scores[matched]]
    return [_DOCUMENT_KEYS[sort](snapshot)[units.document[matched]]]


def cut(
    snapshot: Snapshot,
    units: Units,
    matched: npt.NDArray[np.int64],
    keys: Sequence[Keys],
    start: int,
    limit: int | None,
) -> npt.NDArray[np.int64]:
    """Units ``start`` to ``start + limit`` of ``matched`` in order of ``keys`` and the ties."""
    end = len(matched) if limit is None else start + limit
    if end < len(matched) and end > 0 and keys:
        # Only what is not worse than the last one wanted needs sorting, ties included.
        worst = np.partition(keys[0], end - 1)[end - 1]
        kept = np.flatnonzero(keys[0] <= worst)
        matched, keys = matched[kept], [key[kept] for key in keys]
    documents = units.document[matched]
    # lexsort takes the last key first.
    order = np.lexsort(
        (units.number[matched], -snapshot.ids[documents], newest_first(snapshot)[documents], *reversed(keys))
    )
    return matched[order[start:end]]
