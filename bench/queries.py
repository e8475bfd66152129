"""The queries of the benchmark, drawn from the documents, so that their frequencies are known.

Kinds: one to four words, from very common to rare; phrases; prefixes; words with refinements; words that do
not occur. The draw is deterministic. Every engine answers the same list.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from bench.documents import Document, Prepared

_SEED = 7
_HAN = re.compile(r"[\u4e00-\u9fff]{2,6}")


@dataclass(frozen=True, slots=True)
class Query:
    """``words`` must all match; a phrase has one text; a prefix one beginning of a word."""

    kind: str
    words: tuple[str, ...]
    refinements: tuple[tuple[str, str], ...] = ()


def draw(prepared: Prepared, sample: int = 2_000) -> list[Query]:
    """At least 60 queries, in an order that does not group the kinds."""
    chance = random.Random(_SEED)
    frequency: Counter[str] = Counter()
    documents: list[tuple[Document, list[str]]] = []
    for number, (document, words) in enumerate(prepared):
        if number % max(1, len(list(prepared.folder.glob("*.jsonl"))) // 4) == 0 and len(documents) < sample:
            words_of_document = words.split(" ")
            documents.append((document, words_of_document))
            frequency.update({word for word in words_of_document if _HAN.fullmatch(word)})
    ranked = [word for word, _ in frequency.most_common()]
    bands = {
        "very common": ranked[:30],
        "common": ranked[30:300],
        "middling": ranked[300:3_000],
        "rare": ranked[-3_000:],
    }
    queries = [
        Query(f"one word, {name}", (word,)) for name, band in bands.items() for word in chance.sample(band, 4)
    ]
    queries += [_together(chance, documents, bands, count) for count in (2, 3, 4) for _ in range(6)]
    queries += [_phrase(chance, documents) for _ in range(10)]
    queries += [Query("prefix", (chance.choice(bands["common"])[:2],)) for _ in range(5)]
    queries += [_refined(chance, documents, bands) for _ in range(9)]
    queries += [Query("none", (word,)) for word in ("龘龘靐", "鱻驫麤羴", "乜嘢冇啫", "犇骉猋飍")]
    chance.shuffle(queries)
    return queries


def _together(
    chance: random.Random,
    documents: Sequence[tuple[Document, list[str]]],
    bands: dict[str, list[str]],
    count: int,
) -> Query:
    """Words that occur in one document together, so that the query has hits."""
    usable = set(bands["very common"]) | set(bands["common"]) | set(bands["middling"])
    while True:
        _, words = chance.choice(documents)
        choice = sorted({word for word in words if word in usable})
        if len(choice) >= count:
            return Query(f"{count} words", tuple(chance.sample(choice, count)))


def _phrase(chance: random.Random, documents: Sequence[tuple[Document, list[str]]]) -> Query:
    while True:
        document, _ = chance.choice(documents)
        runs = _HAN.findall(document.text.replace("\n", " "))
        runs = [run for run in runs if len(run) >= 4]
        if runs:
            return Query("phrase", (chance.choice(runs),))


def _refined(
    chance: random.Random, documents: Sequence[tuple[Document, list[str]]], bands: dict[str, list[str]]
) -> Query:
    while True:
        document, _ = chance.choice(documents)
        facets = [facet for facet in ("district", "year", "initiative") if document.facets[facet]]
        if facets:
            selected = chance.sample(facets, min(len(facets), chance.choice((1, 1, 2))))
            refinements = tuple((facet, document.facets[facet][0]) for facet in sorted(selected))
            word = chance.choice(bands[chance.choice(("very common", "common"))])
            return Query("refined", (word,), refinements)
