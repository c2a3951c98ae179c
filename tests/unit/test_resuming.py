"""Clocks that repeat and began before a source's events do: since when, and what, is owed of them.

Worked dates; what a source that reaches back for ever makes of them is in tests/spec/.
"""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from etl.derive.obligations import obligations
from etl.derive.register import (
    CHILD_IN_NEED_VISIT,
    CHILD_PROTECTION_REVIEW,
    CHILD_PROTECTION_VISIT,
    INITIAL_CONFERENCE,
    INITIAL_HEALTH_ASSESSMENT,
    LOOKED_AFTER_REVIEW,
    LOOKED_AFTER_VISIT,
    RULES,
    SINGLE_ASSESSMENT,
)
from etl.derive.rule import Rule
from etl.derive.standards import standards
from unit.owing import a_standard, a_table, england, tables

COVERED_FROM = "2013-04-01"


def owed(
    rule: Rule, *local: Any, covered_from: str | None = COVERED_FROM, **given: Any
) -> list[tuple[int, str, str, str | None]]:
    """sequence, start, due and done of each, in the order of subjects and time."""
    made = {name: rows for name, rows in given.items() if isinstance(rows, pd.DataFrame)}
    rows = {name: rows for name, rows in given.items() if name not in made}
    found = obligations(
        rule,
        tables(**rows) | made,
        standards(rule, england(*local)),
        pd.Timestamp(covered_from) if covered_from else None,
    )
    return [
        (int(row.sequence), *(None if pd.isna(day) else f"{day:%Y-%m-%d}" for day in days))
        for row in found.itertuples()
        for days in [(row.started_date, row.due_date, row.done_date)]
    ]


def plan_and(*days: str, started: str = "2012-12-04", ended: str | None = None) -> dict[str, Any]:
    """A plan and its reviews."""
    return {
        "child_protection_plan": [{"plan_id": "P", "started_date": started, "ended_date": ended}],
        "child_protection_review": [{"plan_id": "P", "held_date": day} for day in days],
    }


def care_and(*days: str, started: str = "2011-05-09", **more: Any) -> dict[str, Any]:
    """A period of care and its reviews."""
    period = {"looked_after_id": "L", "started_date": started, **more}
    reviews = [{"looked_after_id": "L", "held_date": day} for day in days]
    return {"looked_after_period": [period], "looked_after_review": reviews}


def test_a_protection_plan_begun_before_resumes_at_its_first_review_since():
    assert owed(CHILD_PROTECTION_REVIEW, **plan_and("2013-05-20", "2013-11-19")) == [
        (2, "2013-05-20", "2013-11-20", "2013-11-19"),
        (3, "2013-11-19", "2014-05-19", None),
    ]


def test_what_happened_before_that_is_there_all_the_same_is_not_seen():
    seen = owed(CHILD_PROTECTION_REVIEW, **plan_and("2013-03-01", "2013-05-20"))
    assert seen == [(2, "2013-05-20", "2013-11-20", None)]


def test_an_event_on_the_first_day_itself_is_seen():
    seen = owed(CHILD_PROTECTION_REVIEW, **plan_and("2013-04-01"))
    assert seen == [(2, "2013-04-01", "2013-10-01", None)]


@pytest.mark.parametrize(("started", "first"), [("2013-03-31", None), ("2013-04-01", "2013-04-01")])
def test_what_began_on_the_first_day_is_whole_and_the_day_before_not(started, first):
    chain = owed(CHILD_PROTECTION_REVIEW, **plan_and(started=started))
    assert [start for _, start, _, _ in chain] == ([first] if first else [])


def test_looked_after_reviews_resume_at_the_second_since_when_every_six_months_is_owed():
    chain = owed(LOOKED_AFTER_REVIEW, **care_and("2013-06-03", "2013-11-29", "2014-05-28"))
    assert chain == [
        (3, "2013-11-29", "2014-05-29", "2014-05-28"),
        (4, "2014-05-28", "2014-11-28", None),
    ]


@pytest.mark.parametrize("reviews", [(), ("2013-06-03",)])
def test_with_fewer_events_than_the_steps_ask_for_nothing_is_owed(reviews):
    assert owed(LOOKED_AFTER_REVIEW, **care_and(*reviews)) == []


def test_a_period_of_care_that_ends_with_that_event_is_owed_nothing_more():
    ended = owed(LOOKED_AFTER_REVIEW, **care_and("2013-06-03", "2013-11-29",
                                                 ended_date="2013-11-29"))  # fmt: skip
    assert ended == []


