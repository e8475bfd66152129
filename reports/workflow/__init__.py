"""Every write of the archive: receipt, drafts, review, edits, history, dictionaries, and the index outbox.

Faces call what is named here. Whatever is not done raises a :class:`Refused` with a sentence to show.
"""

from .clearing import clear_purges
from .dictionaries.archive_dictionaries import archive_dictionaries
from .dictionaries.districts import (
    archive_gazetteer,
    district_for,
    district_with_key,
    load_gazetteer,
    place_named,
    save_district,
)
from .dictionaries.initiatives import merge_initiatives, save_initiative
from .drafting.drafts import DraftOptions, draft_articles
from .drafting.recognition import Dictionaries, ReadArticle, read_document
from .originals import DamagedOriginal, PurgedOriginal
from .outbox import drain_after_commit, drain_outbox, enqueue, indexing_notice, rebuild_index
from .purging import PurgePlan, plan_accession_purge, plan_purge, purge, purge_accession
from .receiving.accessions import Receipt, check_size, clean_file_name, read_original, receive
from .receiving.importing import ImportSummary, count_documents, import_paths
from .receiving.samples import load_samples, remove_samples
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
from .review.comparison import FieldChange, diff
from .review.content import EditedArticle, EditedContributor, EditedFigure, EditedSection, content_of
from .review.doubts import doubts_of
from .review.editing import edit, set_year
from .review.restoring import restore
from .review.revisions import ArticleRevision, revision_of, revisions
from .review.states import publish, publish_drafts, return_to_draft, submit, withdraw
from .roles import may_administer, may_edit, may_read

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
