"""A document that is being received."""

from __future__ import annotations

from dataclasses import dataclass

from reports.models import Accession


@dataclass(frozen=True, slots=True)
class IncomingDocument:
    """``container`` is the zip or list that contained it, ``line`` its line there.

    ``error`` is the reason why its bytes could not be read; otherwise empty.
    """

    name: str
    data: bytes = b""
    line: int | None = None
    error: str = ""
    container: Accession | None = None

    @property
    def label(self) -> str:
        """Its name in messages: 甲.zip › 乙.txt, 甲.jsonl 第3行."""
        if self.line is not None:
            return f"{self.name} 第{self.line}行"
        return f"{self.container.file_name} › {self.name}" if self.container else self.name
