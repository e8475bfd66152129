"""Files are mapped, not copied; what is written is whole or not there."""

import pickle

import pytest
from whoosh.filedb.filestore import FileStorage

from reports.search.engines.whoosh.directory.durable import write_atomically
from reports.search.engines.whoosh.directory.storage import MappedStorage


@pytest.fixture
def storage(tmp_path):
    return MappedStorage(str(tmp_path))


def test_a_mapped_file_reads_as_whoosh_reads_it(storage, tmp_path):
    with storage.create_file("numbers") as file:
        file.write_int(-7)
        file.write_varint(300)
        file.write_string(b"tail")
        file.write_pickle({"a": 1})
    for opened in (storage.open_file("numbers"), FileStorage(str(tmp_path)).open_file("numbers")):
        assert opened.read_int() == -7
        assert opened.read_varint() == 300
        assert opened.read_string() == b"tail"
        assert opened.read_pickle() == {"a": 1}
        assert opened.read(10) == b""
        opened.close()


def test_positional_reads_leave_the_shared_position_alone(storage):
    with storage.create_file("f") as file:
        file.write(bytes(range(50)))
    opened = storage.open_file("f")
    opened.seek(10)
    assert opened.get(30, 3) == bytes([30, 31, 32])
    assert opened.get_int(0) == int.from_bytes(bytes([0, 1, 2, 3]), "big")
    assert opened.read(1) == bytes([10])


def test_reading_beyond_the_end_is_an_error_not_a_short_answer(storage):
    with storage.create_file("f") as file:
        file.write(b"1234")
    with pytest.raises(EOFError):
        storage.open_file("f").get(2, 10)


def test_a_mapped_file_outlives_its_deletion(storage):
    with storage.create_file("f") as file:
        file.write(b"x" * 10_000)
    opened = storage.open_file("f")
    storage.delete_file("f")
    assert opened.get(9_999, 1) == b"x"


def test_an_empty_file_can_be_opened(storage):
    storage.create_file("empty").close()
    assert storage.open_file("empty").read() == b""


def test_derived_folders_are_deleted_like_files(storage, tmp_path):
    (tmp_path / "MAIN_1.derived").mkdir()
    (tmp_path / "MAIN_1.derived" / "x").write_bytes(b"1")
    storage.delete_file("MAIN_1.derived")
    assert not (tmp_path / "MAIN_1.derived").exists()


def test_a_safe_rename_does_not_overwrite(storage, tmp_path):
    write_atomically(tmp_path / "a", b"1")
    write_atomically(tmp_path / "b", b"2")
    with pytest.raises(NameError):
        storage.rename_file("a", "b", safe=True)
    assert (tmp_path / "b").read_bytes() == b"2"


def test_an_interrupted_atomic_write_leaves_the_old_content(tmp_path, monkeypatch):
    target = tmp_path / "current"
    write_atomically(target, b"1")

    def fail(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", fail)
    with pytest.raises(OSError, match="space"):
        write_atomically(target, b"2")
    assert target.read_bytes() == b"1"


def test_protocol_zero_pickles_can_be_read(storage):
    with storage.create_file("old") as file:
        file.write(pickle.dumps(["a", {"b": 2}], 0))
    assert pickle.load(storage.open_file("old")) == ["a", {"b": 2}]
