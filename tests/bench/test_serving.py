"""What ``make serving`` is told and tells; the servers themselves are tests/serving's."""

from __future__ import annotations

import argparse

import pytest

from bench.served.waiting import KINDS, NAMES, Waits
from bench.serving import Setup


def test_a_setup_is_read_from_its_name() -> None:
    assert Setup.named("64k0+nginx") == Setup("64k0+nginx", 64, 0, has_turns=False, has_nginx=True)
    assert Setup.named("4k2") == Setup("4k2", 4, 2, has_turns=False, has_nginx=False)
    assert Setup.named("64k0t") == Setup("64k0t", 64, 0, has_turns=True, has_nginx=False)
    for name in ("64k0+apache", "64", "k0"):
        with pytest.raises((ValueError, argparse.ArgumentTypeError)):
            Setup.named(name)


def test_an_answer_that_did_not_come_is_told() -> None:
    waits = Waits(health=[0.002, 0.01, 0.004], search=[0.05, float("inf"), float("inf")])
    assert str(waits) == "4/10, T/T"


def test_every_kind_has_a_name() -> None:
    assert list(NAMES) == list(KINDS)
