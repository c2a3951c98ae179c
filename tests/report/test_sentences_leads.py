"""The leads of the sections: golden October as it is read, and each template in all its forms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from etl.report.outline import BY_ID, SECTION_OF, SECTIONS
from etl.report.record import (
    MISSING,
    WITHHELD,
    Band,
    Beginning,
    Breakdown,
    Point,
    Population,
    Reviews,
    Rule,
    Series,
    UsualRange,
)
from etl.report.sentences import lead, plain
from report.peterborough import RULES, october
from report.records import OCTOBER, reference, report, series

LEADS = {
    "early-help": [
        "**79** early help episodes were opened in October 2014, 4 more than in "
        "September (75) and 39 more than in October 2013 (40).",
        "Over 12 months the rate is **204.2** per 10,000 children, **38.1% above** the "
        "target of 147.9.",
    ],
    "contacts": [
        "**870** contacts were received in October 2014, 40 fewer than in September "
        "(910) and 145 more than in October 2013 (725).",
        "**201** of them went on to a referral: **23.1%**, 4.8 percentage points lower "
        "than in September (27.9%) and 8.5 lower than in October 2013 (31.6%).",
    ],
    "referrals": [
        "**201** referrals were received in October 2014, 53 fewer than in September "
        "(254) and 28 fewer than in October 2013 (229).",
        "Over 12 months the rate is **576.4** per 10,000 children, **4.2% below** the "
        "target of 601.7, and below our statistical neighbours (634.9).",
        "**8** of the 201 were of children referred in the 12 months before (4.0%).",
    ],
    "assessments": [
        "**251** single assessments were completed in October 2014, 20 more than in "
        "September (231) and 51 more than in October 2013 (200).",
        "**248** of the 254 referrals of September had a single assessment completed by "
        "31 October (97.6%).",
        "This is above its usual range (1.4% to 48.1%).",
    ],
    "assessment-timescales": [
        "**88.8%** of the single assessments completed from 1 April to 31 October 2014 "
        "were in time (1,467 of 1,652), 1.2 percentage points lower than in the same "
        "period of 2013 (90.0%).",
        "In October itself **212** of the 251 single assessments were in time (84.5%).",
        "**39**, in **26 families**, took longer than the 35 working days of the local "
        "standard; none was still open past its due date at the end of the month.",
        "The number late is above its usual range (9 to 36).",
    ],
    "section-47": [
        "**76** section 47 enquiries were completed in October 2014, 4 fewer than "
        "in September (80) and 27 more than in October 2013 (49).",
        "**40** of them led to an initial child protection conference: **52.6%**, 12.6 "
        "percentage points higher than in September (40.0%) and 26.1 higher than in "
        "October 2013 (26.5%).",
        "**46.3%** of the enquiries completed from 1 April to 31 October 2014 led to an "
        "initial conference (250 of 540), 0.9 percentage points lower than in the same "
        "period of 2013 (47.2%).",
        "That is below England (47.3%) and our statistical neighbours (52.3%).",
    ],
    "plans-started": [
        "**40** children were considered at an initial conference in October 2014, 8 "
        "more than in September (32) and 27 more than in October 2013 (13).",
        "**39** of the 40 conferences were held within 15 working days (97.5%).",
        "**37** child protection plans started in October 2014, 7 more than in September "
        "(30), 4 fewer than in August (41) and 26 more than in October 2013 (11).",
        "Over 12 months the rate is **80.7** per 10,000 children, **51.1% above** the "
        "target of 53.4, and above England (46.2) and our statistical neighbours (54.3).",
    ],
    "plans": [
        "**290** children were on a plan at the end of October 2014, 23 more than at the "
        "end of September (267).",
        "There is no comparable figure for October 2013: the extract holds no plan that "
        "started before 4 December 2012.",
        "The rate is **64.4** per 10,000 children, **30.4% above** the target of 49.42.",
        "The most common category is neglect (155 of 290, 53.4%).",
    ],
    "reviews": [
        "**71.9%** of the reviews due in October 2014 are recorded as held in time (46 of 64).",
        "The other **18** are booked in the system with no held date yet, so the record "
        "does not say whether they were in time.",
        "If all 18 were held in time, the figure is 100.0% (64 of 64); if none was, it "
        "stays 71.9%.",
        "It will be restated when the record is complete.",
    ],
    "visits": [
        "**93.1%** of the children on a plan had their statutory visit in time at the "
        "end of October 2014 (270 of 290), 2.8 percentage points higher than at the end "
        "of September (90.3%).",
        "There is no comparable figure for October 2013: the extract holds no plan that "
        "started before 4 December 2012.",
        "The visits of **20** children were past their due date under the local standard "
        "of 20 working days.",
        "A visit made but not yet entered cannot be told from a visit not made.",
    ],
    "looked-after": [
        "**383** children were looked after at the end of October 2014, 4 more than at "
        "the end of September (379) and 13 more than at the end of October 2013 (370): "
        "11 started and 7 ceased to be looked after in the month.",
        "The rate is **85.1** per 10,000 children, above England (60.0) and our "
        "statistical neighbours (79.0).",
    ],
    "ceased": [
        "**7** children ceased to be looked after in October 2014, 5 fewer than in September (12).",
        "There is no comparable figure for October 2013: the extract holds no period of "
        "care that ended before 1 November 2013.",
        "Over 12 months the rate is **31.6** per 10,000 children, **17.0% below** the "
        "target of 38.0.",
        "A rate of 38.0 is an average of **14** a month; the average of the last 12 "
        "months is 11.8.",
    ],
    "care-oversight": [
        "**No** child looked after had a review past its due date at the end of October 2014.",
        "All 383 children looked after had their visit in time (100.0%).",
    ],
    "in-need": [
        "**109** referrals of children in need had been open for more than nine months "
        "at the end of October 2014, 11 more than at the end of September (98).",
        "There is no comparable figure for October 2013: the extract holds no referral "
        "that was received before 1 November 2012.",
        "Children on a plan, looked after, or off a plan for less than three months are "
        "not counted.",
    ],
}


@pytest.mark.parametrize("section", SECTIONS, ids=lambda section: section.id)
def test_october_is_told_section_by_section(section: Any) -> None:
    assert lead(october(), section) == LEADS[section.id]


def said(*of: Series, section: str, **more: Any) -> str:
    """A section's lead of these measures, without marks."""
    return plain(" ".join(lead(report(*of, **more), BY_ID[section])))


