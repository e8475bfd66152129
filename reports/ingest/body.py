"""The running text: lead and sections with their paragraphs; divided paragraphs are joined again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from .block_roles import LabelledPiece
from .cleaning import has_line_end_blanks, remove_line_end_blanks
from .parsed import ParsedSection, Role

_LARGEST_LEAD = 0.5
"""Greatest share of the running text that the text before the first heading may have to count as lead."""
_RUNS_ON = frozenset("的和与及为让把在向从对以使由、，,")


@dataclass(slots=True)
class Paragraph:
    """``parts`` are the pieces from which it was joined; ``line`` is the first line of the first piece."""

    position: int
    line: int
    parts: list[str]

    @property
    def text(self) -> str:
        joined = self.parts[0]
        if len(self.parts) == 1:
            return joined
        seams = [
            " " if a[-1:].isascii() and a[-1:].isalpha() and b[:1].isascii() and b[:1].isalpha() else ""
            for a, b in pairwise(self.parts)
        ]
        return joined + "".join(seam + part for seam, part in zip(seams, self.parts[1:], strict=True))


@dataclass(slots=True)
class Section:
    heading: str
    paragraphs: list[Paragraph] = field(default_factory=list)


@dataclass(slots=True)
class Body:
    lead: list[Paragraph] = field(default_factory=list)
    sections: list[Section] = field(default_factory=list)
    removed_blanks: int = 0

    def paragraphs(self) -> Iterator[Paragraph]:
        yield from self.lead
        for section in self.sections:
            yield from section.paragraphs

    def parsed_sections(self) -> tuple[ParsedSection, ...]:
        return tuple(ParsedSection(s.heading, tuple(p.text for p in s.paragraphs)) for s in self.sections)


def build_body(pieces: Sequence[LabelledPiece]) -> Body:
    """Lead and sections; divided sentences are joined, headings of two lines merged."""
    body = Body()
    running = [labelled for labelled in pieces if labelled.role in {Role.PARAGRAPH, Role.LEAD}]
    cleans = has_line_end_blanks([labelled.features.text for labelled in running])
    heading: LabelledPiece | None = None
    paragraph_at: dict[int, Paragraph] = {}
    for position, labelled in enumerate(pieces):
        if labelled.role is Role.HEADING:
            _add_heading(body, heading, labelled)
            heading = labelled
        if labelled.role not in {Role.PARAGRAPH, Role.LEAD} or not labelled.features.text:
            continue
        text = labelled.features.text
        if cleans:
            text, removed = remove_line_end_blanks(text)
            body.removed_blanks += removed
        paragraph = paragraph_at.get(labelled.joined_to) if labelled.joined_to is not None else None
        if paragraph:
            paragraph.parts.append(text)
        else:
            paragraph = Paragraph(position, labelled.features.piece.first_line, [text])
            if labelled.role is Role.PARAGRAPH and not body.sections:
                body.sections.append(Section(""))
            (body.lead if labelled.role is Role.LEAD else body.sections[-1].paragraphs).append(paragraph)
        paragraph_at[position] = paragraph
    _set_lead_apart(body)
    return body


def _add_heading(body: Body, above: LabelledPiece | None, below: LabelledPiece) -> None:
    text = below.features.text
    if above and not body.sections[-1].paragraphs and _are_one_heading(above, below):
        body.sections[-1].heading += f" {text}"
    else:
        body.sections.append(Section(text))


def _are_one_heading(above: LabelledPiece, below: LabelledPiece) -> bool:
    """Whether two heading lines without text between are one heading in two lines, or a number and its
    heading."""
    a, b = above.features, below.features
    if a.heading_label:
        return not b.heading_label
    if a.piece.level or b.piece.level or b.numbered or b.heading_label or a.label or b.label:
        return False
    is_couplet = a.length == b.length <= 10
    return a.text[-1:] in _RUNS_ON or b.piece.adjacent or is_couplet


def _set_lead_apart(body: Body) -> None:
    """Make the text between head and first heading the lead, unless it is most of the page."""
    if len(body.sections) < 2 or body.sections[0].heading:
        return
    first = body.sections[0].paragraphs
    sizes = [sum(len(p.text) for p in section.paragraphs) for section in body.sections]
    if sizes[0] <= _LARGEST_LEAD * sum(sizes) or len(first) == 1:
        body.lead = sorted([*body.lead, *first], key=lambda paragraph: paragraph.position)
        del body.sections[0]
