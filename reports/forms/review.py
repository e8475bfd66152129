"""The review form: the head as fields, the parts as rows in the order of the page.

All rows use the same input names (``section_heading``, ``section_heading``, …), so the order of the inputs is
the order of the article, with and without script.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from django import forms
from django.http import QueryDict

from reports.models.edited_parts import EditedContributor, EditedFigure, EditedSection

CUT_MARK = "---"


class ReviewForm(forms.Form):
    """The head of the article. ``version`` is the version from which the editor started.

    ``year_confirmed`` stands on the page only while the year is inferred.
    """

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
    year_confirmed = forms.BooleanField(label="已核对，年份无误", required=False)
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
        """Refuse a year that contradicts the date: only the editor knows which of the two is wrong."""
        cleaned = super().clean() or self.cleaned_data
        year, published_on = cleaned.get("year"), cleaned.get("published_on")
        if year and published_on and year != published_on.year:
            self.add_error("year", "年份与见报日期不一致，请改其中一项；年份留空则取自日期。")
        return cleaned


@dataclass(frozen=True, slots=True)
class ReviewRows:
    sections: tuple[EditedSection, ...] = ()
    figures: tuple[EditedFigure, ...] = ()
    quotes: tuple[str, ...] = ()
    contributors: tuple[EditedContributor, ...] = ()

    @classmethod
    def from_post(cls, data: QueryDict) -> ReviewRows:
        """Read the rows in the order of the inputs. Missing inputs of a row count as empty."""

        def rows(*names: str) -> Iterable[list[str]]:
            columns = [data.getlist(name) for name in names]
            for i in range(max(map(len, columns))):
                yield [_plain(column[i]) if i < len(column) else "" for column in columns]

        return cls(
            sections=tuple(
                EditedSection(_number(number), heading, body)
                for number, heading, body in rows("section_number", "section_heading", "section_body")
            ),
            figures=tuple(
                EditedFigure(_number(number), caption, credit, kind)
                for number, kind, caption, credit in rows(
                    "figure_number", "figure_kind", "figure_caption", "figure_credit"
                )
            ),
            quotes=tuple(quote for (quote,) in rows("quote")),
            contributors=tuple(
                EditedContributor(name, role) for role, name in rows("contributor_role", "contributor_name")
            ),
        )


def arrange(rows: ReviewRows, order: str) -> ReviewRows:
    """The rows after a button was pressed: ``sections:up:2``, ``quotes:add``. An invalid order changes
    nothing.

    Used without script; with script the page moves its rows itself.
    """
    family, _, action_and_index = order.partition(":")
    action, _, index = action_and_index.partition(":")
    if family not in _NEW_ROWS:
        return rows
    changed = list(getattr(rows, family))
    at = number if (number := _number(index)) is not None else -1
    if action == "add":
        changed.append(_NEW_ROWS[family]())
    elif action in _ACTIONS and 0 <= at < len(changed):
        changed = _ACTIONS[action](changed, at)
    elif family == "sections" and action in _SECTION_ACTIONS and 0 <= at < len(changed):
        changed = _SECTION_ACTIONS[action](changed, at)
    return replace(rows, **{family: tuple(changed)})


_Row = TypeVar("_Row")


def _up(rows: list[_Row], at: int) -> list[_Row]:
    if at > 0:
        rows[at - 1], rows[at] = rows[at], rows[at - 1]
    return rows


def _down(rows: list[_Row], at: int) -> list[_Row]:
    return _up(rows, at + 1) if at + 1 < len(rows) else rows


def _remove(rows: list[_Row], at: int) -> list[_Row]:
    return rows[:at] + rows[at + 1 :]


def _split(rows: list[EditedSection], at: int) -> list[EditedSection]:
    """Divide a section at the line with the cut mark. The first part keeps the number and its links."""
    lines = rows[at].body.split("\n")
    cut = next((i for i, line in enumerate(lines) if line.strip() == CUT_MARK), None)
    if cut is None:
        return rows
    first = replace(rows[at], body="\n".join(lines[:cut]).strip("\n"))
    second = EditedSection(body="\n".join(lines[cut + 1 :]).strip("\n"))
    return [*rows[:at], first, second, *rows[at + 1 :]]


def _merge(rows: list[EditedSection], at: int) -> list[EditedSection]:
    """Append a section to the one above; its heading becomes a paragraph, so that no text is lost."""
    if at == 0:
        return rows
    above, below = rows[at - 1], rows[at]
    body = "\n".join(text for text in (above.body, below.heading, below.body) if text)
    return [*rows[: at - 1], replace(above, body=body), *rows[at + 1 :]]


_NEW_ROWS: dict[str, Callable[[], Any]] = {
    "sections": EditedSection,
    "figures": EditedFigure,
    "quotes": str,
    "contributors": EditedContributor,
}
_ACTIONS: dict[str, Callable[[list[Any], int], list[Any]]] = {"up": _up, "down": _down, "remove": _remove}
_SECTION_ACTIONS: dict[str, Callable[[list[EditedSection], int], list[EditedSection]]] = {
    "split": _split,
    "merge": _merge,
}


def _plain(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _number(text: str) -> int | None:
    text = text.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else None
