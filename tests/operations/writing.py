"""Two processes take in, publish and edit while backups are made.

``python -m tests.operations.writing FOLDER`` makes them in FOLDER.
Prints for each backup what was committed before it began.
"""

from __future__ import annotations

import json
import os
import sys
import time
from dataclasses import replace
from pathlib import Path

from tests.faults import stage  # isort: skip - sets Django up

from django.conf import settings

from reports import workflow
from reports.operations import make_backup, places_of_this_archive

PROCESSES = 2
BACKUPS = 4
BETWEEN = 6


def write(journal: Path, process: int) -> None:
    """One document after the other; each is noted once it is committed."""
    number = 0
    while True:
        number += 1
        text = f"第{process}组的第{number}块晒场\n\n清早的雾还没散，村里的人已经到齐，把谷子摊开。\n"
        accession = workflow.receive(text.encode(), f"{process}-{number}.txt").accession
        (report,) = workflow.draft_reports(accession)
        report = workflow.publish(report)
        report = workflow.edit(report, replace(workflow.content_of(report), deck=f"改过的{number}"))
        with journal.open("a") as file:
            file.write(json.dumps([report.pk, report.version, accession.sha256]) + "\n")


def committed(journals: list[Path]) -> list[object]:
    return [json.loads(line) for path in journals if path.exists() for line in path.read_text().splitlines()]


def back_up(file: Path, journals: list[Path], before: int) -> None:
    """Goes on only when something was committed after it had begun, however fast the machine is."""

    def wait(doing: str, done: int, total: int) -> None:
        while len(committed(journals)) == before:
            time.sleep(0.01)

    make_backup(file, places_of_this_archive(), settings.SECRET_KEY, "", wait)


def play(folder: Path) -> None:
    journals = [folder / f"journal-{process}" for process in range(PROCESSES)]
    stage.load()
    writers = [
        stage.fork(lambda place=place: write(journals[place], place))  # type: ignore[misc]
        for place in range(PROCESSES)
    ]
    told: list[dict[str, object]] = []
    try:
        for number in range(BACKUPS):
            wanted = len(committed(journals)) + BETWEEN
            while len(committed(journals)) < wanted:
                for writer in writers:
                    assert os.waitpid(writer, os.WNOHANG) == (0, 0), "a writer has ended"
                time.sleep(0.02)
            file = folder / f"{number}.backup"
            before = committed(journals)
            back_up(file, journals, len(before))
            told.append({"file": str(file), "before": before, "after": len(committed(journals))})
    finally:
        for writer in writers:
            stage.kill(writer)
            stage.ended(writer)
    stage.finish({"backups": told})


if __name__ == "__main__":
    play(Path(sys.argv[1]))
