"""A segment that is not whole does not open; one that was altered does not verify. Never a wrong answer."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from random import Random

import numpy as np
import pytest

from reports.search.contract.errors import IndexDamaged
from reports.search.contract.values import IndexedBlock
from reports.search.engines.whoosh.directory import arrays
from reports.search.engines.whoosh.literal import LiteralSegment

from .made_texts import built, made_documents


@pytest.fixture(scope="module", params=["short", "long"])
def segment_folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A segment whose arrays share a file, and one where many have their own."""
    folder = tmp_path_factory.mktemp(request.param)
    size = (6, 40) if request.param == "short" else (300, 600)
    built(folder, made_documents(Random(3), *size))
    return folder


def files_of(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.name.startswith("literal"))


def test_short_arrays_share_a_file_and_long_ones_have_their_own(tmp_path: Path) -> None:
    built(tmp_path / "short", [[IndexedBlock("body", 1, -1, "党建")]])
    assert len(files_of(tmp_path / "short")) == 2
    built(tmp_path / "long", [[IndexedBlock("body", 1, -1, "党建" * 20_000)]])
    assert len(files_of(tmp_path / "long")) == 4


def test_a_missing_or_shortened_or_lengthened_file_is_noticed_on_opening(
    segment_folder: Path, tmp_path: Path
) -> None:
    for number, path in enumerate(files_of(segment_folder)):
        size = path.stat().st_size
        for change, length in (("missing", None), ("empty", 0), ("short", size - 1), ("long", size + 4)):
            folder = tmp_path / f"{number}-{change}"
            shutil.copytree(segment_folder, folder)
            damaged = folder / path.name
            if length is None:
                damaged.unlink()
            else:
                os.truncate(damaged, length)
            with pytest.raises(IndexDamaged, match=path.name):
                LiteralSegment.open(folder)
            shutil.rmtree(folder)


def test_another_format_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    built(tmp_path, [])
    monkeypatch.setattr(arrays, "FORMAT", arrays.FORMAT + 1)
    with pytest.raises(IndexDamaged, match="格式"):
        LiteralSegment.open(tmp_path)


@pytest.mark.parametrize("content", ["", "{", "[]", "null", '{"format": null}', "\udcff"])
def test_a_manifest_that_is_none_is_said_to_be_none(tmp_path: Path, content: str) -> None:
    built(tmp_path, [])
    (tmp_path / "literal.json").write_text(content, "utf-8", "surrogateescape")
    with pytest.raises(IndexDamaged, match=r"literal\.json"):
        LiteralSegment.open(tmp_path)


def test_a_folder_without_a_segment_does_not_open(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(IndexDamaged, match="rebuild_index"):
            LiteralSegment.open(folder)


def test_a_build_that_fails_leaves_nothing_that_opens(tmp_path: Path) -> None:
    built(tmp_path, [[IndexedBlock("body", 1, -1, "党建")]])

    def documents() -> Iterator[list[IndexedBlock]]:
        yield [IndexedBlock("body", 1, -1, "产业")]
        raise RuntimeError("no more")

    with pytest.raises(RuntimeError, match="no more"):
        built(tmp_path, documents())
    with pytest.raises(IndexDamaged):
        LiteralSegment.open(tmp_path)


def test_other_files_of_the_folder_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "ordinals.npy").write_bytes(b"kept")
    built(tmp_path, [[IndexedBlock("body", 1, -1, "党建")]])
    assert (tmp_path / "ordinals.npy").read_bytes() == b"kept"
    assert all(path.name.startswith("literal") for path in tmp_path.iterdir() if path.name != "ordinals.npy")


def test_building_twice_writes_the_same_bytes(tmp_path: Path) -> None:
    made = made_documents(Random(11), 60, 300)
    for name in ("one", "other"):
        built(tmp_path / name, made)
    assert [path.name for path in files_of(tmp_path / "one")] == [
        path.name for path in files_of(tmp_path / "other")
    ]
    for path in files_of(tmp_path / "one"):
        assert path.read_bytes() == (tmp_path / "other" / path.name).read_bytes()


def test_the_manifest_tells_sizes(segment_folder: Path) -> None:
    sizes = json.loads((segment_folder / "literal.json").read_text("utf-8"))["bytes"]
    assert {path.name for path in files_of(segment_folder)} == {*sizes, "literal.json"}
    for name, size in sizes.items():
        assert (segment_folder / name).stat().st_size == size


def test_answers_outlive_the_segment_they_came_from(segment_folder: Path) -> None:
    segment = LiteralSegment.open(segment_folder)
    segment.files.read_ahead()
    positions, starts = segment.positions("党建"), segment.blocks.start
    before = positions.copy(), starts.copy()
    del segment
    assert np.array_equal(positions, before[0])
    assert np.array_equal(starts, before[1])
