"""The columns of a segment: what is known of each document beside its words, as arrays.

Ids, days, districts, facet values, lengths. Made from the stored payloads, in files beside the segment.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from reports.search.contract.values import IndexedArticle
from reports.search.engines.whoosh.index_segment.schema import WORD_FIELDS
from reports.search.engines.whoosh.literal import SegmentFiles, SegmentWriter
from reports.search.request import FACETS, Scope

STEM = "columns"
# Scopes whose units are shorter than an article and have a length of their own.
UNIT_SCOPES = (Scope.SECTION, Scope.FIGURE)

Ints = npt.NDArray[np.int32]


@dataclass(frozen=True, slots=True, eq=False)
class FacetColumn:
    """``documents[starts[i]:starts[i + 1]]`` are the documents that have ``values[i]``."""

    values: tuple[str, ...]
    documents: Ints
    starts: Ints


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
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


def build_columns(
    articles: Iterable[IndexedArticle], lengths: Mapping[str, npt.NDArray[np.float64]]
) -> Columns:
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
    return Columns(
        ids=np.array(ids, np.int64),
        first_day=both[:, 0],
        last_day=both[:, 1],
        districts=districts,
        district=np.array([ranks[order] for order in orders], np.int32),
        lengths=lengths,
        facets={facet: _column(documents) for facet, documents in values.items()},
    )


def _column(documents: Mapping[str, Sequence[int]]) -> FacetColumn:
    names = tuple(sorted(documents))
    parts = [np.array(documents[name], np.int32) for name in names]
    starts = np.concatenate([[0], np.cumsum([len(part) for part in parts])]).astype(np.int32)
    return FacetColumn(names, np.concatenate([np.zeros(0, np.int32), *parts]), starts)


def save_columns(columns: Columns, folder: Path) -> None:
    strings = {
        "districts": columns.districts,
        "facets": {facet: column.values for facet, column in columns.facets.items()},
    }
    with SegmentWriter(folder, STEM) as writer:
        writer.save("ids", "<i8", columns.ids)
        writer.save("first_day", "<i4", columns.first_day)
        writer.save("last_day", "<i4", columns.last_day)
        writer.save("district", "<i4", columns.district)
        encoded = json.dumps(strings, ensure_ascii=False).encode("utf-8", "surrogatepass")
        writer.save("strings", "<u1", np.frombuffer(encoded, np.uint8))
        for field, lengths in columns.lengths.items():
            writer.save(f"length_{field}", "<f8", lengths)
        for facet, column in columns.facets.items():
            writer.save(f"documents_{facet}", "<i4", column.documents)
            writer.save(f"starts_{facet}", "<i4", column.starts)


def read_ids(folder: Path) -> npt.NDArray[np.int64]:
    """The article of every document, deleted ones included."""
    return SegmentFiles(folder, STEM)["ids"]


def read_columns(folder: Path) -> Columns:
    """Raises LiteralSegmentError where a file is missing or has not the size it was written with."""
    files = SegmentFiles(folder, STEM)
    strings = json.loads(files["strings"].tobytes().decode("utf-8", "surrogatepass"))
    return Columns(
        ids=files["ids"],
        first_day=files["first_day"],
        last_day=files["last_day"],
        districts=tuple(strings["districts"]),
        district=files["district"],
        lengths={field: files[f"length_{field}"] for field in (*WORD_FIELDS, *UNIT_SCOPES)},
        facets={
            facet: FacetColumn(
                tuple(strings["facets"][facet]), files[f"documents_{facet}"], files[f"starts_{facet}"]
            )
            for facet in FACETS
        },
    )
