"""A backup is whole, proved and its owner's, or there is none; and only when it is whole are older
ones removed."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from unittest import mock

import duckdb
import pytest
from access.people import ROLES_SQL, Warehouse
from docs.following import programs_of, shim
from docs.test_backup_and_restore import COUNT
from servers.postgresql import Server
from sqlalchemy import make_url

from etl.errors import ConnectionFault, NightError, WrongUsage
from etl.upkeep.backup import MAKING, SUMS, back_up, backups_in
from etl.warehouse import open_warehouse, turns
from etl.warehouse.duckdb import copying
from nights.beating import Job, files_end_at, loading, modes_hold
from nights.held import Held
from nights.loading import (
    MESSAGE_PARTS,
    WESTMERE,
    Council,
    PostgreSQLDatabase,
    command,
    content,
)
from nights.prepared import TODAY

pytestmark = [pytest.mark.slow, pytest.mark.upkeep]

NOON = datetime(2026, 3, 5, 12, tzinfo=UTC)
NAME = "2026-03-05T120000Z"
# A DuckDB file begins with three of these, and goes on in blocks.
DUCKDB_HEADERS, DUCKDB_BLOCK = 3 * 4096, 256 << 10
PROVING = "sql select (select max(extract_date)"


def files_of(held: Held) -> set[str]:
    """What a backup of it has, beside the sums."""
    if isinstance(held.engine, PostgreSQLDatabase):
        return {"warehouse.dump"}
    return {"warehouse.duckdb", "warehouse.restricted.duckdb"}


@pytest.fixture(autouse=True)
def programs(postgresql_server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """PostgreSQL's programs are those of the tests' server."""
    places = [*map(str, programs_of(postgresql_server)), os.environ["PATH"]]
    monkeypatch.setenv("PATH", os.pathsep.join(places))


def take(council: Council, into: Path, at: datetime = NOON, keep_days: int | None = None) -> Path:
    """The folder of a new backup."""
    return back_up(council.url, into, made_at=at, keep_days=keep_days)[0].folder


def names(folder: Path) -> list[str]:
    """What is in a folder of backups; nothing is ever left in the folder of those in the making."""
    making = folder / MAKING
    assert not making.exists() or list(making.iterdir()) == []
    return sorted(path.name for path in folder.iterdir() if path != making)


@pytest.fixture
def instead(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Puts a program in the place of another, to which it may go on as THERE."""

    def put(name: str, *lines: str) -> None:
        places = shim(tmp_path, name, *lines)
        monkeypatch.setenv("PATH", f"{places}{os.pathsep}{os.environ['PATH']}")

    return put


# What a backup is.


def test_a_backup_holds_every_row_of_every_table(held: Held, tmp_path: Path) -> None:
    folder = take(held.council, tmp_path / "backups")
    assert content(restored(held, folder)) == content(held.council.url)


def restored(held: Held, folder: Path) -> str:
    """The URL of what a backup has, put where nothing was."""
    if not isinstance(held.engine, PostgreSQLDatabase):
        return f"duckdb:///{folder}/warehouse.duckdb"
    url = held.engine.server.new_database()
    subprocess.run(
        ["pg_restore", "--single-transaction", "--exit-on-error", f"--dbname={url}",
         folder / "warehouse.dump"], check=True,
    )  # fmt: skip
    return url


def test_a_backup_is_its_owners_and_sha256sum_finds_it_whole(held: Held, tmp_path: Path) -> None:
    folder = take(held.council, tmp_path / "backups")
    assert folder.name == NAME
    assert {path.name for path in folder.iterdir()} == {*files_of(held), SUMS}
    for path in (folder.parent, folder):
        assert path.stat().st_mode & 0o077 == 0, path
    for path in folder.iterdir():
        assert path.name == "warehouse.duckdb" or path.stat().st_mode & 0o077 == 0, path
    told = subprocess.run(
        ["sha256sum", "--check", SUMS], cwd=folder, capture_output=True, text=True, check=True
    )
    assert told.stdout.count(": OK\n") == len(files_of(held))


