"""All writes of the archive: receipt, drafts, review, edits, history, dictionaries, and the index outbox.

Views, commands and the admin call the functions named here. A change that is not made raises
:class:`Refused` with a sentence for the user.
"""

from reports.models.edited_parts import EditedContributor, EditedFigure, EditedSection

from .account_roles import may_administer, may_edit, may_read
from .dictionaries.archive_dictionaries import Dictionaries, archive_dictionaries
from .dictionaries.districts import (
    archive_gazetteer,
    district_with_key,
    find_place,
    get_or_create_district,
    load_gazetteer,
    save_district,
)
from .dictionaries.initiatives import merge_initiatives, save_initiative
from .drafting.drafts import DraftOptions
from .drafting.recognition import RecognisedArticle, read_document
from .originals import DamagedOriginal, PurgedOriginal
from .outbox import clear_purges, drain_or_tell, drain_outbox, enqueue, indexing_notice, rebuild_index
from .purging import PurgePlan, plan_accession_purge, plan_purge, purge, purge_accession
from .receiving.accessions import read_original
from .receiving.file_names import clean_file_name
from .receiving.incoming import IncomingFile, count_documents, files_at, read_whole, say_unopened
from .receiving.receive import receive
from .receiving.results import DocumentResult, Outcome, ReceiptSummary
from .receiving.samples import load_samples, remove_samples
from .receiving.sizes import format_size
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
from .review.content import EditedArticle, content_of
from .review.doubts import doubts_of
from .review.editing import edit
from .review.reverting import revert
from .review.revisions import ArticleRevision, revisions
from .review.states import publish, publish_drafts, return_to_draft, submit, withdraw

__all__ = [
    "ArticleRevision",
    "DamagedOriginal",
    "Dictionaries",
    "DictionaryRefused",
    "DocumentResult",
    "DraftOptions",
    "EditConflict",
    "EditRefused",
    "EditedArticle",
    "EditedContributor",
    "EditedFigure",
    "EditedSection",
    "FieldChange",
    "IncomingFile",
    "Outcome",
    "PurgePlan",
    "PurgeRefused",
    "PurgedOriginal",
    "ReceiptRefused",
    "ReceiptSummary",
    "RecognisedArticle",
    "Refused",
    "RoleRefused",
    "TransitionRefused",
    "archive_dictionaries",
    "archive_gazetteer",
    "clean_file_name",
    "clear_purges",
    "content_of",
    "count_documents",
    "diff",
    "district_with_key",
    "doubts_of",
    "drain_or_tell",
    "drain_outbox",
    "edit",
    "enqueue",
    "files_at",
    "find_place",
    "format_size",
    "get_or_create_district",
    "indexing_notice",
    "load_gazetteer",
    "load_samples",
    "may_administer",
    "may_edit",
    "may_read",
    "merge_initiatives",
    "plan_accession_purge",
    "plan_purge",
    "publish",
    "publish_drafts",
    "purge",
    "purge_accession",
    "read_document",
    "read_original",
    "read_whole",
    "rebuild_index",
    "receive",
    "remove_samples",
    "return_to_draft",
    "revert",
    "revisions",
    "save_district",
    "save_initiative",
    "say_unopened",
    "submit",
    "withdraw",
]
