"""Two processes take in, publish and edit while backups are made.

``python -m tests.operations.writing FOLDER`` makes them in FOLDER.
Prints for each backup what was committed before it began.
"""

from __future__ import annotations

import json
import os
import sys
import time
from dataclasses import dataclass, field, replace
from pathlib import Path

from tests.faults import stage  # isort: skip - sets Django up

from reports import workflow
from reports.operations import make_backup, paths_of_this_archive
from tests.receiving import drafted

PROCESSES = 2
BACKUPS = 4
BETWEEN = 6


def write(journal: Path, process: int) -> None:
    """One document after the other; each is noted once it is committed."""
    number = 0
    while True:
        number += 1
        text = f"第{process}组的第{number}块晒场\n\n清早的雾还没散，村里的人已经到齐，把谷子摊开。\n"
        (draft,) = drafted(text.encode(), f"{process}-{number}.txt")
        article = workflow.publish(draft)
        article = workflow.edit(article, replace(workflow.content_of(article), deck=f"改过的{number}"))
        with journal.open("a") as file:
            file.write(json.dumps([article.pk, article.version, draft.accession.sha256]) + "\n")


@dataclass
class Journals:
    """What the writers have committed."""

    paths: list[Path]
    writers: list[int] = field(default_factory=list)

    def lines(self) -> list[object]:
        texts = [path.read_text() for path in self.paths if path.exists()]
        return [json.loads(line) for text in texts for line in text.splitlines()]

    def wait_for(self, more: int) -> None:
        """Until so many more were committed."""
        wanted = len(self.lines()) + more
        while len(self.lines()) < wanted:
            for writer in self.writers:
                assert os.waitpid(writer, os.WNOHANG) == (0, 0), "a writer has ended"
            time.sleep(0.02)


def play(folder: Path) -> None:
    journals = Journals([folder / f"journal-{process}" for process in range(PROCESSES)])
    stage.load()
    for number, path in enumerate(journals.paths):
        journals.writers.append(stage.fork(lambda path=path, number=number: write(path, number)))  # type: ignore[misc]
    told: list[dict[str, object]] = []

    def go_on(doing: str, done: int, total: int) -> None:
        if doing == "复制数据库" and done == total:
            journals.wait_for(1)  # between the copy of the database and the originals

    try:
        for number in range(BACKUPS):
            journals.wait_for(BETWEEN)
            before, file = journals.lines(), folder / f"{number}.backup"
            make_backup(file, paths_of_this_archive(), "a key", "", go_on)
            told.append({"file": str(file), "before": before, "after": len(journals.lines())})
    finally:
        for writer in journals.writers:
            stage.kill(writer)
            stage.ended(writer)
    stage.finish({"backups": told})


if __name__ == "__main__":
    play(Path(sys.argv[1]))
