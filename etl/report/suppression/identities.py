"""What a reader knows of how the figures of a record hang together, by their definitions: which are
the same number, and which sums they keep.

A figure is a measure's of a month, or a band or total of a breakdown. Its numbers are what it is
made of: a count is one; a share is three, of which the third is what its denominator has beside its
numerator. The population that a rate is divided by is known to all and is none.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from math import inf
from typing import NamedTuple

from etl.report.outline import SECTION_OF
from etl.report.record import (
    COUNT,
    COUNTED,
    MISSING,
    PER_10000,
    WITHHELD,
    Breakdown,
    Point,
    Report,
    Series,
)

NUMERATOR, DENOMINATOR, REST = "numerator", "denominator", "rest"
_PARTS = (NUMERATOR, DENOMINATOR, REST)
# What bands come to, among the labels of bands.
TOTAL = "total of all"
# No figure is told of families: where most have one child, their number is that of the children.
FAMILIES = "assessments_late_families"


class Figure(NamedTuple):
    """Of a measure, or of a breakdown: then of its band of that label, or TOTAL."""

    of: str
    month: date
    band: str | None = None


class Number(NamedTuple):
    """A part of a figure; of a breakdown, its band."""

    of: str
    month: date
    part: str


class Term(NamedTuple):
    """A number that is added (1) or taken away (-1)."""

    sign: int
    number: Number


class Identity(NamedTuple):
    """Terms that come to a constant."""

    terms: tuple[Term, ...]
    constant: int


@dataclass
class Figures:
    """The figures of a record and how they hang together. Of numbers that are the same one alone
    stands for all.

    tells: by figure, its numbers. values: of the numbers that the record counted. never_zero: those
    that are not 0 where they are withheld, as 0 would be told. same: by number, another that it is.
    """

    tells: dict[Figure, tuple[Number, ...]] = field(default_factory=dict)
    values: dict[Number, int] = field(default_factory=dict)
    identities: list[Identity] = field(default_factory=list)
    never_zero: set[Number] = field(default_factory=set)
    same: dict[Number, Number] = field(default_factory=dict)

    def one_of(self, number: Number) -> Number:
        """The one that stands for all that are the same as this."""
        while number in self.same:
            number = self.same[number]
        return number


def is_public(measure: str) -> bool:
    """Whether the public edition has figures of a measure: of those of its sections, whose
    identities are known here."""
    return measure in SECTION_OF and measure != FAMILIES


def figures_of(report: Report, also: tuple[date, ...] = ()) -> Figures:
    """Those of a record; of one that is suppressed, without the values that it withholds. also:
    other months of which a reader knows how figures hang together."""
    report = replace(report, months=tuple(sorted({*also, *report.months})))
    found = Figures()
    for series in report.series.values():
        if is_public(series.measure):
            for point in series.points:
                _add_point(found, series, point)
    _add_breakdowns(found, report)
    sums = list(_sums(report, found))
    for one, other in list(_the_same(report, found)):
        _join(found, one, other)
    for terms in sums:
        _add_identity(found, terms, report.month)
    return _with_one_for_all(found)


def withheld_in(report: Report) -> set[Figure]:
    """The figures that a record says it withholds."""
    points = {
        Figure(series.measure, point.month)
        for series in report.series.values()
        for point in series.points
        if point.state == WITHHELD
    }
    bands = {
        Figure(breakdown.name, report.month, label)
        for breakdown in report.breakdowns.values()
        for label, number in bands_of(breakdown).items()
        if number is None
    }
    return points | bands


def bands_of(breakdown: Breakdown) -> dict[str, int | None]:
    """How many are in each band of a breakdown, and in all, by label."""
    return {TOTAL: breakdown.total} | {band.label: band.number for band in breakdown.bands}


def parts_of(unit: str) -> tuple[str, ...]:
    """What a figure in a unit tells."""
    return (NUMERATOR,) if unit in (COUNT, PER_10000) else _PARTS


def numbers_of(unit: str, numerator: int | None, denominator: int | None) -> dict[str, int]:
    """By its part, each number of a figure; nothing of one that has none."""
    if numerator is None:
        return {}
    if parts_of(unit) == (NUMERATOR,):
        return {NUMERATOR: numerator}
    if denominator is None:
        return {}
    return {NUMERATOR: numerator, DENOMINATOR: denominator, REST: denominator - numerator}


def _add_point(found: Figures, series: Series, point: Point) -> None:
    parts = parts_of(series.unit)
    numbers = {part: Number(series.measure, point.month, part) for part in parts}
    if len(parts) > 1:
        plus = (Term(1, numbers[NUMERATOR]), Term(1, numbers[REST]))
        found.identities.append(Identity((*plus, Term(-1, numbers[DENOMINATOR])), 0))
    values = numbers_of(series.unit, point.numerator, point.denominator)
    # "nothing to be divided by" tells that there was nothing
    is_nothing = point.state == MISSING and len(parts) > 1 and not point.denominator
    if is_nothing:
        values = dict.fromkeys(parts, 0)
    if is_nothing or point.state in (COUNTED, WITHHELD):
        found.tells[Figure(series.measure, point.month)] = tuple(numbers.values())
        found.values |= {numbers[part]: value for part, value in values.items()}
    if point.state in (COUNTED, WITHHELD):
        found.never_zero.add(numbers[NUMERATOR if len(parts) == 1 else DENOMINATOR])


def _add_breakdowns(found: Figures, report: Report) -> None:
    for breakdown in report.breakdowns.values():
        total = Number(breakdown.name, report.month, TOTAL)
        for label, value in bands_of(breakdown).items():
            number = Number(breakdown.name, report.month, label)
            found.tells[Figure(breakdown.name, report.month, label)] = (number,)
            found.never_zero.add(number)
            if value is not None:
                found.values[number] = value
        bands = [Term(1, Number(total.of, total.month, band.label)) for band in breakdown.bands]
        found.identities.append(Identity((*bands, Term(-1, total)), 0))


# The same number under two names: what a share is of, and what a rate divides. The second's month
# is so many after the first's.
_SAME = (
    ("contacts", NUMERATOR, "contacts_to_referral_pct", DENOMINATOR, 0),
    ("referrals", NUMERATOR, "re_referrals_pct", DENOMINATOR, 0),
    ("referrals", NUMERATOR, "previous_month_referrals_assessed_pct", DENOMINATOR, 1),
    ("assessments_completed", NUMERATOR, "assessments_in_time_pct", DENOMINATOR, 0),
    ("assessments_late", NUMERATOR, "assessments_in_time_pct", REST, 0),
    ("section_47_completed", NUMERATOR, "section_47_to_conference_pct", DENOMINATOR, 0),
    ("initial_conferences_held", NUMERATOR, "initial_conferences_in_time_pct", DENOMINATOR, 0),
    ("plans_started", NUMERATOR, "plans_repeat_pct", DENOMINATOR, 0),
    ("plans_open", NUMERATOR, "plans_open_rate", NUMERATOR, 0),
    ("looked_after", NUMERATOR, "looked_after_rate", NUMERATOR, 0),
    ("looked_after", NUMERATOR, "looked_after_visits_in_time_pct", DENOMINATOR, 0),
)  # fmt: skip
# Not by definition, but where it is so in every month a reader takes it to be.
_SEEN_TO_BE_SAME = ("contacts_to_referral_pct", "referrals")
_YEAR_TO_DATE = {
    "assessments_in_time_pct_ytd": "assessments_in_time_pct",
    "section_47_to_conference_pct_ytd": "section_47_to_conference_pct",
}
_TWELVE_MONTHS = {
    "early_help_rate_12m": "early_help_opened",
    "referral_rate_12m": "referrals",
    "plan_start_rate_12m": "plans_started",
    "looked_after_ceased_rate_12m": "looked_after_ceased",
}
# By what is so at a month's end: what came to it in the month, and what went.
_CAME_AND_WENT = {
    "looked_after": (("looked_after_started", NUMERATOR), ("looked_after_ceased", NUMERATOR)),
    "plans_open": (("plans_started", NUMERATOR), ("plans_ended_over_2_years_pct", DENOMINATOR)),
}
# Some of those before, and months before the one of which the rest of them began.
_SOME_OF = (
    ("visits_in_time_pct", DENOMINATOR, "plans_open", "plans_started", 1),
    ("plans_reviewed_in_time_pct", DENOMINATOR, "plans_open", "plans_started", 3),
    ("looked_after_reviews_overdue", NUMERATOR, "looked_after", "", 0),
)
_APRIL = 4


def _the_same(report: Report, found: Figures) -> Iterator[tuple[Number, Number]]:
    """Pairs of names of one number. Those of which both are counted, and differ, are not."""
    for month in report.months:
        for one, part, other, its_part, after in _SAME:
            yield Number(one, back(month, after), part), Number(other, month, its_part)
        if month.month == _APRIL:
            for to_date, of in _YEAR_TO_DATE.items():
                for part in _PARTS:
                    yield Number(to_date, month, part), Number(of, month, part)
    for breakdown in report.breakdowns.values():
        total = Number(breakdown.name, report.month, TOTAL)
        for part in (NUMERATOR, REST):
            part_of = Number(breakdown.measure, report.month, part)
            if found.values.get(part_of) == found.values.get(total):
                yield part_of, total
                break
    yield from _seen_to_be_same(report, found)


def _seen_to_be_same(report: Report, found: Figures) -> Iterator[tuple[Number, Number]]:
    pairs = [tuple(Number(of, month, NUMERATOR) for of in _SEEN_TO_BE_SAME)
             for month in report.months]  # fmt: skip
    counted = [(one, other) for one, other in pairs if {one, other} <= found.values.keys()]
    if all(found.values[one] == found.values[other] for one, other in counted):
        yield from counted


def _sums(report: Report, found: Figures) -> Iterator[tuple[Term, ...]]:
    """Terms that come to 0 by their definitions."""
    for month in report.months:
        for to_date, of in _YEAR_TO_DATE.items():
            if month.month != _APRIL:
                for part in _PARTS:
                    yield _change(to_date, month, part, added=((of, part),))
        for twelve, of in _TWELVE_MONTHS.items():
            left = Term(1, Number(of, back(month, 12), NUMERATOR))
            yield (*_change(twelve, month, NUMERATOR, added=((of, NUMERATOR),)), left)
            each = tuple(Term(-1, Number(of, back(month, ago), NUMERATOR)) for ago in range(12))
            yield (Term(1, Number(twelve, month, NUMERATOR)), *each)
        for stock, (came, went) in _CAME_AND_WENT.items():
            left = Term(1, Number(went[0], month, went[1]))
            yield (*_change(stock, month, NUMERATOR, added=(came,)), left)
        yield from _some_of(month, found)
    yield from _late_of(report, found)


def _change(
    of: str, month: date, part: str, *, added: tuple[tuple[str, str], ...]
) -> tuple[Term, ...]:
    """What a figure has more than in the month before, less what was added to it."""
    now, before = Number(of, month, part), Number(of, back(month, 1), part)
    return (Term(1, now), Term(-1, before), *(Term(-1, Number(it, month, of)) for it, of in added))


def _some_of(month: date, found: Figures) -> Iterator[tuple[Term, ...]]:
    """All are some of them and the others; the others are some of those that began lately."""
    for of, part, all_of, began, months in _SOME_OF:
        some, every = Number(of, month, part), Number(all_of, month, NUMERATOR)
        others = Number(of, month, "others")
        if found.values.get(some, 0) > found.values.get(every, inf):
            continue
        yield Term(1, some), Term(1, others), Term(-1, every)
        lately = [Number(began, back(month, ago), NUMERATOR) for ago in range(months)]
        counted = [found.values.get(number) for number in (every, some, *lately)]
        if began and None not in counted and _is_at_most(*counted):
            ended = Number(of, month, "others that began and ended")
            yield (Term(1, others), Term(1, ended), *(Term(-1, number) for number in lately))


def _is_at_most(every: int | None, some: int | None, *lately: int | None) -> bool:
    return (every or 0) - (some or 0) <= sum(each or 0 for each in lately)


def _late_of(report: Report, found: Figures) -> Iterator[tuple[Term, ...]]:
    """An assessment without a due date is neither in time nor late: then the late are some of
    those that are not in time."""
    for month in report.months:
        late = Number("assessments_late", month, NUMERATOR)
        rest = Number("assessments_in_time_pct", month, REST)
        if found.values.get(late, inf) < found.values.get(rest, 0):
            others = Number("assessments_late", month, "others")
            yield Term(1, late), Term(1, others), Term(-1, rest)


def _add_identity(found: Figures, terms: tuple[Term, ...], month: date) -> None:
    """An identity, if it is one in this record. By how much what came and went differs from the
    change at M's end, the report says; of other months nobody knows it."""
    values = [found.values.get(found.one_of(term.number)) for term in terms]
    off = 0
    if None not in values:
        off = sum(term.sign * (value or 0) for term, value in zip(terms, values, strict=True))
    is_told = terms[0].number.of in _CAME_AND_WENT and terms[0].number.month == month
    if off == 0 or is_told:
        found.identities.append(Identity(terms, off))


def _join(found: Figures, one: Number, other: Number) -> None:
    """Let two numbers be the same, unless both were counted and differ."""
    one, other = found.one_of(one), found.one_of(other)
    values = {found.values[each] for each in (one, other) if each in found.values}
    if one == other or len(values) > 1:
        return
    found.same[other] = one
    found.values.pop(other, None)
    for value in values:
        found.values[one] = value


def _with_one_for_all(found: Figures) -> Figures:
    return replace(
        found,
        tells={
            figure: tuple(found.one_of(number) for number in numbers)
            for figure, numbers in found.tells.items()
        },
        identities=[
            Identity(
                tuple(Term(sign, found.one_of(number)) for sign, number in each.terms),
                each.constant,
            )
            for each in found.identities
        ],
        never_zero={found.one_of(number) for number in found.never_zero},
    )


def back(month: date, months: int) -> date:
    """The first day of the month so many before."""
    number = month.year * 12 + month.month - 1 - months
    return date(number // 12, number % 12 + 1, 1)
