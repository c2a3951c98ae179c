"""Where the project's own folders are found, and of which checkout the tests are."""

from __future__ import annotations

import subprocess
import sys
from datetime import time, timedelta
from pathlib import Path

import pytest

import etl
from etl import settings
from etl.errors import WrongUsage

CHECKOUT = Path(__file__).resolve().parents[2]


def test_a_clone_tests_itself_whatever_is_installed(tmp_path: Path) -> None:
    assert Path(etl.__file__).parent == CHECKOUT / "etl"
    asked = [sys.executable, "-c", "import etl; print(etl.__file__)"]
    told = subprocess.run(asked, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert told.stdout.strip() == etl.__file__


@pytest.mark.parametrize("inside", [True, False], ids=["installed", "checkout"])
def test_folders_are_found_inside_the_package_or_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, inside: bool
) -> None:
    package = tmp_path / "etl"
    folder = (package if inside else tmp_path) / "sql" / "measures"
    folder.mkdir(parents=True)
    monkeypatch.setattr(settings, "_PACKAGE", package)
    monkeypatch.setattr(settings, "PROJECT", tmp_path)
    assert settings._folder("sql/measures") == folder


def test_an_installation_without_them_says_that_it_is_not_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With an empty list of measures the council's file would be blamed. Another distribution's
    `sql`, beside the package, is not ours."""
    (tmp_path / "sql").mkdir()
    monkeypatch.setattr(settings, "_PACKAGE", tmp_path / "etl")
    monkeypatch.setattr(settings, "PROJECT", tmp_path)
    with pytest.raises(RuntimeError, match=r"not whole: it lacks the folder sql/measures/"):
        settings._folder("sql/measures")


def test_without_a_setting_a_night_waits_until_ten_for_an_extract_quiet_for_ten_minutes() -> None:
    assert (settings.wait_until(), settings.quiet()) == (time(10), timedelta(minutes=10))


@pytest.mark.parametrize(("asked", "read"), [("00:00", time(0)), ("23:59", time(23, 59))])
def test_the_hour_of_the_wait_is_read(
    monkeypatch: pytest.MonkeyPatch, asked: str, read: time
) -> None:
    monkeypatch.setenv(settings.WAIT_UNTIL, asked)
    assert settings.wait_until() == read


@pytest.mark.parametrize(
    "asked", ["24:00", "9:30", "10.00", "10:60", "10:00 GMT", "\u0661\u0660:00"]
)
def test_what_is_no_time_of_day_is_no_hour_of_the_wait(
    monkeypatch: pytest.MonkeyPatch, asked: str
) -> None:
    monkeypatch.setenv(settings.WAIT_UNTIL, asked)
    with pytest.raises(WrongUsage, match="CSC_ETL_WAIT_UNTIL is no time of day"):
        settings.wait_until()


@pytest.mark.parametrize("asked", ["1", "240"])
def test_the_minutes_of_quiet_are_read(monkeypatch: pytest.MonkeyPatch, asked: str) -> None:
    monkeypatch.setenv(settings.QUIET_MINUTES, asked)
    assert settings.quiet() == timedelta(minutes=int(asked))


@pytest.mark.parametrize("asked", ["0", "241", "-5", "1.5", "ten", "\u0665"])
def test_other_minutes_of_quiet_are_refused(monkeypatch: pytest.MonkeyPatch, asked: str) -> None:
    monkeypatch.setenv(settings.QUIET_MINUTES, asked)
    with pytest.raises(WrongUsage, match="is no number of minutes from 1 to 240") as raised:
        settings.quiet()
    assert settings.QUIET_MINUTES in raised.value.next
