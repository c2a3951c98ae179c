"""What work lists hold, and how it is put in order: pure, made of what was read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from typing import Protocol, TypeVar

NOT_RECORDED = "Team not recorded"
# Of what is late in the record alone, and of what was done late.
PRACTICE, RECORD = "practice", "record"
# How many working days ahead the diary goes, if nobody says.
DAYS = 10
# How many records that fail one check a team's page names; the workbook names them all.
SHOWN = 50


@dataclass(frozen=True)
class Whose:
    """Of which child a line is, and who has it. case, family, worker: the case system's numbers;
    empty where they are not known. team_key: 0 where the team is not recorded."""

    case: str
    family: str
    team_key: int
    worker: str


class Line(Protocol):
    """A line of a list of children."""

    @property
    def whose(self) -> Whose:
        """The child, and who has it."""


@dataclass(frozen=True)
class Owed:
    """One thing owed to a child. working_days_late: None where it is not overdue. stands_on: the
    last working day on which it can be done in time."""

    what: str
    started: date
    due: date
    is_overdue: bool
    is_awaiting_record: bool
    working_days_late: int | None
    stands_on: date
    whose: Whose


@dataclass(frozen=True)
class Late:
    """One thing that was done late. late_in: PRACTICE, or RECORD where it was done in time and
    recorded late."""

    what: str
    due: date
    done: date
    late_in: str
    working_days_late: int
    whose: Whose


@dataclass(frozen=True)
class InNeed:
    """A referral that was open for more than nine months. closed: since the month's end."""

    received: date
    closed: date | None
    need: str
    last_visit: date | None
    months_open: int
    whose: Whose


@dataclass(frozen=True)
class ToMend:
    """A record that is held back, or is loaded and reported by a check. what: what it is; record:
    its number; wrong, mend: what is wrong with it and what to do, in words; column: where; since:
    the first night that found it."""

    what: str
    record: str
    column: str
    wrong: str
    mend: str
    since: date
    whose: Whose
    is_held_back: bool


@dataclass(frozen=True)
class Failing:
    """The records of one team that fail one check, the oldest first."""

    lines: tuple[ToMend, ...]

    @property
    def shown(self) -> tuple[ToMend, ...]:
        """Those that stand on the page."""
        return self.lines[:SHOWN]


@dataclass(frozen=True)
class Reported:
    """A check that more records fail than are kept one by one, and are loaded all the same: how
    many, of the whole council."""

    what: str
    wrong: str
    mend: str
    rows: int


@dataclass(frozen=True)
class Heading:
    """Of what every list is. month: whose late completions and open referrals are listed. days:
    the working days that the diary shows. is_by_allocation: whether team and worker are those who
    have the child now, else those of the record and its referral."""

    la_code: str
    authority: str
    known_on: date
    month: date
    newest_visit: date | None
    days: tuple[date, ...]
    is_by_allocation: bool


@dataclass(frozen=True)
class TeamList:
    """All lists of one team. key: 0 for what no team is recorded of. mended: how many records the
    last night no longer held back nor reported."""

    key: int
    name: str
    overdue: tuple[Owed, ...] = ()
    awaiting: tuple[Owed, ...] = ()
    due: tuple[Owed, ...] = ()
    late: tuple[Late, ...] = ()
    in_need: tuple[InNeed, ...] = ()
    to_mend: tuple[ToMend, ...] = ()
    mended: int = 0

    @property
    def is_recorded(self) -> bool:
        """Whether it is a team, and not what has none."""
        return self.key != 0

    @property
    def records_to_mend(self) -> int:
        """How many records, however many checks each fails. Those without a number are one each."""
        named = {(line.what, line.record, line.whose.case) for line in self.to_mend if line.record}
        return len(named) + sum(not line.record for line in self.to_mend)

    @property
    def held_back(self) -> tuple[ToMend, ...]:
        """Of the records to mend, those that are held back."""
        return tuple(line for line in self.to_mend if line.is_held_back)

    @property
    def reported(self) -> tuple[Failing, ...]:
        """Of the records to mend, those that are loaded and fail a check, check by check."""
        lines = (line for line in self.to_mend if not line.is_held_back)
        return tuple(Failing(tuple(several)) for _, several in groupby(lines, _check))

    @property
    def rows(self) -> int:
        """How many lines it has in all."""
        lists: tuple[Sequence[object], ...] = (
            self.overdue, self.awaiting, self.due, self.late, self.in_need, self.to_mend,
        )  # fmt: skip
        return sum(map(len, lists))


@dataclass(frozen=True)
class WorkLists:
    """The lists of every team that was asked for."""

    heading: Heading
    teams: tuple[TeamList, ...]
    reported: tuple[Reported, ...] = ()


@dataclass(frozen=True)
class Found:
    """All lines that were read, of every team, in no order. mended: by team's key."""

    owed: tuple[Owed, ...] = ()
    late: tuple[Late, ...] = ()
    in_need: tuple[InNeed, ...] = ()
    to_mend: tuple[ToMend, ...] = ()
    mended: Mapping[int, int] = field(default_factory=dict)


def by_team(found: Found, names: Mapping[int, str]) -> tuple[TeamList, ...]:
    """The lists of each team, by its name; what no team is recorded of comes last.

    names: by key, of every team that is to have lists though nothing is on them.
    """
    lines: tuple[Line, ...] = (*found.owed, *found.late, *found.in_need, *found.to_mend)
    keys = {line.whose.team_key for line in lines} | set(names) | set(found.mended)
    named = {key: names.get(key, NOT_RECORDED) for key in keys}
    in_order = sorted(named, key=lambda key: (key == 0, named[key].casefold(), key))
    return tuple(_of_team(found, key, named[key]) for key in in_order)


