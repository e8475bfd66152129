"""A backup that is not whole, or not what it says, is refused; the place it should go to stays as it was."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import random
import re
import tarfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from reports.operations import ArchivePaths, BackupError, DamagedBackupError, restore_backup

from .conftest import contents

pytestmark = pytest.mark.django_db

Content = list[tuple[tarfile.TarInfo, bytes]]


def unpack(file: Path) -> Content:
    with tarfile.open(file) as tar:
        return [(entry, tar.extractfile(entry).read()) for entry in tar]  # type: ignore[union-attr]


def pack(content: Content, file: Path, *, seal: bool = False) -> Path:
    """Write the members again; with ``seal``, under a manifest that is right for them."""
    if seal:
        content = sealed(content)
    with tarfile.open(file, "w:gz", compresslevel=1) as tar:
        for entry, data in content:
            entry.size = len(data)
            tar.addfile(entry, io.BytesIO(data))
    return file


def sealed(content: Content) -> Content:
    kept = [(entry, data) for entry, data in content if not entry.name.startswith("manifest.")]
    members = [
        {"name": entry.name, "size": len(data), "sha256": hashlib.sha256(data).hexdigest()}
        for entry, data in kept
    ]
    manifest = json.dumps({"members": members, "lacking": []}).encode()
    checksum = f"{hashlib.sha256(manifest).hexdigest()}  manifest.json\n".encode()
    return [*kept, member("manifest.json", manifest), member("manifest.sha256", checksum)]


def member(name: str, data: bytes = b"x", kind: bytes = tarfile.REGTYPE) -> tuple[tarfile.TarInfo, bytes]:
    entry = tarfile.TarInfo(name)
    entry.type = kind
    if kind in (tarfile.SYMTYPE, tarfile.LNKTYPE):
        entry.linkname, data = "/etc/passwd", b""
    return entry, data if kind == tarfile.REGTYPE else b""


def refused(file: Path, target: ArchivePaths) -> BackupError:
    """Restoring ``file`` is refused with a Chinese sentence and changes nothing."""
    before = contents(target.data)
    key = target.secret_key.read_text()
    with pytest.raises(BackupError) as raised:
        restore_backup(file, target, lambda *_: None)
    assert re.search(r"[\u4e00-\u9fff]{4}", str(raised.value))
    assert contents(target.data) == before == {"logs", "secret_key"}
    assert target.secret_key.read_text() == key
    return raised.value


def test_one_that_is_packed_again_is_taken(backed_up: Path, target: ArchivePaths, tmp_path: Path) -> None:
    """What the other tests alter is good before."""
    restore_backup(pack(unpack(backed_up), tmp_path / "again", seal=True), target, lambda *_: None)
    assert target.database.is_file()


def test_a_bit_flipped_anywhere_in_the_file(backed_up: Path, target: ArchivePaths, tmp_path: Path) -> None:
    data = backed_up.read_bytes()
    held = gzip.decompress(data)
    refusals = 0
    for position in sorted(
        {*range(12), *range(len(data) - 12, len(data)), *range(12, len(data), len(data) // 40)}
    ):
        altered = bytearray(data)
        altered[position] ^= 1 << random.randrange(8)
        if is_idle(bytes(altered), held):
            continue
        (tmp_path / "altered").write_bytes(altered)
        assert isinstance(refused(tmp_path / "altered", target), DamagedBackupError)
        refusals += 1
    assert refusals >= 50


def is_idle(altered: bytes, held: bytes) -> bool:
    """Some bits mean nothing: gzip's note of when and where it packed, what fills up its last byte."""
    try:
        return gzip.decompress(altered) == held
    except (OSError, EOFError, zlib.error):
        return False


def test_a_byte_altered_in_each_member(backed_up: Path, target: ArchivePaths, tmp_path: Path) -> None:
    content = unpack(backed_up)
    for number, (entry, data) in enumerate(content):
        altered = bytearray(data)
        # Of about.json a digit of the time: a changed name of a migration would read as a later program's.
        at = altered.index(b"2") if entry.name == "about.json" else len(altered) // 2
        altered[at] ^= 1
        with_it = [*content[:number], (entry, bytes(altered)), *content[number + 1 :]]
        assert isinstance(refused(pack(with_it, tmp_path / "altered"), target), DamagedBackupError), (
            entry.name
        )


@pytest.mark.parametrize("kept", [0, 1, 9, 10, 11, 100, 0.25, 0.5, 0.9, -9, -8, -1])
def test_a_file_cut_short(backed_up: Path, target: ArchivePaths, tmp_path: Path, kept: float) -> None:
    data = backed_up.read_bytes()
    (tmp_path / "cut").write_bytes(data[: int(kept * len(data)) if isinstance(kept, float) else kept])
    refused(tmp_path / "cut", target)


