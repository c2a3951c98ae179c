"""The one mechanism behind every timescale: a start, an allowance, an event that meets it, and
perhaps a next one.

Pure functions of tables: no names of a source, no database, no date of today. Status is not
decided here but asked for any day of the stored dates.

Subjects are numbered and days kept as NumPy days while at work: sorting ten million numbers takes
a second or two, sorting as many ids of text a minute.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from etl.calendar import working_days
from etl.calendar.working_days import Days
from etl.contracts.contract import OWNERS
from etl.contracts.register import BY_NAME
from etl.derive.rule import Rule
from etl.derive.standards import Standard

NEVER = np.datetime64("NaT", "D")
NO_DAYS = np.array([], "datetime64[D]")
# The number, in its subject's turn, of what is owed from the first event on.
SECOND = 2
# A flag of subjects that some sources have: their first day is but the first that is known.
START_KNOWN = "is_start_known"
# 32 bits hold more rows than any authority will have, and half the memory is half the time.
Positions = npt.NDArray[np.int32]


@dataclass(frozen=True)
class Subjects:
    """What a rule is owed on. ids, owners: of the subjects; started, ended: their days, ended
    being NaT where open; is_later: whether the rule's other allowance can apply to them;
    seen_from: of one whose start the source does not reach back to, the first day from which its
    events are there, NaT of one that is seen whole.

    Where a subject's clock runs more than once it is there for each time, these being together and
    in their order."""

    ids: pd.Series
    owners: pd.DataFrame
    started: Days
    ended: Days
    is_later: npt.NDArray[np.bool_]
    seen_from: Days


@dataclass(frozen=True)
class Events:
    """What stops clocks, of the subjects at the positions ``subject``: ordered by subject and day,
    one a day. row: where it stands in the source table, for what is seldom needed."""

    subject: Positions
    day: Days
    recorded: Days
    row: Positions


@dataclass(frozen=True)
class Chain:
    """What is owed: of which subject, which in turn since its clock began, since when, and the
    event that met it (-1: none)."""

    subject: Positions
    sequence: Positions
    started: Days
    met_by: Positions


def obligations(
    rule: Rule,
    tables: dict[str, pd.DataFrame],
    standards: list[Standard],
    covered_from: pd.Timestamp | None = None,
) -> pd.DataFrame:
    """Every obligation under the rule, subject by subject in turn.

    tables: by name, with the columns that the rule's clock and stop name, ``is_merged``,
    ``died_date`` and the columns of OWNERS. covered_from: the first day from which the source holds
    every event, None where it holds all there were. Returns the columns of the contract
    ``timescale_obligation``; text and days that repeat are categorical.

    A repeating clock that began before the source's events do resumes: at the first of its events
    from which the step that is owed is known, whatever came before.
    """
    subjects = _subjects(rule, tables[rule.clock.spells or rule.clock.table], covered_from)
    stops = tables[rule.stop.events or rule.stop.table]
    events = _events(rule, stops, subjects)
    if rule.is_recurring:
        chain = _from_a_known_step(_chain(subjects, events), subjects, standards)
    else:
        chain = _deadlines(subjects, events)
    is_done = chain.met_by >= 0
    done = _at(events.day, chain.met_by)
    closer = _closer(rule, tables, subjects, chain)
    due, allowance, standard_from = _due(chain, subjects, standards, closer)
    met_by = _at(events.row, chain.met_by, none=-1)
    columns = {
        "timescale": _repeated([rule.timescale], np.zeros(len(done), dtype=np.int8)),
        "standard_from": standard_from,
        "subject_type": _repeated([rule.subject_type], np.zeros(len(done), dtype=np.int8)),
        "subject_id": _of_subjects(subjects.ids, chain.subject),
        "sequence": _running_on(chain, subjects),
        **{
            owner: subjects.owners[owner].astype("category").array.take(chain.subject)
            for owner in OWNERS
        },
        "meeting_id": _named(stops, rule.stop.meeting_id, met_by),
        "event_id": _named(stops, BY_NAME[rule.stop.table].key[0], met_by),
        "started_date": _seconds(chain.started),
        "due_date": _seconds(due),
        "allowance": allowance,
        "done_date": _seconds(done),
        "closed_date": _seconds(np.where(is_done, NEVER, subjects.ended[chain.subject])),
        "first_recorded_date": _seconds(_at(events.recorded, chain.met_by)),
        # Only the load knows the extracts before tonight's.
        "not_recorded_before": _repeated(_seconds(NO_DAYS), np.full(len(done), -1, np.int8)),
    }
    columns |= _time_taken(chain.started, done, is_done)
    return pd.DataFrame(columns, copy=False)


def _chosen(
    frame: pd.DataFrame, only: tuple[str, ...], unless: tuple[str, ...]
) -> npt.NDArray[np.bool_]:
    """Where every flag of ``only`` is yes and none of ``unless``; an empty flag is no."""
    chosen = np.ones(len(frame), dtype=bool)
    for flag in only:
        chosen &= frame[flag].to_numpy(dtype=bool, na_value=False)
    for flag in unless:
        chosen &= ~frame[flag].to_numpy(dtype=bool, na_value=False)
    return chosen


def _days(column: pd.Series) -> Days:
    days: Days = column.to_numpy(dtype="datetime64[D]")
    return days


def _subjects(rule: Rule, frame: pd.DataFrame, covered_from: pd.Timestamp | None) -> Subjects:
    clock = rule.clock
    # A child merged into another record owes and is owed nothing under the old one.
    frame = frame[_chosen(frame, clock.only, (*clock.unless, "is_merged"))]
    started, ended = _days(frame[clock.starts]), _days(frame["died_date"])
    if clock.ends:
        ended = np.fmin(ended, _days(frame[clock.ends]))  # NaT is no day
    # What begins after its child's death, or after its own end, owes nothing.
    seen_from = _seen_from(frame, started, covered_from)
    lasts = ~(started > ended)
    if rule.is_met_unseen:
        lasts &= np.isnat(seen_from)
    frame, started, ended = frame[lasts], started[lasts], ended[lasts]
    return Subjects(
        ids=frame[clock.subject_id],
        owners=frame[list(OWNERS)],
        started=started,
        ended=ended,
        is_later=_chosen(frame, (rule.later.only,) if rule.later else (), ()),
        seen_from=seen_from[lasts],
    )


def _seen_from(frame: pd.DataFrame, started: Days, covered_from: pd.Timestamp | None) -> Days:
    """Of subjects that began before the source's events do, or nobody knows when, the first day
    from which these are there; NaT of the others."""
    day = NEVER if covered_from is None else covered_from.to_datetime64().astype("datetime64[D]")
    found = np.where(started < day, day, NEVER)
    if START_KNOWN not in frame:
        return found
    is_known = frame[START_KNOWN].to_numpy(dtype=bool, na_value=True)
    return np.where(is_known, found, started if covered_from is None else day)


def _events(rule: Rule, frame: pd.DataFrame, subjects: Subjects) -> Events:
    """The events that can stop a clock.

    One on a recurring subject's own start day stops no clock; one on the last day counts, later
    ones are ignored, and so are those of another child.
    """
    stop = rule.stop
    frame = frame if len(subjects.ids) else frame.iloc[:0]
    day = _days(frame[stop.date])
    subject = _subject_of(frame[stop.subject_id], day, subjects)
    counts = _chosen(frame, stop.only, (*stop.unless, "is_merged")) & (subject >= 0)
    started = subjects.started[subject]
    counts &= day > started if rule.is_recurring else day >= started
    if rule.is_recurring:
        counts &= ~(day < subjects.seen_from[subject])
    counts &= ~(day > subjects.ended[subject])
    row = np.flatnonzero(counts).astype(np.int32)
    row = row[_of_the_same_child(frame, row, subjects, subject[row])]
    subject, day = subject[row], day[row]
    recorded = _days(frame[stop.recorded])[row] if stop.recorded else np.full(len(row), NEVER)
    meetings = frame[stop.meeting_id].iloc[row] if stop.meeting_id else None
    order = _in_order(subject, day, recorded, meetings)
    is_first = np.ones(len(order), dtype=bool)
    is_first[1:] = (np.diff(subject[order]) > 0) | (np.diff(day[order]).astype(np.int64) > 0)
    kept = order[is_first]
    return Events(subject[kept], day[kept], recorded[kept], row[kept])


def _of_the_same_child(
    frame: pd.DataFrame, row: Positions, subjects: Subjects, subject: Positions
) -> npt.NDArray[np.bool_]:
    own = subjects.owners["child_token"].array.take(subject)
    return np.asarray(frame["child_token"].array.take(row) == own, dtype=bool)


def _subject_of(named: pd.Series, day: Days, subjects: Subjects) -> Positions:
    """Where the subject that each event names stands; of one that is there for several times the
    last that began before the day. -1 where there is none."""
    if subjects.ids.is_unique:
        return _positions(named, subjects.ids)
    each = subjects.ids.drop_duplicates()
    began = _moments(_positions(subjects.ids, each), subjects.started)
    subject = _positions(named, each)
    at = np.searchsorted(began, _moments(subject, day), side="left") - 1
    is_it = (subject >= 0) & (at >= 0)
    is_it[is_it] = subjects.ids.to_numpy()[at[is_it]] == named.to_numpy()[is_it]
    return np.where(is_it, at, -1).astype(np.int32)


def _moments(subject: Positions, day: Days) -> npt.NDArray[np.int64]:
    """A number that grows by subject, then by day."""
    return subject.astype(np.int64) * 1_000_000 + day.astype(np.int64)


def _positions(named: pd.Series, ids: pd.Series) -> Positions:
    """Where each of ``named`` stands among ``ids``; -1 where it does not, or is empty."""
    found = pc.index_in(
        pa.array(named, pa.string()), value_set=pa.array(ids, pa.string()), skip_nulls=True
    )
    positions: Positions = found.fill_null(-1).to_numpy(zero_copy_only=False)
    return positions


def _in_order(
    subject: Positions, day: Days, recorded: Days, meetings: pd.Series | None
) -> npt.NDArray[np.int64]:
    """By subject and day; of several on one day the one recorded first leads.

    Events that share a day are few: only they are put in order by what follows.
    """
    key = _moments(subject, day)
    order = np.argsort(key, kind="stable")
    is_same = np.diff(key[order]) == 0
    is_tied = np.zeros(len(order), dtype=bool)
    is_tied[1:] |= is_same
    is_tied[:-1] |= is_same
    tied = order[is_tied]
    by: list[Any] = [recorded[tied], key[tied]]
    if meetings is not None:
        by.insert(0, meetings.iloc[tied].rank(method="dense", na_option="bottom"))
    order[is_tied] = tied[np.lexsort(by)]
    return order


def _deadlines(subjects: Subjects, events: Events) -> Chain:
    """One obligation per subject, met by its first event."""
    size = len(subjects.started)
    met_by = np.full(size, -1, dtype=np.int32)
    # Backwards, so that the first event of each subject is written last.
    met_by[events.subject[::-1]] = np.arange(len(events.subject))[::-1]
    once = np.ones(size, dtype=np.int32)
    return Chain(np.arange(size, dtype=np.int32), once, subjects.started, met_by)


def _chain(subjects: Subjects, events: Events) -> Chain:
    """Obligations that follow one another: from the start, then from each event.

    An event on the subject's last day closes the chain.
    """
    owed = 1 + np.bincount(events.subject, minlength=len(subjects.started))
    first = (np.cumsum(owed) - owed).astype(np.int32)
    subject = np.repeat(np.arange(len(owed), dtype=np.int32), owed)
    sequence = np.arange(1, len(subject) + 1, dtype=np.int32) - first[subject]
    is_first = sequence == 1
    started = np.empty(len(subject), dtype="datetime64[D]")
    started[is_first], started[~is_first] = subjects.started, events.day
    # Events stand in the order of the chain: each meets the obligation before the one it starts.
    met_by = np.full(len(subject), -1, dtype=np.int32)
    met_by[np.flatnonzero(~is_first) - 1] = np.arange(len(events.day))
    goes_on = is_first | ~(started >= subjects.ended[subject])
    return Chain(subject[goes_on], sequence[goes_on], started[goes_on], met_by[goes_on])


def _from_a_known_step(chain: Chain, subjects: Subjects, standards: list[Standard]) -> Chain:
    """What is owed of subjects whose start is not seen, from the first event on at which all steps
    but the last are over, however many there were before: never the first, which runs from the
    start. Of the others all of it."""
    is_seen = np.isnat(subjects.seen_from)
    if is_seen.all():
        return chain
    steps = np.full(len(chain.started), SECOND)
    for standard in standards:
        steps[_in_force(chain, standard)] = max(len(standard.steps), SECOND)
    kept = is_seen[chain.subject] | (chain.sequence >= steps)
    return Chain(chain.subject[kept], chain.sequence[kept], chain.started[kept], chain.met_by[kept])


def _in_force(chain: Chain, standard: Standard) -> npt.NDArray[np.bool_]:
    """Which clocks start while the standard holds."""
    begins, ends = np.datetime64(standard.effective_from), np.datetime64(standard.effective_to)
    found: npt.NDArray[np.bool_] = (chain.started >= begins) & (chain.started < ends)
    return found


def _running_on(chain: Chain, subjects: Subjects) -> Positions:
    """Which in turn of its subject, over all times that its clock ran; of one whose start is not
    seen, never the first."""
    if subjects.ids.is_unique:
        return chain.sequence
    ids = subjects.ids.iloc[chain.subject].reset_index(drop=True)
    turn = ids.groupby(ids, sort=False).cumcount().to_numpy() + 1
    unseen = subjects.ids[~np.isnat(subjects.seen_from)]
    first = ids.map(pd.Series(chain.sequence).groupby(ids).first()).to_numpy()
    before = np.where(ids.isin(unseen), np.maximum(first, SECOND) - 1, 0)
    return (turn + before).astype(np.int32)


def _closer(
    rule: Rule, tables: dict[str, pd.DataFrame], subjects: Subjects, chain: Chain
) -> npt.NDArray[np.int8]:
    """Which of the rule's closer allowances each clock has by the day it starts: 1 or 2, 0 where
    none applies. The first clock of a subject has the rule's own, unless it says otherwise."""
    found = np.zeros(len(chain.started), dtype=np.int8)
    if rule.closer is None:
        return found
    spans, flag = tables[rule.closer.spans], rule.closer.flag
    which = spans[flag].to_numpy(dtype=np.int8) if flag else np.zeros(len(spans), dtype=np.int8)
    spans = pd.DataFrame(
        {
            "subject": _positions(spans[rule.clock.subject_id], subjects.ids),
            "since": spans["started_date"].to_numpy(),
            "until": spans["ended_date"].to_numpy(),
            "which": 1 + which,
        }
    )
    first = 1 if rule.closer.from_the_first else 2
    row = np.flatnonzero((chain.sequence >= first) & np.isin(chain.subject, spans["subject"]))
    clocks = pd.DataFrame(
        {"row": row, "subject": chain.subject[row], "on": _seconds(chain.started[row])}
    ).merge(spans, on="subject")
    inside = (clocks["on"] >= clocks["since"]) & ~(clocks["on"] >= clocks["until"])
    found[clocks.loc[inside, "row"]] = clocks.loc[inside, "which"]
    return found


