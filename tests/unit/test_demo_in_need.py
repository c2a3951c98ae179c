"""The demo council's child in need plans, transfers in and long-term placements."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

from etl.demo import World, simulate

EARLIER, LATER = date(2026, 4, 30), date(2026, 5, 31)
OPEN = pd.Timestamp("2100-01-01")


@pytest.fixture(scope="module")
def world() -> World:
    return simulate(3000, seed=11)


def table(world: World, name: str, night: date = LATER) -> pd.DataFrame:
    return world.tables[name].as_on(np.datetime64(night)).to_pandas()


def child_in_need_plans(world: World, night: date = LATER) -> pd.DataFrame:
    plans = table(world, "FACT_CARE_PLAN_SUMMARY", night)
    is_ours = plans["DIM_LOOKUP_PLAN_TYPE_CODE"].eq("FP")
    return plans[is_ours & plans["DIM_LOOKUP_PLAN_STATUS_ID_CODE"].ne("z")]


def beside(plans: pd.DataFrame, others: pd.DataFrame) -> pd.DataFrame:
    """Plans that share a day with a row of the same child (`start`, `end`) in the other table."""
    pairs = plans.merge(others[["DIM_PERSON_ID", "start", "end"]], on="DIM_PERSON_ID")
    begins_in_time = pairs["START_DTTM"] <= pairs["end"].fillna(OPEN)
    return pairs[begins_in_time & (pairs["start"] <= pairs["END_DTTM"].fillna(OPEN))]


def test_the_filter_on_type_and_status_matters(world):
    plans = table(world, "FACT_CARE_PLAN_SUMMARY")
    assert plans["FACT_CARE_PLAN_SUMMARY_ID"].is_unique
    assert set(plans["DIM_LOOKUP_PLAN_TYPE_CODE"]) == {"FP", "PATH"}
    assert set(plans["DIM_LOOKUP_PLAN_STATUS_ID_CODE"]) == {"A", "z"}
    assert len(child_in_need_plans(world)) > 0.8 * len(plans)


@pytest.mark.parametrize("night", [EARLIER, LATER])
def test_no_plan_runs_beside_a_child_protection_plan_or_care(world, night):
    plans = child_in_need_plans(world, night)
    protection = table(world, "FACT_CP_PLAN", night)
    care = table(world, "FACT_CARE_EPISODES", night)
    protection = protection.rename(columns={"START_DTTM": "start", "END_DTTM": "end"})
    care = care.rename(columns={"CARE_START_DATE": "start", "CARE_END_DATE": "end"})
    assert beside(plans, protection).empty
    assert beside(plans, care).empty


def test_a_plan_ends_by_the_closing_of_its_referral(world):
    referrals = table(world, "FACT_REFERRALS").set_index("FACT_REFERRAL_ID")
    plans = child_in_need_plans(world).join(referrals["REFRL_END_DTTM"], on="FACT_REFERRAL_ID")
    is_closed = plans["REFRL_END_DTTM"].notna()
    assert plans.loc[is_closed, "END_DTTM"].notna().all()
    assert not (plans["END_DTTM"] > plans["REFRL_END_DTTM"]).any()


def test_two_nights_differ_in_ends_alone(world):
    earlier = child_in_need_plans(world, EARLIER).set_index("FACT_CARE_PLAN_SUMMARY_ID")
    later = child_in_need_plans(world).set_index("FACT_CARE_PLAN_SUMMARY_ID").loc[earlier.index]
    had_ended = earlier["END_DTTM"].notna()
    pd.testing.assert_frame_equal(earlier[had_ended], later[had_ended])
    pd.testing.assert_frame_equal(earlier.drop(columns="END_DTTM"), later.drop(columns="END_DTTM"))
    assert later["END_DTTM"].notna().sum() > had_ended.sum()


def test_every_child_in_need_visit_falls_within_one_plan(world):
    notes = table(world, "FACT_CASENOTES")
    assert notes["FACT_CASENOTE_ID"].is_unique
    visits = notes[notes["DIM_LOOKUP_CASNT_TYPE_ID_CODE"].eq("CNSTAT")]
    visits = visits.assign(start=visits["EVENT_DTTM"], end=visits["EVENT_DTTM"])
    # Those whose plan has not been typed in yet are left out.
    of_known = visits[visits["DIM_PERSON_ID"].isin(child_in_need_plans(world)["DIM_PERSON_ID"])]
    found = beside(child_in_need_plans(world), of_known)
    assert len(found) == pytest.approx(len(of_known), rel=0.01)
    assert len(of_known) == pytest.approx(len(visits), rel=0.01)


def test_a_transfer_in_has_a_conference_and_no_enquiry_here(world):
    referrals = table(world, "FACT_REFERRALS")
    conferences = table(world, "FACT_CP_CONFERENCE")
    moved = referrals.loc[referrals["OUTCOME_CP_TRANSFER_IN_FLAG"].eq("Y"), "FACT_REFERRAL_ID"]
    is_transfer = conferences["TRANSFER_IN_FLAG"].eq("Y")
    assert len(moved) > 0
    assert set(conferences.loc[is_transfer, "FACT_REFERRAL_ID"]) <= set(moved)
    assert set(conferences.loc[is_transfer, "FACT_S47_ID"]) == {-1}
    assert not table(world, "FACT_S47")["FACT_REFERRAL_ID"].isin(moved).any()


def test_long_term_fostering_is_visited_about_every_ten_weeks_after_a_year(world):
    placements = table(world, "FACT_CLA_PLACEMENT")
    visits = table(world, "FACT_CLA_VISIT").merge(placements, on="DIM_PERSON_ID")
    is_within = visits["VISIT_DTTM"] > visits["START_DTTM"]
    is_within &= visits["VISIT_DTTM"] <= visits["END_DTTM"].fillna(OPEN)
    visits = visits[is_within].sort_values(["FACT_CLA_PLACEMENT_ID", "VISIT_DTTM"])
    gap = -visits.groupby("FACT_CLA_PLACEMENT_ID")["VISIT_DTTM"].diff(-1).dt.days
    is_later = visits["VISIT_DTTM"] >= visits["START_DTTM"] + pd.DateOffset(years=1)
    is_long_term = visits["DIM_LOOKUP_PLACEMENT_TYPE_CODE"].isin(["U1", "U4"])
    assert 56 <= gap[is_long_term & is_later].median() <= 84
    assert gap[is_long_term & ~is_later].median() <= 42
    assert gap[~is_long_term].median() <= 42
