"""The picture of a rule's clock: time from left to right, as SVG that needs nothing else.

Each clock is a bar from its start to its due day, on a line of its own under the one that it
follows. Readable in black and white: what is not counted is grey or black, late is hatched.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from textwrap import wrap

import numpy as np
from markupsafe import Markup

from etl.calendar import working_days
from etl.calendar.allowance import Allowance
from etl.calendar.working_days import bank_holidays, is_weekend

WIDTH, LEFT, RIGHT = 760, 212, 690
TITLE, ROW, BAR, LATE = 16, 46, 16, 40
# As many as there is room for in bold.
TITLE_CHARACTERS = 105
LEAST_APART = 22
ROOM_FOR_A_DATE = 190
INK, QUIET, PALE = "#1d2430", "#5b6472", "#d5dae2"


@dataclass(frozen=True)
class Bar:
    """One clock. begins: in words, from when it runs; repeats: it is followed by others like it."""

    started: date
    due: date
    allowance: Allowance
    counting: str
    begins: str
    repeats: bool = False


@dataclass(frozen=True)
class Lane:
    """The clocks of one standard, one after another."""

    title: str
    bars: tuple[Bar, ...]


def picture(name: str, sentence: str, lanes: list[Lane]) -> Markup:
    """The SVG. name: tells its parts from those of others on one page; sentence: what a person who
    does not see it is told."""
    longest = max(sum(_length(bar) for bar in lane.bars) for lane in lanes)
    scale = (RIGHT - LEFT) / longest
    parts, top = [], 0
    for lane in lanes:
        for line in wrap(lane.title, TITLE_CHARACTERS):
            parts.append(_text(0, top + 16, line, weight="600"))
            top += TITLE
        top += 10
        x = float(LEFT)
        for number, bar in enumerate(lane.bars):
            goes_on = number + 1 < len(lane.bars)
            parts.append(_row(name, bar, x, top, scale, goes_on))
            x += _length(bar) * scale
            top += ROW
        top += 6
    bars = [bar for lane in lanes for bar in lane.bars]
    parts.append(_legend(name, bars, top))
    return _FRAME.format(
        width=WIDTH, height=top + 22, name=name, sentence=sentence, quiet=QUIET,
        parts=Markup("\n").join(parts),
    )  # fmt: skip


_FRAME = Markup("""\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" \
aria-labelledby="{name}-clock" font-size="12.5" \
font-family="'Segoe UI', 'Helvetica Neue', Arial, 'Liberation Sans', sans-serif">
<title id="{name}-clock">{sentence}</title>
<defs><pattern id="{name}-late" width="5" height="5" patternUnits="userSpaceOnUse" \
patternTransform="rotate(45)"><path d="M0 0V5" stroke="{quiet}" stroke-width="2"/></pattern></defs>
<rect width="{width}" height="{height}" fill="#fff"/>
{parts}
</svg>
""")


def _length(bar: Bar) -> int:
    return max((bar.due - bar.started).days, 1)


def _row(name: str, bar: Bar, x: float, top: int, scale: float, goes_on: bool) -> Markup:
    y, wide = top + 12, _length(bar) * scale
    end = x + wide
    parts = [
        _text(14, y + 8, bar.allowance.in_words()),
        _text(14, y + 23, bar.begins, size=11, fill=QUIET),
        _rectangle(x, y, wide, BAR, "#fff"),
        *_not_counted(bar, x, y, scale),
        *_ticks(bar, x, y, scale),
        _rectangle(x, y, wide, BAR, "none", stroke=INK),
        _rectangle(end, y, LATE, BAR, f"url(#{name}-late)"),
        _text(end + LATE + 4, y + 12, "late", size=11),
        _circle(x, y + BAR / 2),
        _due(bar, x, end, y),
    ]
    if goes_on:
        parts.append(_line(end, y + BAR, y + ROW))
    return Markup("").join(parts)


def _not_counted(bar: Bar, x: float, y: float, scale: float) -> list[Markup]:
    """Weekends and bank holidays between the start and the due day, where they do not count."""
    if bar.allowance.unit != "working days":
        return []
    days = [bar.started + timedelta(days=number) for number in range(1, _length(bar))]
    fills = [
        (day, INK if day in bank_holidays() and not is_weekend(day) else PALE)
        for day in days
        if day in bank_holidays() or is_weekend(day)
    ]
    # A day's own place ends where its number stands.
    return [
        _rectangle(x + ((day - bar.started).days - 1) * scale, y, scale, BAR, fill)
        for day, fill in fills
    ]


def _ticks(bar: Bar, x: float, y: float, scale: float) -> list[Markup]:
    """The numbers of the units counted, as many as there is room for."""
    count = bar.allowance.count
    starts = np.full(count, np.datetime64(bar.started), dtype="datetime64[D]")
    ends = [
        working_days.add(starts[:1], Allowance(n, bar.allowance.unit), counting=bar.counting)[0]
        for n in range(1, count + 1)
    ]
    places = [(end - np.datetime64(bar.started)).astype(int) * scale for end in ends]
    apart = places[-1] / count
    every = next((n for n in (1, 5, 10, 20, 50, 100) if n * apart >= LEAST_APART), count)
    return [
        _text(x + place, y - 3, str(n), size=10, fill=QUIET, anchor="middle")
        for n, place in enumerate(places, start=1)
        if n % every == 0 or n == count
    ]


def _due(bar: Bar, x: float, end: float, y: float) -> Markup:
    """The due day, and its date where there is room for it."""
    middle = y + BAR / 2
    diamond = Markup('<path d="M{x} {top}l7 8l-7 8l-7 -8z" fill="{ink}"/>').format(
        x=_n(end), top=_n(middle - 8), ink=INK
    )
    words = f"due {bar.due:%a} {bar.due.day} {bar.due:%b %Y}" + ", and so on" * bar.repeats
    if end - x > ROOM_FOR_A_DATE:
        return diamond + _text(end - 10, y + BAR + 14, words, size=11, anchor="end")
    return diamond + _text(end + 10, y + BAR + 14, words, size=11)


def _legend(name: str, bars: list[Bar], top: int) -> Markup:
    y = top + 6
    keys = [("due day: in time", None), ("late", f"url(#{name}-late)")]
    if any(bar.allowance.unit == "working days" for bar in bars):
        keys += [("weekend, not counted", PALE), ("bank holiday, not counted", INK)]
    parts, x = [_text(0, y + 9, "The dates are an example.", size=11, fill=QUIET)], LEFT
    for words, fill in keys:
        if fill is None:
            parts.append(
                Markup('<path d="M{x} {y}l5 6l-5 6l-5 -6z" fill="{ink}"/>').format(
                    x=x + 5, y=y - 1, ink=INK
                )
            )
        else:
            parts.append(_rectangle(x, y, 12, 10, fill))
        parts.append(_text(x + 17, y + 9, words, size=11, fill=QUIET))
        x += 30 + round(6.3 * len(words))
    return Markup("").join(parts)


def _text(
    x: float, y: float, words: str, *, size: float = 12.5, fill: str = INK, anchor: str = "start",
    weight: str = "400",
) -> Markup:  # fmt: skip
    return Markup(
        '<text x="{x}" y="{y}" font-size="{size}" font-weight="{weight}" fill="{fill}" '
        'text-anchor="{anchor}">{words}</text>'
    ).format(x=_n(x), y=_n(y), size=size, weight=weight, fill=fill, anchor=anchor, words=words)


def _rectangle(
    x: float, y: float, wide: float, high: float, fill: str, *, stroke: str = "none"
) -> Markup:
    return Markup(
        '<rect x="{x}" y="{y}" width="{wide}" height="{high}" fill="{fill}" stroke="{stroke}"/>'
    ).format(x=_n(x), y=_n(y), wide=_n(wide), high=_n(high), fill=fill, stroke=stroke)


def _circle(x: float, y: float) -> Markup:
    return Markup('<circle cx="{x}" cy="{y}" r="5" fill="#fff" stroke="{ink}" stroke-width="2"/>')\
        .format(x=_n(x), y=_n(y), ink=INK)  # fmt: skip


def _line(x: float, top: float, bottom: float) -> Markup:
    return Markup('<path d="M{x} {top}V{bottom}" stroke="{ink}" stroke-dasharray="3 3"/>').format(
        x=_n(x), top=_n(top), bottom=_n(bottom), ink=INK
    )


def _n(number: float) -> str:
    """A coordinate, no longer than it need be."""
    return f"{number:.1f}".removesuffix(".0")
