"""What stands where in a report: its sections, their measures, charts and breakdowns, and the four
groups of the page of all figures. What is said of them is in ``sentences``."""

from __future__ import annotations

from dataclasses import dataclass

# The forms of a chart: columns from zero of counts; a line from zero of rates; a line of shares;
# one of a year to date, which breaks at each April.
COLUMNS, LINE = "columns", "line"


@dataclass(frozen=True)
class Chart:
    """A measure drawn over the months of the report. caption: its heading; about: the line below
    it, to which the page adds what is shaded or outlined."""

    measure: str
    form: str
    caption: str
    about: str


@dataclass(frozen=True)
class BreakdownOf:
    """A breakdown that a section shows. name: of its SQL file."""

    name: str


@dataclass(frozen=True)
class TeamsOf:
    """A share by team that a section shows. whose: whose team it is. of, part: what its columns
    of the denominator and of what is not in the numerator are called."""

    measure: str
    whose: str
    of: str
    part: str


@dataclass(frozen=True)
class Section:
    """A numbered section. rows: by measure, its label in the section's table."""

    number: int
    id: str
    title: str
    rows: dict[str, str]
    charts: tuple[Chart, ...] = ()
    breakdowns: tuple[BreakdownOf, ...] = ()
    teams: TeamsOf | None = None

    @property
    def measures(self) -> tuple[str, ...]:
        """In the order of its table."""
        return tuple(self.rows)


_RATE = "Rate per 10,000, over 12 months"

SECTIONS = (
    Section(
        1, "early-help", "Early help",
        {"early_help_opened": "Early help episodes opened", "early_help_rate_12m": _RATE},
        (
            Chart("early_help_opened", COLUMNS, "Early help episodes opened each month",
                  "Children."),
            Chart("early_help_rate_12m", LINE, "The 12-month rate",
                  "Episodes opened in 12 months per 10,000 children."),
        ),
    ),
    Section(
        2, "contacts", "Contacts",
        {"contacts": "Contacts received",
         "contacts_to_referral_pct": "Contacts that became a referral"},
        (
            Chart("contacts", COLUMNS, "Contacts received each month", "Children."),
            Chart("contacts_to_referral_pct", LINE, "Share of contacts that became a referral",
                  "Per cent of the month’s contacts."),
        ),
    ),
    Section(
        3, "referrals", "Referrals",
        {"referrals": "Referrals received", "referral_rate_12m": _RATE,
         "re_referrals_pct": "Re-referrals within 12 months"},
        (
            Chart("referrals", COLUMNS, "Referrals received each month", "Children."),
            Chart("referral_rate_12m", LINE, "The 12-month rate",
                  "Referrals in 12 months per 10,000 children."),
        ),
    ),
    Section(
        4, "assessments", "Single assessments",
        {"assessments_completed": "Single assessments completed",
         "previous_month_referrals_assessed_pct":
             "Referrals of the previous month that were assessed"},
        (
            Chart("assessments_completed", COLUMNS, "Single assessments completed each month",
                  "Children."),
            Chart("previous_month_referrals_assessed_pct", LINE,
                  "Referrals of the month before that were assessed",
                  "Per cent, by the month’s end."),
        ),
    ),
    Section(
        5, "assessment-timescales", "Single assessment timescales",
        {"assessments_in_time_pct_ytd": "In time, year to date",
         "assessments_in_time_pct": "In time, in the month",
         "assessments_late": "Completed late",
         "assessments_late_families": "Families with one late",
         "assessments_overdue": "Open and past due"},
        (
            Chart("assessments_in_time_pct_ytd", LINE,
                  "Single assessments completed in time, year to date",
                  "Per cent, each year from 1 April."),
        ),
        (BreakdownOf("assessments_how_late"),),
        TeamsOf("assessments_in_time_pct", "of the assessment", "Completed", "Late"),
    ),
    Section(
        6, "section-47", "Section 47 enquiries",
        {"section_47_completed": "Section 47 enquiries completed",
         "section_47_to_conference_pct": "Led to an initial conference, in the month",
         "section_47_to_conference_pct_ytd": "Led to an initial conference, year to date"},
        (
            Chart("section_47_completed", COLUMNS, "Enquiries completed each month", "Children."),
            Chart("section_47_to_conference_pct_ytd", LINE,
                  "Share that led to an initial conference, year to date",
                  "Per cent, each year from 1 April."),
        ),
    ),
    Section(
        7, "plans-started", "Child protection conferences and plans started",
        {"initial_conferences_held": "Initial child protection conferences held",
         "initial_conferences_in_time_pct": "Held in time",
         "plans_started": "Child protection plans started",
         "plan_start_rate_12m": "Plans started per 10,000, over 12 months",
         "plans_repeat_pct": "Plans of children who had one before"},
        (
            Chart("plans_started", COLUMNS, "Child protection plans started each month",
                  "Children."),
            Chart("plan_start_rate_12m", LINE, "The 12-month rate",
                  "Plans started in 12 months per 10,000 children."),
        ),
    ),
    Section(
        8, "plans", "Children on a child protection plan",
        {"plans_open": "Child protection plans open", "plans_open_rate": "Rate per 10,000",
         "plans_ended_over_2_years_pct": "Plans ended that had lasted 2 years or more"},
        (
            Chart("plans_open_rate", LINE, "Children on a plan at the end of each month, rate",
                  "Per 10,000 children."),
        ),
        (BreakdownOf("plans_by_category"),),
    ),
    Section(
        9, "reviews", "Child protection reviews",
        {"reviews_in_time_pct": "Reviews due in the month, recorded in time",
         "plans_reviewed_in_time_pct": "Children on a plan with every review recorded in time"},
        (
            Chart("reviews_in_time_pct", LINE, "Reviews recorded in time, by month due",
                  "Per cent."),
        ),
    ),
    Section(
        10, "visits", "Child protection visits",
        {"visits_in_time_pct": "Children on a plan visited in time"},
        (
            Chart("visits_in_time_pct", LINE,
                  "Children on a plan visited in time, at each month’s end", "Per cent."),
        ),
        (BreakdownOf("visits_how_long_past_due"),),
        TeamsOf("visits_in_time_pct", "of the plan, else of the child’s referral", "On a plan",
                "Past due"),
    ),
    Section(
        11, "looked-after", "Children looked after",
        {"looked_after": "Children looked after", "looked_after_rate": "Rate per 10,000",
         "looked_after_started": "Periods of care started"},
        (
            Chart("looked_after", COLUMNS, "Children looked after at the end of each month",
                  "Children."),
            Chart("looked_after_rate", LINE,
                  "Children looked after at the end of each month, rate", "Per 10,000 children."),
        ),
    ),
    Section(
        12, "ceased", "Children ceasing to be looked after",
        {"looked_after_ceased": "Periods of care ended", "looked_after_ceased_rate_12m": _RATE},
        (
            Chart("looked_after_ceased", COLUMNS, "Periods of care ended each month", "Children."),
            Chart("looked_after_ceased_rate_12m", LINE, "The 12-month rate",
                  "Periods of care ended in 12 months per 10,000 children."),
        ),
    ),
    Section(
        13, "care-oversight", "Looked after reviews and visits",
        {"looked_after_reviews_overdue": "Looked after children with a review overdue",
         "looked_after_visits_in_time_pct": "Looked after children visited in time"},
    ),
    Section(
        14, "in-need", "Children in need for more than nine months",
        {"in_need_over_9_months": "Referrals open more than nine months"},
        (
            Chart("in_need_over_9_months", COLUMNS,
                  "Referrals open more than nine months, at each month’s end", "Referrals."),
        ),
        (BreakdownOf("in_need_how_long_open"),),
    ),
)  # fmt: skip
BY_ID = {section.id: section for section in SECTIONS}
SECTION_OF = {measure: section for section in SECTIONS for measure in section.measures}

