"""The running text: paragraphs with their halves joined, in sections under their headings, the lead apart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from .cleaning import has_line_end_blanks, remove_line_end_blanks
from .parsed import ParsedSection, Role
from .roles import Assigned

_LARGEST_LEAD = 0.5
"""Share of the running text that may stand before the first heading and still be called its lead."""
_RUNS_ON = frozenset("的和与及为让把在向从对以使由、，,")


@dataclass(slots=True)
class Paragraph:
    """``parts`` are the pieces it was joined from; ``line`` is where the first begins."""

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


def build_body(pieces: Sequence[Assigned]) -> Body:
    """Lead and sections, with cut sentences joined and headings of two lines merged."""
    body = Body()
    running = [a for a in pieces if a.role in {Role.PARAGRAPH, Role.LEAD}]
    cleans = has_line_end_blanks([a.features.text for a in running])
    heading: Assigned | None = None
    begun: dict[int, Paragraph] = {}
    for position, a in enumerate(pieces):
        if a.role is Role.HEADING:
            _add_heading(body, heading, a)
            heading = a
        if a.role not in {Role.PARAGRAPH, Role.LEAD} or not a.features.text:
            continue
        text = a.features.text
        if cleans:
            text, removed = remove_line_end_blanks(text)
            body.removed_blanks += removed
        paragraph = begun.get(a.joined_to) if a.joined_to is not None else None
        if paragraph:
            paragraph.parts.append(text)
        else:
            paragraph = Paragraph(position, a.features.piece.first_line, [text])
            if a.role is Role.PARAGRAPH and not body.sections:
                body.sections.append(Section(""))
            (body.lead if a.role is Role.LEAD else body.sections[-1].paragraphs).append(paragraph)
        begun[position] = paragraph
    _set_lead_apart(body)
    return body


def _add_heading(body: Body, above: Assigned | None, below: Assigned) -> None:
    text = below.features.text
    if above and not body.sections[-1].paragraphs and _are_one_heading(above, below):
        body.sections[-1].heading += f" {text}"
    else:
        body.sections.append(Section(text))


def _are_one_heading(above: Assigned, below: Assigned) -> bool:
    """Two heading lines with nothing between are one heading in two lines, or one under its number."""
    a, b = above.features, below.features
    if a.heading_label:
        return not b.heading_label
    if a.piece.level or b.piece.level or b.numbered or b.heading_label or a.label or b.label:
        return False
    is_couplet = a.length == b.length <= 10
    return a.text[-1:] in _RUNS_ON or b.piece.glued or is_couplet


def _set_lead_apart(body: Body) -> None:
    """Running text between head and first heading is the lead, unless it is most of the page."""
    if len(body.sections) < 2 or body.sections[0].heading:
        return
    first = body.sections[0].paragraphs
    sizes = [sum(len(p.text) for p in section.paragraphs) for section in body.sections]
    if sizes[0] <= _LARGEST_LEAD * sum(sizes) or len(first) == 1:
        body.lead = sorted([*body.lead, *first], key=lambda paragraph: paragraph.position)
        del body.sections[0]
