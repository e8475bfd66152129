"""Search arguments shared by the commands: the parameters of the search page, as options."""

from __future__ import annotations

import re
from argparse import ArgumentParser
from collections.abc import Sequence
from typing import Any

from reports.search import labels
from reports.search.request import FACETS, Scope, SearchRequest, Sort

_OPTION = re.compile(r"--?[A-Za-z]")


def add_search_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("query", nargs="?", default="", help="检索式；省略则列出全部")
    for facet in FACETS:
        name = labels.FACETS[facet]
        parser.add_argument(f"--{facet}", action="append", default=[], help=f"{name}，可重复")
        parser.add_argument(f"--not-{facet}", action="append", default=[], help=f"排除这个{name}，可重复")
    parser.add_argument("--named", action="store_true", help="也算只是提到所选区县的报道")
    parser.add_argument("--from", default="", help="起始日期：2023、2023-05 或 2023-05-01")
    parser.add_argument("--to", default="", help="截止日期")
    parser.add_argument("--scope", default=Scope.ARTICLE.value, choices=[scope.value for scope in Scope])
    parser.add_argument("--sort", default=Sort.RELEVANCE.value, choices=[sort.value for sort in Sort])


def requested(options: dict[str, Any]) -> SearchRequest:
    """The request that the search page would read from its address."""
    parameters = {facet: options[facet] for facet in FACETS}
    parameters |= {f"-{facet}": options[f"not_{facet}"] for facet in FACETS}
    if options["named"]:
        parameters["named"] = ["1"]
    for name in ("from", "to", "scope", "sort", "page", "page_size"):
        if options.get(name):
            parameters[name] = [str(options[name])]
    return SearchRequest.from_parameters({"q": [options["query"]], **parameters})


def guard_leading_dashes(arguments: Sequence[str]) -> list[str]:
    """The arguments, changed so that argparse accepts ``-党建`` as query and ``-date`` as sort order."""
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
