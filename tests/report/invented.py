"""Records of figures of every shape, by chance but always the same for one seed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from random import Random
from typing import Any

from etl.report.outline import SECTIONS
from etl.report.record import (
    COUNT,
    COUNTED,
    MISSING,
    NOT_COMPARABLE,
    PER_10000,
    WITHHELD,
    Account,
    Band,
    Beginning,
    Breakdown,
    HeldBackRows,
    Point,
    Population,
    Published,
    Reference,
    Report,
    Restated,
    Reviews,
    Series,
    Step,
    UsualRange,
)
from report.peterborough import RULES
from report.records import CHILDREN, months, report, series

_FREEZE = date(2014, 11, 3)
# None, one, a handful, a few and many: where forms of words differ.
_SIZES = (0, 0, 1, 1, 2, 3, 5, 9, 10, 30, 290, 1_652)
_BANDS = {
    "assessments_how_late": ("1 to 5 working days late", "6 to 10", "11 or more"),
    "plans_by_category": ("Neglect", "Emotional abuse", "Physical abuse"),
    "visits_how_long_past_due": ("1 to 5 working days past due", "6 to 10", "11 or more"),
    "in_need_how_long_open": ("9 to 12 months", "12 to 18 months", "18 months or more"),
}


def invented(seed: int) -> Report:
    """A report of any month, of which some measures are missing and some figures are not told."""
    chance = Random(seed)
    last = chance.choice(months(24))
    is_public = chance.random() < 0.3
    every = [
        _series(chance, measure, last, is_public=is_public)
        for section in SECTIONS for measure in section.measures if chance.random() < 0.95
    ]  # fmt: skip
    made = report(*every, last=last, is_public=is_public, **_around(chance))
    made = replace(made, breakdowns=_breakdowns(chance, made), reviews=_reviews(chance, made))
    return replace(made, restated=_restated(chance, made))


def _around(chance: Random) -> dict[str, Any]:
    return {
        "rules": RULES if chance.random() < 0.7 else (),
        "population": chance.choice([None, Population(CHILDREN, 2013)]),
        "account": Account(1_000, 12, 3, {"contact": 8, "visit": 4}),
        "label": chance.choice([None, "2014-10 published"]),
        "is_stale": chance.random() < 0.1,
        "corrected_records": chance.choice([0, 1, 4]),
    }


def _series(chance: Random, measure: str, last: date, *, is_public: bool) -> Series:
    blank = series(measure, [None] * chance.choice([1, 2, 12, 13, 25, 25]), last)
    points = tuple(
        _point(chance, point.month, blank.unit, is_public=is_public) for point in blank.points
    )
    comparators = [
        chance.choice([None, Reference(Decimal(chance.randrange(1, 9_999)) / 100, year)])
        for year in ("2014/15", "2014/15", "2012/13")
    ]
    low = Decimal(chance.randrange(50))
    return replace(
        blank, points=points, target=comparators[0], england=comparators[1],
        neighbours=comparators[2],
        usual=chance.choice([None, UsualRange(low, low + 20, last)]),
        beginning=chance.choice([None, Beginning("record", "was made", date(2013, 2, 1))]),
        held_back=chance.choice([(), (HeldBackRows("contact", 3, 1),)]),
        step=chance.choice([None, Step(last, "a new front door")]),
    )  # fmt: skip


def _point(chance: Random, month: date, unit: str, *, is_public: bool) -> Point:
    states = [COUNTED] * 8 + [NOT_COMPARABLE, MISSING] + [WITHHELD] * (2 * is_public)
    state = chance.choice(states)
    if state != COUNTED:
        return Point(month, state=state)
    number = chance.choice(_SIZES)
    if unit == COUNT:
        return Point(month, number)
    of = CHILDREN if unit == PER_10000 else number + chance.choice(_SIZES)
    awaiting = min(of - number, chance.choice([0, 0, 0, 1, 18])) if unit != PER_10000 else 0
    published = chance.choice([None, None, Published(number + 1, of + 1, _FREEZE)])
    return Point(month, number, of, awaiting=awaiting, published=published)


def _breakdowns(chance: Random, made: Report) -> dict[str, Breakdown]:
    found = {}
    for section in SECTIONS:
        for each in section.breakdowns:
            numbers = [chance.choice(_SIZES) for _ in _BANDS[each.name]]
            bands = tuple(map(Band, _BANDS[each.name], numbers))
            found[each.name] = Breakdown(
                each.name, section.measures[0], sum(numbers), bands, chance.choice([None, 1, 26])
            )
    return {} if made.is_public else found


def _reviews(chance: Random, made: Report) -> Reviews | None:
    """Of the reviews that are counted, what became of each."""
    of = made.of("reviews_in_time_pct")
    if of is None or not of.now.is_counted or made.is_public:
        return None
    in_time, due = of.now.numerator or 0, of.now.denominator or 0
    awaiting = of.now.awaiting
    late = chance.randint(0, due - in_time - awaiting)
    recorded_late = chance.choice([None, 0, min(in_time, 1), in_time])
    return Reviews(due, in_time, recorded_late, late, awaiting,
                   due - in_time - awaiting - late, _FREEZE)  # fmt: skip


def _restated(chance: Random, made: Report) -> tuple[Restated, ...]:
    moved = [of for of in made.series.values() if of.now.published][: chance.randrange(5)]
    causes = chance.choice([None, {}, {"recorded late": 18, "merged child": 1}])
    return tuple(
        Restated(of.measure, made.month, "2014-10 published", _FREEZE,
                 Point(made.month, 1, 20), of.now, causes)
        for of in moved
    )  # fmt: skip
