"""The record of figures: all that a report says, before anything is put into words or drawn.

It is read from the warehouse once (``reading``), suppressed where it is to be public
(``suppression``), and then alone what sentences, charts, page and workbook are made from.
Nothing here computes a figure: a point keeps the integers that the warehouse counted.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

# What may be said of a month's figure.
COUNTED = "counted"
NOT_COMPARABLE = "not comparable"  # the extract's history is not whole then: n/c, never the number
MISSING = "missing"  # nobody counted it, or it has nothing to be divided by: a gap, never 0
WITHHELD = "withheld"  # public edition: 1 to 5, or withheld to protect such a one: c

# What a month's figure is of.
MONTH = "month"  # what happened in it
YEAR_TO_DATE = "year to date"  # from 1 April to its end
TWELVE_MONTHS = "twelve months"  # the twelve that end with it
AT_END = "at end"  # what is so at the end of its last day

COUNT, PERCENT, PER_10000, PER_WORKER = "count", "percent", "per_10000", "per_worker"
# A share of fewer is told as "2 of 3": no percentage, no chart, no change.
SMALLEST_DENOMINATOR = 10


@dataclass(frozen=True)
class Published:
    """A figure as it stood in the last freeze of its month, where it is another now."""

    numerator: int | None
    denominator: int | None
    known_on: date


@dataclass(frozen=True)
class Point:
    """A measure's figure of a month, its first day.

    numerator, denominator: as counted; None where there is none, or it is withheld. Of a rate the
    denominator is the population. awaiting: how many of what it counts as not in time only lack
    their record; more than 0: not final.
    """

    month: date
    numerator: int | None = None
    denominator: int | None = None
    state: str = COUNTED
    awaiting: int = 0
    published: Published | None = None

    @property
    def is_counted(self) -> bool:
        """Whether its number may be said."""
        return self.state == COUNTED


@dataclass(frozen=True)
class Reference:
    """A target, or a figure of England or of the statistical neighbours, as entered.

    financial_year: of which it is.
    """

    value: Decimal
    financial_year: str


@dataclass(frozen=True)
class UsualRange:
    """What the twelve months before M would lead one to expect by chance, in the measure's own
    unit; counts are whole numbers. first: the first of those months."""

    low: Decimal
    high: Decimal
    first: date


@dataclass(frozen=True)
class Beginning:
    """Why the first months of a measure may not be compared: the extract holds no such thing that
    began (or ended) before a day. thing: singular, such as ``period of care``; verb: ``started``,
    ``ended``, ``was received`` ..., as it follows ``that``. is_as_told: it is the authority's file
    that says from which day on the extract is whole."""

    thing: str
    verb: str
    day: date | None
    is_as_told: bool = False


@dataclass(frozen=True)
class HeldBackRows:
    """Rows of what a measure reads that a check held back. thing: singular. kept: those of them of
    which the version known before is counted still. is_done: they are not what is counted, but tell
    that what was owed was done, such as visits."""

    thing: str
    rows: int
    kept: int
    is_done: bool = False


@dataclass(frozen=True)
class Step:
    """A known step in a measure, of the authority's file: its usual range begins anew."""

    month: date
    reason: str


@dataclass(frozen=True)
class Series:
    """A measure over the months of the report, oldest first; the last is M.

    unit: COUNT, PERCENT, PER_10000 or PER_WORKER. better: higher, lower or neither. span: MONTH,
    YEAR_TO_DATE, TWELVE_MONTHS or AT_END. target: of M's financial year alone. england,
    neighbours: of M's financial year, else of the latest before it.
    """

    measure: str
    title: str
    definition: str
    unit: str
    better: str
    citation: str | None
    span: str
    points: tuple[Point, ...]
    target: Reference | None = None
    england: Reference | None = None
    neighbours: Reference | None = None
    usual: UsualRange | None = None
    beginning: Beginning | None = None
    held_back: tuple[HeldBackRows, ...] = ()
    step: Step | None = None

    @property
    def now(self) -> Point:
        """M's."""
        return self.points[-1]

    @property
    def month_before(self) -> Point | None:
        """Of the month before M; None where the report does not reach so far."""
        return self.back(1)

    @property
    def year_before(self) -> Point | None:
        """Of the same month a year before M."""
        return self.back(12)

    def back(self, months: int) -> Point | None:
        """The point that many months before M."""
        return self.points[-1 - months] if len(self.points) > months else None

    @property
    def is_not_final(self) -> bool:
        """Whether some of what M's figure counts as not in time only lacks its record."""
        return self.now.awaiting > 0