def test_visits_of_a_plan_resume_at_the_first_since_though_there_is_one_step_alone():
    chain = owed(
        CHILD_PROTECTION_VISIT,
        child_protection_plan=[{"plan_id": "P", "started_date": "2012-12-04"}],
        visit=[
            {"plan_id": "P", "visited_date": day, "is_seen_or_unborn": True}
            for day in ("2013-04-10", "2013-04-22")
        ],
    )
    assert chain == [
        (2, "2013-04-10", "2013-04-24", "2013-04-22"),
        (3, "2013-04-22", "2013-05-07", None),
    ]


@pytest.mark.parametrize(("is_long_term", "due"), [(False, "2013-06-14"), (True, "2013-08-03")])
def test_a_long_term_placement_a_year_in_resumes_with_its_three_months(is_long_term, due):
    chain = owed(
        LOOKED_AFTER_VISIT,
        placement=[
            {"placement_id": "X", "started_date": "2012-03-01", "is_long_term": is_long_term}
        ],
        visit=[{"placement_id": "X", "visited_date": "2013-05-03"}],
    )
    assert chain == [(2, "2013-05-03", due, None)]


def test_the_steps_counted_are_those_of_the_authoritys_own_standard():
    own = a_standard("looked_after_review", "28 days", "6 months")
    chain = owed(LOOKED_AFTER_REVIEW, own, **care_and("2013-06-03"))
    assert chain == [(2, "2013-06-03", "2013-12-03", None)]
    own = a_standard("child_protection_review", "3 months", "4 months", "5 months", "6 months")
    chain = owed(CHILD_PROTECTION_REVIEW, own,
                 **plan_and("2013-06-03", "2013-08-02", "2013-10-07"))  # fmt: skip
    assert chain == [(4, "2013-10-07", "2014-04-07", None)]


def test_of_a_plan_in_several_spells_those_begun_since_are_whole_and_numbered_on():
    spells = [
        {"child_in_need_plan_id": "N", "started_date": start, "closed_date": end}
        for start, end in (("2013-01-07", "2013-05-31"), ("2013-09-02", None))
    ]
    visits = [{"child_in_need_plan_id": "N", "visited_date": day} for day in ("2013-04-29",)]
    spell_table = a_table("child_in_need_plan", *spells)
    resumed = owed(CHILD_IN_NEED_VISIT, child_in_need_spell=spell_table, visit=visits)
    assert resumed == [
        (2, "2013-04-29", "2013-05-29", None),
        (3, "2013-09-02", "2013-09-30", None),
    ]
    unvisited = owed(CHILD_IN_NEED_VISIT, child_in_need_spell=spell_table)
    assert unvisited == [(2, "2013-09-02", "2013-09-30", None)]


def test_a_period_whose_start_is_not_known_resumes_as_if_begun_before():
    since = care_and("2013-06-03", "2013-11-29", started="2013-05-09")
    unknown = {"looked_after_period": a_table("looked_after_period",
               *since["looked_after_period"]).assign(is_start_known=False)}  # fmt: skip
    assert [number for number, *_ in owed(LOOKED_AFTER_REVIEW, **since)] == [1, 2, 3]
    for covered_from in (COVERED_FROM, None):
        chain = owed(LOOKED_AFTER_REVIEW, covered_from=covered_from, **(since | unknown))
        assert chain == [(3, "2013-11-29", "2014-05-29", None)]


def test_single_deadlines_are_judged_whole_whenever_they_began():
    assessment = {"assessment_id": "A", "started_date": "2013-03-04",
                  "authorised_date": "2013-03-28"}  # fmt: skip
    chain = owed(SINGLE_ASSESSMENT, single_assessment=[assessment])
    assert chain == [(1, "2013-03-04", "2013-05-09", "2013-03-28")]
    enquiry = {"enquiry_id": "E", "started_date": "2013-03-04", "leads_to_conference": True}
    held = {"enquiry_id": "E", "held_date": "2013-03-20"}
    chain = owed(INITIAL_CONFERENCE, section_47_enquiry=[enquiry], initial_conference=[held])
    assert chain == [(1, "2013-03-04", "2013-03-25", "2013-03-20")]


def test_a_first_health_assessment_that_may_lie_before_is_not_owed():
    assert owed(INITIAL_HEALTH_ASSESSMENT, **care_and()) == []
    since = owed(INITIAL_HEALTH_ASSESSMENT, **care_and(started="2013-04-02"))
    assert since == [(1, "2013-04-02", "2013-04-30", None)]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.timescale)
def test_a_source_that_reaches_back_before_everything_loses_nothing(rule):
    rows = {
        **plan_and("2013-03-01", "2013-05-20"),
        **care_and("2011-06-01", "2011-09-01"),
        "single_assessment": [{"assessment_id": "A", "started_date": "2013-03-04"}],
        "placement": [{"placement_id": "X", "started_date": "2012-03-01"}],
    }
    whole = owed(rule, covered_from=None, **rows)
    assert owed(rule, covered_from="2011-01-01", **rows) == whole
