"""What is owed to a child by when: each timescale by small tables."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd
import pytest

from etl.derive import facts
from etl.derive.obligations import obligations
from etl.derive.register import (
    CHILD_PROTECTION_REVIEW,
    CHILD_PROTECTION_VISIT,
    INITIAL_CONFERENCE,
    LOOKED_AFTER_REVIEW,
    LOOKED_AFTER_VISIT,
    RULES,
    SINGLE_ASSESSMENT,
)
from etl.derive.standards import as_dimension, standards
from unit.owing import a_standard, england, owed, tables


def plan(started: str = "2023-05-10", ended: str | None = None, **more: Any) -> dict[str, Any]:
    return {"plan_id": "P", "started_date": started, "ended_date": ended, **more}


def reviews(*held: str, **more: Any) -> list[dict[str, Any]]:
    return [{"plan_id": "P", "held_date": day, **more} for day in held]


def visits(*visited: str, **more: Any) -> list[dict[str, Any]]:
    return [
        {"plan_id": "P", "visited_date": day, "is_seen_or_unborn": True, **more} for day in visited
    ]


def reviewed(the_plan: dict[str, Any], *held: str) -> list[str]:
    return owed(
        CHILD_PROTECTION_REVIEW,
        child_protection_plan=[the_plan],
        child_protection_review=reviews(*held),
    )


def visited(the_plan: dict[str, Any], *on: str, local: tuple[Any, ...] = ()) -> list[str]:
    return owed(CHILD_PROTECTION_VISIT, *local, child_protection_plan=[the_plan], visit=visits(*on))


def assessed(started: str, authorised: str | None, **more: Any) -> list[str]:
    row = {
        "assessment_id": "A", "started_date": started, "authorised_date": authorised, **more,
    }  # fmt: skip
    return owed(SINGLE_ASSESSMENT, single_assessment=[row])


@pytest.mark.parametrize("authorised", ["2022-10-05", "2022-10-06", "2022-08-01"])
def test_an_assessment_is_due_on_its_45th_working_day_whenever_it_is_authorised(authorised):
    assert assessed("2022-08-01", authorised) == [
        f"A 1: 2022-08-01 -> 2022-10-05, done {authorised}"
    ]


def test_an_assessment_not_authorised_stays_owed():
    assert assessed("2022-08-01", None) == ["A 1: 2022-08-01 -> 2022-10-05, open"]


@pytest.mark.parametrize("flag", ["is_draft", "is_cancelled", "is_merged"])
def test_a_draft_a_cancelled_and_a_merged_childs_assessment_owe_nothing(flag):
    assert assessed("2022-08-01", "2022-09-01", **{flag: True}) == []


def test_a_plan_is_reviewed_after_three_months_then_six_from_the_review_held():
    assert reviewed(plan("2023-05-10"), "2023-08-09", "2024-02-08") == [
        "P 1: 2023-05-10 -> 2023-08-10, done 2023-08-09",
        "P 2: 2023-08-09 -> 2024-02-09, done 2024-02-08",
        "P 3: 2024-02-08 -> 2024-08-08, open",
    ]


def test_a_review_missed_then_held_is_one_late_one_and_the_clock_starts_again():
    assert reviewed(plan("2022-03-02"), "2022-12-01", "2023-06-02") == [
        "P 1: 2022-03-02 -> 2022-06-02, done 2022-12-01",
        "P 2: 2022-12-01 -> 2023-06-01, done 2023-06-02",
        "P 3: 2023-06-02 -> 2023-12-02, open",
    ]


def test_an_extra_review_starts_the_clock_again():
    assert reviewed(plan("2023-04-20"), "2023-07-24", "2023-07-31", "2024-01-31") == [
        "P 1: 2023-04-20 -> 2023-07-20, done 2023-07-24",
        "P 2: 2023-07-24 -> 2024-01-24, done 2023-07-31",
        "P 3: 2023-07-31 -> 2024-01-31, done 2024-01-31",
        "P 4: 2024-01-31 -> 2024-07-31, open",
    ]


def test_two_reviews_on_one_day_are_one():
    assert reviewed(plan("2023-05-10"), "2023-08-10", "2023-08-10") == [
        "P 1: 2023-05-10 -> 2023-08-10, done 2023-08-10",
        "P 2: 2023-08-10 -> 2024-02-10, open",
    ]


def test_a_review_on_the_plans_start_day_stops_no_clock():
    assert reviewed(plan("2023-05-10"), "2023-05-10") == [
        "P 1: 2023-05-10 -> 2023-08-10, open",
    ]


def test_a_review_before_the_plan_stops_no_clock():
    assert reviewed(plan("2023-05-10"), "2023-05-01") == ["P 1: 2023-05-10 -> 2023-08-10, open"]


def test_a_plan_that_ends_on_the_due_day_closes_what_is_owed_that_day():
    assert reviewed(plan("2023-05-10", "2023-08-10")) == [
        "P 1: 2023-05-10 -> 2023-08-10, closed 2023-08-10",
    ]


def test_a_plan_that_ends_before_the_due_day_closes_what_is_owed():
    assert reviewed(plan("2023-05-10", "2023-06-01")) == [
        "P 1: 2023-05-10 -> 2023-08-10, closed 2023-06-01",
    ]


def test_the_review_that_ends_the_plan_counts_and_no_other_is_owed():
    assert reviewed(plan("2023-07-03", "2024-03-15"), "2023-10-03", "2024-03-15") == [
        "P 1: 2023-07-03 -> 2023-10-03, done 2023-10-03",
        "P 2: 2023-10-03 -> 2024-04-03, done 2024-03-15",
    ]


def test_a_review_after_the_plans_end_is_ignored():
    assert reviewed(plan("2023-05-10", "2023-08-01"), "2023-08-09") == [
        "P 1: 2023-05-10 -> 2023-08-10, closed 2023-08-01",
    ]


def test_a_plan_of_one_day_owes_one_thing_that_ends_with_it():
    assert reviewed(plan("2023-05-10", "2023-05-10"), "2023-05-10") == [
        "P 1: 2023-05-10 -> 2023-08-10, closed 2023-05-10",
    ]


def test_a_cancelled_review_stops_no_clock():
    assert owed(
        CHILD_PROTECTION_REVIEW,
        child_protection_plan=[plan("2023-05-10")],
        child_protection_review=reviews("2023-08-09", is_cancelled=True),
    ) == ["P 1: 2023-05-10 -> 2023-08-10, open"]


@pytest.mark.parametrize("flag", ["is_temporary", "is_merged"])
@pytest.mark.parametrize("rule", [CHILD_PROTECTION_REVIEW, CHILD_PROTECTION_VISIT])
def test_a_temporary_plan_and_a_merged_childs_plan_owe_nothing(rule, flag):
    assert owed(rule, child_protection_plan=[plan(**{flag: True})]) == []


def test_visits_follow_one_another_over_christmas_and_the_clock_runs_from_each():
    assert visited(plan("2022-12-09"), "2022-12-22", "2023-01-06", "2023-01-19", "2023-02-03") == [
        "P 1: 2022-12-09 -> 2022-12-23, done 2022-12-22",
        "P 2: 2022-12-22 -> 2023-01-10, done 2023-01-06",
        "P 3: 2023-01-06 -> 2023-01-20, done 2023-01-19",
        "P 4: 2023-01-19 -> 2023-02-02, done 2023-02-03",
        "P 5: 2023-02-03 -> 2023-02-17, open",
    ]


def test_a_visit_without_the_child_seen_stops_no_clock_unless_the_child_is_unborn():
    rows = [
        {"visit_id": "1", "child_token": "c", "visited_date": "2023-05-20", "is_child_seen": False,
         "visit_type": "child_protection", "named_plan_id": "P", "is_before_birth": True},
        {"visit_id": "2", "child_token": "c", "visited_date": "2023-06-01", "is_child_seen": None,
         "visit_type": "child_protection", "named_plan_id": "P", "is_before_birth": False},
        {"visit_id": "3", "child_token": "c", "visited_date": "2023-06-09", "is_child_seen": True,
         "visit_type": "child_protection", "named_plan_id": "P", "is_before_birth": False},
    ]  # fmt: skip
    found = tables(
        child_protection_plan=[plan("2023-05-10", child_token="c", is_temporary=False)], visit=rows
    )
    facts.attribute_visits(found)
    rule = CHILD_PROTECTION_VISIT
    chain = obligations(rule, found, standards(rule, england()))
    assert chain["done_date"].dt.strftime("%m-%d").tolist()[:2] == ["05-20", "06-09"]


def periods(started: str, ended: str | None = None) -> list[dict[str, Any]]:
    return [{"looked_after_id": "L", "started_date": started, "ended_date": ended}]


def test_a_looked_after_child_is_reviewed_after_20_working_days_3_and_then_every_6_months():
    held = ["2011-05-13", "2011-08-12", "2012-02-13", "2012-08-13"]
    assert owed(
        LOOKED_AFTER_REVIEW,
        looked_after_period=periods("2011-04-11"),
        looked_after_review=[{"looked_after_id": "L", "held_date": day} for day in held],
    ) == [
        "L 1: 2011-04-11 -> 2011-05-13, done 2011-05-13",
        "L 2: 2011-05-13 -> 2011-08-13, done 2011-08-12",
        "L 3: 2011-08-12 -> 2012-02-12, done 2012-02-13",
        "L 4: 2012-02-13 -> 2012-08-13, done 2012-08-13",
        "L 5: 2012-08-13 -> 2013-02-13, open",
    ]


def test_a_due_date_on_easter_monday_stands():
    found = owed(
        LOOKED_AFTER_REVIEW,
        looked_after_period=periods("2019-12-11"),
        looked_after_review=[{"looked_after_id": "L", "held_date": "2020-01-13"}],
    )
    assert found[1] == "L 2: 2020-01-13 -> 2020-04-13, open"


def placed(*spans: tuple[str, str, str | None]) -> list[dict[str, Any]]:
    return [
        {"placement_id": name, "started_date": started, "ended_date": ended}
        for name, started, ended in spans
    ]


def test_a_child_is_visited_within_a_week_of_each_placement_and_then_every_six():
    assert owed(
        LOOKED_AFTER_VISIT,
        placement=placed(("M", "2022-12-22", "2023-01-20"), ("N", "2023-01-20", None)),
        visit=[
            {"placement_id": "M", "visited_date": "2022-12-29"},
            {"placement_id": "N", "visited_date": "2023-01-27"},
        ],
    ) == [
        "M 1: 2022-12-22 -> 2022-12-29, done 2022-12-29",
        "M 2: 2022-12-29 -> 2023-02-09, closed 2023-01-20",
        "N 1: 2023-01-20 -> 2023-01-27, done 2023-01-27",
        "N 2: 2023-01-27 -> 2023-03-10, open",
    ]


def conferences(*held: str | None, **more: Any) -> list[dict[str, Any]]:
    return [
        {"conference_id": f"C{number}", "enquiry_id": "E", "held_date": day,
         "is_transfer_in": False, "is_cancelled": False, **more}
        for number, day in enumerate(held)
    ]  # fmt: skip


def conferenced(
    rows: list[dict[str, Any]], outcome: str | None = "initial_conference"
) -> list[str]:
    found = tables(
        section_47_enquiry=[{"enquiry_id": "E", "started_date": "2022-05-19", "outcome": outcome}],
        initial_conference=rows,
    )
    facts.add_conference_outcome(found["section_47_enquiry"], found["initial_conference"])
    chain = obligations(INITIAL_CONFERENCE, found, standards(INITIAL_CONFERENCE, england()))
    return [
        f"{row.due_date:%Y-%m-%d} {row.done_date:%Y-%m-%d}" if pd.notna(row.done_date) else
        f"{row.due_date:%Y-%m-%d} open"
        for row in chain.itertuples()
    ]  # fmt: skip


def test_of_several_conferences_for_one_enquiry_the_first_held_counts():
    assert conferenced(conferences("2022-06-14", "2022-06-13")) == ["2022-06-13 2022-06-13"]


@pytest.mark.parametrize("flag", ["is_transfer_in", "is_cancelled"])
def test_transfers_in_and_cancelled_conferences_never_count(flag):
    assert conferenced(conferences("2022-06-01", **{flag: True})) == ["2022-06-13 open"]


def test_a_conference_held_on_the_enquirys_first_day_is_in_time():
    assert conferenced(conferences("2022-05-19")) == ["2022-06-13 2022-05-19"]


def test_a_conference_before_the_enquiry_does_not_meet_it():
    assert conferenced(conferences("2022-05-18")) == ["2022-06-13 open"]


def test_an_enquiry_with_another_outcome_owes_no_conference():
    assert conferenced([], "no_further_action") == []


def local(steps: tuple[str, ...], since: date | None = None, counting: str = "elapsed") -> Any:
    return a_standard("child_protection_visit", *steps, since=since, counting=counting)


def test_an_authoritys_own_standard_without_a_date_holds_always():
    found = visited(plan("2022-12-09"), local=(local(("20 working days",)),))
    assert found == ["P 1: 2022-12-09 -> 2023-01-11, open"]


def test_of_several_standards_the_one_in_force_at_each_clocks_start_applies():
    both = (
        local(("20 working days",), date(2022, 12, 1)),
        local(("4 weeks",), date(2023, 1, 6)),
    )
    assert visited(plan("2022-11-01"), "2022-12-09", "2023-01-06", local=both) == [
        "P 1: 2022-11-01 -> 2022-11-15, done 2022-12-09",
        "P 2: 2022-12-09 -> 2023-01-11, done 2023-01-06",
        "P 3: 2023-01-06 -> 2023-02-03, open",
    ]


def test_counted_inclusively_a_visit_is_due_a_working_day_sooner():
    strict = local(("10 working days",), counting="inclusive")
    found = visited(plan("2019-12-20"), local=(strict,))
    assert found == ["P 1: 2019-12-20 -> 2020-01-07, open"]


def test_the_standard_applied_is_named_by_the_day_it_came_into_force():
    rule = CHILD_PROTECTION_VISIT
    authority = england(local(("20 working days",), date(2023, 1, 1)))
    chain = obligations(
        rule,
        tables(child_protection_plan=[plan("2022-12-09"), {**plan("2023-02-01"), "plan_id": "Q"}]),
        standards(rule, authority),
    )
    since = as_dimension((rule,), authority)
    assert set(chain["standard_from"]) == set(since["effective_from"])
    assert since["is_local"].tolist() == [False, True]
    assert since["effective_to"].dt.year.tolist() == [2023, 9999]


def test_working_days_and_days_taken_leave_out_the_start():
    rule = SINGLE_ASSESSMENT
    rows = [{"assessment_id": "A", "started_date": "2022-04-11", "authorised_date": "2022-06-17"}]
    chain = obligations(rule, tables(single_assessment=rows), standards(rule, england()))
    assert chain[["working_days_taken", "days_taken"]].iloc[0].tolist() == [44, 67]


def test_what_was_done_keeps_the_day_it_was_recorded():
    rule = CHILD_PROTECTION_VISIT
    rows = visits("2023-05-19", recorded_date="2023-05-25") + visits("2023-05-19")
    chain = obligations(
        rule, tables(child_protection_plan=[plan()], visit=rows), standards(rule, england())
    )
    assert chain["first_recorded_date"].tolist()[0] == pd.Timestamp("2023-05-25")
    assert pd.isna(chain["first_recorded_date"].tolist()[1])


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.timescale)
def test_where_there_is_nothing_nothing_is_owed(rule):
    assert obligations(rule, tables(), standards(rule, england())).empty


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.timescale)
def test_every_rule_can_be_read_as_a_sentence(rule):
    assert rule.in_words().endswith(".")
