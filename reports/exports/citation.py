"""The citation of an article according to GB/T 7714—2025, 8.5: an article in a newspaper, read online."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from reports.ingest.parsed import YearBasis
from reports.models import Article
from reports.search import labels

_AUTHORS = ("reporter", "correspondent", "writer")
_NAMED = 3  # the standard lists three names and 等 for the others
_DASHES = "—–―─-－ \u3000"
_ASKS_OR_EXCLAIMS = ("？", "！", "?", "!", "…")


@dataclass(frozen=True, slots=True)
class CitedArticle:
    """What a citation says of an article. ``title`` holds the deck, too; ``address`` is absolute.

    ``printed_on``: day or year. What the page does not state is empty and left out, as the standard does.
    """

    authors: tuple[str, ...]
    title: str
    source: str
    printed_on: str
    page_label: str
    address: str

    def text(self, accessed: date) -> str:
        """``责任者. 题名[N/OL]. 报纸名，日期（版次）[引用日期]. 地址.``"""
        page = f"（{self.page_label}）" if self.page_label else ""
        printed = "，".join(filter(None, (self.source, self.printed_on)))
        parts = (
            _listed(self.authors),
            f"{self.title}[N/OL]",
            f"{printed}{page}[{accessed:%Y-%m-%d}]",
            self.address,
        )
        return "".join(f"{part}. " for part in parts if part).rstrip()

    def metadata(self) -> list[tuple[str, str]]:
        """Name and content of ``<meta>`` elements that Zotero and other reference managers read."""
        pairs = [
            ("citation_title", self.title),
            *(("citation_author", name) for name in self.authors),
            ("citation_journal_title", self.source),
            ("citation_publication_date", self.printed_on.replace("-", "/")),
            ("citation_firstpage", self.page_label),
            ("citation_language", "zh-CN"),
            ("citation_public_url", self.address),
            # Without it Zotero takes every citation_journal_title for a journal.
            ("DC.type", "newspaperArticle"),
        ]
        return [(name, content) for name, content in pairs if content]


def cited_article(article: Article, address: str) -> CitedArticle:
    contributors = sorted(article.contributors.all(), key=lambda c: c.position)
    title = full_title(article.headline, article.deck)
    return CitedArticle(
        authors=tuple(dict.fromkeys(c.name for c in contributors if c.role in _AUTHORS)),
        title=labels.sample(title) if article.is_sample else title,
        source=article.source,
        printed_on=_date(article),
        page_label=article.page_label,
        address=address,
    )


def full_title(headline: str, deck: str) -> str:
    """``题名：副题``. The sign between them replaces dashes that the page prints around the deck."""
    deck = deck.strip(_DASHES)
    if not deck:
        return headline
    headline = headline.rstrip(_DASHES + "：:")
    # 是什么？——副题: a colon does not follow such a sign.
    return f"{headline}{'——' if headline.endswith(_ASKS_OR_EXCLAIMS) else '：'}{deck}"


def _listed(names: Sequence[str]) -> str:
    return "，".join(names[:_NAMED]) + ("，等" if len(names) > _NAMED else "")


def _date(article: Article) -> str:
    """An estimated year is put in brackets, as the standard asks."""
    if article.published_on:
        return article.published_on.isoformat()
    if article.year is None:
        return ""
    return f"[{article.year}]" if article.year_basis == YearBasis.INFERRED else str(article.year)
