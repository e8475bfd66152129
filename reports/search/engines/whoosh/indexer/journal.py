"""The journal of a rebuild: the ids of the articles that change while it runs."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path


class Journal:
    """A text file with one id per line. All methods need the write lock, except ``ids_after``."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def begin(self) -> None:
        self.path.write_text("", "ascii")

    def remove(self) -> None:
        self.path.unlink(missing_ok=True)

    def add(self, article_ids: Iterable[int]) -> None:
        with self.path.open("a", encoding="ascii") as file:
            # A line break first: on a full disk the last line may be incomplete.
            file.write("".join(["\n", *(f"{article_id}\n" for article_id in article_ids)]))

    def ids_after(self, count: int) -> list[int]:
        """The ids after the first ``count`` ids."""
        # The last line may be incomplete: its change is still to be made, or has failed.
        lines = self.path.read_text("ascii").split("\n")[:-1]
        return [int(line) for line in lines if line][count:]
