"""The archive's tables, one group per module. Only :mod:`reports.workflow` writes to them."""

from .accession import Accession
from .article import Article
from .contributor import Contributor
from .district import ArticleDistrict, District
from .event import Event
from .figure import Figure, PullQuote
from .initiative import Initiative, InitiativeAlias, InitiativeMention
from .lexicon_word import LexiconWord
from .missed_query import MissedQuery
from .outbox import OutboxRow
from .purge import Purge
from .section import Section
from .statistic import Statistic
from .synonym import Synonym
from .user import User

__all__ = [
    "Accession",
    "Article",
    "ArticleDistrict",
    "Contributor",
    "District",
    "Event",
    "Figure",
    "Initiative",
    "InitiativeAlias",
    "InitiativeMention",
    "LexiconWord",
    "MissedQuery",
    "OutboxRow",
    "PullQuote",
    "Purge",
    "Section",
    "Statistic",
    "Synonym",
    "User",
]
