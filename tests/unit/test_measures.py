"""The measures: each exists, says what it is, and is published for the last complete months."""

from __future__ import annotations

from datetime import date

import pytest

from etl.derive.register import RULES, TIMESCALES
from etl.publish.measures import (
    DIRECTIONS,
    UNITS,
    measure_files,
    measure_names,
    measures,
)
from etl.publish.months import last_complete_months

COUNTS = {
    "early_help_opened", "contacts", "referrals", "assessments_completed", "assessments_late",
    "assessments_late_families", "assessments_overdue", "section_47_completed",
    "initial_conferences_held", "plans_started", "plans_open", "looked_after",
    "looked_after_started", "looked_after_ceased", "looked_after_reviews_overdue",
    "in_need_over_9_months",
}  # fmt: skip
RATES = {
    "early_help_rate_12m", "referral_rate_12m", "plan_start_rate_12m", "plans_open_rate",
    "looked_after_rate", "looked_after_ceased_rate_12m",
}  # fmt: skip
PERCENTAGES = {
    "contacts_to_referral_pct", "re_referrals_pct", "previous_month_referrals_assessed_pct",
    "assessments_in_time_pct", "assessments_in_time_pct_ytd", "section_47_to_conference_pct",
    "section_47_to_conference_pct_ytd", "initial_conferences_in_time_pct", "plans_repeat_pct",
    "plans_ended_over_2_years_pct", "reviews_in_time_pct", "plans_reviewed_in_time_pct",
    "visits_in_time_pct", "looked_after_visits_in_time_pct",
}  # fmt: skip
PAIRS = {f"{timescale}_{ending}" for timescale in TIMESCALES
         for ending in ("in_practice_pct", "as_recorded_pct")}  # fmt: skip


def test_every_measure_exists_and_no_other():
    assert set(measure_names(TIMESCALES)) == COUNTS | RATES | PERCENTAGES | PAIRS


def test_no_measure_exists_twice():
    assert len(measure_names(TIMESCALES)) == len(set(measure_names(TIMESCALES)))


@pytest.mark.parametrize("measure", measure_files(), ids=lambda measure: measure.measure)
def test_the_head_of_each_file_says_what_the_measure_is(measure):
    assert measure.title
    assert measure.definition.endswith(".")
    assert measure.unit in UNITS
    assert measure.better in DIRECTIONS


@pytest.mark.parametrize(
    ("names", "unit"), [(COUNTS, "count"), (RATES, "per_10000"), (PERCENTAGES | PAIRS, "percent")]
)
def test_a_measures_unit_is_that_of_its_definition(names, unit):
    units = {measure.measure: measure.unit for measure in measures(dict.fromkeys(TIMESCALES, ""))}
    assert {units[name] for name in names} == {unit}


def test_the_pair_of_each_timescale_bears_its_title():
    titles = {rule.timescale: rule.title for rule in RULES}
    for measure in measures(titles):
        if measure.timescale:
            assert titles[measure.timescale] in measure.title
            assert "{" not in measure.title + measure.definition


@pytest.mark.parametrize(
    ("extract_date", "first", "last"),
    [
        ("2014-11-03", "2012-10-01", "2014-10-01"),
        ("2014-11-01", "2012-10-01", "2014-10-01"),
        ("2014-10-31", "2012-09-01", "2014-09-01"),  # the month's last day must have passed
        ("2015-01-15", "2012-12-01", "2014-12-01"),
        ("2014-12-31", "2012-11-01", "2014-11-01"),
        ("2015-02-01", "2013-01-01", "2015-01-01"),
    ],
)
def test_the_last_25_months_that_ended_before_the_extract_date(extract_date, first, last):
    found = last_complete_months(date.fromisoformat(extract_date))
    assert found == (date.fromisoformat(first), date.fromisoformat(last))
