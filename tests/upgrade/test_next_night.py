"""The first night after an upgrade: what is new is added, nothing known is told anew."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
from nights.loading import CURRENT, Council, command, rows

from etl.contracts.code_lists import ETHNIC_GROUPS
from etl.contracts.register import STAR
from etl.settings import NEW_PSEUDONYM_KEY
from etl.warehouse.keys import OWN_KEYS, content_columns
from upgrade import earlier
from upgrade.conftest import copy_of
from upgrade.earlier import FIRST, LAST, NEXT, VERSIONS, NextNight

pytestmark = pytest.mark.slow

KEYED = {"child": "child_token", "family": "family_token", "worker": "worker_token",
         "team": "team_id", "timescale": "timescale"}  # fmt: skip
IDENTITIES = {"child": "case_number", "worker": "worker_id"}
# Codes of ethnicity as the case system writes them are read as national ones.
ADDED = {"dim_authority": ("published_months", "history_from"),
         "dim_child": ("died_date", "ethnicity_code", "ethnicity"),
         "dim_code": ("code_group",),
         "fact_child_protection_review": ("is_inquorate",),
         "fact_placement": ("is_long_term", "provider_code", "change_reason_code"),
         "fact_referral": ("is_transfer_in",),
         "fact_timescale_obligation": ("allowance", "not_recorded_before")}  # fmt: skip
# What is of the night itself: a person with a referral and two months in need, two visits, five
# timescales with what is owed by three of them; and a child with a contact who was held back for
# being there twice. Of two reviews in a row one is owed no more: the one between was not quorate.
MORE = {"dim_child": 2, "dim_family": 2, "fact_contact": 1, "fact_referral": 1, "fact_visit": 2,
        "dim_code": 118, "dim_timescale": 5, "fact_timescale_obligation": 252}  # fmt: skip
CAME_WITH_THE_RELEASE = {
    "fact_child_in_need_plan", "fact_involvement", "fact_legal_status", "fact_health_check",
    "fact_missing_episode", "fact_disability", "fact_assessment_factor", "fact_care_leaver",
    "fact_care_leaver_eligibility", "dim_population_group",
    "dim_publication_step",
}  # fmt: skip
NEW_TIMESCALES = {"child_in_need_visit", "single_assessment_from_referral",
                  "transfer_in_conference"}  # fmt: skip
NEW_MEASURES = {
    "section_47_rate_12m", "initial_conference_rate_12m", "plans_repeat_within_2_years_pct",
    "placements_3_or_more_pct", "same_placement_2_years_pct", "visits_seen_alone_pct",
    "plans_open_ethnicity_not_known", "looked_after_ethnicity_not_known",
    *(f"{rate}_{group.lower()}" for rate in ("plans_open_rate", "looked_after_rate")
      for group in ETHNIC_GROUPS),
}  # fmt: skip
# By the child who was held back, by the review that was not quorate, and by what the first load
# brought without a day of recording, which the pairs left out.
MOVED = {"contacts", "contacts_to_referral_pct", "plans_reviewed_in_time_pct",
         "reviews_in_time_pct", "child_protection_review_in_practice_pct",
         "child_protection_review_as_recorded_pct", "initial_conference_in_practice_pct",
         "initial_conference_as_recorded_pct", "looked_after_review_in_practice_pct"}  # fmt: skip
HISTORIES = {table.warehouse: table for table in STAR if table.keeps_history}


@dataclass(frozen=True)
class Loaded:
    """before: the folder of the files that release 0.1.0 left."""

    before: Path
    council: Council
    night: NextNight

    def before_rows(self, sql: str) -> list[tuple[Any, ...]]:
        return rows(self.before / "warehouse.duckdb", sql)


@pytest.fixture(scope="module")
def loaded(left_behind: Path, tmp_path_factory: pytest.TempPathFactory) -> Loaded:
    """The next night, loaded into upgraded files."""
    folder = tmp_path_factory.mktemp("next_night")
    council, night = copy_of(left_behind, folder / "council"), earlier.next_night(folder)
    assert command("upgrade", "--warehouse", council.url).exit_code == 0
    again = council.load(earlier.last_night(folder / "again"))
    assert "is already loaded" in again.out, again.err
    ran = council.load(night.extract)
    assert ran.exit_code == 0, ran.err
    return Loaded(left_behind, council, night)


@pytest.mark.parametrize("name", KEYED)
def test_whoever_has_a_key_keeps_it_and_new_keys_lie_in_the_authoritys_range(
    loaded: Loaded, name: str
) -> None:
    key = OWN_KEYS[name]
    asked = f"select distinct {KEYED[name]}, {key} from warehouse.dim_{name} where {key} > 0"
    before, after = set(loaded.before_rows(asked)), set(loaded.council.rows(asked))
    assert before <= after
    assert all(number < 1000 for _, number in before)
    assert all(number > 900_000_000_000 for _, number in after - before)
    expected = {"child": 2, "family": 2, "timescale": 5}
    assert len(after - before) == expected.get(name, 0)


@pytest.mark.parametrize("name", IDENTITIES)
def test_identities_stay_with_their_keys(loaded: Loaded, name: str) -> None:
    asked = f"select {name}_key, {IDENTITIES[name]} from csc.{name}_identity"
    before = set(rows(loaded.before / "warehouse.restricted.duckdb", asked))
    assert before <= set(rows(loaded.council.restricted, asked))


def counts(condition: str) -> str:
    """SQL of how many rows of each history fulfil it."""
    return " union all ".join(
        f"select '{name}', count(*) from warehouse.{name} where {condition}"
        for name in HISTORIES
        if name not in CAME_WITH_THE_RELEASE
    )


def test_no_row_gets_a_version_but_in_tables_that_gained_a_column(loaded: Loaded) -> None:
    closed = loaded.council.rows(counts(f"known_to = date '{NEXT}'"))
    assert {name: number for name, number in closed if number} == VERSIONS


def test_a_new_version_differs_in_the_new_columns_alone(loaded: Loaded) -> None:
    for name, columns in ADDED.items():
        kept = ", ".join(name for name in content_columns(HISTORIES[name]) if name not in columns)
        asked = f"select {kept} from warehouse.{name} where {CURRENT}"
        gone = set(loaded.before_rows(asked)) - set(loaded.council.rows(asked))
        if name == "fact_timescale_obligation":
            # The change log: fewer visits are owed in a long-term placement, and a review that was
            # not quorate is none.
            assert {row[0] for row in gone} == {"looked_after_visit", "child_protection_review"}
        else:
            assert gone == set(), name


def test_as_many_rows_are_current_as_before_and_what_came_with_the_night(loaded: Loaded) -> None:
    before = dict(loaded.before_rows(counts(CURRENT)))
    more = {name: number - before[name] for name, number in loaded.council.rows(counts(CURRENT))}
    assert {name: number for name, number in more.items() if number} == MORE


def test_everything_owed_before_is_owed_still_but_after_a_review_that_was_not_quorate(
    loaded: Loaded,
) -> None:
    asked = (
        "select timescale, subject_id, sequence, started_date from "
        f"warehouse.fact_timescale_obligation where {CURRENT}"
    )
    before, after = set(loaded.before_rows(asked)), set(loaded.council.rows(asked))
    inquorate = loaded.council.rows(
        "select plan_id, held_date from warehouse.fact_child_protection_review where is_inquorate"
    )
    assert [(row[1], row[3]) for row in before - after] == inquorate
    assert {row[0] for row in after - before} == {
        "single_assessment_from_referral", "child_in_need_visit",
    }  # fmt: skip


@pytest.mark.parametrize("night", [FIRST, LAST], ids=str)
def test_what_was_known_on_an_earlier_night_is_known_of_it_still(
    loaded: Loaded, night: date
) -> None:
    with duckdb.connect() as connection:
        connection.execute(f"attach '{loaded.before / 'warehouse.duckdb'}' as before (read_only)")
        connection.execute(f"attach '{loaded.council.file}' as after (read_only)")
        for name in set(HISTORIES) - CAME_WITH_THE_RELEASE:
            columns = connection.execute(f"describe before.star.{name}").fetchall()
            kept = ", ".join(column for column, *_ in columns if column != "known_to")
            before, after = (
                f"select {kept} from {at}.star.{name} "
                f"where known_from <= date '{night}' and date '{night}' < known_to"
                for at in ("before", "after")
            )
            differing = f"({before} except all {after}) union all ({after} except all {before})"
            assert connection.execute(differing).fetchall() == [], name


def test_rows_held_back_keep_the_version_of_the_release_before(loaded: Loaded) -> None:
    held = {
        "fact_placement": ("placement_id", loaded.night.placement_held_back, "is_long_term"),
        "fact_referral": ("referral_id", loaded.night.referral_held_back, "is_transfer_in"),
    }
    for name, (named_by, subject, added) in held.items():
        found = loaded.council.rows(
            f"select known_from, known_to, {added} from warehouse.{name} "
            f"where {named_by} = '{subject}'"
        )
        assert found == [(FIRST, date.max, None)], name
    owed = loaded.council.rows(
        "select count(*) > 0 from warehouse.fact_timescale_obligation "
        f"where timescale = 'looked_after_visit' and allowance is not null and {CURRENT} "
        f"and subject_id = '{loaded.night.placement_held_back}'"
    )
    assert owed == [(True,)]


def test_no_figure_of_a_past_month_moves_but_those_that_the_change_log_names(
    loaded: Loaded,
) -> None:
    # The release before kept the value as a floating point number.
    asked = (
        "select measure, month, numerator, denominator, cast(value as decimal(28, 10)) "
        "from report.monthly_measure"
    )
    before, after = set(loaded.before_rows(asked)), set(loaded.council.rows(asked))
    assert len(before) == 25 * 48
    assert {row[:2] for row in before} <= {row[:2] for row in after}
    assert {row[0] for row in before - after} == MOVED
    measures, months = ({row[at] for row in before} for at in (0, 1))
    assert {row[0].removesuffix("_in_practice_pct").removesuffix("_as_recorded_pct")
            for row in after if row[0] not in measures
            } == NEW_TIMESCALES | NEW_MEASURES  # fmt: skip
    # A year more than before.
    assert len({row[1] for row in after} - months) == 12


def test_what_the_release_before_did_not_read_is_recorded_when_the_source_says(
    loaded: Loaded,
) -> None:
    found = loaded.council.rows(
        "select distinct done_date, first_recorded_date from warehouse.fact_timescale_obligation "
        "where timescale = 'child_in_need_visit' and done_date is not null"
    )
    assert found == [(date(2026, 3, 9), date(2026, 3, 9))]


def test_it_is_explained_as_known_on_either_side_of_the_upgrade(loaded: Loaded) -> None:
    asked = ("explain", "single_assessment", 1001, "--warehouse", loaded.council.url)
    now, then = command(*asked), command(*asked, "--known-on", LAST)
    assert now.exit_code == then.exit_code == 0, then.err
    assert "; 45 working days: due Thu 15 January 2026." in now.out
    assert "due Thu 15 January 2026." in then.out
    assert "How its days were counted was not kept" in then.out
    assert "How its days were counted was not kept" not in now.out


def test_the_key_cannot_change_before_a_night_told_who_the_families_are(
    left_behind: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    council = copy_of(left_behind, tmp_path / "council")
    assert command("upgrade", "--warehouse", council.url).exit_code == 0
    monkeypatch.setenv(NEW_PSEUDONYM_KEY, "another key for tests, of 40 characters.")
    ran = command("rotate-key", "--warehouse", council.url)
    assert ran.exit_code == 2
    assert "No family's identity is known" in ran.err


def test_a_recount_before_it_blames_nobody_for_what_the_release_counts_otherwise(
    council: Council,
) -> None:
    assert command("upgrade", "--warehouse", council.url).exit_code == 0
    ran = command("recount", "--warehouse", council.url)
    assert (ran.exit_code, ran.parts) == (3, ["What", "Where", "Means", "Next"])
    assert "Another release published it" in ran.err
    assert "Load the next night" in ran.err
    assert "maintainers" not in ran.err
