"""A page whose parse is known beforehand, so that these tests are about keeping it and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal

import pytest

from reports.ingest.parsed import (
    ContributorRole,
    FigureKind,
    ParsedArticle,
    ParsedContributor,
    ParsedFigure,
    ParsedSection,
    TextPart,
    YearBasis,
)
from reports.knowledge.findings import (
    DistrictLevel,
    InitiativeKind,
    Mention,
    Place,
    RecognisedDistricts,
    RecognisedInitiative,
    RecognisedStatistic,
)
from reports.workflow.drafting import finding_rows, recognition

LICHENG = Place("370112", "370112", "历城区", DistrictLevel.COUNTY, "370100", "济南市", "山东省", "历城")
LAOSHAN = Place("370212", "370212", "崂山区", DistrictLevel.COUNTY, "370200", "青岛市", "山东省", "崂山")

PAGE = ParsedArticle(
    kicker="院落微更新",
    headline="老院子里点起“晚灯工程”",
    deck="一条街的六十天",
    lead=("入秋以后，街坊们晚上愿意出门了。", "灯是谁装的？"),
    contributors=(
        ParsedContributor("方禾", ContributorRole.REPORTER),
        ParsedContributor("陆小满", ContributorRole.PHOTOGRAPHER),
    ),
    sections=(
        ParsedSection(
            "从一盏灯说起", ("街道把“晚灯工程”排在头一件，先后装了12盏灯。", "“4433”工作法也从这里试起。")
        ),
        ParsedSection("账算给大家看", ("“晚灯工程”花了3万元，每一笔都贴在墙上。",)),
    ),
    figures=(
        ParsedFigure("入夜后的长街。", "陆小满摄"),
        ParsedFigure("各院装灯数量", kind=FigureKind.CHART),
    ),
    pull_quotes=("先把灯点亮，再把话说开。",),
    furniture=("03版",),
    published_on=date(2022, 9, 14),
    year=2022,
    year_basis=YearBasis.STATED,
    source="区县观察",
    page_label="A03版",
)


def quoted_initiatives(parts: object, lexicon: object, owner: str = "") -> list[RecognisedInitiative]:
    """Whatever stands in curly quotes and names a project or is a bare code."""
    found: dict[tuple[str, InitiativeKind], list[Mention]] = {}
    for part in parts:  # type: ignore[attr-defined]
        for start, end in _quoted(part):
            name = part.text[start:end]
            kind = InitiativeKind.CODE if name.isdigit() else InitiativeKind.PROJECT
            if name.isdigit() or name.endswith("工程"):
                mention = Mention(part.field, part.number, part.section, start, end)
                found.setdefault((name, kind), []).append(mention)
    return [
        RecognisedInitiative(name, kind, tuple(mentions), 0.9) for (name, kind), mentions in found.items()
    ]


def _quoted(part: TextPart) -> Iterator[tuple[int, int]]:
    start = part.text.find("“")
    while start >= 0:
        end = part.text.find("”", start)
        if end < 0:
            return
        yield start + 1, end
        start = part.text.find("“", end)


def counted_statistics(parts: object) -> list[RecognisedStatistic]:
    """Digits before 盏 or 万元."""
    found = []
    for part in parts:  # type: ignore[attr-defined]
        for unit, factor in (("盏", 1), ("万元", 10_000)):
            end = part.text.find(unit)
            start = end
            while start > 0 and part.text[start - 1].isascii() and part.text[start - 1].isdigit():
                start -= 1
            if end > start >= 0:
                value = part.text[start:end]
                found.append(
                    RecognisedStatistic(
                        value,
                        unit,
                        Decimal(value) * factor,
                        "灯" if unit == "盏" else "花费",
                        part.text,
                        part.field,
                        part.number,
                        part.section,
                        start,
                        end + len(unit),
                    )
                )
    return found


@pytest.fixture
def parsed_as(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """``parsed_as(page, …)``: whatever the bytes, they hold these articles of 历城区 about 崂山区."""

    def set_up(*pages: ParsedArticle, districts: RecognisedDistricts | None = None) -> None:
        found = districts or RecognisedDistricts(LICHENG, (LAOSHAN,), "题中写明")
        monkeypatch.setattr(recognition, "parse_document", lambda data, name="": list(pages))
        monkeypatch.setattr(recognition, "recognise_districts", lambda *a, **k: found)
        monkeypatch.setattr(recognition, "recognise_initiatives", quoted_initiatives)
        monkeypatch.setattr(recognition, "recognise_statistics", counted_statistics)
        monkeypatch.setattr(finding_rows, "recognise_statistics", counted_statistics)

    return set_up


@pytest.fixture
def page(parsed_as: Callable[..., None]) -> ParsedArticle:
    parsed_as(PAGE)
    return PAGE