def _due(
    chain: Chain,
    subjects: Subjects,
    standards: list[Standard],
    closer: npt.NDArray[np.int8],
) -> tuple[Days, pd.Categorical, pd.Categorical]:
    """Due date, allowance in words, and first day of the standard, by the standard in force at
    each clock's start."""
    due = np.full(len(chain.started), NEVER)
    since = np.full(len(chain.started), -1, dtype=np.int16)
    allowance = np.full(len(chain.started), -1, dtype=np.int16)
    words: list[str] = []
    for place, standard in enumerate(standards):
        in_force = _in_force(chain, standard)
        since[in_force] = place
        is_later = _is_later(chain, subjects, standard)
        for number, step in enumerate(standard.steps, start=1):
            is_last = number == len(standard.steps)
            owed = chain.sequence >= number if is_last else chain.sequence == number
            rows = np.flatnonzero(in_force & owed & ~is_later)
            due[rows] = working_days.add(chain.started[rows], step, counting=standard.counting)
            allowance[rows] = _number(step.in_words(), words)
        if standard.later:
            rows = np.flatnonzero(in_force & is_later)
            due[rows] = working_days.add(chain.started[rows], standard.later.allowance)
            allowance[rows] = _number(standard.later.allowance.in_words(), words)
        for number, step in enumerate(standard.closer.steps if standard.closer else (), start=1):
            rows = np.flatnonzero(in_force & (closer == number))
            due[rows] = working_days.add(chain.started[rows], step)
            allowance[rows] = _number(step.in_words(), words)
    first_days = np.array([standard.effective_from for standard in standards], "datetime64[D]")
    return due, _repeated(words, allowance), _repeated(_seconds(first_days), since)


