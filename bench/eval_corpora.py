"""The corpora of ``make eval``: documents, and queries that each have one expected document.

The texts are next to the repository (``../shared``) and stay there: results contain none of them.
"""

from __future__ import annotations

import json
import random
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from bench.documents import Block, Document, corpus_documents
from reports.language.normalise import fold
from reports.language.segment import default_segmenter

# Not the seed with which the weights were tuned.
_SEED = 1_948
_NO_FACETS: dict[str, list[str]] = {"district": [], "initiative": [], "year": [], "named": [], "source": []}
_WORD = re.compile(r"[\u4e00-\u9fff]{2,}")
_FEWEST_WORDS, _MOST_WORDS = 2, 4


@dataclass(frozen=True, slots=True)
class Task:
    """``expected``: id of the only document that answers the query."""

    query: str
    expected: int


@dataclass(frozen=True, slots=True)
class Questions:
    """1,262 questions of citizens about 599 official notices. A document is one block of text."""

    folder: Path
    name: str = "questions"

    def documents(self) -> Iterator[Document]:
        with (self.folder / "docs.jsonl").open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                yield Document(number, (Block("body", 1, json.loads(line)["text"]),), "", _NO_FACETS)

    def tasks(self) -> list[Task]:
        with (self.folder / "docs.jsonl").open(encoding="utf-8") as lines:
            numbers = {json.loads(line)["id"]: number for number, line in enumerate(lines, 1)}
        judgements = (line.split("\t") for line in _lines(self.folder / "qrels.tsv"))
        expected = {
            query: numbers[document] for query, _, document, relevance in judgements if int(relevance)
        }
        queries = (line.split("\t", 1) for line in _lines(self.folder / "queries.tsv"))
        return [Task(text, expected[query]) for query, text in queries]


@dataclass(frozen=True, slots=True)
class KnownItems:
    """Queries of two to four words from the title of an article, as a reader types who remembers the title.

    Words have two or more characters and keep the order of the title. Articles with the same title as another
    one are left out, because no query can distinguish them.
    """

    path: Path
    articles: int | None
    count: int
    name: str = "known items"

    def documents(self) -> Iterator[Document]:
        return islice(corpus_documents(self.path), self.articles)

    def tasks(self) -> list[Task]:
        titles = {document.id: fold(document.blocks[0].text) for document in self.documents()}
        counts = Counter(titles.values())
        chance = random.Random(_SEED)
        tasks: list[Task] = []
        for number in chance.sample(sorted(titles), len(titles)):
            words = _words(titles[number])
            if counts[titles[number]] == 1 and len(words) >= _FEWEST_WORDS and len(tasks) < self.count:
                tasks.append(Task(" ".join(_drawn(words, chance)), number))
        return tasks


def _lines(path: Path) -> list[str]:
    return path.read_text("utf-8").splitlines()


def _words(title: str) -> list[str]:
    return [word for word in dict.fromkeys(default_segmenter().cut(title)) if _WORD.fullmatch(word)]


def _drawn(words: Sequence[str], chance: random.Random) -> list[str]:
    count = min(len(words), chance.randint(_FEWEST_WORDS, _MOST_WORDS))
    return [words[index] for index in sorted(chance.sample(range(len(words)), count))]
