"""What the blocks of a census become: which record has which id, and what belongs together."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from unit.builders import KEY

from doors.census import (
    a_census,
    a_child,
    assessment,
    conformed,
    details,
    element,
    enquiry,
    landed,
    plan,
    texts,
)
from doors.named_by_content import content_id
from etl.contracts.hand_overs import LANDED
from etl.privacy.landed import rows_about
from etl.privacy.pseudonym import Pseudonyms

NIGHT = date(2014, 11, 3)


def disabled(*codes: str) -> str:
    return element("Disabilities", *(texts(Disability=code) for code in codes))


CHILDREN = [
    # One who is protected, and the same spelt in another way.
    a_child(
        "1001",
        details("2014-01-03", assessment("2014-01-06", "2014-02-07"),
                enquiry("2014-01-07", held="2014-01-20", target="2014-01-28"),
                plan("2014-01-20", "2014-04-14", "2014-04-14", "2014-09-01", previous="2")),
        details(" 2014-01-03Z ", assessment("2014-01-06T00:00:00", "2014-02-07"),
                ReferralNFA="false"),
        characteristics=disabled("NONE"),
    ),
    # Two of a day that differ, an enquiry that is not decided, and no disability told of.
    a_child(
        "1002",
        details("2014-03-03", PrimaryNeedCode="N2"), details("2014-03-03", PrimaryNeedCode="N4"),
        details("2014-05-05", enquiry("2014-05-06"), enquiry("2014-06-06", not_needed="true")),
    ),
    # Moved here on a plan; the conference of a later one stands under another referral.
    a_child(
        "1003",
        details("2014-02-03", plan("2014-02-17", ended="2014-05-01"),
                DateOfInitialCPC="2014-02-17"),
        details("2014-06-03", enquiry("2014-06-04", held="2014-06-20")),
        details("2014-06-10", plan("2014-06-20", previous="1")),
        characteristics=disabled("none", "AUT"),
    ),
    # Twice, each time with another half of what is known.
    a_child("A1004", details("2014-07-01"), characteristics=disabled("NONE")),
    a_child("A1004", details("2014-08-01"), characteristics=disabled("LD")),
    a_child("01005", details("2014-07-01")),
]  # fmt: skip
TOKENS = dict(zip(
    ["1001", "1002", "1003", "A1004", "01005"],
    Pseudonyms(KEY, "874").tokens(pd.Series(["1001", "1002", "1003", "A1004", "01005"]), "child"),
    strict=True,
))  # fmt: skip


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, pd.DataFrame]:
    """Our tables of the census of these children."""
    census = tmp_path_factory.mktemp("records") / "census.xml"
    census.write_text(a_census(*CHILDREN), encoding="utf-8")
    return conformed(census, NIGHT)


def of(frame: pd.DataFrame, child: str, *columns: str) -> list[tuple[Any, ...]]:
    """The child's rows: these columns, as text, in their order."""
    rows = frame.loc[frame["child"].eq(child), [*columns]]
    days = {name: rows[name].dt.strftime("%Y-%m-%d") for name in rows.select_dtypes("datetime")}
    plain = rows.assign(**days).astype(object)
    return list(plain.where(plain.notna(), None).itertuples(index=False, name=None))


def test_the_id_of_a_record_is_made_of_its_kind_its_child_and_its_day(found: Any) -> None:
    token = TOKENS["1001"]
    referral = content_id("referral", token, "2014-01-03", "1")
    assert of(found["referral"], "1001", "referral_id") == [(referral,)]
    assert of(found["single_assessment"], "1001", "assessment_id", "referral_id") == [
        (content_id("single_assessment", token, "2014-01-06", "1"), referral)
    ]
    [(enquiry_id,)] = of(found["section_47_enquiry"], "1001", "enquiry_id")
    assert enquiry_id == content_id("section_47_enquiry", token, "2014-01-07", "1")
    [conference] = of(found["initial_conference"], "1001", "conference_id", "enquiry_id")
    assert conference == (content_id("initial_conference", token, "2014-01-20", "1"), enquiry_id)
    [(plan_id, its_conference)] = of(
        found["child_protection_plan"], "1001", "plan_id", "conference_id"
    )
    assert plan_id == content_id("child_protection_plan", token, "2014-01-20", "1")
    assert its_conference == conference[0]


def test_a_review_is_called_by_its_plan_and_its_day_and_two_of_a_day_are_one(found: Any) -> None:
    plan_id = content_id("child_protection_plan", TOKENS["1001"], "2014-01-20", "1")
    days = ["2014-04-14", "2014-09-01"]
    assert of(found["child_protection_review"], "1001", "review_id", "plan_id", "held_date") == [
        (content_id("child_protection_review", plan_id, day), plan_id, day) for day in days
    ]