def _is_later(chain: Chain, subjects: Subjects, standard: Standard) -> npt.NDArray[np.bool_]:
    """Where the standard's other allowance applies: the subject has the flag, and has lasted."""
    if standard.later is None:
        return np.zeros(len(chain.started), dtype=bool)
    lasted = working_days.add(subjects.started, standard.later.after)
    found: npt.NDArray[np.bool_] = subjects.is_later[chain.subject] & (
        chain.started >= lasted[chain.subject]
    )
    return found


def _number(word: str, words: list[str]) -> int:
    """The word's number in the list, to which it is added if it is new."""
    if word not in words:
        words.append(word)
    return words.index(word)


def _time_taken(started: Days, done: Days, is_done: npt.NDArray[np.bool_]) -> dict[str, Any]:
    """working_days_taken and days_taken, the start being day 0; empty where not done."""
    working, days = np.zeros((2, len(done)), dtype=np.int32)
    working[is_done] = working_days.taken(started[is_done], done[is_done])
    days[is_done] = (done[is_done] - started[is_done]).astype(np.int32)
    return {
        "working_days_taken": pd.arrays.IntegerArray(working, ~is_done),
        "days_taken": pd.arrays.IntegerArray(days, ~is_done),
    }


def _at(values: Any, positions: Positions, none: Any = NEVER) -> Any:
    """The values at the positions, ``none`` where a position is -1."""
    if not len(values):
        return np.full(len(positions), none)
    found = values[positions]
    found[positions < 0] = none
    return found


def _seconds(days: Days) -> pd.Series:
    return pd.Series(days.astype("datetime64[s]"), copy=False)


def _repeated(
    values: list[str] | pd.Index | pd.Series, numbers: npt.NDArray[Any]
) -> pd.Categorical:
    """Texts or days by their numbers in a list; empty where the number is -1."""
    is_text = isinstance(values, list)
    dtype = pd.CategoricalDtype(pd.Index(values, dtype="str" if is_text else None))
    return pd.Categorical.from_codes(numbers, dtype=dtype, validate=False)


def _of_subjects(column: pd.Series, subject: Positions) -> pd.Categorical:
    """The subjects' values, each written once."""
    numbers, values = pd.factorize(column)
    return _repeated(values, numbers.astype(np.int32)[subject])


def _named(frame: pd.DataFrame, column: str | None, row: Positions) -> Any:
    """What the column says at these rows of the table; nothing where a row is -1 or there is no
    such column. Each id is there about once: to number them would cost more than to write them."""
    if not column or frame.empty:
        return _repeated([], np.full(len(row), -1, dtype=np.int8))
    return frame[column].array.take(row, allow_fill=True)
