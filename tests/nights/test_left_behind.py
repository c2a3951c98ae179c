"""What a process leaves that is killed, or told to end, is taken away; what a live one holds is
not."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

import pytest
from unit.builders import a_run, an_authority_file, an_extract

from etl import left_behind
from etl.cli import main
from etl.errors import ConnectionFault
from etl.left_behind import in_use, remove_left_behind, remove_temporary_left_behind
from etl.night.walk import run_task
from etl.run import Run
from etl.settings import PROJECT

HOLDING = """
import os, signal, sys
from pathlib import Path
from etl.left_behind import in_use
folder = Path(sys.argv[1])
with in_use(folder):
    folder.mkdir()
    (folder / "identity.parquet").write_text("number 1")
    if sys.argv[2] == "dies":
        os.kill(os.getpid(), signal.SIGKILL)
    print("holding", flush=True)
    sys.stdin.readline()
"""


def holder(folder: Path, does: str) -> subprocess.Popen[str]:
    """A process that holds the folder, until it hears a line or dies."""
    return subprocess.Popen(
        [sys.executable, "-c", HOLDING, str(folder), does], cwd=PROJECT, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture
def run(tmp_path: Path) -> Run:
    (tmp_path / "extract").mkdir()
    return a_run(an_extract(tmp_path / "extract"), an_authority_file(tmp_path))


def test_what_a_dead_process_held_is_removed_and_said(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with holder(tmp_path / "874-2014-11-03-abcdef", "dies") as dead:
        assert dead.wait() == -signal.SIGKILL
    (tmp_path / "874-2014-11-03-abcdef-stopped").mkdir()
    assert len(names(tmp_path)) == 3
    remove_left_behind(tmp_path)
    assert names(tmp_path) == []
    assert "removed what a killed run left" in caplog.text


def test_what_a_live_process_holds_stays_and_is_gone_with_its_lock_when_it_ends(
    tmp_path: Path,
) -> None:
    with holder(tmp_path / "874-2014-11-03-abcdef", "waits") as live:
        assert live.stdout
        live.stdout.readline()
        remove_left_behind(tmp_path)
        assert names(tmp_path) == ["874-2014-11-03-abcdef", "874-2014-11-03-abcdef.lock"]
        live.communicate("end\n")
    assert names(tmp_path) == ["874-2014-11-03-abcdef"]


def test_a_folder_that_nobody_holds_waits_for_the_next_task(tmp_path: Path) -> None:
    with in_use(tmp_path / "874-2014-11-03-abcdef"):
        (tmp_path / "874-2014-11-03-abcdef").mkdir()
    remove_left_behind(tmp_path)
    assert names(tmp_path) == ["874-2014-11-03-abcdef"]


def test_a_lock_is_held_before_it_can_be_seen(tmp_path: Path) -> None:
    seen: list[list[str]] = []
    real = Path.rename

    def look(self: Path, target: Path) -> Path:
        remove_left_behind(tmp_path)
        seen.append(names(tmp_path))
        return real(self, target)

    with mock.patch.object(Path, "rename", look), in_use(tmp_path / "a"):
        assert names(tmp_path) == ["a.lock"]
    assert [len(found) for found in seen] == [1]


def test_a_lock_that_was_taken_for_a_dead_ones_before_it_was_held_is_taken_again(
    tmp_path: Path,
) -> None:
    real, calls = left_behind.fcntl.flock, 0

    def too_late(handle: int, how: int) -> None:
        nonlocal calls
        calls += 1
        if calls == 1:
            remove_left_behind(tmp_path)
        else:
            real(handle, how)

    with mock.patch.object(left_behind.fcntl, "flock", too_late), in_use(tmp_path / "a"):
        assert names(tmp_path) == ["a.lock"]
        remove_left_behind(tmp_path)
        assert names(tmp_path) == ["a.lock"]


def test_where_the_storage_knows_no_locks_nothing_is_taken_for_a_dead_ones(tmp_path: Path) -> None:
    refused = mock.patch.object(left_behind.fcntl, "flock", side_effect=OSError(95, "no locks"))
    with refused, in_use(tmp_path / "a"):
        (tmp_path / "a").mkdir()
        remove_left_behind(tmp_path)
        assert names(tmp_path) == ["a"]


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    folder = tmp_path / "tmp"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    yield folder


def test_temporary_folders_of_dead_processes_are_removed_and_nothing_of_others(
    temporary: Path,
) -> None:
    with holder(temporary / "csc-etl-dead", "dies") as dead:
        dead.wait()
    with holder(temporary / "another", "dies") as dead:
        dead.wait()
    remove_temporary_left_behind()
    assert names(temporary) == ["another", "another.lock"]


def test_a_link_in_the_place_of_a_lock_leads_nowhere(temporary: Path, tmp_path: Path) -> None:
    precious = tmp_path / "precious"
    precious.mkdir()
    (tmp_path / "target").touch()
    (temporary / "csc-etl-x.lock").symlink_to(tmp_path / "target")
    (temporary / "csc-etl-x").symlink_to(precious)
    (temporary / "csc-etl-y.lock").touch()
    (temporary / "csc-etl-y").symlink_to(precious)
    remove_temporary_left_behind()
    assert precious.exists()
    assert "csc-etl-x.lock" in names(temporary)


def test_every_task_first_removes_what_dead_ones_left(run: Run) -> None:
    work = run.landing / "work"
    work.mkdir(parents=True)
    with holder(work / "874-2014-11-03-abcdef", "dies") as dead:
        dead.wait()
    with pytest.raises(ConnectionFault), refusing_to_land():
        run_task(run, "land")
    assert names(work) == []


def refusing_to_land() -> mock._patch[mock.MagicMock]:
    return mock.patch("etl.night.steps.land_extract", side_effect=OSError(28, "full"))


def test_a_task_that_is_told_to_end_leaves_nothing_of_its_work(run: Run) -> None:
    with (
        mock.patch("etl.night.steps.land_extract", side_effect=KeyboardInterrupt),
        pytest.raises(KeyboardInterrupt),
    ):
        run_task(run, "land")
    assert names(run.landing / "work") == []


LOADING = """
import sys, time
from unittest import mock
from etl import cli

