"""The benchmark runs, its engines agree, and its tables say what was measured. Nothing here is timed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from bench.documents import NAMED_FACETS, Prepared, facet_key, prepare, synthetic_documents
from bench.measure import disagreements, time_queries
from bench.peers.answer import TANTIVY_SAME_ANSWERS, Peer
from bench.peers.fts5 import Fts5
from bench.peers.ours import Ours, OursForgetful
from bench.peers.stock_haystack import StockHaystack
from bench.queries import Query, draw
from bench.results import Measured, read_all, record
from bench.served.addresses import address, typed
from bench.served.checking import differences
from bench.tables import page
from bench.targets import outcomes

ROOT = Path(__file__).parents[2]
DOCUMENTS = 100


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("bench")


@pytest.fixture(scope="module")
def prepared(work: Path) -> Prepared:
    return prepare(synthetic_documents(DOCUMENTS), work / f"synthetic-{DOCUMENTS}" / "documents")


@pytest.fixture(scope="module")
def queries(prepared: Prepared) -> list[Query]:
    return draw(prepared)


@pytest.fixture(scope="module")
def ours(prepared: Prepared, work: Path) -> Path:
    folder = work / "ours"
    Ours().build(prepared, folder)
    return folder


def _answers_equal(peer: Peer, name: str, prepared: Prepared, queries: list[Query], ours: Path) -> None:
    archive = Ours()
    archive.open(ours)
    timings, answers = time_queries([archive, peer], queries, rounds=1)
    assert disagreements(answers, Ours.NAME, name, queries) == []
    assert any(answer.total for answer in answers[name].values())
    assert all(len(timing.medians()) == len(queries) for timing in timings.values())


def test_there_are_sixty_queries_of_every_kind_and_always_the_same(prepared, queries):
    assert len(queries) >= 60
    assert draw(prepared) == queries
    kinds = {query.kind for query in queries}
    assert kinds >= {"2 words", "3 words", "4 words", "phrase", "prefix", "refined", "none"}
    assert kinds >= {f"one word, {band}" for band in ("rare", "middling", "common", "very common")}


def test_sqlite_gives_the_answers_of_the_archive(prepared, queries, ours, tmp_path):
    peer = Fts5(by_character=True)
    peer.build(prepared, tmp_path)
    peer.open(tmp_path)
    _answers_equal(peer, Fts5.SAME_ANSWERS, prepared, queries, ours)


@pytest.mark.skipif(not find_spec("tantivy"), reason="tantivy is not installed (requirements-bench.txt)")
def test_tantivy_gives_the_answers_of_the_archive(prepared, queries, ours, tmp_path):
    from bench.peers.tantivy_engine import Tantivy

    peer = Tantivy(by_character=True)
    peer.build(prepared, tmp_path)
    peer.open(tmp_path)
    _answers_equal(peer, TANTIVY_SAME_ANSWERS, prepared, queries, ours)


def test_an_engine_that_keeps_nothing_gives_the_same_answers(queries, ours):
    keeping, forgetting = Ours(), OursForgetful()
    keeping.open(ours)
    forgetting.open(ours)
    for query in queries:
        assert forgetting.search(query) == keeping.search(query)
    kept = [len(cache._values) for cache in forgetting._caches]
    forgetting.search(Query("none", ("龘龘靐",)))
    assert sum(kept) > 0
    assert sum(len(cache._values) for cache in forgetting._caches) <= 2


def test_stock_haystack_finds_the_words_that_jieba_cuts(prepared, queries, ours, tmp_path):
    archive, stock = Ours(), StockHaystack()
    stock.build(prepared, tmp_path)
    archive.open(ours)
    stock.open(tmp_path)
    try:
        asked = [query for query in queries if query.kind in {"one word, common", "refined", "none"}]
        for query in asked:
            expected, answer = archive.search(query), stock.search(query)
            assert answer.total == expected.total, query
            assert {article for article, _ in answer.hits} <= set(range(1, DOCUMENTS + 1))
            if not query.refinements and expected.total:
                years = {year: count for year, count in expected.facets["year"].items() if count}
                assert answer.facets["year"] == years
    finally:
        stock.close()


def test_a_name_is_filed_under_a_key_that_is_an_address():
    for facet in NAMED_FACETS:
        key = facet_key(facet, "石山区")
        assert key.isascii()
        assert facet_key(facet, key) == key
        assert facet_key(facet, "时山区") != key  # of the same sound
    assert facet_key("source", "晨间区县报") == "晨间区县报"


def test_a_query_is_typed_as_a_reader_would():
    assert typed(Query("phrase", ("基层治理",))) == "“基层治理”"
    assert typed(Query("prefix", ("基层",))) == "基层*"
    assert typed(Query("2 words", ("基层", "治理"))) == "基层 治理"
    assert address(Query("refined", ("a",), (("year", "2019"),))) == "/?q=a&year=2019"


def test_what_is_served_wrongly_is_told(queries, prepared, ours):
    query = next(query for query in queries if query.kind == "2 words")
    archive = Ours()
    archive.open(ours)
    expected = archive.search(query)
    answer = {"total": expected.total + 1, "hits": [], "facets": {facet: [] for facet in expected.facets}}
    told = "\n".join(differences([answer], [query], ours, prepared))
    assert "hits, the engine has" in told
    assert "other hits" in told
    assert "other counts of district" in told


def _measured(p95: float) -> Measured:
    engine = {"p50": 1.0, "p95": 2.0, "first": 1.0, "open": 1.0, "memory_bytes": 1, "size_bytes": 1}
    engines = {
        Ours.NAME: {**engine, "p95": p95, "medians": [1.0]},
        TANTIVY_SAME_ANSWERS: {**engine, "medians": [1.0]},
    }
    asked = [{"kind": "none", "words": ["x"], "refinements": []}]
    around = {"date": "2024-05-01", "machine": "m", "system": "s", "load": "0.0", "command": "c"}
    queries = {"engines": engines, "queries": asked, "notes": [], "circumstances": around}
    return Measured("synthetic-10000", 10_000, {"queries": queries})


@pytest.mark.parametrize(("p95", "reached"), [(0.9, True), (1.0, True), (1.1, False)])
def test_what_must_be_reached_is_computed_from_what_was_measured(p95, reached):
    measured = _measured(p95)
    found = {outcome.target.name: outcome for outcome in outcomes(measured)}
    against = found["p95 against tantivy, same answers"]
    assert against.measured == pytest.approx(p95 / 2)
    assert against.is_reached is reached
    assert found["search page over HTTP, one client, p95"].is_reached is None
    row = f"| p95 against tantivy, same answers | ≤ 0.5 × | {p95 / 2:.3g} × | "
    assert row + ("yes" if reached else "**no**") in page(measured)


def test_parts_measured_at_different_times_stand_together(tmp_path):
    around = {"date": "2024-05-01", "machine": "m", "system": "s", "load": "0.0", "command": "c"}
    record(tmp_path, "a", 10, "builds", {"engines": {"x": 1, "y": 1}}, around)
    record(tmp_path, "a", 10, "served", {"first": 1}, around)
    record(tmp_path, "a", 10, "builds", {"engines": {"y": 2}}, around)
    record(tmp_path, "synthetic-9", 9, "served", {"first": 2}, around)
    synthetic, one = read_all(tmp_path)
    assert synthetic.label == "synthetic-9"
    assert one.parts["builds"]["engines"] == {"x": 1, "y": 2}
    assert one.parts["served"]["first"] == 1


def test_the_whole_path_is_measured_and_drawn(prepared, work, tmp_path):
    """In processes of its own, as it is run: what gunicorn serves is checked, tables are written."""
    command = [
        *(sys.executable, "-W", "ignore", "-m", "bench.run", "--sizes", str(DOCUMENTS)),
        *("--only", "queries", "served", "--rounds", "1", "--starts", "1"),
        *("--without", "tantivy", "FTS5", "Whoosh", "words only"),
        *("--work", str(work), "--results", str(tmp_path)),
    ]
    environment = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    environment["ARCHIVE_DATA"] = str(tmp_path / "data")
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    label = f"synthetic-{DOCUMENTS}"
    parts = json.loads((tmp_path / f"{label}.json").read_text("utf-8"))["parts"]
    assert set(parts["queries"]["engines"]) == {Ours.NAME, OursForgetful().name}
    assert parts["served"]["pages"]["8"]["pages"] == 8 * len(parts["queries"]["queries"])
    assert parts["served"]["export"]["hits"] == DOCUMENTS
    table = (tmp_path / f"{label}.md").read_text("utf-8")
    assert "| a further worker's own pages after all queries | ≤ 120 MB | " in table
    assert f"[{label}]({label}.md)" in (tmp_path / "README.md").read_text("utf-8")
