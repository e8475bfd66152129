"""What a backup holds, what it leaves out, and what it says when it cannot be whole."""

from __future__ import annotations

import json
import os
import re
import shutil
import sqlite3
import stat
import tarfile
from contextlib import closing
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from reports.operations import ArchivePaths, BackupError, BackupSummary, backup, environment_text, make_backup
from reports.operations.configuration import VARIABLES

from .conftest import KEY, ROOT, contents, places_below

pytestmark = pytest.mark.django_db


def make(file: Path, archive: ArchivePaths, progress: object = None) -> BackupSummary:
    return make_backup(file, archive, KEY, "HTTPS=1\n", progress or (lambda *_: None))  # type: ignore[arg-type]


def members(file: Path) -> dict[str, bytes]:
    with tarfile.open(file) as tar:
        return {entry.name: tar.extractfile(entry).read() for entry in tar}  # type: ignore[union-attr]


def change(archive: ArchivePaths, sql: str, *values: object) -> None:
    """As another process would; REGEXP is what a constraint asks for. What is deleted is not overwritten."""
    with closing(sqlite3.connect(archive.database)) as connection:
        connection.execute("PRAGMA secure_delete = OFF")
        connection.create_function("REGEXP", 2, lambda pattern, text: bool(re.search(pattern, text)))
        connection.execute(sql, values)
        connection.commit()


def ask(archive: ArchivePaths, sql: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(archive.database)) as connection:
        return connection.execute(sql).fetchall()


def some_original(archive: ArchivePaths) -> tuple[int, str, Path]:
    """Of an accession that was not purged."""
    ((number, sha256),) = ask(
        archive,
        "SELECT id, sha256 FROM reports_accession"
        " WHERE sha256 NOT IN (SELECT sha256 FROM reports_purge) LIMIT 1",
    )
    return number, sha256, archive.originals / sha256[:2] / sha256  # type: ignore[return-value, index, operator]


def add_purge(archive: ArchivePaths, accession: int, sha256: str) -> None:
    """Another like the one that the archive has."""
    with closing(sqlite3.connect(archive.database)) as connection:
        connection.row_factory = sqlite3.Row
        row = dict(connection.execute("SELECT * FROM reports_purge WHERE kind = 'article'").fetchone())
    row.update(kind="accession", article_id=None, accession_id=accession, sha256=sha256)
    del row["id"]
    paths = ", ".join("?" * len(row))
    change(archive, f"INSERT INTO reports_purge ({', '.join(row)}) VALUES ({paths})", *row.values())


class TestAFile:
    def test_holds_the_archive_and_proves_it(self, archive: ArchivePaths, tmp_path: Path) -> None:
        summary = make(tmp_path / "a.backup", archive)
        held = members(tmp_path / "a.backup")
        originals = {f"originals/{name}" for name in contents(archive.originals) if "/" in name}
        assert {name for name in held if name.startswith("originals/")} == originals
        assert summary.originals == len(originals)
        assert not summary.lacking
        assert held["secret_key"].decode() == KEY
        assert held["environment.txt"] == b"HTTPS=1\n"
        assert held["database.sqlite3"].startswith(b"SQLite format 3\0")
        manifest = json.loads(held["manifest.json"])
        assert [member["name"] for member in manifest["members"]] == list(held)[:-2]
        assert not any("index" in name or "log" in name for name in held)

    @pytest.mark.parametrize("umask", [0o000, 0o077, 0o777])
    def test_is_private_whatever_the_umask(self, archive: ArchivePaths, tmp_path: Path, umask: int) -> None:
        before = os.umask(umask)
        try:
            make(tmp_path / "a.backup", archive)
        finally:
            os.umask(before)
        assert stat.S_IMODE((tmp_path / "a.backup").stat().st_mode) & ~0o600 == 0

    def test_can_be_checked_without_the_program(self, archive: ArchivePaths, tmp_path: Path) -> None:
        make(tmp_path / "a.backup", archive)
        (tmp_path / "unpacked").mkdir()
        shutil.unpack_archive(tmp_path / "a.backup", tmp_path / "unpacked", "gztar", filter="data")
        assert os.system(f"cd {tmp_path}/unpacked && sha256sum --check --quiet manifest.sha256") == 0

    def test_is_alone_at_the_end(self, archive: ArchivePaths, tmp_path: Path) -> None:
        before = contents(archive.data)
        folder = tmp_path / "backups"
        folder.mkdir()
        make(folder / "a.backup", archive)
        assert contents(folder) == {"a.backup"}
        assert contents(archive.data) - before <= {"archive.sqlite3-wal", "archive.sqlite3-shm"}


