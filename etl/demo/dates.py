"""Adding time to days, for arrays of NumPy days (`datetime64[D]`); a missing day stays missing.

Bank holidays are left out on purpose: the demo only needs plausible lateness, and an extract
that ignored the calendar file of the pipeline cannot agree with it by accident.
"""

from __future__ import annotations

from datetime import date

import numpy as np

NEVER = np.datetime64("NaT", "D")


def as_day(day: date) -> np.datetime64:
    """A calendar date as a NumPy day."""
    return np.datetime64(day, "D")


def working_days_after(days: np.ndarray, count: int | np.ndarray) -> np.ndarray:
    """The count-th working day after each day; from a weekend, Monday is the first."""
    return np.busday_offset(days, count, roll="backward")


def working_day_on_or_before(days: np.ndarray) -> np.ndarray:
    """Friday for a weekend."""
    return np.busday_offset(days, 0, roll="backward")


def working_day_on_or_after(days: np.ndarray) -> np.ndarray:
    """Monday for a weekend."""
    return np.busday_offset(days, 0, roll="forward")


def months_after(days: np.ndarray, months: int | np.ndarray) -> np.ndarray:
    """The same day of the month, that many months later, clamped to the end of the month."""
    month = days.astype("datetime64[M]")
    day_of_month = days - month.astype("datetime64[D]")
    target = month + months
    first = target.astype("datetime64[D]")
    last_of_month = (target + 1).astype("datetime64[D]") - first - np.timedelta64(1, "D")
    return first + np.minimum(day_of_month, last_of_month)


def latest(*days: np.ndarray) -> np.ndarray:
    """The latest known day of each row."""
    result = days[0]
    for other in days[1:]:
        result = np.fmax(result, other)
    return result


def earliest(*days: np.ndarray) -> np.ndarray:
    """The earliest known day of each row."""
    result = days[0]
    for other in days[1:]:
        result = np.fmin(result, other)
    return result
