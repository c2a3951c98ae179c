"""Meetings of every kind: initial conferences, reviews of plans, reviews of looked after children.

A meeting is in the system from the day it is booked. That it was held shows only once its minutes
are uploaded, which may be weeks later; so does its outcome form.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from etl.demo.dates import NEVER, working_day_on_or_before
from etl.demo.draws import Bands, draw_days, happens, words, yes_or_no
from etl.demo.tables import FIRST_ID, Change, Columns, SourceTable, numbered, source_table, stack

MINUTES_DELAY: Bands = ((0.60, 0, 6), (0.22, 7, 14), (0.18, 15, 56))
CONFERENCE_MINUTES_DELAY: Bands = ((0.70, 0, 2), (0.24, 3, 7), (0.06, 8, 20))
NO_FORM = -1
CANCELLED_SHARE = 0.025


@dataclass(frozen=True)
class MeetingTables:
    """The three tables a kind of meeting adds rows to."""

    meetings: SourceTable
    subjects: SourceTable
    answers: SourceTable


@dataclass(frozen=True)
class Numbering:
    """The first free numbers: ids are unique over all kinds of meetings, notes and plans."""

    meeting: int = FIRST_ID
    form: int = 0
    casenote: int = FIRST_ID
    care_plan: int = FIRST_ID


def meeting_tables(
    kind: str, meetings: Columns, subjects: Columns, first: Numbering
) -> MeetingTables:
    """Tables of meetings (`booked`, `held`, `minutes`, `called_off`) and of their children.

    Subjects are (`meeting`, `child`): the meeting's position, not its id. A meeting called off
    has no form; one whose minutes never come has no held date.
    """
    is_cancelled = ~np.isnat(meetings.called_off)
    no = yes_or_no(np.zeros(len(meetings), dtype=bool))
    meeting_rows = source_table(
        {
            "FACT_MEETING_ID": numbered(len(meetings), first.meeting),
            "DIM_LOOKUP_MTG_TYPE_ID_CODE": words(np.zeros(len(meetings), dtype=np.int8), (kind,)),
            "ACTUAL_DTTM": meetings.held,
            "CANCELLED": yes_or_no(is_cancelled),
        },
        meetings.booked,
        {"ACTUAL_DTTM": Change(meetings.minutes), "CANCELLED": Change(meetings.called_off, no)},
    )
    form = np.arange(len(subjects)) + first.form
    has_form = ~is_cancelled[subjects.meeting]
    minutes = meetings.minutes[subjects.meeting]
    no_form = pa.array(np.full(len(subjects), NO_FORM))
    subject_rows = source_table(
        {
            "FACT_MEETINGS_ID": subjects.meeting + first.meeting,
            "DIM_PERSON_ID": subjects.child + FIRST_ID,
            "FACT_OUTCM_FORM_ID": np.where(has_form, form, NO_FORM),
        },
        meetings.booked[subjects.meeting],
        {"FACT_OUTCM_FORM_ID": Change(minutes, no_form)},
    )
    answers = _outcome_answers(form[has_form], minutes[has_form])
    return MeetingTables(meeting_rows, subject_rows, answers)


def _outcome_answers(form: np.ndarray, answered: np.ndarray) -> SourceTable:
    """Whether the conference was quorate; nearly all are."""
    columns = {
        "FACT_FORM_ID": form,
        "ANSWER_NO": words(np.zeros(len(form), dtype=np.int8), ("WasConf",)),
        "ANSWER": words((form % 50 > 0).astype(np.int8), ("No", "Yes")),
        "ANSWERED_DTTM": answered,
    }
    return source_table(columns, answered)


def with_cancelled(
    rng: np.random.Generator, meetings: Columns, subjects: Columns
) -> tuple[Columns, Columns]:
    """Adds the few first attempts that were called off, each with the children of the real one.

    Half of them keep the planned day as if it were the day held: readers must look at CANCELLED.
    """
    planned = working_day_on_or_before(meetings.held - draw_days(rng, len(meetings), ((1, 2, 9),)))
    chosen = happens(rng, len(meetings), CANCELLED_SHARE) & (planned > meetings.booked)
    rows = np.flatnonzero(chosen)
    has_day = happens(rng, len(rows), 0.5)
    attempts = meetings.take(rows).with_columns(
        held=np.where(has_day, planned[rows], NEVER), minutes=planned[rows],
        called_off=planned[rows],
    )  # fmt: skip
    position = np.full(len(meetings), -1)
    position[rows] = len(meetings) + np.arange(len(rows))
    invited = subjects.take(chosen[subjects.meeting])
    invited = invited.with_columns(meeting=position[invited.meeting])
    return stack([meetings, attempts]), stack([subjects, invited])