def test_a_copied_file_keeps_the_mode_that_its_readers_need(in_file: Held, tmp_path: Path) -> None:
    council = in_file.copy(tmp_path)
    council.file.chmod(0o640)
    copied = take(council, tmp_path / "backups") / council.file.name
    assert copied.stat().st_mode & 0o777 == 0o640


def test_the_command_says_where_the_backup_is(held: Held, tmp_path: Path) -> None:
    into = tmp_path / "backups"
    ran = command("backup", "--warehouse", held.council.url, "--to", into)
    assert ran.exit_code == 0, ran.err
    [made] = backups_in(into)
    assert f"Backed up to {made.folder} ({made.size:,} bytes)" in ran.out


def test_a_warehouse_of_another_release_is_backed_up_before_its_upgrade(
    in_file: Held, tmp_path: Path
) -> None:
    council = in_file.copy(tmp_path)
    with duckdb.connect(council.file) as connection:
        connection.execute("alter table audit.load_run drop column undone_at")
    assert command("status", "--warehouse", council.url).exit_code == 2
    assert take(council, tmp_path / "backups").is_dir()


def test_what_is_asked_of_the_copies_is_what_the_page_asks_by_hand() -> None:
    # The page asks one thing more, which a purge answers otherwise.
    by_hand = " ".join(COUNT.split()).removesuffix(";")
    by_us = " ".join(copying._OF_NO_CHILD.split())
    assert by_hand.startswith(by_us.removesuffix(" "))


# What comes in between.


def test_a_backup_of_files_waits_for_a_load_that_writes(in_file: Held, tmp_path: Path) -> None:
    council = in_file.copy(tmp_path)
    with (
        open_warehouse(council.url).writing("900"),
        mock.patch.object(turns, "LOCK_WAIT_SECONDS", 0),
        pytest.raises(ConnectionFault, match="cannot be backed up"),
    ):
        take(council, tmp_path / "backups")
    assert names(tmp_path / "backups") == []
    take(council, tmp_path / "backups")
    assert names(tmp_path / "backups") == [NAME]


def test_a_load_waits_while_files_are_copied(in_file: Held, tmp_path: Path) -> None:
    council = in_file.copy(tmp_path)
    warehouse = open_warehouse(council.url)
    seen: list[str] = []
    copy = copying._copy

    def copy_slowly(source: Path, target: Path) -> str:
        with (
            mock.patch.object(turns, "LOCK_WAIT_SECONDS", 0),
            pytest.raises(ConnectionFault),
            warehouse.writing("900"),
        ):
            pass
        seen.append(source.name)
        return copy(source, target)

    with mock.patch.object(copying, "_copy", copy_slowly):
        take(council, tmp_path / "backups")
    assert {*seen} == files_of(in_file)
    with warehouse.writing("900"):
        pass


def test_a_database_is_dumped_while_a_night_loads(in_database: Held, tmp_path: Path) -> None:
    council = in_database.copy(tmp_path)
    before = content(council.url)
    with open_warehouse(council.url).writing("900") as session:
        session.run("delete from audit.load_run")
        folder = take(council, tmp_path / "backups")
        session.run("rollback")
    assert content(restored(in_database, folder)) == before


def failed(job: Job, before: Callable[[], None]) -> str:
    """What a backup in a process of its own said when it failed. That process is forked from one
    that was begun before the tests chose PostgreSQL's programs."""
    with loading(job, before=partial(finding, os.environ["PATH"], before)) as load:
        exit_code, said = load.wait()
    assert exit_code == 1, said
    parts = [line[:6] for line in said.splitlines() if line.startswith(MESSAGE_PARTS)]
    assert parts == list(MESSAGE_PARTS), said
    assert "There is no new backup" in said
    return said


def finding(path: str, then: Callable[[], None]) -> None:
    os.environ["PATH"] = path
    then()


def asked(council: Council, into: Path) -> list[str]:
    return ["backup", "--warehouse", council.url, "--to", str(into), "--keep-days", "1"]


