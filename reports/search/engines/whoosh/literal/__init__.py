"""The literal index: which texts contain a string, exactly, and where.

It holds every pair of neighbouring characters with its sorted positions, in array files.
See docs/decisions/0001-literal-index.md.
"""

from .builder import build
from .prepared import PreparedBlock
from .segment import LiteralSegment

__all__ = ["LiteralSegment", "PreparedBlock", "build"]
