"""The review form: the head as fields, the parts as rows in the order in which they stand on the page.

A row's inputs repeat under one name each (``section_heading``, ``section_heading``, …), so the order
of the document is the order of the article, with script and without.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from django import forms
from django.http import QueryDict

from reports.ingest.parsed import ContributorRole, FigureKind

CUT_MARK = "---"


class ReviewForm(forms.Form):
    """The head of the article. ``version`` is the one the editor started from."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    kicker = forms.CharField(label="引题", required=False, max_length=500)
    headline = forms.CharField(label="主题", max_length=500, error_messages={"required": "请填写主题。"})
    deck = forms.CharField(label="副题", required=False, max_length=500)
    lead = forms.CharField(label="导语", required=False, widget=forms.Textarea(attrs={"rows": 4}))
    district = forms.CharField(
        label="主区划",
        required=False,
        widget=forms.TextInput(attrs={"list": "district-names", "autocomplete": "off"}),
    )
    further_districts = forms.CharField(label="涉及区划", required=False)
    year = forms.IntegerField(
        label="年份",
        required=False,
        min_value=1900,
        max_value=2200,
        error_messages={
            "invalid": "年份请写四位数字，如 2023。",
            "min_value": "年份应在 1900 到 2200 之间。",
            "max_value": "年份应在 1900 到 2200 之间。",
        },
        widget=forms.TextInput(attrs={"inputmode": "numeric", "maxlength": 4}),
    )
    published_on = forms.DateField(
        label="见报日期",
        required=False,
        input_formats=["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日"],
        error_messages={"invalid": "日期请写成 2023-05-01。"},
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    source = forms.CharField(label="来源", required=False, max_length=100)
    page_label = forms.CharField(label="版次", required=False, max_length=32)

    def clean(self) -> dict[str, Any]:
        """A year that contradicts the date is a slip of one of them; which one, only the editor knows."""
        cleaned = super().clean() or self.cleaned_data
        year, published_on = cleaned.get("year"), cleaned.get("published_on")
        if year and published_on and year != published_on.year:
            self.add_error("year", "年份与见报日期不一致，请改其中一项；年份留空则取自日期。")
        return cleaned


@dataclass(frozen=True, slots=True)
class SectionRow:
    number: int | None = None
    heading: str = ""
    body: str = ""


@dataclass(frozen=True, slots=True)
class FigureRow:
    number: int | None = None
    kind: str = FigureKind.PHOTO.value
    caption: str = ""
    credit: str = ""


@dataclass(frozen=True, slots=True)
class ContributorRow:
    role: str = ContributorRole.REPORTER.value
    name: str = ""


@dataclass(frozen=True, slots=True)
class ReviewRows:
    sections: tuple[SectionRow, ...] = ()
    figures: tuple[FigureRow, ...] = ()
    quotes: tuple[str, ...] = ()
    contributors: tuple[ContributorRow, ...] = ()

    @classmethod
    def from_post(cls, data: QueryDict) -> ReviewRows:
        """Read the rows in the order sent. Half a row counts as one whose rest is empty."""

        def rows(*names: str) -> Iterable[list[str]]:
            columns = [data.getlist(name) for name in names]
            for i in range(max(map(len, columns))):
                yield [_plain(column[i]) if i < len(column) else "" for column in columns]

        return cls(
            sections=tuple(
                SectionRow(_number(number), heading, body)
                for number, heading, body in rows("section_number", "section_heading", "section_body")
            ),
            figures=tuple(
                FigureRow(_number(number), kind, caption, credit)
                for number, kind, caption, credit in rows(
                    "figure_number", "figure_kind", "figure_caption", "figure_credit"
                )
            ),
            quotes=tuple(quote for (quote,) in rows("quote")),
            contributors=tuple(
                ContributorRow(role, name) for role, name in rows("contributor_role", "contributor_name")
            ),
        )


def arrange(rows: ReviewRows, order: str) -> ReviewRows:
    """Carry out a button's order: ``sections:up:2``, ``quotes:add``. What makes no sense changes nothing.

    This is the way without script; with script the page moves its rows itself.
    """
    family, _, rest = order.partition(":")
    act, _, place = rest.partition(":")
    if family not in _NEW_ROWS:
        return rows
    now = list(getattr(rows, family))
    at = number if (number := _number(place)) is not None else -1
    if act == "add":
        now.append(_NEW_ROWS[family]())
    elif act in _ACTS and 0 <= at < len(now):
        now = _ACTS[act](now, at)
    elif family == "sections" and act in _SECTION_ACTS and 0 <= at < len(now):
        now = _SECTION_ACTS[act](now, at)
    return replace(rows, **{family: tuple(now)})


_Row = TypeVar("_Row")


def _up(rows: list[_Row], at: int) -> list[_Row]:
    if at > 0:
        rows[at - 1], rows[at] = rows[at], rows[at - 1]
    return rows


def _down(rows: list[_Row], at: int) -> list[_Row]:
    return _up(rows, at + 1) if at + 1 < len(rows) else rows


def _remove(rows: list[_Row], at: int) -> list[_Row]:
    return rows[:at] + rows[at + 1 :]


def _split(rows: list[SectionRow], at: int) -> list[SectionRow]:
    """Cut a section at the line that is the cut mark. The first part keeps the number and its links."""
    lines = rows[at].body.split("\n")
    cut = next((i for i, line in enumerate(lines) if line.strip() == CUT_MARK), None)
    if cut is None:
        return rows
    first = replace(rows[at], body="\n".join(lines[:cut]).strip("\n"))
    second = SectionRow(body="\n".join(lines[cut + 1 :]).strip("\n"))
    return [*rows[:at], first, second, *rows[at + 1 :]]


def _merge(rows: list[SectionRow], at: int) -> list[SectionRow]:
    """Join a section to the one above; its heading becomes a paragraph, so that no text is lost."""
    if at == 0:
        return rows
    above, below = rows[at - 1], rows[at]
    body = "\n".join(text for text in (above.body, below.heading, below.body) if text)
    return [*rows[: at - 1], replace(above, body=body), *rows[at + 1 :]]


_NEW_ROWS: dict[str, Callable[[], Any]] = {
    "sections": SectionRow,
    "figures": FigureRow,
    "quotes": str,
    "contributors": ContributorRow,
}
_ACTS: dict[str, Callable[[list[Any], int], list[Any]]] = {"up": _up, "down": _down, "remove": _remove}
_SECTION_ACTS: dict[str, Callable[[list[SectionRow], int], list[SectionRow]]] = {
    "split": _split,
    "merge": _merge,
}


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _number(text: str) -> int | None:
    text = text.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else None
