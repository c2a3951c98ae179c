"""What must come of every entry of the databases' catalogue of bad input."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from nights.bad.judging import judge
from nights.bad.whole import whole
from nights.marking import MARK
from servers.postgresql import Server
from unit.builders import PLAIN_AUTHORITY

from doors.database_bad import BAD, Bad
from doors.filling import fill

pytestmark = [pytest.mark.slow, pytest.mark.catalogue]


def authority(folder: Path, more: str = "") -> Path:
    """One whose records are asked of a database, and may all be held back. more: what its file says
    beside, first under ``[source]``."""
    path = folder / "anyshire.toml"
    limits = "rows_held_back_percent = 100\nchildren_shared_percent = 0\n"
    limits = "" if "[limits]" in more else f"[limits]\n{limits}"
    said = PLAIN_AUTHORITY.format(la_code="874", date_format="uk", more=f"{more}\n{limits}")
    path.write_text(said.replace("liquidlogic_files", "liquidlogic_database"), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def filled(postgresql_server: Server, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A database in which nothing is wrong."""
    url = postgresql_server.new_database()
    fill(url, whole(tmp_path_factory.mktemp("whole")))
    return url


@pytest.mark.parametrize("bad", BAD, ids=lambda bad: bad.name)
def test_what_must_come_of(
    bad: Bad, filled: str, postgresql_server: Server, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    url = postgresql_server.copy_database(filled)
    monkeypatch.setenv("CSC_ETL_SOURCE_URL_874", bad.spoil(postgresql_server, url) or url)
    night = judge(None, authority(tmp_path, bad.more), asked=date(2014, 11, 3))
    assert night.exit_code == bad.exit_code, night.message
    for words in bad.says:
        assert words in night.message
    assert MARK.lower() not in night.message.lower()
    assert not night.shows_a_value
    assert night.held == bad.held
    assert bad.landed.items() <= night.landed.items()


def test_the_catalogue_is_of_many_each_called_by_its_own_name() -> None:
    names = [bad.name for bad in BAD]
    assert len(set(names)) == len(names) >= 8
