"""Draws the model of ``report``: the facts, the days that they are dated by, and the columns by
which they relate to dimensions and to one another.

Read from the views' files and the contracts, so that a new view is in the drawing by itself.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from html import escape

from etl.contracts.register import BY_NAME
from etl.warehouse.views import views

# The last word of a column's line is its name.
_RELATES = re.compile(r"\b(\w+(?:_unique_id|_key)),?$", re.MULTILINE)
_SHARED = {"child_key": "child", "family_key": "family", "team_key": "team",
           "worker_key": "worker"}  # fmt: skip
_ALLOCATED = {"allocated_team_key": "team", "allocated_worker_key": "worker"}

PAGE = "reference/model.md"
PICTURE = "reference/model.svg"


@dataclass(frozen=True)
class Fact:
    """A view of facts. relates: the view that each of its columns leads to, beside those of
    everybody. dated_by: its default day."""

    name: str
    key: str
    dated_by: str
    relates: dict[str, str]


@cache
def facts() -> tuple[Fact, ...]:
    """Every view of a fact table, each after those that it relates to."""
    every = views()
    by_key = {view.key: name for name, view in every.items()}
    found = [
        Fact(name, every[name].key, str(table.dated_by), {
            column: by_key[column]
            for column in dict.fromkeys(_RELATES.findall(every[name].sql))
            if column in by_key and by_key[column] != name and column not in _SHARED
        })
        for name, table in BY_NAME.items() if table.is_fact and name in every
    ]  # fmt: skip
    return tuple(sorted(found, key=lambda view: (_depth(view, found), view.name)))


def _depth(view: Fact, every: list[Fact]) -> int:
    """How many others it hangs on, one under another."""
    above = [other for other in every if other.name in view.relates.values()]
    return 1 + max((_depth(other, every) for other in above), default=-1)


def model_page(made: str) -> str:
    """Every relation, to be made in a tool. made: the line that says how the page is made."""
    parts = [
        made,
        "# The model of report\n\n![The facts of report and what they relate to](model.svg)\n\n",
        "Every relation is many-to-one, from a column of a fact to the column of the same name "
        "that is the key of another view, and filters in that direction alone. A fact has one row "
        "for each value of its own key. The other days of a fact are further roles of "
        "`report.date`.\n\n",
        "| fact | key | to `report.date` by | to others by |\n|---|---|---|---|\n",
    ]
    for view in facts():
        others = ", ".join(f"`{column}`" for column in view.relates)
        parts.append(
            f"| `report.{view.name}` | `{view.key}` | `{view.dated_by}` | {others or '-'} |\n"
        )
    shared = ", ".join(f"`{column}` to `report.{name}`" for column, name in _SHARED.items())
    now = ", ".join(f"`{column}`" for column in _ALLOCATED)
    parts.append(
        f"\nEvery fact relates by {shared}, and by `la_code` to `report.authority`. Relate "
        f"{now} too, as inactive relations to the same views: they say who has the child now, "
        "where the columns without that word say whose the record is.\n\n"
        "The figures, `report.current_measure` and `report.comparison`, relate by `measure` to "
        "`report.measure`, by `la_code` to `report.authority` and by `month` to `report.date`; "
        "`report.due_soon` as the facts do, by `due_date`.\n"
    )
    return "".join(parts)


INK, GREY, PALE = "#1d2430", "#5b6472", "#eef1f5"
WIDTH, BOX, GAP, LINE, PAD = 1130, 244, 44, 15, 10
LANE = 9
FACTS_FROM = 150


def model_picture() -> str:
    """The drawing: what every fact relates to above, the facts below, each beside what it hangs
    on."""
    places, height = _places()
    drawn = [_dimensions()]
    drawn += [_arrow(places, view, other) for view in facts() for other in _drawn(view)]
    drawn += [_box(view, *places[view.name]) for view in facts()]
    title = "The facts of report and what they relate to"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" '
        f'aria-labelledby="model" font-size="12" font-family="\'Segoe UI\', \'Helvetica Neue\', '
        f"Arial, 'Liberation Sans', sans-serif\">\n"
        f'<title id="model">{title}</title>\n<rect width="{WIDTH}" height="{height}" '
        f'fill="#fff"/>\n' + "\n".join(drawn) + "\n</svg>\n"
    )


def _columns() -> list[list[Fact]]:
    """The facts by how deep they hang; what hangs deepest shares the last column."""
    every = list(facts())
    last = (WIDTH + GAP) // (BOX + GAP)
    columns: list[list[Fact]] = [[] for _ in range(last)]
    for view in every:
        columns[min(_depth(view, every), last - 1)].append(view)
    return columns


def _places() -> tuple[dict[str, tuple[int, int]], int]:
    """Where each box begins, and how high the drawing is."""
    places, lowest = {}, 0
    for number, column in enumerate(_columns()):
        top = FACTS_FROM
        for view in column:
            places[view.name] = (PAD + number * (BOX + GAP), top)
            top += _height(view) + 2 * PAD
        lowest = max(lowest, top)
    return places, lowest + PAD


def _height(view: Fact) -> int:
    return PAD + LINE * (2 + len(view.relates)) + PAD // 2


def _drawn(view: Fact) -> list[str]:
    """The facts to which a line is drawn; where there are many, the box names them."""
    named = [name for name in dict.fromkeys(view.relates.values()) if name != "timescale"]
    return named if len(named) <= 2 else []


def _led_to() -> list[str]:
    return [other for view in facts() for other in _drawn(view)]


def _arrow(places: dict[str, tuple[int, int]], view: Fact, other: str) -> str:
    """From a fact to one that it hangs on, where they stand side by side."""
    (left, top), (other_left, other_top) = places[view.name], places[other]
    if left - other_left != BOX + GAP:
        return ""
    start, end = top + PAD + LINE, other_top + PAD + LINE
    # Each that is led to has a lane of its own, where lines would run into one another.
    beside = [name for name in dict.fromkeys(_led_to()) if places[name][0] == other_left]
    lane = left - LANE * (1 + beside.index(other))
    return (
        f'<path d="M{left} {start}H{lane}V{end}H{other_left + BOX + 6}" fill="none" '
        f'stroke="{GREY}"/><path d="M{other_left + BOX} {end}l7 -4v8z" fill="{GREY}"/>'
    )


def _box(view: Fact, left: int, top: int) -> str:
    lines = [f"by {view.dated_by}", *(f"→ {column}" for column in view.relates)]
    return _framed(left, top, BOX, _height(view), view.name, lines)


def _dimensions() -> str:
    """What every fact relates to, in a row, and the line that leads to all of them."""
    named = [*_SHARED.items(), ("la_code", "authority"), ("date", "date")]
    width = (WIDTH - 2 * PAD - 5 * GAP) // 6
    parts = []
    for number, (column, name) in enumerate(named):
        left = PAD + number * (width + GAP)
        parts.append(_framed(left, PAD, width, 3 * PAD + LINE + 2, name, [column], PALE))
        middle = left + width // 2
        parts.append(f'<path d="M{middle} 58V84" stroke="{GREY}"/>'
                     f'<path d="M{middle} 57l-4 7h8z" fill="{GREY}"/>')  # fmt: skip
    parts.append(f'<path d="M{PAD} 84H{WIDTH - PAD}" stroke="{GREY}" stroke-width="2"/>')
    parts.append(
        _text(PAD, 106, "Every fact below relates to these, many to one, by the column of the same "
              "name; to date by the day that its box names first.", GREY)
    )  # fmt: skip
    parts.append(
        _text(
            PAD, 106 + LINE, "An arrow → is a further relation, to the view whose key it is.", GREY
        )
    )
    return "\n".join(part for part in parts if part)


def _framed(
    left: int, top: int, width: int, height: int, name: str, lines: list[str], fill: str = "#fff"
) -> str:
    texts = [_text(left + PAD, top + PAD + LINE - 3, name, INK, "600")]
    texts += [
        _text(left + PAD, top + PAD + LINE * (2 + number) - 3, line, GREY)
        for number, line in enumerate(lines)
    ]
    return (
        f'<rect x="{left}" y="{top}" width="{width}" height="{height}" fill="{fill}" '
        f'stroke="{INK}"/>' + "".join(texts)
    )


def _text(left: int, top: int, text: str, colour: str, weight: str = "400") -> str:
    return (
        f'<text x="{left}" y="{top}" fill="{colour}" font-weight="{weight}">{escape(text)}</text>'
    )
