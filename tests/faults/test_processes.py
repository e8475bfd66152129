"""Real processes that are killed, at any moment and at every step: index equals database afterwards.

The programs are in tests/faults: writers, steps, rebuilds, clocks, full_disks.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import pytest

Play = Callable[..., dict[str, Any]]
Rounds = Callable[[int, int], int]
Tally = Callable[..., None]

SEED = int(os.environ.get("ARCHIVE_FAULTS_SEED", "1"))
ALL_STEPS = 10**6

# Without these a list of steps is not one of what it says; there are some forty more.
STEPS = {
    "commit": {
        "insert database reports_outboxrow",
        "commit database",
        "take lock",
        "open generation/segment.file",
        "rename generation/segment.derived",
        "sync generation/new.toc",
        "rename generation/toc",
        "remove generation/toc",
        "delete database reports_outboxrow",
        "free lock",
    },
    "merge": {
        "take merge.lock",
        "rename merging/toc",
        "rename generation/segment.file",
        "rename generation/segment.derived",
        "rename generation/toc",
        "remove folder merging",
    },
    "expunge": {
        "insert database reports_purge",
        "take expunge.lock",
        "rename expunging/toc",
        "rename generation/segment.file",
        "rename generation/toc",
        "remove folder expunging",
        "update database reports_purge",
    },
    "rebuild": {
        "take rebuild.lock",
        "open rebuild.journal",
        "make generation",
        "rename generation/manifest.json",
        "rename generation/toc",
        "open current.tmp",
        "sync current.tmp",
        "rename current",
        "remove rebuild.journal",
        "remove folder generation",
        "delete database reports_outboxrow",
    },
}


@pytest.mark.parametrize("kind", sorted(STEPS))
def test_a_kill_at_any_step_leaves_all_or_nothing_and_a_restart_mends_the_rest(
    kind: str, play: Play, rounds: Rounds, tally: Tally
) -> None:
    most = rounds(8, ALL_STEPS)
    counted = play("steps", kind=kind, most=most, seed=SEED)
    assert STEPS[kind] <= set(counted["names"])
    assert counted["bad"] == []
    assert counted["survived"] == 0
    assert counted["kills"] == min(most, counted["steps"])
    if most >= counted["steps"]:
        assert counted["reached"] == counted["names"]
    tally(
        kills=counted["kills"],
        steps=counted["steps"],
        names=len(counted["names"]),
        seen_before=counted["seen_before"],
        seen_after=counted["seen_after"],
        half=counted["half"],
        lost_or_extra=counted["unrepaired"],
    )


def test_writers_killed_every_second_leave_an_index_that_equals_the_database(
    play: Play, rounds: Rounds, tally: Tally
) -> None:
    """Nothing is done by hand but a restart, and whoever searched meanwhile noticed nothing."""
    counted = play("writers", kills=rounds(5, 120), changes=rounds(30, 2000))
    differences = counted["differences"]
    assert (counted["wrong"], counted["errors"], counted["failed_otherwise"]) == (0, 0, 0)
    assert not any(differences.values()), differences
    assert counted["wrong_afterwards"] == 0
    assert counted["leftovers"] == []
    assert counted["searches"]
    tally(
        **{
            name: counted[name] for name in ("kills", "restarts", "changes", "refused", "searches", "seconds")
        },
        errors=counted["errors"] + counted["failed_otherwise"],
        wrong_answers=counted["wrong"],
        left_waiting=counted["left_waiting"],
        lost=differences["missing"] + differences["stale"],
        extra=differences["extra"] + differences["repeated"],
    )