def halt(run, tables):
    (run.work / "landed").mkdir()
    (run.work / "landed" / "DIM_PERSON.parquet").write_text("a name")
    print("halted", flush=True)
    time.sleep(60)

with mock.patch("etl.night.steps.land_extract", halt):
    sys.exit(cli.main(sys.argv[1:]))
"""


def test_a_command_that_is_told_to_end_tidies_up_and_says_so(run: Run) -> None:
    asked = ["load", str(run.arrival.where), "--authority", str(run.authority_file),
             "--warehouse", run.warehouse, "--landing", str(run.landing), "--new"]  # fmt: skip
    with subprocess.Popen(
        [sys.executable, "-c", LOADING, *asked], cwd=PROJECT, text=True, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, env={**os.environ, "CSC_ETL_PSEUDONYM_KEY": "a key of the tests"},
    ) as loading:  # fmt: skip
        assert loading.stdout and loading.stderr
        assert loading.stdout.readline() == "halted\n", loading.stderr.read()
        loading.terminate()
        _, said = loading.communicate()
    assert loading.returncode == 1
    assert said.splitlines()[-1].startswith("Ended by SIGTERM. A change is made whole or not")
    assert "Traceback" not in said
    assert names(run.landing / "work") == []


def test_an_error_that_a_library_puts_in_the_place_of_the_end_is_not_told(
    capsys: pytest.CaptureFixture[str],
) -> None:
    def interrupted(_: object) -> int:
        try:
            os.kill(os.getpid(), signal.SIGTERM)
            time.sleep(10)
        except BaseException:
            raise RuntimeError("Query interrupted") from None
        return 0

    with mock.patch("etl.commands.nights._upgrade", interrupted):
        assert main(["upgrade", "--warehouse", "duckdb:///none"]) == 1
    assert capsys.readouterr().err.startswith("Ended by SIGTERM.")
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
