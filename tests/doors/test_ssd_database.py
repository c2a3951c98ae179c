"""The golden council through the Standard Safeguarding Dataset where it stands in a database."""

from __future__ import annotations

from pathlib import Path

import pytest
from nights.loading import Council, command
from servers.postgresql import Server

from doors.agreement import (
    GOLDEN_DOORS,
    NIGHT,
    differing_figures,
    differing_obligations,
    figures,
    obligations,
)
from doors.filling import fill

pytestmark = pytest.mark.slow
SSD, SCHEMA = GOLDEN_DOORS / "ssd", "ssd_development"


@pytest.fixture(scope="module")
def council(postgresql_server: Server, tmp_path_factory: pytest.TempPathFactory) -> Council:
    """The council after its night."""
    folder: Path = tmp_path_factory.mktemp("ssd_database")
    url = postgresql_server.new_database()
    fill(url, SSD / "2014-11-03.zip", schema=SCHEMA, named=str.lower)
    said = (SSD / "ssd_files.toml").read_text(encoding="utf-8")
    authority = folder / "peterborough.toml"
    kind = f'"ssd_database"\nschema = "{SCHEMA}"'
    authority.write_text(said.replace('"ssd_files"', kind), encoding="utf-8")
    council = Council(folder, authority)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CSC_ETL_SOURCE_URL", url)
        ran = command("load", "--authority", authority, "--warehouse", council.url, "--date", NIGHT)
    assert ran.exit_code == 0, ran.err
    return council


def test_every_figure_that_may_be_published_is_and_no_other(council: Council) -> None:
    assert differing_figures(council, figures(SSD / "expected_ssd.json.gz")) == []


def test_what_is_owed_agrees_row_for_row(council: Council) -> None:
    expected = obligations(SSD / "expected_obligations_ssd.csv.gz")
    assert differing_obligations(council, expected) == {}
