"""Checks before any measurement that the served answers equal those of the measured engine."""

from __future__ import annotations

import http.client
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bench.documents import NAMED_FACETS, Document, Prepared, facet_key
from bench.peers.answer import Answer
from bench.peers.ours import Ours
from bench.queries import Query
from bench.served.addresses import address, typed
from reports.language.normalise import fold
from reports.language.segment import default_segmenter
from reports.search.syntax.cutting import resolve_prefixes
from reports.search.syntax.tree import Node, Prefix

_MAX_PRINTED = 20


def served_answers(port: int, queries: Sequence[Query]) -> list[dict[str, Any]]:
    """The answer of ``/search.json`` to each query."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    answers = []
    for query in queries:
        connection.request("GET", address(query, "/search.json"))
        response = connection.getresponse()
        body = response.read()
        if response.status != 200:
            raise ValueError(f"{typed(query)}: HTTP {response.status}")
        answers.append(json.loads(body))
    connection.close()
    return answers


def differences(
    answers: Sequence[Mapping[str, Any]], queries: Sequence[Query], index: Path, prepared: Prepared
) -> list[str]:
    """Totals, hits and facet counts against the engine; labels and passages against the documents."""
    engine = _AsTyped()
    engine.open(index)
    shown = {int(hit["id"]) for answer in answers for hit in answer["hits"]}
    documents, names = _documents(prepared, shown)
    problems_found: list[str] = []
    for query, answer in zip(queries, answers, strict=True):
        problems = _against_engine(answer, engine.search(query)) + _labels(answer, names)
        for hit in answer["hits"]:
            problems += _against_document(hit, documents[int(hit["id"])], query)
        problems_found += [f"{typed(query)} {query.refinements or ''}: {problem}" for problem in problems]
    return problems_found[:_MAX_PRINTED]


class _AsTyped(Ours):
    """The engine with the query that the page makes of an asterisk."""

    def _leaf(self, kind: str, word: str) -> Node:
        if kind != "prefix":
            return super()._leaf(kind, word)
        return resolve_prefixes(Prefix(word), self._index.segmenter() or default_segmenter())


def _documents(prepared: Prepared, ids: set[int]) -> tuple[dict[int, Document], dict[str, str]]:
    """The documents with the given ids, and the name of every key."""
    documents, names = {}, {}
    for document in prepared.documents():
        if document.id in ids:
            documents[document.id] = document
        for facet in NAMED_FACETS:
            names.update({facet_key(facet, name): name for name in document.facets[facet]})
    return documents, names


def _against_engine(answer: Mapping[str, Any], expected: Answer) -> list[str]:
    problems = []
    if answer["total"] != expected.total:
        problems.append(f"{answer['total']} hits, the engine has {expected.total}")
    ids = [int(hit["id"]) for hit in answer["hits"]]
    if ids != [article for article, _ in expected.hits]:
        problems.append("other hits, or in another order")
    for facet, values in answer["facets"].items():
        served = {value["value"]: value["count"] for value in values if value["count"]}
        counted = {value: count for value, count in expected.facets.get(facet, {}).items() if count}
        if served != counted:
            problems.append(f"other counts of {facet}")
    return problems


def _labels(answer: Mapping[str, Any], names: Mapping[str, str]) -> list[str]:
    return [
        f"{facet} {value['value']} is called {value['label']}"
        for facet in NAMED_FACETS & answer["facets"].keys()
        for value in answer["facets"][facet]
        if not value["label"].endswith(names[value["value"]])  # a district has its city before it
    ]


def _against_document(hit: Mapping[str, Any], document: Document, query: Query) -> list[str]:
    problems = []
    headline = "".join(block.text for block in document.blocks if block.kind == "headline")
    if hit["headline"] != headline:
        problems.append(f"headline of {document.id}")
    if {label["name"] for label in hit["initiatives"]} != set(document.facets["initiative"]):
        problems.append(f"initiatives of {document.id}")
    district = [hit["district"]["name"]] if hit["district"] else []
    imprint = (district, hit["published_on"] or "", hit["source"])
    if imprint != (document.facets["district"], document.published_on, document.facets["source"][0]):
        problems.append(f"district, date or source of {document.id}")
    for snippet in hit["snippets"]:
        texts = [block.text for block in document.blocks if block.section == snippet["section"]]
        if snippet["section"] and not any(snippet["text"].strip() in text for text in texts):
            problems.append(f"passage of section {snippet['section']} of {document.id}")
    marked = [hit["headline"][start:end] for start, end in hit["headline_marks"]]
    marked += [snippet["text"][start:end] for snippet in hit["snippets"] for start, end in snippet["marks"]]
    words = [fold(word) for word in query.words]
    if not marked or not all(any(_agree(fold(mark), word) for word in words) for mark in marked):
        problems.append(f"marks of {document.id}: {marked[:5]}")
    return problems


def _agree(mark: str, word: str) -> bool:
    """Words that overlap or are adjacent may be highlighted as one."""
    return word in mark or mark in word
