"""Settings of the test run: a data folder of its own, fast password hashing."""

import atexit
import os
import shutil
import tempfile

# Before the real settings are read, so that no test ever touches the data of a working archive.
_DATA = tempfile.mkdtemp(prefix="archive-test-")
_STATIC = tempfile.mkdtemp(prefix="archive-test-static-")
os.environ["ARCHIVE_DATA"] = _DATA
os.environ["STATIC_ROOT"] = _STATIC
for _name in ("SEARCH_URL", "ARCHIVE_PUBLIC", "ARCHIVE_PATH", "ARCHIVE_UPLOAD_LIMIT", "HTTPS"):
    os.environ.pop(_name, None)
for _folder in (_DATA, _STATIC):
    atexit.register(shutil.rmtree, _folder, ignore_errors=True)

from archive.settings import *  # noqa: E402, F403
from archive.settings import DATABASES  # noqa: E402

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
AXES_ENABLED = False
# Bulk indexing inside the call, so that a test sees its effect and no thread outlives it.
ARCHIVE_BACKGROUND_INDEXING = False
# A file, not memory: threads and processes of a test share it, and WAL behaves as in service.
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["TEST"] = {"NAME": os.path.join(_DATA, "test.sqlite3")}  # noqa: PTH118
