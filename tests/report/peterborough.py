"""The record of Peterborough's October 2014, by hand: the figures that its night of 3 November
published."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from etl.report.record import (
    Account,
    Band,
    Beginning,
    Breakdown,
    Population,
    Report,
    Reviews,
    Rule,
    Series,
    Team,
    Teams,
    UsualRange,
)
from report.records import CHILDREN, reference, report, series

_FROM = {
    "contact": Beginning("contact", "was received", date(2012, 11, 1)),
    "referral": Beginning("referral", "was received", date(2012, 11, 1)),
    "plan": Beginning("plan", "started", date(2012, 12, 4)),
    "period of care": Beginning("period of care", "ended", date(2013, 11, 1)),
}
EARLY_HELP = [None, *[60] * 11, 40, 76, 77, 76, 77, 76, 77, 76, 77, 76, 77, 75, 79]
REFERRALS = [None, *[220] * 11, 229, *[214] * 9, 213, 254, 201]
CONTACTS = [None, *[690] * 11, 725, *[905] * 10, 910, 870]
PLANS_STARTED = [None, None, 10, *[27] * 9, 11, 29, 28, 28, 28, 29, 28, 28, 28, 29, 41, 30, 37]
PLANS_OPEN = [None] * 14 + [213, 226, 236, 252, 256, 249, 242, 248, 268, 267, 290]
LOOKED_AFTER = [None] * 12 + [370, 372, 372, 373, 374, 374, 375, 376, 376, 377, 378, 379, 383]
CEASED = [None] * 13 + [12, 13, 12, 12, 13, 12, 12, 13, 12, 12, 12, 7]
ASSESSED = [0, 40, 120, 160, 180, 190, *[200] * 12, *[234] * 5, 231, 251]
IN_TIME = [0, 40, 120, 155, 170, 175, *[180] * 12, 208, 209, 210, 210, 210, 208, 212]


def _over_12_months(counts: Sequence[int | None], unknown: int) -> list[int | None]:
    """Sums of twelve; of the first months none."""
    return [
        None if place < unknown else sum(each or 0 for each in counts[place - 11 : place + 1])
        for place in range(len(counts))
    ]


def _usual(low: str, high: str) -> UsualRange:
    return UsualRange(Decimal(low), Decimal(high), date(2013, 10, 1))


def _shares(parts: Sequence[int | None], of: Sequence[int | None]) -> list[Any]:
    return [each if each[0] is not None else None for each in zip(parts, of, strict=True)]


def _front_door() -> list[Series]:
    to_referral = [None, *[220] * 11, 229, *[214] * 9, 213, 254, 201]
    assessed_before = [(50, 214)] * 10 + [(112, 214), (59, 213), (248, 254)]
    return [
        series("early_help_opened", EARLY_HELP, usual=_usual("48", "99")),
        series("early_help_rate_12m", _over_12_months(EARLY_HELP, 12), target=reference("147.9")),
        series("contacts", CONTACTS, usual=_usual("801", "979"), beginning=_FROM["contact"]),
        series("contacts_to_referral_pct", _shares(to_referral, CONTACTS),
               usual=_usual("20.4", "29.0")),
        series("referrals", REFERRALS, usual=_usual("175", "262"), beginning=_FROM["referral"]),
        series("referral_rate_12m", _over_12_months(REFERRALS, 12), target=reference("601.7"),
               neighbours=reference("634.9")),
        series("re_referrals_pct", [None] * 13 + [(20, 214)] * 10 + [(30, 254), (8, 201)]),
        series("assessments_completed", [None, *ASSESSED[1:]], usual=_usual("173", "260")),
        series("previous_month_referrals_assessed_pct", [(24, 220), *assessed_before],
               usual=_usual("1.4", "48.1")),
    ]  # fmt: skip


def _timescales() -> list[Series]:
    months = ASSESSED[18:], IN_TIME[18:]
    this_year = [(sum(months[1][: n + 1]), sum(months[0][: n + 1])) for n in range(7)]
    last_year = [(180 * n, 200 * n) for n in range(1, 13)]
    return [
        series("assessments_in_time_pct_ytd", [None] * 6 + last_year + this_year),
        series("assessments_in_time_pct", [None, *list(zip(IN_TIME, ASSESSED, strict=True))[1:]],
               usual=_usual("83.8", "95.8")),
        series("assessments_late", [20] * 13 + [20] * 10 + [23, 39], usual=_usual("9", "36")),
        series("assessments_late_families", [18] * 23 + [19, 26], usual=_usual("5", "29")),
        series("assessments_overdue", [40] * 23 + [12, 0]),
    ]  # fmt: skip


def _protection() -> list[Series]:
    enquiries = [60] * 3 + [49] + [60] * 5 + [75] * 4 + [84, 80, 76]
    led = [30] * 3 + [13] + [30] * 5 + [34, 34, 34, 35, 41, 32, 40]
    last_year = [(30 * n, 60 * n) for n in range(1, 7)] + [
        (193, 409), (223, 469), (253, 529), (283, 589), (313, 649), (343, 709)]  # fmt: skip
    this_year = [(34, 75), (68, 150), (102, 225), (137, 300), (178, 384), (210, 464), (250, 540)]
    return [
        series("section_47_completed", enquiries, usual=_usual("44", "92")),
        series("section_47_to_conference_pct", _shares(led, enquiries),
               usual=_usual("28.4", "62.9")),
        series("section_47_to_conference_pct_ytd", last_year + this_year,
               england=reference("47.3"), neighbours=reference("52.3")),
        series("initial_conferences_held", [13] + [30] * 10 + [32, 40], usual=_usual("15", "47")),
        series("initial_conferences_in_time_pct", [(13, 13)] + [(30, 30)] * 10 + [(32, 32),
               (39, 40)]),
        series("plans_started", PLANS_STARTED, usual=_usual("13", "43"), beginning=_FROM["plan"]),
        series("plan_start_rate_12m", _over_12_months(PLANS_STARTED, 13), target=reference("53.4"),
               england=reference("46.2"), neighbours=reference("54.3")),
        series("plans_open", PLANS_OPEN, beginning=_FROM["plan"]),
        series("plans_open_rate", PLANS_OPEN, target=reference("49.42"), beginning=_FROM["plan"]),
        series("visits_in_time_pct", _shares([*PLANS_OPEN[:23], 241, 270], PLANS_OPEN),
               beginning=_FROM["plan"]),
    ]  # fmt: skip


def _care_and_need() -> list[Series]:
    started = [None] * 13 + [14, *[13] * 10, 11]
    return [
        series("looked_after", LOOKED_AFTER),
        series("looked_after_rate", LOOKED_AFTER, england=reference("60.0"),
               neighbours=reference("79.0")),
        series("looked_after_started", started, beginning=_FROM["period of care"]),
        series("looked_after_ceased", CEASED, beginning=_FROM["period of care"]),
        series("looked_after_ceased_rate_12m", _over_12_months(CEASED, 24),
               target=reference("38.0")),
        series("looked_after_reviews_overdue", [0] * 25),
        series("looked_after_visits_in_time_pct", _shares(LOOKED_AFTER, LOOKED_AFTER)),
        series("in_need_over_9_months", [None] * 22 + [90, 98, 109], beginning=_FROM["referral"]),
    ]  # fmt: skip


def _reviews() -> list[Series]:
    found = [
        series("reviews_in_time_pct", [(60, 60)] * 24 + [(46, 64)]),
        series("plans_reviewed_in_time_pct", [(170, 170)] * 24 + [(164, 182)]),
    ]
    return [_awaiting(each, 18) for each in found]


def _awaiting(of: Series, number: int) -> Series:
    return replace(of, points=(*of.points[:-1], replace(of.now, awaiting=number)))


RULES = (
    Rule("child_protection_visit", "Child on a protection plan visited in time",
         "20 working days", None, is_local=True),
    Rule("initial_conference", "Initial child protection conference held in time",
         "15 working days", "Working Together to Safeguard Children", is_local=False),
    Rule("single_assessment", "Single assessment completed in time", "35 working days", None,
         is_local=True),
)  # fmt: skip


def october(**more: Any) -> Report:
    """As known on 3 November 2014."""
    every = _front_door() + _timescales() + _protection() + _reviews() + _care_and_need()
    said: dict[str, Any] = {
        "label": "2014-10 published",
        "reviews": Reviews(64, 46, None, 0, 18, 0, date(2014, 11, 3)),
        "rules": RULES,
        "population": Population(CHILDREN, 2013),
        "account": Account(80_076, 0, 0, {}),
        "newest": dict.fromkeys(
            ("contact", "referral", "visit", "single assessment authorised"), date(2014, 10, 31)
        ),
        "breakdowns": {
            each.name: each
            for each in (
                Breakdown("assessments_how_late", "assessments_late", 39,
                          (Band("1 to 5 working days late", 7), Band("6 to 10", 14),
                           Band("11 or more", 18)), 26),
                Breakdown("plans_by_category", "plans_open", 290,
                          (Band("Neglect", 155), Band("Emotional abuse", 77),
                           Band("Physical abuse", 31), Band("Sexual abuse", 19),
                           Band("Multiple or not recommended", 8))),
                Breakdown("visits_how_long_past_due", "visits_in_time_pct", 20,
                          (Band("1 to 5 working days past due", 12), Band("6 to 10", 2),
                           Band("11 or more", 6))),
                Breakdown("in_need_how_long_open", "in_need_over_9_months", 109,
                          (Band("9 to 12 months", 28), Band("12 to 18 months", 47),
                           Band("18 months or more", 34))),
            )
        },
        "teams": {
            "assessments_in_time_pct": Teams(
                "assessments_in_time_pct",
                (Team("Family Support East", 73, 85), Team("Family Support West", 72, 85),
                 Team("First Response", 67, 81)),
            ),
        },
    }  # fmt: skip
    return report(*every, **said | more)
