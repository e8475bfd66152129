"""Small articles and queries made up at random, the same for the same seed."""

from __future__ import annotations

import datetime
import random

from reports.language.normalise import fold
from reports.search.contract.values import EngineQuery, IndexedArticle, IndexedBlock, SortKey
from reports.search.request import INDEXED_FACETS, Scope
from reports.search.syntax.tree import (
    And,
    Every,
    Exact,
    Field,
    FieldName,
    Near,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Word,
)

# Words that overlap, contain each other or meet by accident, and what a segmenter stumbles over.
PIECES = [
    "区长", "历城区", "长期", "党建", "党建引领", "引领", "产业链", "产业", "链长",
    "招商引资", "书记", "第一书记", "人工智能", "智能", "社区", "小区", "网格", "1+4+4+N",
    "5300计划", "A", "Ab", "１２３", "發展", "发展", "の", "𠮷野", "，",
    "。", "“", "”", " ", "的", "了", "一", "e\u0301", "Wi-Fi",
    "3.5%", "\u200b", "—",
]  # fmt: skip
VALUES = {
    "district": ["370102", "370112", "jinan-gaoxin", "天桥区 药山街道"],
    "named": ["370100", "370200"],
    "initiative": ["liu-ji", "1+433", "信号灯, 机制", "lao-xian-ban"],
    "year": ["2021", "2022", "2023", "none"],
    "source": ["晨报", "甲,乙日报", 'a"b'],
}
KINDS = ["kicker", "deck", "byline", "pull_quote"]


def random_text(chance: random.Random, longest: int = 12) -> str:
    return "".join(chance.choice(PIECES) for _ in range(chance.randint(1, longest)))


def random_article(chance: random.Random, number: int) -> IndexedArticle:
    blocks = [IndexedBlock("headline", -1, -1, random_text(chance, 5))]
    blocks += [IndexedBlock(kind, -1, -1, random_text(chance, 4)) for kind in KINDS if chance.random() < 0.4]
    blocks += [IndexedBlock("lead", 0, -1, random_text(chance)) for _ in range(chance.randint(0, 2))]
    for section in chance.sample(range(1, 6), chance.randint(0, 3)):
        if chance.random() < 0.7:
            blocks.append(IndexedBlock("heading", section, -1, random_text(chance, 4)))
        blocks += [
            IndexedBlock("body", section, -1, random_text(chance)) for _ in range(chance.randint(1, 2))
        ]
    for figure in chance.sample(range(1, 4), chance.randint(0, 2)):
        blocks.append(IndexedBlock("caption", -1, figure, random_text(chance, 5)))
        if chance.random() < 0.5:
            blocks.append(IndexedBlock("credit", -1, figure, random_text(chance, 2)))
    blocks += [
        IndexedBlock(kind, -1, -1, random_text(chance, 3))
        for kind in ("initiative", "district")
        if chance.random() < 0.6
    ]
    year = chance.choice([None, 2021, 2022, 2023])
    exact = year is not None and chance.random() < 0.6
    published_on = (
        datetime.date(year, chance.randint(1, 12), chance.randint(1, 28)) if exact and year else None
    )
    facets = {
        facet: tuple(chance.sample(values, chance.randint(0, min(3, len(values)))))
        for facet, values in VALUES.items()
        if facet != "year"
    }
    facets["year"] = (str(year) if year else "none",)
    return IndexedArticle(
        id=number,
        blocks=tuple(blocks),
        facets=facets,
        published_on=published_on,
        year=year,
        district_order=chance.choice(["", "370100/370102", "370100/370112", "370200/370212"]),
        stamp=f"{number}:{chance.random()}",
    )


def random_leaf(chance: random.Random, articles: list[IndexedArticle]) -> Node:
    article = chance.choice(articles)
    text = fold(chance.choice(article.blocks).text)
    start = chance.randrange(len(text)) if text else 0
    part = text[start : start + chance.randint(1, 6)].strip() or chance.choice(["区长", "党建", "产业"])
    match chance.randrange(8):
        case 0:
            return Exact(chance.choice(["区长", "党建", "产业", "产业链", "书记", "发展", "a", "智能", part]))
        case 1:
            return Prefix(chance.choice(["区", "党", "产业", "人工", "1", "a", "书"]))
        case 2:
            other = fold(random_text(chance, 1)).strip() or "的"
            return Near((part, other), chance.randint(0, 6))
        case 3:
            return Phrase(part)
        case 4:
            return Every()
        case _:
            return Word(part)


def random_tree(chance: random.Random, articles: list[IndexedArticle], depth: int = 3) -> Node:
    if depth == 0 or chance.random() < 0.4:
        return random_leaf(chance, articles)
    children = tuple(random_tree(chance, articles, depth - 1) for _ in range(chance.randint(1, 3)))
    match chance.randrange(5):
        case 0 | 1:
            return And(children)
        case 2:
            return Or(children)
        case 3:
            return Not(children[0])
        case _:
            return Field(chance.choice(list(FieldName)), children[0])


def random_search(chance: random.Random, articles: list[IndexedArticle]) -> EngineQuery:
    refinements = {
        facet: tuple(chance.sample([*VALUES[facet], "gone"], chance.randint(0, 2)))
        for facet in INDEXED_FACETS
        if chance.random() < 0.3
    }
    first = datetime.date(2022, chance.randint(1, 12), 1) if chance.random() < 0.2 else None
    last = datetime.date(2023, chance.randint(1, 12), 28) if chance.random() < 0.2 else None
    return EngineQuery(
        tree=random_tree(chance, articles),
        scope=chance.choice(list(Scope)),
        refinements=refinements,
        date_from=first,
        date_to=last,
        order=tuple(chance.sample(list(SortKey), chance.choice((1, 1, 2, 3)))),
        start=0,
        limit=None,
    )
