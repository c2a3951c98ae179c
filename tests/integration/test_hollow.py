"""An extract that is hollow or stale does not look whole: what it lost since the night before is
told column by column and code by code."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from unit.builders import Checked, a_conformed_night, read

from etl.authority import Limits
from etl.contracts.hand_overs import (
    CHECKS,
    COUNTED,
    PAST_LOADS,
    PREVIOUS,
    PREVIOUS_CHILDREN,
    PREVIOUS_COUNTS,
    READING,
    CheckRow,
)
from etl.contracts.register import CONFORMED
from etl.errors import NightStopped
from etl.night.relied_on import relied_on
from etl.validate.compared import ALL_TABLES, columns, newest_events, whole_extract
from etl.validate.validate import validate

pytestmark = pytest.mark.catalogue

BEFORE, TONIGHT = date(2014, 11, 3), date(2014, 11, 4)
MANY = 25
Rows = list[dict[str, str]]
Extract = dict[str, Rows]
Spoil = Callable[[dict[str, str]], dict[str, str]]


def many(own_id: str, **fields: str) -> Rows:
    """Rows that differ by their id, and name each its own of whatever is '#'."""
    return [
        {own_id: str(n), **{name: value.replace("#", str(n)) for name, value in fields.items()}}
        for n in range(1, MANY + 1)
    ]


def whole() -> Extract:
    """Enough of everything that figures hang on."""
    return {
        "DIM_PERSON": many("DIM_PERSON_ID", BIRTH_DTTM="2010-05-05"),
        "FACT_CONTACTS": many("FACT_CONTACT_ID", CONTACT_DTTM="2014-11-02"),
        "FACT_REFERRALS": many("FACT_REFERRAL_ID", REFRL_END_DTTM="2014-02-03"),
        "FACT_SINGLE_ASSESSMENT": many("FACT_SINGLE_ASSESSMENT_ID", FACT_FORM_ID="#",
                                       DIM_LOOKUP_STEP_SUBSTATUS_CODE="D"),
        "FACT_FORM_ANSWERS": many("FACT_FORM_ID", ANSWER="2014-02-03", ANSWERED_DTTM="2014-02-04"),
        "FACT_CP_CONFERENCE": many("FACT_CP_CONFERENCE_ID", FACT_MEETING_ID="#"),
        "FACT_MEETINGS": many("FACT_MEETING_ID", CANCELLED="Y"),
        "FACT_MEETING_SUBJECTS": many("FACT_MEETINGS_ID", FACT_OUTCM_FORM_ID="#"),
        "FACT_S47": many("FACT_S47_ID", OUTCOME_CP_CONFERENCE_FLAG="Y"),
        "FACT_CP_PLAN": many("FACT_CP_PLAN_ID", IS_OLA="Y"),
        "FACT_CP_REVIEW": many("FACT_CP_REVIEW_ID", MEETING_DTTM="2014-04-01", FACT_MEETING_ID="#",
                               FACT_CP_PLAN_ID="#"),
        "FACT_CARE_PLAN_SUMMARY": many("FACT_CARE_PLAN_SUMMARY_ID", DIM_LOOKUP_PLAN_TYPE_CODE="FP",
                                       DIM_LOOKUP_PLAN_STATUS_ID_CODE="Z"),
        "FACT_CASENOTES": many("FACT_CASENOTE_ID", DIM_LOOKUP_CASNT_TYPE_ID_CODE="STVC"),
        "FACT_CP_VISIT": many("FACT_CASENOTE_ID", FACT_CP_PLAN_ID="1"),
        "FACT_CARE_EPISODES": many("FACT_CARE_EPISODES_ID", CARE_END_DATE="2014-03-03",
                                   CARE_REASON_END_CODE="X1"),
        "FACT_CLA_PLACEMENT": many("FACT_CLA_PLACEMENT_ID", DIM_LOOKUP_PLACEMENT_TYPE_CODE="U1"),
        "FACT_LEGAL_STATUS": many("FACT_LEGAL_STATUS_ID", DIM_LOOKUP_LGL_STATUS_DESC="V4"),
    }  # fmt: skip


def set_to(column: str, value: str) -> Spoil:
    return lambda row: {**row, column: value}


# Table, what is done to a part of its rows, and the table and column that must be named.
HOLLOW: list[tuple[str, str, Spoil, str]] = [
    ("held dates of reviews emptied", "FACT_CP_REVIEW", set_to("MEETING_DTTM", ""),
     "FACT_CP_REVIEW.MEETING_DTTM"),
    ("held dates of conferences emptied", "FACT_MEETINGS", set_to("ACTUAL_DTTM", ""),
     "FACT_MEETINGS.ACTUAL_DTTM"),
    ("answers emptied", "FACT_FORM_ANSWERS", set_to("ANSWER", ""), "FACT_FORM_ANSWERS.ANSWER"),
    ("recording dates emptied", "FACT_FORM_ANSWERS", set_to("ANSWERED_DTTM", ""),
     "FACT_FORM_ANSWERS.ANSWERED_DTTM"),
    ("the ids of forms as decimals", "FACT_FORM_ANSWERS",
     lambda row: {**row, "FACT_FORM_ID": f"{row['FACT_FORM_ID']}.0"},
     "FACT_FORM_ANSWERS.FACT_FORM_ID"),
    ("cancelled meetings called held", "FACT_MEETINGS", set_to("CANCELLED", "N"),
     "FACT_MEETINGS.CANCELLED with 'yes'"),
    ("drafts recoded", "FACT_SINGLE_ASSESSMENT",
     set_to("DIM_LOOKUP_STEP_SUBSTATUS_CODE", "DRAFT"),
     "FACT_SINGLE_ASSESSMENT.DIM_LOOKUP_STEP_SUBSTATUS_CODE with 'D'"),
    ("no outcome is a conference", "FACT_S47", set_to("OUTCOME_CP_CONFERENCE_FLAG", "N"),
     "FACT_S47.OUTCOME_CP_CONFERENCE_FLAG with 'initial_conference'"),
    ("plans of others called our own", "FACT_CP_PLAN", set_to("IS_OLA", "N"),
     "FACT_CP_PLAN.IS_OLA with 'yes'"),
    ("whose plans they are emptied", "FACT_CP_PLAN", set_to("IS_OLA", ""),
     "FACT_CP_PLAN.IS_OLA"),
    ("visits on which nobody was seen", "FACT_CASENOTES", set_to("SEEN_FLAG", ""),
     "FACT_CASENOTES.SEEN_FLAG with 'yes'"),
    ("visits of one type written otherwise", "FACT_CASENOTES",
     set_to("DIM_LOOKUP_CASNT_TYPE_ID_CODE", "CPV"),
     "FACT_CASENOTES.DIM_LOOKUP_CASNT_TYPE_ID_CODE with 'child_protection'"),
    ("the plans of visits lost", "FACT_CP_VISIT", set_to("FACT_CP_PLAN_ID", "-1"),
     "FACT_CP_VISIT.FACT_CP_PLAN_ID"),
    ("child in need plans of another type", "FACT_CARE_PLAN_SUMMARY",
     set_to("DIM_LOOKUP_PLAN_TYPE_CODE", "CIN"),
     "FACT_CARE_PLAN_SUMMARY.DIM_LOOKUP_PLAN_TYPE_CODE"),
    ("cancelled plans recoded", "FACT_CARE_PLAN_SUMMARY",
     set_to("DIM_LOOKUP_PLAN_STATUS_ID_CODE", "C"),
     "FACT_CARE_PLAN_SUMMARY.DIM_LOOKUP_PLAN_STATUS_ID_CODE with 'z'"),
    ("another episode no longer follows", "FACT_CARE_EPISODES",
     set_to("CARE_REASON_END_CODE", "E8"), "FACT_CARE_EPISODES.CARE_REASON_END_CODE with 'X1'"),
    ("short breaks recoded", "FACT_LEGAL_STATUS", set_to("DIM_LOOKUP_LGL_STATUS_DESC", "SB"),
     "FACT_LEGAL_STATUS.DIM_LOOKUP_LGL_STATUS_DESC with 'V4'"),
    ("placements to last recoded", "FACT_CLA_PLACEMENT",
     set_to("DIM_LOOKUP_PLACEMENT_TYPE_CODE", "FOST"),
     "FACT_CLA_PLACEMENT.DIM_LOOKUP_PLACEMENT_TYPE_CODE with 'U1'"),
    ("referrals no longer closed", "FACT_REFERRALS", set_to("REFRL_END_DTTM", ""),
     "FACT_REFERRALS.REFRL_END_DTTM"),
    ("plans that the extract lacks", "FACT_CP_REVIEW", set_to("FACT_CP_PLAN_ID", "500001"),
     "FACT_CP_REVIEW.FACT_CP_PLAN_ID that names a record of the extract, each counted once"),
    ("everybody was merged", "DIM_PERSON", set_to("DUPLICATED_DTTM", "2014-01-01"),
     "DIM_PERSON.DUPLICATED_DTTM empty"),
    ("births emptied", "DIM_PERSON", set_to("BIRTH_DTTM", ""), "DIM_PERSON.BIRTH_DTTM"),
]  # fmt: skip


@pytest.fixture(scope="module")
def last(tmp_path_factory: pytest.TempPathFactory) -> Checked:
    """The night before, whole."""
    return a_conformed_night(tmp_path_factory.mktemp("last"), night=BEFORE, **whole())


def the_night_after(folder: Path, last: Checked, **rows: Any) -> Checked:
    """The next night, which knows what was counted on the last, as if that had been loaded."""
    night = a_conformed_night(folder, night=TONIGHT, **{**whole(), **rows})
    rows_before = {n: each["rows"] for n, each in READING.read(last.run)["accounts"].items()}
    PREVIOUS.write(night.run, {"run_id": last.run.run_id, "rows": rows_before})
    PREVIOUS_COUNTS.write(night.run, COUNTED.read(last.run))
    children = last.table("conformed", "child")
    known = [column.name for column in PREVIOUS_CHILDREN.columns]
    PREVIOUS_CHILDREN.write(night.run, children[known])
    return night


def spoilt(rows: Rows, spoil: Spoil, share: float) -> Rows:
    """The rows with the first share of them spoilt."""
    return [spoil(row) if n < share * len(rows) else row for n, row in enumerate(rows)]


def told_lost(night: Checked, percent: float = Limits().values_lost_percent) -> str:
    """By which names the columns are told of that lost more than the limit."""
    accounts = READING.read(night.run)["accounts"]
    compared = columns(night.run, accounts, relied_on(), ())
    lost = (compared.frame["values_lost_percent"] > percent).to_numpy()
    return "; ".join(compared.told["values_lost_percent"][lost])


@pytest.fixture(scope="module")
def told_of(tmp_path_factory: pytest.TempPathFactory, last: Checked) -> dict[str, str]:
    """By case, what is told of a night that has it: as few nights as there are cases of a table."""
    nights: list[dict[str, tuple[str, Spoil]]] = []
    for says, table, spoil, _ in HOLLOW:
        free = next((night for night in nights if table not in night), None)
        if free is None:
            nights.append(free := {})
        free[table] = (says, spoil)
    found = {}
    for night in nights:
        rows = {table: spoilt(whole()[table], spoil, 0.3) for table, (_, spoil) in night.items()}
        told = told_lost(the_night_after(tmp_path_factory.mktemp("hollow"), last, **rows))
        found |= {says: told for says, _ in night.values()}
    return found


@pytest.mark.parametrize(("says", "named"), [(case[0], case[3]) for case in HOLLOW])
def test_what_is_hollow_is_named_with_both_counts(told_of, says, named):
    told = [each for each in told_of[says].split("; ") if each.startswith(f"{named} (")]
    assert told
    assert all(each.endswith(f": {MANY} rows at the last load, 17 tonight") for each in told)


def test_at_the_limit_nothing_is_lost(tmp_path, last):
    rows = spoilt(whole()["FACT_CP_REVIEW"], set_to("MEETING_DTTM", ""), 0.2)
    night = the_night_after(tmp_path, last, FACT_CP_REVIEW=rows)
    assert told_lost(night) == ""
    assert "MEETING_DTTM" in told_lost(night, percent=19.9)


def test_codes_that_a_rule_hangs_on_in_place_of_all_others_are_hollow(tmp_path, tmp_path_factory):
    of_none = many("FACT_SINGLE_ASSESSMENT_ID", FACT_FORM_ID="#")
    before = a_conformed_night(
        tmp_path_factory.mktemp("before"),
        night=BEFORE,
        **{**whole(), "FACT_SINGLE_ASSESSMENT": of_none},
    )
    cancelled = spoilt(of_none, set_to("DIM_LOOKUP_STEP_SUBSTATUS_CODE", "X"), 0.3)
    night = the_night_after(tmp_path, before, FACT_SINGLE_ASSESSMENT=cancelled)
    assert "DIM_LOOKUP_STEP_SUBSTATUS_CODE with another code or none" in told_lost(night)


def test_few_values_may_go_by_ordinary_work(tmp_path, last):
    night = the_night_after(
        tmp_path, last, FACT_CP_REVIEW=many("FACT_CP_REVIEW_ID", FACT_CP_PLAN_ID="#")
    )
    counts = COUNTED.read(last.run)
    few = counts["column_name"].eq("held_date") & counts["table_name"].eq("child_protection_review")
    PREVIOUS_COUNTS.write(night.run, counts.assign(rows=counts["rows"].mask(few, 19)))
    assert told_lost(night) == ""


def test_after_an_upgrade_there_is_nothing_to_judge_by(tmp_path, last):
    night = the_night_after(tmp_path, last, FACT_CP_REVIEW=many("FACT_CP_REVIEW_ID"))
    PREVIOUS_COUNTS.write(night.run, COUNTED.read(last.run).iloc[:0])
    assert told_lost(night) == ""


def stopped(night: Checked, **limits: float) -> str:
    """Why the night is stopped."""
    authority = read(night.run.authority_file)
    with pytest.raises(NightStopped) as error:
        validate(night.run, replace(authority, limits=replace(Limits(), **limits)), relied_on())
    return error.value.what


def checks(night: Checked, **limits: float) -> dict[str, CheckRow]:
    """What came of the checks of a night that is not stopped, of the whole extract."""
    authority = read(night.run.authority_file)
    limits = {"rows_held_back_percent": 100, **limits}
    validate(night.run, replace(authority, limits=replace(Limits(), **limits)), relied_on())
    whole_ones = {"extract", "columns"}
    return {row["reason"]: row for row in CHECKS.read(night.run) if row["table_name"] in whole_ones}


def test_a_table_that_is_only_looked_up_stops_the_night_when_it_is_cut(tmp_path, last):
    night = the_night_after(
        tmp_path, last, FACT_MEETING_SUBJECTS=whole()["FACT_MEETING_SUBJECTS"][:19],
        FACT_MEETINGS=[],
    )  # fmt: skip
    said = stopped(night, rows_held_back_percent=100)
    assert "FACT_MEETING_SUBJECTS (25 rows at the last load, 19 tonight)" in said
    assert "FACT_MEETINGS (25 rows at the last load, 0 tonight)" in said
    # what a lost table takes with it is not said once more
    assert "ACTUAL_DTTM" not in said


def test_what_a_lookup_picks_counts_by_itself(tmp_path, last):
    others = many("FACT_FORM_ID", ANSWER_NO="1A") * 10
    answers = spoilt(whole()["FACT_FORM_ANSWERS"], set_to("ANSWER_NO", "FormEndDate_v2"), 0.24)
    night = the_night_after(tmp_path, last, FACT_FORM_ANSWERS=[*answers, *others])
    said = stopped(night, rows_held_back_percent=100)
    assert (
        "FACT_FORM_ANSWERS where ANSWER_NO=FormEndDate (25 rows at the last load, 19 tonight)"
    ) in said


def test_a_looked_up_table_of_which_too_many_records_are_left_out_stops_the_night(tmp_path, last):
    answers = spoilt(whole()["FACT_FORM_ANSWERS"], set_to("FACT_FORM_ID", "1E+3"), 0.08)
    others = many("FACT_FORM_ID", ANSWER_NO="1A") * 10
    night = the_night_after(tmp_path, last, FACT_FORM_ANSWERS=[*answers, *others])
    # 2 of the 25 that are read, however many answers there are beside them
    assert checks(night, rows_held_back_percent=9)["rows_held_back"]["outcome"] == "passed"
    assert "FACT_FORM_ANSWERS" in stopped(night, rows_held_back_percent=7.9)


def test_a_hollow_column_stops_the_night(tmp_path, last):
    night = the_night_after(tmp_path, last, FACT_CP_REVIEW=many("FACT_CP_REVIEW_ID"))
    assert "FACT_CP_REVIEW.MEETING_DTTM" in stopped(night, rows_held_back_percent=100)


def test_a_column_that_no_figure_hangs_on_is_reported(tmp_path, last):
    people = many("DIM_PERSON_ID", BIRTH_DTTM="2010-05-05", GENDER_MAIN_CODE="")
    night = the_night_after(tmp_path, last, DIM_PERSON=people)
    assert told_lost(night) == ""
    # Nor are they another council's children for it.
    found = checks(night)["other_values_lost"]
    assert (found["action"], found["outcome"]) == ("report", "failed")
    assert "DIM_PERSON.GENDER_MAIN_CODE" in found["column_name"]


def test_on_a_first_load_what_is_empty_throughout_is_warned_of(tmp_path, caplog):
    night = a_conformed_night(tmp_path, **{**whole(), "FACT_CP_REVIEW": many("FACT_CP_REVIEW_ID")})
    found = checks(night)
    assert found["empty_on_first_load"]["action"] == "report"
    assert "FACT_CP_REVIEW.MEETING_DTTM" in found["empty_on_first_load"]["column_name"]
    assert "FACT_CONTACTS.CONTACT_DTTM" not in found["empty_on_first_load"]["column_name"]
    assert found["stale"]["outcome"] == "not_applicable"
    assert any("FACT_CP_REVIEW.MEETING_DTTM" in record.message for record in caplog.records)


def old(days: int) -> Extract:
    """Nothing newer than so many days before tonight."""
    day = (TONIGHT - timedelta(days=days)).isoformat()
    return {"FACT_CONTACTS": many("FACT_CONTACT_ID", CONTACT_DTTM=day)}


def test_an_extract_whose_newest_event_is_too_old_stops_the_night(tmp_path, last):
    said = stopped(the_night_after(tmp_path, last, **old(8)), rows_held_back_percent=100)
    assert "all tables: 8 days" in said


def compared(night: Checked, newest: dict[str, int]) -> pd.DataFrame:
    """What is judged of the whole extract, whose tables' newest events are so many days old."""
    children = night.table("conformed", "child")
    return whole_extract(night.run, children, pd.Series(dtype=float), newest).frame


