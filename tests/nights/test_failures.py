"""A full disk, a lost connection, a folder that cannot be written: nothing changes, the message
says what to do, and the same night loads once the cause is gone."""

from __future__ import annotations

import errno
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any
from unittest import mock

import duckdb
import psycopg
import pytest
import sqlalchemy
from sqlalchemy import make_url

from etl.errors import ConnectionFault
from etl.land import landing
from etl.night import steps
from etl.night.walk import run_task
from etl.settings import NEW_PSEUDONYM_KEY
from etl.warehouse.duckdb import files
from etl.warehouse.duckdb import warehouse as duckdb_file
from etl.warehouse.postgresql.session import PostgreSQLSession
from nights.beating import Before, Job, files_end_at, loading, modes_hold
from nights.held import Held
from nights.loading import (
    KEY,
    MESSAGE_PARTS,
    PSEUDONYM_KEY,
    WESTMERE,
    Council,
    PostgreSQLDatabase,
    command,
)
from nights.prepared import LOAD, TODAY, YESTERDAY, names_beside

pytestmark = [pytest.mark.slow, pytest.mark.upkeep]

NOTHING_CHANGED = "The warehouse was not changed: it is as it was before."


def told(said: str) -> dict[str, str]:
    """The four parts of a message, by their first words."""
    parts = [line for line in said.splitlines() if line.startswith(MESSAGE_PARTS)]
    assert [part[:6] for part in parts] == list(MESSAGE_PARTS), said
    return {part[:6].rstrip(": "): part[6:].strip() for part in parts}


def failed(job: Job, before: Before) -> dict[str, str]:
    """What a load in a process of its own said when it failed, worth another try."""
    with loading(job, before=before) as load:
        exit_code, said = load.wait()
    assert exit_code == 1, said
    message = told(said)
    assert message["Means"] == NOTHING_CHANGED
    return message


# A full disk.


def test_a_disk_that_is_full_while_the_file_is_copied(in_file: Held, tmp_path: Path) -> None:
    council = in_file.copy(tmp_path)
    too_small = council.file.stat().st_size // 2
    with in_file.unchanged(council):
        message = failed(in_file.nights.run(council, TODAY), partial(files_end_at, too_small))
    assert message["What"] == f"The warehouse file cannot be written ({os.strerror(errno.EFBIG)})."
    assert message["Where"] == str(council.file)
    assert "Free disk space" in message["Next"]
    in_file.assert_loads_after_all(council)


@pytest.mark.parametrize("size", [4096, 3_000_000], ids=["made", "filled"])
def test_a_disk_that_is_full_while_a_new_file_is(in_file: Held, tmp_path: Path, size: int) -> None:
    council = Council(tmp_path, WESTMERE)
    run = in_file.nights.run(council, YESTERDAY)
    message = failed(run, partial(files_end_at, size))
    assert message["What"].startswith("The warehouse file cannot be written")
    assert "Free disk space" in message["Next"]
    assert names_beside(council) == ["landing", f"{council.file.name}.lock"]
    in_file.nights.load(council, YESTERDAY)
    in_file.assert_loads_after_all(council)


# The first while tables are landed, the second by the step after it, the third by the last but one.
@pytest.mark.parametrize("size", [2_000, 20_000, 100_000], ids=["landed", "conformed", "derived"])
def test_a_disk_that_is_full_while_tables_are(in_file: Held, tmp_path: Path, size: int) -> None:
    council = in_file.copy(tmp_path)
    with in_file.unchanged(council):
        load = council.arguments(in_file.nights.extracts[TODAY])
        message = failed(load, partial(files_end_at, size))
    assert "cannot be written" in message["What"]
    assert os.strerror(errno.EFBIG) in message["What"]
    assert str(council.folder / "landing") in message["Where"]
    assert "Free space" in message["Next"]
    in_file.assert_loads_after_all(council)


NO_SPACE = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_the_words_for_a_disk_without_space_for_the_warehouse(
    in_file: Held, tmp_path: Path
) -> None:
    council = in_file.copy(tmp_path)
    run = in_file.nights.run(council, TODAY)
    with (
        in_file.unchanged(council),
        mock.patch.object(files.fcntl, "ioctl", side_effect=NO_SPACE),
        mock.patch.object(files.shutil, "copyfile", side_effect=NO_SPACE),
        pytest.raises(ConnectionFault) as fault,
    ):
        run_task(run, LOAD)
    assert str(fault.value).splitlines() == [
        "What:  The warehouse file cannot be written (No space left on device).",
        f"Where: {council.file}",
        f"Means: {NOTHING_CHANGED}",
        "Next:  Free disk space, mend the folder's permissions, or wait for the load that holds "
        "the file; then try again.",
    ]