def year(before: Any, month_before: Any, now: Any) -> list[Any]:
    """Thirteen months, of which three matter."""
    return [before, *[month_before] * 11, now]


def in_state(of: Series, state: str) -> Series:
    """A measure whose M has no number."""
    return replace(of, points=(*of.points[:-1], Point(of.now.month, state=state)))


CONTACTS_FROM = Beginning("contact", "was received", date(2014, 2, 1))


@pytest.mark.parametrize(
    ("figures", "told"),
    [
        (year(40, 75, 79), "79 contacts were received in October 2014, 4 more than in September "
         "(75) and 39 more than in October 2013 (40)."),
        (year(100, 75, 60), "60 contacts were received in October 2014, 15 fewer than in September "
         "(75) and 40 fewer than in October 2013 (100)."),
        (year(60, 60, 60), "60 contacts were received in October 2014, the same as in September "
         "(60) and in October 2013 (60)."),
        (year(50, 60, 60), "60 contacts were received in October 2014, the same as in September "
         "(60) and 10 more than in October 2013 (50)."),
        (year(40, 3, 0), "No contact was received in October 2014, 3 fewer than in September (3) "
         "and 40 fewer than in October 2013 (40)."),
        (year(0, 0, 0), "No contact was received in October 2014."),
        (year(2, 0, 1), "1 contact was received in October 2014, 1 more than in September (0) and "
         "1 fewer than in October 2013 (2)."),
        (year(1_000, 1_200, 2_345), "2,345 contacts were received in October 2014, 1,145 more than "
         "in September (1,200) and 1,345 more than in October 2013 (1,000)."),
        (year(None, 75, 79), "79 contacts were received in October 2014, 4 more than in September "
         "(75). There is no comparable figure for October 2013: the extract holds no contact that "
         "was received before 1 February 2014."),
        (year(40, None, 79), "79 contacts were received in October 2014, 39 more than in October "
         "2013 (40). There is no comparable figure for September: the extract holds no contact "
         "that was received before 1 February 2014."),
        (year(None, None, 79), "79 contacts were received in October 2014. There is no comparable "
         "figure for September 2014 or October 2013: the extract holds no contact that was "
         "received before 1 February 2014."),
        (year(None, None, None), "There is no comparable figure of contacts received for October "
         "2014: the extract holds no contact that was received before 1 February 2014."),
        ([4, 3], "3 contacts were received in October 2014, 1 fewer than in September (4)."),
    ],
)  # fmt: skip
def test_a_count_is_told_against_the_month_and_the_year_before(
    figures: Sequence[Any], told: str
) -> None:
    assert said(series("contacts", figures, beginning=CONTACTS_FROM), section="contacts") == told


@pytest.mark.parametrize(
    ("figures", "told"),
    [
        ([11, *[30] * 10, 41, 30, 37], "37 child protection plans started in October 2014, 7 more "
         "than in September (30), 4 fewer than in August (41) and 7 more than in October 2013 "
         "(30)."),
        ([30] * 14, "30 child protection plans started in October 2014, the same as in September "
         "(30), in August (30) and in October 2013 (30)."),
        ([*[30] * 11, 41, 30, 30], "30 child protection plans started in October 2014, the same as "
         "in September (30), 11 fewer than in August (41) and the same as in October 2013 (30)."),
        ([*[0] * 11, 3, 0, 0], "No child protection plan started in October 2014, the same as in "
         "September (0), 3 fewer than in August (3) and the same as in October 2013 (0)."),
    ],
)  # fmt: skip
def test_plans_started_are_told_against_two_months_before(
    figures: Sequence[Any], told: str
) -> None:
    assert said(series("plans_started", figures), section="plans-started") == told


