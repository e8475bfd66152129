"""The literal index: which texts contain this string, exactly, and where.

Every pair of adjacent characters of the text, with the sorted positions where it stands, in flat
files that are mapped, never copied. See docs/decisions/0001-literal-index.md.
"""

from .builder import build
from .errors import LiteralSegmentError
from .files import SegmentFiles, SegmentWriter
from .prepared import HIDDEN_KINDS, PreparedBlock, prepare_block
from .segment import LiteralSegment
from .units import UnitTable

__all__ = [
    "HIDDEN_KINDS",
    "LiteralSegment",
    "LiteralSegmentError",
    "PreparedBlock",
    "SegmentFiles",
    "SegmentWriter",
    "UnitTable",
    "build",
    "prepare_block",
]
