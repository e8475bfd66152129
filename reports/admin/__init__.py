"""The Django admin: accounts, dictionaries, and a read-only look at records and the audit trail.

What search sees is changed through :mod:`reports.workflow` only.
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
# Below a path Django's own would lack the slash at its end, which a proxy need not know.
admin.site.site_url = reverse_lazy("front")  # type: ignore[assignment]
