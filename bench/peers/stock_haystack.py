"""Stock haystack with Whoosh and jieba, in a process of its own, which measures its own time."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from bench.documents import Prepared
from bench.peers.answer import Answer
from bench.queries import Query


class StockHaystack:
    name = "stock haystack + Whoosh"
    rounds = 2  # a second a query

    def build(self, prepared: Prepared, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._run(folder, "build", str(prepared.folder), check=True)

    def _run(self, folder: Path, *arguments: str, check: bool) -> None:
        command = [sys.executable, "-m", "bench.stock.serve", *arguments]
        subprocess.run(command, env={**os.environ, "STOCK_FOLDER": str(folder)}, check=check)

    def open(self, folder: Path) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "bench.stock.serve", "answer"],
            env={**os.environ, "STOCK_FOLDER": str(folder), "PYTHONUTF8": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
        )
        self.pid = self._process.pid
        assert self._process.stdout is not None
        if not self._process.stdout.readline():
            raise ChildProcessError(f"{self.name} did not start")

    def search(self, query: Query) -> Answer:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        asked = {"kind": query.kind, "words": query.words, "refinements": query.refinements}
        self._process.stdin.write(json.dumps(asked, ensure_ascii=False) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise ChildProcessError(f"{self.name} ended at {query}")
        answer = json.loads(line)
        self.seconds = float(answer["seconds"])
        return Answer(answer["total"], tuple((i, s) for i, s in answer["hits"]), answer["facets"])

    def close(self) -> None:
        self._process.communicate(timeout=30)  # closes both pipes