def test_a_full_disk_leaves_no_half_a_backup_and_every_earlier_one(
    held: Held, tmp_path: Path
) -> None:
    into = tmp_path / "backups"
    take(held.council, into)  # years ago, and the last one that is whole
    said = failed(asked(held.council, into), partial(files_end_at, 50_000))
    # The file's end is an error for us, and the end of pg_dump.
    assert "File too large" in said or "pg_dump failed (ended by SIGXFSZ)" in said
    assert "Free space" in said
    assert names(into) == [NAME]


def test_a_folder_that_cannot_be_written_is_said_to_be_so(in_file: Held, tmp_path: Path) -> None:
    into = tmp_path / "backups"
    into.mkdir()
    into.chmod(0o500)
    said = failed(asked(in_file.council, into), modes_hold)
    assert f"Where: {into}" in said
    into.chmod(0o700)
    take(in_file.council, into)


def test_what_a_killed_backup_left_is_removed_by_the_next(in_file: Held, tmp_path: Path) -> None:
    into = tmp_path / "backups"
    with loading(asked(in_file.council, into), halts=(PROVING,)) as backup:
        backup.until(PROVING)
        [half] = [path for path in (into / MAKING).iterdir() if path.is_dir()]
        assert {path.name for path in half.iterdir()} == {*files_of(in_file), SUMS}
        # Nobody takes from a living one what it is making.
        take(in_file.council, into)
        assert half.is_dir()
        assert backup.kill()
    assert [each.folder.name for each in backups_in(into)] == [NAME]
    take(in_file.council, into, NOON + timedelta(days=1))
    assert names(into) == [NAME, "2026-03-06T120000Z"]


def test_a_copy_that_is_not_what_was_read_is_no_backup(in_file: Held, tmp_path: Path) -> None:
    copy = copying._copy

    def copy_badly(source: Path, target: Path) -> str:
        sha256 = copy(source, target)
        with target.open("r+b") as file:
            file.seek(-1, os.SEEK_END)
            file.write(b"\xff")
        return sha256

    with (
        mock.patch.object(copying, "_copy", copy_badly),
        pytest.raises(NightError, match="is not what was read"),
    ):
        take(in_file.council, tmp_path / "backups")
    assert names(tmp_path / "backups") == []


