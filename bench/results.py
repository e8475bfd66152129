"""Results, stored as JSON in one file for each set of documents, so that tables can be made again."""

from __future__ import annotations

import json
import os
import platform
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

Part = Mapping[str, Any]
"""``builds``, ``queries`` or ``served``: what was measured, with the ``circumstances`` it was measured in."""


@dataclass(frozen=True, slots=True)
class Measured:
    label: str
    size: int
    parts: dict[str, Part]


def circumstances(command: str) -> dict[str, str]:
    return {
        "machine": f"{_processor()}, {os.cpu_count()} cores, {_memory_gigabytes()} GB",
        "system": f"{platform.system()} {platform.machine()}, Python {platform.python_version()}",
        "load": f"{os.getloadavg()[0]:.1f}",
        "date": date.today().isoformat(),
        "command": command,
    }


def record(folder: Path, label: str, size: int, name: str, part: Part, around: Mapping[str, str]) -> None:
    """Replace one part of the stored results; the other parts stay.

    Builds of engines that were not built this time stay too.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{label}.json"
    parts = json.loads(path.read_text("utf-8"))["parts"] if path.exists() else {}
    if name == "builds" and name in parts:
        part = {"engines": {**parts[name]["engines"], **part["engines"]}}
    parts[name] = {**part, "circumstances": dict(around)}
    text = json.dumps({"label": label, "size": size, "parts": parts}, ensure_ascii=False, indent=1)
    path.write_text(text + "\n", "utf-8")


def read_all(folder: Path) -> list[Measured]:
    """By size, synthetic articles first."""
    results = [Measured(**json.loads(path.read_text("utf-8"))) for path in folder.glob("*.json")]
    return sorted(results, key=lambda measured: (not measured.label.startswith("synthetic"), measured.size))


def _processor() -> str:
    names = re.findall(r"^model name\s*: (.*)$", _text("/proc/cpuinfo"), re.MULTILINE)
    return names[0].strip() if names else platform.machine()


def _memory_gigabytes() -> int:
    total = re.search(r"^MemTotal:\s+(\d+) kB", _text("/proc/meminfo"), re.MULTILINE)
    return round(int(total[1]) / 1e6) if total else 0


def _text(path: str) -> str:
    try:
        return Path(path).read_text()
    except OSError:
        return ""