def test_a_beginning_that_the_council_told_is_told_as_its_own() -> None:
    told = replace(CONTACTS_FROM, is_as_told=True)
    text = said(series("contacts", year(None, 75, 79), beginning=told), section="contacts")
    assert text.endswith(
        "There is no comparable figure for October 2013: by the council’s file the extract is whole"
        " from 1 February 2014 on."
    )


def test_what_the_extract_holds_nothing_of_is_told_so() -> None:
    none = Beginning("period of care", "ended", None)
    text = said(series("looked_after_ceased", [None], beginning=none), section="ceased")
    assert text == (
        "There is no comparable figure of periods of care ended for October 2014: the extract "
        "holds no period of care that ended."
    )


def test_a_count_without_a_known_beginning_is_told_as_not_comparable_all_the_same() -> None:
    assert said(series("contacts", year(None, 75, 79)), section="contacts").endswith(
        "There is no comparable figure for October 2013."
    )


def test_a_month_that_nobody_counted_is_said_to_have_no_figure() -> None:
    contacts = series("contacts", year(40, 75, 79))
    points = (replace(contacts.points[0], state=MISSING, numerator=None), *contacts.points[1:])
    assert said(replace(contacts, points=points), section="contacts") == (
        "79 contacts were received in October 2014, 4 more than in September (75). There is no "
        "figure for October 2013."
    )
    assert said(in_state(contacts, MISSING), section="contacts") == (
        "There is no figure of contacts received for October 2014."
    )


def test_in_january_the_month_before_has_its_year() -> None:
    january = date(2015, 1, 1)
    contacts = series("contacts", year(40, 75, 79), last=january)
    assert said(contacts, section="contacts", last=january) == (
        "79 contacts were received in January 2015, 4 more than in December 2014 (75) and 39 more "
        "than in January 2014 (40)."
    )


def test_three_children_are_told_without_percentage_range_or_adjective() -> None:
    march = date(2026, 3, 1)
    ceased = series("looked_after_ceased", [4, 3], last=march)
    assert said(ceased, section="ceased", last=march) == (
        "3 children ceased to be looked after in March 2026, 1 fewer than in February (4)."
    )


@pytest.mark.parametrize(
    ("now", "state", "told"),
    [(3, WITHHELD, "Fewer than 6 children ceased to be looked after in October 2014, or the number "
      "is withheld to protect such a number (c)."),
     (9, None, "9 children ceased to be looked after in October 2014.")],
)  # fmt: skip
def test_the_public_edition_states_no_change_where_either_side_is_withheld(
    now: int, state: str | None, told: str
) -> None:
    ceased = series("looked_after_ceased", year(7, 8, now))
    hidden = [Point(point.month, state=WITHHELD) for point in ceased.points[:-1]]
    public = replace(ceased, points=(*hidden, ceased.now))
    public = in_state(public, state) if state else public
    assert said(public, section="ceased", is_public=True) == told


@pytest.mark.parametrize(
    ("now", "told"),
    [(290, "290 children were on a plan at the end of October 2014, 23 more than at the end of "
      "September (267) and 1 fewer than at the end of October 2013 (291)."),
     (1, "1 child was on a plan at the end of October 2014, 266 fewer than at the end of September "
      "(267) and 290 fewer than at the end of October 2013 (291)."),
     (0, "No child was on a plan at the end of October 2014, 267 fewer than at the end of September"
      " (267) and 291 fewer than at the end of October 2013 (291).")],
)  # fmt: skip
def test_a_number_at_a_months_end_is_compared_with_other_months_ends(now: int, told: str) -> None:
    assert said(series("plans_open", year(291, 267, now)), section="plans") == told


@pytest.mark.parametrize(
    ("now", "told"),
    [(58, "This is above its usual range (13 to 57)."),
     (12, "This is below its usual range (13 to 57)."), (57, ""), (13, "")],
)  # fmt: skip
def test_only_what_is_outside_its_usual_range_is_said_to_be(now: int, told: str) -> None:
    usual = UsualRange(Decimal(13), Decimal(57), date(2013, 10, 1))
    contacts = series("contacts", [now], usual=usual)
    assert said(contacts, section="contacts").partition(". ")[2] == told
    for hidden in ({"is_public": True}, {"is_stale": True}):
        assert "usual" not in said(contacts, section="contacts", **hidden)


# Shares.


CONTACTS = series("contacts", [100])


