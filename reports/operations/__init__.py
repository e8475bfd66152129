"""What an operator does with the archive as a whole: back it up into one file, restore it from there.

Works on files and on SQLite databases named by their paths (:class:`ArchivePaths`); the commands say which.
Whatever is not done raises a :class:`BackupError` with a Chinese sentence.
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
