"""The documents name every command, variable, setting, address and room, and no other."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote

import pytest

from archive import settings
from reports import urls
from reports.operations.configuration import VARIABLES

_ROOT = Path(__file__).resolve().parents[1]
_DOCS = _ROOT / "docs"
_README = (_ROOT / "README.md").read_text("utf-8")
_HANDBOOK = (_DOCS / "运维手册.md").read_text("utf-8")
_INTERFACE = (_DOCS / "interface.md").read_text("utf-8")
_ARCHITECTURE = (_DOCS / "architecture.md").read_text("utf-8")
_CHANGES = 20


def _section(text: str, heading: str) -> str:
    """What stands below a heading, up to the next one of its level or above."""
    level = heading.split(" ")[0]
    body = text.split(f"\n{heading}\n", 1)[1]
    return re.split(rf"^#{{1,{len(level)}}} ", body, maxsplit=1, flags=re.MULTILINE)[0]


def _rows(text: str) -> list[list[str]]:
    """The cells of every table row, heads and rules left out."""
    lines = [line for line in text.splitlines() if line.startswith("|")]
    rules = {number for number, line in enumerate(lines) if re.fullmatch(r"[|\- ]+", line)}
    rows = [line for number, line in enumerate(lines) if not {number, number + 1} & rules]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", row)[1:-1]] for row in rows]


def _names(text: str, pattern: str) -> set[str]:
    """Names in backticks at the beginning of table rows."""
    quoted = (quote for row in _rows(text) for quote in re.findall("`([^`]+)`", row[0]))
    return {match[0] for quote in quoted if (match := re.match(pattern, quote))}


def _commands() -> set[str]:
    modules = (_ROOT / "reports" / "management" / "commands").glob("*.py")
    return {path.stem for path in modules if not path.stem.startswith("_")}


def _addresses() -> set[tuple[str, str]]:
    """Name and address of every pattern, the kind of what is in angle brackets left out."""
    return {(str(path.name), "/" + re.sub(r"<\w+:", "<", str(path.pattern))) for path in urls.urlpatterns}


def _rooms() -> set[str]:
    packages = (
        path.parent
        for room in ("archive", "reports", "bench")
        for path in (_ROOT / room).rglob("__init__.py")
    )
    return {f"{package.relative_to(_ROOT).as_posix()}/" for package in packages}


def _links(text: str) -> list[str]:
    """Targets of relative links."""
    targets = re.findall(r"\]\(([^)#\s]+)[^)]*\)", text)
    return [unquote(target) for target in targets if ":" not in target]


@pytest.mark.parametrize("document", [_README, _HANDBOOK], ids=["README", "handbook"])
class TestOperators:
    def test_every_command_is_named(self, document: str) -> None:
        assert _commands() == _names(document, "[a-z_]+(?= |$)")

    def test_every_variable_is_named(self, document: str) -> None:
        assert {*VARIABLES, "SECRET_KEY"} == _names(document, "[A-Z][A-Z_]+$")


def test_every_setting_of_our_own_is_named() -> None:
    own = {name for name in vars(settings) if name.startswith("ARCHIVE_")}
    assert own <= set(re.findall("`([A-Z_]+)`", _README + _ARCHITECTURE))


def test_every_address_is_named_with_its_name() -> None:
    rows = [row for row in _rows(_section(_INTERFACE, "## Addresses")) if row[0]]
    assert _addresses() == {(row[0].strip("`"), row[1].strip("`")) for row in rows}


def test_every_room_has_a_paragraph_linked_to_its_folder() -> None:
    paragraphs = re.findall(r"^\*\*\[([^\]]+)\]\(\.\./([^)]+)\)\*\* \S", _ARCHITECTURE, re.MULTILINE)
    assert all(name == target for name, target in paragraphs)
    assert _rooms() == {target for _, target in paragraphs}


def test_twenty_changes_begin_in_a_file_that_has_what_is_looked_for() -> None:
    rows = _rows(_section(_ARCHITECTURE, "## Where a change begins"))
    assert len({change for change, *_ in rows}) == len(rows) == _CHANGES
    for change, file, looked_for, *_ in rows:
        (target,) = _links(file)
        assert looked_for.strip("`") in (_DOCS / target).read_text("utf-8"), change


@pytest.mark.parametrize(
    "path", [_ROOT / "README.md", *sorted(_DOCS.rglob("*.md"))], ids=lambda path: path.name
)
def test_every_relative_link_leads_somewhere(path: Path) -> None:
    lost = [target for target in _links(path.read_text("utf-8")) if not (path.parent / target).exists()]
    assert not lost


@pytest.mark.parametrize(
    ("read", "text", "expected"),
    [
        (lambda text: _rows(text), "| a | b |\n|---|---|\n| `c` | d |", [["`c`", "d"]]),
        (lambda text: _names(text, "[A-Z]+$"), "| x |\n|---|\n| `A`, `B` |", {"A", "B"}),
        (lambda text: _section(text, "## A"), "x\n## A\nin\n### B\nstill\n## C\nout", "in\n### B\nstill\n"),
        (_links, "[a](b.md) [c](https://d) [e](f%20g.md#h)", ["b.md", "f g.md"]),
    ],
    ids=["rows", "names", "section", "links"],
)
def test_the_documents_are_read_as_meant(read: Callable[[str], object], text: str, expected: object) -> None:
    assert read(text) == expected