@pytest.mark.parametrize(
    ("figures", "told"),
    [
        (year((30, 100), (35, 100), (40, 100)), "40 of them went on to a referral: 40.0%, 5.0 "
         "percentage points higher than in September (35.0%) and 10.0 higher than in October 2013 "
         "(30.0%)."),
        (year((50, 100), (45, 100), (40, 100)), "40 of them went on to a referral: 40.0%, 5.0 "
         "percentage points lower than in September (45.0%) and 10.0 lower than in October 2013 "
         "(50.0%)."),
        (year((50, 100), (40, 100), (40, 100)), "40 of them went on to a referral: 40.0%, the same "
         "as in September (40.0%) and 10.0 percentage points lower than in October 2013 (50.0%)."),
        (year((40, 100), (40, 100), (40, 100)), "40 of them went on to a referral: 40.0%, the same "
         "as in September (40.0%) and in October 2013 (40.0%)."),
        (year((40, 100), (40, 100), (0, 100)), "None of them went on to a referral: 0.0%, 40.0 "
         "percentage points lower than in September (40.0%) and 40.0 lower than in October 2013 "
         "(40.0%)."),
        (year((5, 9), (40, 100), (1, 100)), "1 of them went on to a referral: 1.0%, 39.0 percentage"
         " points lower than in September (40.0%)."),
        (year((40, 100), (40, 100), (2, 3)), "2 of 3 contacts went on to a referral."),
        (year((40, 100), (40, 100), (0, 0)), ""),
        (year((0, 0), (40, 100), (40, 100)), "40 of them went on to a referral: 40.0%, the same as "
         "in September (40.0%). There is no figure for October 2013."),
        # a third: the printed figures differ by 0.1, the exact ones by less than 0.1
        (year(None, (333, 1_000), (334, 1_000)), "334 of them went on to a referral: 33.4%, 0.1 "
         "percentage points higher than in September (33.3%). There is no comparable figure for "
         "October 2013."),
    ],
)  # fmt: skip
def test_a_share_is_told_in_points_with_its_numbers(figures: Sequence[Any], told: str) -> None:
    shares = series("contacts_to_referral_pct", figures)
    assert said(CONTACTS, shares, section="contacts") == (
        f"100 contacts were received in October 2014. {told}".strip()
    )


def test_a_share_of_a_number_that_is_not_told_says_of_what_it_is_one() -> None:
    shares = series("contacts_to_referral_pct", [(40, 100)])
    assert (
        said(shares, section="contacts") == "40 of the 100 contacts went on to a referral (40.0%)."
    )


def test_a_withheld_share_is_said_to_tell_a_small_number() -> None:
    shares = in_state(series("contacts_to_referral_pct", [(40, 100)]), WITHHELD)
    assert said(CONTACTS, shares, section="contacts", is_public=True).endswith(
        "The share of contacts that became a referral is withheld (c): it would tell, or help to "
        "tell, a number from 1 to 5."
    )


@pytest.mark.parametrize(
    ("now", "told"),
    [((248, 254), "248 of the 254 referrals of September had a single assessment completed by 31 "
      "October (97.6%)."),
     ((254, 254), "All 254 referrals of September had a single assessment completed by 31 October "
      "(100.0%)."),
     ((0, 254), "None of the 254 referrals of September had a single assessment completed by 31 "
      "October (0.0%)."),
     ((2, 3), "2 of 3 referrals of September had a single assessment completed by 31 October.")],
)  # fmt: skip
def test_the_referrals_of_the_month_before_are_followed_to_this_months_end(
    now: tuple[int, int], told: str
) -> None:
    shares = series("previous_month_referrals_assessed_pct", [(5, 10), now])
    assert said(shares, section="assessments", months=(date(2014, 9, 1), OCTOBER)) == told


def test_conferences_in_time_are_told_after_how_many_and_before_the_reasons() -> None:
    usual = UsualRange(Decimal(1), Decimal(2), date(2013, 10, 1))
    every = [series("initial_conferences_held", year(None, 32, 40), usual=usual),
             series("initial_conferences_in_time_pct", [(39, 40)])]  # fmt: skip
    assert said(*every, section="plans-started", rules=RULES) == (
        "40 children were considered at an initial conference in October 2014, 8 more than in "
        "September (32). This is above its usual range (1 to 2). 39 of the 40 conferences were "
        "held within 15 working days (97.5%). There is no comparable figure for October 2013."
    )


@pytest.mark.parametrize(
    ("count", "share"),
    [("contacts", "contacts_to_referral_pct"),
     ("section_47_completed", "section_47_to_conference_pct")],
)  # fmt: skip
def test_a_share_of_them_follows_how_many_before_any_reason(count: str, share: str) -> None:
    every = [series(count, year(None, 90, 100)), series(share, year(None, (30, 90), (40, 100)))]
    text = said(*every, section=SECTION_OF[count].id)
    assert text.index("40 of them") < text.index("There is no comparable figure")
    assert text.count("There is no comparable figure for October 2013.") == 1


