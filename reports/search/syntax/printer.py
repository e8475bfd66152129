"""A tree written as a query, for the searches that pages offer."""

from __future__ import annotations

from .tokens import FIELD_NAMES, MINUS, Kind, Misread, tokenise
from .tree import And, Every, Exact, Field, Near, Node, Not, Or, Phrase, Prefix, Word

_NAMES = {name: written for written, name in reversed(FIELD_NAMES.items())}


def write(tree: Node) -> str:
    """Parsing the result gives ``tree`` again, except for a word that can only be written in quotes."""
    match tree:
        case Every():
            return ""
        case Word(text):
            return text if _reads_as(text, Kind.WORD, text) else _quoted(text)
        case Phrase(text):
            return _quoted(text)
        case Exact(text):
            return f"={text}" if _reads_as(f"={text}", Kind.EXACT, text) else f"={_quoted(text)}"
        case Prefix(text):
            return f"{text}*"
        case Near(texts, distance):
            return f"{_quoted(' '.join(texts))}~{distance}"
        case Field(name, child):
            return f"{_NAMES[name]}:{_atom(child)}"
        case Not(child):
            written = _atom(child)
            return f"-({written})" if written[0] in MINUS else f"-{written}"
        case And(children):
            return " ".join(
                _bracketed(child) if isinstance(child, Or) else write(child) for child in children
            )
        case Or(children):
            return " OR ".join(map(write, children))


def _atom(node: Node) -> str:
    return _bracketed(node) if isinstance(node, And | Or | Not) else write(node)


def _bracketed(node: Node) -> str:
    return f"({write(node)})"


def _quoted(text: str) -> str:
    for opening, closing in ('""', "「」", "“”"):
        written = f"{opening}{text}{closing}"
        if _reads_as(written, Kind.PHRASE, text):
            return written
    return f'"{text}"'


def _reads_as(written: str, kind: Kind, text: str) -> bool:
    try:
        tokens = tokenise(written)
    except Misread:
        return False
    return [(token.kind, token.text) for token in tokens] == [(kind, text)]