@dataclass(frozen=True)
class Band:
    """A part of a breakdown and how many are in it; None where withheld."""

    label: str
    number: int | None


@dataclass(frozen=True)
class Breakdown:
    """Into what something of a measure falls. name: the stem of its SQL file in
    ``sql/breakdowns/``. total: None where withheld. longest: of bands of time, that of the longest
    one, in the unit of the bands."""

    name: str
    measure: str
    total: int | None
    bands: tuple[Band, ...]
    longest: int | None = None


@dataclass(frozen=True)
class Team:
    """A team's part of a share. name: None: not recorded."""

    name: str | None
    numerator: int
    denominator: int


@dataclass(frozen=True)
class Teams:
    """A share of M by team, the one whose team is not known last. Only of two teams or more."""

    measure: str
    teams: tuple[Team, ...]


@dataclass(frozen=True)
class Reviews:
    """What became of the reviews due in M, less those that ended before they were due.

    in_time: done by their due date. recorded_late: of those, the ones recorded after it; None
    where that is not known of all of them. late: done, but later. awaiting: not done, and booked
    without a held date. not_done: neither. recorded_from: the first extract, before which nobody
    knows when a thing was recorded.
    """

    due: int
    in_time: int
    recorded_late: int | None
    late: int
    awaiting: int
    not_done: int
    recorded_from: date


@dataclass(frozen=True)
class Rule:
    """A rule in force in M. until: its last day, where another took its place within the year
    to M's end; since: its first, where it took another's then."""

    timescale: str
    title: str
    allowance: str
    citation: str | None
    is_local: bool
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True)
class Absent:
    """A table of ours that the extract lacked, in words and singular, and the titles of the
    measures that are not published for that."""

    thing: str
    titles: tuple[str, ...]


@dataclass(frozen=True)
class Restated:
    """A figure that moved since it was published. causes: how many by cause, the words of
    ``etl.publish.causes``; None where they are not told for the day that the report is known on."""

    measure: str
    month: date
    label: str
    published_on: date
    published: Point
    now: Point
    causes: Mapping[str, int] | None


@dataclass(frozen=True)
class Account:
    """What became of the rows of the extract. read, held_back: rows. kept: of those held back, the
    ones of which the version known before is counted still. by_table: rows held back, by table in
    words (singular), where there are any."""

    read: int
    held_back: int
    kept: int
    by_table: Mapping[str, int]


@dataclass(frozen=True)
class Population:
    """The children aged 0 to 17 by which rates are divided, and their mid-year."""

    children: int
    year: int


@dataclass(frozen=True)
class Report:
    """All that a report of a month says.

    month: M's first day; last_day: T. known_on: K. label: of the freeze that it shows, if it is
    one. months: of its charts, M last. financial_year: M's. series: by measure, every one that is
    published. breakdowns, teams: by their names; by their measures. newest: by thing (contact,
    referral, visit, single assessment authorised) the newest day, None where there is none.
    is_stale: its extract does not reach to the end of M. has_targets:
    whether any measure has a target for M's year. earlier: labels of earlier freezes of M and the
    days they were known on. corrected_records: by how many those who started and ceased to be
    looked after in M differ from the change of those who are.
    """

    la_code: str
    authority: str
    month: date
    last_day: date
    known_on: date
    label: str | None
    months: tuple[date, ...]
    financial_year: str
    series: Mapping[str, Series]
    breakdowns: Mapping[str, Breakdown] = field(default_factory=dict)
    teams: Mapping[str, Teams] = field(default_factory=dict)
    reviews: Reviews | None = None
    rules: tuple[Rule, ...] = ()
    absent: tuple[Absent, ...] = ()
    account: Account = Account(0, 0, 0, {})
    newest: Mapping[str, date | None] = field(default_factory=dict)
    population: Population | None = None
    restated: tuple[Restated, ...] = ()
    earlier: tuple[tuple[str, date], ...] = ()
    has_targets: bool = True
    is_stale: bool = False
    is_public: bool = False
    corrected_records: int = 0

    def of(self, measure: str) -> Series | None:
        """A measure, if it is published."""
        return self.series.get(measure)

    @property
    def not_final(self) -> tuple[Series, ...]:
        """The measures whose figure of M is not final."""
        return tuple(series for series in self.series.values() if series.is_not_final)
