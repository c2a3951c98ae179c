"""The looked after children return: which file is which, and what is made of its episodes."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from doors.agreement import content_id
from doors.returns import Conformed, a_return, conformed, tables_of

from etl.contracts.code_lists import national_codes
from etl.errors import NightStopped
from etl.sources.mapping import columns_read, mappings
from etl.sources.ssda903.source import SSDA903

PERIOD = ("started_date", "is_start_known")
PLACEMENT = ("started_date", "ended_date", "placement_type_code")


def episode(
    decom: str, dec: str = "", rne: str = "S", rec: str = "", **more: str
) -> dict[str, str]:
    """A row of the episodes of child 7."""
    return {"DECOM": decom, "DEC": dec, "RNE": rne, "REC": rec, **more}


def of(folder: Path, *episodes: dict[str, str], **more: list[dict[str, str]]) -> Conformed:
    return conformed(folder, episodes=list(episodes), **more)


# Which file is which.


def test_a_module_is_known_by_its_columns_whatever_its_file_is_called(tmp_path: Path) -> None:
    extract = a_return(tmp_path, episodes=[episode("06/01/2014")], uasc=[{}])
    (extract / "episodes.csv").rename(extract / "reviews 2015 (2).csv")
    (extract / "reviews.csv").rename(extract / "header.CSV")
    (extract / "header.csv").rename(extract / "1.csv")
    found = tables_of(extract)
    assert {name: table.file.lower() for name, table in found.items()} == {
        "EPISODES": "reviews 2015 (2).csv", "HEADER": "1.csv", "REVIEWS": "header.csv",
        "UASC": "uasc.csv",
    }  # fmt: skip


def test_headings_are_read_in_any_case_and_with_spaces_around_them(tmp_path: Path) -> None:
    extract = a_return(tmp_path, episodes=[episode("06/01/2014")])
    file = extract / "episodes.csv"
    names, _, rows = file.read_text().partition("\n")
    file.write_text(f"{', '.join(names.lower().split(','))}\n{rows}")
    assert tables_of(extract)["EPISODES"].content.num_rows == 1


def test_every_module_of_the_return_is_told_from_every_other() -> None:
    known = {name: set(columns) for name, columns in mappings(SSDA903).not_used.items()}
    assert {"UASC", "OC2", "OC3", "AD1", "PLACED_ADOPTION", "PREV_PERM", "MISSING",
            "SOCIAL_WORKER", "DOLO"} <= known.keys()  # fmt: skip
    for name, columns in known.items():
        assert columns.difference(*(others for other, others in known.items() if other != name))


def test_the_columns_that_are_read_are_enough(tmp_path: Path) -> None:
    extract = a_return(tmp_path, episodes=[episode("06/01/2014")], reviews=[{}])
    for module in ("header", "episodes", "reviews"):
        table = pd.read_csv(extract / f"{module}.csv", dtype="str", keep_default_na=False)
        read = columns_read(SSDA903)[module.upper()]
        table[[name for name in table if name in read]].to_csv(
            extract / f"{module}.csv", index=False
        )
    assert tables_of(extract).keys() == {"HEADER", "EPISODES", "REVIEWS"}


def test_two_files_of_one_module_stop_the_night(tmp_path: Path) -> None:
    extract = a_return(tmp_path, episodes=[episode("06/01/2014")])
    (extract / "episodes_2014.csv").write_bytes((extract / "episodes.csv").read_bytes())
    with pytest.raises(NightStopped, match="both of the module EPISODES"):
        tables_of(extract)


def test_a_module_that_is_missing_stops_the_night_and_is_named(tmp_path: Path) -> None:
    extract = a_return(tmp_path)
    (extract / "reviews.csv").unlink()
    with pytest.raises(NightStopped, match="lacks the module REVIEWS"):
        tables_of(extract)


def test_xml_is_said_not_to_be_read(tmp_path: Path) -> None:
    folder = tmp_path / "2014-11-03"
    folder.mkdir()
    (folder / "return.xml").write_text("<MESSAGE/>")
    with pytest.raises(NightStopped, match="came as XML"):
        tables_of(folder)
    (tmp_path / "2014-11-03.xml").write_text("<MESSAGE/>")
    with pytest.raises(NightStopped, match="came as XML"):
        tables_of(tmp_path / "2014-11-03.xml")


# Ids.


def test_an_id_is_made_of_kind_token_day_and_number_and_no_other_way(tmp_path: Path) -> None:
    night = of(tmp_path, episode("03/02/2014"), reviews=[{"REVIEW": "03/03/2014"}])
    token = night.table("child")["child_token"][0]
    for table, key, day in (
        ("care_episode", "episode_id", "2014-02-03"),
        ("looked_after_period", "looked_after_id", "2014-02-03"),
        ("placement", "placement_id", "2014-02-03"),
        ("looked_after_review", "review_id", "2014-03-03"),
    ):
        assert list(night.table(table)[key]) == [content_id(table, token, day, 1)]


def test_an_end_that_comes_later_changes_no_id(tmp_path: Path) -> None:
    before = of(tmp_path / "a", episode("06/01/2014"))
    after = of(tmp_path / "b", episode("06/01/2014", "01/10/2014", rec="E4A"))
    for table, key in (
        ("care_episode", "episode_id"), ("looked_after_period", "looked_after_id"),
        ("placement", "placement_id"),
    ):  # fmt: skip
        assert list(before.table(table)[key]) == list(after.table(table)[key])


def test_a_row_that_is_repeated_in_another_spelling_is_one_row(tmp_path: Path) -> None:
    night = of(
        tmp_path,
        episode("06/01/2014", "01/10/2014", rec="E4A", LS="C2"),
        episode("6/1/2014", "01/10/2014 00:00", rec=" e4a", LS="c2"),
    )
    assert len(night.table("care_episode")) == 1
    assert len(night.table("looked_after_period")) == len(night.table("placement")) == 1
    assert night.noted == {}


# Dates: day and month are never swapped.


def test_day_and_month_are_never_swapped(tmp_path: Path) -> None:
    night = of(
        tmp_path, episode("03/02/2014", "04/05/2014", rec="E4A"), reviews=[{"REVIEW": "01/04/2014"}]
    )
    assert night.days("care_episode", "started_date", "ended_date") == [
        ("2014-02-03", "2014-05-04")
    ]
    assert night.days("placement", *PLACEMENT) == [("2014-02-03", "2014-05-04", "U6")]
    assert night.days("looked_after_review", "held_date") == [("2014-04-01",)]


@pytest.mark.parametrize("written", ["2014-02-03", "03/02/14", "3 Feb 2014", "31/02/2014", "41673"])
def test_any_other_date_cannot_be_read(tmp_path: Path, written: str) -> None:
    night = of(tmp_path, episode(written), episode("01/03/2014", written, rec="E4A"))
    assert list(night.table("care_episode")["unreadable_column"]) == ["started_date", "ended_date"]
    # What ends on a day that cannot be read does not look as if it went on.
    assert night.days("placement", "ended_date", "unreadable_column") == [(None, "ended_date")]


# Codes.


def test_codes_are_read_in_any_case_and_those_of_no_list_are_put_in_capitals(
    tmp_path: Path,
) -> None:
    assert "Q1" not in national_codes()["placement_type"]
    night = of(
        tmp_path, episode("06/01/2014", "03/02/2014", "s", "x1", LS="v2", PLACE="q1"),
        episode("03/02/2014", rne="p", PLACE="u4", PLACE_PROVIDER="pr4"),
    )  # fmt: skip
    assert night.days("care_episode", "start_reason_code", "end_reason_code") == [
        ("S", "X1"), ("P", None),
    ]  # fmt: skip
    assert night.days("placement", "placement_type_code", "provider_code") == [
        ("Q1", "PR1"), ("U4", "PR4"),
    ]  # fmt: skip
    assert night.days("looked_after_period", *PERIOD) == [("2014-01-06", True)]


@pytest.mark.parametrize(("written", "sex"), [("1", "M"), ("2", "F"), ("M", "M"), ("U", "U")])
def test_sex_is_read_of_every_year(tmp_path: Path, written: str, sex: str) -> None:
    night = conformed(tmp_path, header=[{"SEX": written}])
    assert night.days("child", "sex", "birth_month") == [(sex, "2010-05-01")]


@pytest.mark.parametrize("written", ["NaN", "nan", "pd.NA", "NULL", "#N/A", ""])
def test_an_end_that_is_missing_in_any_spelling_leaves_the_episode_open(
    tmp_path: Path, written: str
) -> None:
    night = of(tmp_path, episode("06/01/2014", written, rec=written))
    assert night.days("care_episode", "ended_date", "end_reason_code", "unreadable_column") == [
        (None, None, None)
    ]


def test_zeros_before_a_childs_number_are_part_of_it(tmp_path: Path) -> None:
    night = conformed(tmp_path, header=[{"CHILD": "007"}, {"CHILD": "7"}, {"CHILD": "A7"}])
    assert night.table("child")["child_token"].nunique() == 3


# Periods.


def test_a_period_goes_on_through_its_episodes_until_the_next_start(tmp_path: Path) -> None:
    night = of(
        tmp_path,
        episode("06/01/2014", "03/02/2014", rec="X1"),
        episode("03/02/2014", "03/03/2014", "L", "E4A"),
        episode("01/09/2014"),
    )  # fmt: skip
    periods = night.table("looked_after_period")
    assert night.days("looked_after_period", *PERIOD) == [
        ("2014-01-06", True), ("2014-09-01", True),
    ]  # fmt: skip
    first, second = periods["looked_after_id"]
    assert list(night.table("care_episode")["looked_after_id"]) == [first, first, second]


def test_rows_are_taken_by_their_dates_and_not_as_the_file_has_them(tmp_path: Path) -> None:
    night = of(
        tmp_path, episode("03/02/2014", rne="P", PLACE="U4"),
        episode("06/01/2014", "03/02/2014", rec="X1", PLACE="K2"),
    )  # fmt: skip
    assert night.days("looked_after_period", *PERIOD) == [("2014-01-06", True)]
    assert night.days("placement", *PLACEMENT) == [
        ("2014-02-03", None, "U4"), ("2014-01-06", "2014-02-03", "K2"),
    ]  # fmt: skip


def test_a_childs_first_row_begins_a_period_whose_start_is_not_known(tmp_path: Path) -> None:
    night = conformed(
        tmp_path, "covered_from = 2014-04-01", header=[{}, {"CHILD": "8"}],
        episodes=[episode("06/01/2014", rne="L"), episode("01/05/2014", rne="P", CHILD="8")],
    )  # fmt: skip
    assert night.days("looked_after_period", *PERIOD) == [
        ("2014-01-06", False), ("2014-05-01", False),
    ]  # fmt: skip
    assert night.noted == {"start_not_known": 2, "start_not_known_though_covered": 1}


def test_an_episode_of_no_length_comes_before_another_of_its_day(tmp_path: Path) -> None:
    night = of(
        tmp_path, episode("06/01/2014", rne="P", PLACE="U4"),
        episode("06/01/2014", "06/01/2014", rec="X1", PLACE="K2"),
    )  # fmt: skip
    assert night.days("looked_after_period", *PERIOD) == [("2014-01-06", True)]
    assert night.days("placement", *PLACEMENT) == [
        ("2014-01-06", None, "U4"), ("2014-01-06", "2014-01-06", "K2"),
    ]  # fmt: skip
    assert night.noted == {}


def test_two_episodes_of_one_day_are_both_there_and_said_to_overlap(tmp_path: Path) -> None:
    night = of(
        tmp_path, episode("06/01/2014", "01/02/2014", rec="X1"),
        episode("06/01/2014", "01/03/2014", "L", "E4A"),
    )  # fmt: skip
    assert night.table("care_episode")["episode_id"].nunique() == 2
    assert night.noted == {"episodes_overlap": 1}


def test_an_episode_that_begins_before_an_earlier_one_ended_is_said_to_overlap(
    tmp_path: Path,
) -> None:
    night = of(
        tmp_path, episode("06/01/2014", "01/06/2014", rec="X1"),
        episode("03/02/2014", "01/03/2014", "L", "X1"), episode("01/06/2014", rne="L"),
    )  # fmt: skip
    assert night.noted == {"episodes_overlap": 1}


def test_an_open_episode_before_a_later_one_is_not_mended_and_is_told(tmp_path: Path) -> None:
    night = of(tmp_path, episode("06/01/2014"), episode("03/02/2014", "01/03/2014", "L", "E4A"))
    assert night.days("care_episode", "ended_date") == [(None,), ("2014-03-01",)]
    assert night.days("placement", *PLACEMENT) == [("2014-01-06", None, "U6")]
    assert night.noted == {"open_before_another": 1}


def test_two_periods_of_one_day_are_two(tmp_path: Path) -> None:
    night = of(
        tmp_path, episode("06/01/2014", "06/01/2014", rec="E4A"), episode("06/01/2014"),
    )  # fmt: skip
    assert night.table("looked_after_period")["looked_after_id"].nunique() == 2
    assert night.days("placement", *PLACEMENT) == [
        ("2014-01-06", "2014-01-06", "U6"), ("2014-01-06", None, "U6"),
    ]  # fmt: skip


def test_a_row_without_child_or_start_belongs_to_no_period_and_is_still_there(
    tmp_path: Path,
) -> None:
    night = of(tmp_path, episode("", rne="S"), episode("06/01/2014", CHILD=""))
    assert night.days("care_episode", "episode_id", "looked_after_id") == [(None, None)] * 2
    assert night.table("looked_after_period").empty


def test_a_module_none_of_whose_rows_has_a_child_is_read(tmp_path: Path) -> None:
    night = of(tmp_path, episode("06/01/2014", CHILD="nan"), reviews=[{"CHILD": "0"}])
    for table in ("care_episode", "looked_after_review"):
        assert night.days(table, "child_token") == [(None,)]


# Placements.


@pytest.mark.parametrize(
    ("rne", "placements"),
    [
        ("L", [("2014-01-06", "2014-03-01", "U4")]),
        *[
            (rne, [("2014-01-06", "2014-02-03", "K2"), ("2014-02-03", "2014-03-01", "U4")])
            for rne in ("P", "B", "T", "U")
        ],
    ],
)
def test_a_placement_begins_with_the_period_and_wherever_the_placement_changes(
    tmp_path: Path, rne: str, placements: list[tuple[str, str, str]]
) -> None:
    night = of(
        tmp_path, episode("06/01/2014", "03/02/2014", rec="X1", PLACE="K2"),
        episode("03/02/2014", "01/03/2014", rne, "E4A", PLACE="U4"),
    )  # fmt: skip
    assert night.days("placement", *PLACEMENT) == placements


# Reviews.


@pytest.mark.parametrize(
    ("held", "period"),
    [("05/01/2014", None), ("06/01/2014", None), ("07/01/2014", 0), ("03/02/2014", 0),
     ("04/02/2014", None), ("01/09/2014", None), ("02/09/2014", 1)],
)  # fmt: skip
def test_a_review_belongs_to_the_period_after_its_first_day_up_to_its_last(
    tmp_path: Path, held: str, period: int | None
) -> None:
    night = of(
        tmp_path, episode("06/01/2014", "03/02/2014", rec="E4A"), episode("01/09/2014"),
        reviews=[{"REVIEW": held}],
    )  # fmt: skip
    ids = list(night.table("looked_after_period")["looked_after_id"])
    expected = None if period is None else ids[period]
    assert night.days("looked_after_review", "looked_after_id") == [(expected,)]


def test_a_review_that_is_there_twice_is_one(tmp_path: Path) -> None:
    night = of(
        tmp_path, episode("06/01/2014"),
        reviews=[{"REVIEW_CODE": "PN1"}, {"REVIEW_CODE": "PN2"}],
    )  # fmt: skip
    assert len(night.table("looked_after_review")) == 1


def test_rows_that_cannot_be_read_are_no_repeats_of_one_another(tmp_path: Path) -> None:
    night = of(
        tmp_path, episode("06/01/2014"),
        reviews=[{"REVIEW": "2014-03-03"}, {"REVIEW": "2014-09-03"}],
    )  # fmt: skip
    assert night.days("looked_after_review", "review_id", "unreadable_column") == [
        (None, "held_date"), (None, "held_date"),
    ]  # fmt: skip


def test_an_open_episode_is_told_from_one_whose_end_cannot_be_read(tmp_path: Path) -> None:
    night = of(tmp_path, episode("06/01/2014"), episode("06/01/2014", "01/02/14"))
    assert night.table("care_episode")["episode_id"].nunique() == 2


# What the door covers.


@pytest.mark.parametrize(
    ("extract_date", "first_day"),
    [("2014-11-03", "2014-04-01"), ("2015-03-31", "2014-04-01"), ("2015-04-01", "2015-04-01")],
)
def test_a_collection_covers_the_year_from_the_last_first_of_april(
    extract_date: str, first_day: str
) -> None:
    covered = SSDA903.covered_from(date.fromisoformat(extract_date))
    assert covered == date.fromisoformat(first_day)
