"""Operations on the whole archive: a backup into one file, and its restoration.

They work on files and SQLite databases given by their paths (:class:`ArchivePaths`). A failure raises
:class:`BackupError` with a Chinese sentence.
"""

from .archive_paths import ArchivePaths, paths_of_this_archive
from .backup import BackupSummary, make_backup
from .configuration import environment_text
from .errors import BackupError, DamagedBackupError
from .older import OlderArchiveError, refuse_older_archive
from .restoration import Restoration, restore_backup

__all__ = [
    "ArchivePaths",
    "BackupError",
    "BackupSummary",
    "DamagedBackupError",
    "OlderArchiveError",
    "Restoration",
    "environment_text",
    "make_backup",
    "paths_of_this_archive",
    "refuse_older_archive",
    "restore_backup",
]
