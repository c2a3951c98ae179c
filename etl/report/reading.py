"""Reads the record of figures from the warehouse."""

from __future__ import annotations

from etl.publish.measures import Measure
from etl.report.record import AT_END, MONTH, TWELVE_MONTHS, YEAR_TO_DATE

_OVER = {"over 12 months": TWELVE_MONTHS, "year to date": YEAR_TO_DATE}


# What is open at a month's end, though its history goes by what was received.
_OPEN_AT_END = ("in_need_over_9_months",)


def span_of(measure: Measure) -> str:
    """What a month's figure of a measure is of, as the head of its file says."""
    if measure.history.over:
        return _OVER[measure.history.over]
    at_end = measure.history.kind == "stock" or measure.measure in _OPEN_AT_END
    return AT_END if at_end else MONTH
