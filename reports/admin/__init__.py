"""The Django admin: accounts, dictionaries, and read-only pages of records and the event log.

All data that is indexed is changed through :mod:`reports.workflow` only.
"""

from django.contrib import admin
from django.urls import reverse_lazy

from .accounts import UserAdmin
from .dictionaries import DistrictAdmin, InitiativeAdmin
from .records import AccessionAdmin, ArticleAdmin, LogEntryAdmin
from .search import LexiconWordAdmin, MissedQueryAdmin, SynonymAdmin

__all__ = [
    "AccessionAdmin",
    "ArticleAdmin",
    "DistrictAdmin",
    "InitiativeAdmin",
    "LexiconWordAdmin",
    "LogEntryAdmin",
    "MissedQueryAdmin",
    "SynonymAdmin",
    "UserAdmin",
]

admin.site.site_header = "区县报道档案·管理"
admin.site.site_title = "区县报道档案"
admin.site.index_title = "账号、词典与记录"
# Under a sub-path Django's default lacks the final slash, and a proxy may not accept that.
admin.site.site_url = reverse_lazy("front")  # type: ignore[assignment]
