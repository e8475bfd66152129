"""docs/licences.md names every package that the archive installs, with the licence that it states."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

_ROOT = Path(__file__).resolve().parents[1]


def _direct() -> Iterator[Requirement]:
    for line in (_ROOT / "requirements.txt").read_text("utf-8").splitlines():
        if wanted := line.partition("#")[0].strip():
            yield Requirement(wanted)


def _installed() -> dict[str, metadata.Distribution]:
    """The packages of requirements.txt and all that they need on this machine."""
    found: dict[str, metadata.Distribution] = {}
    waiting = list(_direct())
    while waiting:
        wanted = waiting.pop()
        name = canonicalize_name(wanted.name)
        if name in found:
            continue
        found[name] = metadata.distribution(wanted.name)
        for text in found[name].requires or []:
            needed = Requirement(text)
            extras = ("", *wanted.extras)
            if needed.marker is None or any(needed.marker.evaluate({"extra": extra}) for extra in extras):
                waiting.append(needed)
    return found


def _stated(package: metadata.Distribution) -> str:
    """The licence expression, else the licence field's first line, else the classifier's last words."""
    fields = package.metadata
    if expression := fields.get("License-Expression"):
        return str(expression)
    if line := (fields.get("License") or "").partition("\n")[0].strip():
        return str(line)
    classifiers = [each for each in fields.get_all("Classifier") or [] if each.startswith("License")]
    return classifiers[0].rpartition("::")[2].strip() if classifiers else ""


def _listed() -> dict[str, str]:
    text = (_ROOT / "docs" / "licences.md").read_text("utf-8")
    table = text.partition("## Packages")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| ([^|]+?) \| ([^|]+?) \|$", table, re.MULTILINE)
    return {canonicalize_name(name): licence for name, licence in rows if name != "package"}


def test_every_installed_package_is_listed_with_its_licence() -> None:
    stated = {name: _stated(package) for name, package in _installed().items()}
    assert _listed() == stated


def test_no_package_is_under_the_agpl() -> None:
    assert not [name for name, package in _installed().items() if "AGPL" in _stated(package)]
