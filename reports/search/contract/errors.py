"""Errors of an index. Messages are in Chinese, for the reader; causes go to the log."""

from pathlib import Path


class IndexDamaged(Exception):  # noqa: N818 - a state, named as the rest of the project names it
    """The index cannot be read. The database has everything: a rebuild repairs the index."""

    def __init__(
        self, message: str = "检索索引已损坏，请运行 rebuild_index 重建；资料本身没有丢失。"
    ) -> None:
        super().__init__(message)


class IndexMissing(IndexDamaged):
    """There is no index, although there are published articles."""

    def __init__(self, message: str = "尚无检索索引，请运行 update_index 建立；资料本身没有丢失。") -> None:
        super().__init__(message)


class IndexUnreadable(IndexDamaged):
    """The operating system refuses to read a file: no permission, no free file descriptors, a failing
    disk."""

    def __init__(self, path: Path, cause: OSError) -> None:
        super().__init__(
            f"检索索引读不出来（{path.name}：{cause.strerror or cause}）。请检查索引文件夹的权限和磁盘；"
            "如仍不能读，请运行 rebuild_index 重建。资料本身没有丢失。"
        )


class ArticleUnindexable(Exception):  # noqa: N818
    """One article cannot be indexed; others can. ``__cause__`` has the cause."""

    def __init__(self, article_id: int) -> None:
        super().__init__(f"报道 {article_id} 未能编入索引")
        self.article_id = article_id


class IndexBusy(Exception):  # noqa: N818
    """Another process or thread holds the lock."""

    def __init__(self, message: str = "检索索引正由另一个进程写入，请稍后再试。") -> None:
        super().__init__(message)


class IndexOutdated(Exception):  # noqa: N818
    """The index has other fields than this version of the program."""

    def __init__(self, message: str = "检索索引的格式与程序不符，请运行 rebuild_index 重建。") -> None:
        super().__init__(message)
