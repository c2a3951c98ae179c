"""Old logs of our tasks are removed, and nothing else that lies in Airflow's folder of logs."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from etl.errors import ConnectionFault
from etl.upkeep.logs import remove_old_logs

NOW = datetime(2026, 6, 1, tzinfo=UTC)
KEPT_FROM = NOW - timedelta(days=90)
OLD, NEW = NOW - timedelta(days=91), NOW - timedelta(days=89)
OURS = ("nightly_load", "upkeep")


def a_log(folder: Path, name: str, at: datetime, *, run: str = "run_id=scheduled__1") -> Path:
    """A log of a task's try; its folders were last changed when it was made."""
    path = folder / name / run / "task_id=load" / "attempt=1.log"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("a line")
    for each in (path, path.parent, path.parent.parent):
        os.utime(each, (at.timestamp(), at.timestamp()))
    return path


def test_an_old_log_goes_with_the_folders_that_are_empty_then(tmp_path: Path) -> None:
    old = a_log(tmp_path, "dag_id=nightly_load", OLD)
    new = a_log(tmp_path, "dag_id=nightly_load", NEW, run="run_id=scheduled__2")
    assert remove_old_logs(tmp_path, OURS, kept_from=KEPT_FROM) == 1
    assert not old.parents[1].exists()
    assert new.exists()
    assert remove_old_logs(tmp_path, OURS, kept_from=KEPT_FROM) == 0


def test_the_logs_of_other_dags_and_of_airflow_itself_stay(tmp_path: Path) -> None:
    others = [
        a_log(tmp_path, name, OLD)
        for name in ("dag_id=somebody_elses", "dag_id=nightly_load_of_others", "dag_processor")
    ]
    assert remove_old_logs(tmp_path, OURS, kept_from=KEPT_FROM) == 0
    assert all(path.exists() for path in others)


def test_no_link_is_followed_out_of_the_folder(tmp_path: Path) -> None:
    logs, elsewhere = tmp_path / "logs", tmp_path / "elsewhere"
    target = a_log(elsewhere, "dag_id=upkeep", OLD)
    logs.mkdir()
    (logs / "dag_id=upkeep").symlink_to(elsewhere / "dag_id=upkeep")
    inside = a_log(logs, "dag_id=nightly_load", OLD).parent
    (inside / "linked").symlink_to(elsewhere)
    (inside / "linked.log").symlink_to(target)
    assert remove_old_logs(logs, OURS, kept_from=KEPT_FROM) == 1
    assert target.exists()
    assert (inside / "linked.log").is_symlink()


def test_what_is_no_log_stays_and_a_folder_just_made_too(tmp_path: Path) -> None:
    notes = a_log(tmp_path, "dag_id=upkeep", OLD).with_name("notes.txt")
    notes.write_text("of an operator")
    os.utime(notes, (OLD.timestamp(), OLD.timestamp()))
    just_made = tmp_path / "dag_id=upkeep" / "run_id=now" / "task_id=take_backup"
    just_made.mkdir(parents=True)
    assert remove_old_logs(tmp_path, OURS, kept_from=KEPT_FROM) == 1
    assert notes.exists()
    assert just_made.is_dir()


def test_a_log_of_a_trigger_goes_as_well(tmp_path: Path) -> None:
    log = a_log(tmp_path, "dag_id=nightly_load", OLD)
    log.rename(log.with_name("attempt=1.log.trigger.7.log"))
    assert remove_old_logs(tmp_path, OURS, kept_from=KEPT_FROM) == 1


def test_one_that_cannot_be_removed_is_told_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_log(tmp_path, "dag_id=nightly_load", OLD)

    def refuse(path: Path, missing_ok: bool = False) -> None:
        raise PermissionError(13, "", str(path))

    monkeypatch.setattr(Path, "unlink", refuse)
    with pytest.raises(ConnectionFault, match="cannot be removed"):
        remove_old_logs(tmp_path, OURS, kept_from=KEPT_FROM)
