"""Checksums: of files, of tables of contents, of the pointer."""

import os
import shutil
import threading

import pytest

from reports.language.segment import default_segmenter
from reports.search.contract.errors import IndexDamaged, IndexUnreadable
from reports.search.engines.whoosh.directory.generations import MANIFEST
from reports.search.engines.whoosh.directory.integrity import CheckedFiles, FileDamaged, seal, unseal
from reports.search.engines.whoosh.index import IndexDirectory
from reports.search.engines.whoosh.indexer import writer
from tests.engines.indexes import apply, rebuild
from tests.engines.test_index import ids, live_folder, segment_folders, texts


@pytest.fixture
def index(tmp_path):
    return IndexDirectory(tmp_path / "index")


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(b"what was written")
    return path


def backdate(path, by=10):
    """Nobody wrote in the last seconds: two writes within one tick of the clock look the same."""
    found = path.stat()
    os.utime(path, (found.st_atime - by, found.st_mtime - by))


# Files


def test_a_file_that_is_as_written_passes_and_any_other_is_refused(file):
    checked = CheckedFiles()
    expected = checked.checksum(file)
    checked.verify(file, expected)
    for content in (b"what was Written", b"what was", b"what was written and more", b""):
        file.write_bytes(content)
        backdate(file, len(content))
        with pytest.raises(FileDamaged, match="file"):
            checked.verify(file, expected)


def test_an_untouched_file_is_read_once(file, monkeypatch):
    checked = CheckedFiles()
    expected = checked.checksum(file)
    monkeypatch.setattr(
        "reports.search.engines.whoosh.directory.integrity.zlib.crc32", lambda *_: pytest.fail("read again")
    )
    checked.verify(file, expected)
    assert checked.touched() == []


def test_touched_files_are_those_replaced_written_to_or_removed(tmp_path):
    checked, paths = CheckedFiles(), [tmp_path / name for name in ("replaced", "written", "gone", "left")]
    for path in paths:
        path.write_bytes(b"the same")
        backdate(path)
        checked.checksum(path)
    other = tmp_path / "other"
    other.write_bytes(b"the same")
    other.replace(paths[0])
    paths[1].write_bytes(b"the same")
    paths[2].unlink()
    assert checked.touched() == paths[:3]


def test_a_time_of_change_that_was_set_back_hides_nothing(file):
    checked = CheckedFiles()
    expected, before = checked.checksum(file), file.stat()
    file.write_bytes(b"what was wriTTen")
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    with pytest.raises(FileDamaged):
        checked.verify(file, expected)


def test_a_seal_is_broken_by_any_flipped_bit_and_by_another_owner(tmp_path):
    sealed = seal(b"content", "here")
    assert unseal(sealed, "here", tmp_path) == b"content"
    with pytest.raises(FileDamaged):
        unseal(sealed, "elsewhere", tmp_path)
    for bit in range(8 * len(sealed)):
        flipped = bytearray(sealed)
        flipped[bit // 8] ^= 1 << bit % 8
        with pytest.raises(FileDamaged):
            unseal(bytes(flipped), "here", tmp_path)
    for length in range(len(sealed)):
        with pytest.raises(FileDamaged):
            unseal(sealed[:length], "here", tmp_path)
    with pytest.raises(FileDamaged):
        unseal(b"content" * 10, "here", tmp_path)


# The index


def test_every_file_of_a_commit_has_its_checksum(index):
    apply(index, texts(1, 2), [])
    apply(index, texts(3), [1])
    index.snapshot()
    known = set(index.reader.checked._sums)
    locks = {index.path / "lock"}
    there = {path for path in index.path.rglob("*") if path.is_file()} - locks
    # The pointer is read each time; whatever else is there was compared.
    assert there - known == {index.generations.pointer}


def test_a_pointer_to_another_generation_is_noticed(index):
    apply(index, texts(1), [])
    rebuild(index, texts(1, 2), lambda _: [])
    whole = index.generations.pointer.read_text()
    number, seal_line = whole.split("\n", 1)
    assert number == "2"
    for text in (f"1\n{seal_line}", "1", "2", "", f"{whole} ", f" {whole}", "x", seal_line):
        index.generations.pointer.write_text(text)
        with pytest.raises(IndexDamaged, match="current"):
            IndexDirectory(index.path).snapshot()
        with pytest.raises(IndexDamaged):
            index.snapshot()


def test_a_manifest_of_another_generation_or_without_checksum_is_refused(index):
    apply(index, texts(1), [])
    rebuild(index, texts(1), lambda _: [])
    path = live_folder(index) / MANIFEST
    good = path.read_text()
    path.write_bytes(seal(good[: -len(seal(b"", ""))].encode(), f"1/{MANIFEST}"))
    with pytest.raises(IndexDamaged, match=MANIFEST):
        IndexDirectory(index.path).snapshot()
    path.write_text(good.replace("{", '{"more": 1,', 1))
    with pytest.raises(IndexDamaged, match=MANIFEST):
        IndexDirectory(index.path).version(default_segmenter())
    path.unlink()
    with pytest.raises(IndexDamaged, match=MANIFEST):
        apply(IndexDirectory(index.path), texts(2), [])
    path.write_text(good)
    assert ids(IndexDirectory(index.path)) == [1]


def test_a_merge_passes_no_damage_on(index, monkeypatch):
    monkeypatch.setattr(writer, "MERGE_FACTOR", 3)
    for number in (1, 2):
        apply(index, texts(number), [])
    path = sorted(live_folder(index).glob("*.pst"))[0]
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)
    backdate(path)
    with pytest.raises(IndexDamaged, match="pst"):
        apply(index, texts(3), [])
    assert len(list(live_folder(index).glob("*.trm"))) == 2