@pytest.mark.parametrize("of", ["warehouse", "restricted"])
def test_a_file_with_a_broken_block_is_no_backup_and_is_named(
    of: str, in_file: Held, tmp_path: Path
) -> None:
    """Of a table that the opening does not read: else broken copies would age the good ones out."""
    council = in_file.copy(tmp_path)
    file, table = {
        "warehouse": (council.file, "audit.table_load"),
        "restricted": (council.restricted, "worker_identity"),
    }[of]
    with duckdb.connect(file, read_only=True) as connection:
        (block,) = connection.execute(
            f"select max(block_id) from pragma_storage_info('{table}') where persistent"
        ).fetchone() or (None,)
    with file.open("r+b") as opened:
        opened.seek(DUCKDB_HEADERS + block * DUCKDB_BLOCK + DUCKDB_BLOCK // 2)
        opened.write(b"broken" * 9)
    with pytest.raises(ConnectionFault, match="it is damaged") as fault:
        take(council, tmp_path / "backups")
    assert fault.value.where == str(file)
    assert names(tmp_path / "backups") == []


def test_a_file_that_is_no_warehouse_is_no_backup_and_is_called_that(tmp_path: Path) -> None:
    council = Council(tmp_path / "council", WESTMERE)
    council.folder.mkdir()
    for file in (council.file, council.restricted):
        duckdb.connect(file).close()
    with pytest.raises(WrongUsage, match="no warehouse of ours"):
        take(council, tmp_path / "backups")
    assert names(tmp_path / "backups") == []


def test_files_of_two_nights_are_no_backup(in_file: Held, tmp_path: Path) -> None:
    council = in_file.copy(tmp_path)
    earlier = shutil.copy(council.file, tmp_path / "earlier.duckdb")
    in_file.nights.load(council, TODAY)
    shutil.copy(earlier, council.file)
    # The second night brings no new child; this one came with it.
    with duckdb.connect(council.restricted) as connection:
        connection.execute(
            "insert into child_identity by name "
            "select * replace (child_key + 500000 as child_key) from child_identity limit 1"
        )
    with pytest.raises(NightError, match="do not belong together: 1 identities"):
        take(council, tmp_path / "backups")
    assert names(tmp_path / "backups") == []


def test_a_warehouse_that_lacks_a_file_is_no_backup(in_file: Held, tmp_path: Path) -> None:
    council = in_file.copy(tmp_path)
    council.restricted.unlink()
    with pytest.raises(ConnectionFault) as fault:
        take(council, tmp_path / "backups")
    assert fault.value.where == str(council.restricted)
    assert names(tmp_path / "backups") == []


def test_where_there_is_no_warehouse_the_command_is_wrong(tmp_path: Path) -> None:
    url = f"duckdb:///{tmp_path}/none.duckdb"
    ran = command("backup", "--warehouse", url, "--to", tmp_path / "backups")
    assert (ran.exit_code, ran.parts) == (2, ["What", "Where", "Means", "Next"])
    assert not (tmp_path / "backups").exists()


# PostgreSQL's roles and programs.


def test_a_login_that_loads_backs_up_what_its_role_owns_and_a_reader_is_refused(
    in_database: Held, tmp_path: Path, postgresql_server: Server
) -> None:
    council = in_database.copy(tmp_path)
    roles = Warehouse(postgresql_server, council.url)
    roles.administer(ROLES_SQL)
    before = content(council.url)
    loader, reader = roles.login("csc_loader"), roles.login("csc_analyst")
    try:
        folder = back_up(loader, tmp_path / "backups", made_at=NOON)[0].folder
        assert content(restored(in_database, folder)) == before
        with pytest.raises(ConnectionFault, match=r"pg_dump failed .*permission denied"):
            back_up(reader, tmp_path / "others", made_at=NOON)
        assert names(tmp_path / "others") == []
    finally:
        roles.forget_logins()


def test_without_pg_dump_the_backup_says_what_to_install(
    in_database: Held, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(WrongUsage, match="pg_dump is not on the path"):
        take(in_database.council, tmp_path / "backups")


def test_a_pg_dump_older_than_the_server_is_refused_by_its_version(
    in_database: Held, tmp_path: Path, instead: Callable[..., None]
) -> None:
    instead("pg_dump", "echo 'pg_dump (PostgreSQL) 9.6.24'")
    with pytest.raises(WrongUsage, match=r"pg_dump is of version 9, the server of 1\d"):
        take(in_database.council, tmp_path / "backups")
    assert names(tmp_path / "backups") == []


def test_no_password_is_on_a_command_line(
    in_database: Held, tmp_path: Path, instead: Callable[..., None]
) -> None:
    seen = tmp_path / "seen"
    instead("pg_dump", f'printf "%s\\n" "$@" "in the environment: $PGPASSWORD" >> {seen}',
            'exec THERE "$@"')  # fmt: skip
    url = make_url(in_database.council.url).set(password="of a test")
    back_up(url.render_as_string(hide_password=False), tmp_path / "backups", made_at=NOON)
    *arguments, environment = seen.read_text().splitlines()
    assert environment == "in the environment: of a test"
    assert any(each.startswith("--dbname=") for each in arguments)
    assert "of a test" not in "".join(arguments[:-1])


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("pg_dump: error: could not write to output file: No space left on device", True),
        ("ERROR:  a record of Mary Jones", False),
    ],
)
def test_what_pg_dump_says_is_shown_where_it_quotes_no_record(
    in_database: Held, tmp_path: Path, instead: Callable[..., None], said: str, shown: bool
) -> None:
    instead("pg_dump", '[ "$1" != --version ] || exec THERE "$@"', f"echo '{said}' >&2", "exit 1")
    with pytest.raises(ConnectionFault) as fault:
        take(in_database.council, tmp_path / "backups")
    assert (said in str(fault.value)) == shown
    assert ("exit code 1" in fault.value.what) != shown
    assert names(tmp_path / "backups") == []


