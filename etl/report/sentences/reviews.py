"""The reviews of child protection plans: late in practice, or only in the record.

A review booked without a held date may have been held in time: until its record is complete the
figure is not final, and nothing is compared with it.
"""

from __future__ import annotations

from dataclasses import dataclass

from etl.report.numbers import is_of_few, of
from etl.report.record import PERCENT, Point, Report, Reviews, Series
from etl.report.sentences.comparing import changes, figure
from etl.report.sentences.words import bold, day_of, listed, month_of

CALLOUT_TITLE = "Late in the record, or late in practice?"


@dataclass(frozen=True)
class Part:
    """A part of the bar that shows what became of the reviews: its words, how many, and by what
    name the style knows it."""

    text: str
    number: int
    looks: str


def reviews_of(report: Report) -> Reviews | None:
    """What became of the reviews, where the share of them in time may be told."""
    series = report.of("reviews_in_time_pct")
    return report.reviews if series and series.now.is_counted else None


def review_sentences(report: Report, series: Series) -> list[str]:
    """What became of the reviews due in the month, of which there is one at least."""
    reviews = reviews_of(report)
    if reviews is None:
        return [_held(report, series, series.now)]
    in_time = Point(series.now.month, reviews.in_time, reviews.due)
    if reviews.awaiting:
        return _not_final(report, reviews, in_time)
    return [_held(report, series, in_time), *_recorded(reviews, in_time), *_late(reviews)]


def _held(report: Report, series: Series, point: Point) -> str:
    """``46 of 64 reviews due in October 2014 were held in time (71.9%), 1.2 ... higher than``."""
    due = f"due in {month_of(report.month)}"
    if is_of_few(PERCENT, point):
        return f"{_of_few(point)} {due} {_was(point)} held in time."
    share = figure(PERCENT, point)
    change = changes(report, series)
    return f"{bold(share)} of the reviews {due} were held in time ({of(point)}){change}."


def _of_few(point: Point) -> str:
    """``2 of 3 reviews``, ``0 of 1 review``."""
    return f"{bold(of(point))} {'review' if point.denominator == 1 else 'reviews'}"


def _was(point: Point) -> str:
    return "was" if 1 in (point.numerator, point.denominator) else "were"


def _not_final(report: Report, reviews: Reviews, in_time: Point) -> list[str]:
    due = f"due in {month_of(report.month)}"
    if is_of_few(PERCENT, in_time):
        are = "is" if _was(in_time) == "was" else "are"
        first = f"{_of_few(in_time)} {due} {are} recorded as held in time."
    else:
        share = bold(figure(PERCENT, in_time))
        first = f"{share} of the reviews {due} are recorded as held in time ({of(in_time)})."
    return [
        first,
        _others(reviews),
        _either_way(reviews, in_time),
        "It will be restated when the record is complete.",
    ]


def _others(reviews: Reviews) -> str:
    """Of those not recorded as in time, which are booked, which late and which neither."""
    booked, rest = reviews.awaiting, reviews.due - reviews.in_time
    know = "so the record does not say whether "
    know += "it was in time" if booked == 1 else "they were in time"
    booked_so = "booked in the system with no held date yet"
    if booked == rest:
        are = "review is" if booked == 1 else "are"
        the = f"The other {bold(booked)}" if booked > 1 else "The other"
        return f"{the} {are} {booked_so}, {know}."
    parts = [f"{bold(booked)} {'is' if booked == 1 else 'are'} {booked_so}, {know}"]
    if reviews.late:
        parts.append(f"{reviews.late} {'was' if reviews.late == 1 else 'were'} held late")
    if reviews.not_done:
        are = "is" if reviews.not_done == 1 else "are"
        parts.append(f"{reviews.not_done} {are} not held and not booked")
    return f"Of the other {rest}, {'; '.join(parts)}."


