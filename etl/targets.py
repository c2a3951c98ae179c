"""Targets and comparators by financial year: of which kinds a year has none, and what to say of it.

A year without its own is shown those of the latest year before it: ``sql/views/comparison.sql``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

TARGET = "target"
# By scope, in words; then the part of the authority's file that holds them.
_KINDS = {
    TARGET: ("targets", "[[target]]"),
    "england": ("comparators of England", "[[comparator]]"),
    "statistical_neighbours": ("comparators of statistical neighbours", "[[comparator]]"),
}
_APRIL = 4


@dataclass(frozen=True)
class NotSet:
    """A kind of which a financial year has none. shown: the year whose are shown instead, if any
    before it has some."""

    scope: str
    financial_year: str
    shown: str | None

    @property
    def what(self) -> str:
        """That there are none, and what stands in their place."""
        kind, _ = _KINDS[self.scope]
        instead = f"those of {self.shown}" if self.shown else "none"
        return f"No {kind} are set for {self.financial_year}: report.comparison shows {instead}."

    @property
    def next(self) -> str:
        """What to do about it."""
        _, part = _KINDS[self.scope]
        return (
            f"When they are known, put them into the authority's file, {part}: the next night "
            "shows them. No figure depends on it."
        )


def not_set(entered: Iterable[tuple[str, str]], month: date) -> tuple[NotSet, ...]:
    """Of which kinds the financial year of the month has none, targets first.

    entered: scope and financial year of each that there is.
    """
    year = financial_year(month)
    years: dict[str, set[str]] = {scope: set() for scope in _KINDS}
    for scope, of_year in entered:
        years.setdefault(scope, set()).add(of_year)
    return tuple(
        NotSet(scope, year, max((each for each in found if each < year), default=None))
        for scope, found in years.items()
        if scope in _KINDS and year not in found
    )


def financial_year(day: date) -> str:
    """The one that the day is in, as in ``2014/15``."""
    april = day.year - (day.month < _APRIL)
    return f"{april}/{(april + 1) % 100:02}"
