"""Counts the latest figures: anew what could have changed since the night before, and the rest is
carried over in ``report.latest_subject``.

A measure that counts each child alone says of a child what it said, as long as no version of the
child's own rows began or ended. What else it follows from is in ``resting``. Each night a part of
those measures is counted whole beside it, in seven nights all of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from etl import __version__
from etl.errors import UnexpectedFault
from etl.log import logger
from etl.publish.as_known import FACT_OF
from etl.publish.counting import Counting, Part, count_rows, counting_of, make_rows, sum_up
from etl.publish.measures import ALONE, Measure
from etl.publish.months import last_complete_months, month_before, publication_of
from etl.publish.resting import (
    CARRIED,
    CARRIED_WRONG,
    COUNTED_WHOLE,
    Told,
    carried_from,
    rests_on,
    say_how_counted,
)
from etl.publish.subjects import KEPT, are_kept, differing_rows, keep_subjects, listed, see_subjects
from etl.warehouse import Session, loaded_nights

# In so many loaded nights each measure that is carried is proved once.
PROVED_IN = 7
_CHANGED = "changed_child"


@dataclass(frozen=True)
class Night:
    """The authority's last loaded night, whose figures are published."""

    la_code: str
    extract_date: date
    run_id: str


def count_latest(
    session: Session, night: Night, every: Sequence[Measure], *, why_whole: str | None = None
) -> Counting:
    """Count the night's figures, bring ``report.latest_subject`` to what they count, and leave in
    the audit how it was done. ``report.last_extract`` must still say what was published before.

    why_whole: why everything is counted whole, where that is asked for.
    """
    months = publication_of(session, night.la_code, night.extract_date).months
    first, last = last_complete_months(night.extract_date, months)
    made = counting_of(
        session, night.la_code, every, known_on=night.extract_date, first=first, last=last
    )
    now = rests_on(made)
    before = why_whole or carried_from(made, now)
    how: list[Told]
    if isinstance(before, str):
        _count_whole(made)
        how = [(COUNTED_WHOLE, before, None)]
    else:
        how = _carry_and_prove(made, before)
    say_how_counted(session, night.run_id, now, how)
    see_subjects(made)
    sum_up(made)
    return made


def _count_whole(made: Counting) -> None:
    everything = Part(made.measures, made.first, made.last)
    if are_kept(made):
        _keep(made, [everything])
    else:
        count_rows(made, everything, KEPT)


def _keep(made: Counting, parts: Sequence[Part], may_go: str = "true") -> None:
    """Count the parts and keep what they count. may_go: see ``keep_subjects``."""
    anew = f"anew_{made.number}"
    make_rows(made.session, anew)
    for part in parts:
        count_rows(made, part, anew)
    keep_subjects(made, anew, may_go)
    made.session.run(f"drop table {anew}")


def _carry_and_prove(made: Counting, before: date) -> list[Told]:
    """Carry over from the night before, and count whole where the proof says otherwise. Returns the
    observations of it."""
    alone = _alone(made)
    proved = _proved_tonight(made, alone)
    make_rows(made.session, _whole(made))
    changed = _carry(made, before, alone, proved)
    wrong = _wrong_measures(made, proved)
    if not wrong:
        return [(CARRIED, f"from the night of {before}", changed)]
    # A line of the log is one line.
    logger.error(" ".join(str(_fault(made, wrong)).splitlines()))
    _count_whole(made)
    told: list[Told] = [(CARRIED_WRONG, measure, rows) for measure, rows in wrong.items()]
    return [(COUNTED_WHOLE, "what was carried over was wrong", None), *told]


def _fault(made: Counting, wrong: dict[str, int]) -> UnexpectedFault:
    return UnexpectedFault(
        "What was carried over from the night before is not what a whole counting gives: "
        + ", ".join(f"{measure} ({rows:,} rows)" for measure, rows in wrong.items())
        + ".",
        where=f"publish, authority {made.la_code}, as known on {made.known_on}",
        means="Every figure of tonight was counted whole and is right, and these measures are "
        "carried over no more. Figures of the nights before, since they were last proved, may have "
        "been wrong.",
        next="Tell the maintainers: a measure says that it counts each child alone and does not, "
        "or the warehouse was changed by hand.",
    )