def _either_way(reviews: Reviews, in_time: Point) -> str:
    """The figure if all that are awaited were held in time, and if none was."""
    most = Point(in_time.month, reviews.in_time + reviews.awaiting, reviews.due)
    one = reviews.awaiting == 1
    if_all = "If it was" if one else f"If all {reviews.awaiting} were"
    if_none = "if it was not" if one else "if none was"
    highest, lowest = figure(PERCENT, most), figure(PERCENT, in_time)
    counted = "" if is_of_few(PERCENT, most) else f" ({of(most)})"
    return f"{if_all} held in time, the figure is {highest}{counted}; {if_none}, it stays {lowest}."


def _recorded(reviews: Reviews, in_time: Point) -> list[str]:
    """Those held in time that the system showed as late on the day."""
    if reviews.recorded_late is None:
        first = day_of(reviews.recorded_from)
        return [f"Before {first} the system’s recording day is not known."]
    if not reviews.recorded_late:
        return []
    late = reviews.recorded_late
    were, their = ("was", "its") if late == 1 else ("were", "their")
    on_the_day = of(Point(in_time.month, reviews.in_time - late, reviews.due))
    return [f"{bold(late)} of them {were} recorded after {their} due date, so the system showed "
            f"{on_the_day} on the day."]  # fmt: skip


def _late(reviews: Reviews) -> list[str]:
    parts = []
    if reviews.late:
        parts.append(f"{bold(reviews.late)} {'was' if reviews.late == 1 else 'were'} held late")
    if reviews.not_done:
        are = "is" if reviews.not_done == 1 else "are"
        parts.append(f"{bold(reviews.not_done)} {are} not held and not booked")
    return [f"{listed(parts)}."] if parts else []


def callout(report: Report) -> list[str] | None:
    """The paragraphs beside the figure of reviews while it is not final; else None."""
    reviews = reviews_of(report)
    if reviews is None or not reviews.awaiting:
        return None
    one = reviews.awaiting == 1
    until = "1 is recorded" if one else f"{reviews.awaiting} are recorded"
    # The public edition tells no usual range of anything.
    tested = "" if report.is_public else " and no usual range is tested"
    said = (
        f"For this figure the previous month is not a fair comparison until the {until}, so no "
        f"change is stated{tested}."
    )
    late = _late(reviews)
    practice = (
        f"In practice, on what is recorded: {listed([each.rstrip('.') for each in late])}."
        if late
        else "Nothing is late in practice on what is recorded."
    )
    return [f"{said} {practice}"]


def parts_of_reviews(report: Report) -> list[Part]:
    """The bar of the callout: every review due in the month once, in this order."""
    reviews = reviews_of(report)
    if reviews is None:
        return []
    every = (
        Part(f"{reviews.in_time:,} recorded as held in time", reviews.in_time, "in-time"),
        Part(f"{reviews.awaiting:,} awaiting record", reviews.awaiting, "awaiting"),
        Part(f"{reviews.late:,} held late", reviews.late, "late"),
        Part(f"{reviews.not_done:,} not held and not booked", reviews.not_done, "not-done"),
    )
    return [part for part in every if part.number]


def describe_reviews(report: Report) -> str:
    """That bar in words."""
    reviews = reviews_of(report)
    if reviews is None or not reviews.due:
        return ""
    what = listed([part.text for part in parts_of_reviews(report)])
    return f"Of {reviews.due:,} reviews due in {month_of(report.month)}: {what}."


def can_be(report: Report) -> str:
    """``Reviews in time are recorded as 71.9% and can be anything from that to 100.0%.``"""
    reviews = reviews_of(report)
    if reviews is None or not reviews.awaiting:
        return ""
    month = report.month
    points = [
        Point(month, number, reviews.due)
        for number in (reviews.in_time, reviews.in_time + reviews.awaiting)
    ]
    low, high = (figure(PERCENT, point) for point in points)
    counted = "" if is_of_few(PERCENT, points[0]) else f" ({of(points[0])})"
    return (
        f"Reviews in time are recorded as {low}{counted} and can be anything from that to {high}."
    )
