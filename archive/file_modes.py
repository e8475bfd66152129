"""Data of the archive is readable by its own account only: folders 0700, files 0600.

The files contain drafts, password hashes and session keys, and the machine may have other accounts.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

_OTHERS = 0o077
_PROGRAM = Path(__file__).resolve().parent


def restrict_new_files() -> None:
    """Set the umask of this process and its child processes."""
    os.umask(_OTHERS)


@dataclass
class Repair:
    """The number of entries closed to other accounts, and the paths that could not be closed."""

    closed: int = 0
    failed: list[Path] = field(default_factory=list)


def repair(roots: Iterable[Path]) -> Repair:
    """Remove the rights of group and others from ``roots`` and everything below them. Never raises."""
    result = Repair()
    for root in _outermost(roots):
        if _is_shared(root):
            result.failed.append(root)
            continue
        for path in _open_below(root):
            if _close_to_others(path):
                result.closed += 1
            else:
                result.failed.append(path)
    return result


def open_to_others(roots: Iterable[Path]) -> Iterator[Path]:
    """The files and folders to which group or others have any right; each folder before its contents."""
    for root in _outermost(roots):
        yield from _open_below(root)


def _open_below(path: Path) -> Iterator[Path]:
    """Uses a stack of strings instead of recursion over Path objects: there are tens of thousands of
    originals."""
    waiting = [str(path)]
    while waiting:
        folder = waiting.pop()
        mode = _mode(folder)
        if mode & _OTHERS:
            yield Path(folder)
        if not stat.S_ISDIR(mode):
            continue
        try:
            entries = list(os.scandir(folder))
        except OSError:
            # Not readable by this account, such as lost+found; if others may read it, it was yielded above.
            continue
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                waiting.append(entry.path)
            elif _mode(entry.path) & _OTHERS:
                yield Path(entry.path)


def _mode(path: str) -> int:
    """The mode of a file or folder; 0 for deleted ones and for links, sockets and similar, which hold no
    data."""
    try:
        mode = os.lstat(path).st_mode
    except OSError:
        return 0
    return mode if stat.S_ISREG(mode) or stat.S_ISDIR(mode) else 0


def _close_to_others(path: Path) -> bool:
    """Change the mode of the opened file without following links, so that no link can be put in its place."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except FileNotFoundError:
        return True
    except OSError:
        return False
    try:
        os.fchmod(descriptor, stat.S_IMODE(os.fstat(descriptor).st_mode) & ~_OTHERS)
        # Some file systems (FAT, CIFS) accept the call and change nothing.
        return not os.fstat(descriptor).st_mode & _OTHERS
    except OSError:
        return False
    finally:
        os.close(descriptor)


def _is_shared(path: Path) -> bool:
    """Whether other accounts need the folder: one like /tmp, or one above the program."""
    try:
        return path in _PROGRAM.parents or bool(path.stat().st_mode & stat.S_ISVTX)
    except OSError:
        return False


def _outermost(roots: Iterable[Path]) -> list[Path]:
    resolved = {root.resolve() for root in roots}
    return sorted(root for root in resolved if not resolved & set(root.parents))
