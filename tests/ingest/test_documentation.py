"""docs/ingest.md prints the rule tables as they are."""

from __future__ import annotations

from pathlib import Path

from reports.ingest.joining import JOIN_RULES
from reports.ingest.readers import READERS
from reports.ingest.rules import ROLE_RULES
from reports.ingest.titles import TITLE_RULES

DOCS = (Path(__file__).resolve().parents[2] / "docs" / "ingest.md").read_text("utf-8")


def test_every_role_and_title_rule_is_printed_with_its_weight() -> None:
    for rule in (*ROLE_RULES, *TITLE_RULES):
        assert f"| {rule.role} | {rule.why} | {rule.weight:g} |" in DOCS


def test_every_join_rule_is_printed_with_its_weight() -> None:
    for rule in JOIN_RULES:
        assert f"| {rule.why} | {rule.weight:g} |" in DOCS


def test_no_printed_rule_is_gone() -> None:
    rows = [line for line in DOCS.splitlines() if line.startswith("| ") and line.endswith(" |")]
    weights = [row for row in rows if row.rsplit("|", 2)[1].strip().lstrip("-").replace(".", "").isdigit()]
    assert len(weights) == len(ROLE_RULES) + len(TITLE_RULES) + len(JOIN_RULES)


def test_every_ending_is_named() -> None:
    assert all(f"`{ending}`" in DOCS for ending in READERS)
