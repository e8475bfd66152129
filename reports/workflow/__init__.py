"""Every write of the archive: receipt, drafts, review, edits, history, dictionaries, and the index outbox.

Faces call what is named here. Whatever is not done raises a :class:`Refused` with a sentence to show.
"""

from .accession import Receipt, check_size, clean_file_name, read_original, receive
from .comparison import FieldChange, diff
from .content import EditedArticle, EditedContributor, EditedFigure, EditedSection, content_of
from .districts import (
    archive_gazetteer,
    district_for,
    district_with_key,
    load_gazetteer,
    place_named,
    save_district,
)
from .doubts import doubts_of
from .drafting import DraftOptions, draft_articles
from .editing import edit, set_year
from .history import ArticleRevision, revision_of, revisions
from .importing import ImportSummary, count_documents, import_paths
from .initiatives import merge_initiatives, save_initiative
from .lexicon import archive_dictionaries
from .originals import DamagedOriginal, PurgedOriginal
from .outbox import clear_purges, drain_after_commit, drain_outbox, enqueue, indexing_notice, rebuild_index
from .purging import PurgePlan, plan_accession_purge, plan_purge, purge, purge_accession
from .reading import Dictionaries, ReadArticle, read_document
from .refusals import (
    DictionaryRefused,
    EditConflict,
    EditRefused,
    PurgeRefused,
    ReceiptRefused,
    Refused,
    RoleRefused,
    TransitionRefused,
)
from .restoring import restore
from .review import publish, publish_drafts, return_to_draft, submit, withdraw
from .roles import may_administer, may_edit, may_read
from .samples import load_samples, remove_samples

__all__ = [
    "ArticleRevision",
    "DamagedOriginal",
    "Dictionaries",
    "DictionaryRefused",
    "DraftOptions",
    "EditConflict",
    "EditRefused",
    "EditedArticle",
    "EditedContributor",
    "EditedFigure",
    "EditedSection",
    "FieldChange",
    "ImportSummary",
    "PurgePlan",
    "PurgeRefused",
    "PurgedOriginal",
    "ReadArticle",
    "Receipt",
    "ReceiptRefused",
    "Refused",
    "RoleRefused",
    "TransitionRefused",
    "archive_dictionaries",
    "archive_gazetteer",
    "check_size",
    "clean_file_name",
    "clear_purges",
    "content_of",
    "count_documents",
    "diff",
    "district_for",
    "district_with_key",
    "doubts_of",
    "draft_articles",
    "drain_after_commit",
    "drain_outbox",
    "edit",
    "enqueue",
    "import_paths",
    "indexing_notice",
    "load_gazetteer",
    "load_samples",
    "may_administer",
    "may_edit",
    "may_read",
    "merge_initiatives",
    "place_named",
    "plan_accession_purge",
    "plan_purge",
    "publish",
    "publish_drafts",
    "purge",
    "purge_accession",
    "read_document",
    "read_original",
    "rebuild_index",
    "receive",
    "remove_samples",
    "restore",
    "return_to_draft",
    "revision_of",
    "revisions",
    "save_district",
    "save_initiative",
    "set_year",
    "submit",
    "withdraw",
]
