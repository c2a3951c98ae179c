"""To whom a child is allocated on a day, and what follows for the team and worker of records."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from etl.derive import facts
from etl.derive.allocation import Allocation, finish_involvements, give_to_allocated
from etl.derive.child_month import child_months
from unit.owing import a_table, past_categories, tables

Row = dict[str, Any]


def involvement(number: str, started: str, ended: str | None = None, **more: Any) -> Row:
    return {
        "involvement_id": number, "child_token": "c", "started_date": started, "ended_date": ended,
        "is_allocated": True, "team_id": f"t{number}", "worker_token": f"w{number}", **more,
    }  # fmt: skip


def finished(*rows: Row, workers: tuple[Row, ...] = ()) -> pd.DataFrame:
    frame = a_table("involvement", *rows)
    known = a_table("worker", *workers)
    known["team_id"] = pd.Series([row.get("team_id") for row in workers], dtype="str")
    finish_involvements(frame, known)
    return frame


def who(day: str, *rows: Row, child: str = "c") -> tuple[str | None, str | None]:
    """Team and worker of the allocation of the day; 'nobody' where there is none."""
    allocation = Allocation.of(finished(*rows))
    found = allocation.on(pd.Series([child], dtype="str"), np.array([day], dtype="datetime64[D]"))
    if found[0] < 0:
        return ("nobody", "nobody")
    team, worker = (allocation.named(name, found) for name in ("team_id", "worker_token"))
    return tuple(None if pd.isna(each[0]) else each[0] for each in (team, worker))


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2014-01-31", "nobody"),
        ("2014-02-01", "w1"),  # the day it begins
        ("2014-03-09", "w1"),
        ("2014-03-10", "w2"),  # both are in force on the day of the change: the one begun last
        ("2014-03-11", "w2"),
        ("2014-04-30", "w2"),  # the day it ends
        ("2014-05-01", "nobody"),
    ],
)
def test_a_child_is_allocated_from_the_day_it_begins_to_the_day_it_ends(day, expected):
    rows = (
        involvement("1", "2014-02-01", "2014-03-10"),
        involvement("2", "2014-03-10", "2014-04-30"),
    )
    assert who(day, *rows)[1] == expected


def test_an_allocation_that_ended_gives_way_to_one_begun_before_it():
    rows = (involvement("1", "2014-01-01"), involvement("2", "2014-02-01", "2014-02-10"))
    assert who("2014-02-11", *rows)[1] == "w1"


def test_of_several_begun_on_one_day_the_one_with_the_higher_id_has_the_child():
    rows = (involvement("10", "2014-01-01"), involvement("9", "2014-01-01"))
    assert who("2014-01-01", *rows)[1] == "w10"


def test_an_allocation_without_a_worker_is_an_allocation():
    rows = (involvement("1", "2014-01-01"), involvement("2", "2014-02-01", worker_token=None))
    assert who("2014-03-01", *rows) == ("t2", None)


def test_other_roles_and_other_children_have_nobody():
    rows = (involvement("1", "2014-01-01", is_allocated=False, role_code="CW"),)
    assert who("2014-03-01", *rows) == ("nobody", "nobody")
    assert who("2014-03-01", involvement("1", "2014-01-01"), child="d") == ("nobody", "nobody")


@pytest.mark.parametrize(("role", "expected"), [("CW", "w1"), ("IRO", "nobody"), (None, "nobody")])
def test_without_the_flag_the_role_says_who_is_allocated(role, expected):
    row = involvement("1", "2014-01-01", is_allocated=None, role_code=role)
    assert who("2014-03-01", row)[1] == expected


@pytest.mark.parametrize(
    ("own", "then", "of_worker", "expected"),
    [
        ("own", "then", "now", "own"),
        (None, "then", "now", "then"),
        (None, None, "now", "now"),
        (None, None, None, None),
    ],
)
def test_the_team_is_its_own_else_the_workers_then_else_the_workers(own, then, of_worker, expected):
    row = involvement("1", "2014-01-01", team_id=own, worker_team_id=then)
    worker = {"worker_token": "w1", "team_id": of_worker}
    found = finished(row, workers=(worker,))["team_id"].tolist()
    assert [None if pd.isna(each) else each for each in found] == [expected]


DAYS = st.integers(min_value=0, max_value=30)
SPANS = st.tuples(st.sampled_from("cd"), DAYS, st.none() | DAYS, st.booleans())


def _day(number: int) -> str:
    return str(np.datetime64("2014-01-01") + number)


@settings(max_examples=100, deadline=None, derandomize=True, database=None)
@given(st.lists(SPANS, max_size=8))
def test_every_day_agrees_with_a_plain_search(spans):
    rows = [
        involvement(
            str(number), _day(first), None if length is None else _day(first + length),
            child_token=child, is_allocated=is_allocated,
        )
        for number, (child, first, length, is_allocated) in enumerate(spans, start=1)
    ]  # fmt: skip
    allocation = Allocation.of(finished(*rows))
    for child in "cde":
        days = np.array([_day(number) for number in range(-1, 62)], dtype="datetime64[D]")
        found = allocation.on(pd.Series([child] * len(days), dtype="str"), days)
        workers = allocation.named("worker_token", found)
        for at, day in enumerate(days.astype(str)):
            fitting = [
                row for row in rows
                if row["is_allocated"] and row["child_token"] == child
                and row["started_date"] <= day <= (row["ended_date"] or "9")
            ]  # fmt: skip
            latest = max(
                fitting, key=lambda row: (row["started_date"], int(row["involvement_id"])),
                default=None,
            )  # fmt: skip
            assert (found[at] >= 0) == (latest is not None)
            assert latest is None or workers[at] == latest["worker_token"]


def responsible(table: str, *involvements: Row, **rows: list[Row]) -> list[tuple[Any, Any]]:
    """Team and worker of the rows of a table."""
    found = tables(involvement=list(involvements), **rows)
    facts.attribute_visits(found)
    finish_involvements(found["involvement"], found["worker"].assign(team_id=None))
    facts.inherit(found, Allocation.of(found["involvement"]))
    pairs = found[table][["team_id", "worker_token"]].itertuples(index=False)
    return [tuple(None if pd.isna(each) else each for each in pair) for pair in pairs]


def a_referral(**more: Any) -> Row:
    return {"referral_id": "1", "child_token": "c", "received_date": "2014-01-01", **more}


def an_assessment(**more: Any) -> Row:
    row = {"assessment_id": "1", "child_token": "c", "referral_id": "1"}
    return {**row, "started_date": "2014-02-01", **more}


def test_a_record_is_its_own_teams_then_of_the_allocation_of_its_day_then_its_referrals():
    has_the_child = involvement("1", "2014-02-01", "2014-03-01")
    found = responsible(
        "single_assessment", has_the_child,
        referral=[a_referral(team_id="R", worker_token="r")],
        single_assessment=[
            an_assessment(assessment_id="1", team_id="own", worker_token="own"),
            an_assessment(assessment_id="2"),
            an_assessment(assessment_id="3", started_date="2014-03-02"),
        ],
    )  # fmt: skip
    assert found == [("own", "own"), ("t1", "w1"), ("R", "r")]


def test_team_and_worker_are_each_taken_by_themselves():
    found = responsible(
        "single_assessment", involvement("1", "2014-02-01"),
        single_assessment=[an_assessment(team_id="own")],
    )  # fmt: skip
    assert found == [("own", "w1")]


def test_where_the_allocation_has_no_worker_the_referrals_is_not_taken():
    found = responsible(
        "single_assessment", involvement("1", "2014-02-01", worker_token=None),
        referral=[a_referral(team_id="R", worker_token="r")], single_assessment=[an_assessment()],
    )  # fmt: skip
    assert found == [("t1", None)]


def test_a_contact_and_a_referral_are_of_the_allocation_of_their_day():
    contact = {"contact_id": "1", "child_token": "c", "received_date": "2014-02-01"}
    has_the_child = involvement("1", "2014-01-01")
    assert responsible("contact", has_the_child, contact=[contact]) == [("t1", "w1")]
    assert responsible("referral", has_the_child, referral=[a_referral()]) == [("t1", "w1")]


def test_an_involvement_has_no_other_worker_than_its_own():
    officer = involvement("2", "2014-02-01", is_allocated=False, team_id=None, worker_token=None)
    found = responsible("involvement", involvement("1", "2014-01-01"), officer)
    assert found == [("t1", "w1"), (None, None)]


def test_a_snapshot_of_a_month_is_of_who_has_the_child_at_its_end():
    found = tables(
        child=[{"child_token": "c"}], involvement=[involvement("1", "2014-02-28", "2014-03-30")],
        referral=[a_referral(team_id="R", worker_token="r")],
    )  # fmt: skip
    found["referral"] = found["referral"].assign(
        is_merged=False, died_date=pd.NaT, family_token="f"
    )
    for name in ("child_protection_plan", "looked_after_period"):
        found[name] = found[name].assign(is_merged=False, died_date=pd.NaT, family_token=None)
    allocation = Allocation.of(finished(involvement("1", "2014-02-28", "2014-03-30")))
    months = child_months(found, pd.Timestamp("2014-04-15"), allocation, past_categories())
    assert months["team_id"].tolist() == ["R", "t1", "R"]


def owed(*due: str) -> pd.DataFrame:
    frame = pd.DataFrame(
        {"child_token": ["c"] * len(due), "team_id": ["T"] * len(due),
         "worker_token": [None] * len(due),
         "due_date": np.array(due, dtype="datetime64[s]")}
    )  # fmt: skip
    owners = ["child_token", "team_id", "worker_token"]
    return frame.astype(dict.fromkeys(owners, "str")).astype(dict.fromkeys(owners, "category"))


def test_what_is_owed_is_of_who_has_the_child_when_it_is_due_or_on_the_last_extract():
    frame = owed("2014-01-31", "2014-02-10", "2014-06-30")
    rows = (
        involvement("1", "2014-02-01", "2014-02-20"), involvement("2", "2014-02-21", "2014-05-01"),
        involvement("3", "2014-05-02"),
    )  # fmt: skip
    allocation = Allocation.of(finished(*rows))
    give_to_allocated(frame, allocation, pd.Timestamp("2014-03-01"))
    assert frame["team_id"].tolist() == ["T", "t1", "t2"]
    assert [None if pd.isna(each) else each for each in frame["worker_token"]] == [None, "w1", "w2"]