def test_the_words_for_a_disk_without_space_for_landing(in_file: Held, tmp_path: Path) -> None:
    council = in_file.copy(tmp_path)
    with (
        in_file.unchanged(council),
        mock.patch.object(landing.pq, "write_table", side_effect=NO_SPACE),
    ):
        ran = council.load(in_file.nights.extracts[TODAY])
    assert ran.exit_code == 1
    assert ran.err.splitlines()[-4:] == [
        "What:  The landing folder cannot be written (No space left on device).",
        f"Where: land, {council.folder / 'landing'}",
        f"Means: {NOTHING_CHANGED}",
        "Next:  Free space or mend the folder's permissions, then load the night again.",
    ]


def test_a_servers_disk_that_is_full_is_named(in_database: Held, tmp_path: Path) -> None:
    council = in_database.copy(tmp_path)
    error = psycopg.errors.DiskFull("could not extend file: No space left on device")
    run = in_database.nights.run(council, TODAY)
    with (
        in_database.unchanged(council),
        mock.patch.object(PostgreSQLSession, "turn_to_identities", side_effect=error),
        pytest.raises(ConnectionFault) as fault,
    ):
        run_task(run, LOAD)
    message = told(str(fault.value))
    assert "53100" in message["What"]
    assert "disk space" in message["Next"]
    in_database.assert_loads_after_all(council)


# A lost connection.


def lose_connections(held: Held, council: Council) -> None:
    """The server ends every session in the council's database."""
    assert isinstance(held.engine, PostgreSQLDatabase)
    database = make_url(council.url).database
    sessions = f"pg_stat_activity where datname = '{database}'"
    ended = held.engine.server.run(f"select pg_terminate_backend(pid, 10000) from {sessions}")
    assert ended == [(True,)]


@pytest.mark.parametrize(
    ("owner", "act"), [(steps, "publish"), (sqlalchemy.Connection, "commit")],
    ids=["between writing and publishing", "at the commit"],
)  # fmt: skip
def test_a_connection_that_is_lost(
    in_database: Held, tmp_path: Path, owner: object, act: str
) -> None:
    council = in_database.copy(tmp_path)
    real = getattr(owner, act)

    def lose_first(*arguments: Any) -> Any:
        lose_connections(in_database, council)
        return real(*arguments)

    run = in_database.nights.run(council, TODAY)
    with (
        in_database.unchanged(council),
        mock.patch.object(owner, act, lose_first),
        mock.patch.dict(os.environ, {PSEUDONYM_KEY: KEY}),
        pytest.raises(ConnectionFault) as fault,
    ):
        run_task(run, LOAD)
    message = told(str(fault.value))
    assert message["What"].startswith("The database failed or went away (")
    assert message["Where"].endswith(f"/{make_url(council.url).database}")
    assert message["Means"] == NOTHING_CHANGED
    assert "See that the server runs" in message["Next"]
    assert "try again" in message["Next"]
    in_database.assert_loads_after_all(council)


