"""The query language: text in, a tree of values out. Knows no engine and no framework."""

from .interpreted import interpret
from .parser import MAX_LENGTH, Parsed, parse, shorten
from .printer import write

__all__ = ["MAX_LENGTH", "Parsed", "interpret", "parse", "shorten", "write"]
