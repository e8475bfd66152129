"""The one call behind every face: a request in, the answer out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from time import perf_counter
from typing import Protocol, cast

from haystack import connections

from reports.language.segment import Segmenter
from reports.models import Article

from .compile import compile_search, settle_prefixes
from .engines.contract import CompiledSearch, EngineResult, Passage, UnitHit
from .engines.errors import IndexMissing
from .engines.searching import EMPTY_VERSION
from .engines.vocabulary import Vocabulary
from .facets import list_facets
from .hits import label_hits
from .page import Hit, Relaxation, ResultPage
from .refinements import resolve
from .relaxations import relax
from .request import Scope, SearchRequest, Sort
from .suggesting.corrections import correct
from .suggesting.table import current_table, table_at_hand
from .suggestions import CutQuery, cut_query
from .synonyms import Expansions, current_expansions, expand
from .syntax import MAX_LENGTH, Parsed, interpret, parse, write
from .syntax.tree import Every, Node, Word

_PASSAGES = 200
"""Passages asked of each hit: as good as all, since exports name every section that matched."""
_CHUNK = 200
"""Hits labelled at a time when all are wanted."""


class SearchEngine(Protocol):
    """What the service needs of an engine (``engines/contract.py``)."""

    def find(self, compiled: CompiledSearch) -> EngineResult: ...

    def passages(
        self, tree: Node, scope: Scope, hits: Sequence[UnitHit], per_hit: int = 3
    ) -> list[list[Passage]]: ...

    def place_and_version(self) -> tuple[str, str]:
        """Which index, and which commit of it: equal as long as it holds the same."""
        ...

    def vocabulary(self) -> Vocabulary: ...

    def segmenter(self) -> Segmenter:
        """What the index was cut with. Never fails."""
        ...


def engine() -> SearchEngine:
    """haystack's default engine. Tests put another in its place."""
    return cast("SearchEngine", connections["default"].get_backend())


@dataclass(frozen=True, slots=True)
class _WithSynonyms:
    """The engine, asked with every bare word widened to its synonyms. The trees this module reasons
    about, cuts and writes back stay as they were typed."""

    engine: SearchEngine
    expansions: Expansions

    def find(self, compiled: CompiledSearch) -> EngineResult:
        found = self.engine.find(replace(compiled, tree=expand(compiled.tree, self.expansions)))
        if found.index_version == EMPTY_VERSION and Article.objects.published().exists():
            raise IndexMissing  # "nothing found" would be wrong
        return found

    def passages(
        self, tree: Node, scope: Scope, hits: Sequence[UnitHit], per_hit: int = 3
    ) -> list[list[Passage]]:
        return self.engine.passages(expand(tree, self.expansions), scope, hits, per_hit)

    def place_and_version(self) -> tuple[str, str]:
        return self.engine.place_and_version()

    def vocabulary(self) -> Vocabulary:
        return self.engine.vocabulary()

    def segmenter(self) -> Segmenter:
        return self.engine.segmenter()


@dataclass(frozen=True, slots=True)
class _Answer:
    """A search carried out: the tree that was asked in the end, and what the engine gave."""

    tree: Node
    interpreted: str
    result: EngineResult
    notices: tuple[str, ...]
    cut: CutQuery | None  # a form of the query still to be offered
    literal: Node  # the query as typed, and how many hits that has
    literal_total: int


def search(request: SearchRequest) -> ResultPage:
    """The page that ``request`` asks for. Raises what the engine raises when it cannot read its index."""
    started = perf_counter()
    request = resolve(request)
    searching = _WithSynonyms(engine(), current_expansions())
    answer = _answer(
        searching, request, start=(request.page - 1) * request.page_size, limit=request.page_size
    )
    result = answer.result
    suggestion, suggestion_total = _suggest(searching, request, answer)
    hits = _label(searching, request.scope, answer.tree, result.hits)
    facets = list_facets(result.facets, request)
    return ResultPage(
        request=replace(request, seen_version=result.index_version),
        interpreted=answer.interpreted,
        total=result.total,
        hits=tuple(hits),
        facets=facets,
        suggestion=suggestion,
        took_ms=round((perf_counter() - started) * 1000, 1),
        index_version=result.index_version,
        notices=(*request.notices, *answer.notices, *_version_notice(request, result)),
        suggestion_total=suggestion_total,
        relaxations=() if result.total else _relax(searching, request, answer),
    )


def iterate_hits(request: SearchRequest) -> Iterator[Hit]:
    """Every hit, in the order of the pages.

    The whole order is taken at once (numbers only), so that nothing repeats or is skipped if the
    index changes meanwhile; labels and passages are read a chunk at a time. The engine is asked
    before the first hit is: what it raises, it raises here.
    """
    request = resolve(request)
    searching = _WithSynonyms(engine(), current_expansions())
    answer = _answer(searching, request, start=0, limit=None, with_facets=False)
    return _chunked(searching, request.scope, answer)


class HitCounter:
    """How many articles the literal form of a query finds, without ranking or labelling any.

    Made once for many queries. ``expansions`` are the synonyms it counts with, ``version`` is the commit.
    """

    def __init__(self) -> None:
        self.expansions = current_expansions()
        self.version = engine().place_and_version()[1]
        self._searching = _WithSynonyms(engine(), self.expansions)

    def __call__(self, query: str) -> int:
        parsed, _ = understand(query)
        return _total(self._searching, SearchRequest(sort=Sort.NEWEST), parsed.tree)


