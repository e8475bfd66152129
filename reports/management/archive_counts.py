"""Numbers of articles and other rows, as backup and restore print them."""

from __future__ import annotations

from collections.abc import Mapping

from reversion.models import Revision

from reports.models import Accession, Article, User

_COUNTED = (
    ("报道", "篇", Article),
    ("上传件", "份", Accession),
    ("账号", "个", User),
    ("修改记录", "条", Revision),
)


def printed_counts(rows: Mapping[str, int]) -> str:
    """The counts in Chinese; ``rows`` is the number of rows by table."""
    return "，".join(f"{name}{rows[model._meta.db_table]}{unit}" for name, unit, model in _COUNTED)


def current_counts() -> dict[str, int]:
    return {model._meta.db_table: model._default_manager.count() for _, _, model in _COUNTED}
