"""Nights that several modules look at, loaded once."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from nights.expected import Expected, expected
from nights.loading import Council, Ran


@dataclass(frozen=True)
class TwoNights:
    """Two nights loaded in order. first: the warehouse file as the first night left it."""

    expected: Expected
    council: Council
    first: Path
    ran: tuple[Ran, Ran]

    def file_after(self, night: int) -> Path:
        """The warehouse file as the first (0) or second (1) night left it."""
        return (self.first, self.council.file)[night]


@pytest.fixture(scope="session")
def two_nights(tmp_path_factory: pytest.TempPathFactory) -> TwoNights:
    """The golden nights, or their stand-in, loaded through the command line."""
    folder = tmp_path_factory.mktemp("two_nights")
    what = expected(folder)
    council = Council(folder / "council", what.authority)
    first_ran = council.load(what.extracts[0])
    assert first_ran.exit_code == 0, first_ran.err
    first = folder / "first.duckdb"
    shutil.copy(council.file, first)
    second_ran = council.load(what.extracts[1])
    assert second_ran.exit_code == 0, second_ran.err
    return TwoNights(what, council, first, (first_ran, second_ran))
