"""What a process that died left is taken away by the next one, and nothing of one that lives."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from etl.left_behind import (
    LOCK,
    WAITS_SECONDS,
    in_use,
    remove_left_behind,
    remove_temporary_left_behind,
    temporary_folder,
)

HOLDS = """
import sys
from pathlib import Path
from etl.left_behind import in_use, temporary_folder
holding = temporary_folder() if sys.argv[1] == "temporary" else in_use(Path(sys.argv[1]))
with holding as folder:
    folder = folder or Path(sys.argv[1])
    folder.mkdir(exist_ok=True)
    (folder / "identity.parquet").write_text("a name")
    print(folder, flush=True)
    sys.stdin.read()
"""


@contextmanager
def another_process(what: str) -> Iterator[tuple[subprocess.Popen[str], Path]]:
    """One that holds the folder until it is killed."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLDS, what],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout
        yield process, Path(process.stdout.readline().strip())
        process.kill()


def test_what_a_killed_process_left_is_removed_and_said(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = tmp_path / "900-2026-03-04-abcdef"
    aside = tmp_path / "900-2026-03-04-abcdef-stopped"
    aside.mkdir()
    with another_process(str(folder)) as (process, _):
        remove_left_behind(tmp_path)
        assert (folder / "identity.parquet").exists()
        process.kill()
        process.wait()
        with caplog.at_level(logging.WARNING, logger="csc_etl"):
            remove_left_behind(tmp_path)
    assert list(tmp_path.iterdir()) == []
    assert f"removed what a killed run left: {folder}" in caplog.text


def test_what_this_process_holds_is_left(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    with in_use(folder):
        folder.mkdir()
        remove_left_behind(tmp_path)
        assert folder.exists()


def test_work_that_waits_for_a_scheduled_task_is_left_for_two_days(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    with in_use(folder):
        folder.mkdir()
    remove_left_behind(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["run"]
    long_ago = time.time() - WAITS_SECONDS - 60
    os.utime(folder, (long_ago, long_ago))
    remove_left_behind(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_old_work_that_somebody_holds_is_left(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    with in_use(folder):
        folder.mkdir()
        os.utime(folder, (1, 1))
        remove_left_behind(tmp_path)
        assert folder.exists()


def test_what_a_fault_left_is_for_the_next_to_remove(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    with pytest.raises(KeyboardInterrupt), in_use(folder):
        folder.mkdir()
        raise KeyboardInterrupt
    assert folder.with_name(f"run{LOCK}").exists()
    remove_left_behind(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_fault_that_left_nothing_leaves_no_lock(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt), in_use(tmp_path / "run"):
        raise KeyboardInterrupt
    assert list(tmp_path.iterdir()) == []


def test_a_lock_that_leads_elsewhere_removes_nothing(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    work = tmp_path / "work"
    work.mkdir()
    (work / "run").mkdir()
    (tmp_path / "target").touch()
    (work / f"run{LOCK}").symlink_to(tmp_path / "target")
    (work / "old").symlink_to(elsewhere)
    os.utime(elsewhere, (1, 1))
    remove_left_behind(work)
    assert (work / "run").exists()
    assert elsewhere.exists()


def test_a_temporary_folder_of_a_killed_process_is_removed_and_that_of_a_living_one_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    with another_process("temporary") as (process, theirs), temporary_folder() as ours:
        assert theirs.parent == ours.parent == tmp_path
        process.kill()
        process.wait()
        remove_temporary_left_behind()
        assert (theirs.exists(), ours.exists()) == (False, True)
    assert list(tmp_path.iterdir()) == []
