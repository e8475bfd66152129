"""The source next to the review form: its numbered lines with their roles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reports.ingest import UnreadableDocument
from reports.ingest.block_roles import LOW_CONFIDENCE
from reports.ingest.parsed import Role
from reports.ingest.readers import find_reader
from reports.models import Article
from reports.workflow import DamagedOriginal, read_original

_MARGIN = 20
_MAX_LINES = 3000


@dataclass(frozen=True, slots=True)
class SourceLine:
    """``label`` is set only on the first line of a block; ``why`` is the reason for its role."""

    number: int
    text: str
    role: str = ""
    label: str = ""
    why: str = ""
    is_doubtful: bool = False


@dataclass(frozen=True, slots=True)
class Source:
    """``notice`` says in Chinese which lines are not shown, or why none is."""

    lines: Sequence[SourceLine]
    notice: str = ""


def source_of(article: Article) -> Source:
    """The lines of the original; of a long document only those of this article."""
    try:
        document = find_reader(article.accession.file_name)(read_original(article.accession))
    except (UnreadableDocument, DamagedOriginal) as error:
        return Source(_block_lines(article.blocks), f"{error}下面是当初拆分的结果。")
    lines = document.decoded.text.splitlines()
    first, last = 1, len(lines)
    if len(lines) > _MAX_LINES and article.blocks:
        first = max(1, min(block["first_line"] for block in article.blocks) - _MARGIN)
        last = min(last, max(block["last_line"] for block in article.blocks) + _MARGIN, first + _MAX_LINES)
    notice = (
        "" if (first, last) == (1, len(lines)) else f"原件共 {len(lines)} 行，这里是第 {first}—{last} 行。"
    )
    covering = _blocks_by_line(article.blocks)
    return Source([_line(n, lines[n - 1], covering.get(n, [])) for n in range(first, last + 1)], notice)


def _line(number: int, text: str, blocks: Sequence[Mapping[str, Any]]) -> SourceLine:
    if not blocks:
        return SourceLine(number, text)
    starting = [block for block in blocks if block["first_line"] == number]
    return SourceLine(
        number,
        text,
        role=blocks[0]["role"],
        label="、".join(dict.fromkeys(_name(block["role"]) for block in starting)),
        why="；".join(dict.fromkeys(block["why"] for block in blocks if block["why"])),
        is_doubtful=any(block["confidence"] < LOW_CONFIDENCE for block in blocks),
    )


def _blocks_by_line(blocks: Sequence[Mapping[str, Any]]) -> dict[int, list[Mapping[str, Any]]]:
    covering: dict[int, list[Mapping[str, Any]]] = {}
    for block in blocks:
        for number in range(block["first_line"], block["last_line"] + 1):
            covering.setdefault(number, []).append(block)
    return covering


def _block_lines(blocks: Sequence[Mapping[str, Any]]) -> list[SourceLine]:
    return [_line(block["first_line"], block["text"], [block]) for block in blocks]


def _name(role: str) -> str:
    return Role(role).label if role in set(Role) else role
