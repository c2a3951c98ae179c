"""What a night's source held: which measures it tells, and from which month on each looks at
nothing that lies before its first day."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from etl.warehouse import Session

_YEAR, _APRIL = 12, 4
_SINCE_APRIL = "1 April"
_MONTHS = re.compile(r"(\d+) months?")
# Of audit.observation: what a night says of its source.
COVERED_FROM = "covered_from"
MEASURE_CARRIED = "measure_carried"
# Timescales of which the source tells nothing, or not all there is; of which its extract lacked a
# table.
NOT_CARRIED = ("timescale_not_carried", "timescale_partly_carried")
SKIPPED = "timescale_skipped"


@dataclass(frozen=True)
class LooksBack:
    """How far before its month a measure looks: so many months before the month's first day, or to
    the 1 April before."""

    months: int = 0
    since_april: bool = False

    def first_month(self, covered_from: date) -> date:
        """The first day of the first month of which all it looks at is on or after that day."""
        number = covered_from.year * _YEAR + covered_from.month - 1 + (covered_from.day > 1)
        if self.since_april:
            number += (_APRIL - 1 - number) % _YEAR
        number += self.months
        return date(number // _YEAR, number % _YEAR + 1, 1)


def looks_back_of(said: str | None) -> LooksBack:
    """What a head says; nothing where the measure looks at its own month alone. Raises ValueError
    where it says nothing known."""
    if said is None:
        return LooksBack()
    if said == _SINCE_APRIL:
        return LooksBack(since_april=True)
    found = _MONTHS.fullmatch(said)
    if found is None:
        raise ValueError(f"nothing is looked back on by '{said}'")
    return LooksBack(months=int(found[1]))


@dataclass(frozen=True)
class Coverage:
    """Of one night. covered_from: the first day from which its source holds every event; None where
    it holds all there were. measures: those that it tells, None for all. not_carried: timescales
    that it does not tell, or not wholly. skipped: those that were not derived, as its extract
    lacked a table."""

    covered_from: date | None
    measures: frozenset[str] | None
    not_carried: frozenset[str]
    skipped: frozenset[str]

    @property
    def is_all(self) -> bool:
        """Whether the source holds all there was."""
        return self.covered_from is None and self.measures is None and not self.not_carried

    def tells(self, measure: str, timescale: str | None) -> bool:
        """Whether the measure is published of any month. timescale: of one of those that exist for
        every timescale, which follow that."""
        if timescale is not None:
            return timescale not in self.not_carried | self.skipped
        return self.measures is None or measure in self.measures

    def first_month(self, looks_back: LooksBack) -> date:
        """The first day of the first month of which a measure is published."""
        return date.min if self.covered_from is None else looks_back.first_month(self.covered_from)


def coverage_of(session: Session, la_code: str, known_on: date) -> Coverage:
    """What the audit of the night says. One of an earlier release, or of a source that holds all
    there was, says nothing."""
    rows = session.rows(
        "select observed.observation, observed.detail from audit.observation as observed "
        "join audit.load_run as run on run.run_id = observed.run_id "
        "where run.la_code = :la_code and run.extract_date = :known_on and run.status = 'loaded'",
        la_code=la_code,
        known_on=known_on,
    )
    of = {kind: {detail for each, detail in rows if each == kind} for kind, _ in rows}
    days = [date.fromisoformat(day) for day in of.get(COVERED_FROM, ())]
    return Coverage(
        covered_from=max(days, default=None),
        measures=frozenset(of.get(MEASURE_CARRIED, ())) or None,
        not_carried=frozenset().union(*(of.get(kind, ()) for kind in NOT_CARRIED)),
        skipped=frozenset(detail.partition(":")[0] for detail in of.get(SKIPPED, ())),
    )
