"""Generations beside each other, and one pointer."""

import pytest

from reports.search.contract.errors import IndexDamaged
from reports.search.engines.whoosh.directory.generations import Generations


def test_no_folder_means_no_index(tmp_path):
    assert Generations(tmp_path / "none").current() is None


def test_a_generation_is_live_only_after_the_swap(tmp_path):
    generations = Generations(tmp_path)
    first = generations.create({"version": "a"})
    assert generations.current() is None
    generations.swap_to(first)
    second = generations.create({"version": "b"})
    assert generations.current() == first
    generations.swap_to(second)
    assert generations.current() == second
    assert generations.manifest(second) == {"version": "b"}


def test_cleaning_leaves_the_live_generation_and_numbers_never_come_back(tmp_path):
    generations = Generations(tmp_path)
    numbers = [generations.create({}) for _ in range(3)]
    generations.swap_to(numbers[2])
    generations.remove_all_but(numbers[2])
    assert generations.numbers() == numbers[2:]
    assert generations.create({}) == numbers[2] + 1


def test_a_damaged_pointer_is_said_and_can_be_replaced(tmp_path):
    generations = Generations(tmp_path)
    generations.swap_to(generations.create({}))
    generations.pointer.write_bytes(b"\xff\x00")
    with pytest.raises(IndexDamaged):
        generations.current()
    generations.swap_to(generations.create({}))
    assert generations.current() == 2
