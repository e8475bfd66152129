"""Forms of the desk: what a browser sends, as plain values."""

from .password import OwnPasswordForm
from .purge import PurgeForm
from .review import ContributorRow, FigureRow, ReviewForm, ReviewRows, SectionRow, arrange
from .upload import UploadForm
from .withdrawal import WithdrawalForm

__all__ = [
    "ContributorRow",
    "FigureRow",
    "OwnPasswordForm",
    "PurgeForm",
    "ReviewForm",
    "ReviewRows",
    "SectionRow",
    "UploadForm",
    "WithdrawalForm",
    "arrange",
]
