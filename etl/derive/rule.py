"""What a rule is: one timescale of the law, of guidance or of local practice, as data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from etl.calendar.allowance import Allowance


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
class Later:
    """Another allowance for the subjects with the flag ``only``, for clocks that start when the
    subject has lasted ``after``. words: of what, of which subjects."""

    only: str
    after: Allowance
    allowance: Allowance
    words: str

    def in_words(self) -> str:
        """'within 3 months of a visit made when a long-term placement has lasted 12 months'."""
        return f"within {self.allowance.in_words()} of {self.words} {self.after.in_words()}"


@dataclass(frozen=True)
class Rule:
    """One timescale.

    subject_type, counted: what it is owed on, as a column's value and as the unit that rates count.
    starts, restarts, stops: in words, when the clock starts, what starts the next one, as after
    'each' (None: one deadline, met by the first event) and what stops it. qualifies: what counts
    as a subject and as an event, and what does not.
    steps: the allowances in turn, the last one repeating. later: see Later.
    is_statutory: set by law or statutory guidance; otherwise a default for what every authority
    sets for itself. effective_from: since when the source says so, None where no date is known.
    Clocks that started earlier are measured by the rule too: it is the oldest there is here, and a
    child whose clock started the day before is owed no less.
    """

    timescale: str
    title: str
    subject_type: str
    counted: str
    starts: str
    stops: str
    qualifies: str
    steps: tuple[Allowance, ...]
    citation: str
    is_statutory: bool
    clock: Clock
    stop: Stop
    restarts: str | None = None
    later: Later | None = None
    effective_from: date | None = None

    def __post_init__(self) -> None:
        if not self.steps:
            raise ValueError(f"rule '{self.timescale}' allows no time")
        if not self.is_recurring and (len(self.steps) > 1 or self.later):
            raise ValueError(f"rule '{self.timescale}' has one deadline but several allowances")

    @property
    def is_recurring(self) -> bool:
        """Each event starts the next clock."""
        return self.restarts is not None

    @property
    def tables(self) -> tuple[str, ...]:
        """The tables it is worked out from, the clock's first."""
        return tuple(dict.fromkeys((self.clock.table, self.stop.table)))

    def in_words(self, own: tuple[Allowance, ...] = ()) -> str:
        """The rule as a sentence. own: an authority's allowances, in the place of England's."""
        later = None if own else self.later
        first, *others = (step.in_words() for step in own or self.steps)
        text = f"{self.title}: {self.stops} within {first} of {self.starts}"
        if self.restarts and len(others) > 1:
            text += f", then within {others.pop(0)} of the first {self.restarts}"
            text += "".join(f", then within {step} of each later one" for step in others)
        elif self.restarts:
            text += f", then within {(others or [first])[0]} of each {self.restarts}"
        return text + (f"; {later.in_words()}." if later else ".")


@dataclass(frozen=True)
class LeftOut:
    """A timescale that is not derived, and why: some date of it is in no table that we know."""

    timescale: str
    would_be: str
    why: str
