"""Real processes that are killed, at any moment and at every step: index equals database afterwards.

The programs are in tests/faults: writers, steps, rebuilds, clocks, full_disks.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import pytest

from tests.disks import Disk

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
        "make generation/segment.files",
        "sync generation/segment.files/file",
        "sync generation/new.toc",
        "rename generation/toc",
        "remove generation/toc",
        "delete database reports_outboxrow",
        "free lock",
    },
    "purge": {
        "insert database reports_purge",
        "take worker.lock",
        "take rebuild.lock",
        "make generation",
        "rename current",
        "remove folder generation",
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
        extra=differences["extra"] + differences["duplicated"],
    )


def test_rebuilds_at_once_with_changes_and_killed_ones(play: Play, rounds: Rounds, tally: Tally) -> None:
    counted = play("rebuilds", kills=rounds(1, 20))
    two, killed, worker, old = (counted[name] for name in ("two", "killed", "worker", "old"))
    all_seen = {"published": True, "edited": True, "withdrawn": True, "untouched": True}

    # Of two, the second is refused in plain words; the first comes to its end with what changed meanwhile.
    assert two["is_said"] is True
    assert two["second_code"] == 1
    assert "已有另一次重建正在进行，未做改动" in two["second_says"]
    assert "Traceback" not in two["second_says"]
    assert two["first_code"] == 0
    assert two["seen_meanwhile"] == two["seen_afterwards"] == all_seen
    assert not any(two["differences_before_restart"].values())

    # A killed one leaves the old index serving, and the next one begins anew and clears up.
    assert (killed["old_did_not_serve"], killed["without_workers"], killed["workers_lived_on"]) == (0, 0, 0)
    assert (killed["next_code"], killed["swapped"], killed["left"]) == (0, True, []), killed["next_says"]
    assert worker["workers"] > 0
    assert (worker["code"], worker["same_generation"], worker["left"]) == (70, True, [])

    # Who has an old generation open answers from it, though it has gone, until the next look.
    assert old == {"codes": [0, 0, 0], "folder_still_there": False, "same_answers": True, "now": all_seen}
    assert not any(counted["differences"].values())
    assert counted["leftovers"] == []
    tally(
        refused=1,
        killed=killed["killed"] + 1,
        old_did_not_serve=killed["old_did_not_serve"],
        workers_lived_on=killed["workers_lived_on"],
        lost=counted["differences"]["missing"] + counted["differences"]["stale"],
        extra=counted["differences"]["extra"],
    )


def test_a_clock_that_is_set_back_loses_nothing_and_nothing_stale_is_served(
    play: Play, rounds: Rounds, tally: Tally
) -> None:
    counted = play("clocks", steps=rounds(7, 140), seed=SEED)
    assert (counted["wrong"], counted["wrong_in_running_readers"], counted["differing"]) == (0, 0, 0)
    assert not any(counted["differences"].values())
    tally(
        times_set=counted["settings_of_the_clock"],
        wrong_answers=counted["wrong"] + counted["wrong_in_running_readers"],
        lost_or_extra=counted["differing"],
    )


def test_publishing_on_a_full_disk_is_said_and_made_up_for(
    play: Play, small_disk: Disk, tally: Tally
) -> None:
    """Searches go on, no publish fails, no article is blamed, and the next one takes the others along."""
    disk = small_disk(4)
    counted = play("full_disks", index=disk.path / "index", ballast=str(disk.path / "ballast"))
    assert (counted["failed"], counted["published"]) == (0, 20)
    assert (counted["waiting"], counted["blamed"]) == (10, 0)
    assert counted["notice"] == "修改已保存，检索结果稍后更新。"
    waits, rebuild = counted["said"]
    assert waits.startswith("索引写入失败，待索引的修改仍保留：")
    assert rebuild.startswith("重建未完成，现用索引未受影响：")
    assert (counted["found_meanwhile"], counted["state_meanwhile"]) == (10, "behind")
    assert counted["left_meanwhile"] == []
    assert (counted["found_afterwards"], counted["reader_code"]) == (21, 0)
    assert not any(counted["differences_before_restart"].values())
    assert not any(counted["differences"].values())
    assert counted["leftovers"] == []
    tally(refused_by_the_disk=counted["waiting"], failed=counted["failed"], lost=0, extra=0)
