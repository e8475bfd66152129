"""Forms of the desk: they turn the fields sent by a browser into plain values."""

from .password import OwnPasswordForm
from .purge import PurgeForm
from .review import ReviewForm, ReviewRows, arrange
from .upload import UploadForm
from .withdrawal import WithdrawalForm

__all__ = [
    "OwnPasswordForm",
    "PurgeForm",
    "ReviewForm",
    "ReviewRows",
    "UploadForm",
    "WithdrawalForm",
    "arrange",
]
