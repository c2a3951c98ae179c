"""The boundary rows of the pages to sign: what they show is what the plain loops say too."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any

import pytest
from unit.owing import england

from etl.answers.rules.examples import follow_on, later_on
from etl.answers.rules.owed import History, Owed
from etl.answers.rules.sheet import Sheet, sheets
from etl.authority import LocalStandard
from etl.derive.register import (
    LOOKED_AFTER_VISIT,
    REVIEW_HEALTH_ASSESSMENT,
    RULES,
    SINGLE_ASSESSMENT,
    SINGLE_ASSESSMENT_FROM_REFERRAL,
)
from etl.derive.rule import Rule
from etl.derive.standards import standards
from spec.both_ways import of_the_reference
from spec.given import in_reference_words, local_standards

# By rule, the specification's table of its subject, the columns of the day on which that starts and
# ends (None: nothing ends it) and what else it must say; then the table, column and rest of what is
# done about it.
Subject = tuple[str, str, str | None, dict[str, str]]
Event = tuple[str, str, dict[str, str]]
WRITTEN: dict[str, tuple[Subject, Event]] = {
    "single_assessment": (("assessments", "started", None, {}), ("assessments", "authorised", {})),
    "single_assessment_from_referral": (
        ("referrals", "received", None, {"referral": "R"}),
        ("assessments", "authorised", {"referral": "R", "started": "2023-01-01"}),
    ),
    "initial_conference": (
        ("enquiries", "started", None, {"enquiry": "E", "to conference": "yes"}),
        ("conferences", "held", {"enquiry": "E"}),
    ),
    "transfer_in_conference": (
        ("referrals", "received", "closed", {"referral": "R", "transfer in": "yes"}),
        ("conferences", "held", {"referral": "R", "transfer in": "yes"}),
    ),
    "child_protection_review": (
        ("plans", "started", "ended", {"plan": "P"}), ("reviews", "held", {"plan": "P"}),
    ),
    "child_protection_visit": (
        ("plans", "started", "ended", {}), ("plan visits", "visited", {}),
    ),
    "child_in_need_visit": (
        ("in need plans", "started", "ended", {}), ("in need visits", "visited", {}),
    ),
    "looked_after_review": (
        ("periods of care", "started", "ended", {"period": "L"}),
        ("care reviews", "held", {"period": "L"}),
    ),
    "looked_after_visit": (
        ("placements", "started", "ended", {}), ("care visits", "visited", {}),
    ),
    "initial_health_assessment": (
        ("periods of care", "started", "ended", {}), ("health checks", "checked", {}),
    ),
    "review_health_assessment": (
        ("periods of care", "started", "ended", {}), ("health checks", "checked", {}),
    ),
}  # fmt: skip
OWN = (
    *local_standards(
        "single_assessment",
        """
        allowance       | from       | until      | counting
        35 working days | 2012-04-01 | 2024-04-01 | elapsed
        40 working days | 2024-04-01 | 2024-04-02 | inclusive
        45 working days | 2024-04-02 |            | inclusive
        """,
    ),
    *local_standards(
        "single_assessment_from_referral", "allowance | counting\n7 weeks | inclusive"
    ),
    *local_standards("initial_conference", "allowance | counting\n1 working day | inclusive"),
    *local_standards("transfer_in_conference", "allowance | from\n10 days | 2028-04-01"),
    *local_standards(
        "child_protection_review", "allowance | counting\n3 months, 5 months | inclusive"
    ),
    *local_standards(
        "child_protection_visit",
        """
        allowance       | from       | until      | counting
        15 working days | 2012-06-01 | 2020-05-01 | elapsed
        2 weeks         | 2020-05-01 |            | inclusive
        """,
    ),
    *local_standards("child_in_need_visit", "allowance | from\n1 month | 2025-12-31"),
    *local_standards("looked_after_review", "allowance\n28 days, 2 months, 5 months, 6 months"),
    *local_standards("looked_after_visit", "allowance\n5 working days, 4 weeks"),
    *local_standards("initial_health_assessment", "allowance | counting\n28 days | inclusive"),
    *local_standards("review_health_assessment", "allowance\n6 months, 12 months"),
)
AUTHORITIES: dict[str, tuple[LocalStandard, ...]] = {"England": (), "own standards": OWN}


@cache
def sheets_of(authority: str) -> dict[str, Sheet]:
    return {sheet.rule.timescale: sheet for sheet in sheets(england(*AUTHORITIES[authority]))}


def by_the_reference(
    rule: Rule, history: History, own: tuple[LocalStandard, ...]
) -> list[dict[str, Any]]:
    """What is owed on the history, as the plain loops say it."""
    (table, starts, ends, more), (stops, done, rest) = WRITTEN[rule.timescale]
    start: dict[str, str | None] = {starts: history.started.isoformat(), **more}
    if ends:
        start[ends] = history.ended.isoformat() if history.ended else None
    events: list[dict[str, str | None]] = [{done: day.isoformat(), **rest} for day in history.done]
    if rule is SINGLE_ASSESSMENT:
        given = {table: [{**start, **event} for event in events] or [start]}
    elif rule is SINGLE_ASSESSMENT_FROM_REFERRAL:  # it has begun before it is authorised
        given = {table: [start], stops: events or [{**rest}]}
    elif rule is REVIEW_HEALTH_ASSESSMENT:  # the assessment that starts the clock
        given = {table: [start], stops: [{done: history.started.isoformat()}, *events]}
    else:
        given = {table: [start], stops: events}
    owed = of_the_reference(rule, in_reference_words(given), own, history.as_at)
    return [{name: row[name] for name in row if name != "subject_id"} for row in owed]


def seen(owed: Owed) -> dict[str, Any]:
    """What the page shows of it, in the words of the reference."""
    return {
        "sequence": owed.sequence, "status": owed.status, "started_date": owed.started,
        "due_date": owed.due, "done_date": owed.done, "closed_date": owed.ended,
    }  # fmt: skip


@pytest.mark.parametrize("authority", AUTHORITIES)
@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.timescale)
def test_the_six_rows_of_a_page_are_those_of_the_plain_loops(rule: Rule, authority: str) -> None:
    own = AUTHORITIES[authority]
    rows = [case for shown in sheets_of(authority)[rule.timescale].examples for case in shown.cases]
    assert len(rows) >= 6
    for case in rows:
        if case.owed is None:
            assert rule.clock.ends is None
            continue
        assert by_the_reference(rule, case.history, own)[:1] == [seen(case.owed)]
        if case.beside:
            assert by_the_reference(rule, case.history, ())[:1] == [seen(case.beside)]
        assert (case.beside is not None) == bool(own)


@pytest.mark.parametrize("authority", AUTHORITIES)
@pytest.mark.parametrize("rule", [rule for rule in RULES if rule.is_recurring],
                         ids=lambda rule: rule.timescale)  # fmt: skip
def test_the_clocks_that_follow_on_one_another_are_those_of_the_plain_loops(
    rule: Rule, authority: str
) -> None:
    chain = sheets_of(authority)[rule.timescale].follow_on
    done = tuple(owed.done for owed in chain if owed.done)
    history = History(chain[0].started, chain[-1].as_at, done)
    assert by_the_reference(rule, history, AUTHORITIES[authority]) == [seen(owed) for owed in chain]
    assert [owed.status for owed in chain[:2]] == ["in_time", "late"]


def test_the_longer_interval_of_a_long_term_placement_is_that_of_the_plain_loops() -> None:
    every = standards(LOOKED_AFTER_VISIT, england())
    start = date(2023, 3, 31)
    last, first = later_on(LOOKED_AFTER_VISIT, every, start)
    assert (last.allowance, first.allowance) == ("6 weeks", "3 months")
    assert first.due == date(2024, 7, 19)
    assert follow_on(LOOKED_AFTER_VISIT, every, start)[-1].allowance == "6 weeks"


def test_the_days_shown_make_the_calendars_point() -> None:
    """Easter where working days are counted, the end of a shorter month, a day off that is due."""
    by_rule = {
        name: " ".join(sheet.examples[0].calendar) for name, sheet in sheets_of("England").items()
    }
    assert "Good Friday (7 April) and Easter Monday" in by_rule["child_protection_visit"]
    assert "April 2023 has no day 31: its last day." in by_rule["child_protection_review"]
    assert "It falls on a Sunday; due dates are not moved." in by_rule["child_protection_review"]
    assert "It falls on a bank holiday (Good Friday)" in by_rule["looked_after_visit"]
    assessment = sheets_of("own standards")["single_assessment"]
    counted = ["The start counts as day 1." in each.calendar for each in assessment.examples]
    assert counted == [False, True, True]


def test_the_days_shown_are_days_on_which_the_standard_was_in_force() -> None:
    for sheet in sheets_of("own standards").values():
        for shown in sheet.examples:
            assert shown.standard.is_local
            assert shown.standard.effective_from <= shown.started < shown.standard.effective_to
            assert shown.cases[0].owed and shown.cases[0].owed.due == shown.due
