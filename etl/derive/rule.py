"""What a rule is: one timescale of the law, of guidance or of local practice, as data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from etl.calendar.allowance import Allowance
from etl.contracts.contract import Kind
from etl.contracts.register import BY_NAME, CONFORMED
from etl.toml_reader import nearest


@dataclass(frozen=True)
class Clock:
    """Where a rule's clocks start: rows of ``table``, one subject each.

    starts, ends: date columns; ends is None where nothing closes what is owed.
    only, unless: flag columns that must be, or must not be, yes. spells: a table that derive makes
    of the rows, with a row for each time that a subject's clock runs.
    """

    table: str
    subject_id: str
    starts: str
    ends: str | None = None
    only: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    spells: str | None = None


@dataclass(frozen=True)
class Stop:
    """What stops a clock: rows of ``table`` that name the subject.

    recorded: column with the source's own recording date, None where it keeps none. events: a table
    that derive makes of the rows, in which one may be there for several subjects.
    """

    table: str
    subject_id: str
    date: str
    recorded: str | None = None
    meeting_id: str | None = None
    only: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    events: str | None = None


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
class Closer:
    """Other allowances for the clocks that start within spans of days that derive makes: the first
    of ``steps`` where the span's ``flag`` is no, or there is none, else the second. words: of what,
    of which subjects. from_the_first: also for a subject's first clock."""

    spans: str
    steps: tuple[Allowance, ...]
    words: tuple[str, ...]
    flag: str | None = None
    from_the_first: bool = False

    def in_words(self) -> str:
        """'within 1 week of each visit made before the first review ..., within 4 weeks of ...'."""
        said = zip(self.steps, self.words, strict=True)
        return ", ".join(f"within {step.in_words()} of {words}" for step, words in said)


@dataclass(frozen=True)
class Rule:
    """One timescale.

    subject_type, counted: what it is owed on, as a column's value and as the unit that rates count.
    starts, restarts, stops: in words, when the clock starts, what starts the next one, as after
    'each' (None: one deadline, met by the first event) and what stops it. qualifies: what counts
    as a subject and as an event, and what does not.
    steps: the allowances in turn, the last one repeating. later, closer: see Later and Closer.
    is_statutory: set by law or statutory guidance; otherwise a default for what every authority
    sets for itself. effective_from: since when the source says so, None where no date is known.
    Clocks that started earlier are measured by the rule too: it is the oldest there is here, and a
    child whose clock started the day before is owed no less.
    is_met_unseen: of a single deadline, what meets it may lie before the first day that a source
    reaches back to though its subject is there: then it is not owed on what began before that day.
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
    closer: Closer | None = None
    effective_from: date | None = None
    is_met_unseen: bool = False

    def __post_init__(self) -> None:
        """Raises ValueError where it makes no sense, or names what no contract has."""
        if not self.steps:
            raise ValueError(f"rule '{self.timescale}' allows no time")
        if not self.is_recurring and (len(self.steps) > 1 or self.later):
            raise ValueError(f"rule '{self.timescale}' has one deadline but several allowances")
        if problems := list(self._unlike_the_contracts()):
            raise ValueError(f"rule '{self.timescale}': {'; '.join(problems)}")

    def _unlike_the_contracts(self) -> Iterator[str]:
        """Tables and columns of the rule that no contract has, or has of another kind."""
        clock, stop = self.clock, self.stop
        yield from _unlike(
            clock.table, "clock",
            {Kind.ID: (clock.subject_id,), Kind.DATE: (clock.starts, clock.ends),
             Kind.FLAG: (*clock.only, *clock.unless, self.later.only if self.later else None)},
        )  # fmt: skip
        yield from _unlike(
            stop.table, "stop",
            {Kind.ID: (stop.subject_id, stop.meeting_id), Kind.DATE: (stop.date, stop.recorded),
             Kind.FLAG: (*stop.only, *stop.unless)},
        )  # fmt: skip

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
        others_apply = [] if own else [part for part in (self.later, self.closer) if part]
        first, *others = (step.in_words() for step in own or self.steps)
        text = f"{self.title}: {self.stops} within {first} of {self.starts}"
        if self.restarts and len(others) > 1:
            text += f", then within {others.pop(0)} of the first {self.restarts}"
            text += "".join(f", then within {step} of each later one" for step in others)
        elif self.restarts:
            text += f", then within {(others or [first])[0]} of each {self.restarts}"
        return "; ".join((text, *(part.in_words() for part in others_apply))) + "."


def _unlike(table: str, part: str, named: Mapping[Kind, tuple[str | None, ...]]) -> Iterator[str]:
    """What a part of a rule says that the table's contract does not."""
    if table not in {each.name for each in CONFORMED}:
        yield f"its {part} is of no table '{table}'{nearest(table, [t.name for t in CONFORMED])}"
        return
    columns = {column.name: column.kind for column in BY_NAME[table].columns}
    for kind, names in named.items():
        for name in filter(None, names):
            if name not in columns:
                yield f"its {part} has no column '{name}' in {table}{nearest(name, columns)}"
            elif columns[name] is not kind:
                yield f"'{name}' of its {part} is no {kind.value} in {table}"


@dataclass(frozen=True)
class LeftOut:
    """A timescale that is not derived, and why: some date of it is in no table that we know."""

    timescale: str
    would_be: str
    why: str
