"""The folder of work lists is its owner's alone, and of nothing else."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from etl.errors import ConnectionFault, WrongUsage
from etl.worklist.folder import folder_for_lists, make, put


@pytest.fixture(params=[0o000, 0o022, 0o077], ids=oct)
def umask(request: pytest.FixtureRequest) -> Iterator[None]:
    before = os.umask(request.param)
    yield
    os.umask(before)


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


def test_folder_and_files_are_the_owners_alone_whatever_the_umask(
    tmp_path: Path, umask: None
) -> None:
    folder = folder_for_lists(tmp_path / "above" / "lists")
    make(folder)
    put(folder, {"worklist-east.html": b"East"})
    assert (mode(folder), mode(folder / "worklist-east.html")) == (0o700, 0o600)


@pytest.mark.parametrize("bits", [0o750, 0o705, 0o710, 0o722])
def test_a_folder_that_others_may_look_into_is_refused(tmp_path: Path, bits: int) -> None:
    folder = tmp_path / "lists"
    folder.mkdir()
    folder.chmod(bits)
    with pytest.raises(WrongUsage, match="Other accounts can look into the folder"):
        folder_for_lists(folder)


@pytest.mark.parametrize(
    "report", ["874-2014-10-known-2014-11-03.html", "874-2014-10-known-2014-11-03-public.xlsx"]
)
def test_the_folder_of_a_report_is_refused(tmp_path: Path, report: str) -> None:
    folder = tmp_path / "reports"
    folder.mkdir(mode=0o700)
    (folder / report).touch()
    with pytest.raises(WrongUsage, match="holds a report"):
        folder_for_lists(folder)


@pytest.mark.parametrize("is_worktree", [True, False])
def test_a_folder_under_git_is_refused_though_it_is_not_there_yet(
    tmp_path: Path, is_worktree: bool
) -> None:
    git = tmp_path / ".git"
    git.write_text("gitdir: elsewhere") if is_worktree else git.mkdir()
    with pytest.raises(WrongUsage, match="git work tree"):
        folder_for_lists(tmp_path / "a" / "lists")
    assert not (tmp_path / "a").exists()


def test_a_link_to_a_folder_under_git_is_refused(tmp_path: Path) -> None:
    (tmp_path / "repository" / ".git").mkdir(parents=True)
    (tmp_path / "lists").symlink_to(tmp_path / "repository")
    with pytest.raises(WrongUsage, match="git work tree"):
        folder_for_lists(tmp_path / "lists")


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "lists").touch(0o600)
    with pytest.raises(WrongUsage, match="no folder"):
        folder_for_lists(tmp_path / "lists")


def test_of_a_folder_that_cannot_be_made_no_line_of_the_audit_is_told(tmp_path: Path) -> None:
    (tmp_path / "a file").touch()
    with pytest.raises(ConnectionFault, match="cannot be written") as told:
        make(tmp_path / "a file" / "lists")
    assert "audit" not in told.value.means


def test_lists_of_before_that_are_not_made_any_more_are_gone(tmp_path: Path) -> None:
    put(tmp_path, {"worklist-east.html": b"1", "worklist-west.html": b"1", "other.html": b"1"})
    put(tmp_path, {"worklist-east.html": b"2"}, instead_of="worklist-*.html")
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == {
        "worklist-east.html": b"2",
        "other.html": b"1",
    }


def test_a_list_that_cannot_be_written_leaves_the_one_before_and_nothing_half(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path, {"worklist-east.html": b"before"})

    def failing(self: Path, target: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", failing)
    with pytest.raises(ConnectionFault, match="No space left") as told:
        put(tmp_path, {"worklist-east.html": b"after"})
    assert "A line in the audit says that lists were made" in told.value.means
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"before"]


def test_what_a_killed_run_left_half_written_is_removed(tmp_path: Path) -> None:
    (tmp_path / ".0123.writing").write_bytes(b"half")
    put(tmp_path, {"worklist-east.html": b"whole"})
    assert [path.name for path in tmp_path.iterdir()] == ["worklist-east.html"]
