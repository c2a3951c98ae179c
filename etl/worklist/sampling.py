"""Reads what a measure counted, and draws a sample of it."""

from __future__ import annotations

from typing import Any

from etl.errors import WrongUsage
from etl.publish.measures import Measure
from etl.warehouse import Session
from etl.worklist.counted import stage_counted, the_measure
from etl.worklist.lists import NOT_RECORDED, Heading, as_number
from etl.worklist.reading import Asked, last_day, team_names, whose
from etl.worklist.sample import Drawing, Drawn, Sample, TeamShare, draw


def read_sample(session: Session, heading: Heading, drawing: Drawing) -> Sample:
    """The sample of what the figure counts. The team is the one that the figure counts it for.
    Raises WrongUsage where there is no such measure, or it counts nothing in the month."""
    measure = the_measure(drawing.measure)
    counted = stage_counted(
        session, heading.la_code, measure, month=drawing.month, known_on=heading.known_on
    )
    if not counted:
        raise _nothing_counted(drawing)
    names = team_names(session, heading.la_code)
    keys = sorted({each.team_key for each in counted}, key=lambda key: _place(key, names))
    by_team = {
        str(key): [each.subject_id for each in counted if each.team_key == key] for key in keys
    }
    chosen = draw(drawing, by_team)
    rows = _rows(session, heading, measure, drawing)
    return Sample(
        drawing, measure.title, heading.la_code, heading.authority, heading.known_on,
        tuple(TeamShare(_name(int(key), names), len(by_team[key]), len(ids))
              for key, ids in chosen.items()),
        tuple(
            drawn
            for key, ids in chosen.items()
            for drawn in sorted((_drawn(rows[each], _name(int(key), names)) for each in ids),
                                key=lambda drawn: as_number(drawn.whose.case))
        ),
    )  # fmt: skip


def _place(key: int, names: dict[int, str]) -> tuple[bool, str, int]:
    return key not in names, names.get(key, ""), key


def _name(key: int, names: dict[int, str]) -> str:
    return names.get(key, NOT_RECORDED)


def _rows(
    session: Session, heading: Heading, measure: Measure, drawing: Drawing
) -> dict[str, dict[str, Any]]:
    """By subject, what was owed; of a measure of several timescales, or none, nothing is told."""
    timescale = next(iter(measure.timescales)) if len(measure.timescales) == 1 else ""
    rows = Asked(session, heading).rows(
        "sampled", timescale=timescale, last=last_day(session, drawing.month)
    )
    return {row["subject_id"]: row for row in rows}


def _drawn(row: dict[str, Any], team: str) -> Drawn:
    return Drawn(
        row["subject_id"], whose(row), team, row["due_date"], row["done_date"],
        row["late_in"] or "", row["working_days_late"],
    )  # fmt: skip


def _nothing_counted(drawing: Drawing) -> WrongUsage:
    return WrongUsage(
        f"The measure {drawing.measure} counts nothing in {drawing.month:%B %Y}.",
        where="command line, --of and --month",
        means="Nothing was written.",
        next="Name another month, or another measure; `csc-etl measures` shows what was counted.",
    )
