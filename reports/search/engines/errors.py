"""What can go wrong with an index. Messages are for the reader, in Chinese; causes go to the log."""


class IndexDamaged(Exception):  # noqa: N818 - a state, named as the rest of the project names it
    """The index cannot be read. The database still holds everything: a rebuild mends it."""

    def __init__(
        self, message: str = "检索索引已损坏，请运行 rebuild_index 重建；资料本身没有丢失。"
    ) -> None:
        super().__init__(message)


class IndexBusy(Exception):  # noqa: N818
    """Another process is writing."""

    def __init__(self, message: str = "检索索引正由另一个进程写入，请稍后再试。") -> None:
        super().__init__(message)


class IndexOutdated(Exception):  # noqa: N818
    """The index has other fields than this version of the program writes."""

    def __init__(self, message: str = "检索索引的格式与程序不符，请运行 rebuild_index 重建。") -> None:
        super().__init__(message)
