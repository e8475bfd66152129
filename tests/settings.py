"""Settings of the test run: a data folder of its own, fast password hashing."""

import os
import tempfile

# Before the real settings are read, so that no test ever touches the data of a working archive.
os.environ["ARCHIVE_DATA"] = tempfile.mkdtemp(prefix="archive-test-")
os.environ.pop("SEARCH_URL", None)

from archive.settings import *  # noqa: E402, F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
AXES_ENABLED = False