@pytest.mark.parametrize(
    ("measure", "now", "told"),
    [("contacts_to_referral_pct", (0, 1), "0 of 1 contact went on to a referral."),
     ("previous_month_referrals_assessed_pct", (1, 1),
      "1 of 1 referral of September had a single assessment completed by 31 October."),
     ("assessments_in_time_pct_ytd", (0, 1),
      "0 of 1 single assessment completed from 1 April to 31 October 2014 was in time."),
     ("section_47_to_conference_pct", (1, 1),
      "1 of 1 enquiry led to an initial child protection conference."),
     ("visits_in_time_pct", (1, 2),
      "1 of 2 children on a plan had the statutory visit in time at the end of October 2014. The "
      "visit of 1 child was past its due date. A visit made but not yet entered cannot be told "
      "from a visit not made."),
     ("reviews_in_time_pct", (1, 1), "1 of 1 review due in October 2014 was held in time."),
     ("reviews_in_time_pct", (2, 3), "2 of 3 reviews due in October 2014 were held in time."),
     ("looked_after_visits_in_time_pct", (0, 1), "0 of 1 child looked after had the visit in "
      "time.")],
)  # fmt: skip
def test_one_of_few_is_told_in_the_singular(measure: str, now: Any, told: str) -> None:
    assert said(series(measure, [now]), section=SECTION_OF[measure].id) == told


def test_one_review_that_awaits_its_record_is_told_in_the_singular() -> None:
    of = Reviews(1, 0, 0, 0, 1, 0, date(2014, 11, 3))
    text = said(series("reviews_in_time_pct", [(0, 1)]), section="reviews", reviews=of)
    assert text.startswith("0 of 1 review due in October 2014 is recorded as held in time. ")


@pytest.mark.parametrize(
    ("measure", "told"),
    [
        ("reviews_in_time_pct", "No review was due in October 2014."),
        ("visits_in_time_pct", "No child on a plan was due a visit by the end of October 2014."),
    ],
)
def test_a_month_in_which_nothing_was_owed_is_told_so(measure: str, told: str) -> None:
    nothing = in_state(series(measure, [(0, 0)]), MISSING)
    points = (replace(nothing.now, numerator=0, denominator=0),)
    assert said(replace(nothing, points=points), section=SECTION_OF[measure].id) == told


@pytest.mark.parametrize(
    ("now", "told"),
    [((1, 201), "1 of the 201 was of a child referred in the 12 months before (0.5%)."),
     ((8, 201), "8 of the 201 were of children referred in the 12 months before (4.0%)."),
     ((0, 201), "None of the 201 were of children referred in the 12 months before (0.0%).")],
)  # fmt: skip
def test_one_re_referral_is_told_in_the_singular(now: tuple[int, int], told: str) -> None:
    assert said(series("re_referrals_pct", [now]), section="referrals") == told


@pytest.mark.parametrize(
    ("of_2013", "told"),
    [((9, 10), "88.8% of the single assessments completed from 1 April to 31 October 2014 were in "
      "time (1,467 of 1,652), 1.2 percentage points lower than in the same period of 2013 "
      "(90.0%)."),
     (None, "88.8% of the single assessments completed from 1 April to 31 October 2014 were in "
      "time (1,467 of 1,652). There is no comparable figure for October 2013.")],
)  # fmt: skip
def test_a_year_to_date_is_compared_with_the_same_period_alone(of_2013: Any, told: str) -> None:
    shares = series("assessments_in_time_pct_ytd", year(of_2013, (99, 100), (1467, 1652)))
    assert said(shares, section="assessment-timescales") == told


def test_a_year_to_date_beyond_the_turn_of_the_year_names_both_years() -> None:
    february = date(2015, 2, 1)
    shares = series("assessments_in_time_pct_ytd", year((9, 10), (9, 10), (8, 10)), last=february)
    assert said(shares, section="assessment-timescales", last=february) == (
        "80.0% of the single assessments completed from 1 April 2014 to 28 February 2015 were in "
        "time (8 of 10), 10.0 percentage points lower than in the same period of 2013/14 (90.0%)."
    )


def test_in_april_the_month_is_not_told_beside_the_year_to_date_that_it_is() -> None:
    april = date(2014, 4, 1)
    both = [series(name, [(9, 10)], last=april) for name in
            ("assessments_in_time_pct_ytd", "assessments_in_time_pct")]  # fmt: skip
    assert "itself" not in said(*both, section="assessment-timescales", last=april)


