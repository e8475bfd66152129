"""From matched units to the page asked for: exact, and the same every time (``CompiledSearch.order``)."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from reports.search.contract.values import SortKey
from reports.search.engines.whoosh.reader.snapshot import Snapshot, Units

Keys = npt.NDArray[np.float64] | npt.NDArray[np.int64]
Documents = npt.NDArray[np.integer]
_LAST = np.iinfo(np.int64).max


def newest_first(snapshot: Snapshot, documents: Documents) -> Keys:
    """Ascending keys of documents: an article of known year only comes after the dated ones of its year;
    undated last."""
    first, last = snapshot.first_day[documents], snapshot.last_day[documents]
    key = -2 * first.astype(np.int64) + np.where(first == last, 0, 1)
    return np.where(first > 0, key, _LAST)


def oldest_first(snapshot: Snapshot, documents: Documents) -> Keys:
    first, last = snapshot.first_day[documents], snapshot.last_day[documents]
    key = 2 * last.astype(np.int64) + np.where(first == last, 0, 1)
    return np.where(first > 0, key, _LAST)


def _by_district(snapshot: Snapshot, documents: Documents) -> Keys:
    return snapshot.district_rank[documents].astype(np.int64)


def _by_district_descending(snapshot: Snapshot, documents: Documents) -> Keys:
    ranks = _by_district(snapshot, documents)
    return np.where(ranks == snapshot.no_district, _LAST, -ranks)


_DOCUMENT_KEYS: dict[SortKey, Callable[[Snapshot, Documents], Keys]] = {
    SortKey.NEWEST: newest_first,
    SortKey.OLDEST: oldest_first,
    SortKey.DISTRICT: _by_district,
    SortKey.DISTRICT_DESCENDING: _by_district_descending,
    SortKey.ID: lambda snapshot, documents: snapshot.ids[documents],
    SortKey.ID_DESCENDING: lambda snapshot, documents: -snapshot.ids[documents],
}


def primary_keys(
    snapshot: Snapshot,
    units: Units,
    matched: npt.NDArray[np.int64],
    order: Sequence[SortKey],
    scores: npt.NDArray[np.float64],
) -> list[Keys]:
    """Keys of the matched units (``scores``: one each), ascending, before the ties."""
    documents = units.document[matched]
    return [
        -scores if key is SortKey.RELEVANCE else _DOCUMENT_KEYS[key](snapshot, documents) for key in order
    ]


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
