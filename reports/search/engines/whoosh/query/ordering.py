"""From matched units to the page asked for: exact, and the same every time.

Every order ends in the same ties: newer first, then the higher article id, then the unit's number, so
that a page neither repeats nor skips what another page shows.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from reports.search.engines.whoosh.reader.snapshot import Snapshot, Units
from reports.search.request import Sort

Keys = npt.NDArray[np.float64] | npt.NDArray[np.int64]
Documents = npt.NDArray[np.integer]
_UNDATED = np.iinfo(np.int64).max


def newest_first(snapshot: Snapshot, documents: Documents) -> Keys:
    """Ascending keys of documents: an article of known year only comes after the dated ones of its year;
    undated last."""
    first, last = snapshot.first_day[documents], snapshot.last_day[documents]
    key = -2 * first.astype(np.int64) + np.where(first == last, 0, 1)
    return np.where(first > 0, key, _UNDATED)


def oldest_first(snapshot: Snapshot, documents: Documents) -> Keys:
    first, last = snapshot.first_day[documents], snapshot.last_day[documents]
    key = 2 * last.astype(np.int64) + np.where(first == last, 0, 1)
    return np.where(first > 0, key, _UNDATED)


_DOCUMENT_KEYS: dict[Sort, Callable[[Snapshot, Documents], Keys]] = {
    Sort.NEWEST: newest_first,
    Sort.OLDEST: oldest_first,
    Sort.DISTRICT: lambda snapshot, documents: snapshot.district_rank[documents].astype(np.int64),
}


def primary_keys(
    snapshot: Snapshot,
    units: Units,
    matched: npt.NDArray[np.int64],
    sort: Sort,
    scores: npt.NDArray[np.float64],
) -> list[Keys]:
    """Keys of the matched units (``scores``: one each), ascending, before the ties."""
    if sort is Sort.RELEVANCE:
        return [-scores]
    return [_DOCUMENT_KEYS[sort](snapshot, units.document[matched])]


def cut(
    snapshot: Snapshot,
    units: Units,
    matched: npt.NDArray[np.int64],
    keys: Sequence[Keys],
    start: int,
    limit: int | None,
) -> npt.NDArray[np.int64]:
    """Places among ``matched`` of what comes from ``start`` to ``start + limit`` in order of ``keys`` and
    the ties."""
    kept = None
    end = len(matched) if limit is None else start + limit
    if end < len(matched) and end > 0 and keys:
        # Only what is not worse than the last one wanted needs sorting, ties included.
        worst = np.partition(keys[0], end - 1)[end - 1]
        kept = np.flatnonzero(keys[0] <= worst)
        matched, keys = matched[kept], [key[kept] for key in keys]
    documents = units.document[matched]
    # lexsort takes the last key first.
    order = np.lexsort(
        (
            units.number[matched],
            -snapshot.ids[documents],
            newest_first(snapshot, documents),
            *reversed(keys),
        )
    )[start:end]
    return order if kept is None else kept[order]