# Against targets, England and the neighbours.


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({}, "."),
        ({"target": reference("8.0")}, ", 11.1% above the target of 8.0."),
        ({"target": reference("10.0")}, ", 11.1% below the target of 10.0."),
        ({"target": reference("0")}, ", above the target of 0.0."),
        ({"target": reference("8.89")}, ", less than 0.1% below the target of 8.89."),
        ({"england": reference("8.8")}, ", above England (8.8)."),
        ({"england": reference("8.9")}, ", the same as England (8.9)."),
        ({"neighbours": reference("9.0")}, ", below our statistical neighbours (9.0)."),
        ({"england": reference("8.8"), "neighbours": reference("8.1")},
         ", above England (8.8) and our statistical neighbours (8.1)."),
        ({"england": reference("8.8"), "neighbours": reference("9.1")},
         ", above England (8.8) and below our statistical neighbours (9.1)."),
        ({"england": reference("8.9"), "neighbours": reference("8.9")},
         ", the same as England (8.9) and our statistical neighbours (8.9)."),
        ({"target": reference("8.0"), "england": reference("46.2", "2012/13")},
         ", 11.1% above the target of 8.0, and below England (46.2 in 2012/13)."),
    ],
)  # fmt: skip
def test_a_rate_is_told_against_what_there_is(more: dict[str, Any], told: str) -> None:
    rate = series("early_help_rate_12m", [40], **more)
    start = "Over 12 months the rate is 8.9 per 10,000 children"
    assert said(rate, section="early-help") == f"{start}{told}"


def test_a_rate_on_its_target_is_the_same_as_it() -> None:
    rate = series("early_help_rate_12m", [45], target=reference("10.0"))
    assert said(rate, section="early-help").endswith("children, the same as the target of 10.0.")


@pytest.mark.parametrize(
    ("state", "told"),
    [(WITHHELD, "The rate over 12 months is withheld (c): it would tell, or help to tell, a number "
      "from 1 to 5."),
     (MISSING, "There is no rate over 12 months for October 2014, as the council’s file gives no "
      "number of children.")],
)  # fmt: skip
def test_a_rate_that_may_not_be_told_says_so(state: str, told: str) -> None:
    rate = in_state(series("early_help_rate_12m", [40]), state)
    assert said(rate, section="early-help") == told


def test_a_rate_that_is_not_comparable_says_why() -> None:
    beginning = Beginning("episode", "started", date(2014, 1, 5))
    rate = series("early_help_rate_12m", [None], beginning=beginning)
    assert said(rate, section="early-help") == (
        "There is no comparable rate over 12 months for October 2014: the extract holds no episode "
        "that started before 5 January 2014."
    )


def test_a_share_stands_in_points_from_its_target() -> None:
    shares = series("section_47_to_conference_pct_ytd", [(250, 540)], target=reference("47.5"),
                    england=reference("47.3"))  # fmt: skip
    assert said(shares, section="section-47").endswith(
        "That is 1.2 percentage points below the target of 47.5%, and below England (47.3%)."
    )


def test_a_share_stands_against_its_target_before_it_is_said_why_it_has_no_change() -> None:
    shares = series("visits_in_time_pct", [(0, 0), (27, 30)], target=reference("95.0"))
    assert said(shares, section="visits").startswith(
        "90.0% of the children on a plan had their statutory visit in time at the end of October "
        "2014 (27 of 30). That is 5.0 percentage points below the target of 95.0%. There is no "
        "figure for September."
    )


@pytest.mark.parametrize(
    ("target", "population", "is_told"),
    [("38.0", Population(45_000, 2013), True), ("30.0", Population(45_000, 2013), False),
     ("38.0", None, False)],
)  # fmt: skip
def test_what_a_target_asks_for_is_told_only_where_the_rate_is_below_it(
    target: str, population: Population | None, is_told: bool
) -> None:
    rate = series("looked_after_ceased_rate_12m", [142], target=reference(target))
    text = said(rate, section="ceased", population=population)
    needed = "A rate of 38.0 is an average of 14 a month; the average of the last 12 months is 11.8"
    assert (needed in text) == is_told


# What single sections say.


@pytest.mark.parametrize(
    ("late", "families", "overdue", "told"),
    [
        (39, 26, 0, "39, in 26 families, took longer than the 35 working days of the local "
         "standard; none was still open past its due date at the end of the month."),
        (1, 1, 1, "1, in 1 family, took longer than the 35 working days of the local standard; 1 "
         "was still open past its due date at the end of the month."),
        (0, 0, 12, "None took longer than the 35 working days of the local standard; 12 were still "
         "open past their due date at the end of the month."),
    ],
)  # fmt: skip
def test_late_assessments_are_told_with_families_and_those_still_open(
    late: int, families: int, overdue: int, told: str
) -> None:
    figures = {"assessments_late": late, "assessments_late_families": families,
               "assessments_overdue": overdue}  # fmt: skip
    every = [series(name, [number]) for name, number in figures.items()]
    assert said(*every, section="assessment-timescales", rules=RULES) == told


def test_late_assessments_name_no_standard_where_the_rule_changed_within_the_year() -> None:
    changed = (replace(RULES[2], until=date(2014, 6, 30)),
               Rule("single_assessment", "", "45 working days", None, False))  # fmt: skip
    late = series("assessments_late", [39])
    assert said(late, section="assessment-timescales", rules=changed) == (
        "39 were completed after their due date."
    )


