"""Records of figures of councils that never were, drawn at random: what goes together by its
definition goes together in them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from random import Random

from etl.report.record import MISSING, Band, Breakdown, Report, Series
from report.records import CHILDREN, OCTOBER, report, series

_BEFORE = 13  # months that are drawn before the first of the report
Share = list[tuple[int, int]]


def council(seed: int, *, busy: int = 6, months: int = 25, last: date = OCTOBER) -> Report:
    """One with about so many of each thing in a month. Of some measures the first months may not
    be compared."""
    drawn = _Drawn(Random(seed), months + _BEFORE, busy)
    figures = _front_door(drawn) | _protection(drawn) | _care(drawn)
    figures |= _to_date(figures, last) | _over_twelve_months(figures)
    made = []
    for measure, values in figures.items():
        known = drawn.random.choice((months, months, months, months - 5, 11))
        made.append(_series(measure, [None] * (months - known) + values[-known:], last))
    made_of = report(*made, last=last)
    return replace(made_of, months=made_of.months[-months:], breakdowns=_breakdowns(drawn, made_of))


def editions(whole: Report) -> tuple[Report, Report]:
    """Of a record, the record of the month before its last, and that of its last: each without a
    month that the other has."""
    before = replace(
        whole,
        month=whole.months[-2],
        months=whole.months[:-1],
        breakdowns={},
        series={name: replace(each, points=each.points[:-1])
                for name, each in whole.series.items()},
    )  # fmt: skip
    now = replace(
        whole,
        months=whole.months[1:],
        series={name: replace(each, points=each.points[1:]) for name, each in whole.series.items()},
    )
    return before, now


def _series(measure: str, figures: list, last: date) -> Series:
    """A share of nothing is missing, as in the warehouse's record."""
    made = series(measure, figures, last)
    points = (
        replace(point, state=MISSING) if point.denominator == 0 else point for point in made.points
    )
    return replace(made, points=tuple(points))


class _Drawn:
    """Draws numbers of a month, for so many months."""

    def __init__(self, random: Random, months: int, busy: int) -> None:
        self.random, self._months, self._busy = random, months, busy

    def count(self, times: float = 1) -> list[int]:
        """Of what comes about so many times as often as a thing does."""
        most = max(1, round(2 * times * self._busy))
        return [self.random.randint(0, most) for _ in range(self._months)]

    def some_of(self, counts: list[int], chance: float = 0.5) -> Share:
        """Of each count, some."""
        return [(self.some(count, chance), count) for count in counts]

    def some(self, count: int, chance: float = 0.5) -> int:
        """Of a count, some."""
        return sum(self.random.random() < chance for _ in range(count))

    def stock(self, came: list[int]) -> tuple[list[int], list[int]]:
        """How many are there at each month's end, and how many went in it."""
        there, ends, went = 4 * self._busy, [], []
        for each in came:
            left = self.some(there + each, 0.2)
            there += each - left
            ends.append(there)
            went.append(left)
        return ends, went


def _front_door(drawn: _Drawn) -> dict[str, list]:
    contacts, assessed = drawn.count(3), drawn.count(2)
    outcome = drawn.some_of(contacts)
    is_one_to_one = drawn.random.random() < 0.5
    referrals = [some for some, _ in outcome] if is_one_to_one else drawn.count(1.5)
    in_time = drawn.some_of(assessed, 0.8)
    return {
        "early_help_opened": drawn.count(),
        "contacts": contacts,
        "contacts_to_referral_pct": outcome,
        "referrals": referrals,
        "re_referrals_pct": drawn.some_of(referrals, 0.2),
        "previous_month_referrals_assessed_pct": drawn.some_of([9, *referrals[:-1]], 0.9),
        "assessments_completed": assessed,
        "assessments_in_time_pct": in_time,
        "assessments_late": [of - some for some, of in in_time],
        "assessments_overdue": drawn.count(0.5),
        "in_need_over_9_months": drawn.count(3),
    }


def _protection(drawn: _Drawn) -> dict[str, list]:
    enquiries, conferences, started = drawn.count(1.5), drawn.count(), drawn.count()
    plans, ended = drawn.stock(started)
    visited = [max(0, there - drawn.some(new, 0.3))
               for there, new in zip(plans, started, strict=True)]  # fmt: skip
    return {
        "section_47_completed": enquiries,
        "section_47_to_conference_pct": drawn.some_of(enquiries),
        "initial_conferences_held": conferences,
        "initial_conferences_in_time_pct": drawn.some_of(conferences, 0.8),
        "plans_started": started,
        "plans_repeat_pct": drawn.some_of(started, 0.2),
        "plans_open": plans,
        "plans_open_rate": [(there, CHILDREN) for there in plans],
        "plans_ended_over_2_years_pct": drawn.some_of(ended, 0.1),
        "visits_in_time_pct": drawn.some_of(visited, 0.9),
        "reviews_in_time_pct": drawn.some_of(drawn.count(), 0.9),
    }


def _care(drawn: _Drawn) -> dict[str, list]:
    started = drawn.count()
    there, ceased = drawn.stock(started)
    return {
        "looked_after": there,
        "looked_after_rate": [(each, CHILDREN) for each in there],
        "looked_after_started": started,
        "looked_after_ceased": ceased,
        "looked_after_reviews_overdue": [drawn.some(each, 0.1) for each in there],
        "looked_after_visits_in_time_pct": drawn.some_of(there, 0.9),
    }


def _to_date(figures: dict[str, list], last: date) -> dict[str, list]:
    of = ("assessments_in_time_pct", "section_47_to_conference_pct")
    return {f"{measure}_ytd": _summed(figures[measure], _since_april(last)) for measure in of}


def _since_april(last: date) -> Callable[[int, int], int]:
    """Of a month in so many, how many there are from April to it."""
    return lambda place, months: (last.month - 4 - (months - 1 - place)) % 12 + 1


def _over_twelve_months(figures: dict[str, list]) -> dict[str, list]:
    of = {
        "early_help_rate_12m": "early_help_opened",
        "referral_rate_12m": "referrals",
        "plan_start_rate_12m": "plans_started",
        "looked_after_ceased_rate_12m": "looked_after_ceased",
    }
    return {
        rate: [
            (sum(figures[measure][max(0, place - 11) : place + 1]), CHILDREN)
            for place in range(len(figures[measure]))
        ]
        for rate, measure in of.items()
    }


def _summed(shares: Share, span: Callable[[int, int], int]) -> Share:
    summed = []
    for place in range(len(shares)):
        of = shares[max(0, place + 1 - span(place, len(shares))) : place + 1]
        summed.append((sum(some for some, _ in of), sum(count for _, count in of)))
    return summed


def _breakdowns(drawn: _Drawn, of: Report) -> dict[str, Breakdown]:
    named = {"plans_by_category": "plans_open", "in_need_how_long_open": "in_need_over_9_months"}
    made = {}
    for name, measure in named.items():
        total = of.series[measure].now.numerator or 0
        cuts = sorted(drawn.random.randint(0, total) for _ in range(3))
        sizes = [high - low for low, high in zip([0, *cuts], [*cuts, total], strict=True)]
        if total:
            bands = tuple(Band(f"band {place}", size) for place, size in enumerate(sizes))
            made[name] = Breakdown(name, measure, total, bands, 40)
    return made
