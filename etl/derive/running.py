"""The clock that runs of each open subject, where a source tells no more of reviews and visits than
the day of the latest.

Such a day is no history: as the only event of its subject it would make the first obligation look
late by years. So nothing is done here, and nothing closed; what is owed is right on the extract
date and on no other day.
"""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from etl.contracts.legal_status import INTERIM_CARE_ORDER
from etl.contracts.placement import WITH_PARENTS
from etl.contracts.register import BY_NAME
from etl.derive.care import CLOSER_VISITS
from etl.derive.facts import Tables
from etl.derive.obligations import obligations
from etl.derive.rule import Rule
from etl.derive.standards import Standard

# Of more steps than these nobody knows which follows the latest event.
_FIRST_AND_LAST = 2


def running(rule: Rule, tables: Tables, standards: list[Standard]) -> pd.DataFrame:
    """What is owed now under a rule that repeats: from the latest event after the subject's start,
    by the last step, as the second; without one from the start, by the first, as the first. Under a
    rule of more than two steps what is owed after an event is not known, and left out.

    tables: by name, with ``latest_review_date`` or ``latest_visit_date`` of the subjects. Returns
    the columns of ``obligations``.
    """
    stops = rule.stop.events or rule.stop.table
    known = {**tables, stops: _latest(rule, tables[rule.clock.table])}
    if rule.closer and rule.closer.spans == CLOSER_VISITS:
        known[CLOSER_VISITS] = _with_parents(tables)
    ends = [replace(each, steps=(each.steps[0], each.steps[-1])) for each in standards]
    found = obligations(rule, known, ends)
    runs = found["done_date"].isna() & found["closed_date"].isna()
    if len(rule.steps) > _FIRST_AND_LAST:
        runs &= found["sequence"] == 1
    return found[runs].reset_index(drop=True)


def _latest(rule: Rule, subjects: pd.DataFrame) -> pd.DataFrame:
    """The latest event of each subject that has one, as it stands in the table of events: one that
    counts."""
    stop = rule.stop
    what = "visit" if stop.table == "visit" else "review"
    latest = subjects[subjects[f"latest_{what}_date"].notna()].reset_index(drop=True)
    events = latest[["child_token", "is_merged"]].assign(
        **{stop.subject_id: latest[rule.clock.subject_id], stop.date: latest[f"latest_{what}_date"]}
    )
    nothing = pd.Series(pd.NA, latest.index, dtype="str")
    for name in (BY_NAME[stop.table].key[0], stop.meeting_id):
        if name:
            events[name] = nothing
    if stop.recorded:
        events[stop.recorded] = pd.Series(pd.NaT, latest.index, dtype="datetime64[s]")
    events[list(stop.only)] = True
    events[list(stop.unless)] = False
    return events


def _with_parents(tables: Tables) -> pd.DataFrame:
    """As ``closer_visits`` of care, by the legal status and the latest review that stand with the
    child's period of care: placements with parents under an interim care order, and whether the
    case was reviewed since the period began."""
    key = ["looked_after_id", "child_token"]
    periods = tables["looked_after_period"].drop_duplicates(key)
    is_reviewed = periods["latest_review_date"] > periods["started_date"]
    episodes = tables["care_episode"]
    interim = episodes[episodes["legal_status_code"].eq(INTERIM_CARE_ORDER).fillna(False)]
    placements = tables["placement"]
    is_home = placements["placement_type_code"].eq(WITH_PARENTS).fillna(False).astype(bool)
    home = placements.loc[is_home, ["placement_id", *key, "started_date"]]
    home = home.merge(interim[key].drop_duplicates(), on=key)
    home = home.merge(periods[key].assign(is_reviewed=is_reviewed.astype(bool)), on=key)
    return home.assign(ended_date=pd.Series(pd.NaT, home.index, dtype="datetime64[s]"))
