"""The files of the release before, made once and copied for every test that changes them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from nights.loading import Council

from upgrade import earlier


@pytest.fixture(scope="session")
def left_behind(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of release 0.1.0's files; nobody writes there."""
    folder = tmp_path_factory.mktemp("release_0_1_0")
    earlier.make_files(folder)
    return folder


@pytest.fixture
def council(left_behind: Path, tmp_path: Path) -> Council:
    """The council with files of release 0.1.0 of its own."""
    return copy_of(left_behind, tmp_path / "council")


def copy_of(left_behind: Path, folder: Path) -> Council:
    """A council with a copy of the files, modes included."""
    shutil.copytree(left_behind, folder)
    return earlier.council_in(folder)
