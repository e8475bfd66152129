"""Where the read-only material lies beside the repository."""

from __future__ import annotations

from pathlib import Path

import pytest

_SHARED = Path(__file__).resolve().parents[3] / "shared"


@pytest.fixture(scope="session")
def shared() -> Path:
    if not _SHARED.is_dir():
        pytest.skip("the read-only material (../shared) is not beside this repository")
    return _SHARED
