"""A tree in a few words of Chinese: how the query was understood."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from .tokens import OPERATORS
from .tree import And, Every, Exact, Field, Leaf, Near, Node, Not, Or, Phrase, Prefix, Word


def interpret(
    tree: Node,
    printed: Mapping[str, str] | None = None,
    expansions: Mapping[str, Sequence[str]] | None = None,
) -> str:
    """``党建引领 且 不含 产业链``. ``printed``: texts as they were typed; ``expansions``: the synonyms that
    bare words were searched with (``两新组织（含：新经济组织、新社会组织）``)."""
    return _Interpreter(printed or {}, expansions or {}).sentence(tree)


class _Interpreter:
    def __init__(self, printed: Mapping[str, str], expansions: Mapping[str, Sequence[str]]) -> None:
        self.printed = printed
        self.expansions = expansions

    def sentence(self, node: Node) -> str:
        match node:
            case Every():
                return "全部"
            case Not(child):
                return f"不含{self._object(child)}"
            case Field(name, child):
                return f"{name.label}含{self._object(child)}"
            case And(children):
                return " 且 ".join(self._part(child, Or) for child in children)
            case Or(children):
                return " 或 ".join(self._part(child, And) for child in children)
            case _:
                return self._leaf(node)

    def _part(self, node: Node, bracketed: type[And] | type[Or]) -> str:
        text = self.sentence(node)
        return f"（{text}）" if isinstance(node, bracketed) else text

    def _object(self, node: Node) -> str:
        text = self.sentence(node)
        return f"（{text}）" if isinstance(node, And | Or | Field | Not) else f" {text}"

    def _leaf(self, leaf: Leaf) -> str:
        match leaf:
            case Word(text):
                typed = self._typed(text)
                others = f"（含：{'、'.join(self.expansions[text])}）" if text in self.expansions else ""
                return (f"“{typed}”" if typed in OPERATORS else typed) + others
            case Phrase(text):
                return f"“{self._typed(text)}”"
            case Exact(text):
                return f"整词“{self._typed(text)}”"
            case Prefix(text):
                return f"以“{self._typed(text)}”开头的词"
            case Near(texts, distance):
                names = "".join(f"“{self._typed(text)}”" for text in texts)
                return f"{names}相距不超过{distance}字"

    def _typed(self, text: str) -> str:
        return self.printed.get(text, text)