class TestTheCopyOfTheDatabase:
    def test_holds_no_session(self, archive: ArchivePaths, tmp_path: Path) -> None:
        ((session,),) = ask(archive, "SELECT session_key FROM django_session")
        make(tmp_path / "a.backup", archive)
        database = members(tmp_path / "a.backup")["database.sqlite3"]
        assert str(session).encode() not in database
        assert ask(archive, "SELECT COUNT(*) FROM django_session") == [(1,)]

    def test_holds_nothing_of_deleted_rows(self, archive: ArchivePaths, tmp_path: Path) -> None:
        """A purge that is not cleared yet has left its text in free pages of the file."""
        text = "一句不该留下的话"
        change(archive, "INSERT INTO django_session VALUES ('k', ?, '2030-01-01')", text * 2000)
        change(archive, "DELETE FROM django_session WHERE session_key = 'k'")
        files = [path.read_bytes() for path in archive.data.glob("archive.sqlite3*")]
        assert any(text.encode() in data for data in files)
        make(tmp_path / "a.backup", archive)
        assert text.encode() not in members(tmp_path / "a.backup")["database.sqlite3"]

    def test_takes_in_what_only_the_log_holds(self, archive: ArchivePaths, tmp_path: Path) -> None:
        with closing(sqlite3.connect(archive.database)) as connection:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA wal_autocheckpoint = 0")
            connection.execute("INSERT INTO auth_group (name) VALUES ('刚刚建的组')")
            connection.commit()
            assert "刚刚建的组".encode() not in archive.database.read_bytes()
            make(tmp_path / "a.backup", archive)
        assert "刚刚建的组".encode() in members(tmp_path / "a.backup")["database.sqlite3"]

    def test_is_refused_where_it_is_damaged(self, archive: ArchivePaths, tmp_path: Path) -> None:
        with archive.database.open("r+b") as file:
            for page in range(3, archive.database.stat().st_size // 4096, 2):
                file.seek(page * 4096)
                file.write(b"\xff" * 200)
        with pytest.raises(BackupError, match="数据库"):
            make(tmp_path / "a.backup", archive)
        assert "a.backup" not in contents(tmp_path)

    def test_is_refused_where_a_reference_leads_nowhere(self, archive: ArchivePaths, tmp_path: Path) -> None:
        change(
            archive, "DELETE FROM reports_article WHERE id = (SELECT article_id FROM reports_section LIMIT 1)"
        )
        with pytest.raises(BackupError, match=r"引用落空（表 .*reports_section"):
            make(tmp_path / "a.backup", archive)


class TestOriginals:
    def test_one_that_is_missing_is_named(self, archive: ArchivePaths, tmp_path: Path) -> None:
        number, sha256, path = some_original(archive)
        path.unlink()
        summary = make(tmp_path / "a.backup", archive)
        assert [str(lack) for lack in summary.lacking] == [
            f"上传件{number}的原件 originals/{sha256[:2]}/{sha256}：缺失"
        ]
        assert (
            json.loads(members(tmp_path / "a.backup")["manifest.json"])["lacking"][0]["accession"] == number
        )

    def test_one_that_was_altered_is_named_and_kept_as_it_is(
        self, archive: ArchivePaths, tmp_path: Path
    ) -> None:
        number, sha256, path = some_original(archive)
        path.write_bytes(b"something else")
        (lack,) = make(tmp_path / "a.backup", archive).lacking
        assert lack.accession == number
        assert "校验码不符" in lack.fault
        assert members(tmp_path / "a.backup")[f"originals/{sha256[:2]}/{sha256}"] == b"something else"

    def test_one_that_cannot_be_read_is_named(
        self, archive: ArchivePaths, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        number, sha256, _ = some_original(archive)
        read_through = backup._read_through

        def refuse(path: Path) -> object:
            if path.name == sha256:
                raise OSError(5, "Input/output error")
            return read_through(path)

        monkeypatch.setattr(backup, "_read_through", refuse)
        summary = make(tmp_path / "a.backup", archive)
        assert [str(lack) for lack in summary.lacking] == [
            f"上传件{number}的原件 originals/{sha256[:2]}/{sha256}：无法读取，磁盘读写出错"
        ]

    def test_one_that_was_purged_is_rightly_absent(self, archive: ArchivePaths, tmp_path: Path) -> None:
        purged = {sha256 for (sha256,) in ask(archive, "SELECT sha256 FROM reports_purge")}
        held = {sha256 for (sha256,) in ask(archive, "SELECT sha256 FROM reports_accession")}
        assert purged & held  # the zip it came in, which has another member
        assert not make(tmp_path / "a.backup", archive).lacking

    def test_bytes_of_no_accession_are_counted_and_left_out(
        self, archive: ArchivePaths, tmp_path: Path
    ) -> None:
        name = "ab" * 32
        (archive.originals / "ab").mkdir(exist_ok=True)
        (archive.originals / "ab" / name).write_bytes(b"just received")
        assert make(tmp_path / "a.backup", archive).unknown == 1
        assert f"originals/ab/{name}" not in members(tmp_path / "a.backup")

    def test_whatever_else_lies_there_goes_along(self, archive: ArchivePaths, tmp_path: Path) -> None:
        (archive.originals / "pictures" / "7").mkdir(parents=True)
        (archive.originals / "pictures" / "7" / "图一.jpg").write_bytes(b"\xff\xd8\xff")
        (archive.originals / ".receiving-x1").write_bytes(b"half of it")
        (archive.originals / "broken").symlink_to("nowhere")
        summary = make(tmp_path / "a.backup", archive)
        held = members(tmp_path / "a.backup")
        assert held["originals/pictures/7/图一.jpg"] == b"\xff\xd8\xff"
        assert not any("receiving" in name for name in held)
        assert [str(lack) for lack in summary.lacking] == ["originals/broken：缺失"]

    def test_a_name_that_no_restoration_would_take_is_told(
        self, archive: ArchivePaths, tmp_path: Path
    ) -> None:
        (archive.originals / "a\\b").write_bytes(b"x")
        (archive.originals / os.fsdecode(b"\xff\xfe")).write_bytes(b"x")
        summary = make(tmp_path / "a.backup", archive)
        assert [lack.fault for lack in summary.lacking] == ["文件名不能收入备份"]
        assert "originals/\udcff\udcfe" in members(tmp_path / "a.backup")


class TestARemovalInBetween:
    """The copy of the database still has the text, the bytes are gone or will be."""

    def purging(self, archive: ArchivePaths, times: int) -> tuple[object, list[str]]:
        done: list[str] = []

        def purge(doing: str, at: int, total: int) -> None:
            if doing == "复制数据库" and at == total and len(done) < times:
                number, sha256, path = some_original(archive)
                add_purge(archive, number, sha256)
                path.unlink()
                done.append(sha256)

        return purge, done

    def test_makes_the_backup_begin_anew(self, archive: ArchivePaths, tmp_path: Path) -> None:
        purge, done = self.purging(archive, 1)
        summary = make(tmp_path / "a.backup", archive, purge)
        held = members(tmp_path / "a.backup")
        assert done
        assert not summary.lacking
        assert not any(done[0] in name for name in held)
        (tmp_path / "copy.sqlite3").write_bytes(held["database.sqlite3"])
        with closing(sqlite3.connect(tmp_path / "copy.sqlite3")) as copy:
            assert copy.execute("SELECT COUNT(*) FROM reports_purge WHERE sha256 = ?", done).fetchone() == (
                1,
            )

    def test_is_noticed_after_its_bytes_were_copied(self, archive: ArchivePaths, tmp_path: Path) -> None:
        purged: list[str] = []

        def purge_late(doing: str, at: int, total: int) -> None:
            if doing == "核对" and not purged:
                self_purge, done = self.purging(archive, 1)
                self_purge("复制数据库", 1, 1)  # type: ignore[operator]
                purged.extend(done)

        make(tmp_path / "a.backup", archive, purge_late)
        assert purged
        assert not any(purged[0] in name for name in members(tmp_path / "a.backup"))

    def test_again_and_again_is_told(self, archive: ArchivePaths, tmp_path: Path) -> None:
        purge, done = self.purging(archive, 99)
        with pytest.raises(BackupError, match="一再有内容被彻底删除"):
            make(tmp_path / "a.backup", archive, purge)
        assert len(done) == 3
        assert contents(tmp_path) & {"a.backup", "a.backup.part"} == set()


class TestRefusals:
    def test_a_file_that_exists(self, archive: ArchivePaths, tmp_path: Path) -> None:
        (tmp_path / "a.backup").write_text("the last one")
        with pytest.raises(BackupError, match="已经存在，不会覆盖"):
            make(tmp_path / "a.backup", archive)
        assert (tmp_path / "a.backup").read_text() == "the last one"

    def test_a_file_that_comes_into_being_meanwhile(self, archive: ArchivePaths, tmp_path: Path) -> None:
        def write(*_: object) -> None:
            (tmp_path / "a.backup").write_text("of somebody else")

        with pytest.raises(BackupError, match="在备份期间出现了"):
            make(tmp_path / "a.backup", archive, write)
        assert (tmp_path / "a.backup").read_text() == "of somebody else"
        assert not (tmp_path / "a.backup.part").exists()

    def test_within_the_archive(self, archive: ArchivePaths, tmp_path: Path) -> None:
        (tmp_path / "link").symlink_to(archive.data)
        for folder in (archive.data, archive.originals, tmp_path / "link"):
            with pytest.raises(BackupError, match="不能放在数据目录"):
                make(folder / "a.backup", archive)

    def test_a_folder_that_is_not_there(self, archive: ArchivePaths, tmp_path: Path) -> None:
        with pytest.raises(BackupError, match=r"没有 .*/nowhere 这个文件夹"):
            make(tmp_path / "nowhere" / "a.backup", archive)

    def test_while_another_is_made_or_was_killed(self, archive: ArchivePaths, tmp_path: Path) -> None:
        (tmp_path / "a.backup.part").mkdir()
        with pytest.raises(BackupError, match=r"a\.backup\.part 已经存在.*删除它"):
            make(tmp_path / "a.backup", archive)

    def test_no_database(self, tmp_path: Path) -> None:
        (tmp_path / "data").mkdir()
        with pytest.raises(BackupError, match="没有数据库"):
            make(tmp_path / "a.backup", places_below(tmp_path / "data"))
        assert not contents(tmp_path / "data")

    def test_a_database_without_tables(self, tmp_path: Path) -> None:
        (tmp_path / "data").mkdir()
        with closing(sqlite3.connect(tmp_path / "data" / "archive.sqlite3")) as connection:
            connection.execute("CREATE TABLE other (id INTEGER)")
        with pytest.raises(BackupError, match="先运行 migrate"):
            make(tmp_path / "a.backup", places_below(tmp_path / "data"))

    def test_a_disk_that_does_not_keep_what_is_written(
        self, archive: ArchivePaths, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def lose(self: object, made: Path, summary: BackupSummary) -> None:
            data = bytearray(made.read_bytes())
            data[len(data) // 2] ^= 1
            made.write_bytes(data)
            verify(self, made, summary)  # type: ignore[arg-type]

        verify = backup._Backup._verify
        monkeypatch.setattr(backup._Backup, "_verify", lose)
        with pytest.raises(BackupError, match="读回核对，与原来不符"):
            make(tmp_path / "a.backup", archive)
        assert contents(tmp_path) & {"a.backup", "a.backup.part"} == set()

    def test_postgresql(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        monkeypatch.setattr("django.db.connection.vendor", "postgresql", raising=False)
        with pytest.raises(CommandError, match=r"不是 SQLite.*pg_dump"):
            call_command("backup", str(tmp_path / "a.backup"))


class TestTheCommand:
    @pytest.fixture(autouse=True)
    def _of_this_archive(self, archive: ArchivePaths, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("reports.management.commands.backup.paths_of_this_archive", lambda: archive)

    def test_says_what_is_in_and_what_is_not(
        self, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        call_command("backup", str(tmp_path / "a.backup"))
        said = capsys.readouterr().out
        assert re.search(r"报道\d+篇，上传件\d+份，账号3个，修改记录\d+条", said)
        for left_out in ("检索索引", "日志", "静态文件", "登录状态", "密码"):
            assert left_out in said

    def test_fails_loudly_where_the_archive_lacks_something(
        self, archive: ArchivePaths, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        number, _, path = some_original(archive)
        path.unlink()
        with pytest.raises(CommandError, match="缺少或损坏了上面1个文件"):
            call_command("backup", str(tmp_path / "a.backup"), verbosity=0)
        assert f"上传件{number}的原件" in capsys.readouterr().err
        assert (tmp_path / "a.backup").is_file()


class TestTheEnvironment:
    def test_every_variable_that_is_read_is_known(self) -> None:
        """Whoever adds one adds it here, too, or it would be missing in backups."""
        sources = [*(ROOT / "archive").glob("*.py"), *(ROOT / "reports").rglob("*.py")]
        text = "\n".join(path.read_text() for path in sources)
        read = set(
            re.findall(
                r"""(?:os\.environ(?:\.get)?[\[(]|_flag\(|_names\(|getenv\()\s*["']([A-Z_]+)["']""", text
            )
        )
        assert len(read) > 10
        assert read - {"DJANGO_SETTINGS_MODULE", "SECRET_KEY"} <= set(VARIABLES)

    def test_holds_no_secret(self) -> None:
        text = environment_text(
            {
                "SECRET_KEY": "geheim",
                "DATABASE_URL": "postgres://archive:p@ss-w0rd@db.example:5432/archive",
                "SEARCH_URL": "whoosh:/srv/index",
                "ALLOWED_HOSTS": "a.example, b.example",
                "HTTPS": "",
                "HOME": "/root",
            }
        )
        assert text == (
            "ALLOWED_HOSTS='a.example, b.example'\n"
            "DATABASE_URL='postgres://archive:***@db.example:5432/archive'\n"
            "SEARCH_URL=whoosh:/srv/index\n"
        )
