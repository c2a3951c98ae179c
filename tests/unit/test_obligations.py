"""The mechanism's own matters; what each rule owes is in tests/spec/."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd
import pytest

from etl.contracts.frames import read_frame, write_frames
from etl.contracts.hand_overs import derived_columns
from etl.contracts.timescale_obligation import TIMESCALE_OBLIGATION
from etl.derive.obligations import obligations
from etl.derive.register import (
    CHILD_PROTECTION_REVIEW,
    CHILD_PROTECTION_VISIT,
    LOOKED_AFTER_REVIEW,
    LOOKED_AFTER_VISIT,
    NOT_DERIVED,
    RULES,
    SINGLE_ASSESSMENT,
    TIMESCALES,
)
from etl.derive.rule import Rule
from etl.derive.standards import as_dimension, standards
from unit.owing import a_standard, england, tables


def plan(started: str = "2023-05-10", **more: Any) -> dict[str, Any]:
    return {"plan_id": "P", "started_date": started, **more}


def visit(on: str, recorded: str | None = None) -> dict[str, Any]:
    return {"plan_id": "P", "visited_date": on, "recorded_date": recorded,
            "is_seen_or_unborn": True}  # fmt: skip


def owed(rule: Rule, *local: Any, **rows: list[dict[str, Any]]) -> pd.DataFrame:
    return obligations(rule, tables(**rows), standards(rule, england(*local)))


def test_of_two_visits_on_a_day_the_one_recorded_first_says_when_it_was_recorded():
    rows = [
        visit("2023-05-19", "2023-06-30"), visit("2023-05-19"), visit("2023-05-19", "2023-05-25"),
        visit("2023-06-02"), visit("2023-06-02"),
    ]  # fmt: skip
    for order in (rows, rows[::-1]):
        chain = owed(CHILD_PROTECTION_VISIT, child_protection_plan=[plan()], visit=order)
        assert chain["first_recorded_date"].tolist()[0] == pd.Timestamp("2023-05-25")
        assert chain["first_recorded_date"].isna().tolist() == [False, True, True]


def test_of_two_reviews_on_a_day_the_meeting_does_not_depend_on_the_order_of_the_rows():
    rows = [
        {"plan_id": "P", "held_date": "2023-08-10", "meeting_id": meeting}
        for meeting in (None, "7", "12")
    ]
    for order in (rows, rows[::-1]):
        chain = owed(
            CHILD_PROTECTION_REVIEW, child_protection_plan=[plan()], child_protection_review=order
        )
        assert chain["meeting_id"].tolist()[0] == "12"  # the first as text


def test_what_is_owed_belongs_to_the_child_family_team_and_worker_of_its_subject():
    whose = {"child_token": "c", "family_token": "f", "team_id": "t", "worker_token": "w"}
    other = {"plan_id": "Q", "child_token": "d", "family_token": "f"}
    chain = owed(
        CHILD_PROTECTION_VISIT,
        child_protection_plan=[plan(**whose), {**plan(), **other}],
        visit=[visit("2023-05-19")],
    )
    assert chain["child_token"].tolist() == ["c", "c", "d"]
    assert chain["family_token"].tolist() == ["f", "f", "f"]
    assert chain["team_id"].astype("str").tolist()[:2] == ["t", "t"]
    assert chain["worker_token"].isna().tolist() == [False, False, True]


def test_each_obligation_names_the_allowance_it_was_given():
    chain = owed(
        LOOKED_AFTER_REVIEW,
        looked_after_period=[{"looked_after_id": "L", "started_date": "2011-04-11"}],
        looked_after_review=[
            {"looked_after_id": "L", "held_date": day} for day in ("2011-05-13", "2011-08-12")
        ],
    )
    assert chain["allowance"].tolist() == ["20 working days", "3 months", "6 months"]


def test_the_standard_applied_is_named_by_the_day_it_came_into_force():
    rule = CHILD_PROTECTION_VISIT
    own = a_standard(rule.timescale, "20 working days", since=date(2023, 1, 1))
    plans = [plan("2022-12-09"), {**plan("2023-02-01"), "plan_id": "Q"}]
    chain = owed(rule, own, child_protection_plan=plans)
    since = as_dimension((rule,), england(own))
    assert set(chain["standard_from"]) == set(since["effective_from"])
    assert since["is_local"].tolist() == [False, True]
    assert since["effective_to"].dt.year.tolist() == [2023, 9999]


def test_a_standard_says_how_it_counts_and_who_sets_it():
    own = a_standard("looked_after_visit", "1 week", "4 weeks", counting="inclusive")
    both = as_dimension((LOOKED_AFTER_VISIT, CHILD_PROTECTION_VISIT), england(own))
    assert both["allowance"].tolist() == [
        "1 week, then every 4 weeks, the start counting as day 1", "10 working days",
    ]  # fmt: skip
    assert both["rule"].tolist()[0] == (
        "Looked after child visited in time: the child is visited within 1 week of the start of "
        "the placement, then within 4 weeks of each visit."
    )
    assert both["counting"].tolist() == ["inclusive", "elapsed"]
    assert both["is_statutory"].tolist() == [False, False]
    assert as_dimension((LOOKED_AFTER_VISIT,), england())["is_statutory"].tolist() == [True]


def test_working_days_and_days_taken_leave_out_the_start_and_are_empty_until_done():
    rows = [
        {"assessment_id": "A", "started_date": "2022-04-11", "authorised_date": "2022-06-17"},
        {"assessment_id": "B", "started_date": "2022-04-11"},
    ]
    chain = owed(SINGLE_ASSESSMENT, single_assessment=rows)
    taken = chain[["working_days_taken", "days_taken"]]
    assert taken.iloc[0].tolist() == [44, 67]
    assert taken.iloc[1].isna().all()


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.timescale)
def test_where_there_is_nothing_nothing_is_owed(rule):
    assert owed(rule).empty


def test_events_of_a_table_without_subjects_are_nobodys():
    assert owed(CHILD_PROTECTION_VISIT, visit=[visit("2023-05-19")]).empty


def test_what_is_owed_can_be_written_rule_by_rule_and_read_as_one_table(tmp_path):
    path = tmp_path / "owed.parquet"
    visits = owed(
        CHILD_PROTECTION_VISIT, child_protection_plan=[plan()], visit=[visit("2023-05-19")]
    )
    reviews = owed(CHILD_PROTECTION_REVIEW, child_protection_plan=[plan()])
    columns = derived_columns(TIMESCALE_OBLIGATION)
    assert write_frames(iter([visits, reviews]), columns, path) == 3
    found = read_frame(path)
    assert found["timescale"].tolist() == ["child_protection_visit"] * 2 + [
        "child_protection_review"
    ]
    assert found["allowance"].tolist() == ["10 working days", "10 working days", "3 months"]
    assert found["done_date"].isna().tolist() == [False, True, True]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.timescale)
def test_every_rule_can_be_read_as_a_sentence(rule):
    assert rule.in_words().startswith(f"{rule.title}: {rule.stops} within ")
    assert rule.in_words().endswith(".")


def test_the_sentence_of_a_rule_names_every_step_and_what_each_runs_from():
    assert LOOKED_AFTER_REVIEW.in_words() == (
        "Looked after child's case reviewed in time: a review is held within 20 working days of "
        "the start of the period of care, then within 3 months of the first review held, then "
        "within 6 months of each later one."
    )
    assert CHILD_PROTECTION_VISIT.in_words() == (
        "Child on a protection plan visited in time: the child is seen on a visit within 10 "
        "working days of the start of the plan, then within 10 working days of each such visit."
    )


def test_a_rule_that_allows_no_time_or_gives_one_deadline_two_is_refused():
    given = dict(vars(SINGLE_ASSESSMENT))
    with pytest.raises(ValueError, match="allows no time"):
        Rule(**{**given, "steps": ()})
    with pytest.raises(ValueError, match="one deadline"):
        Rule(**{**given, "steps": SINGLE_ASSESSMENT.steps * 2})


def test_no_timescale_is_both_derived_and_left_out():
    assert set(TIMESCALES) & {out.timescale for out in NOT_DERIVED} == set()
