"""What each measure is called in a sentence: the one table that tells them apart."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Words:
    """The words of a measure.

    subject: what it is of, within a sentence. one, many: of a count, what follows its number, noun
    and verb. things: of a share, of what it is one. had_one, had_many: what those in its numerator
    did. These three may hold the slots {before} (the month before M), {last_day} and
    {year_to_date}. timescale: of the rule whose {allowance} had_one and had_many name; where no
    single rule was in force, otherwise stands in their place. two_before: of a count that swings
    with a few large families, so that the month before alone is a poor measure of it: the month
    before that is named too.
    """

    subject: str
    one: str = ""
    many: str = ""
    thing: str = ""
    things: str = ""
    had_one: str = ""
    had_many: str = ""
    timescale: str = ""
    otherwise: tuple[str, str] = ("", "")
    two_before: bool = False


WORDS = {
    "early_help_opened": Words(
        "early help episodes opened", "early help episode was opened",
        "early help episodes were opened",
    ),
    "early_help_rate_12m": Words("early help"),
    "contacts": Words("contacts received", "contact was received", "contacts were received"),
    "contacts_to_referral_pct": Words(
        "contacts that became a referral", thing="contact", things="contacts",
        had_one="went on to a referral", had_many="went on to a referral",
    ),
    "referrals": Words("referrals received", "referral was received", "referrals were received"),
    "referral_rate_12m": Words("referrals"),
    "re_referrals_pct": Words(
        "re-referrals within 12 months", had_one="was of a child referred in the 12 months before",
        had_many="were of children referred in the 12 months before",
    ),
    "assessments_completed": Words(
        "single assessments completed", "single assessment was completed",
        "single assessments were completed",
    ),
    "previous_month_referrals_assessed_pct": Words(
        "referrals of the previous month that were assessed",
        thing="referral of {before}", things="referrals of {before}",
        had_one="had a single assessment completed by {last_day}",
        had_many="had a single assessment completed by {last_day}",
    ),
    "assessments_in_time_pct_ytd": Words(
        "single assessments in time in the year to date",
        thing="single assessment completed {year_to_date}",
        things="single assessments completed {year_to_date}",
        had_one="was in time", had_many="were in time",
    ),
    "assessments_in_time_pct": Words(
        "single assessments in time in the month",
        thing="single assessment", things="single assessments",
        had_one="was in time", had_many="were in time",
    ),
    "assessments_late": Words(
        "single assessments completed late", "single assessment was completed late",
        "single assessments were completed late",
    ),
    "assessments_late_families": Words(
        "families with a single assessment completed late", "family had one late",
        "families had one late",
    ),
    "assessments_overdue": Words(
        "single assessments open and past due", "single assessment was still open past its due "
        "date", "single assessments were still open past their due date",
    ),
    "section_47_completed": Words(
        "section 47 enquiries completed", "section 47 enquiry was completed",
        "section 47 enquiries were completed",
    ),
    "section_47_to_conference_pct": Words(
        "enquiries that led to an initial conference", thing="enquiry", things="enquiries",
        had_one="led to an initial child protection conference",
        had_many="led to an initial child protection conference",
    ),
    "section_47_to_conference_pct_ytd": Words(
        "enquiries that led to an initial conference in the year to date",
        thing="enquiry completed {year_to_date}",
        things="enquiries completed {year_to_date}", had_one="led to an initial conference",
        had_many="led to an initial conference",
    ),
    "initial_conferences_held": Words(
        "children considered at an initial conference",
        "child was considered at an initial conference",
        "children were considered at an initial conference",
    ),
    "initial_conferences_in_time_pct": Words(
        "initial conferences held in time", thing="conference", things="conferences",
        had_one="was held within {allowance}", had_many="were held within {allowance}",
        timescale="initial_conference", otherwise=("was held in time", "were held in time"),
    ),
    "plans_started": Words(
        "child protection plans started", "child protection plan started",
        "child protection plans started", two_before=True,
    ),
    "plan_start_rate_12m": Words("plans started"),
    "plans_repeat_pct": Words("plans of children who had one before"),
    "plans_open": Words("child protection plans open", "child was on a plan",
                        "children were on a plan"),
    "plans_open_rate": Words("children on a plan"),
    "plans_ended_over_2_years_pct": Words("plans ended that had lasted 2 years or more"),
    "reviews_in_time_pct": Words("child protection reviews in time"),
    "plans_reviewed_in_time_pct": Words(
        "children on a plan with every review in time",
        thing="child on a plan for 3 months or more",
        things="children on a plan for 3 months or more",
        had_one="had every review of the last 12 months in time",
        had_many="had every review of the last 12 months in time",
    ),
    "visits_in_time_pct": Words(
        "children on a plan visited in time", thing="child on a plan", things="children on a plan",
        had_one="had the statutory visit in time", had_many="had their statutory visit in time",
    ),
    "looked_after": Words("children looked after", "child was looked after",
                          "children were looked after"),
    "looked_after_rate": Words("children looked after"),
    "looked_after_started": Words(
        "periods of care started", "child started to be looked after",
        "children started to be looked after",
    ),
    "looked_after_ceased": Words(
        "periods of care ended", "child ceased to be looked after",
        "children ceased to be looked after",
    ),
    "looked_after_ceased_rate_12m": Words("children ceasing to be looked after"),
    "looked_after_reviews_overdue": Words(
        "children looked after with a review overdue",
        "child looked after had a review past its due date",
        "children looked after had a review past its due date",
    ),
    "looked_after_visits_in_time_pct": Words(
        "children looked after visited in time",
        thing="child looked after", things="children looked after",
        had_one="had the visit in time", had_many="had their visit in time",
    ),
    "in_need_over_9_months": Words(
        "referrals open more than nine months",
        "referral of a child in need had been open for more than nine months",
        "referrals of children in need had been open for more than nine months",
    ),
}  # fmt: skip
