"""Since which month a measure may be compared: before it the extract's own history is not whole,
and what was counted is lower, or higher, than what was.

What lies before the first record of a kind is unknown, and so is what had ended before the first
end: a case system's extract has what was open, however old, and of what ended only so much.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from etl.publish.as_known import FACT_OF
from etl.warehouse import Session

DUE = "due"
_HEAD = re.compile(
    r"(?P<kind>events|starts|ends|stock) of (?P<fact>\w+)\.(?P<first>\w+)(?: to (?P<last>\w+))?"
    r"(?P<over>, over 12 months|, year to date)?(?:, after (?P<after>\d+) months?)?"
    r"(?:, unless (?P<unless>\w+))?"
)
# A month is one from its first week on: what began later in it lacks too much.
_FIRST_WEEK = 7
# From the first record of what is open at a month's end, or ended, until those are all there.
_UNTIL_WHOLE = {"stock": 12, "ends": 6}
_YEAR = 12
_APRIL = 4


@dataclass(frozen=True)
class History:
    """What the head of a measure says of what it counts.

    kind: ``events``; ``starts`` or ``ends`` of what lasts; ``stock``, what is open at the month's
    end; ``due``, what was owed. fact, first, last: where its first and last days stand. over: the
    months that are counted beside its own. after: months of history that it looks back on.
    unless: a flag of rows that it does not count.
    """

    kind: str
    fact: str = ""
    first: str = ""
    last: str | None = None
    over: str = ""
    after: int = 0
    unless: str | None = None


@dataclass(frozen=True)
class Reach:
    """The first day of a kind of record in the extract, and the first on which one ended."""

    first: date | None
    ended: date | None


def history_of(said: str) -> History:
    """What a head says. Raises ValueError where it says nothing known, or names no column."""
    if said == DUE:
        return History(DUE, fact="timescale_obligation")
    found = _HEAD.fullmatch(said)
    if found is None:
        raise ValueError(f"no history is said by '{said}'")
    history = History(
        kind=found["kind"], fact=found["fact"], first=found["first"], last=found["last"],
        over=(found["over"] or "").removeprefix(", "), after=int(found["after"] or 0),
        unless=found["unless"],
    )  # fmt: skip
    fact = FACT_OF.get(f"known_{history.fact}")
    named = [history.first, history.last, history.unless]
    if fact is None or any(name and not fact.has(name) for name in named):
        raise ValueError(f"'{said}' names no column of a fact")
    if history.last is None and history.kind != "events":
        raise ValueError(f"'{said}' does not name the day on which it ends")
    return history


# What reaches as far back: the kind of record, and by which timescale it is owed.
Records = tuple[History, str | None]


def reaches_of(session: Session, asked: Sequence[Records]) -> list[Reach]:
    """How far back each kind of records goes, as known on the day: the ``known_`` views of their
    facts must be there. With the timescale by which is owed what a measure of duties reads."""
    every = [
        f"select {number} as number, first_day, first_end "
        f"from ({_reach(*records)}) as reach_{number} (first_day, first_end)"
        for number, records in enumerate(asked)
    ]
    rows = session.rows(f"{' union all '.join(every)} order by number") if every else []
    return [Reach(first, ended) for _, first, ended in rows]


def _reach(history: History, timescale: str | None) -> str:
    """SQL of the first day of the records, and the first on which one ended."""
    if history.kind == DUE:
        return _DUE.format(timescale=timescale)
    last = f"min({history.last})" if history.last else "cast(null as date)"
    counted = f"where not coalesce({history.unless}, false)" if history.unless else ""
    return f"select min({history.first}), {last} from known_{history.fact} {counted}"


# A subject has ended where nothing is owed on it any more: its last duty was met, or closed.
_DUE = """
select min(due_date), min(case when place = 1 then coalesce(closed_date, done_date) end)
from (
    select due_date, closed_date, done_date,
        row_number() over (partition by subject_id order by sequence desc) as place
    from known_timescale_obligation
    where timescale = '{timescale}'
) as owed
"""


@dataclass(frozen=True)
class Bound:
    """From which month a measure may be compared, by its number, and the day that says so: of the
    first record in the extract, or (by_end) of the first that ended."""

    month: int
    day: date
    by_end: bool = False

    @property
    def since(self) -> date:
        """The month's first day."""
        return date(self.month // _YEAR, self.month % _YEAR + 1, 1)


def comparable_from(
    history: History, reach: Reach, *, first_month: date, known_on: date, whole_from: date | None
) -> Bound | None:
    """From when on a measure may be compared; None where no month may.

    first_month: the first that is kept. known_on: the extract. whole_from: since when the
    authority says that its extract is whole.
    """
    first, ended = (whole_from, whole_from) if whole_from else (reach.first, reach.ended)
    if first is None:
        return None
    begins = _from(first)
    bound = _base(history, first, ended, known_on)
    if bound is None:
        return None
    month = bound.month
    if history.over == "over 12 months":
        month += _YEAR - 1
    elif history.over == "year to date":
        month += (_APRIL - 1 - month) % _YEAR
    until_whole = _UNTIL_WHOLE.get(history.kind, 0)
    wants = [Bound(month, bound.day, bound.by_end)]
    if until_whole and not whole_from and first >= first_month:
        wants.append(Bound(begins + until_whole, first))
    if history.after:
        wants.append(Bound(begins + history.after, first))
    return max(wants, key=lambda want: want.month)


def _base(history: History, first: date, ended: date | None, known_on: date) -> Bound | None:
    """The month from which the records of a kind are whole by themselves."""
    if history.kind == "events":
        return Bound(_from(first), first)
    if history.kind == "ends":
        return Bound(_from(ended), ended, by_end=True) if ended else None
    if history.kind == "stock":
        # What is open is all there: before the first end those that ended are missing.
        if ended is None:
            return Bound(_number(known_on) - 1, known_on, by_end=True)
        return Bound(_number(_day_before(ended)), ended, by_end=True)
    until = ended or known_on
    began = Bound(_from(first), first)
    if first >= _year_before(until) or _number(until) <= began.month:
        return began
    return Bound(_number(until), until, by_end=True)


def _number(day: date) -> int:
    return day.year * _YEAR + day.month - 1


def _from(day: date) -> int:
    """The month of a day of its first week, else the next."""
    return _number(day) + (day.day > _FIRST_WEEK)


def _day_before(day: date) -> date:
    return date.fromordinal(day.toordinal() - 1)


def _year_before(day: date) -> date:
    """The same day a year earlier; of 29 February the day before it."""
    return day.replace(year=day.year - 1, day=min(day.day, 28) if day.month == 2 else day.day)
