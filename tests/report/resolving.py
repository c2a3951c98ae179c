"""An attacker: works out by linear programming, from public records alone, between which bounds
each number must lie that they do not tell. Written apart from the gate, on purpose: it has the
definitions of the measures in its own words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from math import ceil, floor

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csr_array

from etl.report.record import PERCENT, Point, Report, Series

Name = tuple[str, date, str]  # of what, when, and: n, d, or the label of a band
Equation = dict[Name, int]  # what comes to 0
_MANY = 1_000_000
_NEARLY = 1e-6

_DENOMINATORS = {
    "contacts_to_referral_pct": "contacts",
    "re_referrals_pct": "referrals",
    "assessments_in_time_pct": "assessments_completed",
    "section_47_to_conference_pct": "section_47_completed",
    "initial_conferences_in_time_pct": "initial_conferences_held",
    "plans_repeat_pct": "plans_started",
    "looked_after_visits_in_time_pct": "looked_after",
}
_RUNNING = {
    "assessments_in_time_pct_ytd": "assessments_in_time_pct",
    "section_47_to_conference_pct_ytd": "section_47_to_conference_pct",
    "early_help_rate_12m": "early_help_opened",
    "referral_rate_12m": "referrals",
    "plan_start_rate_12m": "plans_started",
    "looked_after_ceased_rate_12m": "looked_after_ceased",
}


def numbers(report: Report) -> dict[Name, int | None]:
    """What a record tells, and as None what it says that it withholds."""
    found: dict[Name, int | None] = {}
    for series in report.series.values():
        for point in series.points:
            found |= _of_point(series, point)
    for breakdown in report.breakdowns.values():
        found[breakdown.name, report.month, "all"] = breakdown.total
        for band in breakdown.bands:
            found[breakdown.name, report.month, band.label] = band.number
    return found


def _of_point(series: Series, point: Point) -> dict[Name, int | None]:
    if point.state not in ("counted", "withheld"):
        nothing = point.state == "missing" and series.unit == PERCENT
        return {(series.measure, point.month, "d"): 0} if nothing else {}
    found = {(series.measure, point.month, "n"): point.numerator}
    if series.unit == PERCENT:
        found[series.measure, point.month, "d"] = point.denominator
    return found


def guarded(report: Report) -> dict[str, Equation]:
    """By what it is called, each number from 1 to 5 of a record as counted: that which a share
    leaves is its denominator less its numerator."""
    told = numbers(report)
    found: dict[str, Equation] = {}
    for name, value in told.items():
        measure, month, part = name
        if value is not None and 1 <= value <= 5:
            found[f"{measure} {month} {part}"] = {name: 1}
        if part == "d":
            rest = (value or 0) - (told.get((measure, month, "n")) or 0)
            if 1 <= rest <= 5:
                found[f"{measure} {month} rest"] = {name: 1, (measure, month, "n"): -1}
    return found


def opened(
    truth: Report, *editions: Report, zero_is_told: bool = False
) -> dict[str, tuple[float, float]]:
    """The numbers from 1 to 5 of a record that can be narrowed from public editions, the last one
    last, and between what. Which equations hold in it the attacker knows; and, if zero is told,
    that what is withheld is not 0."""
    told: dict[Name, int | None] = {}
    for edition in editions:
        for name, value in numbers(edition).items():
            told[name] = told.get(name) if value is None else value
    system = _System(list(_equations(truth)), told, zero_is_told=zero_is_told)
    asked = guarded(truth)
    low, high = system.above(asked, 1), system.below(asked, 5)
    return {name: (low.get(name, 1), high.get(name, 5)) for name in sorted({**low, **high})}


def _equations(truth: Report) -> Iterator[Equation]:
    for month in truth.months:
        for share, of in _DENOMINATORS.items():
            yield {(share, month, "d"): 1, (of, month, "n"): -1}
        for stock in ("plans_open", "looked_after"):
            yield {(stock, month, "n"): 1, (f"{stock}_rate", month, "n"): -1}
        assessed = ("previous_month_referrals_assessed_pct", month, "d")
        yield {assessed: 1, ("referrals", _ago(month, 1), "n"): -1}
        for running, each in _RUNNING.items():
            for part in "nd" if running.endswith("ytd") else "n":
                many = (month.month - 4) % 12 + 1 if running.endswith("ytd") else 12
                yield {(running, month, part): -1} | {
                    (each, _ago(month, ago), part): 1 for ago in range(many)
                }
    for breakdown in truth.breakdowns.values():
        total = (breakdown.name, truth.month, "all")
        yield {total: -1} | {(*total[:2], band.label): 1 for band in breakdown.bands}
        yield {total: 1, (breakdown.measure, truth.month, "n"): -1}
    yield from _where_they_hold(truth)


def _where_they_hold(truth: Report) -> Iterator[Equation]:
    """What came less what went is the change, and late is what is not in time: mostly."""
    values = numbers(truth)
    for month in truth.months:
        late, share = ("assessments_late", month, "n"), "assessments_in_time_pct"
        candidates = [{late: 1, (share, month, "n"): 1, (share, month, "d"): -1}]
        for stock, came, went in (
            ("looked_after", "looked_after_started", ("looked_after_ceased", month, "n")),
            ("plans_open", "plans_started", ("plans_ended_over_2_years_pct", month, "d")),
        ):
            change = {(stock, month, "n"): 1, (stock, _ago(month, 1), "n"): -1}
            candidates.append({**change, (came, month, "n"): -1, went: 1})
        for each in candidates:
            if None in [values.get(name) for name in each]:
                continue
            if sum(sign * (values[name] or 0) for name, sign in each.items()) == 0:
                yield each
    one_to_one = [{("contacts_to_referral_pct", month, "n"): 1, ("referrals", month, "n"): -1}
                  for month in truth.months]  # fmt: skip
    counted = [each for each in one_to_one if None not in [values.get(name) for name in each]]
    if all(len({values[name] for name in each}) == 1 for each in counted):
        yield from counted


def _ago(month: date, months: int) -> date:
    number = month.year * 12 + month.month - 1 - months
    return date(number // 12, number % 12 + 1, 1)


class _System:
    """All that an attacker knows, as a linear programme."""

    def __init__(
        self, equations: list[Equation], told: Mapping[Name, int | None], *, zero_is_told: bool
    ) -> None:
        names = {name for each in equations for name in each} | told.keys()
        self._place = {name: place for place, name in enumerate(sorted(names))}
        shares = [((measure, month, "n"), (measure, month, "d"))
                  for measure, month, part in self._place if part == "d"]  # fmt: skip
        shares = [(some, of) for some, of in shares if some in self._place]
        self._equal = self._matrix(equations)
        self._at_most = self._matrix([{some: 1, of: -1} for some, of in shares])
        self._bounds = [_bounds_of(name, told, zero_is_told) for name in self._place]

    def _matrix(self, equations: list[Equation]) -> csr_array:
        cells = [(row, self._place[name], sign)
                 for row, each in enumerate(equations) for name, sign in each.items()]  # fmt: skip
        rows, columns, signs = zip(*cells, strict=True)
        return csr_array((signs, (rows, columns)), shape=(len(equations), len(self._place)))

    def above(self, asked: Mapping[str, Equation], enough: int) -> dict[str, float]:
        """Those that cannot be so little, and the least that they can be."""
        return {name: ceil(least - _NEARLY) for name, least in self._missed(asked, 1, enough)}

    def below(self, asked: Mapping[str, Equation], enough: int) -> dict[str, float]:
        """Those that cannot be so much, and the most that they can be."""
        return {name: floor(_NEARLY - least) for name, least in self._missed(asked, -1, -enough)}

    def _missed(
        self, asked: Mapping[str, Equation], sign: int, enough: int
    ) -> Iterator[tuple[str, float]]:
        """One solution often shows of many that they can be so little (times sign)."""
        left = {name: sign * self._matrix([each]).toarray()[0] for name, each in asked.items()}
        while left:
            name, row = left.popitem()
            solved = linprog(
                row,
                A_eq=self._equal, b_eq=np.zeros(self._equal.shape[0]),
                A_ub=self._at_most, b_ub=np.zeros(self._at_most.shape[0]),
                bounds=self._bounds,
            )  # fmt: skip
            assert solved.status == 0, solved.message
            if solved.fun > enough + _NEARLY:
                yield name, solved.fun
            left = {other: its for other, its in left.items() if its @ solved.x > enough + _NEARLY}


def _bounds_of(name: Name, told: Mapping[Name, int | None], zero_is_told: bool) -> tuple[int, int]:
    """What is told. Zero would be of all but the part of a share."""
    value = told.get(name)
    if value is not None:
        return value, value
    is_part = name[0].endswith(("_pct", "_pct_ytd")) and name[2] == "n"
    return int(zero_is_told and name in told and not is_part), _MANY