def test_what_is_due_or_was_cancelled_is_no_event(tmp_path, last):
    due = many("FACT_CP_REVIEW_ID", MEETING_DTTM="2014-11-04", DUE_DTTM="2015-01-05",
               FACT_MEETING_ID="#")  # fmt: skip
    night = the_night_after(tmp_path, last, FACT_CP_REVIEW=due)
    tables = {table.name: night.table("conformed", table.name) for table in CONFORMED}
    newest = newest_events(tables, CONFORMED, night.run)
    assert newest["contact"] == 2
    assert "child_protection_review" not in newest
    tables["child_protection_review"]["is_cancelled"] = False
    assert newest_events(tables, CONFORMED, night.run)["child_protection_review"] == 0


def test_the_age_of_an_extract_is_that_of_its_newest_event(tmp_path, last):
    night = the_night_after(tmp_path, last)
    ages = compared(night, {"contact": 9, "visit": 7})["days_since_newest_event"].dropna()
    assert ages.to_dict() == {ALL_TABLES: 7}


@pytest.fixture(scope="module")
def after(tmp_path_factory: pytest.TempPathFactory, last: Checked) -> Checked:
    """A night after the last."""
    return the_night_after(tmp_path_factory.mktemp("after"), last)


def nights_of_a_weekday(table: str, rows: list[int], days: int) -> pd.DataFrame:
    """The table on so many nights, each a week after the one before, up to a week before tonight,
    and the nights between, on which nothing was added."""
    found = [
        (pd.Timestamp(TONIGHT - timedelta(days=7 * back - later)), table, has, days)
        for back, has in enumerate(reversed(rows), start=1)
        for later in range(7)
    ]
    frame = pd.DataFrame(found, columns=[column.name for column in PAST_LOADS.columns])
    return frame.astype({"extract_date": "datetime64[s]"})


@pytest.mark.parametrize(("weeks", "newest", "is_old"), [(8, 3, True), (8, 2, False), (7, 3, None)])
def test_a_table_older_than_on_the_nights_of_its_weekday_is_told_once_enough_are_known(
    after, weeks, newest, is_old
):
    PAST_LOADS.write(after.run, nights_of_a_weekday("contact", [MANY] * weeks, days=1))
    found = compared(after, {"contact": newest})["is_newest_older_than_usual"].dropna()
    assert found.to_dict() == ({} if is_old is None else {"contact": is_old})


@pytest.mark.parametrize(
    ("weeks", "tonight", "is_unusual"),
    [(9, 10, False), (9, 5, False), (9, 4, True), (9, 20, False), (9, 21, True), (8, 4, None)],
)
def test_a_table_that_grew_otherwise_than_on_its_weekday_is_told_once_enough_are_known(
    after, weeks, tonight, is_unusual
):
    rows = [MANY - tonight - 10 * back for back in range(weeks)][::-1]
    PAST_LOADS.write(after.run, nights_of_a_weekday("contact", rows, days=1))
    found = compared(after, {"contact": 1})["is_growth_unusual"].dropna()
    assert found.to_dict() == ({} if is_unusual is None else {"contact": is_unusual})
