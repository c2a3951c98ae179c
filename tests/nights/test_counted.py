"""Every view says which of its rows the measures count: the same rows, counted there, are the
published figures. On a night of the demo council, which has everything that is not counted."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from etl.demo.extract import write_extract
from etl.night.publishing import titles
from etl.publish.counting import count
from etl.publish.measures import measures
from nights.loading import WESTMERE, Council, Engine, asking

pytestmark = [pytest.mark.slow, pytest.mark.analysts]

NIGHT = date(2026, 3, 3)
# By measure of what is counted in a month: the view and the day that places a row.
COUNTED = {
    "contacts": ("contact", "received_date"),
    "early_help_opened": ("early_help", "started_date"),
    "referrals": ("referral", "received_date"),
    "assessments_completed": ("single_assessment", "authorised_date"),
    "section_47_completed": ("section_47_enquiry", "completed_date"),
    "initial_conferences_held": ("initial_conference", "held_date"),
    "plans_started": ("child_protection_plan", "started_date"),
    "looked_after_started": ("looked_after_period", "started_date"),
    "looked_after_ceased": ("looked_after_period", "ended_date"),
}
REASONS = {
    "contact": {"merged child"},
    "single_assessment": {"draft", "cancelled"},
    "initial_conference": {"cancelled", "transfer in", "not held"},
    "child_protection_plan": {"temporary plan of another authority"},
    "child_protection_review": {"cancelled", "not held"},
    "looked_after_period": {"short break"},
    "care_episode": {"short break"},
    "placement": {"short break"},
    "looked_after_review": {"cancelled", "not held"},
    "visit": {"no plan in force", "child not seen"},
}


@pytest.fixture(scope="module")
def council(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Council:
    folder = tmp_path_factory.mktemp("counted")
    extract = write_extract(folder, children=4000, extract_date=NIGHT)
    found = engine.council(folder / "council", WESTMERE)
    ran = found.load(extract)
    assert ran.exit_code == 0, ran.err
    return found


@pytest.mark.parametrize("measure", sorted(COUNTED))
def test_what_a_view_counts_in_each_month_is_the_figure(council: Council, measure: str) -> None:
    view, day = COUNTED[measure]
    differing = council.rows(
        "select figure.month, figure.numerator, coalesce(sum(counted.is_counted), 0) "
        "from report.monthly_measure as figure "
        "join report.date as calendar on calendar.date = figure.month "
        f"left join report.{view} as counted "
        f"on counted.{day} between calendar.month_start and calendar.month_end "
        "where figure.label = 'latest' and figure.measure = :measure "
        "group by figure.month, figure.numerator "
        "having figure.numerator <> coalesce(sum(counted.is_counted), 0)",
        measure=measure,
    )
    assert differing == []
    [(some,)] = council.rows(
        "select sum(numerator) from report.monthly_measure where measure = :measure",
        measure=measure,
    )
    assert some > 0


@pytest.mark.parametrize("view", sorted(REASONS))
def test_what_is_not_counted_says_why(council: Council, view: str) -> None:
    rows = council.rows(
        f"select distinct is_counted, not_counted_reason from report.{view} order by 1"
    )
    assert {reason for is_counted, reason in rows if not is_counted} >= REASONS[view]
    assert [reason for is_counted, reason in rows if is_counted] == [None]


def test_a_measure_may_call_what_it_reads_a_measure(council: Council) -> None:
    """Its timescale is still its own."""
    every = [each for each in measures(titles()) if each.timescale]
    named = [
        replace(each, sql=each.sql.replace("due.", "measure.").replace("as due\n", "as measure\n"))
        for each in every
    ]
    asked = {"known_on": NIGHT, "first": date(2026, 1, 1), "last": date(2026, 2, 1)}
    with asking(council.url) as session:
        one, other = (count(session, "900", each, **asked).figures() for each in (every, named))
    assert one == other
    assert any(figure.numerator for figure in one)