@pytest.mark.parametrize("part", [100, 2])
def test_a_dump_that_is_cut_off_is_no_backup(
    in_database: Held, tmp_path: Path, instead: Callable[..., None], part: int
) -> None:
    cut = 'f=${3#--file=}; THERE "$@"; truncate -s $(($(stat -c %s "$f") / PART)) "$f"'
    instead("pg_dump", '[ "$1" != --version ] || exec THERE "$@"', cut.replace("PART", str(part)))
    with pytest.raises(NightError, match="The dump cannot be read back"):
        take(in_database.council, tmp_path / "backups")
    assert names(tmp_path / "backups") == []


# Old ones.


@pytest.fixture
def many(in_file: Held, tmp_path: Path) -> Iterator[Path]:
    """A folder with backups of 36, 35 and 34 days ago, and what is nobody's of ours."""
    into = tmp_path / "backups"
    for days in (36, 35, 34):
        take(in_file.council, into, NOON - timedelta(days=days))
    for name in ("2026-01-01", "2020-01-01T000000Z", "before the upgrade"):
        (into / name).mkdir()
        (into / name / "warehouse.duckdb").touch()
    elsewhere = tmp_path / "elsewhere"
    (into / "2020-01-02T000000Z").symlink_to(elsewhere)
    shutil.copytree(into / "2026-01-28T120000Z", elsewhere)
    yield into
    assert (elsewhere / SUMS).is_file()


FOREIGN = ["2020-01-01T000000Z", "2020-01-02T000000Z", "2026-01-01", "before the upgrade"]
KEPT = ["2026-01-29T120000Z", "2026-01-30T120000Z"]


def test_when_the_new_one_is_whole_those_too_old_are_removed_and_no_other_folder(
    in_file: Held, many: Path
) -> None:
    made, removed = back_up(in_file.council.url, many, made_at=NOON, keep_days=35)
    assert [each.folder.name for each in removed] == ["2026-01-28T120000Z"]
    assert names(many) == sorted([*FOREIGN, *KEPT, made.folder.name])


def test_where_the_new_one_fails_none_is_removed(in_file: Held, many: Path) -> None:
    before = names(many)
    with (
        mock.patch.object(copying, "check_copies", side_effect=AssertionError),
        mock.patch("etl.warehouse.duckdb.warehouse.check_copies", side_effect=OSError(5, "")),
        pytest.raises(ConnectionFault),
    ):
        back_up(in_file.council.url, many, made_at=NOON, keep_days=1)
    assert names(many) == before


def test_one_that_cannot_be_removed_is_told_of_and_the_new_one_stays(
    in_file: Held, many: Path
) -> None:
    def refuse(folder: Path, ignore_errors: bool = False) -> None:
        if not ignore_errors:
            raise PermissionError(13, "")

    with (
        mock.patch("etl.upkeep.backup.shutil.rmtree", refuse),
        pytest.raises(ConnectionFault, match="An old backup cannot be removed") as fault,
    ):
        back_up(in_file.council.url, many, made_at=NOON, keep_days=35)
    assert f"{NAME} is whole" in fault.value.means
    assert (many / NAME / SUMS).is_file()
    # It was moved out of sight, and the next one finishes it.
    take(in_file.council, many, NOON + timedelta(hours=1))
    assert names(many) == sorted([*FOREIGN, *KEPT, NAME, "2026-03-05T130000Z"])


@pytest.mark.parametrize("days", ["0", "-1", "many", "36501"])
def test_keeping_less_than_a_day_or_more_than_a_century_is_wrong(
    in_file: Held, tmp_path: Path, days: str
) -> None:
    ran = command("backup", "--warehouse", in_file.council.url, "--to", tmp_path / "backups",
                  f"--keep-days={days}")  # fmt: skip
    assert (ran.exit_code, ran.parts) == (2, ["What", "Where", "Means", "Next"])
    assert not (tmp_path / "backups").exists()
