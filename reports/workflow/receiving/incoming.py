"""Opens files from the desk or from disk into documents: a text is one document, a zip or list has many."""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from reports.models import User
from reports.workflow.refusals import ReceiptRefused

from .accessions import store_container
from .containers import count_members, is_container, members
from .documents import IncomingDocument
from .file_names import is_system_file
from .sizes import check_size

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class IncomingFile:
    """``open`` may raise OSError. ``is_upload``: the size limit of uploads also applies to zips and lists."""

    name: str
    open: Callable[[], BinaryIO]
    is_upload: bool = False


def files_at(paths: Iterable[Path]) -> Iterator[IncomingFile]:
    """The files at ``paths``; those in folders in natural order: 2.txt before 10.txt."""
    for path in paths:
        for file in _files_below(path):
            yield IncomingFile(file.name, lambda file=file: file.open("rb"))  # type: ignore[misc]


def count_documents(files: Iterable[IncomingFile]) -> int:
    """The approximate number of documents, for a progress bar."""
    total = 0
    for file in files:
        try:
            with file.open() as source:
                total += count_members(source, file.name) if is_container(file.name) else 1
        except OSError:
            total += 1
    return total


def documents_in(files: Iterable[IncomingFile], by: User | None) -> Iterator[IncomingDocument]:
    """Every document in ``files``, one at a time. An unreadable file gives a document with an error."""
    for file in files:
        try:
            with file.open() as source:
                yield from _documents(file, source, by)
        except ReceiptRefused as refused:
            yield IncomingDocument(file.name, error=refused.message)
        except OSError as error:
            logger.warning("读取失败：%s", file.name, exc_info=error)
            yield IncomingDocument(error.filename or file.name, error=say_unopened(error))


def say_unopened(error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return "文件不存在。"
    if isinstance(error, PermissionError):
        return "没有读取这个文件的权限。"
    if isinstance(error, IsADirectoryError):
        return "读取时出错：这是文件夹，或没有权限查看其中的文件。"
    return f"读取文件时出错：{error.strerror or error}。"


def read_whole(source: BinaryIO) -> bytes:
    """All bytes of ``source``. Raises ReceiptRefused if it is empty or too large; a large file is not
    read."""
    limit = settings.ARCHIVE_UPLOAD_LIMIT
    size = _size(source)
    # A pipe has no size: reading one byte more than allowed shows that it is too large.
    data = b"" if size > limit else source.read(limit + 1)
    check_size(max(size, len(data)))
    return data


def _documents(file: IncomingFile, source: BinaryIO, by: User | None) -> Iterator[IncomingDocument]:
    if not is_container(file.name):
        yield IncomingDocument(file.name, read_whole(source))
        return
    if file.is_upload:
        check_size(_size(source))
    documents = members(source, file.name)
    first = next(documents, None)
    if first is None:
        raise ReceiptRefused("里面没有内容，没有收录。")
    # Stored only now, when it is certain to be a zip or list; reading continues at the same position.
    position = source.tell()
    source.seek(0)
    container = store_container(source, file.name, by)
    source.seek(position)
    for document in chain([first], documents):
        yield replace(document, container=container)


def _size(source: BinaryIO) -> int:
    if not source.seekable():
        return 0
    size = source.seek(0, os.SEEK_END)
    source.seek(0)
    return size


def _files_below(path: Path) -> Iterator[Path]:
    if not path.is_dir():
        yield path
        return
    unreadable: list[Path] = []
    for folder, folders, names in os.walk(
        path, onerror=lambda error: unreadable.append(Path(error.filename))
    ):
        folders[:] = sorted((name for name in folders if not is_system_file(name)), key=_natural)
        for name in sorted(names, key=_natural):
            if not is_system_file(name):
                yield Path(folder, name)
    # Opening these fails again, so they are shown like other unreadable files.
    yield from unreadable


def _natural(name: str) -> list[tuple[int, str]]:
    return [(int(part), "") if part.isdigit() else (-1, part) for part in re.split(r"([0-9]+)", name)]
