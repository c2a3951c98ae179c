"""The files of a report: whole or as they were; and the page printed by a browser."""

from __future__ import annotations

import errno
import os
import signal
import time
from datetime import date
from pathlib import Path

import pytest

from etl.commands.ending import ToldToEnd, told_to_end
from etl.errors import ConnectionFault, WrongUsage
from etl.report import files
from etl.report.files import Names, names, pdf, writing

OCTOBER, KNOWN_ON = date(2014, 10, 1), date(2014, 11, 3)


def in_folder(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in sorted(folder.iterdir())}


def write(folder: Path, **said: str) -> None:
    with writing(folder) as into:
        for name, text in said.items():
            (into / name).write_text(text)


def test_files_are_named_by_authority_month_day_and_edition() -> None:
    assert names("874", OCTOBER, KNOWN_ON, is_public=False) == Names(
        "874-2014-10-known-2014-11-03.html", "874-2014-10-known-2014-11-03.xlsx",
        "874-2014-10-known-2014-11-03.pdf",
    )  # fmt: skip
    assert names("874", OCTOBER, KNOWN_ON, is_public=True).workbook == (
        "874-2014-10-known-2014-11-03-public.xlsx"
    )


def test_a_new_edition_takes_the_place_of_its_own_files_alone(tmp_path: Path) -> None:
    folder = tmp_path / "reports" / "2014"
    write(folder, page="first", other="kept")
    write(folder, page="second", workbook="new")
    assert in_folder(folder) == {"other": "kept", "page": "second", "workbook": "new"}


def test_nothing_is_seen_before_all_is_written(tmp_path: Path) -> None:
    with writing(tmp_path) as into:
        (into / "page").write_text("half")
        assert [path.name for path in tmp_path.iterdir() if not path.name.startswith(".")] == []
        assert into.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize(("mask", "mode"), [("027", 0o640), ("077", 0o600), ("022", 0o644)])
def test_files_may_be_read_by_whom_the_warehouse_may(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mask: str, mode: int
) -> None:
    monkeypatch.setenv("CSC_ETL_UMASK", mask)
    write(tmp_path / "new", page="first")
    assert (tmp_path / "new" / "page").stat().st_mode & 0o777 == mode
    assert (tmp_path / "new").stat().st_mode & 0o077 == (mode & 0o044) | (mode & 0o044) >> 2


@pytest.mark.parametrize("error", [ValueError(), KeyboardInterrupt(), ToldToEnd()])
def test_a_failure_leaves_an_earlier_edition_as_it_was(
    tmp_path: Path, error: BaseException
) -> None:
    write(tmp_path, page="first")
    with pytest.raises(type(error)), writing(tmp_path) as into:
        (into / "page").write_text("half")
        raise error
    assert in_folder(tmp_path) == {"page": "first"}


def test_a_failure_leaves_no_folder_that_was_not_there(tmp_path: Path) -> None:
    with pytest.raises(ValueError), writing(tmp_path / "new") as into:
        (into / "page").write_text("half")
        raise ValueError
    assert list(tmp_path.iterdir()) == []


def test_a_command_told_to_end_leaves_an_earlier_edition_as_it_was(tmp_path: Path) -> None:
    write(tmp_path, page="first")
    with pytest.raises(ToldToEnd), told_to_end(), writing(tmp_path) as into:
        (into / "page").write_text("half")
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(5)
    assert in_folder(tmp_path) == {"page": "first"}


@pytest.mark.parametrize("error", [OSError(errno.EIO, "x"), ToldToEnd()])
def test_files_take_their_places_together_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    write(tmp_path, page="first", workbook="first")
    rename = Path.rename

    def fails(path: Path, target: Path) -> Path:
        if path.name == "workbook" and target.parent == tmp_path:
            raise error
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", fails)
    with pytest.raises((ConnectionFault, ToldToEnd)):
        write(tmp_path, page="second", workbook="second", added="second")
    assert in_folder(tmp_path) == {"page": "first", "workbook": "first"}


def test_a_full_disk_is_told_in_four_parts(tmp_path: Path) -> None:
    with pytest.raises(ConnectionFault) as caught, writing(tmp_path):
        raise OSError(errno.ENOSPC, "child 4711")
    assert "No space left" in caught.value.what
    assert "4711" not in str(caught.value)
    assert in_folder(tmp_path) == {}


def test_two_reports_are_not_written_into_a_folder_at_once(tmp_path: Path) -> None:
    with writing(tmp_path) as into:
        (into / "page").write_text("first")
        with pytest.raises(ConnectionFault, match="another report"):
            write(tmp_path, page="second")
    assert in_folder(tmp_path) == {"page": "first"}