def test_damage_beside_a_segment_is_told_under_a_running_reader(index):
    apply(index, texts(1, 2), [])
    assert ids(index) == [1, 2]
    for path in segment_folders(index)[0].iterdir():
        path.write_bytes(path.read_bytes()[::-1])
        backdate(path)
    index.reader.inspect_before_next_search()
    with pytest.raises(FileDamaged):
        index.snapshot()
    rebuild(index, texts(1, 2), lambda _: [])
    assert ids(index) == [1, 2]


def test_touching_a_file_without_changing_it_is_no_damage(index):
    apply(index, texts(1, 2), [])
    assert ids(index) == [1, 2]
    for path in index.path.rglob("*"):
        os.utime(path)
    index.reader.inspect_before_next_search()
    assert ids(index) == [1, 2]


def test_a_reader_on_its_way_is_not_disturbed_by_the_inspection(index):
    """Commits unlink files all the time: that is not damage."""
    apply(index, texts(*range(1, 9)), [])
    failed = []

    def read():
        try:
            for _ in range(60):
                index.reader.inspect_before_next_search()
                assert ids(index)
        except Exception as error:
            failed.append(error)
            raise

    reader = threading.Thread(target=read)
    reader.start()
    for number in range(9, 29):
        apply(index, texts(number), [number - 8])
    reader.join()
    assert not failed


def test_a_file_that_may_not_be_read_is_not_called_damaged(index, monkeypatch):
    apply(index, texts(1), [])

    def refuse(*_, **__):
        raise PermissionError(13, "Permission denied", str(index.generations.pointer))

    monkeypatch.setattr("pathlib.Path.read_bytes", refuse)
    with pytest.raises(IndexUnreadable, match="权限"):
        IndexDirectory(index.path).snapshot()


# What has lost its checksum is as damaged as what differs from it


def without_seal(path):
    path.write_bytes(path.read_bytes()[: -len(seal(b"", ""))])


def toc_without_seal(index):
    (toc,) = live_folder(index).glob("*.toc")
    without_seal(toc)


def manifest_without_checksum(index):
    without_seal(live_folder(index) / MANIFEST)


def pointer_without_checksum(index):
    index.generations.pointer.write_text("1")


@pytest.mark.parametrize("spoil", [toc_without_seal, manifest_without_checksum, pointer_without_checksum])
def test_a_file_without_its_checksum_is_refused(index, spoil):
    apply(index, texts(1, 2), [])
    spoil(index)
    with pytest.raises(FileDamaged):
        IndexDirectory(index.path).snapshot()


def test_a_segment_without_checksums_is_refused(index, monkeypatch):
    monkeypatch.setattr(writer, "record_checksums", lambda *_: None)
    apply(index, texts(1, 2), [])
    with pytest.raises(IndexDamaged):
        IndexDirectory(index.path).snapshot()


# A rebuild mends whatever it finds


def spoil_pointer(index):
    index.generations.pointer.write_bytes(b"\xff\x00garbage")


def pointer_is_a_folder(index):
    index.generations.pointer.unlink()
    (index.generations.pointer / "within").mkdir(parents=True)


def remove_manifest(index):
    (live_folder(index) / MANIFEST).unlink()


def remove_live_generation(index):
    shutil.rmtree(live_folder(index))


def half_written_generation_is_live(index):
    number = index.generations.create({"version": "", "parts": {}})
    (index.generations.folder_of(number) / "MAIN_half.pst").write_bytes(b"\0" * 100)
    index.generations.swap_to(number)


def a_file_stands_for_a_generation(index):
    (index.generations.folder / "7").write_bytes(b"")


def strange_names(index):
    for name in ("²", "01x", ".hidden", "8"):
        (index.generations.folder / name).mkdir()


def journal_of_a_killed_rebuild(index):
    (index.path / "rebuild.journal").write_bytes(b"not a number\n")


def noise_everywhere(index):
    for path in index.path.rglob("*"):
        if path.is_file():
            path.write_bytes(os.urandom(100))


@pytest.mark.parametrize(
    "spoil",
    [
        spoil_pointer,
        pointer_is_a_folder,
        remove_manifest,
        remove_live_generation,
        half_written_generation_is_live,
        a_file_stands_for_a_generation,
        strange_names,
        journal_of_a_killed_rebuild,
        noise_everywhere,
    ],
)
def test_a_rebuild_works_whatever_state_the_folder_is_in(index, spoil):
    apply(index, texts(1, 2), [])
    spoil(index)
    fresh = IndexDirectory(index.path)
    assert rebuild(fresh, texts(1, 2, 3), lambda _: []) == 3
    assert ids(fresh) == ids(IndexDirectory(index.path)) == [1, 2, 3]
    apply(fresh, texts(4), [1])
    assert ids(IndexDirectory(index.path)) == [2, 3, 4]
