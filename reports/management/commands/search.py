"""``manage.py search "党建引领 产业链"``: the search page in a terminal."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from reports.management.search_arguments import add_search_arguments, guard_leading_dashes, requested
from reports.search import Hit, ResultPage, search
from reports.search.engines.errors import IndexDamaged, IndexOutdated
from reports.search.page import Snippet

_FACET_NAMES = {"district": "区县", "initiative": "举措", "year": "年份", "city": "城市", "source": "来源"}
_UNITS = {"article": "篇报道", "section": "个章节", "figure": "幅图片"}
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
    request = page.request
    lines = [f"检索式：{page.interpreted}", *page.notices, _count(page)]
    if page.suggestion:
        lines.append(f"分成词查找“{page.suggestion}”可得 {page.suggestion_total} {_UNITS[request.scope]}")
    first = (request.page - 1) * request.page_size + 1
    for number, hit in enumerate(page.hits, first):
        lines += ["", *_hit(number, hit)]
    facets = [line for facet, name in _FACET_NAMES.items() if (line := _facet(page, facet, name))]
    return [*lines, "", *facets] if facets else lines


def _count(page: ResultPage) -> str:
    unit = _UNITS[page.request.scope]
    if not page.total:
        return f"没有找到{unit[1:]}。"
    if not page.hits:
        return f"共 {page.total} {unit}，第 {page.request.page} 页上没有了（共 {page.page_count} 页）。"
    return f"共 {page.total} {unit}，第 {page.request.page} 页，共 {page.page_count} 页。"


def _hit(number: int, hit: Hit) -> list[str]:
    district = hit.district
    place = "" if district is None else district.name
    if district and district.city not in ("", district.name):
        place = district.city + place
    year = hit.published_on.isoformat() if hit.published_on else f"{hit.year}年" if hit.year else "年份未注明"
    imprint = "  ".join(part for part in (place or "区县未定", year, hit.source, hit.page_label) if part)
    lines = [f"{number}. {_marked(hit.headline, hit.headline_marks)}"]
    if hit.heading:
        lines.append(f"   {hit.heading}")
    lines += [f"   {imprint}", *(f"   {_passage(snippet)}" for snippet in hit.snippets), f"   {hit.url}"]
    return lines


def _passage(snippet: Snippet) -> str:
    place = f"[{snippet.anchor}] " if snippet.anchor else ""
    text = _marked(snippet.text, snippet.marks)
    return f"{place}{'…' if snippet.before else ''}{text}{'…' if snippet.after else ''}"


def _marked(text: str, marks: tuple[tuple[int, int], ...]) -> str:
    for start, end in reversed(marks):
        text = f"{text[:start]}【{text[start:end]}】{text[end:]}"
    return text


def _facet(page: ResultPage, facet: str, name: str) -> str:
    values = page.facets.get(facet, ())
    shown = [value for number, value in enumerate(values) if number < _FACET_VALUES or value.selected]
    texts = [f"{'✓' if value.selected else ''}{value.label} {value.count}" for value in shown]
    rest = f"，等 {len(values)} 项" if len(values) > len(shown) else ""
    return f"{name}：{'，'.join(texts)}{rest}" if texts else ""