def test_a_withheld_number_of_open_assessments_is_said_to_be() -> None:
    every = [series("assessments_late", [39]),
             in_state(series("assessments_overdue", [3]), WITHHELD)]  # fmt: skip
    assert said(*every, section="assessment-timescales", rules=RULES, is_public=True) == (
        "39 took longer than the 35 working days of the local standard; the number still open past "
        "its due date at the end of the month is withheld (c)."
    )


def breakdown(*numbers: int | None) -> dict[str, Breakdown]:
    """Plans by category."""
    bands = tuple(map(Band, ("Neglect", "Emotional abuse", "Physical abuse"), numbers))
    total = sum(number or 0 for number in numbers)
    return {"plans_by_category": Breakdown("plans_by_category", "plans_open", total, bands)}


@pytest.mark.parametrize(
    ("numbers", "told"),
    [((155, 77, 58), "The most common category is neglect (155 of 290, 53.4%)."),
     ((20, 20, 10), "The most common categories are neglect and emotional abuse (20 of 50, 40.0% "
      "each)."),
     ((2, 1, 0), "The most common category is neglect (2 of 3)."),
     ((155, 77, None), None), ((0, 0, 0), None)],
)  # fmt: skip
def test_the_most_common_category_is_named_where_all_are_known(
    numbers: tuple[int | None, ...], told: str | None
) -> None:
    text = said(series("plans_open", [290]), section="plans", breakdowns=breakdown(*numbers))
    assert text.removeprefix("290 children were on a plan at the end of October 2014.").strip() == (
        told or ""
    )


@pytest.mark.parametrize(
    ("now", "told"),
    [((270, 290), "The visits of 20 children were past their due date under the local standard of "
      "20 working days."),
     ((289, 290), "The visit of 1 child was past its due date under the local standard of 20 "
      "working days."),
     ((290, 290), "No child’s visit was past its due date under the local standard of 20 working "
      "days.")],
)  # fmt: skip
def test_visits_past_due_are_told_with_what_the_record_cannot_tell(
    now: tuple[int, int], told: str
) -> None:
    text = said(series("visits_in_time_pct", [now]), section="visits", rules=RULES)
    unknown = "A visit made but not yet entered cannot be told from a visit not made."
    assert text.endswith(f" {told} {unknown}")


@pytest.mark.parametrize(
    ("before", "now", "started", "ceased", "corrected", "told"),
    [
        (379, 383, 11, 7, 0, ": 11 started and 7 ceased to be looked after in the month."),
        (383, 382, 0, 1, 0, ": none started and 1 ceased to be looked after in the month."),
        (379, 383, 11, 9, 2, ": 11 started and 9 ceased to be looked after in the month (the two "
         "do not add up to the change, as 2 records were corrected)."),
        (379, 383, 11, 8, 1, ": 11 started and 8 ceased to be looked after in the month (the two "
         "do not add up to the change, as 1 record was corrected)."),
        (379, 383, 11, None, 0, "379)."),
    ],
)  # fmt: skip
def test_started_and_ceased_are_told_with_whether_they_add_up(
    before: int, now: int, started: int, ceased: int | None, corrected: int, told: str
) -> None:
    every = [series("looked_after", [before, now]), series("looked_after_started", [started]),
             series("looked_after_ceased", [ceased])]  # fmt: skip
    assert said(*every, section="looked-after", corrected_records=corrected).endswith(told)


# Reviews: late in practice, or late in the record.


def due(number: int, **more: Any) -> dict[str, Any]:
    """So many reviews."""
    return {"due": number, **more}


def reviews(due: int, in_time: int, *, recorded_late: int | None = 0, late: int = 0,
            awaiting: int = 0, before: Any = (30, 30)) -> str:  # fmt: skip
    """The lead of reviews due in October."""
    found = series("reviews_in_time_pct", [before, (in_time, due)])
    found = replace(found, points=(found.points[0], replace(found.now, awaiting=awaiting)))
    became = Reviews(due, in_time, recorded_late, late, awaiting,
                     due - in_time - late - awaiting, date(2014, 11, 3))  # fmt: skip
    return said(found, section="reviews", reviews=became)


