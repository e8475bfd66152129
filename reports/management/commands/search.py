"""``manage.py search "党建引领 产业链"``: the search page in a terminal."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from reports.management.search_arguments import add_search_arguments, guard_leading_dashes, requested
from reports.search import Hit, ResultPage, labels, search
from reports.search.contract.errors import IndexDamaged, IndexOutdated
from reports.search.page import FacetValue, Snippet
from reports.search.request import FACETS

_FACET_VALUES = 8


class Command(BaseCommand):
    help = "检索已发布的报道，与网页上的检索相同"

    def run_from_argv(self, argv: list[str]) -> None:
        super().run_from_argv([*argv[:2], *guard_leading_dashes(argv[2:])])

    def add_arguments(self, parser: CommandParser) -> None:
        add_search_arguments(parser)
        parser.add_argument("--page", type=int, default=1, help="第几页")
        parser.add_argument("--page-size", type=int, default=20, help="每页条数，至多 100")
        parser.add_argument("--json", action="store_true", help="输出 /search.json 的内容")

    def handle(self, **options: Any) -> None:
        try:
            page = search(requested(options))
        except (IndexDamaged, IndexOutdated) as failure:
            raise CommandError(str(failure)) from failure
        if options["json"]:
            self.stdout.write(json.dumps(page.as_json(), ensure_ascii=False, indent=2))
            return
        for line in listing(page):
            self.stdout.write(line)


def listing(page: ResultPage) -> list[str]:
    lines = page.sentences
    for number, hit in enumerate(page.hits, page.first_number):
        lines += ["", *_hit(number, hit)]
    if page.page_count > 1:  # the search page has links instead
        lines += ["", labels.page_number(page.request.page, page.page_count)]
    facets = [line for facet in FACETS if (line := _facet(page, facet))]
    return [*lines, "", *facets] if facets else lines


def _hit(number: int, hit: Hit) -> list[str]:
    sample = labels.SAMPLE if hit.is_sample else ""
    facts = (sample, hit.place, hit.day_or_year, hit.inferred_year, hit.source, hit.newspaper_page)
    imprint = "  ".join(filter(None, facts))
    lines = [f"{number}. {_marked(hit.headline, hit.headline_marks)}"]
    if hit.heading:
        lines.append(f"   {hit.heading}")
    lines += [f"   {imprint}", *(f"   {_passage(snippet)}" for snippet in hit.snippets), f"   {hit.url}"]
    return lines


def _passage(snippet: Snippet) -> str:
    imprint_place = f"[{snippet.anchor}] " if snippet.anchor else ""
    text = _marked(snippet.text, snippet.marks)
    return f"{imprint_place}{'…' if snippet.before else ''}{text}{'…' if snippet.after else ''}"


def _marked(text: str, marks: tuple[tuple[int, int], ...]) -> str:
    for start, end in reversed(marks):
        text = f"{text[:start]}【{text[start:end]}】{text[end:]}"
    return text


def _facet(page: ResultPage, facet: str) -> str:
    values = page.facets.get(facet, ())
    shown = [value for number, value in enumerate(values) if number < _FACET_VALUES or value.selected]
    texts = [_counted(value) for value in shown]
    remaining = f"，等 {len(values)} 项" if len(values) > len(shown) else ""
    return f"{labels.FACETS[facet]}：{'，'.join(texts)}{remaining}" if texts else ""


def _counted(value: FacetValue) -> str:
    inferred = f"（{value.inferred_in_words}）" if value.inferred else ""
    return f"{'✓' if value.selected else ''}{value.label} {value.count}{inferred}"
