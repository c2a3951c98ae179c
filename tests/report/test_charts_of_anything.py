"""Whatever a record holds, its charts are whole: inside their frame, legible and harmless."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from itertools import pairwise
from typing import Any
from xml.etree import ElementTree

from hypothesis import given, settings
from hypothesis import strategies as st

from etl.report.charts import axis_start, spark
from etl.report.outline import COLUMNS, LINE
from etl.report.record import (
    COUNTED,
    MISSING,
    NOT_COMPARABLE,
    WITHHELD,
    Point,
    Reference,
    Series,
    Step,
    UsualRange,
)
from report.drawn import Drawn, box_of, points_of
from report.records import months, series

FORMS = {
    "contacts": COLUMNS,
    "in_need_over_9_months": COLUMNS,
    "referral_rate_12m": LINE,
    "contacts_to_referral_pct": LINE,
    "assessments_in_time_pct_ytd": LINE,
}
SHARES = {"contacts_to_referral_pct", "assessments_in_time_pct_ytd"}
# What a coordinate is rounded by.
A_TENTH = 0.11
WORDS = st.text(st.characters(categories=("L", "N", "P", "S", "Zs")), min_size=1, max_size=90)
VALUES = st.decimals(0, 5000, places=2) | st.just(Decimal("9999999.99"))


@st.composite
def a_point(draw: Any, measure: str, month: Any) -> Point:
    state = draw(st.sampled_from([COUNTED] * 5 + [NOT_COMPARABLE, MISSING, WITHHELD]))
    if state != COUNTED:
        return Point(month, state=state)
    numerator = draw(st.integers(0, 40) | st.integers(0, 3_000_000))
    denominator = None
    if measure in SHARES:
        denominator = numerator + draw(st.integers(0, 12) | st.integers(0, 9000))
    elif measure == "referral_rate_12m":
        denominator = draw(st.integers(0, 5) | st.integers(20_000, 400_000))
    return Point(month, numerator, denominator, awaiting=draw(st.sampled_from([0, 0, 0, 7])))


@st.composite
def a_series(draw: Any) -> Series:
    """Of 0 to 37 months that are known or not, compared to anything, with any range and step."""
    measure = draw(st.sampled_from(sorted(FORMS)))
    when = months(draw(st.sampled_from([0, 1, 5, 13, 25, 37])))
    year = st.sampled_from(["2011/12", "2014/15"])
    compared = {
        name: draw(st.none() | st.builds(Reference, VALUES, year))
        for name in ("target", "england", "neighbours")
    }
    step = draw(st.none() | st.builds(Step, st.sampled_from(months(40)), WORDS))
    one = series(measure, [None], **compared, step=step)
    one = replace(one, points=tuple(draw(a_point(measure, month)) for month in when))
    if len(when) < 13 or draw(st.booleans()):
        return one
    low, high = sorted(draw(st.tuples(VALUES, VALUES)))
    if measure in SHARES:
        low, high = min(low, Decimal(100)), min(high, Decimal(100))
    return replace(one, usual=UsualRange(low, high, when[-13]))


anything = given(one=a_series(), wide=st.booleans())
often = settings(max_examples=50, deadline=None)


@anything
@often
def test_all_that_is_drawn_is_inside_the_picture(one: Series, wide: bool) -> None:
    drawn = Drawn(one, FORMS[one.measure], wide)
    for x, y in _corners(drawn):
        assert -A_TENTH <= x <= drawn.width + A_TENTH
        assert -A_TENTH <= y <= drawn.height + A_TENTH


def _corners(drawn: Drawn) -> list[tuple[float, float]]:
    corners = []
    for each in drawn.root.iter("path"):
        corners += points_of(each)
    boxes = [box_of(each) for each in drawn.root.iter("rect")]
    boxes += [each.box for each in drawn.texts()]
    for box in boxes:
        assert box.left <= box.right
        assert box.top <= box.bottom
        corners += [(box.left, box.top), (box.right, box.bottom)]
    for each in drawn.root.iter("circle"):
        x, y, radius = (float(each.attrib[name]) for name in ("cx", "cy", "r"))
        corners += [(x - radius, y - radius), (x + radius, y + radius)]
    return corners


@anything
@often
def test_labels_beside_the_lines_are_fourteen_apart(one: Series, wide: bool) -> None:
    drawn = Drawn(one, FORMS[one.measure], wide)
    right = max(points_of(each)[-1][0] for each in drawn.elements("path", stroke="#5A6570"))
    feet = sorted(each.foot for each in drawn.texts() if abs(each.x - right - 7) < 2 * A_TENTH)
    assert all(below - above >= 14 - A_TENTH for above, below in pairwise(feet))


@anything
@often
def test_every_figure_that_may_be_said_is_drawn_once_and_no_other(one: Series, wide: bool) -> None:
    drawn = Drawn(one, FORMS[one.measure], wide)
    figures = sum(_is_drawn(one, each) for each in one.points)
    if FORMS[one.measure] == COLUMNS:
        assert len(drawn.columns()) == figures
    else:
        dots = {each.attrib["cx"] for each in drawn.elements("circle")}
        through = {f"{x:.1f}".removesuffix(".0") for line in drawn.lines() for x, _ in line}
        assert len(dots | through) == figures
    assert drawn.words().count("c") == sum(each.state == WITHHELD for each in one.points)


def _is_drawn(one: Series, point: Point) -> bool:
    if point.state != COUNTED or (FORMS[one.measure] == LINE and not point.denominator):
        return False
    return one.measure not in SHARES or (point.denominator or 0) >= 10


@anything
@often
def test_columns_start_at_zero_and_nothing_is_drawn_below_the_axis(one: Series, wide: bool) -> None:
    drawn = Drawn(one, FORMS[one.measure], wide)
    [axis] = [points_of(each)[0][1] for each in drawn.elements("path", stroke="#5A6570")]
    if FORMS[one.measure] == COLUMNS:
        assert axis_start(one, COLUMNS) == 0
        assert all(each.bottom - axis in (0, 1) for each in drawn.columns())
    assert all(y <= axis + A_TENTH for line in drawn.lines() for _, y in line)
    ticks = drawn.elements("path", stroke="#D9DEE3")
    assert len(ticks) <= 5


@anything
@often
def test_a_picture_is_harmless_and_the_same_each_time(one: Series, wide: bool) -> None:
    drawn = Drawn(one, FORMS[one.measure], wide)
    assert drawn.text == Drawn(one, FORMS[one.measure], wide).text
    assert {each.tag for each in drawn.root.iter()} <= {
        "svg", "title", "desc", "rect", "path", "circle", "g", "text", "tspan",
    }  # fmt: skip
    for each in drawn.root.iter():
        assert not [
            name for name in each.attrib if name.startswith("on") or name in ("style", "href")
        ]
    assert "://" not in drawn.text.replace(one.step.reason if one.step else "", "")
    assert set(_fills(drawn.root)) <= {"url(#hatch)"}


def _fills(root: ElementTree.Element) -> list[str]:
    fills = [each.get("fill", "") for each in root.iter()]
    return [fill for fill in fills if fill and not fill.startswith("#") and fill != "none"]


@given(one=a_series())
@often
def test_the_small_line_is_inside_its_picture(one: Series) -> None:
    root = ElementTree.fromstring(spark(one))
    assert spark(one) == spark(one)
    places = [place for each in root.iter("path") for place in points_of(each)]
    places += [(float(each.attrib["cx"]), float(each.attrib["cy"])) for each in root.iter("circle")]
    assert all(0 <= x <= 84 and 0 <= y <= 20 for x, y in places)
