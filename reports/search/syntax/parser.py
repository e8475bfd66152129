"""Query text -> tree. Any text gives a tree; a text that does not follow the language is read as words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from reports.language.normalise import fold

from .tokens import (
    CLOSING,
    EQUALS,
    MINUS,
    OPENING,
    OPERATORS,
    PROXIMITY,
    QUOTES,
    STAR,
    Kind,
    Misread,
    Token,
    clean,
    tokenise,
    without_field,
)
from .tree import And, Every, Exact, Field, Near, Node, Not, Phrase, Prefix, Word, all_of, any_of, texts

MAX_LENGTH = 1000
"""Characters of a query that are read. If there are more, a notice says so."""
_MAX_WORD = 100
"""A query that is too long is shortened at a blank, unless there is none in this number of characters."""


@dataclass(frozen=True, slots=True)
class Parsed:
    """A parsed query.

    ``words``: the texts that are not negated, in order, normalised. ``is_plain``: the query is only words
    that must all match. ``problem``: why it was read as plain words instead (Chinese, no full stop).
    ``printed``: each normalised text as it was typed. ``is_cut``: the query is longer than ``MAX_LENGTH``.
    """

    tree: Node
    words: tuple[str, ...]
    is_plain: bool
    problem: str | None
    printed: dict[str, str] = field(default_factory=dict, compare=False)
    is_cut: bool = False


def parse(query: str, normalise: Callable[[str], str] = fold) -> Parsed:
    """Never raises. An empty query, or one of ignorable characters only, is :class:`Every`."""
    text = clean(shorten(query))
    parser = _Parser(normalise)
    problem = None
    try:
        tree = parser.read(tokenise(text))
    except Misread as misread:
        problem = str(misread)
        tree = parser.plain(text)
    if tree is None:
        tree = Every()
        if text.strip() and problem is None:
            problem = "没有可以查找的字"
    return Parsed(
        tree=tree,
        words=texts(tree),
        is_plain=is_plain(tree),
        problem=problem,
        printed=parser.printed,
        is_cut=len(query) > MAX_LENGTH,
    )


def shorten(query: str) -> str:
    """The part of a query that is read: it ends between two words, if possible outside of quotes and
    brackets, and not with an operator."""
    if len(query) <= MAX_LENGTH:
        return query
    words = query[: MAX_LENGTH + 1]
    ends = [at for at in range(MAX_LENGTH, MAX_LENGTH - _MAX_WORD, -1) if words[at].isspace()]
    shortened = [_without_last_operator(words[:end]) for end in ends] or [words[:MAX_LENGTH]]
    return next(filter(_is_complete, shortened), shortened[0])


def _without_last_operator(query: str) -> str:
    query = query.rstrip()
    head, _, last = query.rpartition(" ")
    return _without_last_operator(head) if head and last in OPERATORS else query


def _is_complete(query: str) -> bool:
    try:
        tokenise(clean(query))
    except Misread:
        return False
    return True


def is_plain(tree: Node) -> bool:
    """Whether the query is only words that must all match."""
    return isinstance(tree, Word) or (
        isinstance(tree, And) and all(isinstance(child, Word) for child in tree.children)
    )


class _Parser:
    """Recursive descent: ``or`` binds looser than ``and``. The tokeniser limits the depth of brackets."""

    def __init__(self, normalise: Callable[[str], str]) -> None:
        self.normalise = normalise
        self.printed: dict[str, str] = {}
        self.tokens: list[Token] = []
        self.at = 0
        self.in_field = False

    def read(self, tokens: list[Token]) -> Node | None:
        self.tokens, self.at = _resolve_operators(tokens), 0
        return self._alternatives()

    def plain(self, query: str) -> Node | None:
        """The words of a query that could not be read, without its signs; if nothing is left, with them."""
        self.printed.clear()
        words = [raw for raw in query.split() if raw not in OPERATORS]
        bare = [text for text in map(_bare, words) if text]
        return all_of(leaf for text in bare or query.split() if (leaf := self._leaf(Word, text)) is not None)

    @property
    def _kind(self) -> Kind | None:
        return self.tokens[self.at].kind if self.at < len(self.tokens) else None

    def _take(self) -> Token:
        self.at += 1
        return self.tokens[self.at - 1]

    def _alternatives(self) -> Node | None:
        nodes = [self._conjunction()]
        while self._kind is Kind.OR:
            self._take()
            nodes.append(self._conjunction())
        return any_of(node for node in nodes if node is not None)

    def _conjunction(self) -> Node | None:
        nodes = [self._unary()]
        while self._kind not in (None, Kind.OR, Kind.CLOSE):
            if self._kind is Kind.AND:
                self._take()
            nodes.append(self._unary())
        return all_of(node for node in nodes if node is not None)

    def _unary(self) -> Node | None:
        is_negated = False
        while self._kind in (Kind.NOT, Kind.MINUS):
            self._take()
            is_negated = not is_negated
        node = self._operand()
        if node is None or not is_negated:
            return node
        return node.child if isinstance(node, Not) else Not(node)

    def _operand(self) -> Node | None:
        if self._kind is None:
            return None
        token = self._take()
        if token.kind is Kind.FIELD:
            return self._field(token)
        if token.kind is Kind.OPEN:
            if self._kind is Kind.CLOSE:
                raise Misread("括号里是空的")
            inside = self._alternatives()
            self._take()
            return inside
        if token.kind is Kind.NEAR:
            return self._near(token)
        return self._leaf(_LEAVES[token.kind], token.text)

    def _field(self, token: Token) -> Node | None:
        if self.in_field:
            raise Misread(f"“{token.text}”不能放在另一个字段里")
        if token.field is None or self._kind is None or self._kind is Kind.CLOSE:
            raise Misread(f"“{token.text}”后面没有词")
        self.in_field = True
        child = self._unary()
        self.in_field = False
        return None if child is None else Field(token.field, child)

    def _near(self, token: Token) -> Node | None:
        near = [text for part in token.text.split() if (text := self._text(part))]
        if len(near) < 2:
            return Phrase(near[0]) if near else None
        return Near(tuple(near), token.distance)

    def _leaf(self, kind: type[Word | Phrase | Exact | Prefix], typed: str) -> Node | None:
        text = self._text(typed)
        return kind(text) if text else None

    def _text(self, typed: str) -> str:
        text = self.normalise(typed)
        self.printed.setdefault(text, typed.strip())
        return text


_LEAVES: dict[Kind, type[Word | Phrase | Exact | Prefix]] = {
    Kind.WORD: Word,
    Kind.PHRASE: Phrase,
    Kind.EXACT: Exact,
    Kind.PREFIX: Prefix,
}


def _resolve_operators(tokens: list[Token]) -> list[Token]:
    """Operators without an operand become words: ``OR`` at either end, ``NOT`` at the last."""
    resolved: list[Token] = []
    for index, token in enumerate(tokens):
        following = tokens[index + 1].kind if index + 1 < len(tokens) else Kind.CLOSE
        has_left = bool(resolved) and (
            resolved[-1].kind in _LEAVES or resolved[-1].kind in (Kind.NEAR, Kind.CLOSE)
        )
        is_idle = following is Kind.CLOSE or not (has_left or token.kind is Kind.NOT)
        if token.kind in (Kind.AND, Kind.OR, Kind.NOT) and is_idle:
            token = Token(Kind.WORD, token.text)
        resolved.append(token)
    return resolved


def _bare(raw: str) -> str:
    """A word without quotes, signs, field names and unpaired brackets."""
    before = None
    while raw != before:
        before = raw
        raw = raw.strip(QUOTES).lstrip(MINUS + EQUALS).rstrip(STAR)
        raw = without_field(raw)
        if (near := PROXIMITY.search(raw)) and near.end() == len(raw):
            raw = raw[: near.start()]
        surplus = sum(map(raw.count, OPENING)) - sum(map(raw.count, CLOSING))
        if raw.startswith(tuple(OPENING)):
            raw = raw[1:]
        elif (surplus > 0 and raw[-1] in OPENING) or (surplus < 0 and raw[-1] in CLOSING):
            raw = raw[:-1]
    return raw if any(character not in OPENING + CLOSING for character in raw) else ""
