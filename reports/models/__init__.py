"""The archive's tables, one family a module. Written only by :mod:`reports.workflow`."""

from .accession import Accession
from .contributor import Contributor
from .district import District, ReportDistrict
from .figure import Figure, PullQuote
from .initiative import Initiative, InitiativeAlias, InitiativeMention
from .outbox import OutboxRow
from .report import Report
from .section import Section
from .statistic import Statistic
from .user import User

__all__ = [
    "Accession",
    "Contributor",
    "District",
    "Figure",
    "Initiative",
    "InitiativeAlias",
    "InitiativeMention",
    "OutboxRow",
    "PullQuote",
    "Report",
    "ReportDistrict",
    "Section",
    "Statistic",
    "User",
]