# The page of all figures: by group, the label of each measure. A label that begins with an
# ellipsis goes on from the one above it.
GROUPS = {
    "Early help and front door": {
        "early_help_opened": "Early help episodes opened",
        "early_help_rate_12m": "… rate over 12 months",
        "contacts": "Contacts received",
        "contacts_to_referral_pct": "… became a referral",
        "referrals": "Referrals received",
        "referral_rate_12m": "… rate over 12 months",
        "re_referrals_pct": "… re-referrals in 12 months",
    },
    "Assessments": {
        "assessments_completed": "Assessments completed",
        "previous_month_referrals_assessed_pct": "Previous month’s referrals assessed",
        "assessments_in_time_pct": "In time, in the month",
        "assessments_in_time_pct_ytd": "In time, year to date",
        "assessments_late": "Completed late",
        "assessments_late_families": "… in families",
        "assessments_overdue": "Open and past due",
    },
    "Child protection": {
        "section_47_completed": "Section 47 enquiries",
        "section_47_to_conference_pct": "… led to a conference",
        "section_47_to_conference_pct_ytd": "… year to date",
        "initial_conferences_held": "Initial conferences held",
        "initial_conferences_in_time_pct": "… in time",
        "plans_started": "Plans started",
        "plan_start_rate_12m": "… rate over 12 months",
        "plans_repeat_pct": "… of children who had one before",
        "plans_open": "Plans open",
        "plans_open_rate": "… rate",
        "plans_ended_over_2_years_pct": "Plans ended after 2 years or more",
        "reviews_in_time_pct": "Reviews recorded in time",
        "plans_reviewed_in_time_pct": "Children with every review in time",
        "visits_in_time_pct": "Children visited in time",
    },
    "Looked after and in need": {
        "looked_after": "Children looked after",
        "looked_after_rate": "… rate",
        "looked_after_started": "Periods of care started",
        "looked_after_ceased": "Periods of care ended",
        "looked_after_ceased_rate_12m": "… rate over 12 months",
        "looked_after_reviews_overdue": "Reviews overdue",
        "looked_after_visits_in_time_pct": "Children visited in time",
        "in_need_over_9_months": "In need more than 9 months",
    },
}
# The six tiles.
TILES = (
    "contacts", "referrals", "assessments_in_time_pct_ytd", "plans_open", "visits_in_time_pct",
    "looked_after",
)  # fmt: skip
