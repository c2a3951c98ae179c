"""What the warehouse remembers: versions of what changed, and nothing of what did not."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path
from unittest import mock

import pytest

from etl.contracts.register import CONFORMED, FACTS
from etl.load import audit
from etl.load.load import NOTHING_CHANGED_SINCE
from nights.four_nights import (
    CHANGED,
    CLOSED_DAY,
    FIRST,
    FORMS_RENUMBERED,
    NIGHTS,
    RETURNED,
    FourNights,
    load_nights,
)
from nights.loading import CURRENT, Engine

pytestmark = [pytest.mark.slow, pytest.mark.upkeep]

OPEN = date(9999, 12, 31)
KEYS = {"child_key": "dim_child", "family_key": "dim_family", "team_key": "dim_team",
        "worker_key": "dim_worker"}  # fmt: skip


@pytest.fixture(scope="module")
def nights(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> FourNights:
    return load_nights(tmp_path_factory.mktemp("history"), engine)


def key_of(nights: FourNights, case_number: str) -> int:
    found = nights.council.rows(
        "select child_key from restricted.child_identity where case_number = :number",
        number=case_number,
    )
    assert len(found) == 1
    return int(found[0][0])


def test_other_form_ids_alone_write_no_version(nights: FourNights) -> None:
    assert nights.stars[1] == nights.stars[0]
    written = nights.council.rows(
        "select table_name, new_versions, closed from audit.table_load where run_id like :run "
        "and (new_versions > 0 or closed > 0)",
        run=f"%{FORMS_RENUMBERED}%",
    )
    assert written == []


def test_a_night_in_which_nothing_differs_says_so_and_no_other(nights: FourNights) -> None:
    said = nights.council.rows(
        "select extract_date, message from audit.load_run where message is not null"
    )
    assert said == [(FORMS_RENUMBERED, NOTHING_CHANGED_SINCE)]
    pages = {page.stem: page.read_text(encoding="utf-8")
             for page in nights.council.folder.glob("pages/*/*.html")}  # fmt: skip
    assert [day for day, page in sorted(pages.items()) if NOTHING_CHANGED_SINCE in page] == [
        FORMS_RENUMBERED.isoformat()
    ]


def test_a_changed_row_closes_its_version_and_opens_another(nights: FourNights) -> None:
    versions = nights.council.rows(
        "select known_from, known_to, closed_date from warehouse.fact_referral "
        "where referral_id = :id order by known_from",
        id=nights.chosen.referral,
    )
    assert versions == [(FIRST, CHANGED, None), (CHANGED, OPEN, CLOSED_DAY)]


@pytest.mark.parametrize(("night", "closed"), list(zip(NIGHTS, [0, 0, 1, 1], strict=True)), ids=str)
def test_a_row_is_known_on_each_date_as_it_was_then(
    nights: FourNights, night: date, closed: int
) -> None:
    known = nights.council.rows(
        "select count(*), count(closed_date) from warehouse.fact_referral "
        "where referral_id = :id and known_from <= :night and :night < known_to",
        id=nights.chosen.referral,
        night=night,
    )
    assert known == [(1, closed)]


def test_a_child_keeps_its_key_through_versions(nights: FourNights) -> None:
    versions = nights.council.rows(
        "select known_from, known_to, sex from warehouse.dim_child where child_key = :key "
        "order by known_from",
        key=key_of(nights, nights.chosen.sex_of),
    )
    assert versions == [(FIRST, CHANGED, "F"), (CHANGED, OPEN, "M")]


def test_a_vanished_row_is_closed_and_returns_as_a_new_version(nights: FourNights) -> None:
    versions = nights.council.rows(
        "select known_from, known_to from warehouse.fact_contact where contact_id = :id "
        "order by known_from",
        id=nights.chosen.contact,
    )
    assert versions == [(FIRST, CHANGED), (RETURNED, OPEN)]


def test_a_held_back_row_keeps_its_version_and_its_obligations(nights: FourNights) -> None:
    plan, council = nights.chosen.plan, nights.council
    held = council.rows(
        "select column_name, reason from audit.rejected_row "
        "where run_id like :run and table_name = 'child_protection_plan'",
        run=f"%{CHANGED}%",
    )
    assert ("started_date", "unreadable") in held
    plans = council.rows(
        "select known_from, known_to from warehouse.fact_child_protection_plan "
        "where plan_id = :plan",
        plan=plan,
    )
    assert plans == [(FIRST, OPEN)]
    owed = council.rows(
        "select distinct timescale, known_from, known_to from warehouse.fact_timescale_obligation "
        "where subject_id = :plan and subject_type like '%plan%' order by timescale",
        plan=plan,
    )
    assert owed == [
        ("child_protection_review", FIRST, OPEN),
        ("child_protection_visit", FIRST, OPEN),
    ]


def test_a_missing_child_whose_facts_are_held_back_stays_with_them(nights: FourNights) -> None:
    council, child = nights.council, key_of(nights, nights.chosen.child)
    for table in ("dim_child", "fact_looked_after_period", "fact_care_episode", "fact_placement"):
        versions = council.rows(
            f"select distinct known_from, known_to from warehouse.{table} where child_key = :key",
            key=child,
        )
        assert versions == [(FIRST, OPEN)], table
    kept = council.rows(
        "select kept_earlier_version from audit.table_load "
        "where table_name = 'child' and run_id like :run",
        run=f"%{CHANGED}%",
    )
    assert kept == [(1,)]


def test_a_token_has_one_key_and_a_key_one_token_for_ever(nights: FourNights) -> None:
    for name in ("child", "family", "worker"):
        wrong = nights.council.rows(
            f"select count(*) from (select count(distinct {name}_key) as keys, "
            f"count(distinct {name}_token) as tokens from warehouse.dim_{name} "
            f"where {name}_key > 0 group by grouping sets (({name}_key), ({name}_token))) "
            "as member where keys > 1 or tokens > 1"
        )
        assert wrong == [(0,)], name


@pytest.mark.parametrize("key", KEYS)
def test_the_unknown_member_is_there(nights: FourNights, key: str) -> None:
    found = nights.council.rows(
        f"select count(*) from warehouse.{KEYS[key]} where {key} = 0 and {CURRENT}"
    )
    assert found == [(1,)]


@pytest.mark.parametrize("night", NIGHTS, ids=str)
def test_no_fact_is_an_orphan_as_known_on_any_night(nights: FourNights, night: date) -> None:
    counts = [
        f"select '{fact.warehouse}' as fact, '{key}' as key, count(*) as orphans "
        f"from warehouse.{fact.warehouse} as fact "
        "where fact.known_from <= :night and :night < fact.known_to and not exists ("
        f"select 1 from warehouse.{dimension} as member where member.{key} = fact.{key} "
        "and member.known_from <= :night and :night < member.known_to)"
        for fact in FACTS
        for key, dimension in KEYS.items()
    ]
    every = " union all ".join(counts)
    asked = f"select * from ({every}) as counted where orphans > 0"
    assert nights.council.rows(asked, night=night) == []


def test_every_record_of_every_file_is_accounted_for(nights: FourNights) -> None:
    accounts = nights.council.rows(
        "select run_id, table_name, rows_in_file, repeats + outside + held_back + loaded, loaded, "
        "unchanged + new_versions from audit.table_load where source_table is not null"
    )
    assert len(accounts) == len(CONFORMED) * len(NIGHTS)
    wrong = [row for row in accounts if row[2] != row[3] or row[4] != row[5]]
    assert wrong == []


def test_a_night_whose_accounts_do_not_sum_is_not_loaded(
    nights: FourNights, engine: Engine, tmp_path: Path
) -> None:
    council = engine.copy(nights.council, tmp_path / "copy")
    before = engine.marks(council)
    later = Path(shutil.copytree(nights.extracts[-1], tmp_path / "2026-03-09"))
    with mock.patch.object(audit, "_counts_by_table", return_value={"referral": 1}):
        ran = council.load(later)
    assert ran.exit_code == 1
    assert "The accounts of the night do not sum" in ran.err
    assert engine.marks(council) == before


def test_first_recorded_date_is_not_known_for_what_the_first_load_brought(
    nights: FourNights,
) -> None:
    known = dict(
        nights.council.rows(
            "select timescale, count(first_recorded_date) from warehouse.fact_timescale_obligation "
            "where done_date is not null and known_from = :night group by timescale",
            night=FIRST,
        )
    )
    assert known["child_protection_review"] == 0
    assert known["looked_after_review"] == 0
    assert known["child_protection_visit"] > 0
    assert known["single_assessment"] > 0


def test_first_recorded_date_is_the_extract_that_first_held_the_review(nights: FourNights) -> None:
    found = nights.council.rows(
        "select obligation.first_recorded_date "
        "from warehouse.fact_timescale_obligation as obligation "
        "join warehouse.fact_child_protection_review as review "
        f"on review.plan_id = obligation.subject_id and review.{CURRENT} "
        "where obligation.timescale = 'child_protection_review' "
        f"and obligation.{CURRENT} and review.review_id = :id and obligation.done_date = :day",
        id=nights.chosen.review,
        day=nights.chosen.held_day,
    )
    assert found == [(CHANGED,)]


def test_only_the_awaited_review_was_first_recorded_by_a_later_night(nights: FourNights) -> None:
    later = nights.council.rows(
        "select count(*) from warehouse.fact_timescale_obligation "
        f"where {CURRENT} and timescale like '%_review' and first_recorded_date is not null"
    )
    assert later == [(1,)]
