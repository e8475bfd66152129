"""Page numbers below a list of hits."""

from __future__ import annotations

from reports.search.page import ResultPage


def page_numbers(page: ResultPage) -> list[int | None]:
    """The first page, the last, and the neighbours of the current one; ``None`` for each gap between."""
    current, last = page.request.page, page.page_count
    pages = sorted({1, last, *range(max(1, current - 2), min(last, current + 2) + 1)})
    numbers: list[int | None] = []
    for number in pages:
        if numbers and (previous := numbers[-1]) is not None and number - previous > 1:
            numbers.append(previous + 1 if number - previous == 2 else None)
        numbers.append(number)
    return numbers
