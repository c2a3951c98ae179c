"""Where the project's own folders are found, and of which checkout the tests are."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import etl
from etl import settings

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
