"""Damage of array files."""

from reports.search.contract.errors import IndexDamaged


class LiteralSegmentError(IndexDamaged):
    """Array files of a segment are missing, cut short or altered; ``cause`` says which and how."""

    def __init__(self, cause: str) -> None:
        super().__init__(
            f"检索索引的文字部分已损坏（{cause}），请运行 rebuild_index 重建；资料本身没有丢失。"
        )
        self.cause = cause
