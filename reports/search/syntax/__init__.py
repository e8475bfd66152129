"""The query language: text in, a tree of values out. Knows no engine and no framework."""

from .interpreted import interpret
from .parser import MAX_LENGTH, Parsed, parse, positive_texts
from .printer import write

__all__ = ["MAX_LENGTH", "Parsed", "interpret", "parse", "positive_texts", "write"]
