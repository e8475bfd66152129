"""Search arguments shared by the commands: the parameters of the search page, as options."""

from __future__ import annotations

import re
from argparse import ArgumentParser
from collections.abc import Sequence
from typing import Any

from reports.search.request import Scope, SearchRequest, Sort

_REPEATED = {"district": "区县", "initiative": "举措", "year": "年份", "city": "城市", "source": "来源"}
_OPTION = re.compile(r"--?[A-Za-z]")


def add_search_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("query", nargs="?", default="", help="检索式；省略则列出全部")
    for name, meaning in _REPEATED.items():
        parser.add_argument(f"--{name}", action="append", default=[], help=f"{meaning}，可重复")
    parser.add_argument("--from", default="", help="起始日期：2023、2023-05 或 2023-05-01")
    parser.add_argument("--to", default="", help="截止日期")
    parser.add_argument("--scope", default=Scope.ARTICLE.value, choices=[scope.value for scope in Scope])
    parser.add_argument("--sort", default=Sort.RELEVANCE.value, choices=[sort.value for sort in Sort])


def requested(options: dict[str, Any]) -> SearchRequest:
    """The same request as the page would read from its address."""
    parameters = {name: options[name] for name in _REPEATED}
    for name in ("from", "to", "scope", "sort", "page", "page_size"):
        if options.get(name):
            parameters[name] = [str(options[name])]
    return SearchRequest.from_parameters({"q": [options["query"]], **parameters})


def guard_leading_dashes(arguments: Sequence[str]) -> list[str]:
    """Command-line arguments so that argparse takes ``-党建`` for a query and ``-date`` for a sort order."""
    guarded: list[str] = []
    queries: list[str] = []
    waiting = iter(arguments)
    for argument in waiting:
        if argument == "--sort":
            guarded.append(f"--sort={next(waiting, '')}")
        elif argument == "--":
            queries += waiting
        elif len(argument) > 1 and argument[0] == "-" and not _OPTION.match(argument):
            queries.append(argument)
        else:
            guarded.append(argument)
    return [*guarded, "--", *queries] if queries else guarded
