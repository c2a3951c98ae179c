"""Contracts: what is said of a table is said once, and hangs together."""

from __future__ import annotations

from dataclasses import replace

import pytest

from etl.contracts.contract import LONG_BEFORE_BIRTH, Kind, Maker
from etl.contracts.dimensions import AGE_BANDS
from etl.contracts.referral import REFERRAL
from etl.contracts.register import BY_NAME, CONFORMED, FACTS, KEYED_DIMENSIONS, PERSONS
from etl.derive import child_month
from etl.derive.register import RULES
from etl.derive.rule import Rule
from etl.validate.ordinary import ordinary


@pytest.mark.parametrize("table", CONFORMED, ids=lambda table: table.name)
def test_what_is_conformed_has_an_id_and_words_for_its_checks(table):
    assert len(table.key) == 1
    assert table.noun
    assert table.plural
    assert ordinary(table)[0]["meta"]["says"] == f"Every {table.noun} has an id."


@pytest.mark.parametrize("table", FACTS, ids=lambda table: table.name)
def test_a_fact_says_whose_it_is_and_which_date_places_it(table):
    assert table.column("child_token").names == "child"
    assert table.column(table.dated_by).kind is Kind.DATE


@pytest.mark.parametrize("table", BY_NAME.values(), ids=lambda table: table.name)
def test_what_a_column_names_and_is_compared_with_is_there(table):
    for column in table.columns:
        assert column.names is None or column.names in BY_NAME
        for other, kind in ((column.not_before, Kind.DATE), (column.unless, Kind.FLAG)):
            assert other is None or table.column(other).kind is kind
    for name in table.owned_through:
        assert BY_NAME[table.column(name).names].is_fact


def test_persons_are_known_by_a_token_and_by_numbers_that_are_no_columns_of_theirs():
    for table in PERSONS:
        assert table in KEYED_DIMENSIONS
        assert table.key[0].endswith("_token")
        assert not {column.name for column in table.identity} & {c.name for c in table.columns}


def test_what_is_not_stored_can_be_recalled_or_is_worked_out_anew():
    """Of a row held back the earlier version goes through the later steps as if it were read."""
    lacking = [
        f"{table.name}.{column.name}"
        for table in CONFORMED
        if table.is_fact
        for column in table.conformed_columns
        if not (column.stored or column.recalled_as or column.names or column is LONG_BEFORE_BIRTH)
    ]
    assert lacking == [
        "initial_conference.is_meeting_known",
        "child_protection_review.is_meeting_known",
        "care_episode.is_before_certain_birth",
        "looked_after_period.is_before_certain_birth",
        "legal_status.is_before_certain_birth",
        "placement.is_before_certain_birth",
        "looked_after_review.is_meeting_known",
        "looked_after_review.is_before_certain_birth",
        "visit.is_before_certain_birth",
    ]


@pytest.mark.parametrize(
    "change", [{"dated_by": "recieved_date"}, {"key": ("referal_id",)}, {"owned_through": ("x",)}]
)
def test_a_contract_that_names_a_column_it_has_not_cannot_be_made(change):
    with pytest.raises(ValueError, match="contract 'referral' has no column"):
        replace(REFERRAL, **change)


def test_every_date_that_happened_is_judged_against_the_extract_date():
    judged = {
        (table.name, each["kwargs"]["column"])
        for table in CONFORMED
        for each in ordinary(table)
        if each["meta"]["reason"] == "after_extract_date"
    }
    assert ("visit", "recorded_date") in judged
    assert ("child_protection_review", "happened_date") in judged
    assert ("child_protection_review", "source_due_date") not in judged
    assert ("legal_status", "ended_date") not in judged


def misspelt(rule: Rule, part: str, **change: object) -> str:
    """What is said of the rule with another word in its clock or stop."""
    with pytest.raises(ValueError, match=f"rule '{rule.timescale}'") as error:
        replace(rule, **{part: replace(getattr(rule, part), **change)})
    return str(error.value)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.timescale)
def test_a_rule_with_a_misspelt_table_or_column_cannot_be_made(rule):
    starts = rule.clock.starts
    said = misspelt(rule, "clock", starts=f"{starts}s")
    assert f"did you mean '{starts}'?" in said
    assert "is of no table 'visitt'" in misspelt(rule, "stop", table="visitt")
    assert "no column 'is_canceled'" in misspelt(rule, "stop", unless=("is_canceled",))
    assert f"'{starts}' of its clock is no flag" in misspelt(rule, "clock", only=(starts,))
    assert f"'{rule.clock.subject_id}' of its clock is no date" in misspelt(
        rule, "clock", ends=rule.clock.subject_id
    )


def test_everything_that_is_wrong_with_a_rule_is_said_at_once():
    rule = RULES[0]
    clock = replace(rule.clock, starts="start_day", ends="end_day")
    with pytest.raises(ValueError, match=r"start_day.*end_day"):
        replace(rule, clock=clock)


def test_columns_that_derive_adds_are_in_the_contract_and_in_no_conformed_table():
    assert REFERRAL.column("leads_to_assessment").made_by is Maker.DERIVE
    assert "leads_to_assessment" not in {column.name for column in REFERRAL.conformed_columns}


def test_a_population_has_the_age_bands_of_children_at_a_months_end():
    assert tuple(name for _, name in child_month.AGE_BANDS) == AGE_BANDS
