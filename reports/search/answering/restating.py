"""A question or a sentence as a search: its names and years become refinements, its question words go.

``哪些区县推行了红色物业？`` becomes the refinement 举措 红色物业. What else it says remains as
words; the text as asked decides the order. The page says so and links to the search for the text as typed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from reports.language.normalise import fold
from reports.search.request import SearchRequest
from reports.search.suggesting.names_in_text import Part, parts_of
from reports.search.suggesting.table import wait_for_table
from reports.search.syntax import write
from reports.search.syntax.tree import Every, Node, Word, all_of, any_of

from .question_words import ASKED_FOR, FRAME_WORDS, is_question, is_question_word
from .refinements import resolve
from .searcher import Searcher

_MAX_LENGTH = 100
_SINCE = ("以来", "以后", "之后", "起")
_UNTIL = ("以前", "之前")
_RANGE = frozenset({"到", "至", "-"})


@dataclass(slots=True)
class _Reading:
    """What a text says: ``names`` by facet, ``runs`` of other words that follow each other, and dates."""

    names: dict[str, dict[str, None]] = field(default_factory=dict)
    initiatives: list[str] = field(default_factory=list)
    runs: list[tuple[str, ...]] = field(default_factory=list)
    date_from: date | None = None
    date_to: date | None = None

    @property
    def is_named(self) -> bool:
        return bool(self.names or self.date_from or self.date_to)

    @property
    def words(self) -> list[Word]:
        """Each run as one word, as typed."""
        return [Word("".join(run)) for run in self.runs]

    @property
    def pieces(self) -> list[Word]:
        return [Word(piece) for run in self.runs for piece in _long_pieces(run)]


def restate_question(searcher: Searcher) -> SearchRequest | None:
    """The search that stands for a question; None if the query is no question, or is found as typed."""
    question = searcher.question
    if not _may_restate(searcher) or not is_question(" ".join(question.parsed.words)):
        return None
    if searcher.count_unrefined(question.tree):
        return None
    reading = _read(question.request.q, searcher)
    refined = _refined(question.request, reading, None)
    # Any of the words, since no article repeats all words of a question; the best answers come first.
    tree = any_of(_with_hits(reading, refined, searcher))
    if tree is None and reading.is_named:
        # Without hits, too: what to leave out is then told of words and conditions, not of a sentence.
        tree = all_of(reading.words) or Every()
    return None if tree is None else _refined(question.request, reading, tree)


def restate_names(searcher: Searcher) -> SearchRequest | None:
    """The search that stands for a text without hits that has names or years in it; None without hits."""
    if not _may_restate(searcher):
        return None
    request = searcher.question.request
    names = [part for part in _parts(request.q, searcher) if part.facet]
    # Two names of one facet would be alternatives, but the words of a query must all match.
    if not names or len({part.facet for part in names}) < len(names):
        return None
    reading = _read(request.q, searcher)
    tree = _all_words(reading, _refined(request, reading, None), searcher)
    return None if tree is None else _refined(request, reading, tree)


def words_to_show(searcher: Searcher) -> Node | None:
    """The initiatives and the words of the question: passages with them show why an article was found."""
    if not searcher.question.request.question:
        return None
    reading = _read(searcher.question.request.question, searcher)
    return any_of([*map(Word, reading.initiatives), *reading.words, *reading.pieces])


def _may_restate(searcher: Searcher) -> bool:
    question = searcher.question
    return not question.request.asked and question.parsed.is_plain and len(question.request.q) <= _MAX_LENGTH


def _all_words(reading: _Reading, refined: SearchRequest, searcher: Searcher) -> Node | None:
    """What must all match: the words as typed, or else their pieces. None without hits."""
    if not reading.runs:
        return Every() if reading.is_named and searcher.count_for(refined, Every()) else None
    forms = (all_of(reading.words), all_of(reading.pieces))
    return next((form for form in forms if form is not None and searcher.count_for(refined, form)), None)


def _with_hits(reading: _Reading, refined: SearchRequest, searcher: Searcher) -> Iterator[Word]:
    """The words that have hits, each as typed or else in pieces: 停车 for 停车难."""

    def found(text: str) -> bool:
        return searcher.count_for(refined, Word(text)) > 0

    for run in reading.runs:
        if found(whole := "".join(run)):
            yield Word(whole)
            continue
        for piece in _long_pieces(run):
            tokens = [token.text for token in searcher.question.segmenter.search_tokens(piece)]
            yield from map(Word, [piece] if found(piece) else filter(found, _long_pieces(tokens)))


def _refined(request: SearchRequest, reading: _Reading, tree: Node | None) -> SearchRequest:
    """Facets and dates that the reader has selected stay as they are."""
    selected = request.refinements
    names = {facet: tuple(names) for facet, names in reading.names.items() if facet not in selected}
    has_dates = bool(request.date_from or request.date_to)
    restated = replace(
        request,
        q=write(tree) if tree else "",
        refinements={**names, **selected},
        date_from=request.date_from if has_dates else reading.date_from,
        date_to=request.date_to if has_dates else reading.date_to,
        asked=request.q,
    )
    return resolve(restated) if names else restated


def _parts(text: str, searcher: Searcher) -> list[Part]:
    """The names in the text, and what is between them; the parts of a word do not go on in the next."""
    table = wait_for_table(searcher.engine)
    return [part for typed in text.split() for part in (*parts_of(fold(typed), table), Part(" "))]


def _read(text: str, searcher: Searcher) -> _Reading:
    reading = _Reading()
    parts = _parts(text, searcher)
    for index, part in enumerate(parts):
        if part.facet == "year":
            _read_year(index, parts, reading)
        elif part.facet:
            reading.names.setdefault(part.facet, {})[part.name] = None
            if part.facet == "initiative":
                reading.initiatives.append(part.text)
        else:
            reading.runs += _content_runs(searcher.question.segmenter.cut(part.text))
    reading.runs = list(dict.fromkeys(reading.runs))
    return reading


def _read_year(index: int, parts: Sequence[Part], reading: _Reading) -> None:
    """``2021到2023年`` and ``2021年以来`` are ranges of dates."""
    year = int(parts[index].name)
    before, after = parts[max(0, index - 1)].text, parts[min(index + 1, len(parts) - 1)].text
    follows = parts[index + 2].facet if index + 2 < len(parts) else ""
    if (after in _RANGE and follows == "year") or after.startswith(_SINCE):
        reading.date_from = date(year, 1, 1)
    elif before in _RANGE and reading.date_from:
        reading.date_to = date(year, 12, 31)
    elif after.startswith(_UNTIL):
        reading.date_to = date(year - 1, 12, 31)
    else:
        reading.names.setdefault("year", {})[str(year)] = None


def _content_runs(pieces: Iterable[str]) -> Iterator[tuple[str, ...]]:
    """The words that say what is looked for; those that follow each other are one run."""
    run: list[str] = []
    follows_question = False
    for piece in pieces:
        follows_question = bool(is_question_word(piece)) or (follows_question and piece in ASKED_FOR)
        if follows_question or piece in FRAME_WORDS or not any(map(str.isalnum, piece)):
            if _is_informative(run):
                yield tuple(run)
            run = []
        else:
            run.append(piece)
    if _is_informative(run):
        yield tuple(run)


def _is_informative(run: Sequence[str]) -> bool:
    """One character alone is in nearly every article."""
    return sum(map(len, run)) > 1


def _long_pieces(run: Sequence[str]) -> list[str]:
    """The pieces of several characters; without any, the run is a word that the lexicon does not have."""
    return [piece for piece in run if len(piece) > 1] or ["".join(run)]
