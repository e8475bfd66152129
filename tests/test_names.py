"""A piece with its head, sections and figures is an *article*; a *report* is the uploaded document.

So the second word stays in a few names only: the application, two commands, and words of other meaning.
"""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

_ROOT = Path(__file__).resolve().parents[1]
_REPORT = re.compile("report", re.IGNORECASE)
_ALLOWED = re.compile(
    r"""
    reports(\..*|_([a-z]+.*)?|/.*)? | ReportsConfig   # the application: label, modules, tables, addresses
    | /reports/                                       # where the redirect of before leads from
    | (test_)?(parse_report|import_reports).*         # commands that take a report, the uploaded document
    | .*reporters? | REPORTER | .*_reporter_.*        # 记者; pytest's terminal reporter
    | report_progress | .*makereport                  # to report: tell
    | district-report-archive
    """,
    re.VERBOSE,
)
_TABLES_OF_ARTICLES = re.compile(r"reports[._]report")


def _tracked(*endings: str) -> list[Path]:
    names = subprocess.run(["git", "ls-files", "-z"], cwd=_ROOT, capture_output=True, check=True).stdout
    paths = [_ROOT / name for name in names.decode().split("\0") if name.endswith(endings)]
    return [path for path in paths if path.exists() and path != Path(__file__)]


def _identifiers(tree: ast.AST) -> Iterator[str]:
    """Names of all kinds, and texts that are used as names: scopes, labels, keys of JSON."""
    for node in ast.walk(tree):
        for field in ("id", "attr", "name", "arg", "asname", "module"):
            if isinstance(name := getattr(node, field, None), str):
                # The application is imported from, never held in a variable.
                yield f"variable {name}" if name == "reports" and field != "module" else name
        if isinstance(node, ast.Constant) and re.fullmatch(r"[A-Za-z_.:/-]+", str(node.value)):
            yield str(node.value)


def _is_misnamed(name: str) -> bool:
    name = name.removeprefix("admin:").removeprefix("/admin/")
    return bool(_REPORT.search(name) and (not _ALLOWED.fullmatch(name) or _TABLES_OF_ARTICLES.match(name)))


def test_no_python_name_calls_an_article_a_report() -> None:
    misnamed = {
        (str(path.relative_to(_ROOT)), name)
        for path in _tracked(".py")
        for name in _identifiers(ast.parse(path.read_text("utf-8")))
        if _is_misnamed(name)
    }
    assert not misnamed


def test_no_page_calls_an_article_a_report() -> None:
    misnamed = {
        (path.name, word)
        for path in _tracked(".html", ".css", ".js")
        for word in re.findall(r"[\w-]*report[\w-]*", path.read_text("utf-8"), re.IGNORECASE)
        if _is_misnamed(word)
    }
    assert not misnamed


@pytest.mark.parametrize(
    "name", ["Report", "report_id", "reports_report", "draft_reports", "admin:reports_report_change"]
)
def test_the_check_can_fail(name: str) -> None:
    assert _is_misnamed(name)
