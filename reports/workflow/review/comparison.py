"""The differences between two revisions, field by field, with the Chinese names of the fields."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from reports.ingest.parsed import ContributorRole, FigureKind, YearBasis
from reports.models import Article, District
from reports.models.article import State
from reports.models.field_labels import label_of

from .content import FIELD_LABELS, HEAD_FIELDS, EditedArticle
from .revisions import ArticleAtRevision, ArticleRevision, article_at


@dataclass(frozen=True, slots=True)
class FieldChange:
    """``before`` is empty for an added text, ``after`` for a removed one."""

    label: str
    before: str
    after: str


def diff(older: ArticleRevision, newer: ArticleRevision) -> list[FieldChange]:
    """The changes from ``older`` to ``newer``, in the order of the page."""
    return changes(article_at(older), article_at(newer))


def changes(before: ArticleAtRevision, after: ArticleAtRevision) -> list[FieldChange]:
    old, new = before.content, after.content
    differences = [FieldChange("状态", *(_state(past.state) for past in (before, after)))]
    differences += [
        FieldChange(FIELD_LABELS[name], _text(getattr(old, name)), _text(getattr(new, name)))
        for name in HEAD_FIELDS
    ]
    if old.year == new.year:  # another year has another basis
        basis = label_of(Article, "year_basis")
        differences.append(FieldChange(basis, *(_year_basis(past) for past in (before, after))))
    names = _district_names(old, new)
    differences.append(FieldChange(FIELD_LABELS["district"], names[old.district], names[new.district]))
    differences.append(
        FieldChange(
            FIELD_LABELS["further_districts"],
            *("、".join(names[key] for key in content.further_districts) for content in (old, new)),
        )
    )
    differences += _part_changes("章节", _section_texts(old), _section_texts(new))
    differences += _part_changes("图片", _figure_texts(old), _figure_texts(new))
    differences += [
        FieldChange(f"引语{position}", was, now)
        for position, (was, now) in enumerate(zip_longest(old.pull_quotes, new.pull_quotes, fillvalue=""), 1)
    ]
    differences.append(FieldChange(FIELD_LABELS["contributors"], _byline(old), _byline(new)))
    return [change for change in differences if change.before != change.after]


def _state(value: str) -> str:
    return str(State(value).label)


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def _year_basis(past: ArticleAtRevision) -> str:
    basis, evidence = past.year_basis
    name = YearBasis(basis).label if basis else ""
    return f"{name}：{evidence}" if evidence else name


def _district_names(*contents: EditedArticle) -> dict[str, str]:
    keys = {key for content in contents for key in (content.district, *content.further_districts)}
    rows = District.objects.filter(key__in=keys).select_related("city")
    return {"": "", **{key: key for key in keys}, **{district.key: district.full_name for district in rows}}


def _section_texts(content: EditedArticle) -> dict[int, dict[str, str]]:
    return {s.number: {"小标题": s.heading, "正文": s.body} for s in content.sections if s.number is not None}


def _figure_texts(content: EditedArticle) -> dict[int, dict[str, str]]:
    return {
        f.number: {"说明": f.caption, "来源": f.credit, "类别": str(FigureKind(f.kind).label)}
        for f in content.figures
        if f.number is not None
    }


def _part_changes(
    label: str, old: dict[int, dict[str, str]], new: dict[int, dict[str, str]]
) -> list[FieldChange]:
    """Changes of parts, matched by their permanent numbers: a moved part is not shown as changed text."""
    differences = []
    for number in (*new, *(number for number in old if number not in new)):
        was, now = old.get(number, {}), new.get(number, {})
        differences += [
            FieldChange(f"{label}{number}·{name}", was.get(name, ""), now.get(name, ""))
            for name in (now or was)
        ]
    before, after = ([n for n in numbers if n in other] for numbers, other in ((old, new), (new, old)))
    if before != after:
        differences.append(
            FieldChange(f"{label}次序", *("、".join(map(str, numbers)) for numbers in (before, after)))
        )
    return differences


def _byline(content: EditedArticle) -> str:
    return "、".join(f"{ContributorRole(c.role).label} {c.name}" for c in content.contributors)