def understand(query: str) -> tuple[Parsed, tuple[str, ...]]:
    """The query parsed, and what the reader must be told about it."""
    parsed = parse(query)
    notices = []
    if parsed.is_cut:
        notices.append(f"检索式太长，只用了前 {MAX_LENGTH} 个字。")
    if parsed.problem and isinstance(parsed.tree, Every):
        notices.append(f"{parsed.problem}，已列出全部。")
    elif parsed.problem:
        words = " ".join(parsed.printed.get(word, word) for word in parsed.words)
        notices.append(f"检索式没有读懂（{parsed.problem}），已按普通词查找：{words}。")
    return replace(parsed, tree=settle_prefixes(parsed.tree, engine().segmenter())), tuple(notices)


def _answer(
    searching: _WithSynonyms,
    request: SearchRequest,
    *,
    start: int,
    limit: int | None,
    with_facets: bool = True,
) -> _Answer:
    """The literal form of the query, or, with its words that stand nowhere at all cut, what that finds."""
    parsed, notices = understand(request.q)

    def find(tree: Node) -> EngineResult:
        return searching.find(
            compile_search(request, tree, start=start, limit=limit, with_facets=with_facets)
        )

    found = find(parsed.tree)
    literal = _Answer(
        parsed.tree,
        interpret(parsed.tree, parsed.printed, searching.expansions),
        found,
        notices,
        cut_query(parsed, searching.segmenter()),
        parsed.tree,
        found.total,
    )
    if literal.cut is None or found.total or not _is_nowhere(searching, request, literal.tree):
        return literal
    return _with_words_cut(searching, request, parsed, literal, find)


def _with_words_cut(
    searching: _WithSynonyms,
    request: SearchRequest,
    parsed: Parsed,
    literal: _Answer,
    find: Callable[[Node], EngineResult],
) -> _Answer:
    """The query with its words that stand nowhere cut, if that finds something.

    Words that stand somewhere, only not together, stay whole: cut, they would find something else.
    """
    segmenter = searching.segmenter()
    cut = cut_query(parsed, segmenter, lambda word: _is_nowhere(searching, request, Word(word)))
    if cut is None:
        return literal
    result = find(cut.tree)
    if not result.total and _is_nowhere(searching, request, cut.tree):
        return replace(literal, cut=None)
    joined = "”“".join(cut.joined)
    notice = f"没有找到连写的“{joined}”，已按“{cut.text}”查找。"
    return replace(
        literal,
        tree=cut.tree,
        interpreted=interpret(cut.tree, None, searching.expansions),
        result=result,
        notices=(*literal.notices, notice),
        cut=None,
    )


def _is_nowhere(searching: SearchEngine, request: SearchRequest, tree: Node) -> bool:
    """Whether a form finds nothing in the whole scope.

    Refinements do not count: the facets beside the literal form have promised counts of that form.
    """
    return not _total(searching, _unrefined(request), tree)


def _suggest(
    searching: SearchEngine, request: SearchRequest, answer: _Answer
) -> tuple[str | None, int | None]:
    """The query put right, or cut into words, where that would find more than its literal form."""
    if correction := _correct(searching, request, answer):
        return correction
    if answer.cut is None or not answer.cut.is_long:
        return None, None
    total = _total(searching, request, answer.cut.tree)
    return (answer.cut.text, total) if total > answer.result.total else (None, None)


def _relax(searching: SearchEngine, request: SearchRequest, answer: _Answer) -> tuple[Relaxation, ...]:
    parsed = understand(request.q)[0]
    cut = cut_query(parsed, searching.segmenter())
    return relax(
        request, answer.tree, cut, parsed.printed, lambda looser, tree: _total(searching, looser, tree)
    )


def _correct(searching: SearchEngine, request: SearchRequest, answer: _Answer) -> tuple[str, int] | None:
    """What was probably meant, and its hits, for a query mistyped by sound or shape."""
    # Nothing found is worth waiting for the table, which a new process has still to make.
    table = table_at_hand(searching) if answer.literal_total else current_table(searching)
    if table is None:
        return None
    counts: dict[Node, int] = {}

    def count(tree: Node) -> int:
        if tree not in counts:
            counts[tree] = _total(searching, _unrefined(request), tree)
        return counts[tree]

    corrected = correct(answer.literal, table, count)
    if corrected is None:
        return None
    total = _total(searching, request, corrected)
    return (write(corrected), total) if total > answer.literal_total else None


def _total(searching: SearchEngine, request: SearchRequest, tree: Node) -> int:
    return searching.find(compile_search(request, tree, start=0, limit=0, with_facets=False)).total


def _unrefined(request: SearchRequest) -> SearchRequest:
    return replace(request, refinements={}, date_from=None, date_to=None)


def _version_notice(request: SearchRequest, result: EngineResult) -> tuple[str, ...]:
    if request.page > 1 and request.seen_version not in ("", result.index_version):
        return ("翻页期间索引已更新，前后页可能有重复或遗漏，可回到第一页重看。",)
    return ()


def _label(searching: SearchEngine, scope: Scope, tree: Node, units: Sequence[UnitHit]) -> list[Hit]:
    passages = searching.passages(tree, scope, units, _PASSAGES)
    return label_hits(scope, units, passages)


def _chunked(searching: SearchEngine, scope: Scope, answer: _Answer) -> Iterator[Hit]:
    units = answer.result.hits
    for start in range(0, len(units), _CHUNK):
        yield from _label(searching, scope, answer.tree, units[start : start + _CHUNK])
