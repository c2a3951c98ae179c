"""Which columns figures hang on is made from rules, measures and contracts, back to the source."""

from __future__ import annotations

import pytest

from etl.contracts.contract import Maker
from etl.contracts.register import BY_NAME, CONFORMED
from etl.night.relied_on import figures, relied_on


@pytest.mark.parametrize(
    "column",
    [
        "child_protection_review.held_date",  # a clock's stop
        "single_assessment.authorised_recorded_date",  # when that was recorded
        "child_protection_plan.is_temporary",  # a flag of a clock
        "single_assessment.substatus_code",  # by it drafts are known
        "legal_status.legal_status_code",  # by it, and two tables between, short breaks
        "care_episode.end_reason_code",  # by it the end of care
        "visit.visit_type",  # by it the plan of a visit
        "child.birth_month",  # by it whether a child had to be seen
        "child.merged_date",  # outside every measure
        "contact.is_new_referral",  # a measure alone
        "contact.contact_family_token",  # a measure counts families
        "visit.is_seen_alone",  # a share of visits
        "child_protection_plan.referral_id",  # by it the team of a figure
    ],
)
def test_a_column_that_a_figure_hangs_on_is_found_however_far_behind(column):
    assert tuple(column.split(".")) in relied_on()


@pytest.mark.parametrize("column", ["child.sex", "contact.source_code"])
def test_what_no_clock_stop_or_measure_reads_is_not_among_them(column):
    assert tuple(column.split(".")) not in relied_on()


def test_they_are_columns_that_a_source_can_fill():
    for table, column in relied_on():
        assert BY_NAME[table].column(column).made_by is not Maker.DERIVE


@pytest.mark.parametrize("table", CONFORMED, ids=lambda table: table.name)
def test_what_is_worked_out_says_of_what_and_that_is_there(table):
    for column in table.columns:
        assert column.made_of or column.made_by is not Maker.DERIVE, column.name
        for each in column.made_of:
            other, _, name = each.rpartition(".")
            assert BY_NAME[other or table.name].has(name), each


def test_the_figures_of_a_table_are_those_that_count_it_or_what_is_owed_by_it():
    moved = figures()
    assert "Children looked after" in moved["looked_after_period"]
    assert "Contacts received" in moved["contact"]
    assert "Contacts received" not in moved["referral"]
    assert any("visited in time" in title for title in moved["visit"])
