"""The clock that runs, where of reviews and visits the latest day alone is known."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd

from etl.contracts.timescale_obligation import TIMESCALE_OBLIGATION
from etl.derive.register import RULES
from etl.derive.running import running
from etl.derive.standards import standards
from unit.owing import a_standard, england, tables

RULE = {rule.timescale: rule for rule in RULES}


def owed(timescale: str, *local: Any, **rows: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    """subject, sequence, start and due day of what is owed now."""
    rule = RULE[timescale]
    found = running(rule, tables(**rows), standards(rule, england(*local)))
    assert found["done_date"].isna().all() and found["closed_date"].isna().all()
    columns = found[["subject_id", "sequence", "started_date", "due_date"]]
    return [
        (subject, sequence, start.date(), due.date())
        for subject, sequence, start, due in columns.itertuples(index=False)
    ]


def plan(**more: Any) -> dict[str, Any]:
    return {"plan_id": "p", "started_date": "2014-01-06", **more}


def placement(**more: Any) -> dict[str, Any]:
    return {"placement_id": "w", "looked_after_id": "l", "started_date": "2014-01-06", **more}


def reviews(**more: Any) -> list[tuple[Any, ...]]:
    return owed("child_protection_review", child_protection_plan=[plan(**more)])


def visits_to(place: dict[str, Any], status: str = "C2", **of_period: Any) -> list[tuple[Any, ...]]:
    """What is owed of visits to a placement. status: the legal one of its period of care."""
    is_long_term = place.get("placement_type_code") in ("U1", "U4")
    return owed(
        "looked_after_visit",
        placement=[{"is_long_term": is_long_term, **place}],
        looked_after_period=[
            {"looked_after_id": "l", "started_date": "2014-01-06", **of_period}
        ],
        care_episode=[{"episode_id": "e", "looked_after_id": "l", "legal_status_code": status}],
    )  # fmt: skip


def test_a_review_is_owed_from_the_latest_by_the_last_step() -> None:
    assert reviews(latest_review_date="2014-03-20") == [
        ("p", 2, date(2014, 3, 20), date(2014, 9, 20))
    ]


def test_without_a_review_since_the_start_the_first_is_owed_from_the_start() -> None:
    first = [("p", 1, date(2014, 1, 6), date(2014, 4, 6))]
    assert reviews() == first
    assert reviews(latest_review_date="2014-01-06") == first
    assert reviews(latest_review_date="2013-11-02") == first


def test_nothing_is_owed_on_what_has_ended() -> None:
    assert reviews(latest_review_date="2014-03-20", ended_date="2014-05-01") == []
    assert reviews(died_date="2014-05-01") == []
    assert reviews(is_merged=True) == []
    assert reviews(is_temporary=True) == []


def test_a_visit_to_a_plan_counts_whether_or_not_the_child_was_seen() -> None:
    rows = [plan(latest_visit_date="2014-03-20")]
    assert owed("child_protection_visit", child_protection_plan=rows) == [
        ("p", 2, date(2014, 3, 20), date(2014, 4, 3))
    ]


def test_of_an_authoritys_own_steps_the_last_follows_the_latest_visit() -> None:
    own = a_standard("child_protection_visit", "1 week", "2 weeks", "3 weeks")
    rows = [plan(latest_visit_date="2014-03-20"), plan(plan_id="q")]
    assert owed("child_protection_visit", own, child_protection_plan=rows) == [
        ("p", 2, date(2014, 3, 20), date(2014, 4, 10)),
        ("q", 1, date(2014, 1, 6), date(2014, 1, 13)),
    ]


def test_a_looked_after_child_is_owed_a_review_only_where_none_was_held() -> None:
    """Whether three or six months follow the latest is not known."""
    rows = [
        {"looked_after_id": "first", "started_date": "2014-01-06"},
        {"looked_after_id": "later", "started_date": "2014-01-06",
         "latest_review_date": "2014-02-01"},
        {"looked_after_id": "break", "started_date": "2014-01-06", "is_short_break": True},
    ]  # fmt: skip
    assert owed("looked_after_review", looked_after_period=rows) == [
        ("first", 1, date(2014, 1, 6), date(2014, 2, 3))
    ]


def test_a_placement_is_owed_a_visit_within_a_week_then_six_weeks_after_the_latest() -> None:
    assert visits_to(placement()) == [("w", 1, date(2014, 1, 6), date(2014, 1, 13))]
    assert visits_to(placement(latest_visit_date="2014-03-20")) == [
        ("w", 2, date(2014, 3, 20), date(2014, 5, 1))
    ]


def test_a_long_term_placement_is_visited_every_three_months_once_it_has_lasted_a_year() -> None:
    for code in ("U1", "U4"):
        long_term = placement(placement_type_code=code, latest_visit_date="2015-01-06")
        assert visits_to(long_term) == [("w", 2, date(2015, 1, 6), date(2015, 4, 6))]
        before = long_term | {"latest_visit_date": "2015-01-05"}
        assert visits_to(before) == [("w", 2, date(2015, 1, 5), date(2015, 2, 16))]


def test_a_child_at_home_under_an_interim_order_is_visited_weekly_until_the_first_review() -> None:
    at_home = placement(placement_type_code="P1", latest_visit_date="2014-03-20")
    assert visits_to(at_home, "C1") == [("w", 2, date(2014, 3, 20), date(2014, 3, 27))]
    assert visits_to(at_home, "C1", latest_review_date="2014-02-01") == [
        ("w", 2, date(2014, 3, 20), date(2014, 4, 17))
    ]
    assert visits_to(at_home, "C2") == [("w", 2, date(2014, 3, 20), date(2014, 5, 1))]
    assert visits_to(placement(placement_type_code="P1"), "C1") == [
        ("w", 1, date(2014, 1, 6), date(2014, 1, 13))
    ]


def test_where_there_is_nothing_nothing_runs() -> None:
    for timescale in ("child_protection_review", "looked_after_review", "looked_after_visit"):
        assert owed(timescale) == []


def test_it_has_the_columns_of_any_obligation() -> None:
    rule = RULE["child_protection_review"]
    rows = tables(child_protection_plan=[plan(latest_review_date="2014-03-20")])
    found = running(rule, rows, standards(rule, england()))
    conformed = {column.name for column in TIMESCALE_OBLIGATION.columns}
    assert {"sequence", "due_date", "allowance"} <= set(found) & conformed
    assert found.index.equals(pd.RangeIndex(1))
