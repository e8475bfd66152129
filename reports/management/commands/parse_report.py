"""``parse_report FILE``: the articles recognised in a document, as JSON, without storing anything."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from reports.ingest import UnreadableDocument
from reports.ingest.parsed import ParsedArticle
from reports.knowledge.findings import Place, RecognisedInitiative, RecognisedStatistic
from reports.workflow import (
    Dictionaries,
    ReceiptRefused,
    RecognisedArticle,
    archive_dictionaries,
    read_document,
    read_whole,
    say_unopened,
)


class Command(BaseCommand):
    help = "试读一个文件，输出 JSON，不入库。加 --with-db 时采用数据库中人工核定的区划和举措。"
    requires_system_checks: list[str] = []  # noqa: RUF012 - a dry run needs no checks

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--with-db", action="store_true", help="采用数据库中人工核定的区划和举措")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        try:
            dictionaries = archive_dictionaries() if options["with_db"] else Dictionaries()
            with path.open("rb") as source:
                data = read_whole(source)
            articles = read_document(data, path.name, dictionaries=dictionaries)
        except DatabaseError as error:
            raise CommandError("数据库打不开或尚未建表：请先运行 migrate，或去掉 --with-db。") from error
        except (UnreadableDocument, ReceiptRefused) as error:
            raise CommandError(f"{path.name}：{error}") from error
        except OSError as error:
            raise CommandError(f"{path}：{say_unopened(error)}") from error
        values = [article_value(article) for article in articles]
        shown = values[0] if len(values) == 1 else values
        self.stdout.write(json.dumps(shown, ensure_ascii=False, indent=2))


def article_value(article: RecognisedArticle) -> dict[str, Any]:
    """One article in the output of ``parse_report``."""
    parsed = article.parsed
    return {
        "kicker": parsed.kicker,
        "headline": parsed.headline,
        "deck": parsed.deck,
        "lead": list(parsed.lead),
        "contributors": [asdict(contributor) for contributor in parsed.contributors],
        "sections": [{"heading": s.heading, "paragraphs": list(s.paragraphs)} for s in parsed.sections],
        "figures": [asdict(figure) for figure in parsed.figures],
        "pull_quotes": list(parsed.pull_quotes),
        "furniture": list(parsed.furniture),
        "district": _place_value(article.districts.main) if article.districts.main else None,
        "districts": [_place_value(place) for place in _all_places(article)],
        **_publication(parsed),
        "initiatives": [_initiative_value(finding) for finding in article.initiatives],
        "statistics": [_statistic_value(finding) for finding in article.statistics],
        "blocks": [asdict(block) for block in parsed.blocks],
        "problems": [asdict(problem) for problem in article.problems],
    }


def _publication(parsed: ParsedArticle) -> dict[str, Any]:
    return {
        "year": parsed.year,
        "year_basis": parsed.year_basis,
        "year_evidence": parsed.year_evidence,
        "published_on": parsed.published_on.isoformat() if parsed.published_on else None,
        "source": parsed.source,
        "page_label": parsed.page_label,
    }


def _all_places(article: RecognisedArticle) -> list[Place]:
    main = article.districts.main
    return [*([main] if main else []), *article.districts.further]


def _place_value(place: Place) -> dict[str, Any]:
    return {"key": place.key, "code": place.code, "name": place.name, "city": place.city_name}


def _initiative_value(finding: RecognisedInitiative) -> dict[str, Any]:
    return {
        "name": finding.name,
        "kind": finding.kind.value,
        "mentions": [asdict(mention) for mention in finding.mentions],
    }


def _statistic_value(finding: RecognisedStatistic) -> dict[str, Any]:
    quantity = finding.quantity
    # An integer if possible, so that programs can add it up; never 3E+7.
    value = (
        None if quantity is None else int(quantity) if quantity == quantity.to_integral() else float(quantity)
    )
    return {**asdict(finding), "quantity": value}