def test_records_of_one_day_that_differ_are_numbered_in_the_order_of_the_file(found: Any) -> None:
    token = TOKENS["1002"]
    assert of(found["referral"], "1002", "referral_id", "need_code")[:2] == [
        (content_id("referral", token, "2014-03-03", "1"), "N2"),
        (content_id("referral", token, "2014-03-03", "2"), "N4"),
    ]


def test_an_enquiry_has_an_outcome_once_a_conference_was_held_or_is_not_needed(found: Any) -> None:
    enquiries = found["section_47_enquiry"]
    assert of(enquiries, "1001", "outcome") == [("initial_conference",)]
    assert of(enquiries, "1002", "outcome") == [(None,), ("no_conference",)]


def test_a_child_who_moved_here_on_a_plan_has_a_conference_without_an_enquiry(found: Any) -> None:
    first, _ = of(
        found["initial_conference"].sort_values("held_date"), "1003",
        "conference_id", "enquiry_id", "due_date", "is_transfer_in", "outcome",
    )  # fmt: skip
    transferred = content_id("transfer_in", TOKENS["1003"], "2014-02-17", "1")
    assert first == (transferred, None, None, True, "child_protection_plan")
    assert of(found["referral"], "1003", "is_transfer_in") == [(True,), (False,), (False,)]
    plans = of(found["child_protection_plan"], "1003", "conference_id")
    assert plans[0] == (transferred,)


def test_a_conference_leads_to_a_plan_of_its_own_referral_and_a_plan_names_it_all_the_same(
    found: Any,
) -> None:
    _, later = of(
        found["initial_conference"].sort_values("held_date"), "1003", "conference_id", "outcome"
    )
    assert later == (content_id("initial_conference", TOKENS["1003"], "2014-06-20", "1"), None)
    _, (conference, previous) = of(
        found["child_protection_plan"], "1003", "conference_id", "previous_plans"
    )
    assert (conference, previous) == (later[0], 1)


def test_whether_a_child_is_disabled_is_told_by_any_code_but_none(found: Any) -> None:
    is_disabled = found["child"].set_index("child")["is_disabled"]
    assert is_disabled["1001"] is False or not is_disabled["1001"]
    assert is_disabled[["1003", "A1004"]].all()
    assert pd.isna(is_disabled["1002"])


def test_a_child_who_is_there_twice_is_one_with_all_records(found: Any) -> None:
    assert found["child"]["child"].to_list().count("A1004") == 1
    assert of(found["referral"], "A1004", "received_date") == [("2014-07-01",), ("2014-08-01",)]


def test_zeros_before_an_id_are_part_of_it_as_through_other_doors(found: Any) -> None:
    assert found["child"].set_index("child")["child_token"]["01005"] == TOKENS["01005"]


def test_what_a_census_holds_of_none_is_not_empty_but_no(found: Any) -> None:
    assert not found["initial_conference"]["is_cancelled"].any()
    assert not found["child_protection_plan"]["is_temporary"].any()
    assert found["single_assessment"]["is_child_seen"].isna().all()


def test_a_day_is_read_with_its_month_where_it_could_be_one(found: Any) -> None:
    [(received,), _] = of(found["referral"], "A1004", "received_date")
    assert received == "2014-07-01"
    assert of(found["child"], "1001", "birth_month") == [("2010-05-01",)]


def test_every_landed_row_of_a_child_is_found_by_its_id(tmp_path: Path) -> None:
    census = tmp_path / "census.xml"
    census.write_text(a_census(*CHILDREN), encoding="utf-8")
    run = landed(census, NIGHT)
    masks = rows_about(LANDED.at(run), lambda ids: ids.eq("A1004").to_numpy(dtype=bool), {})
    assert {name: int(mask.sum()) for name, mask in masks.items()} == {
        "CHILD": 2, "DISABILITIES": 2, "CINDETAILS": 2,
    }  # fmt: skip
    masks = rows_about(LANDED.at(run), lambda ids: ids.eq("1001").to_numpy(dtype=bool), {})
    assert {name: int(mask.sum()) for name, mask in masks.items()} == {
        "CHILD": 1, "DISABILITIES": 1, "CINDETAILS": 2, "ASSESSMENTS": 2, "SECTION47": 1,
        "CHILDPROTECTIONPLANS": 1, "REVIEWS": 3,
    }  # fmt: skip
