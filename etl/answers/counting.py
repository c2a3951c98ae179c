"""How the calendar was counted, in words: what was not counted, and where a month ends."""

from __future__ import annotations

from datetime import date, timedelta

from etl.calendar.working_days import bank_holidays, is_weekend, why_not_worked

DAY = timedelta(days=1)


def holidays_not_counted(started: date, due: date) -> list[date]:
    """The bank holidays from Monday to Friday that lie after the start, up to the due day."""
    return [day for day in sorted(bank_holidays()) if started < day <= due and not is_weekend(day)]


def calendar_time(started: date, due: date, unit: str, counting: str | None) -> list[str]:
    """What is worth knowing of an allowance of days, weeks or months, as sentences."""
    lines = ["Calendar time: weekends and bank holidays count like any day."]
    # Counted inclusively it is due the day before the one of the same number.
    same_day = due + DAY if counting == "inclusive" else due
    if unit == "months" and same_day.day < started.day:
        lines.append(f"{same_day:%B %Y} has no day {started.day}: its last day.")
    why = why_not_worked(due)
    if why:
        lines.append(f"It falls on a {why}; due dates are not moved.")
    return lines
