"""Commands that do nothing without being told to, and that end tidily when they are."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

import pytest

from etl.demo.extract import write_extract
from etl.settings import PSEUDONYM_KEY
from nights import editing
from nights.loading import KEY, WESTMERE, Council, command
from nights.prepared import DATES, PATIENCE_SECONDS

REMOVING = ("erase", "purge", "rotate-key")


@pytest.fixture(scope="module")
def extract(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_extract(tmp_path_factory.mktemp("drawn"), children=1000, extract_date=DATES[0])


@pytest.fixture
def council(tmp_path: Path) -> Council:
    return Council(tmp_path / "council", WESTMERE)


def words_of(name: str, council: Council) -> list[str]:
    more = {"erase": ["1177"], "purge": ["--authority", str(council.authority)], "rotate-key": []}
    return [name, *more[name], "--warehouse", council.url]


@pytest.mark.parametrize("name", REMOVING)
def test_without_a_terminal_nothing_is_removed_unless_it_is_said(
    name: str, council: Council
) -> None:
    with mock.patch.object(sys, "stdin", io.StringIO("yes")):
        ran = command(*words_of(name, council), as_it_stands=True)
    assert (ran.exit_code, len(ran.parts)) == (2, 4)
    assert "nobody is at a terminal" in ran.err
    assert "--yes" in ran.err


@pytest.mark.parametrize("name", REMOVING)
def test_a_dry_run_is_not_agreed_to_as_well(name: str, council: Council) -> None:
    ran = command(*words_of(name, council), "--dry-run", "--yes", as_it_stands=True)
    assert ran.exit_code == 2
    assert "not allowed with" in ran.err


def test_a_load_where_no_warehouse_is_makes_none_and_lands_nothing(
    council: Council, extract: Path
) -> None:
    ran = command(*council.arguments(extract), as_it_stands=True)
    assert (ran.exit_code, len(ran.parts)) == (2, 4)
    assert str(council.file) in ran.err
    assert "--new" in ran.err
    assert not council.folder.exists()


def test_a_check_against_a_warehouse_that_is_not_there_is_refused(
    council: Council, extract: Path, tmp_path: Path
) -> None:
    ran = command("check", extract, "--authority", WESTMERE, "--pages", tmp_path / "pages",
                  "--warehouse", council.url)  # fmt: skip
    assert (ran.exit_code, len(ran.parts)) == (2, 4)
    assert "no warehouse there yet" in ran.err
    assert not (tmp_path / "pages").exists()


def test_a_relative_url_is_told_with_its_whole_path(
    tmp_path: Path, extract: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    words = ["load", extract, "--authority", WESTMERE, "--warehouse", "duckdb:///here/csc.duckdb"]
    assert f"Where: {tmp_path}/here/csc.duckdb" in command(*words, as_it_stands=True).err
    with mock.patch("etl.commands.nights.load_night", return_value=(False, [])):
        ran = command(*words)
    assert f"the warehouse is {tmp_path}/here/csc.duckdb" in ran.err


def test_a_landing_folder_of_another_account_is_told_in_four_parts(
    council: Council, extract: Path
) -> None:
    real = Path.chmod

    def refuse(self: Path, mode: int) -> None:
        if self.name == "landing":
            raise PermissionError(1, "Operation not permitted", str(self))
        real(self, mode)

    with mock.patch.object(Path, "chmod", refuse):
        ran = command(*council.arguments(extract))
    assert (ran.exit_code, len(ran.parts)) == (1, 4)
    assert "The landing folder cannot be written (Operation not permitted)" in ran.err
    assert "account that owns the folder" in ran.err


def test_names_in_an_extract_reach_no_terminal_with_their_control_characters(
    council: Council, extract: Path, tmp_path: Path
) -> None:
    copied = editing.copy_as(extract, tmp_path, DATES[0].isoformat())
    manifest = (extract / "MANIFEST.csv").read_text()
    (copied / "MANIFEST.csv").write_text(manifest + "\x1b[2JDIM_MINE,1\n")
    ran = command(*council.arguments(copied))
    assert ran.exit_code == 3
    assert "The manifest lists 1 table that we do not know" in ran.err
    assert "\x1b" not in ran.out + ran.err
    assert "DIM_MINE" not in ran.out + ran.err


@pytest.fixture
def loading(council: Council, extract: Path) -> Iterator[subprocess.Popen[str]]:
    """A load in a process of its own that has begun to land."""
    with subprocess.Popen(
        [sys.executable, "-m", "etl.cli", *council.arguments(extract), "--new"],
        env={**os.environ, PSEUDONYM_KEY: KEY}, stderr=subprocess.PIPE, text=True, umask=0,
    ) as process:  # fmt: skip
        began = time.monotonic()
        while not list(council.folder.glob("landing/work/*/landed/*.parquet")):
            assert time.monotonic() - began < PATIENCE_SECONDS
            assert process.poll() is None
            time.sleep(0.01)
        yield process
        process.kill()


@pytest.mark.slow
def test_a_load_that_is_told_to_end_removes_what_it_had_in_hand(
    council: Council, loading: subprocess.Popen[str]
) -> None:
    loading.send_signal(signal.SIGTERM)
    said = loading.communicate(timeout=PATIENCE_SECONDS)[1]
    assert loading.returncode == 1
    assert "What:  The command was told to end (SIGTERM)." in said
    assert council.work_left_behind() == []
    assert list(council.folder.rglob("*.loading")) == []


@pytest.mark.slow
def test_whatever_command_comes_next_removes_what_a_killed_load_left(
    council: Council, loading: subprocess.Popen[str]
) -> None:
    ran = command("status", "--warehouse", council.url)
    assert len(council.work_left_behind()) == 2  # the folder and its lock
    loading.kill()
    loading.wait()
    assert len(council.work_left_behind()) == 2
    ran = command("status", "--warehouse", council.url)
    assert council.work_left_behind() == []
    assert "removed what a killed run left" in ran.err


def test_a_fault_between_two_signals_is_told_as_the_first(council: Council) -> None:
    """A library that waits may put an error of its own in the place of ours."""

    def ended(_: object) -> int:
        try:
            os.kill(os.getpid(), signal.SIGTERM)
            time.sleep(PATIENCE_SECONDS)
        except BaseException:
            os.kill(os.getpid(), signal.SIGTERM)
            raise RuntimeError("Query interrupted") from None
        return 0

    with mock.patch("etl.commands.status._status", ended):
        ran = command("status", "--warehouse", council.url)
    assert ran.exit_code == 1
    assert "told to end (SIGTERM)" in ran.err