def _whole(made: Counting) -> str:
    """The table of what the measures that are proved count whole."""
    return f"whole_{made.number}"


def _carry(
    made: Counting, before: date, alone: Sequence[Measure], proved: Sequence[Measure]
) -> int:
    """Bring what is kept from the night before to tonight; returns of how many children anew.

    alone: the measures of which only these children's rows are. proved: those that are counted
    whole as well, beside.
    """
    changed, kept_last = _stage_changed(made, before), month_before(before)
    parts, may_go = [], "false"
    together: Sequence[Measure] = ()
    of_new_months: Sequence[Measure] = made.measures
    if changed and kept_last >= made.first:
        together = [each for each in made.measures if each not in alone]
        of_new_months = alone
        parts.append(Part(alone, made.first, kept_last, children=_CHANGED))
        may_go = (
            f"kept.child_key in (select child_key from {_CHANGED}) "
            f"or kept.measure in ({listed(each.measure for each in together)})"
        )
    if kept_last < made.last:
        parts.append(Part(of_new_months, max(made.first, _month_after(kept_last)), made.last))
    parts.append(Part(together, made.first, made.last, beside={_whole(made): proved}))
    _keep(made, parts, may_go)
    made.session.run(f"drop table {_CHANGED}")
    return changed


def _stage_changed(made: Counting, before: date) -> int:
    """Make ``changed_child``: the children of whom a version that any measure reads began or ended
    since the night before. Returns how many."""
    read = set().union(*(measure.reads for measure in made.measures))
    tables = ["dim_child", *(FACT_OF[view].warehouse for view in sorted(read & FACT_OF.keys()))]
    every = " union ".join(
        f"select child_key from warehouse.{table} where la_code = :la_code "
        "and (known_from > :before or known_to > :before and known_to <= :known_on)"
        for table in tables
    )
    made.session.run(
        f"create temporary table {_CHANGED} as {every}",
        la_code=made.la_code, before=before, known_on=made.known_on,
    )  # fmt: skip
    made.session.run(f"analyze {_CHANGED}")
    return int(made.session.rows(f"select count(*) from {_CHANGED}")[0][0])


def _month_after(month: date) -> date:
    return (month + timedelta(days=31)).replace(day=1)


def _alone(made: Counting) -> list[Measure]:
    """Those that count each child alone. Without those of which this release carried over what was
    wrong, and what counts the same: of the authority's records it is not true."""
    told = made.session.rows(
        "select observed.detail from audit.observation as observed "
        "join audit.load_run as run on run.run_id = observed.run_id "
        "where run.la_code = :la_code and run.software_version = :software "
        "and observed.observation = :wrong",
        la_code=made.la_code, software=__version__, wrong=CARRIED_WRONG,
    )  # fmt: skip
    wrong = {each.definition_sha256 for each in made.measures if (each.measure,) in told}
    return [
        each for each in made.measures
        if each.counts == ALONE and each.definition_sha256 not in wrong
    ]  # fmt: skip


def _proved_tonight(made: Counting, alone: Sequence[Measure]) -> list[Measure]:
    """Those that count each child alone whose turn it is; measures of one definition together."""
    nights = len(loaded_nights(made.session, made.la_code))
    definitions = list(dict.fromkeys(each.definition_sha256 for each in alone))
    tonight = set(definitions[nights % PROVED_IN :: PROVED_IN])
    return [each for each in alone if each.definition_sha256 in tonight]


def _wrong_measures(made: Counting, proved: Sequence[Measure]) -> dict[str, int]:
    """By measure, how many rows that are kept are not those that a whole counting gives, or the
    other way round; without measures of which none are."""
    which = f"measure in ({listed(each.measure for each in proved)})"
    found = differing_rows(made, _whole(made), which)
    made.session.run(f"drop table {_whole(made)}")
    return found
