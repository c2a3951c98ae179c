"""A council of two doors, a census and a return, and what its next night may be: of a new year, of
which neither holds what was closed in the one before, or of doors that are called otherwise."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest
from nights.loading import Council, command

from doors.census import HEADER, a_census, a_child, assessment, details
from doors.returns import a_return
from etl.errors import WrongUsage
from etl.night.begin import begin

pytestmark = pytest.mark.slow
CLOSED, OPEN = range(1000, 1060), range(2000, 2040)
AUTHORITY = """
[authority]
la_code = "874"
name = "Anyshire"

[[source]]
name = "census"
kind = "cin_census"

[[source]]
name = "care"
kind = "ssda903"
tables = ["looked_after_period", "care_episode", "placement", "looked_after_review"]
"""


def a_night(
    folder: Path, night: str, year: str, numbers: range, *, closed: range, place: str = "U6"
) -> Path:
    """Both parts of a night about the same children: those whose referral and care are open, and
    those of whom both ended in the summer before. The return of a year has the episodes that were
    not over before it."""
    ended = details("2014-06-03", assessment("2014-06-04", "2014-07-04"),
                    CINclosureDate="2014-08-01", ReasonForClosure="RC7")  # fmt: skip
    lasting = details("2015-03-30", assessment("2015-03-30"))
    children = [a_child(str(number), ended) for number in closed]
    children += [a_child(str(number), lasting) for number in numbers]
    extract = folder / night
    extract.mkdir()
    header = HEADER.replace("2014-11-03", night).replace("<Year>2015", f"<Year>{year}")
    (extract / "census.xml").write_text(a_census(*children, header=header), encoding="utf-8")
    episodes = [{"CHILD": str(number), "DECOM": "06/05/2014", "DEC": "06/09/2014", "REC": "E4A"}
                for number in closed]  # fmt: skip
    for number in numbers:
        before = {"DECOM": "06/05/2014", "DEC": "26/03/2015", "REC": "X1"}
        lasts = {"DECOM": "26/03/2015", "RNE": "P", "PLACE": place}
        rows = [lasts] if year == "2016" else [before, lasts]
        episodes += [{"CHILD": str(number), **row} for row in rows]
    header_rows = [{"CHILD": str(number)} for number in (*closed, *numbers)]
    part = a_return(extract, date.fromisoformat(night), header=header_rows, episodes=episodes)
    part.rename(extract / "care")
    return extract


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Council:
    """One whose last night of a year has more that is closed than open, through both doors."""
    folder = tmp_path_factory.mktemp("several") / "council"
    folder.mkdir()
    authority = folder / "authority.toml"
    authority.write_text(AUTHORITY, encoding="utf-8")
    council = Council(folder, authority)
    ran = council.load(a_night(folder, "2015-03-31", "2015", OPEN, closed=CLOSED))
    assert ran.exit_code == 0, ran.err
    return council


@pytest.fixture
def council(loaded: Council, tmp_path: Path) -> Council:
    """A copy of it."""
    folder = shutil.copytree(loaded.folder, tmp_path / "council")
    return Council(folder, folder / "authority.toml")


def test_what_fell_out_of_both_with_the_year_does_not_stop_the_night(council: Council) -> None:
    ran = council.load(a_night(council.folder, "2015-04-02", "2016", OPEN, closed=range(0)))
    assert ran.exit_code == 0, ran.err


def test_what_the_new_year_should_hold_and_does_not_stops_the_night(council: Council) -> None:
    ran = council.load(a_night(council.folder, "2015-04-02", "2016", OPEN[:30], closed=range(0)))
    assert ran.exit_code == 3
    for table in ("referral", "single_assessment", "care_episode", "looked_after_period"):
        assert f"{table} (40 rows at the last load, 30 tonight)" in ran.err


def test_a_door_that_holds_as_much_as_before_is_compared_whole(council: Council) -> None:
    text = council.authority.read_text(encoding="utf-8")
    said = 'kind = "ssda903"\ncovered_from = 2014-04-01'
    council.authority.write_text(text.replace('kind = "ssda903"', said), encoding="utf-8")
    ran = council.load(a_night(council.folder, "2015-04-02", "2016", OPEN, closed=range(0)))
    assert ran.exit_code == 3
    assert "care_episode (140 rows at the last load, 40 tonight)" in ran.err
    assert "referral (" not in ran.err


def test_a_door_that_is_called_otherwise_stops_the_night(council: Council) -> None:
    """Its ids begin with its name: all it told would be closed, and told anew."""
    text = council.authority.read_text(encoding="utf-8")
    council.authority.write_text(text.replace('"care"', '"return"'), encoding="utf-8")
    extract = a_night(council.folder, "2015-04-01", "2016", OPEN, closed=range(0))
    (extract / "care").rename(extract / "return")
    ran = council.load(extract)
    assert ran.exit_code == 3
    assert (
        "care_episode, looked_after_period, placement: taken from another [[source]] "
        "(return: ssda903) than on the authority's nights before (care: ssda903)"
    ) in ran.err


def test_a_door_that_is_left_out_stops_the_night(council: Council) -> None:
    text = council.authority.read_text(encoding="utf-8")
    first, _, _ = text.replace("[[source]]", "[source]", 1).partition("[[source]]")
    council.authority.write_text(first.replace('name = "census"\n', ""), encoding="utf-8")
    extract = a_night(council.folder, "2015-04-01", "2016", OPEN, closed=range(0))
    alone = (extract / "census.xml").rename(council.folder / "2015-04-01.xml")
    ran = council.load(alone)
    assert ran.exit_code == 3
    assert "(the first, or none) than on the authority's nights before (care: ssda903)" in ran.err


def test_a_warning_of_codes_says_which_door_they_came_through(tmp_path: Path) -> None:
    (tmp_path / "authority.toml").write_text(AUTHORITY, encoding="utf-8")
    night = a_night(tmp_path, "2015-04-02", "2016", OPEN, closed=range(0), place="Q9")
    ran = command("codes", night, "--authority", tmp_path / "authority.toml")
    assert "no list has any code of care.PLACEMENTS.PLACE, 40 rows" in ran.err


def test_without_an_extract_the_kind_that_comes_as_one_is_named(tmp_path: Path) -> None:
    file = tmp_path / "authority.toml"
    file.write_text(AUTHORITY.replace("cin_census", "liquidlogic_database"), encoding="utf-8")
    with pytest.raises(WrongUsage, match="records of kind ssda903 come as one"):
        begin(None, file, f"duckdb:///{tmp_path / 'warehouse.duckdb'}")
