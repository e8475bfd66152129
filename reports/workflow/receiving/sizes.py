"""The maximum size of a document, and sizes in Chinese text."""

from __future__ import annotations

from django.conf import settings

from reports.workflow.refusals import ReceiptRefused


def check_size(size: int) -> None:
    """Raise ReceiptRefused unless a file of ``size`` bytes may be stored."""
    if not size:
        raise ReceiptRefused("文件是空的，没有收录。")
    if size > settings.ARCHIVE_UPLOAD_LIMIT:
        raise ReceiptRefused(
            f"文件有{format_size(size)}，超过{format_size(settings.ARCHIVE_UPLOAD_LIMIT)}的上限，没有收录。"
            "请拆成几个较小的文件。"
        )


def format_size(size: int) -> str:
    """``size`` bytes in the largest unit with at least one digit before the point."""
    amount, unit = float(size), "字节"
    for larger in ("KB", "MB", "GB"):
        if amount < 1024:
            break
        amount, unit = amount / 1024, larger
    return f"{amount:.0f}{unit}" if amount >= 10 or unit == "字节" else f"{amount:.1f}{unit}"
