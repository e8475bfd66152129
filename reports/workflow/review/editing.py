"""Edits an article: the whole content as one value, checked against the version from which it started."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, TypeVar

from django.db import transaction

from reports.ingest.parsed import YearBasis
from reports.models import Article, ArticleDistrict, Contributor, District, Figure, PullQuote, Section, User
from reports.models.article import State
from reports.models.chunks import in_chunks
from reports.models.edited_parts import EditedFigure, EditedSection
from reports.models.event import Act
from reports.models.field_labels import label_of
from reports.workflow.account_roles import require_editor
from reports.workflow.dictionaries.archive_dictionaries import archive_lexicon
from reports.workflow.dictionaries.districts import district_with_key
from reports.workflow.drafting.finding_rows import update_findings
from reports.workflow.events import event, record, record_failure_of
from reports.workflow.history import parts_of, record_revisions
from reports.workflow.outbox import enqueue, named_alike
from reports.workflow.refusals import EditConflict, EditRefused

from .content import (
    FIELD_LABELS,
    HEAD_FIELDS,
    EditedArticle,
    cleaned,
    content_of,
    same_content,
    validation_errors,
)
from .doubts import clear_district_doubts, clear_year_doubts
from .revisions import revisions
from .states import locked

Part = TypeVar("Part", EditedSection, EditedFigure)


def edit(
    article: Article, content: EditedArticle, by: User | None = None, *, confirms_year: bool = False
) -> Article:
    """Set the content of ``article``; return the changed article.

    ``confirms_year``: the editor has checked an inferred year. If it stays the same, it is now a set one.

    One transaction writes the text, the findings of changed parts, a revision, and for a published article,
    which stays published, the outbox row. The same content sent twice is written once.

    Raises EditRefused with a message per field if the content is invalid, EditConflict if another person has
    changed the article since ``content.version``, RoleRefused.
    """
    content = cleaned(content)
    with record_failure_of(Act.EDIT, by, article), transaction.atomic():
        require_editor(by)
        row = locked(article)
        before = content_of(row)
        confirms_year &= row.year_basis == YearBasis.INFERRED and content.year == row.year
        # Removing outer blanks of the original text does not count as a change.
        is_same = same_content(content, before) or same_content(content, cleaned(before))
        if is_same and not confirms_year:
            return row
        if content.version != row.version:
            raise EditConflict(_conflict_message(row), row.version)
        year_basis = (YearBasis.SET.value, "") if confirms_year else None
        return apply_content(row, before, content, by, "修改", year_basis=year_basis)


def apply_content(
    row: Article,
    before: EditedArticle,
    content: EditedArticle,
    by: User | None,
    comment: str,
    *,
    action: Act = Act.EDIT,
    images: dict[int, str] | None = None,
    year_basis: tuple[str, str] | None = None,
) -> Article:
    """Write cleaned ``content`` to the locked ``row``. Parts may have any number below the next free one.

    ``images`` are those of figures that are reverted, ``year_basis`` the basis and evidence of a reverted or
    confirmed year. Only for this module and for ``reverting``.
    """
    districts = _districts(content)
    _refuse_errors(row, before, content, images is not None)
    content = _numbered(row, content, images or {})
    sharing_names = named_alike([row.pk])  # read before the edit, which may remove names
    for name in HEAD_FIELDS:
        setattr(row, name, getattr(content, name))
    basis_before = row.year_basis
    if year_basis or (before.year, before.published_on) != (content.year, content.published_on):
        row.year_basis, row.year_evidence = year_basis or (YearBasis.SET if content.year else "", "")
        clear_year_doubts(row)
    row.district = districts.get(content.district)
    if before.district != content.district:
        clear_district_doubts(row)
    row.version += 1
    row.save()
    _write_sections(row, content.sections)
    _write_figures(row, content.figures, images or {})
    _write_unnumbered_parts(row, content, districts)
    update_findings(
        row,
        list(before.parts()),
        list(content.parts()),
        archive_lexicon(),
        district_changed=before.district != content.district,
    )
    record_revisions([(row, parts_of(row))], by, comment)
    changed = [
        label for name, label in FIELD_LABELS.items() if getattr(before, name) != getattr(content, name)
    ]
    if before.year == content.year and row.year_basis != basis_before:
        changed.append(label_of(Article, "year_basis"))
    after = f"第{row.version}版：{'、'.join(changed)}"
    record(event(action, by, row, before=f"第{before.version}版", after=after))
    if row.state == State.PUBLISHED:
        enqueue([row.pk])
        enqueue(sharing_names, urgent=False)
    return row


def _conflict_message(row: Article) -> str:
    last = next(iter(revisions(row)), None)
    who = f"{last.made_by} " if last and last.made_by else ""
    return f"在您打开之后，{who}已修改过这篇报道。您的修改没有保存，请对照最新内容后再保存。"


def _districts(content: EditedArticle) -> dict[str, District]:
    keys = [key for key in (content.district, *content.further_districts) if key]
    by_key = {key: district for key in keys if (district := district_with_key(key))}
    if missing := [key for key in keys if key not in by_key]:
        field = "district" if content.district in missing else "further_districts"
        raise EditRefused({field: f"没有标识为“{missing[0]}”的区划，请重新选择。"})
    return by_key


def _refuse_errors(row: Article, before: EditedArticle, content: EditedArticle, may_return: bool) -> None:
    """Raise EditRefused for invalid content. An edit may use present numbers only; a revert, former ones
    too."""
    errors = validation_errors(content)
    for name, free in (("sections", row.next_section), ("figures", row.next_figure)):
        current = {part.number for part in getattr(before, name)}
        for part in getattr(content, name):
            is_valid = part.number in current or (may_return and 1 <= (part.number or 0) < free)
            if part.number is not None and not is_valid:
                errors.setdefault(name, "有一个部分的编号不属于这篇报道，请刷新页面后重试。")
    if errors:
        raise EditRefused(errors)


def _numbered(row: Article, content: EditedArticle, images: dict[int, str]) -> EditedArticle:
    """The content with numbers for new parts, which are never used again; empty figures are removed."""
    pictured = {number for number, image in row.figures.values_list("number", "image") if image}
    pictured |= {number for number, image in images.items() if image}
    figures = [f for f in content.figures if f.caption or f.credit or f.number in pictured]
    sections, row.next_section = _with_numbers(content.sections, row.next_section)
    numbered_figures, row.next_figure = _with_numbers(figures, row.next_figure)
    return replace(content, sections=sections, figures=numbered_figures)


def _with_numbers(parts: Sequence[Part], free: int) -> tuple[tuple[Part, ...], int]:
    numbered = []
    for part in parts:
        if part.number is None:
            part, free = replace(part, number=free), free + 1
        numbered.append(part)
    return tuple(numbered), free


def _write_sections(row: Article, sections: Sequence[EditedSection]) -> None:
    current = _current(row.sections, sections)
    for position, section in enumerate(sections, 1):
        assert section.number is not None
        target = current.get(section.number) or Section(article=row, number=section.number)
        target.position, target.heading, target.body = position, section.heading, section.body
        target.save()


def _write_figures(row: Article, figures: Sequence[EditedFigure], images: dict[int, str]) -> None:
    current = _current(row.figures, figures)
    for position, figure in enumerate(figures, 1):
        assert figure.number is not None
        target = current.get(figure.number) or Figure(
            article=row, number=figure.number, image=images.get(figure.number, "")
        )
        target.position, target.kind = position, figure.kind
        target.caption, target.credit = figure.caption, figure.credit
        target.save()


def _current(rows: Any, parts: Sequence[EditedSection] | Sequence[EditedFigure]) -> dict[int | None, Any]:
    """The rows by number, after rows that are not in ``parts`` were deleted."""
    current = {row.number: row for row in rows.all()}
    for removed_numbers in in_chunks(current.keys() - {part.number for part in parts}):
        rows.filter(number__in=removed_numbers).delete()
    return current


def _write_unnumbered_parts(row: Article, content: EditedArticle, districts: dict[str, District]) -> None:
    """Replace the parts without permanent numbers."""
    row.pull_quotes.all().delete()
    PullQuote.objects.bulk_create(
        [
            PullQuote(article=row, position=position, text=text)
            for position, text in enumerate(content.pull_quotes, 1)
        ]
    )
    row.contributors.all().delete()
    Contributor.objects.bulk_create(
        [
            Contributor(article=row, position=position, name=contributor.name, role=contributor.role)
            for position, contributor in enumerate(content.contributors, 1)
        ]
    )
    row.further_districts.all().delete()
    ArticleDistrict.objects.bulk_create(
        [ArticleDistrict(article=row, district=districts[key]) for key in content.further_districts]
    )
