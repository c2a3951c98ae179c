"""The third of April is never the fourth of March: a day that could be either, through every door
and in every form in which it may be written there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from nights.loading import Council, command
from servers.postgresql import Server
from unit.builders import NIGHT, an_authority_file, an_extract

from doors.census import a_census, a_child, an_authority_of_a_census, details
from doors.filling import fill
from doors.returns import a_return, an_authority_of_the_return
from doors.ssd_extract import a_dataset
from doors.workbooks import a_workbook

pytestmark = pytest.mark.slow
DAY = date(2014, 4, 3)
LIMITS = "\n[limits]\nrows_held_back_percent = 100\n"
Night = tuple[Path, Path]


def of_kind(folder: Path, kind: str, *, date_format: str = "iso") -> Path:
    """An authority's file of that kind."""
    file = an_authority_file(folder, LIMITS, date_format=date_format)
    file.write_text(file.read_text().replace("liquidlogic_files", kind))
    return file


def liquidlogic(folder: Path, written: str, date_format: str) -> Night:
    other = {"iso": "2010-05-05", "uk": "05/05/2010"}[date_format]
    extract = an_extract(
        folder,
        DIM_PERSON=[{"BIRTH_DTTM": other}], FACT_REFERRALS=[{"REFRL_START_DTTM": written}],
    )  # fmt: skip
    return extract, of_kind(folder, "liquidlogic_files", date_format=date_format)


def dataset(folder: Path, written: str) -> Night:
    extract = a_dataset(folder, ssd_cin_episodes=[{"cine_referral_date": written}])
    return extract, of_kind(folder, "ssd_files")


def census(folder: Path, written: str) -> Night:
    extract = folder / f"{NIGHT}.xml"
    extract.write_text(a_census(a_child("7", details(written))))
    return extract, an_authority_of_a_census(folder, LIMITS)


def annex_a(folder: Path, written: object) -> Night:
    record = {"Date of referral": written}
    return a_workbook(folder / f"{NIGHT}.xlsx", {3: [record]}), of_kind(folder, "annex_a")


def returned(folder: Path, written: str) -> Night:
    extract = a_return(folder, episodes=[{"DECOM": written}])
    return extract, an_authority_of_the_return(folder, LIMITS)


MADE: dict[str, Callable[[Path], Night]] = {
    "Liquidlogic, ISO": lambda folder: liquidlogic(folder, "2014-04-03", "iso"),
    "Liquidlogic, ISO with a time": lambda folder: liquidlogic(
        folder, "2014-04-03 00:00:00.000", "iso"
    ),
    "Liquidlogic, UK": lambda folder: liquidlogic(folder, "03/04/2014", "uk"),
    "dataset": lambda folder: dataset(folder, "2014-04-03 00:00:00.000"),
    "census": lambda folder: census(folder, "2014-04-03"),
    "census, with an offset": lambda folder: census(folder, "2014-04-03+01:00"),
    "Annex A, a date": lambda folder: annex_a(folder, DAY),
    "Annex A, a serial day": lambda folder: annex_a(folder, 41732),
    "Annex A, UK text": lambda folder: annex_a(folder, "03/04/2014"),
    "Annex A, ISO text": lambda folder: annex_a(folder, "2014-04-03"),
    "return": lambda folder: returned(folder, "03/04/2014"),
}
NOT_TO_BE_READ: dict[str, Callable[[Path], Night]] = {
    "Liquidlogic, UK where ISO was said": lambda folder: liquidlogic(folder, "03/04/2014", "iso"),
    "Liquidlogic, ISO where UK was said": lambda folder: liquidlogic(folder, "2014-04-03", "uk"),
    "Liquidlogic, two digits": lambda folder: liquidlogic(folder, "03/04/14", "uk"),
    "dataset, UK": lambda folder: dataset(folder, "03/04/2014"),
    "census, UK": lambda folder: census(folder, "03/04/2014"),
    "Annex A, two digits": lambda folder: annex_a(folder, "03/04/14"),
    "Annex A, month in words": lambda folder: annex_a(folder, "3 April 2014"),
    "return, ISO": lambda folder: returned(folder, "2014-04-03"),
    "return, two digits": lambda folder: returned(folder, "03/04/14"),
}
_READ = """
select received_date from warehouse.fact_referral
union all select started_date from warehouse.fact_care_episode
"""


@pytest.mark.parametrize("door", MADE)
def test_it_is_the_third_of_april(door: str, tmp_path: Path) -> None:
    extract, authority = MADE[door](tmp_path)
    council = Council(tmp_path, authority)
    ran = council.load(extract)
    assert ran.exit_code == 0, ran.err
    assert council.rows(_READ) == [(DAY,)]


@pytest.mark.parametrize("door", NOT_TO_BE_READ)
def test_what_a_door_does_not_write_so_is_held_back_and_not_guessed(
    door: str, tmp_path: Path
) -> None:
    extract, authority = NOT_TO_BE_READ[door](tmp_path)
    council = Council(tmp_path, authority)
    ran = council.load(extract)
    assert ran.exit_code == 0, ran.err
    assert council.rows(_READ) == []
    reasons = {reason for (reason,) in council.rows("select reason from audit.rejected_row")}
    assert "unreadable" in reasons


def test_a_database_gives_the_day_that_it_holds(
    postgresql_server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    extract, _ = liquidlogic(tmp_path, "2014-04-03", "iso")
    url = postgresql_server.new_database()
    fill(url, extract)
    # Whatever the authority's file says of files.
    council = Council(tmp_path, of_kind(tmp_path, "liquidlogic_database", date_format="uk"))
    monkeypatch.setenv("CSC_ETL_SOURCE_URL", url)
    ran = command(
        "load", "--authority", council.authority, "--warehouse", council.url, "--date", NIGHT
    )
    assert ran.exit_code == 0, ran.err
    assert council.rows(_READ) == [(DAY,)]
