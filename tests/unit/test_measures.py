"""The measures: each exists, says what it is, and is published for the last complete months."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from etl.contracts.timescale_obligation import TIMESCALE_OBLIGATION
from etl.derive.register import LOOKED_AFTER_VISIT, RULES, TIMESCALES
from etl.derive.standards import rules_hash, standard_sha256, standards
from etl.publish import as_known
from etl.publish.as_known import AsKnown, said
from etl.publish.causes import facts_read
from etl.publish.measures import (
    DIRECTIONS,
    TOGETHER,
    UNITS,
    definitions_sha256,
    measure_files,
    measure_names,
    measures,
    read_file,
)
from etl.publish.months import last_complete_months
from etl.settings import MEASURES
from unit.builders import an_authority

COUNTS = {
    "early_help_opened", "contacts", "referrals", "assessments_completed", "assessments_late",
    "assessments_late_families", "assessments_overdue", "section_47_completed",
    "initial_conferences_held", "plans_started", "plans_open", "looked_after",
    "looked_after_started", "looked_after_ceased", "looked_after_reviews_overdue",
    "in_need_over_9_months", "plans_open_ethnicity_not_known", "looked_after_ethnicity_not_known",
    "missing_episodes",
}  # fmt: skip
RATES = {
    "early_help_rate_12m", "referral_rate_12m", "plan_start_rate_12m", "plans_open_rate",
    "looked_after_rate", "looked_after_ceased_rate_12m", "section_47_rate_12m",
    "initial_conference_rate_12m",
}  # fmt: skip
PERCENTAGES = {
    "contacts_to_referral_pct", "re_referrals_pct", "previous_month_referrals_assessed_pct",
    "assessments_in_time_pct", "assessments_in_time_pct_ytd", "section_47_to_conference_pct",
    "section_47_to_conference_pct_ytd", "initial_conferences_in_time_pct", "plans_repeat_pct",
    "plans_ended_over_2_years_pct", "reviews_in_time_pct", "plans_reviewed_in_time_pct",
    "visits_in_time_pct", "looked_after_visits_in_time_pct", "plans_repeat_within_2_years_pct",
    "placements_3_or_more_pct", "same_placement_2_years_pct", "visits_seen_alone_pct",
    "return_interviews_offered_pct", "return_interviews_accepted_pct", "care_leavers_in_touch_pct",
    "care_leavers_suitable_accommodation_pct",
}  # fmt: skip
GROUPS = {f"{rate}_{group}" for rate in ("plans_open_rate", "looked_after_rate")
          for group in ("white", "mixed", "asian", "black", "other")}  # fmt: skip
CASELOAD = "average_caseload"
PAIRS = {f"{timescale}_{ending}" for timescale in TIMESCALES
         for ending in ("in_practice_pct", "as_recorded_pct")}  # fmt: skip


def test_every_measure_exists_and_no_other():
    assert set(measure_names(TIMESCALES)) == {
        *COUNTS, *RATES, *GROUPS, *PERCENTAGES, *PAIRS, CASELOAD
    }  # fmt: skip


def test_no_measure_exists_twice():
    assert len(measure_names(TIMESCALES)) == len(set(measure_names(TIMESCALES)))


@pytest.mark.parametrize("measure", measure_files(), ids=lambda measure: measure.measure)
def test_the_head_of_each_file_says_what_the_measure_is(measure):
    assert measure.title
    assert measure.definition.endswith(".")
    assert measure.unit in UNITS
    assert measure.better in DIRECTIONS


@pytest.mark.parametrize(
    ("names", "unit"),
    [(COUNTS, "count"), (RATES | GROUPS, "per_10000"), (PERCENTAGES | PAIRS, "percent"),
     ({CASELOAD}, "per_worker")],
)  # fmt: skip
def test_a_measures_unit_is_that_of_its_definition(names, unit):
    units = {measure.measure: measure.unit for measure in measures(dict.fromkeys(TIMESCALES, ""))}
    assert {units[name] for name in names} == {unit}


def test_the_pair_of_each_timescale_bears_its_title():
    titles = {rule.timescale: rule.title for rule in RULES}
    for measure in measures(titles):
        if measure.timescale:
            assert titles[measure.timescale] in measure.title
            assert "{" not in measure.title + measure.definition


def test_the_rates_of_an_ethnic_group_bear_its_name_and_count_its_own_children():
    found = {measure.measure: measure for measure in every_measure() if measure.ethnic_group}
    assert set(found) == GROUPS
    asian = found["plans_open_rate_asian"]
    assert (asian.ethnic_group, asian.timescale) == ("asian", None)
    assert asian.title.endswith("Asian")
    assert "ethnic group Asian," in asian.definition


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
def test_the_last_months_that_ended_before_the_extract_date(extract_date, first, last):
    found = last_complete_months(date.fromisoformat(extract_date), 25)
    assert found == (date.fromisoformat(first), date.fromisoformat(last))


# What a measure reads.

OWED = {
    "assessments_in_time_pct": "single_assessment",
    "assessments_in_time_pct_ytd": "single_assessment",
    "assessments_late": "single_assessment",
    "assessments_late_families": "single_assessment",
    "assessments_overdue": "single_assessment",
    "initial_conferences_in_time_pct": "initial_conference",
    "looked_after_reviews_overdue": "looked_after_review",
    "looked_after_visits_in_time_pct": "looked_after_visit",
    "plans_reviewed_in_time_pct": "child_protection_review",
    "reviews_in_time_pct": "child_protection_review",
    "visits_in_time_pct": "child_protection_visit",
}


def every_measure():
    return measures({rule.timescale: rule.title for rule in RULES})


def test_the_timescales_found_are_those_of_what_a_measure_counts():
    owed = {
        measure.measure: measure.timescales
        for measure in every_measure()
        if TIMESCALE_OBLIGATION in facts_read(measure)
    }
    pairs = {name: name.removesuffix("_in_practice_pct").removesuffix("_as_recorded_pct")
             for name in PAIRS}  # fmt: skip
    assert owed == {name: {timescale} for name, timescale in (OWED | pairs).items()}


@pytest.mark.parametrize("measure", measure_files(), ids=lambda measure: measure.measure)
def test_a_measure_reads_nothing_but_the_shared_views(measure):
    sql = re.sub(r"--.*", "", measure.sql)
    own = set(re.findall(r"(\w+) as (?:materialized )?\(", sql))
    named = set(re.findall(r"\b(?:from|join)\s+(\S+)", sql))
    assert own <= named <= set(as_known.shared_views()) | own
    assert named <= set(measure.reads) | own
    assert not set(re.findall(r"known_(?:on|from|to)\b|:la_code", sql))


@pytest.mark.parametrize("la_code", ["90", "9001", "9o0", "900' or '1", ""])
def test_a_view_is_made_of_a_code_of_three_digits_alone(la_code):
    asked = AsKnown(la_code, *[date(2026, 3, 1)] * 3)
    with pytest.raises(ValueError, match="three digits"):
        asked.literal("la_code")


# Whose rows a measure's rows of a child follow from.

TOGETHER_OF_FILE = {
    "assessments_late_families", "average_caseload", "each_timescale_as_recorded_pct",
    "looked_after_visits_in_time_pct",
}  # fmt: skip


def test_measures_count_each_child_alone_but_those_of_families_workers_and_others_records():
    found = {each.measure for each in measure_files() if each.counts == TOGETHER}
    assert found == TOGETHER_OF_FILE


@pytest.mark.parametrize("said", ["", "-- counts: every child\n"])
def test_a_head_that_does_not_say_whether_it_counts_each_child_alone_is_refused(tmp_path, said):
    with pytest.raises(ValueError, match=r"contacts\.sql: the head needs counts"):
        changed("contacts", "-- counts: each child alone\n", said, tmp_path)


def test_what_measures_read_beside_children_is_what_a_night_compares_with_the_one_before():
    """Another table here must be among what ``etl.publish.resting`` looks at."""
    read = {
        table
        for sql in as_known.shared_views().values()
        for table in re.findall(r"warehouse \. (\w+)", said(sql))
        if not table.startswith("fact_")
    }
    assert read == {"dim_child", "dim_date", "dim_code", "dim_authority"}


# What moves a measure, or a rule.


def changed(measure, old, new, folder: Path):
    """The measures of its file, after a change of the text."""
    text = (MEASURES / f"{measure}.sql").read_text(encoding="utf-8")
    assert old in text
    path = folder / f"{measure}.sql"
    path.write_text(text.replace(old, new), encoding="utf-8")
    return list(read_file(path))


def hashes(every):
    return {measure.measure: measure.definition_sha256 for measure in every}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("title: Contacts received", "title: Contacts"),
        ("Each child of a sibling group counts.", "All count."),
        ("better: neither", "better: lower"),
        ("from months\n", "-- it's each month\nfrom months -- of them\n"),
        ("from months\njoin", "from\n    months join"),
    ],
    ids=["title", "definition", "better", "comments", "layout"],
)
def test_what_is_said_of_a_measure_moves_no_hash(tmp_path, old, new):
    [contacts] = changed("contacts", old, new, tmp_path)
    assert contacts.definition_sha256 == hashes(measure_files())["contacts"]
    others = [measure for measure in measure_files() if measure.measure != "contacts"]
    assert definitions_sha256([*others, contacts]) == definitions_sha256(measure_files())


def test_what_a_measure_counts_moves_its_own_hash_and_that_of_all(tmp_path):
    [contacts] = changed("contacts", "contact_id as", "child_key as", tmp_path)
    before = hashes(measure_files())
    assert contacts.definition_sha256 not in before.values()
    others = [measure for measure in measure_files() if measure.measure != "contacts"]
    assert definitions_sha256([*others, contacts]) != definitions_sha256(measure_files())


def test_one_file_of_two_units_gives_measures_that_count_the_same_rows(tmp_path):
    found = hashes(every_measure())
    assert found["looked_after"] == found["looked_after_rate"]
    assert found["plans_open"] == found["plans_open_rate"]
    assert len(set(found.values())) == len(found) - 2
    both = changed("plans_open", "not plan.is_temporary", "true", tmp_path)
    assert [(one.measure, one.unit) for one in both] == [
        ("plans_open", "count"), ("plans_open_rate", "per_10000")
    ]  # fmt: skip
    assert {one.definition_sha256 for one in both}.isdisjoint(found.values())


def test_a_shared_view_moves_the_measures_that_read_it_and_no_other(monkeypatch):
    before = hashes(every_measure())
    views = as_known.shared_views()
    changed_views = views | {"known_contact": views["known_contact"] + "and is_new_referral"}
    monkeypatch.setattr("etl.publish.measures.shared_views", lambda: changed_views)
    after = hashes(replace(measure) for measure in every_measure())
    assert {name for name in before if before[name] != after[name]} == {
        "contacts", "contacts_to_referral_pct"
    }  # fmt: skip


def test_a_view_that_a_shared_view_reads_moves_what_reads_it_through_that(monkeypatch):
    before = hashes(every_measure())
    views = as_known.shared_views()
    changed_views = views | {"first_extract": views["first_extract"] + "and name is not null"}
    monkeypatch.setattr("etl.publish.measures.shared_views", lambda: changed_views)
    after = hashes(replace(measure) for measure in every_measure())
    moved = {name for name in before if before[name] != after[name]}
    assert moved == PAIRS | {"reviews_in_time_pct"}


def test_in_practice_counts_the_reviews_of_plans_just_as_reviews_in_time_does():
    asked = {measure.measure: measure for measure in every_measure()}
    pair, own = (asked[name] for name in ("child_protection_review_in_practice_pct",
                                          "reviews_in_time_pct"))  # fmt: skip
    assert said(pair.sql).replace(": timescale", f"'{pair.timescale}'") == said(own.sql)


def test_what_is_said_of_a_rule_moves_no_hash_and_what_it_gives_moves_its_own(tmp_path):
    said = replace(LOOKED_AFTER_VISIT, title="Seen", citation="a book", qualifies="Any.")
    moved = replace(LOOKED_AFTER_VISIT, steps=LOOKED_AFTER_VISIT.steps[:1])

    authority = an_authority(tmp_path)

    def of(rule):
        [england] = standards(rule, authority)
        return standard_sha256(england)

    assert of(said) == of(LOOKED_AFTER_VISIT) != of(moved)
    assert rules_hash((said,)) == rules_hash((LOOKED_AFTER_VISIT,)) != rules_hash((moved,))


# By the id of what a measure counts, what its title begins with: a looked after child is counted
# by its period, and a child at a conference by that.
COUNTED = {
    "assessment_id": "Single assessments", "contact_id": "Contacts",
    "early_help_id": "Early help episodes", "referral_id": "Referrals",
    "conference_id": "Children", "plan_id": "Child protection plans",
    "visit_id": "Child protection visits", "involvement_id": "Children",
    "missing_episode_id": "Missing episodes|Return interviews", "eligibility_id": "Care leavers",
    "enquiry_id": "Section 47 enquiries", "looked_after_id": "Periods of care",
}  # fmt: skip
ONCE_FOR_A_CHILD = re.compile(r"select distinct(?: on \([^)]*child_key\))?\s")


def test_a_title_begins_with_what_is_counted() -> None:
    wrong = {}
    for measure in measure_files():
        found = re.search(r"\.(\w+) as subject_id", measure.sql)
        if found is None:  # families, and what is owed by a timescale, in whose title it is
            continue
        counted = COUNTED[found[1]]
        if found[1] == "looked_after_id" and ONCE_FOR_A_CHILD.search(measure.sql):
            counted = "Children looked after|Looked after children"
        if not re.match(counted, measure.title):
            wrong[measure.measure] = (measure.title, counted)
    assert wrong == {}
