"""What several rows say together: families, earlier referrals, plans, the end of care, visits."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from etl.contracts import periods_of_care
from etl.derive import care, facts
from etl.derive.allocation import Allocation
from etl.derive.child_month import child_months
from unit.owing import a_table, past_categories, tables

Row = dict[str, Any]


def referral(number: str, received: str, child: str = "c", **more: Any) -> Row:
    return {"referral_id": number, "child_token": child, "received_date": received, **more}


def re_referrals(*received: str) -> list[bool]:
    rows = [referral(str(number), day) for number, day in enumerate(received)]
    frame = a_table("referral", *rows)
    facts.add_referral_history(frame)
    return frame["is_re_referral"].tolist()


@pytest.mark.parametrize(
    ("earlier", "later", "expected"),
    [
        ("2022-03-15", "2023-03-15", True),  # the boundary day
        ("2022-03-15", "2023-03-16", False),
        ("2023-03-15", "2024-03-15", True),  # 366 days are 12 months too
        ("2024-02-29", "2025-02-28", True),
        ("2024-02-29", "2025-03-01", False),
    ],
)
def test_a_referral_at_most_12_calendar_months_later_is_a_re_referral(earlier, later, expected):
    assert re_referrals(earlier, later) == [False, expected]


def test_of_two_referrals_on_one_day_neither_is_the_earlier():
    assert re_referrals("2023-03-15", "2023-03-15") == [False, False]


def test_each_repeat_is_a_re_referral_in_whatever_order_the_rows_stand():
    assert re_referrals("2023-09-01", "2022-12-01", "2023-05-01") == [True, False, True]


def test_another_childs_referral_is_not_an_earlier_one():
    frame = a_table("referral", referral("1", "2023-01-01"), referral("2", "2023-02-01", "d"))
    facts.add_referral_history(frame)
    assert frame["previous_referral_date"].isna().all()


def plan(number: str, started: str, ended: str | None = None, **more: Any) -> Row:
    return {
        "plan_id": number, "child_token": "c", "started_date": started, "ended_date": ended,
        "is_temporary": False, **more,
    }  # fmt: skip


def test_plans_are_numbered_by_their_start_and_temporary_ones_count_for_none():
    frame = a_table(
        "child_protection_plan",
        plan("9", "2014-05-01"),
        plan("7", "2012-01-01", "2012-06-01"),
        plan("8", "2013-01-01", "2013-03-01", is_temporary=True),
    )
    facts.add_plan_history(frame)
    assert frame["plan_number"].tolist()[:2] == [2, 1]
    assert pd.isna(frame["plan_number"].tolist()[2])
    assert frame["previous_plan_ended_date"].tolist()[0] == pd.Timestamp("2012-06-01")


def test_of_two_plans_that_begin_on_one_day_neither_is_a_repeat():
    frame = a_table("child_protection_plan", plan("1", "2014-05-01"), plan("2", "2014-05-01"))
    facts.add_plan_history(frame)
    assert frame["plan_number"].tolist() == [1, 1]


def test_where_the_source_says_how_many_plans_there_were_they_are_not_counted_here():
    frame = a_table(
        "child_protection_plan",
        plan("7", "2012-01-01", "2012-06-01"),
        plan("8", "2014-05-01", previous_plans=3),
        plan("9", "2014-06-01", previous_plans=0),
    )
    facts.add_plan_history(frame)
    assert frame["plan_number"].tolist() == [1, 4, 1]
    # Which only those here can tell.
    assert frame["previous_plan_ended_date"].tolist()[1] == pd.Timestamp("2012-06-01")


def test_the_start_of_a_period_of_care_is_known_unless_the_source_says_otherwise():
    known = [{"looked_after_id": str(at), "is_start_known": said}
             for at, said in enumerate((None, True, False))]  # fmt: skip
    found = tables(looked_after_period=known)
    facts.fill_flags(found)
    assert found["looked_after_period"]["is_start_known"].tolist() == [True, True, False]


def episode(number: str, started: str, ended: str | None, reason: str | None) -> Row:
    return {
        "episode_id": number, "looked_after_id": "L", "child_token": "c",
        "started_date": started, "ended_date": ended, "end_reason_code": reason,
    }  # fmt: skip


def end_of_care(*episodes: Row) -> tuple[str, str] | None:
    found = periods_of_care.ends(a_table("care_episode", *episodes))
    if found.empty:
        return None
    return f"{found.loc['L', 'ended_date']:%Y-%m-%d}", found.loc["L", "end_reason_code"]


def test_a_period_ends_with_its_last_episode():
    first = episode("1", "2014-01-01", "2014-02-01", "X1")
    last = episode("2", "2014-02-01", "2014-03-01", "E4A")
    assert end_of_care(last, first) == ("2014-03-01", "E4A")


def test_a_period_with_an_open_episode_goes_on():
    first = episode("1", "2014-01-01", "2014-02-01", "E4A")
    assert end_of_care(first, episode("2", "2014-02-01", None, None)) is None


def test_x1_ends_an_episode_and_never_a_period():
    assert end_of_care(episode("1", "2014-01-01", "2014-02-01", "X1")) is None


def test_an_episode_left_open_before_the_last_keeps_the_period_open():
    left = episode("1", "2014-01-01", None, None)
    assert end_of_care(left, episode("2", "2014-02-01", "2014-03-01", "E4A")) is None


def test_of_episodes_equal_in_dates_the_higher_number_is_the_last():
    nine = episode("9", "2014-01-01", "2014-02-01", "X1")
    ten = episode("10", "2014-01-01", "2014-02-01", "E4A")
    assert end_of_care(nine, ten) == ("2014-02-01", "E4A")


def test_where_no_period_has_ended_every_period_goes_on():
    found = tables(
        looked_after_period=[{"looked_after_id": "L", "child_token": "c"}],
        care_episode=[episode("1", "2014-01-01", None, None)],
    )
    care.add_end_of_care(found)
    assert found["looked_after_period"]["ended_date"].isna().all()


def is_short_break(*labels: str | None) -> bool:
    episodes, statuses = [], []
    for number, label in enumerate(labels, start=1):
        day = f"2014-0{number}-01"
        episodes.append(episode(str(number), day, None, None))
        if label:
            statuses.append(
                {"legal_status_id": str(number), "child_token": "c", "legal_status_code": label,
                 "started_date": day, "ended_date": day}
            )  # fmt: skip
    found = tables(
        looked_after_period=[
            {"looked_after_id": "L", "child_token": "c", "started_date": "2014-01-01"}
        ],
        care_episode=episodes,
        legal_status=statuses,
    )
    # One that ended, of another child: an authority always has some.
    ended = {**episode("99", "2013-01-01", "2013-02-01", "E4A"), "looked_after_id": "M"}
    found["care_episode"] = a_table("care_episode", *episodes, {**ended, "child_token": "d"})
    care.add_legal_status(found)
    care.add_end_of_care(found)
    return bool(found["looked_after_period"]["is_short_break"].iloc[0])


def test_a_period_under_v3_or_v4_alone_is_a_short_break():
    assert is_short_break("V3", "V4")


def test_a_period_that_left_short_breaks_behind_is_care():
    assert not is_short_break("V4", "C2")


def test_a_period_without_a_legal_status_is_care():
    assert not is_short_break(None)


def attributed(visits: list[Row], plans: list[Row], placements: list[Row] | None = None) -> Any:
    found = tables(
        visit=[{"child_token": "c", **visit} for visit in visits],
        child_protection_plan=plans,
        placement=placements or [],
    )
    counts = facts.attribute_visits(found)
    return found["visit"], counts


def seen(on: str, plan_id: str | None = None, child: str = "c") -> Row:
    return {
        "visit_id": on, "visit_type": "child_protection", "visited_date": on,
        "named_plan_id": plan_id, "child_token": child,
    }  # fmt: skip


def test_a_visit_counts_for_the_plan_it_names_on_its_first_and_last_day_too():
    plans = [plan("1", "2014-01-01", "2014-06-01"), plan("2", "2014-06-01")]
    frame, counts = attributed([seen("2014-01-01", "1"), seen("2014-06-01", "1")], plans)
    assert frame["plan_id"].tolist() == ["1", "1"]
    assert counts["visit_plan_by_date"] == 0


def test_a_visit_that_names_no_plan_in_force_counts_for_the_one_in_force():
    plans = [plan("1", "2014-01-01", "2014-03-01"), plan("2", "2014-06-01")]
    visits = [seen("2014-07-01", "1"), seen("2014-07-02"), seen("2014-02-01", "2")]
    frame, counts = attributed(visits, plans)
    assert frame["plan_id"].tolist() == ["2", "2", "1"]
    assert counts["visit_plan_by_date"] == 3


def test_a_visit_of_another_child_or_of_no_plans_day_counts_for_none():
    plans = [plan("1", "2014-01-01", "2014-03-01")]
    frame, counts = attributed([seen("2014-02-01", "1", child="d"), seen("2014-04-01", "1")], plans)
    assert frame["plan_id"].isna().all()
    assert counts["visit_without_plan"] == 2


def test_no_visit_counts_for_a_temporary_plan():
    frame, _ = attributed([seen("2014-02-01", "1")], [plan("1", "2014-01-01", is_temporary=True)])
    assert frame["plan_id"].isna().all()


def test_a_looked_after_visit_belongs_to_the_placement_in_force_and_on_a_move_to_the_one_left():
    placements = [
        {"placement_id": "9", "child_token": "c", "started_date": "2014-01-01",
         "ended_date": "2014-02-01"},
        {"placement_id": "10", "child_token": "c", "started_date": "2014-02-01"},
    ]  # fmt: skip
    visits = [
        {"visit_id": day, "visit_type": "looked_after", "visited_date": day}
        for day in ("2014-01-31", "2014-02-01", "2014-02-02", "2013-12-31")
    ]
    frame, counts = attributed(visits, [], placements)
    assert frame["placement_id"].fillna("").tolist() == ["9", "9", "10", ""]
    assert counts["visit_without_placement"] == 1


def test_a_child_in_need_visit_belongs_to_the_plan_in_force_that_day_that_is_not_cancelled():
    plans = [
        {"child_in_need_plan_id": "1", "child_token": "c", "started_date": "2014-01-01",
         "is_cancelled": False},
        {"child_in_need_plan_id": "2", "child_token": "c", "started_date": "2014-02-01",
         "is_cancelled": True},
    ]  # fmt: skip
    found = tables(
        visit=[
            {"visit_id": day, "child_token": "c", "visit_type": kind, "visited_date": day}
            for day, kind in (
                ("2014-03-01", "child_in_need"), ("2013-12-31", "child_in_need"),
                ("2014-03-02", "child_protection"),
            )
        ],
        child_in_need_plan=plans,
    )  # fmt: skip
    counts = facts.attribute_visits(found)
    assert found["visit"]["child_in_need_plan_id"].fillna("").tolist() == ["1", "", ""]
    assert counts["visit_without_child_in_need_plan"] == 1


def test_only_long_term_fostering_is_meant_to_last():
    codes = ["U1", "U4", "U6", "K2", None]
    found = tables(placement=[{"placement_type_code": code} for code in codes])
    found["looked_after_period"]["is_short_break"] = False
    care.add_kind_of_placement(found)
    assert found["placement"]["is_long_term"].tolist() == [True, True, False, False, False]


def test_a_placement_is_a_short_break_where_its_period_of_care_is():
    found = tables(
        placement=[{"looked_after_id": period} for period in ("1", "2", None)],
        looked_after_period=[
            {"looked_after_id": "1", "is_short_break": True},
            {"looked_after_id": "2", "is_short_break": False},
        ],
    )
    care.add_kind_of_placement(found)
    assert found["placement"]["is_short_break"].tolist() == [True, False, False]


def outcomes(**rows: list[Row]) -> pd.DataFrame:
    found = tables(referral=[referral("1", "2014-01-01")], **rows)
    facts.fill_flags(found)
    facts.add_assessment_status(found["single_assessment"])
    facts.add_referral_outcome(found)
    return found["referral"]


@pytest.mark.parametrize(
    ("substatus", "expected"), [("A", True), (None, True), ("D", False), ("X", False)]
)
def test_a_referral_leads_to_an_assessment_that_is_no_draft_nor_cancelled(substatus, expected):
    rows = [{"assessment_id": "1", "referral_id": "1", "substatus_code": substatus}]
    assert outcomes(single_assessment=rows)["leads_to_assessment"].tolist() == [expected]


@pytest.mark.parametrize(
    ("conference", "expected"),
    [
        ({"is_transfer_in": True}, True),
        ({"is_transfer_in": True, "is_cancelled": True}, False),
        ({"is_transfer_in": False}, False),
        ({}, False),
    ],
    ids=["called", "cancelled", "an initial one", "not said"],
)
def test_a_transfer_in_conference_called_shows_a_transfer_in_without_its_outcome(
    conference, expected
):
    rows = [{"conference_id": "1", "referral_id": "1", **conference}]
    assert outcomes(initial_conference=rows)["leads_to_transfer_in"].tolist() == [expected]


def families(**rows: list[Row]) -> dict[str, pd.DataFrame]:
    found = tables(**rows)
    facts.attribute_visits(found)
    facts.inherit(found, Allocation.of(found["involvement"]))
    return found


def contact(number: str, received: str, family: str | None) -> Row:
    return {
        "contact_id": number, "child_token": "c", "received_date": received,
        "contact_family_token": family,
    }  # fmt: skip


def test_a_referrals_family_is_that_of_the_latest_contact_on_or_before_its_day():
    found = families(
        contact=[
            contact("1", "2014-01-01", "f1"), contact("2", "2014-03-01", "f2"),
            contact("3", "2014-03-02", "f3"),
        ],
        referral=[
            referral("1", "2014-03-01"), referral("2", "2014-02-01"), referral("3", "2013-12-31"),
        ],
    )  # fmt: skip
    assert found["referral"]["family_token"].tolist() == ["f2", "f1", "c"]


def test_a_contact_without_a_family_is_of_a_family_of_the_childs_own():
    found = families(contact=[contact("1", "2014-01-01", None)])
    assert found["contact"]["family_token"].tolist() == ["c"]


def test_an_assessments_family_team_and_worker_are_its_referrals_unless_it_names_its_own():
    row = {"child_token": "c", "referral_id": "1", "started_date": "2014-06-01"}
    found = families(
        contact=[contact("1", "2014-01-01", "f1"), contact("2", "2014-05-01", "f2")],
        referral=[referral("1", "2014-01-01", team_id="T", worker_token="w")],
        single_assessment=[
            {**row, "assessment_id": "1"},
            {**row, "assessment_id": "2", "team_id": "U", "worker_token": "x"},
        ],
    )
    assessments = found["single_assessment"]
    assert assessments["family_token"].tolist() == ["f1", "f1"]
    assert assessments["team_id"].tolist() == ["T", "U"]
    assert assessments["worker_token"].tolist() == ["w", "x"]


@pytest.mark.parametrize(
    ("substatus", "authorised", "expected"),
    [
        ("D", "2014-02-01", "draft"),
        ("X", "2014-02-01", "cancelled"),
        (None, "2014-02-01", "completed"),
        (None, None, "open"),
        ("A", None, "open"),
        ("A", "2014-02-01", "completed"),
    ],
)
def test_an_assessments_status_is_its_substatus_before_its_date(substatus, authorised, expected):
    frame = a_table(
        "single_assessment", {"substatus_code": substatus, "authorised_date": authorised}
    )
    facts.add_assessment_status(frame)
    assert frame["status"].tolist() == [expected]


def test_a_reference_to_a_parent_that_is_not_there_is_emptied_and_the_row_stays():
    found = tables(single_assessment=[{"assessment_id": "1", "referral_id": "77"}])
    facts.drop_unknown_parents(found)
    assert len(found["single_assessment"]) == 1
    assert found["single_assessment"]["referral_id"].isna().all()


def months_of(
    extract_date: str = "2014-11-03", *, covered_from: str | None = None,
    told: tuple[str, ...] | None = None, **rows: list[Row],
) -> pd.DataFrame:  # fmt: skip
    found = tables(child=[{"child_token": "c", "birth_month": "2010-05-01"}], **rows)
    found["looked_after_period"]["is_short_break"] = found["looked_after_period"][
        "is_short_break"
    ].fillna(False)
    for table in ("referral", "child_protection_plan", "looked_after_period"):
        found[table]["is_merged"] = found[table]["is_merged"].fillna(False)
    allocation = Allocation.of(found["involvement"])
    return child_months(
        found, pd.Timestamp(extract_date).as_unit("s"), allocation, past_categories(),
        pd.Timestamp(covered_from) if covered_from else None, told,
    )  # fmt: skip


def ends_of(frame: pd.DataFrame) -> list[str]:
    return frame["month_end"].dt.strftime("%Y-%m-%d").tolist()


def test_a_child_is_open_at_every_month_end_from_the_referral_until_before_its_closing():
    found = months_of(referral=[referral("1", "2014-05-31", closed_date="2014-08-31")])
    assert ends_of(found) == ["2014-05-31", "2014-06-30", "2014-07-31"]


def test_an_open_referral_is_open_up_to_the_last_complete_month():
    assert ends_of(months_of(referral=[referral("1", "2014-09-15")])) == [
        "2014-09-30", "2014-10-31",
    ]  # fmt: skip


def test_the_month_that_ends_on_the_extract_date_is_not_complete():
    found = months_of("2014-10-31", referral=[referral("1", "2014-09-15")])
    assert ends_of(found) == ["2014-09-30"]


def test_a_child_month_shows_need_plan_and_care_together():
    found = months_of(
        referral=[referral("1", "2014-10-01", team_id="T")],
        child_protection_plan=[plan("1", "2014-10-20", latest_category="NEG", team_id="U")],
        looked_after_period=[
            {"looked_after_id": "L", "child_token": "c", "started_date": "2014-10-31"}
        ],
    )
    assert found[["is_in_need", "is_on_plan", "is_looked_after"]].to_numpy().tolist() == [
        [True, True, True]
    ]
    assert found["plan_category"].tolist() == ["NEG"]
    assert found["team_id"].tolist() == ["T"]
    assert found["age_band"].tolist() == ["1-4"]


def test_no_month_end_before_the_sources_first_day_is_told():
    opened = [referral("1", "2014-01-01")]
    assert ends_of(months_of(covered_from="2014-08-31", referral=opened))[0] == "2014-08-31"
    assert ends_of(months_of(covered_from="2014-09-01", referral=opened))[0] == "2014-09-30"


def test_what_the_source_cannot_tell_of_a_month_is_empty_and_brings_no_child_in():
    rows: dict[str, list[Row]] = {
        "referral": [referral("1", "2014-08-01", team_id="T")],
        "child_protection_plan": [plan("1", "2014-10-20", latest_category="NEG", team_id="U")],
        "looked_after_period": [
            {"looked_after_id": "L", "child_token": "c", "started_date": "2014-09-30"}
        ],
    }
    found = months_of(told=("is_on_plan", "is_looked_after"), **rows)
    assert ends_of(found) == ["2014-09-30", "2014-10-31"]
    assert found["is_in_need"].isna().all()
    assert found["plan_category"].isna().all()
    assert found["is_on_plan"].tolist() == [False, True]
    assert found["is_looked_after"].tolist() == [True, True]
    assert ends_of(months_of(told=("is_looked_after",), referral=rows["referral"])) == []


def test_temporary_plans_short_breaks_and_merged_children_are_not_in_a_child_month():
    found = months_of(
        child_protection_plan=[plan("1", "2014-09-01", is_temporary=True)],
        looked_after_period=[
            {"looked_after_id": "L", "child_token": "c", "started_date": "2014-09-01",
             "is_short_break": True}
        ],
        referral=[referral("1", "2014-09-01", is_merged=True)],
    )  # fmt: skip
    assert found.empty
