"""Makes an article of the pieces of one page: joins, roles, titles, assembly, problems, in this order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from itertools import pairwise

from . import phrases
from .assemble import build_blocks, build_figures, collect_contributors, join_titles
from .block_roles import LabelledPiece, label_pieces
from .body import Body, build_body
from .brackets import find_unmatched
from .datelines import Statement
from .features import Features, Shape
from .joining import SURE_JOIN, Join, find_joins
from .parsed import YEAR_INFERRED, ParsedArticle, Problem, Role, YearBasis
from .problems import describe_interruption, find_low_confidence, find_unclosed_brackets, list_lines
from .surroundings import Head, describe_surroundings, find_head, mark_head
from .titles import label_titles
from .years import infer_year

_STATING = frozenset({Role.DATELINE, Role.BYLINE})
"""Roles of the pieces whose statements count."""


def read_page(pieces: Sequence[Features], text: str, headline: str = "") -> ParsedArticle:
    """The article made of ``pieces``. ``text`` is the whole document, in which words across a seam are
    searched.

    If ``headline`` is given, the page has no head: lines that repeat the headline become headline, all other
    lines are treated as in the middle of the text.
    """
    _pass_lead_labels_on(pieces)
    head = _mark_known_headline(pieces, headline) if headline else find_head(pieces)
    joins = find_joins(pieces, text)
    broken = _find_broken(pieces, joins)
    if broken:
        joins = [join for join in joins if join.below == join.above + 1 and join.weight >= SURE_JOIN]
    describe_surroundings(pieces, joins, head)
    assigned = label_pieces(pieces)
    for join in joins:
        if {assigned[join.above].role, assigned[join.below].role} <= {Role.PARAGRAPH, Role.LEAD}:
            assigned[join.below].joined_to = join.above
            assigned[join.below].role = assigned[join.above].role
    _find_decks_below_byline(assigned)
    if headline:
        for labelled in assigned:
            labelled.role = (
                Role.DECK
                if labelled.role is Role.HEADLINE and labelled.features.label == "deck"
                else labelled.role
            )
    else:
        label_titles(assigned, above_byline=head.byline is not None)
    return _assemble(assigned, joins, broken)


def share_folio(articles: Sequence[ParsedArticle]) -> list[ParsedArticle]:
    """The articles, with the folio above the first headline applied to every article on the page.

    An article that states a date, paper or page of its own keeps it.
    """
    first = articles[0]
    opening = [block.role for block in first.blocks]
    titles = [i for i, role in enumerate(opening) if role in {Role.KICKER, Role.HEADLINE}]
    if len(articles) == 1 or not titles or Role.DATELINE not in opening[: titles[0]]:
        return list(articles)
    shared = [first]
    for article in articles[1:]:
        if article.year_basis is not YearBasis.STATED and first.year_basis is YearBasis.STATED:
            article = article.with_stated_date(first.year, first.published_on)
        shared.append(
            replace(
                article,
                source=article.source or first.source,
                page_label=article.page_label or first.page_label,
            )
        )
    return shared


def _mark_known_headline(pieces: Sequence[Features], headline: str) -> Head:
    compact_headline = "".join(headline.split())
    for f in pieces[:12]:
        if f.is_running:
            break
        line = "".join(f.text.split())
        if f.is_title and len(line) >= 4 and line in compact_headline:
            f.label = "headline"
        elif f.is_title and f.text.startswith(("——", "--")):
            f.label = "deck"
    return mark_head(pieces, Head(0, None))


def _pass_lead_labels_on(pieces: Sequence[Features]) -> None:
    """Label the paragraph below a line that only says “编者按” as lead."""
    for above, below in pairwise(pieces):
        if above.is_title and phrases.LEAD_LABEL_ALONE.match(above.text) and below.is_running:
            above.furniture = True
            below.label = below.label or "lead"


def _find_decks_below_byline(assigned: Sequence[LabelledPiece]) -> None:
    """Make a line that begins with a dash a deck, even if it is below the byline."""
    for labelled in assigned:
        if (
            labelled.role is Role.HEADING
            and labelled.features.after_byline
            and labelled.features.text.startswith(("——", "――", "--"))
        ):
            labelled.role, labelled.why = Role.DECK, "以破折号起头"


def _find_broken(pieces: Sequence[Features], joins: Sequence[Join]) -> list[int]:
    """Line numbers of pieces that show interleaved columns; empty if the columns are in order.

    In interleaved columns, paragraphs begin and end inside a sentence and their other halves are far away;
    quotation marks have no partners. One or two such cases are normal.
    """
    joined = {i for join in joins if join.weight >= SURE_JOIN for i in (join.above, join.below)}
    running = [i for i, f in enumerate(pieces) if f.is_running]
    broken = []
    for i in running:
        f = pieces[i]
        stray = f.text.count('"') % 2 == 1 or bool(find_unmatched(f.text[:40])[1])
        if i not in joined and not f.quoted and (f.unfinished == 2 or stray or f.continuation_signs >= 3):
            broken.append(f.piece.first_line)
    # Three pieces must be 40 percent of the running text, six or more 25 percent.
    enough = max(0.25, 0.55 - 0.05 * len(broken)) * len(running)
    return broken if len(broken) >= 3 and len(broken) >= enough else []


def _assemble(
    assigned: Sequence[LabelledPiece], joins: Sequence[Join], broken: Sequence[int]
) -> ParsedArticle:
    body = build_body(assigned)
    published_on, year, source, page_label, clash = _read_statements(assigned)
    article = ParsedArticle(
        headline=join_titles(assigned, Role.HEADLINE),
        kicker=join_titles(assigned, Role.KICKER),
        deck=join_titles(assigned, Role.DECK),
        lead=tuple(p.text for p in body.lead),
        contributors=collect_contributors(assigned, body),
        sections=body.parsed_sections(),
        figures=build_figures(assigned),
        pull_quotes=tuple(
            labelled.features.text for labelled in assigned if labelled.role is Role.PULL_QUOTE
        ),
        furniture=tuple(_list_furniture(assigned)),
        year=year,
        year_basis=YearBasis.STATED if year else None,
        published_on=published_on,
        source=source,
        page_label=page_label,
        blocks=build_blocks(assigned),
    )
    problems = list(_find_problems(article, assigned, joins, broken, body, clash))
    inferred = None if year else infer_year("\n".join(part.text for part in article.parts()))
    if inferred:
        article = replace(
            article, year=inferred.year, year_basis=YearBasis.INFERRED, year_evidence=inferred.evidence
        )
        problems.append(
            Problem(
                YEAR_INFERRED,
                f"版面没有写明年份，按文中“{inferred.evidence}”推定为{inferred.year}年，请核对。",
            )
        )
    return replace(article, problems=tuple(problems))


def _list_furniture(assigned: Sequence[LabelledPiece]) -> Iterator[str]:
    for labelled in assigned:
        yield from labelled.features.jump_lines
        if (
            labelled.role is Role.FURNITURE
            and labelled.features.text
            and not labelled.features.piece.separator
        ):
            yield labelled.features.text


def _read_statements(
    assigned: Sequence[LabelledPiece],
) -> tuple[date | None, int | None, str, str, Problem | None]:
    """Date, year, paper and page stated by the page. A date next to a paper or page wins over other dates."""
    stated = [labelled for labelled in assigned if labelled.role in _STATING and labelled.features.statement]
    dated = [(labelled, s) for labelled in stated if (s := labelled.features.statement) and s.dated]
    dated.sort(key=lambda pair: not (pair[1].source or pair[1].page_label))
    first: Statement | None = dated[0][1] if dated else None
    clash = None
    other_years = [pair for pair in dated if first and pair[1].year != first.year]
    if first and other_years:
        line = other_years[0][0].features.piece.first_line
        clash = Problem(
            "several_dates",
            f"版面上有不止一个年份：取{first.year}年，另有{other_years[0][1].year}年，请核对。",
            line,
        )
    source = next((s.source for labelled in stated if (s := labelled.features.statement) and s.source), "")
    page_label = next(
        (s.page_label for labelled in stated if (s := labelled.features.statement) and s.page_label), ""
    )
    return first.published_on if first else None, first.year if first else None, source, page_label, clash


def _find_problems(
    article: ParsedArticle,
    assigned: Sequence[LabelledPiece],
    joins: Sequence[Join],
    broken: Sequence[int],
    body: Body,
    clash: Problem | None,
) -> Iterator[Problem]:
    if not article.headline:
        yield Problem("no_headline", "没有找到标题，请填写。", assigned[0].features.piece.first_line)
    if not article.contributors:
        yield Problem("no_byline", "没有找到署名。")
    if not article.lead and not any(section.paragraphs for section in article.sections):
        yield Problem("no_body", "只有标题，没有正文。", assigned[-1].features.piece.first_line)
    if clash:
        yield clash
    for labelled in assigned:
        stated = labelled.features.statement
        if stated and stated.impossible and labelled.role in _STATING:
            yield Problem(
                "no_such_day",
                f"版面上写的“{stated.impossible}”没有这一天，请核对。",
                labelled.features.piece.first_line,
            )
    if broken:
        yield Problem(
            "interleaved_columns",
            f"几栏文字像是混在了一起，请对照原版理顺：{list_lines(broken)}。",
            broken[0],
        )
    else:
        yield from find_unclosed_brackets([(p.text, p.line) for p in body.paragraphs()])
    yield from _find_cuts(assigned, joins, bool(broken))
    if body.removed_blanks:
        yield Problem(
            "blanks_removed", f"正文里有{body.removed_blanks}处汉字之间的空格像是断行留下的，已去掉。"
        )
    yield from find_low_confidence(assigned)


def _find_cuts(
    assigned: Sequence[LabelledPiece], joins: Sequence[Join], interleaved: bool
) -> Iterator[Problem]:
    joined = set()
    for join in joins:
        if assigned[join.below].joined_to != join.above:
            continue
        joined.add(join.above)
        above, below = assigned[join.above].features, assigned[join.below].features
        by = describe_interruption(assigned[join.above + 1 : join.below])
        yield Problem(
            "joined_sentence",
            f"第{above.piece.last_line}行与第{below.piece.first_line}行接成一句（“{above.text[-4:]}”＋“{below.text[:4]}”，被{by}隔开）。",
            below.piece.first_line,
        )
    for position, labelled in enumerate(assigned):
        f = labelled.features
        if (
            interleaved
            or labelled.role is not Role.PARAGRAPH
            or f.unfinished < 2
            or position in joined
            or f.shape is Shape.TITLE
        ):
            continue
        yield Problem("unfinished_sentence", f"“…{f.text[-8:]}”没有说完，没有找到下半句。", f.piece.last_line)