def test_what_a_killed_report_left_is_cleared_away(tmp_path: Path) -> None:
    (tmp_path / ".writing").mkdir()
    (tmp_path / ".writing" / "half").write_text("half")
    write(tmp_path, page="first")
    assert in_folder(tmp_path) == {"page": "first"}


def test_a_file_where_a_folder_should_be_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(ConnectionFault, match="Not a directory"):
        write(tmp_path / "file", page="first")


def test_a_folder_of_a_name_too_long_for_the_disk_is_refused_as_such(tmp_path: Path) -> None:
    folder = tmp_path / ("x" * 300)
    with pytest.raises(ConnectionFault, match="File name too long"), writing(folder):
        pass


@pytest.fixture
def on_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only folder of programs."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    return folder


def browser(folder: Path, script: str, name: str = "chromium") -> None:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


# The file of the last argument but one is the one to write.
PRINTS = """
for each; do case $each in --print-to-pdf=*) out=${each#--print-to-pdf=};; esac; done
{ env; for each; do echo "$each"; done; } > "$out"
"""


@pytest.mark.parametrize("name", ["chromium", "chromium-browser", "google-chrome", "msedge"])
def test_the_page_is_printed_by_the_browser_that_is_there(
    tmp_path: Path, on_path: Path, name: str
) -> None:
    browser(on_path, PRINTS, name)
    page, out = tmp_path / "a page.html", tmp_path / "a page.pdf"
    pdf(page, out)
    said = out.read_text().splitlines()
    assert said[-1] == page.as_uri()
    assert {"--headless=new", "--no-pdf-header-footer"} <= set(said)


@pytest.mark.parametrize(("user", "is_given"), [(0, True), (1000, False)])
def test_only_for_root_the_browser_has_no_sandbox(
    tmp_path: Path, on_path: Path, monkeypatch: pytest.MonkeyPatch, user: int, is_given: bool
) -> None:
    browser(on_path, PRINTS)
    monkeypatch.setattr(os, "geteuid", lambda: user)
    pdf(tmp_path / "page.html", tmp_path / "page.pdf")
    assert ("--no-sandbox" in (tmp_path / "page.pdf").read_text()) is is_given


def test_the_browser_is_not_given_the_secret_and_its_profile_is_removed(
    tmp_path: Path, on_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser(on_path, PRINTS)
    monkeypatch.setenv("CSC_ETL_PSEUDONYM_KEY", "a secret of some length")
    pdf(tmp_path / "page.html", tmp_path / "page.pdf")
    said = (tmp_path / "page.pdf").read_text()
    assert "a secret" not in said
    [profile] = [
        line.partition("=")[2] for line in said.splitlines() if line.startswith("--user-data-dir=")
    ]
    assert not Path(profile).exists()


def test_without_a_browser_the_package_is_named(tmp_path: Path, on_path: Path) -> None:
    with pytest.raises(WrongUsage) as caught:
        pdf(tmp_path / "page.html", tmp_path / "page.pdf")
    assert "chromium" in caught.value.next


@pytest.mark.parametrize(
    ("script", "why"),
    [("exit 3", "status 3"), ("exit 0", "wrote no PDF"), (PRINTS + "exit 1", "status 1")],
    ids=["fails", "writes nothing", "writes and fails"],
)
def test_a_browser_that_does_not_print_is_told(
    tmp_path: Path, on_path: Path, script: str, why: str
) -> None:
    browser(on_path, script)
    with pytest.raises(ConnectionFault, match=why):
        pdf(tmp_path / "page.html", tmp_path / "page.pdf")


def test_a_browser_that_does_not_start_is_told(tmp_path: Path, on_path: Path) -> None:
    (on_path / "chromium").write_bytes(b"\x7fELF of another machine")
    (on_path / "chromium").chmod(0o755)
    with pytest.raises(ConnectionFault, match="does not start"):
        pdf(tmp_path / "page.html", tmp_path / "page.pdf")


def test_a_browser_that_hangs_is_ended_with_all_it_began(
    tmp_path: Path, on_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "_PRINTING_SECONDS", 1)
    browser(on_path, f"sleep 60 & echo $! > {tmp_path}/began; wait")
    with pytest.raises(ConnectionFault, match="not done after 1 seconds"):
        pdf(tmp_path / "page.html", tmp_path / "page.pdf")
    assert has_ended(int((tmp_path / "began").read_text()))


def has_ended(process: int) -> bool:
    """Within seconds: a killed process is there until its parent has heard of it."""
    for _ in range(100):
        try:
            state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
        except OSError:
            return True
        if state == "Z":
            return True
        time.sleep(0.05)
    return False
