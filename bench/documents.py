"""The documents of all measured engines, normalised and segmented once.

The text of a document is its normalised blocks (language.normalise). ``words`` are its words in jieba's
search mode, joined by blanks; ``characters`` is the same text with one character per token. Each engine uses
the form that it indexes.
"""

from __future__ import annotations

import json
import lzma
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from functools import cache
from itertools import islice
from pathlib import Path
from zlib import crc32

from bench import synthetic
from reports.language.normalise import fold
from reports.language.pinyin import slug
from reports.language.segment import default_segmenter

FACETS = ("district", "initiative", "year", "named", "source")
# Facets whose values have a key and a displayed name.
NAMED_FACETS = frozenset({"district", "initiative", "named"})
_CHUNK = 500


@dataclass(frozen=True, slots=True)
class Block:
    """``kind`` headline, heading or body; ``section`` its number from 1, -1 for the headline."""

    kind: str
    section: int
    text: str


@dataclass(frozen=True, slots=True)
class Document:
    id: int
    blocks: tuple[Block, ...]
    published_on: str
    facets: dict[str, list[str]]

    @property
    def text(self) -> str:
        """All normalised blocks, one per line: no word or phrase crosses a line."""
        return "\n".join(fold(block.text) for block in self.blocks)


@cache
def facet_key(facet: str, value: str) -> str:
    """The value that the archive indexes: an ASCII key for a name; a key stays unchanged."""
    if facet not in NAMED_FACETS or value.isascii():
        return value
    return f"{slug(value)}-{crc32(value.encode()):08x}"


def synthetic_documents(count: int) -> Iterator[Document]:
    for article in synthetic.articles(count):
        blocks = [Block("headline", -1, article.headline)]
        for number, (heading, paragraphs) in enumerate(article.sections, 1):
            blocks.append(Block("heading", number, heading))
            blocks += [Block("body", number, paragraph) for paragraph in paragraphs]
        yield Document(
            id=article.number,
            blocks=tuple(blocks),
            published_on=article.published_on.isoformat(),
            facets={
                "district": [article.district],
                "initiative": list(article.initiatives),
                "year": [str(article.year)],
                "named": [article.city],
                "source": [article.source],
            },
        )


def corpus_documents(path: Path, count: int | None = None) -> Iterator[Document]:
    """Real text: one JSON object a line (title text date place source), plain or .xz."""
    unpack = lzma.open if path.suffix == ".xz" else open
    with unpack(path, "rt", encoding="utf-8") as lines:
        for number, line in enumerate(islice(lines, count), 1):
            record = json.loads(line)
            day = str(record.get("date") or "")[:10]
            blocks = [Block("headline", -1, str(record.get("title") or ""))]
            paragraphs = (record.get("text") or "").split("\n")
            blocks += [Block("body", 1, text) for text in paragraphs if text.strip()]
            place = str(record.get("place") or "")
            yield Document(
                id=number,
                blocks=tuple(blocks),
                published_on=day if len(day) == 10 else "",
                facets={
                    "district": [place] if place else [],
                    "initiative": [],
                    "year": [day[:4] or "none"],
                    "named": [place[:2]] if place else [],
                    "source": [str(record.get("source") or "")],
                },
            )


def segment_words(text: str) -> str:
    segmenter = default_segmenter()
    return " ".join(token.text for token in segmenter.search_tokens(text))


@dataclass(frozen=True, slots=True)
class Prepared:
    """Documents with their words; each engine reads them from the work folder."""

    folder: Path

    def __iter__(self) -> Iterator[tuple[Document, str]]:
        for path in sorted(self.folder.glob("*.jsonl")):
            with path.open(encoding="utf-8") as lines:
                for line in lines:
                    record = json.loads(line)
                    words = record.pop("words")
                    record["blocks"] = tuple(Block(**block) for block in record["blocks"])
                    yield Document(**record), words

    def count(self) -> int:
        return sum(path.read_bytes().count(b"\n") for path in self.folder.glob("*.jsonl"))

    def documents(self) -> Iterator[Document]:
        return (document for document, _ in self)


def prepare(documents: Iterable[Document], folder: Path) -> Prepared:
    """Segment every document on all cores, unless the folder has the result already."""
    done = folder / "complete"
    if not done.exists():
        folder.mkdir(parents=True, exist_ok=True)
        with ProcessPoolExecutor(2) as pool:
            for number, lines in enumerate(pool.map(_cut_chunk, _chunks(documents))):
                (folder / f"{number:05}.jsonl").write_text("".join(lines), "utf-8")
        done.touch()
    return Prepared(folder)


def _chunks(documents: Iterable[Document]) -> Iterator[list[Document]]:
    iterator = iter(documents)
    while chunk := list(islice(iterator, _CHUNK)):
        yield chunk


def _cut_chunk(chunk: Sequence[Document]) -> list[str]:
    return [
        json.dumps({**asdict(document), "words": segment_words(document.text)}, ensure_ascii=False) + "\n"
        for document in chunk
    ]
