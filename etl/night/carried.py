"""What of a night may be published, by what its doors tell: a measure is told where every door that
gives something it counts tells it."""

from __future__ import annotations

from etl.contracts.doors import Doors
from etl.contracts.hand_overs import Carried, Coverage
from etl.derive.child_month import MONTH_TELLERS
from etl.derive.register import RULES
from etl.night.relied_on import every_measure
from etl.publish.as_known import FACT_OF
from etl.publish.measures import Measure

_OWED, _MONTHS = "timescale_obligation", "child_month"


def carried(doors: list[Coverage]) -> Carried:
    """What may be published of the night. doors: that it came through."""
    if len(doors) == 1:
        [door] = doors
        return {
            "covered_from": door["covered_from"],
            "measures": door["measures"],
            "covered_by_measure": {},
        }
    of = Doors(doors)
    days = {one.measure: of.covered_from(_tables(one)) for one in every_measure()}
    return {
        "covered_from": None,
        "measures": [one.measure for one in every_measure() if _is_told(of, one)],
        "covered_by_measure": {measure: day for measure, day in days.items() if day},
    }


def not_told(doors: list[Coverage], told: Carried) -> list[str]:
    """The titles of the measures that are not."""
    of = Doors(doors)
    wholly = {rule.timescale for rule in RULES if of.is_wholly(rule.timescale, rule.tables)}
    return [
        one.title
        for one in every_measure()
        if (
            one.timescale not in wholly
            if one.timescale
            else told["measures"] is not None and one.measure not in told["measures"]
        )
    ]


def _is_told(doors: Doors, one: Measure) -> bool:
    """Of a pair the timescale decides, which is asked of the night itself."""
    limits = [door["measures"] for door in doors.of_each(_tables(one))]
    return not one.timescale and all(limit is None or one.measure in limit for limit in limits)


def _tables(one: Measure) -> set[str]:
    """The tables that what it counts is read from, and worked out of."""
    read = {FACT_OF[view].name for view in one.reads if view in FACT_OF}
    if _OWED in read:
        read |= {table for rule in RULES if rule.timescale in one.timescales
                 for table in rule.tables}  # fmt: skip
    if _MONTHS in read:
        read |= {*MONTH_TELLERS.values()}
    return read - {_OWED, _MONTHS}
