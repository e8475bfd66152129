"""Per-document columns of a segment as arrays: ids, dates, facet ordinals, lengths.

Derived from the stored payloads, kept beside the segment in one uncompressed ``.npz`` with its checksum
behind it.
"""

from __future__ import annotations

import datetime
import io
import json
import struct
import zipfile
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from reports.search.request import FACETS

from .contract import IndexedArticle
from .errors import IndexDamaged
from .integrity import seal, unseal

FILE_NAME = "ordinals.npz"
# What reading an archive may raise that is none.
_GARBAGE = (
    OSError,
    EOFError,
    LookupError,
    ValueError,
    TypeError,
    RuntimeError,
    struct.error,
    zlib.error,
    zipfile.BadZipFile,
)

Ints = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True, eq=False)
class FacetColumn:
    """``documents[starts[i]:starts[i + 1]]`` are the documents that have ``values[i]``."""

    values: tuple[str, ...]
    documents: Ints
    starts: Ints


@dataclass(frozen=True, slots=True, eq=False)
class Ordinals:
    """Arrays by document number; ``lengths`` also by unit, in characters, under the name of the scope.

    Days are proleptic ordinals (``date.toordinal``), 0 where undated. An article of which only the year
    is known lies somewhere between its 1 January (``first_day``) and its 31 December (``last_day``).
    """

    ids: npt.NDArray[np.int64]
    first_day: Ints
    last_day: Ints
    districts: tuple[str, ...]
    district: Ints
    lengths: Mapping[str, npt.NDArray[np.float64]]
    facets: Mapping[str, FacetColumn]

    def __len__(self) -> int:
        return len(self.ids)


def day_range(article: IndexedArticle) -> tuple[int, int]:
    if article.published_on is not None:
        day = article.published_on.toordinal()
        return day, day
    if article.year is not None:
        return datetime.date(article.year, 1, 1).toordinal(), datetime.date(article.year, 12, 31).toordinal()
    return 0, 0


def build_ordinals(
    articles: Iterable[IndexedArticle], lengths: Mapping[str, npt.NDArray[np.float64]]
) -> Ordinals:
    ids: list[int] = []
    days: list[tuple[int, int]] = []
    orders: list[str] = []
    values: dict[str, dict[str, list[int]]] = {facet: {} for facet in FACETS}
    for number, article in enumerate(articles):
        ids.append(article.id)
        days.append(day_range(article))
        orders.append(article.district_order)
        for facet in FACETS:
            for value in dict.fromkeys(article.facets.get(facet, ())):
                values[facet].setdefault(value, []).append(number)
    districts = tuple(sorted(set(orders)))
    ranks = {order: rank for rank, order in enumerate(districts)}
    both = np.array(days, np.int32).reshape(-1, 2)
    return Ordinals(
        ids=np.array(ids, np.int64),
        first_day=both[:, 0],
        last_day=both[:, 1],
        districts=districts,
        district=np.array([ranks[order] for order in orders], np.int32),
        lengths=lengths,
        facets={facet: _column(found) for facet, found in values.items()},
    )


def _column(found: Mapping[str, Sequence[int]]) -> FacetColumn:
    names = tuple(sorted(found))
    parts = [np.array(found[name], np.int32) for name in names]
    starts = np.concatenate([[0], np.cumsum([len(part) for part in parts])]).astype(np.int32)
    return FacetColumn(names, np.concatenate([np.zeros(0, np.int32), *parts]), starts)


def save_ordinals(ordinals: Ordinals, folder: Path, segment: str) -> None:
    strings = {
        "districts": ordinals.districts,
        "facets": {facet: column.values for facet, column in ordinals.facets.items()},
    }
    arrays: dict[str, npt.NDArray[np.generic]] = {
        "ids": ordinals.ids,
        "first_day": ordinals.first_day,
        "last_day": ordinals.last_day,
        "district": ordinals.district,
        "strings": np.frombuffer(
            json.dumps(strings, ensure_ascii=False).encode("utf-8", "surrogatepass"), np.uint8
        ),
    }
    for field, length in ordinals.lengths.items():
        arrays[f"length_{field}"] = length
    for facet, column in ordinals.facets.items():
        arrays[f"documents_{facet}"] = column.documents
        arrays[f"starts_{facet}"] = column.starts
    buffer = io.BytesIO()
    np.savez(buffer, **arrays)  # type: ignore[arg-type]
    (folder / FILE_NAME).write_bytes(seal(buffer.getvalue(), segment))


def open_ordinals(folder: Path, segment: str) -> Ordinals:
    """Raises IndexDamaged where the file is missing, cut short, altered or another segment's."""
    try:
        path = folder / FILE_NAME
        data = io.BytesIO(unseal(path.read_bytes(), segment, path))
        with np.load(data, allow_pickle=False) as arrays:
            found = {name: arrays[name] for name in arrays.files}
        strings = json.loads(found["strings"].tobytes().decode("utf-8", "surrogatepass"))
        return Ordinals(
            ids=found["ids"],
            first_day=found["first_day"],
            last_day=found["last_day"],
            districts=tuple(strings["districts"]),
            district=found["district"],
            lengths={
                name.removeprefix("length_"): array
                for name, array in found.items()
                if name.startswith("length_")
            },
            facets={
                facet: FacetColumn(
                    tuple(strings["facets"][facet]), found[f"documents_{facet}"], found[f"starts_{facet}"]
                )
                for facet in FACETS
            },
        )
    except _GARBAGE as error:
        raise IndexDamaged from error