def test_a_member_left_out(backed_up: Path, target: ArchivePaths, tmp_path: Path) -> None:
    content = unpack(backed_up)
    for number in (0, 1, 2, 3, 7, len(content) - 2, len(content) - 1):
        left = content[:number] + content[number + 1 :]
        assert isinstance(refused(pack(left, tmp_path / "fewer"), target), DamagedBackupError), number


def test_two_members_swapped(backed_up: Path, target: ArchivePaths, tmp_path: Path) -> None:
    content = unpack(backed_up)
    for one, other in ((0, 1), (1, 2), (5, 6), (5, len(content) - 2)):
        paths = list(content)
        paths[one], paths[other] = paths[other], paths[one]
        refused(pack(paths, tmp_path / "order"), target)
        (entry, data), (another, others) = content[one], content[other]
        bytes_only = list(content)
        bytes_only[one], bytes_only[other] = (entry, others), (another, data)
        refused(pack(bytes_only, tmp_path / "bytes"), target)


@pytest.mark.parametrize(
    "added",
    [
        member("originals/../../evil"),
        member("originals/../evil"),
        member("../evil"),
        member("/tmp/evil"),
        member("originals//evil"),
        member("originals/./evil"),
        member("originals/"),
        member("originals/a\\b"),
        member("archive.sqlite3"),
        member("logs/evil"),
        member("secret_key"),
        member("originals/link", kind=tarfile.SYMTYPE),
        member("originals/link", kind=tarfile.LNKTYPE),
        member("originals/folder", kind=tarfile.DIRTYPE),
        member("originals/device", kind=tarfile.CHRTYPE),
        member("originals/pipe", kind=tarfile.FIFOTYPE),
    ],
    ids=lambda added: f"{added[0].name} {added[0].type.decode()}",
)
def test_a_member_that_should_not_be_there_though_the_manifest_names_it(
    backed_up: Path, target: ArchivePaths, tmp_path: Path, added: tuple[tarfile.TarInfo, bytes]
) -> None:
    content = unpack(backed_up)
    refused(pack([*content[:6], added, *content[6:]], tmp_path / "more", seal=True), target)
    assert not list(tmp_path.rglob("evil*"))


def test_a_member_twice(backed_up: Path, target: ArchivePaths, tmp_path: Path) -> None:
    content = unpack(backed_up)
    refused(pack([*content[:6], content[5], *content[6:]], tmp_path / "twice", seal=True), target)


def test_a_member_more_than_the_manifest_names(backed_up: Path, target: ArchivePaths, tmp_path: Path) -> None:
    content = unpack(backed_up)
    more = member("originals/ab/more")
    refused(pack([*content[:6], more, *content[6:]], tmp_path / "within"), target)
    refused(pack([*content, more], tmp_path / "behind"), target)


def test_something_behind_the_end(backed_up: Path, target: ArchivePaths, tmp_path: Path) -> None:
    (tmp_path / "tail").write_bytes(backed_up.read_bytes() + gzip.compress(b"more"))
    refused(tmp_path / "tail", target)
    (tmp_path / "garbage").write_bytes(backed_up.read_bytes() + b"more")
    refused(tmp_path / "garbage", target)


def about(**changes: object) -> Callable[[Content], Content]:
    def change(content: Content) -> Content:
        (entry, data), *rest = content
        return [(entry, json.dumps({**json.loads(data), **changes}).encode()), *rest]

    return change


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (about(format=2), "格式是第2版，本程序只能恢复第1版"),
        (about(engine="postgresql"), "只能恢复 SQLite"),
        (about(migrations=[["reports", "0999_later"]]), r"更新的程序.*reports\.0999_later.*先升级"),
        (about(migrations=[["reports", "0001_initial"]]), "由0.9以前的程序建立，本程序不能使用"),
        (about(rows={"reports_article": 1}), "数据库里的内容与清单不符"),
        (about(migrations=[]), "数据库里的内容与清单不符"),
        (about(unheard_of=1), "无法读出"),
        (lambda content: [member("about.json", b"[" * 100_000), *content[1:]], "无法读出"),
        (lambda content: [member("about.json", b"\xff"), *content[1:]], "无法读出"),
        (lambda content: [*content[:1], member("database.sqlite3", b"no database"), *content[2:]], "数据库"),
    ],
)
def test_a_backup_of_another_kind(
    backed_up: Path,
    target: ArchivePaths,
    tmp_path: Path,
    change: Callable[[Content], Content],
    says: str,
) -> None:
    file = pack(change(unpack(backed_up)), tmp_path / "other", seal=True)
    assert re.search(says, str(refused(file, target)))


def test_what_is_no_backup_at_all(target: ArchivePaths, tmp_path: Path) -> None:
    (tmp_path / "text").write_text("一份普通的文字")
    refused(tmp_path / "text", target)
    refused(pack([member("readme.txt")], tmp_path / "tar"), target)
    refused(tmp_path, target)
    refused(tmp_path / "nowhere", target)
