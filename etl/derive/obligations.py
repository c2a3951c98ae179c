"""The one mechanism behind every timescale: a start, an allowance, an event that meets it, and
perhaps a next one.

Pure functions of tables: no names of a source, no database, no date of today. Status is not
decided here but asked for any day of the stored dates.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from etl.calendar import working_days
from etl.derive.rule import Rule, Stop
from etl.derive.standards import Standard

OWNERS = ("child_token", "family_token", "team_id", "worker_token")


def obligations(
    rule: Rule, tables: dict[str, pd.DataFrame], standards: list[Standard]
) -> pd.DataFrame:
    """Every obligation under the rule.

    tables: by name, with the columns that the rule's clock and stop name, ``is_merged`` and the
    columns of OWNERS. Returns the columns of the contract ``timescale_obligation``.
    """
    subjects = _subjects(rule, tables[rule.clock.table])
    events = _events(rule.stop, tables[rule.stop.table])
    events = events.merge(subjects[["subject_id", "started_date", "ended_date"]], on="subject_id")
    chain = _chain(subjects, events) if rule.is_recurring else _deadline(subjects, events)
    chain["timescale"] = rule.timescale
    chain["subject_type"] = rule.subject_type
    chain["closed_date"] = chain["ended_date"].where(chain["done_date"].isna())
    _add_due_dates(chain, standards)
    chain["working_days_taken"] = working_days.taken(chain["started_date"], chain["done_date"])
    chain["days_taken"] = (chain["done_date"] - chain["started_date"]).dt.days.astype("Int64")
    chain["first_recorded_date"] = chain["recorded_date"].where(chain["done_date"].notna())
    return chain


def _chosen(frame: pd.DataFrame, only: tuple[str, ...], unless: tuple[str, ...]) -> pd.Series:
    """Where every flag of ``only`` is yes and none of ``unless``; an empty flag is no."""
    chosen = pd.Series(True, index=frame.index)
    for flag in only:
        chosen &= frame[flag].fillna(False).astype(bool)
    for flag in unless:
        chosen &= ~frame[flag].fillna(False).astype(bool)
    return chosen


def _subjects(rule: Rule, frame: pd.DataFrame) -> pd.DataFrame:
    clock = rule.clock
    # A child merged into another record owes and is owed nothing under the old one.
    frame = frame[_chosen(frame, clock.only, (*clock.unless, "is_merged"))]
    ended = frame[clock.ends] if clock.ends else pd.Series(pd.NaT, frame.index, "datetime64[s]")
    return pd.DataFrame(
        {
            "subject_id": frame[clock.subject_id],
            "started_date": frame[clock.starts],
            "ended_date": ended,
            **{owner: frame[owner] for owner in OWNERS},
        }
    )


def _events(stop: Stop, frame: pd.DataFrame) -> pd.DataFrame:
    frame = frame[_chosen(frame, stop.only, (*stop.unless, "is_merged"))]
    nothing = pd.Series(pd.NA, frame.index, "str")
    events = pd.DataFrame(
        {
            "subject_id": frame[stop.subject_id],
            "event_date": frame[stop.date],
            "recorded_date": frame[stop.recorded]
            if stop.recorded
            else pd.Series(pd.NaT, frame.index, "datetime64[s]"),
            "meeting_id": frame[stop.meeting_id] if stop.meeting_id else nothing,
        }
    )
    return events.dropna(subset=["subject_id", "event_date"])


def _one_a_day(events: pd.DataFrame) -> pd.DataFrame:
    """Several events of a subject on one day are one, recorded when the first of them was."""
    ordered = events.sort_values(
        ["subject_id", "event_date", "recorded_date", "meeting_id"], kind="stable"
    )
    return ordered.drop_duplicates(["subject_id", "event_date"])


def _deadline(subjects: pd.DataFrame, events: pd.DataFrame) -> pd.DataFrame:
    """One obligation per subject, met by the first event on or after its start."""
    met = _one_a_day(events[events["event_date"] >= events["started_date"]])
    first = met.drop_duplicates("subject_id").rename(columns={"event_date": "done_date"})
    found = subjects.merge(
        first[["subject_id", "done_date", "recorded_date", "meeting_id"]],
        on="subject_id",
        how="left",
    )
    found["sequence"] = 1
    return found


def _chain(subjects: pd.DataFrame, events: pd.DataFrame) -> pd.DataFrame:
    """Obligations that follow one another: from the start, then from each event.

    An event on the start day stops no clock; one on the subject's last day counts and closes the
    chain; later ones are ignored.
    """
    is_within = (events["event_date"] > events["started_date"]) & ~(
        events["event_date"] > events["ended_date"]
    )
    events = _one_a_day(events[is_within])
    points = pd.concat(
        [
            subjects[["subject_id"]].assign(at=subjects["started_date"]),
            events[["subject_id", "recorded_date", "meeting_id"]].assign(at=events["event_date"]),
        ],
        ignore_index=True,
    ).sort_values(["subject_id", "at"], kind="stable", ignore_index=True)
    follows = points["subject_id"].eq(points["subject_id"].shift(-1))
    links = pd.DataFrame({"subject_id": points["subject_id"], "clock_started": points["at"]})
    links["done_date"] = points["at"].shift(-1).where(follows)
    links["recorded_date"] = points["recorded_date"].shift(-1).where(follows)
    links["meeting_id"] = points["meeting_id"].shift(-1).where(follows)
    links["sequence"] = _count_within(points["subject_id"])
    found = links.merge(subjects, on="subject_id", how="left")
    goes_on = (found["sequence"] == 1) | ~(found["clock_started"] >= found["ended_date"])
    found = found[goes_on].reset_index(drop=True)
    return found.drop(columns="started_date").rename(columns={"clock_started": "started_date"})


def _count_within(subject: pd.Series) -> np.ndarray:
    """1, 2, 3 ... within each run of equal subjects."""
    position = np.arange(len(subject))
    is_first = subject.ne(subject.shift()).to_numpy(dtype=bool)
    return position - np.maximum.accumulate(np.where(is_first, position, 0)) + 1


def _add_due_dates(chain: pd.DataFrame, standards: list[Standard]) -> None:
    """Add due_date and standard_from by the standard in force at each clock's start."""
    chain["due_date"] = pd.Series(pd.NaT, index=chain.index, dtype="datetime64[s]")
    chain["standard_from"] = pd.Series(pd.NaT, index=chain.index, dtype="datetime64[s]")
    started = chain["started_date"]
    for standard in standards:
        in_force = (started >= pd.Timestamp(standard.effective_from)) & (
            started < pd.Timestamp(standard.effective_to).as_unit("s")
        )
        chain.loc[in_force, "standard_from"] = pd.Timestamp(standard.effective_from)
        for number, step in enumerate(standard.steps, start=1):
            is_last = number == len(standard.steps)
            owed = chain["sequence"] >= number if is_last else chain["sequence"] == number
            rows = in_force & owed
            chain.loc[rows, "due_date"] = working_days.add(
                started[rows], step, counting=standard.counting
            )