@pytest.fixture
def nobody_listens() -> Iterator[str]:
    """The URL of a database at a port that is taken and where nobody answers."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"postgresql://loader:a-password@127.0.0.1:{taken.getsockname()[1]}/csc"


def test_a_server_that_is_gone_before_the_night_begins(
    in_database: Held, tmp_path: Path, nobody_listens: str
) -> None:
    council = replace(in_database.council, folder=tmp_path, database=nobody_listens)
    ran = council.load(in_database.nights.extracts[TODAY])
    assert ran.exit_code == 1
    message = told(ran.err)
    assert message["What"].startswith("The database cannot be reached (")
    assert message["Where"].endswith("/csc")
    assert "See that the server runs" in message["Next"]
    assert "a-password" not in ran.out + ran.err
    assert council.work_left_behind() == []


def test_a_server_that_is_gone_when_the_night_is_checked(
    in_database: Held, tmp_path: Path, nobody_listens: str
) -> None:
    council = in_database.copy(tmp_path)
    run = replace(in_database.nights.run(council, TODAY), warehouse=nobody_listens)
    with in_database.unchanged(council), pytest.raises(ConnectionFault) as fault:
        run_task(run, LOAD)
    assert "See that the server runs" in told(str(fault.value))["Next"]
    in_database.assert_loads_after_all(council)


# A landing folder that cannot be written.


def test_a_landing_folder_that_may_not_be_made(in_file: Held, tmp_path: Path) -> None:
    council = in_file.copy(tmp_path)
    read_only = tmp_path / "read-only"
    read_only.mkdir(mode=0o500)
    load = [*council.arguments(in_file.nights.extracts[TODAY]), "--landing", read_only / "landing"]
    with in_file.unchanged(council):
        message = failed([str(argument) for argument in load], modes_hold)
    assert "cannot be written" in message["What"]
    assert os.strerror(errno.EACCES) in message["What"]
    assert str(read_only / "landing") in message["Where"]
    assert "mend the folder's permissions" in message["Next"]
    read_only.chmod(0o700)
    ran = command(*load)
    assert ran.exit_code == 0, ran.err


@pytest.mark.parametrize("place", ["landing", "landing/work", "landing/900"])
def test_a_file_in_the_place_of_a_landing_folder(held: Held, tmp_path: Path, place: str) -> None:
    council = held.copy(tmp_path)
    in_its_place = council.folder / place
    in_its_place.parent.mkdir(exist_ok=True)
    in_its_place.write_text("not a folder")
    before = held.engine.marks(council)
    ran = council.load(held.nights.extracts[TODAY])
    assert ran.exit_code == 1
    assert held.engine.marks(council) == before
    message = told(ran.err)
    assert "cannot be written" in message["What"]
    assert str(council.folder / "landing") in message["Where"]
    assert "mend the folder's permissions" in message["Next"]
    in_its_place.unlink()
    held.assert_loads_after_all(council)


# A warehouse file that is none, or that cannot be read.


def status(file: Path) -> list[str]:
    return ["status", "--warehouse", f"duckdb:///{file}"]


def written(content: bytes) -> Callable[[Path], object]:
    return lambda file: file.write_bytes(content)


def with_a_table_of_its_own(file: Path) -> None:
    with duckdb.connect(file) as connection:
        connection.execute("create table child (child_id integer)")


@pytest.mark.parametrize(
    ("make", "exit_code", "what"),
    [
        (Path.mkdir, 1, "The warehouse file cannot be read (it is a folder)."),
        (written(b""), 1, "The warehouse file cannot be read (it is no DuckDB file)."),
        (written(b"child,date\n" * 999), 1, "The warehouse file cannot be read (it is no DuckDB"),
        (
            written(b"SQLite format 3\0" * 999),
            1,
            "The warehouse file cannot be read (it is no Duck",
        ),
        (with_a_table_of_its_own, 2, "The file is no warehouse of ours"),
    ],
    ids=["folder", "empty", "text", "another database", "other tables"],
)
def test_a_file_that_is_no_warehouse(
    tmp_path: Path, make: Callable[[Path], object], exit_code: int, what: str
) -> None:
    file = tmp_path / "warehouse.duckdb"
    make(file)
    ran = command(*status(file))
    assert ran.exit_code == exit_code
    message = told(ran.err)
    assert message["What"].startswith(what)
    assert message["Where"] == str(file)


@pytest.mark.parametrize("asked", ["status", "upgrade"])
def test_the_file_of_identities_is_no_warehouse(in_file: Held, tmp_path: Path, asked: str) -> None:
    council = in_file.copy(tmp_path)
    with in_file.unchanged(council):
        ran = command(asked, "--warehouse", f"duckdb:///{council.restricted}")
    assert ran.exit_code == 2
    message = told(ran.err)
    assert message["What"].startswith("The file is no warehouse of ours")
    assert message["Where"] == str(council.restricted)


def test_a_file_of_identities_that_is_none_is_named(in_file: Held, tmp_path: Path) -> None:
    council = in_file.copy(tmp_path)
    council.restricted.write_bytes(b"")
    ran = council.load(in_file.nights.extracts[TODAY])
    assert ran.exit_code == 1
    assert told(ran.err)["What"].endswith("(it is no DuckDB file).")
    assert told(ran.err)["Where"] == str(council.restricted)


def test_a_file_that_is_cut_off_or_damaged(in_file: Held, tmp_path: Path) -> None:
    council = in_file.copy(tmp_path)
    whole = council.file.read_bytes()
    for content, why in (
        (whole[: len(whole) // 2], "cut off"),
        (whole[:100] + b"xxx" + whole[103:], "damaged"),
    ):
        council.file.write_bytes(content)
        ran = command(*status(council.file))
        assert ran.exit_code == 1
        message = told(ran.err)
        assert message["What"] == f"The warehouse file cannot be read (it is {why})."
        assert "docs/backup-and-restore.md" in message["Next"]


def test_a_file_that_another_program_has_open_to_write(in_file: Held, tmp_path: Path) -> None:
    council = in_file.copy(tmp_path)
    holding = (
        f"import duckdb; held = duckdb.connect({str(council.file)!r}); "
        "held.execute('create table held (n integer)'); print('held', flush=True); input()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", holding], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout
        holder.stdout.readline()
        ran = command(*status(council.file))
        holder.communicate(b"\n")
    assert ran.exit_code == 1
    assert told(ran.err)["What"].endswith("(another program has it open to write).")


@pytest.mark.parametrize("forbidden", ["the file", "its folder"])
def test_a_file_that_may_not_be_read(in_file: Held, tmp_path: Path, forbidden: str) -> None:
    council = in_file.copy(tmp_path)
    (council.file if forbidden == "the file" else council.folder).chmod(0)
    with loading(status(council.file), before=modes_hold) as asking:
        exit_code, said = asking.wait()
    council.folder.chmod(0o700)
    assert exit_code == 1
    assert told(said)["What"] == "The warehouse file cannot be read (Permission denied)."
    assert told(said)["Where"] == str(council.file)


# Words that nobody can read.


def shown_on(output: int, *asked: str) -> tuple[int, str]:
    """A command of its own that shows what it has to say there: its exit code, and its errors."""
    ran = subprocess.run(
        [sys.executable, "-m", "etl.cli", *asked], stdout=output, stderr=subprocess.PIPE, text=True
    )
    return ran.returncode, ran.stderr


ASKED = pytest.mark.parametrize("asks_a_warehouse", [False, True], ids=["help", "status"])


@ASKED
def test_a_reader_that_has_read_enough_ends_a_command_in_silence(
    in_file: Held, asks_a_warehouse: bool
) -> None:
    asked = status(in_file.council.file) if asks_a_warehouse else ["--help"]
    nobody, output = os.pipe()
    os.close(nobody)
    try:
        assert shown_on(output, *asked) == (1, "")
    finally:
        os.close(output)


@ASKED
def test_words_that_cannot_be_written_are_told_as_that(
    in_file: Held, asks_a_warehouse: bool
) -> None:
    asked = status(in_file.council.file) if asks_a_warehouse else ["--help"]
    with Path("/dev/full").open("wb") as full:
        exit_code, said = shown_on(full.fileno(), *asked)
    assert exit_code == 1
    assert told(said) == {
        "What": "What was to be shown could not be written (No space left on device).",
        "Where": "standard output",
        "Means": "Only the words are lost; what the command did stays done.",
        "Next": "Let the output go where there is room for it; then run it again.",
    }
    assert len(said.splitlines()) == 4


def test_a_command_without_an_output_does_what_it_was_asked(in_file: Held) -> None:
    asked = " ".join(status(in_file.council.file))
    closed = subprocess.run(
        ["/bin/sh", "-c", f"exec {sys.executable} -m etl.cli {asked} >&-"],
        stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert (closed.returncode, closed.stderr) == (0, "")


@pytest.mark.parametrize("nights", ["0", "-1", "many", "99999999999999999999"])
def test_the_status_of_no_nights_is_wrong_usage(in_file: Held, nights: str) -> None:
    ran = command(*status(in_file.council.file), f"--nights={nights}")
    assert ran.exit_code == 2
    assert f"'{nights}' is not a whole number from 1 to 1,000,000" in told(ran.err)["What"]


# What was done and cannot be finished.


@pytest.mark.parametrize(
    ("arguments", "done"),
    [
        (["purge", "--on", "2026-03-05", "--authority", WESTMERE], "What the retention no longer"),
        (["rotate-key"], "The key is changed"),
    ],
    ids=["purge", "rotate-key"],
)
def test_bytes_that_cannot_be_removed_are_said_to_be_there(
    in_file: Held, tmp_path: Path, arguments: list[object], done: str
) -> None:
    council = in_file.copy(tmp_path)
    command_line = [*arguments, "--warehouse", council.url]
    with (
        mock.patch.dict(os.environ, {NEW_PSEUDONYM_KEY: "another key for tests, 40 characters"}),
        mock.patch.object(duckdb_file, "write_anew", side_effect=NO_SPACE),
    ):
        ran = command(*command_line)
        assert ran.exit_code == 1
        message = told(ran.err)
        assert message["What"].startswith(done)
        assert "the bytes of what was deleted are still there" in message["What"]
        assert "not changed" not in message["Means"]
    with mock.patch.dict(os.environ, {NEW_PSEUDONYM_KEY: "another key for tests, 40 characters"}):
        assert command(*command_line).exit_code == 0
