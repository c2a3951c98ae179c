"""What a measure counts in a month, one by one, in a temporary table of a session."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pyarrow as pa

from etl.errors import WrongUsage
from etl.night.publishing import titles
from etl.publish.counting import count
from etl.publish.measures import Measure, measures
from etl.publish.months import last_complete_months
from etl.publish.subjects import MONTHS
from etl.toml_reader import nearest
from etl.warehouse import Session

TABLE = "counted_subject"
_COLUMNS = "subject_id, child_key, team_key"


@dataclass(frozen=True)
class Subject:
    """A thing that a measure counts."""

    subject_id: str
    child_key: int
    team_key: int


def the_measure(name: str) -> Measure:
    """The measure of that id. Raises WrongUsage where there is none."""
    known = {measure.measure: measure for measure in measures(titles())}
    if name not in known:
        raise WrongUsage(
            f"There is no measure '{name}'{nearest(name, sorted(known))}.",
            where="command line, --of",
            means="Nothing was written.",
            next="docs/reference/measures.md has every measure's id.",
        )
    return known[name]


def stage_counted(
    session: Session, la_code: str, measure: Measure, *, month: date, known_on: date
) -> tuple[Subject, ...]:
    """Make the table ``counted_subject`` of what the figure counts as known on the last extract; of
    a share, of everything that it is a share of. Of the last 13 months the warehouse keeps it."""
    first, last = last_complete_months(known_on, MONTHS)
    if first <= month <= last:
        rows = session.rows(
            f"select {_COLUMNS} from report.measure_subject where la_code = :la_code "
            "and measure = :measure and month = :month order by subject_id",
            la_code=la_code, measure=measure.measure, month=month,
        )  # fmt: skip
    else:
        counting = count(session, la_code, [measure], known_on=known_on, first=month, last=month)
        rows = session.rows(f"select {_COLUMNS} from {counting.counted} order by subject_id")
    subjects = tuple(Subject(*row) for row in rows)
    _stage(session, subjects)
    return subjects


def _stage(session: Session, subjects: tuple[Subject, ...]) -> None:
    session.stage(
        TABLE,
        pa.table(
            {
                "subject_id": [each.subject_id for each in subjects],
                "child_key": [each.child_key for each in subjects],
                "team_key": [each.team_key for each in subjects],
            },
            pa.schema(
                [("subject_id", pa.string()), ("child_key", pa.int64()), ("team_key", pa.int64())]
            ),
        ),
    )
