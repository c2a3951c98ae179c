"""What a council's source does not hold, of all that is published of others."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from etl.night.publishing import titles
from etl.publish.coverage import coverage_of
from etl.publish.measures import measures
from etl.publish.months import last_complete_months, publication_of
from etl.warehouse import Session, existing_warehouse


@dataclass(frozen=True)
class Held:
    """Of the last night of one council. covered_from: the first day from which its source holds
    every event, None where it holds all there were. not_published: measures of which no month is
    published. begin_late: measures that look further back than that, by the first month of which
    they are."""

    la_code: str
    covered_from: date | None
    not_published: tuple[str, ...]
    begin_late: dict[str, date]

    @property
    def in_words(self) -> str:
        """One line, without names of measures."""
        parts = []
        if self.covered_from:
            parts.append(f"its source holds every event from {self.covered_from} on")
        if self.not_published:
            parts.append(f"{_measures(len(self.not_published))} not published")
        if self.begin_late:
            parts.append(f"{_measures(len(self.begin_late))} published of later months alone")
        return f"{self.la_code}: {'; '.join(parts)}."


def _measures(number: int) -> str:
    return "1 measure is" if number == 1 else f"{number} measures are"


def held(url: str, *, la_code: str | None = None) -> list[Held]:
    """Of each council, or the one asked for, whose source does not hold all there was. Raises
    WrongUsage where there is no such warehouse."""
    with existing_warehouse(url).reading() as session:
        last = session.rows("select la_code, extract_date from report.last_extract order by 1")
        found = [_held(session, *one) for one in last if la_code in (None, one[0])]
    return [one for one in found if one]


def _held(session: Session, la_code: str, extract_date: date) -> Held | None:
    coverage = coverage_of(session, la_code, extract_date)
    if coverage.is_all:
        return None
    begin = dict(session.rows(_BEGIN, la_code=la_code))
    first, _ = last_complete_months(
        extract_date, publication_of(session, la_code, extract_date).months
    )
    return Held(
        la_code,
        coverage.covered_from,
        tuple(one.measure for one in measures(titles()) if one.measure not in begin),
        {measure: month for measure, month in sorted(begin.items()) if month > first},
    )


_BEGIN = """
select measure, min(month) from report.monthly_measure
where la_code = :la_code and label = 'latest' group by measure
"""
