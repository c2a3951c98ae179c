"""What a rule is: one timescale of the law or guidance, as data."""

from __future__ import annotations

from dataclasses import dataclass

from etl.calendar.allowance import Allowance, in_words


@dataclass(frozen=True)
class Clock:
    """Where a rule's clocks start: rows of ``table``, one subject each.

    starts, ends: date columns; ends is None where nothing closes what is owed.
    only, unless: flag columns that must be, or must not be, yes.
    """

    table: str
    subject_id: str
    starts: str
    ends: str | None = None
    only: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()


@dataclass(frozen=True)
class Stop:
    """What stops a clock: rows of ``table`` that name the subject.

    recorded: column with the source's own recording date, None where it keeps none.
    """

    table: str
    subject_id: str
    date: str
    recorded: str | None = None
    meeting_id: str | None = None
    only: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rule:
    """One timescale. steps: the allowances in turn, the last one repeating.

    is_recurring: each event starts the next obligation; otherwise one deadline, met by the first
    event. starts, stops: the same in words, for people.
    """

    timescale: str
    title: str
    subject_type: str
    starts: str
    stops: str
    steps: tuple[Allowance, ...]
    is_recurring: bool
    citation: str
    clock: Clock
    stop: Stop

    def __post_init__(self) -> None:
        if not self.steps:
            raise ValueError(f"rule '{self.timescale}' allows no time")
        if not self.is_recurring and len(self.steps) > 1:
            raise ValueError(f"rule '{self.timescale}' has one deadline but several allowances")

    def in_words(self) -> str:
        """The rule as a sentence."""
        return f"{self.title}: {self.stops} within {in_words(self.steps)} of {self.starts}."
