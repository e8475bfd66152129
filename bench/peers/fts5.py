"""SQLite's FTS5 with facets: on jieba's words ("same tokens"), or one character a token asked as phrases."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from bench.documents import FACETS, Prepared, segment_words
from bench.peers.answer import Answer, refinement_sets
from bench.queries import Query
from reports.language.normalise import fold


class Fts5:
    SAME_ANSWERS = "SQLite FTS5, same answers"
    SAME_TOKENS = "SQLite FTS5, same tokens"

    def __init__(self, *, by_character: bool) -> None:
        self.name = self.SAME_ANSWERS if by_character else self.SAME_TOKENS
        self._by_character = by_character

    def build(self, prepared: Prepared, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        database = self._connect(folder)
        database.execute(
            "CREATE VIRTUAL TABLE texts USING fts5"
            "(body, content='', tokenize='unicode61 categories ''L* N* Co P* S*''')"
        )
        database.execute(
            "CREATE TABLE facets (facet TEXT, value TEXT, document INTEGER,"
            " PRIMARY KEY (facet, document, value)) WITHOUT ROWID"
        )
        database.execute("CREATE INDEX by_value ON facets (facet, value, document)")
        for document, words in prepared:
            lines = " \ue000 ".join(" ".join(line.replace(" ", "")) for line in document.text.split("\n"))
            body = lines if self._by_character else words
            database.execute("INSERT INTO texts (rowid, body) VALUES (?, ?)", (document.id, body))
            rows = [(facet, value, document.id) for facet in FACETS for value in document.facets[facet]]
            database.executemany("INSERT OR IGNORE INTO facets VALUES (?, ?, ?)", rows)
        database.commit()
        database.execute("INSERT INTO texts (texts) VALUES ('optimize')")
        database.commit()
        database.execute("ANALYZE")
        database.commit()
        database.close()

    def _connect(self, folder: Path) -> sqlite3.Connection:
        database = sqlite3.connect(folder / "fts5.sqlite3")
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA synchronous = NORMAL")
        database.execute("PRAGMA cache_size = -200000")
        database.execute("PRAGMA mmap_size = 8000000000")
        return database

    def open(self, folder: Path) -> None:
        self._database = self._connect(folder)

    def search(self, query: Query) -> Answer:
        match = self._match(query)
        counts: dict[str, dict[str, int]] = {facet: {} for facet in FACETS}
        hits = self._hits(match, query.refinements)
        for refinements, facets in refinement_sets(query, FACETS).items():
            ids = hits if refinements == query.refinements else self._hits(match, refinements)
            self._database.execute("CREATE TEMP TABLE IF NOT EXISTS hits (document INTEGER PRIMARY KEY)")
            self._database.execute("DELETE FROM hits")
            self._database.executemany("INSERT INTO hits VALUES (?)", ((i,) for i, _ in ids))
            marks = ",".join("?" * len(facets))
            rows = self._database.execute(
                "SELECT facet, value, count(*) FROM hits JOIN facets USING (document)"
                f" WHERE facet IN ({marks}) GROUP BY 1, 2",
                facets,
            )
            for facet, value, count in rows:
                counts[facet][value] = count
        return Answer(len(hits), tuple(sorted(hits, key=lambda hit: -hit[1])[:20]), counts)

    def _hits(self, match: str, refinements: tuple[tuple[str, str], ...]) -> list[tuple[int, float]]:
        narrowing = "".join(
            " AND rowid IN (SELECT document FROM facets WHERE facet = ? AND value = ?)" for _ in refinements
        )
        sql = f"SELECT rowid, -rank FROM texts WHERE texts MATCH ?{narrowing}"
        return self._database.execute(
            sql, (match, *(part for pair in refinements for part in pair))
        ).fetchall()

    def _match(self, query: Query) -> str:
        return " AND ".join(self._word(query.kind, fold(word)) for word in query.words)

    def _word(self, kind: str, word: str) -> str:
        if kind == "prefix" and not self._by_character:
            return f'"{word}"*'
        tokens = list(word.replace(" ", "")) if self._by_character else segment_words(word).split(" ")
        if self._by_character or kind == "phrase":
            return '"' + " ".join(tokens) + '"'
        return " AND ".join(f'"{token}"' for token in tokens)
