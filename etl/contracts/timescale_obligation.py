"""One thing owed to one child by one date: the heart of the warehouse."""

from __future__ import annotations

from etl.contracts.contract import (
    CHILD,
    FAMILY,
    TEAM,
    WORKER,
    Table,
    day,
    identifier,
    text,
    whole,
)

TIMESCALE_OBLIGATION = Table(
    name="timescale_obligation",
    warehouse="fact_timescale_obligation",
    grain="one thing owed to one child by one date",
    key=("timescale", "subject_id", "sequence"),
    dated_by="due_date",
    also_keyed_by=("timescale",),
    is_conformed=False,
    columns=(
        text("timescale", "the rule's name"),
        day("standard_from", "since when the standard applied is in force", stored=False),
        identifier("event_id", "the visit, review, ... that met it", stored=False),
        text("subject_type", "what it is owed on: an assessment, enquiry, plan, ..."),
        identifier("subject_id", "its id"),
        whole("sequence", "1 for the first obligation on the subject, then 2, 3, ..."),
        CHILD,
        FAMILY,
        TEAM,
        WORKER,
        identifier("meeting_id", "the meeting that met it"),
        day("started_date", "when the clock started"),
        day("due_date", "the last day on which it is in time"),
        text("allowance", "the time given, by the standard in force when the clock started"),
        day("done_date", "when it was done"),
        day("closed_date", "when the subject ended without it"),
        day(
            "first_recorded_date",
            "the source's own day of recording that it was done; where it has none, the first "
            "extract that held that; empty for what the very first load brought",
        ),
        day(
            "not_recorded_before",
            "where the source has no such day: the extract before the first that held it",
        ),
        whole("working_days_taken", "working days from start to done, the start being day 0"),
        whole("days_taken", "calendar days from start to done"),
    ),
)
