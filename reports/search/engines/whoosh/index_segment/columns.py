"""The columns of a segment: values by document, as arrays. Article ids, days, districts, facet values,
lengths."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from reports.search.contract.values import IndexedArticle
from reports.search.engines.whoosh.directory.arrays import (
    ArrayFiles,
    ArrayFilesWriter,
    Floats,
    Int32s,
    Int64s,
)
from reports.search.request import INDEXED_FACETS, Scope

from .schema import WORD_FIELDS

STEM = "columns"
# The scopes whose units are parts of an article, with lengths of their own.
UNIT_SCOPES = (Scope.SECTION, Scope.FIGURE)


@dataclass(frozen=True, slots=True, eq=False)
class FacetColumn:
    """``documents[starts[i]:starts[i + 1]]`` are the documents that have ``values[i]``."""

    values: tuple[str, ...]
    documents: Int32s
    starts: Int32s


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """Arrays by document number. ``lengths`` by field, in words; by scope, in characters and by unit number.

    Days are ordinals (``date.toordinal``), 0 if undated. If only the year of an article is known,
    ``first_day`` is its 1 January and ``last_day`` its 31 December.
    """

    ids: Int64s
    first_day: Int32s
    last_day: Int32s
    districts: tuple[str, ...]
    district: Int32s
    lengths: Mapping[str, Floats]
    facets: Mapping[str, FacetColumn]

    def __len__(self) -> int:
        return len(self.ids)


def _day_range(article: IndexedArticle) -> tuple[int, int]:
    if article.published_on is not None:
        day = article.published_on.toordinal()
        return day, day
    if article.year is not None:
        return datetime.date(article.year, 1, 1).toordinal(), datetime.date(article.year, 12, 31).toordinal()
    return 0, 0


def build_columns(articles: Iterable[IndexedArticle], lengths: Mapping[str, Floats]) -> Columns:
    ids: list[int] = []
    days: list[tuple[int, int]] = []
    orders: list[str] = []
    values: dict[str, dict[str, list[int]]] = {facet: {} for facet in INDEXED_FACETS}
    for document, article in enumerate(articles):
        ids.append(article.id)
        days.append(_day_range(article))
        orders.append(article.district_order)
        for facet in INDEXED_FACETS:
            for value in dict.fromkeys(article.facets.get(facet, ())):
                values[facet].setdefault(value, []).append(document)
    districts = tuple(sorted(set(orders)))
    ranks = {order: rank for rank, order in enumerate(districts)}
    day_pairs = np.array(days, np.int32).reshape(-1, 2)
    return Columns(
        ids=np.array(ids, np.int64),
        first_day=day_pairs[:, 0],
        last_day=day_pairs[:, 1],
        districts=districts,
        district=np.array([ranks[order] for order in orders], np.int32),
        lengths=lengths,
        facets={facet: _facet_column(documents) for facet, documents in values.items()},
    )


def _facet_column(documents: Mapping[str, Sequence[int]]) -> FacetColumn:
    values = tuple(sorted(documents))
    parts = [np.array(documents[value], np.int32) for value in values]
    starts = np.concatenate([[0], np.cumsum([len(part) for part in parts])]).astype(np.int32)
    return FacetColumn(values, np.concatenate([np.zeros(0, np.int32), *parts]), starts)


def save_columns(columns: Columns, folder: Path) -> None:
    strings = {
        "districts": columns.districts,
        "facets": {facet: column.values for facet, column in columns.facets.items()},
    }
    with ArrayFilesWriter(folder, STEM) as writer:
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


def read_ids(folder: Path) -> Int64s:
    """The article ids by document number, including deleted documents."""
    return ArrayFiles(folder, STEM)["ids"]


def read_columns(folder: Path) -> Columns:
    """Raises IndexDamaged if a file is missing or has not the size it was written with."""
    files = ArrayFiles(folder, STEM)
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
            for facet in INDEXED_FACETS
        },
    )
