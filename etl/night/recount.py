"""Counts the latest figures whole, and says where what is published differs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from etl.night.publishing import publish, titles
from etl.publish.counting import count
from etl.publish.measures import ALONE, Measure, measures
from etl.publish.months import last_complete_months, publication_of
from etl.publish.publish import LATEST, figures_unlike
from etl.publish.resting import is_of_this_release, say_carried_wrong, were_carried
from etl.publish.subjects import differing_rows
from etl.warehouse import LoadedNight, Session, existing_warehouse, night_known_on, the_authority

MENDED = "asked for by `csc-etl recount --mend`"


@dataclass(frozen=True)
class Unlike:
    """A measure of which what is published is not what it counts: how many rows differ of what is
    counted one by one, of the figures, and of those by team, of either side."""

    measure: str
    rows: int
    figures: int
    by_team: int


@dataclass(frozen=True)
class Recounted:
    """What came of it. measures: how many were counted. is_of_this_release: this release published
    the night, not one of before an upgrade. is_mended: what differed was published anew."""

    la_code: str
    known_on: date
    measures: int
    unlike: tuple[Unlike, ...]
    is_of_this_release: bool
    is_mended: bool


def recount(url: str, *, la_code: str | None = None, mend: bool = False) -> Recounted:
    """Count every measure whole, as known on the last extract, and compare what is published.

    mend: where anything differs, publish what was counted, and let the next nights count whole what
    was carried over wrong. Raises WrongUsage where there is no such
    warehouse, authority or night.
    """
    warehouse = existing_warehouse(url)
    la_code = the_authority(warehouse, la_code)
    every = measures(titles())
    with warehouse.reading() as session:
        night = night_known_on(session, la_code, date.max)
        unlike = _compared(session, la_code, night, every)
        carried_wrong = _carried_wrong(session, night, every, unlike)
        is_of_this = is_of_this_release(session, night.run_id)
    is_mended = bool(unlike) and mend
    if is_mended:
        with warehouse.writing(la_code) as session:
            if carried_wrong:  # of the night that was compared, also where one was loaded since
                say_carried_wrong(session, night.run_id, carried_wrong)
            night = night_known_on(session, la_code, date.max)
            publish(session, la_code, night.extract_date, night.run_id, why_whole=MENDED)
    return Recounted(la_code, night.extract_date, len(every), unlike, is_of_this, is_mended)


def _carried_wrong(
    session: Session, night: LoadedNight, every: Sequence[Measure], unlike: Sequence[Unlike]
) -> dict[str, int]:
    """By measure that was carried over to the night, how many of the rows that it counts differ;
    without those of which none do. Figures are made of the rows each night, and not carried."""
    if not were_carried(session, night.run_id):
        return {}
    alone = {each.measure for each in every if each.counts == ALONE}
    return {each.measure: each.rows for each in unlike if each.rows and each.measure in alone}


def _compared(
    session: Session, la_code: str, night: LoadedNight, every: Sequence[Measure]
) -> tuple[Unlike, ...]:
    """The measures that are published otherwise."""
    known_on = night.extract_date
    months = publication_of(session, la_code, known_on).months
    first, last = last_complete_months(known_on, months)
    whole = count(session, la_code, every, known_on=known_on, first=first, last=last)
    rows = differing_rows(whole, whole.counted)
    figures, by_team = figures_unlike(whole, LATEST).values()
    return tuple(
        Unlike(name, rows.get(name, 0), figures.get(name, 0), by_team.get(name, 0))
        for name in sorted(rows.keys() | figures.keys() | by_team.keys())
    )
