"""Names of initiatives that may be one: they differ by brackets and signs, or by one character."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import combinations

from reports.language.normalise import fold

# Shorter names that differ by one character are mostly different: 河长制, 林长制.
_LEAST_LENGTH = 5
_SIGN = re.compile(r"[^\w]|_")
# What one character says in full: 第一工程 and 第二工程, 2023计划 and 2024计划 are two.
_NUMERAL = re.compile(r"[0-9零一二三四五六七八九十百千甲乙丙丁]")
_MAX_SHARING = 50  # names that are the same but for one character; more of them are a pattern of names


def near_names(names: Iterable[str]) -> list[tuple[str, str]]:
    """Pairs of names that may be one, sorted. A pair that differs only in numerals is none.

    Two names differ by at most one character if leaving out one character of each can give the same (the
    deletion neighbourhoods of Mor and Fraenkel, 1982).
    """
    by_form: dict[str, set[str]] = {}
    for name in set(names):
        plain = _plain(name)
        by_form.setdefault(plain, set()).add(name)
        if len(plain) >= _LEAST_LENGTH:
            for index in range(len(plain)):
                by_form.setdefault(plain[:index] + plain[index + 1 :], set()).add(name)
    pairs: set[tuple[str, str]] = set()
    for sharing in by_form.values():
        if 1 < len(sharing) <= _MAX_SHARING:
            pairs.update(pair for pair in combinations(sorted(sharing), 2) if _may_be_one(*pair))
    return sorted(pairs)


def _may_be_one(name: str, other: str) -> bool:
    first, second = _plain(name), _plain(other)
    if first == second:
        return True
    # Names of which each leaves out another character (甲乙丙丁戊, 乙丙丁戊己) share a form, too.
    if not _differ_by_one(first, second):
        return False
    return _NUMERAL.sub("", first) != _NUMERAL.sub("", second)


def _differ_by_one(first: str, second: str) -> bool:
    if len(first) == len(second):
        return sum(a != b for a, b in zip(first, second, strict=True)) == 1
    shorter, longer = sorted((first, second), key=len)
    return any(longer[:index] + longer[index + 1 :] == shorter for index in range(len(longer)))


def _plain(name: str) -> str:
    return _SIGN.sub("", fold(name))
