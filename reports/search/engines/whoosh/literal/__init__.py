"""The literal index: which texts contain this string, exactly, and where.

Every pair of adjacent characters of the text, with the sorted positions where it stands, in flat
files that are mapped, never copied. See docs/decisions/0001-literal-index.md.
"""

from reports.search.engines.whoosh.directory.arrays import SegmentFiles, SegmentWriter
from reports.search.engines.whoosh.directory.errors import LiteralSegmentError
from reports.search.engines.whoosh.literal.builder import build
from reports.search.engines.whoosh.literal.prepared import PreparedBlock, prepare_block
from reports.search.engines.whoosh.literal.segment import LiteralSegment
from reports.search.engines.whoosh.literal.units import UnitTable

__all__ = [
    "LiteralSegment",
    "LiteralSegmentError",
    "PreparedBlock",
    "SegmentFiles",
    "SegmentWriter",
    "UnitTable",
    "build",
    "prepare_block",
]
