"""What can go wrong with a literal segment."""

from reports.search.contract.errors import IndexDamaged


class LiteralSegmentError(IndexDamaged):
    """The files of a literal segment are missing, cut short or altered; ``cause`` says which and how.

    The segment is derived: building it again from its documents mends it.
    """

    def __init__(self, cause: str) -> None:
        super().__init__(
            f"检索索引的文字部分已损坏（{cause}），请运行 rebuild_index 重建；资料本身没有丢失。"
        )
        self.cause = cause
