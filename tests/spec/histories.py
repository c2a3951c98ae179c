"""Histories for Hypothesis to draw: subjects and events of every rule, around the days on which
verdicts turn. Random days almost never land on a due date; these aim at it.

A history is what a specification is given: named tables of texts.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from hypothesis import strategies as st
from reference.clocks import ENGLAND, Calendar, Standard, add_months, due_date
from reference.timescales import read_bank_holidays

from etl.calendar.working_days import FILE
from spec.given import ONLY_CHILD

Given = dict[str, list[dict[str, str | None]]]
CALENDAR = Calendar(frozenset(read_bank_holidays(FILE)))
# Before Christmas and Easter, month ends, leap days and the one-off bank holidays.
HOT_DAYS = tuple(
    date.fromisoformat(day)
    for day in (
        "2011-04-15", "2012-05-18", "2012-11-30", "2013-12-10", "2019-12-20", "2020-02-29",
        "2020-04-24", "2022-05-19", "2022-08-31", "2022-09-05", "2023-01-31", "2023-04-24",
        "2023-08-30", "2023-11-29", "2024-02-29", "2024-03-14",
    )
)  # fmt: skip
CHILDREN = (ONLY_CHILD, "D", "E")


@dataclass(frozen=True)
class Shape:
    """How a rule's history is written: the table of subjects and the table of events, their
    columns, and what else their rows may say. link: the events' column that names the subject,
    None where only the child and the day tell."""

    timescale: str
    subjects: str
    subject: str
    starts: str
    events: str
    link: str | None
    happens: str
    ends: str | None = None
    of_subjects: tuple[tuple[str, tuple[str | None, ...]], ...] = ()
    of_events: tuple[tuple[str, tuple[str | None, ...]], ...] = ()


NOT_OFTEN = (None, "no", "no", "yes")
SHAPES = (
    Shape(
        "initial_conference", "enquiries", "enquiry", "started",
        "conferences", "enquiry", "held",
        of_subjects=(("to conference", ("yes", "no")),),
        of_events=(("cancelled", NOT_OFTEN), ("transfer in", NOT_OFTEN)),
    ),
    Shape(
        "transfer_in_conference", "referrals", "referral", "received",
        "conferences", "referral", "held", ends="closed",
        of_subjects=(("transfer in", ("yes", "no", None)),),
        of_events=(("cancelled", NOT_OFTEN), ("transfer in", ("yes", "yes", "no"))),
    ),
    Shape(
        "single_assessment_from_referral", "referrals", "referral", "received",
        "assessments", "referral", "authorised", ends="closed",
        of_events=(("status", (None, "A", "A", "D", "X")),),
    ),
    Shape(
        "child_protection_review", "plans", "plan", "started",
        "reviews", "plan", "held", ends="ended",
        of_subjects=(("temporary", NOT_OFTEN),),
        of_events=(("cancelled", NOT_OFTEN), ("quorate", (None, "yes", "no"))),
    ),
    Shape(
        "child_protection_visit", "plans", "plan", "started",
        "plan visits", "plan", "visited", ends="ended",
        of_subjects=(("temporary", NOT_OFTEN),), of_events=(("seen", ("yes", "yes", "no", None)),),
    ),
    Shape(
        "child_in_need_visit", "in need plans", "plan", "started",
        "in need visits", None, "visited", ends="ended",
        of_subjects=(("status", (None, "A", "A", "z")),), of_events=(("seen", ("yes", "no")),),
    ),
    Shape(
        "looked_after_review", "periods of care", "period", "started",
        "care reviews", "period", "held", ends="ended", of_events=(("cancelled", NOT_OFTEN),),
    ),
    Shape(
        "looked_after_visit", "placements", "placement", "started",
        "care visits", None, "visited", ends="ended",
        of_subjects=(("type", ("U1", "U4", "U6", "P1", None)), ("period", ("1", "2", None))),
    ),
    *(
        Shape(
            timescale, "periods of care", "period", "started",
            "health checks", None, "checked", ends="ended",
            of_events=(
                ("type", (*["Health assessment"] * 3, "Review health assessment", "Dental check")),
                ("status", (*["completed"] * 4, "booked", None)),
            ),
        )
        for timescale in ("initial_health_assessment", "review_health_assessment")
    ),
)  # fmt: skip


@st.composite
def histories(draw: st.DrawFn) -> Given:
    """A history of a few subjects of every rule."""
    given: Given = {}
    for shape in SHAPES:
        for _ in range(draw(st.integers(1, 3))):
            _draw_subject(draw, shape, given)
    given["legal statuses"] = [_draw_status(draw) for _ in range(draw(st.integers(0, 4)))]
    given["children"] = [_draw_child(draw, child, given["health checks"]) for child in CHILDREN]
    return given


def _draw_child(
    draw: st.DrawFn, child: str, checks: list[dict[str, str | None]]
) -> dict[str, str | None]:
    """A child that is born about a day on which much else begins, or five years before one of its
    health checks; or nobody knows when."""
    checked = [date.fromisoformat(row["checked"] or "") for row in checks if row["child"] == child]
    fifth_birthday = draw(st.sampled_from(checked or HOT_DAYS))
    born = draw(
        _near(draw(st.sampled_from(HOT_DAYS)), 60) | _near(add_months(fifth_birthday, -60), 1)
        | st.none()
    )  # fmt: skip
    return {
        "child": child,
        "born": _text(born) if born else None,
        "merged": draw(st.sampled_from((None, None, None, "yes"))),
        "died": draw(st.sampled_from((None, None, None, *map(_text, HOT_DAYS)))),
    }


def _draw_status(draw: st.DrawFn) -> dict[str, str | None]:
    started = draw(_near(draw(st.sampled_from(HOT_DAYS)), 20))
    ended = draw(st.none() | _near(started + timedelta(60), 60))
    return {
        "child": draw(st.sampled_from(CHILDREN)),
        "status": draw(st.sampled_from(("C1", "C1", "V4", "C2"))),
        "started": _text(started),
        "ended": _text(ended) if ended else None,
    }


def _draw_subject(draw: st.DrawFn, shape: Shape, given: Given) -> None:
    rows = given.setdefault(shape.subjects, [])
    started = draw(_near(draw(st.sampled_from(HOT_DAYS)), 9))
    child = draw(st.sampled_from(CHILDREN))
    name = f"{len(rows) + 1}"
    days = _chain(draw, shape.timescale, started)
    row = {shape.subject: name, "child": child, shape.starts: _text(started)}
    row |= {column: draw(st.sampled_from(says)) for column, says in shape.of_subjects}
    if shape.ends:
        # Never before it started: such a row is held back and comes to no rule.
        ended = draw(st.none() | _near(days[-1], 3))
        row[shape.ends] = _text(max(ended, started)) if ended else None
    rows.append(row)
    for day in days:
        _draw_event(draw, shape, given, name, child, day, started)


def _draw_event(
    draw: st.DrawFn, shape: Shape, given: Given, name: str, child: str, day: date, started: date
) -> None:
    rows = given.setdefault(shape.events, [])
    for _ in range(draw(st.sampled_from((1, 1, 1, 2)))):
        row = {"child": child, shape.happens: _text(draw(st.just(day) | _near(day, 1)))}
        row |= {column: draw(st.sampled_from(says)) for column, says in shape.of_events}
        if shape.link:
            row[shape.link] = name
        if shape.events == "assessments":
            row["started"] = _text(started)
            row[shape.happens] = draw(st.sampled_from((row[shape.happens], None)))
        rows.append(row)


def _chain(draw: st.DrawFn, timescale: str, started: date) -> list[date]:
    """Days of up to four events, most of them within a day or two of the due day, some at once."""
    standard = Standard(tuple(ENGLAND[timescale]), date.min, date.max, False)
    year_on = add_months(started, 12)
    days = [started]
    for sequence in range(1, 1 + draw(st.integers(0, 4))):
        due = due_date(standard, sequence, days[-1], CALENDAR)
        beside = (due, due, due + timedelta(1), due - timedelta(1), days[-1])
        half = add_months(days[-1], 6)  # what children under five are given
        later = (half, half + timedelta(1), max(days[-1], year_on - timedelta(1)), year_on)
        aimed = st.sampled_from((*beside, *later))
        days.append(max(started, draw(aimed | _near(due, 40))))
    return days


def _near(day: date, days: int) -> st.SearchStrategy[date]:
    return st.integers(-days, days).map(lambda shift: day + timedelta(shift))


def _text(day: date) -> str:
    return day.isoformat()
