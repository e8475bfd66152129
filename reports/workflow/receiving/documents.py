"""A document on its way in."""

from __future__ import annotations

from dataclasses import dataclass

from reports.models import Accession


@dataclass(frozen=True, slots=True)
class IncomingDocument:
    """``container`` is the zip or list it came in, ``line`` its line there.

    ``error`` says why its bytes could not be read.
    """

    name: str
    data: bytes = b""
    line: int | None = None
    error: str = ""
    container: Accession | None = None

    @property
    def label(self) -> str:
        """How a message names it: 甲.zip › 乙.txt, 甲.jsonl 第3行."""
        if self.line is not None:
            return f"{self.name} 第{self.line}行"
        return f"{self.container.file_name} › {self.name}" if self.container else self.name