def _of_team(found: Found, key: int, name: str) -> TeamList:
    owed = _of(found.owed, key)
    return TeamList(
        key=key,
        name=name,
        overdue=_worst_first(
            [line for line in owed if line.is_overdue and not line.is_awaiting_record], _days_late
        ),
        # Whether they are late, and by how much, nobody knows: by the day that is shown.
        awaiting=_worst_first([line for line in owed if line.is_awaiting_record], _days_past),
        due=_by_day(line for line in owed if not line.is_overdue),
        late=_families_together(_of(found.late, key)),
        in_need=tuple(
            sorted(_of(found.in_need, key),
                   key=lambda line: (-line.months_open, as_number(line.whose.case), line.received))
        ),
        to_mend=_held_back_first(_of(found.to_mend, key)),
        mended=found.mended.get(key, 0),
    )  # fmt: skip


LineT = TypeVar("LineT", bound=Line)


def _of(lines: Iterable[LineT], team_key: int) -> tuple[LineT, ...]:
    return tuple(line for line in lines if line.whose.team_key == team_key)


def as_number(number: str) -> tuple[int, str]:
    """Numbers of the case system in the order of numbers, 9 before 10."""
    return len(number), number


def _held_back_first(lines: Sequence[ToMend]) -> tuple[ToMend, ...]:
    """What is held back, the longest first; then check by check, the one that most records fail
    first, what is reported."""
    failing = Counter(_check(line) for line in lines)

    def place(line: ToMend) -> tuple[object, ...]:
        which = (0,) if line.is_held_back else (1, -failing[_check(line)], *_check(line))
        return (*which, line.since, as_number(line.whose.case), line.what, as_number(line.record),
                line.column)  # fmt: skip

    return tuple(sorted(lines, key=place))


def _check(line: ToMend) -> tuple[str, str, str, bool]:
    """By which check a record was found."""
    return line.what, line.column, line.wrong, line.is_held_back


def _worst_first(lines: Sequence[Owed], lateness: Callable[[Owed], int]) -> tuple[Owed, ...]:
    """Days late, then case; what a child is owed stays together, where the worst of it stands."""
    worst: dict[str, int] = {}
    for line in lines:
        worst[_child(line)] = max(lateness(line), worst.get(_child(line), lateness(line)))
    return tuple(
        sorted(lines, key=lambda line: (-worst[_child(line)], as_number(line.whose.case),
                                        -lateness(line), line.due, line.what))
    )  # fmt: skip


def _days_late(line: Owed) -> int:
    return line.working_days_late or 0


def _days_past(line: Owed) -> int:
    """More, the longer past it is."""
    return -line.due.toordinal()


def _child(line: Line) -> str:
    return line.whose.case


def _by_day(lines: Iterable[Owed]) -> tuple[Owed, ...]:
    return tuple(
        sorted(lines, key=lambda line: (line.stands_on, as_number(line.whose.case), line.due,
                                        line.what))
    )  # fmt: skip


def _families_together(lines: Sequence[Late]) -> tuple[Late, ...]:
    """Days late, then case; siblings together, where the latest of them stands. A child whose
    family is not known is one of its own."""
    worst: dict[str, int] = {}
    for line in lines:
        worst[_family(line)] = max(line.working_days_late, worst.get(_family(line), 0))
    return tuple(
        sorted(lines, key=lambda line: (-worst[_family(line)], as_number(_family(line)),
                                        -line.working_days_late, as_number(line.whose.case),
                                        line.what))
    )  # fmt: skip


def _family(line: Line) -> str:
    return line.whose.family or f"of {line.whose.case}"


def blocks(lines: Sequence[LineT]) -> list[list[LineT]]:
    """What each child is owed, in the order of the lines; of whom no number is known apart."""
    found: list[list[LineT]] = []
    for case, of_child in groupby(lines, _child):
        several = list(of_child)
        found += [several] if case else [[line] for line in several]
    return found


def families(lines: Sequence[LineT]) -> list[list[LineT]]:
    """The lines of each family, in the order of the lines."""
    return [list(several) for _, several in groupby(lines, _family)]


@dataclass(frozen=True)
class Day:
    """A day of the diary, and what is to be done by it. is_past: the day of the extract, or one
    before it: what is due at a weekend is still owed though its last working day is over."""

    day: date
    due: tuple[Owed, ...]
    is_past: bool = False


def diary(due: Sequence[Owed], heading: Heading) -> tuple[Day, ...]:
    """Every working day ahead, with nothing where nothing is due. What stands on the day of the
    extract, or before it, comes first under the extract's own day."""
    ahead = {day: [line for line in due if line.stands_on == day] for day in heading.days}
    now = tuple(line for line in due if line.stands_on <= heading.known_on)
    first = (Day(heading.known_on, now, is_past=True),) if now else ()
    return first + tuple(Day(day, tuple(lines)) for day, lines in ahead.items())


@dataclass(frozen=True)
class Matrix:
    """How many of what are due, by day: a row for each thing that is owed."""

    days: tuple[date, ...]
    rows: tuple[tuple[str, tuple[int, ...]], ...]


def matrix(days: Sequence[Day]) -> Matrix:
    """The counts of a diary."""
    counted = Counter((line.what, day.day) for day in days for line in day.due)
    whats = sorted({what for what, _ in counted})
    return Matrix(
        tuple(day.day for day in days),
        tuple((what, tuple(counted[what, day.day] for day in days)) for what in whats),
    )