@pytest.mark.parametrize(
    ("of", "told"),
    [
        (due(64, in_time=64, recorded_late=18), "100.0% of the reviews due in October 2014 "
         "were held in time (64 of 64), the same as in September (100.0%). 18 of them were recorded"
         " after their due date, so the system showed 46 of 64 on the day."),
        (due(64, in_time=64, recorded_late=1), "100.0% of the reviews due in October 2014 were"
         " held in time (64 of 64), the same as in September (100.0%). 1 of them was recorded after"
         " its due date, so the system showed 63 of 64 on the day."),
        (due(64, in_time=64), "100.0% of the reviews due in October 2014 were held in time "
         "(64 of 64), the same as in September (100.0%)."),
        (due(64, in_time=61, late=3), "95.3% of the reviews due in October 2014 were held in "
         "time (61 of 64), 4.7 percentage points lower than in September (100.0%). 3 were held "
         "late."),
        (due(64, in_time=61, late=1), "95.3% of the reviews due in October 2014 were held in "
         "time (61 of 64), 4.7 percentage points lower than in September (100.0%). 1 was held late "
         "and 2 are not held and not booked."),
        (due(64, in_time=64, recorded_late=None), "100.0% of the reviews due in October 2014 "
         "were held in time (64 of 64), the same as in September (100.0%). Before 3 November 2014 "
         "the system’s recording day is not known."),
        (due(3, in_time=2, late=1), "2 of 3 reviews due in October 2014 were held in time. 1 "
         "was held late."),
        (due(0, in_time=0), "No review was due in October 2014."),
        (due(64, in_time=46, awaiting=18), "71.9% of the reviews due in October 2014 are "
         "recorded as held in time (46 of 64). The other 18 are booked in the system with no held "
         "date yet, so the record does not say whether they were in time. If all 18 were held in "
         "time, the figure is 100.0% (64 of 64); if none was, it stays 71.9%. It will be restated "
         "when the record is complete."),
        (due(64, in_time=63, awaiting=1), "98.4% of the reviews due in October 2014 are "
         "recorded as held in time (63 of 64). The other review is booked in the system with no "
         "held date yet, so the record does not say whether it was in time. If it was held in "
         "time, the figure is 100.0% (64 of 64); if it was not, it stays 98.4%. It will be restated"
         " when the record is complete."),
        (due(64, in_time=46, awaiting=15, late=2), "71.9% of the reviews due in October 2014 "
         "are recorded as held in time (46 of 64). Of the other 18, 15 are booked in the system "
         "with no held date yet, so the record does not say whether they were in time; 2 were held "
         "late; 1 is not held and not booked. If all 15 were held in time, the figure is 95.3% (61 "
         "of 64); if none was, it stays 71.9%. It will be restated when the record is complete."),
        (due(3, in_time=2, awaiting=1), "2 of 3 reviews due in October 2014 are recorded as "
         "held in time. The other review is booked in the system with no held date yet, so the "
         "record does not say whether it was in time. If it was held in time, the figure is 3 of 3;"
         " if it was not, it stays 2 of 3. It will be restated when the record is complete."),
    ],
)  # fmt: skip
def test_reviews_are_late_in_practice_or_only_in_the_record(of: dict[str, Any], told: str) -> None:
    assert reviews(**of) == told


def test_no_change_is_told_against_a_month_that_is_not_final() -> None:
    found = series("reviews_in_time_pct", [(20, 30), (64, 64)])
    found = replace(found, points=(replace(found.points[0], awaiting=10), found.now))
    assert said(found, section="reviews") == (
        "100.0% of the reviews due in October 2014 were held in time (64 of 64). The figure for "
        "September is not final, so no change on it is told."
    )


def test_a_number_overdue_of_which_some_may_only_lack_their_record_is_not_compared() -> None:
    overdue = series("looked_after_reviews_overdue", [0, 3])
    overdue = replace(overdue, points=(overdue.points[0], replace(overdue.now, awaiting=2)))
    assert said(overdue, section="care-oversight") == (
        "3 children looked after had a review past its due date at the end of October 2014. 2 of "
        "them are booked in the system with no held date yet, so the figure is not final."
    )


# The lead as a whole.


def test_a_section_of_which_nothing_is_published_says_so() -> None:
    assert lead(report(), BY_ID["early-help"]) == [
        "The extract does not hold what this section counts."
    ]


def test_where_there_is_too_much_to_say_the_reasons_give_way_before_the_figures() -> None:
    usual = UsualRange(Decimal(1), Decimal(2), date(2013, 10, 1))
    every = [
        series("section_47_completed", year(None, 60, 76), usual=usual,
               beginning=Beginning("enquiry", "ended", date(2014, 1, 1))),
        series("section_47_to_conference_pct", year(None, (30, 60), (40, 76)), usual=usual,
               beginning=Beginning("enquiry", "started", date(2014, 1, 1))),
        series("section_47_to_conference_pct_ytd", [(250, 540)], england=reference("47.3")),
    ]  # fmt: skip
    told = [plain(text) for text in lead(report(*every), BY_ID["section-47"])]
    assert [text.split()[0] for text in told] == ["76", "This", "40", "46.3%", "That"]


def test_one_reason_is_said_once() -> None:
    begun = {"beginning": CONTACTS_FROM}
    every = [series("contacts", year(None, 75, 79), **begun),
             series("contacts_to_referral_pct", year(None, (1, 10), (2, 10)), **begun)]  # fmt: skip
    assert said(*every, section="contacts").count("There is no comparable figure") == 1
    every[1] = series("contacts_to_referral_pct", [None], **begun)
    assert said(*every, section="contacts").endswith(
        "There is no comparable figure for October 2013: the extract holds no contact that was "
        "received before 1 February 2014. There is no comparable figure of contacts that became a "
        "referral for October 2014."
    )
