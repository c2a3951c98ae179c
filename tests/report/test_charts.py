"""What a chart shows of a measure's months."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any
from xml.etree import ElementTree

import pytest

from etl.report.charts import axis_start, definitions, draw, spark
from etl.report.outline import COLUMNS, LINE
from etl.report.record import MISSING, WITHHELD, Series, Step, UsualRange
from etl.report.usual_range import usual_range
from report.drawn import BAND, DATA, OTHER_MONTHS, REFERENCE, Box, Drawn, box_of, points_of
from report.records import reference, series

SHARE, YEARLY = "contacts_to_referral_pct", "assessments_in_time_pct_ytd"
RATE = "referral_rate_12m"
REASON = "Not comparable: before the extract’s full history"
EACH_WIDTH = pytest.mark.parametrize("wide", [True, False], ids=["wide", "narrow"])


def with_state(one: Series, state: str, *back: int) -> Series:
    points = list(one.points)
    for each in back:
        points[-1 - each] = replace(points[-1 - each], numerator=None, state=state)
    return replace(one, points=tuple(points))


def tall(column: Box) -> float:
    return column.bottom - column.top


def heights(drawn: Drawn) -> list[float]:
    return [y for line in drawn.lines() for _, y in line]


@EACH_WIDTH
def test_columns_stand_on_zero_and_are_as_tall_as_their_figures(wide: bool) -> None:
    drawn = Drawn(series("contacts", [25, 50, 100]), COLUMNS, wide)
    first, second, third = drawn.columns()
    assert first.bottom == second.bottom == third.bottom
    assert [tall(third) / tall(each) for each in (first, second)] == pytest.approx([4, 2], rel=0.01)


def test_a_column_of_great_numbers_still_begins_at_zero() -> None:
    first, second = Drawn(series("contacts", [900, 1000]), COLUMNS).columns()
    assert tall(first) / tall(second) == pytest.approx(0.9, abs=0.01)


def test_the_month_is_dark_and_the_same_month_last_year_is_outlined() -> None:
    drawn = Drawn(series("contacts", [50] * 25), COLUMNS)
    rectangles = [each for each in drawn.elements("rect") if each.attrib["fill"] != BAND]
    assert [each.attrib["fill"] for each in rectangles] == [OTHER_MONTHS] * 24 + [DATA]
    assert [place for place, each in enumerate(rectangles) if "stroke" in each.attrib] == [12]


def test_both_their_figures_are_written_over_their_columns() -> None:
    drawn = Drawn(series("contacts", [50] * 12 + [1049] + [50] * 11 + [1234]), COLUMNS)
    by_words = {each.said: each for each in drawn.texts()}
    columns = drawn.columns()
    for said, column in (("1,049", columns[12]), ("1,234", columns[24])):
        assert by_words[said].foot < column.top
        assert by_words[said].box.left < column.right
        assert by_words[said].box.right > column.left


def test_a_month_that_counted_nothing_is_a_mark_on_the_axis_and_a_missing_one_is_a_gap() -> None:
    drawn = Drawn(with_state(series("contacts", [0] * 13), MISSING, 5), COLUMNS)
    assert len(drawn.columns()) == 12
    assert {tall(each) for each in drawn.columns()} == {2}
    assert drawn.words().count("0") == 3  # of the axis, of M and of the year before


def test_a_column_too_low_to_be_seen_is_a_mark_on_the_axis() -> None:
    low, high = Drawn(series("contacts", [1, 900]), COLUMNS).columns()
    assert tall(low) == 2
    assert tall(high) > 100


def test_a_line_breaks_at_a_missing_month() -> None:
    drawn = Drawn(with_state(series(RATE, [900] * 10), MISSING, 4), LINE)
    assert [len(line) for line in drawn.lines()] == [5, 4]


def test_a_share_of_few_is_not_drawn() -> None:
    drawn = Drawn(series(SHARE, [(50, 100)] * 3 + [(8, 9)] + [(50, 100)] * 6), LINE)
    assert [len(line) for line in drawn.lines()] == [3, 6]
    assert not any("88.9" in words for words in drawn.words())


def test_the_months_own_share_of_few_is_neither_drawn_nor_written() -> None:
    drawn = Drawn(series(SHARE, [(50, 100)] * 12 + [(8, 9)]), LINE)
    assert [len(line) for line in drawn.lines()] == [12]
    assert not any(words.startswith("Oct ") for words in drawn.words())


def test_a_month_between_two_gaps_is_a_dot() -> None:
    drawn = Drawn(with_state(series(RATE, [900] * 5), MISSING, 1, 3), LINE)
    assert not drawn.lines()
    assert [each.attrib["r"] for each in drawn.elements("circle")] == ["2", "2", "2", "4"]


@pytest.mark.parametrize(("measure", "form"), [("contacts", COLUMNS), (RATE, LINE)])
@EACH_WIDTH
def test_a_withheld_month_is_a_gap_with_its_mark(measure: str, form: str, wide: bool) -> None:
    whole = series(measure, [50] * 25)
    drawn = Drawn(with_state(whole, WITHHELD, 0, 7), form, wide)
    assert drawn.words().count("c") == 2
    assert len(drawn.columns()) + sum(len(line) for line in drawn.lines()) == 23
    assert "c" not in Drawn(whole, form, wide).words()


@pytest.mark.parametrize(("measure", "form"), [("contacts", COLUMNS), (RATE, LINE)])
@EACH_WIDTH
def test_months_that_are_not_comparable_are_hatched_and_say_why(
    measure: str, form: str, wide: bool
) -> None:
    drawn = Drawn(series(measure, [None] * 12 + [50] * 13), form, wide)
    [hatched] = [box_of(each) for each in drawn.elements("rect", fill="url(#hatch)")]
    [frame] = [points_of(each) for each in drawn.elements("path", stroke="#5A6570")]
    left, right = frame[0][0], frame[1][0]
    assert hatched.left == left
    assert hatched.right == pytest.approx(left + (right - left) * 12 / 25, abs=0.2)
    assert REASON in drawn.words()
    [reason] = [each for each in drawn.elements("text") if "".join(each.itertext())[:3] == "Not"]
    assert len(reason) > 1


def test_the_reason_is_in_lines_about_as_long_as_one_another() -> None:
    for months in range(9, 20):
        drawn = Drawn(series(RATE, [None] * months + [900] * (25 - months)), LINE)
        reason = [each for each in drawn.texts() if each.looks == "note"]
        lengths = [each.box.right - each.box.left for each in reason]
        assert min(lengths) > 0.5 * max(lengths)


def test_where_there_is_no_room_for_the_reason_a_mark_is_there_or_nothing() -> None:
    assert "n/c" in Drawn(series(RATE, [None] * 3 + [900] * 22), LINE).words()
    words = Drawn(series(RATE, [None] + [900] * 24), LINE).words()
    assert "n/c" not in words
    assert REASON not in words


def test_the_reason_stands_between_the_lines_that_cross_the_hatching() -> None:
    one = series(RATE, [None] * 20 + [900] * 5, target=reference("140"), england=reference("90"))
    drawn = Drawn(one, LINE)
    reason = [each for each in drawn.texts() if "comparable" in each.said or "history" in each.said]
    crossing = [points_of(each)[0][1] for each in drawn.elements("path", stroke=REFERENCE)]
    assert reason
    assert not [
        y for y in crossing for line in reason if line.box.top - 1 < y < line.box.bottom + 1
    ]


@EACH_WIDTH
def test_a_chart_of_nothing_comparable_is_all_hatched_and_has_no_scale(wide: bool) -> None:
    drawn = Drawn(series("looked_after", [None] * 25), COLUMNS, wide)
    assert len(drawn.elements("rect", fill="url(#hatch)")) == 1
    assert not drawn.columns()
    assert [words for words in drawn.words() if words[0].isdigit() and "/" not in words] == ["0"]


def test_a_year_to_date_begins_anew_each_april() -> None:
    drawn = Drawn(series(YEARLY, [(90, 100)] * 25), LINE)
    assert [len(line) for line in drawn.lines()] == [6, 12, 7]
    assert [len(line) for line in Drawn(series(SHARE, [(90, 100)] * 25), LINE).lines()] == [25]


def test_an_april_of_a_year_to_date_is_a_dot_of_its_own() -> None:
    drawn = Drawn(series(YEARLY, [(90, 100)] * 13, last=date(2014, 4, 1)), LINE)
    assert [len(line) for line in drawn.lines()] == [12]
    assert "Apr 90.0%" in drawn.words()


def test_every_april_has_a_hairline_and_every_financial_year_its_name() -> None:
    drawn = Drawn(series("contacts", [50] * 25), COLUMNS)
    hairlines = [points_of(each)[0][0] for each in drawn.elements("path", stroke_dasharray="1 2")]
    columns = drawn.columns()
    assert len(hairlines) == 2
    for x, april in zip(hairlines, (6, 18), strict=True):
        assert columns[april - 1].right < x < columns[april].left
    years = [(each.said, each.x) for each in drawn.texts() if "/" in each.said]
    assert [year for year, _ in years] == ["2012/13", "2013/14", "2014/15"]
    assert years[0][1] < hairlines[0] < years[1][1] < hairlines[1] < years[2][1]


def test_months_are_named_at_quarters_and_the_month_itself_always() -> None:
    def named(last: date) -> str:
        drawn = Drawn(series("contacts", [50] * 25, last=last), COLUMNS)
        return " ".join(each for each in drawn.words() if len(each) == 3)

    assert named(date(2014, 10, 1)) == "Oct Jan Apr Jul Oct Jan Apr Jul Oct"
    # The second October stands too near to November to be named as well.
    assert named(date(2014, 11, 1)) == "Jan Apr Jul Oct Jan Apr Jul Nov"


def test_a_target_and_comparators_are_dashed_and_named_with_their_values() -> None:
    one = series(
        RATE, [2700] * 25, target=reference("601.70"), england=reference("573"),
        neighbours=reference("634.92"),
    )  # fmt: skip
    drawn = Drawn(one, LINE)
    dashes = [each.get("stroke-dasharray") for each in drawn.elements("path", stroke=REFERENCE)]
    assert dashes == ["7 4", "2 3", "9 3 2 3"]
    for words in ("Target 601.7", "England 573.0", "Neighbours 634.92", "Oct 600.0"):
        assert words in drawn.words()


@EACH_WIDTH
def test_a_comparator_of_an_earlier_year_says_its_year(wide: bool) -> None:
    one = series(SHARE, [(50, 100)] * 25, england=reference("47.3", "2012/13"))
    assert "England 2012/13: 47.3%" in Drawn(one, LINE, wide).words()


@EACH_WIDTH
def test_lines_at_one_height_have_their_labels_fourteen_apart(wide: bool) -> None:
    one = series(
        SHARE, [(50, 100)] * 25, target=reference("50.1"), england=reference("49.9", "2011/12"),
        neighbours=reference("50.0"),
    )  # fmt: skip
    feet = sorted(
        each.foot for each in Drawn(one, LINE, wide).texts() if each.looks in ("val", "ref")
    )
    assert len(feet) == (4 if wide else 5)
    assert min(round(below - above, 1) for above, below in pairwise(feet)) >= 14


@pytest.mark.parametrize("above", range(1, 30, 2))
def test_labels_are_pushed_apart_as_far_as_they_must_be_and_joined_to_their_lines(
    above: int,
) -> None:
    one = series(SHARE, [(50, 100)] * 25, target=reference(f"{50 + above / 2}"))
    drawn = Drawn(one, LINE)
    feet = [each.foot for each in drawn.texts() if each.looks in ("val", "ref")]
    ticks = [points_of(each)[0][1] for each in drawn.elements("path", stroke="#D9DEE3")]
    wanted = (ticks[0] - ticks[1]) / 20 * above / 2
    assert abs(feet[1] - feet[0]) == pytest.approx(max(wanted, 14), abs=0.2)
    joined = drawn.elements("path", stroke_width="0.8")
    assert len(joined) == (2 if (14 - wanted) / 2 > 3 else 0)


def test_labels_stand_beside_their_lines_where_they_have_room() -> None:
    one = series(RATE, [4500] * 25, target=reference("200"))
    drawn = Drawn(one, LINE)
    [y] = [points_of(each)[0][1] for each in drawn.elements("path", stroke=REFERENCE)]
    [label] = [each for each in drawn.texts() if each.said == "Target 200.0"]
    assert (label.box.top + label.box.bottom) / 2 == pytest.approx(y, abs=1)


def test_a_line_says_the_month_at_its_end_and_the_year_before_at_its_ring() -> None:
    words = Drawn(series(SHARE, [(1, 3)] + [(316, 1000)] * 12 + [(231, 1000)] * 12), LINE).words()
    assert "31.6%" in words
    assert "Oct 23.1%" in words


def test_the_figure_of_the_year_before_is_clear_of_the_line_and_of_what_it_is_compared_to() -> None:
    dip = [(30, 100), (11, 100), (30, 100)]
    for figures, target in (
        ([(10, 100)] * 11 + dip + [(30, 100)] * 11, "90"),
        ([(60, 100)] * 25, "66"),  # over the ring there is the target
        ([(60, 100)] * 25, "54"),  # and under it
        ([(0, 100)] * 25, "6"),  # nothing is under the axis
    ):
        one = series(SHARE, figures, target=reference(target))
        drawn = Drawn(one, LINE)
        [figure] = [each for each in drawn.texts() if each.looks == "val2"]
        [axis] = [points_of(each)[0][1] for each in drawn.elements("path", stroke="#5A6570")]
        passed = [y for x, y in drawn.lines()[0] if figure.box.left <= x <= figure.box.right]
        assert figure.foot < axis
        assert figure.foot < min(passed) or figure.box.top > max(passed)
        if target != "6":
            [y] = [points_of(each)[0][1] for each in drawn.elements("path", stroke=REFERENCE)]
            assert not figure.box.top < y < figure.foot


@EACH_WIDTH
def test_figures_at_the_edges_stay_in_the_picture(wide: bool) -> None:
    """The year before of thirteen months is the first of them."""
    drawn = Drawn(series("contacts", [1_234_567_890] * 13), COLUMNS, wide)
    figures = [each for each in drawn.texts() if each.said == "1,234,567,890"]
    assert len(figures) == 2
    assert all(each.box.left >= 0 and each.box.right <= drawn.width for each in figures)
    short = Drawn(series(RATE, [90] * 13), LINE, wide)
    assert all(each.box.left >= 0 for each in short.texts())


@EACH_WIDTH
@pytest.mark.parametrize("last", range(1, 13))
@pytest.mark.parametrize("count", [13, 25, 37])
def test_words_along_the_axes_do_not_touch(wide: bool, last: int, count: int) -> None:
    one = series(RATE, [2700] * count, last=date(2014, last, 1), target=reference("600"))
    drawn = Drawn(one, LINE, wide)
    words = [each for each in drawn.texts() if each.looks in (None, "fy")]
    assert len(words) > 6
    touching = [
        (one.said, other.said)
        for place, one in enumerate(words)
        for other in words[:place]
        if one.box.left < other.box.right
        and other.box.left < one.box.right
        and one.box.top < other.box.bottom
        and other.box.top < one.box.bottom
    ]
    assert not touching


def test_a_figure_that_is_not_final_is_marked_at_its_line_and_over_its_column() -> None:
    for measure, form, figures, words in (
        ("reviews_in_time_pct", LINE, [(46, 64)] * 13, "Oct 71.9% ◊"),
        ("contacts", COLUMNS, [64] * 13, "64 ◊"),
    ):
        one = series(measure, figures)
        waiting = replace(one, points=(*one.points[:-1], replace(one.now, awaiting=18)))
        assert words in Drawn(waiting, form).words()
        assert "◊" not in " ".join(Drawn(one, form).words())


@EACH_WIDTH
def test_the_usual_range_is_a_band_over_its_own_twelve_months_and_the_month(wide: bool) -> None:
    one = series("contacts", [50] * 25)
    one = replace(one, usual=usual_range(one.unit, one.span, one.points))
    drawn = Drawn(one, COLUMNS, wide)
    [band] = [box_of(each) for each in drawn.elements("rect", fill=BAND)]
    columns = drawn.columns()
    assert columns[11].right < band.left < columns[12].left
    assert columns[24].right < band.right
    # 29 to 71, of an axis to 80, of which a column of 50 tells the scale.
    a_child = tall(columns[0]) / 50
    assert tall(band) / a_child == pytest.approx(42, abs=0.5)
    limits = drawn.elements("path", stroke="#55636F")
    every = list(drawn.root)
    assert len(limits) == 2
    assert min(map(every.index, limits)) > max(map(every.index, drawn.elements("rect")))
    assert ("usual 29–71" in drawn.words()) is wide


def test_the_usual_range_of_a_share_is_named_at_either_width() -> None:
    one = series(SHARE, [(50, 100)] * 25)
    one = replace(one, usual=usual_range(one.unit, one.span, one.points))
    for wide in (True, False):
        assert "usual 35.0%–65.0%" in Drawn(one, LINE, wide).words()


@EACH_WIDTH
def test_a_known_step_is_a_hairline_before_its_month_with_its_reason(wide: bool) -> None:
    step = Step(date(2013, 11, 1), "New front door: R&D <each> child")
    drawn = Drawn(series("contacts", [690] * 13 + [905] * 12, step=step), COLUMNS, wide)
    [hairline] = [
        points_of(each) for each in drawn.elements("path", stroke=REFERENCE, stroke_width="1")
    ]
    columns = drawn.columns()
    assert columns[12].right < hairline[0][0] < columns[13].left
    assert "New front door: R&D <each> child" in drawn.words()
    highest = min(each.top for each in columns)
    reason = [each for each in drawn.texts() if each.looks == "note"]
    assert max(each.foot for each in reason) < highest - 14


def test_a_long_reason_is_shortened_after_a_word() -> None:
    reason = "Counted otherwise since the front door was moved " * 9
    one = series("contacts", [690] * 25, step=Step(date(2013, 11, 1), reason))
    said = next(words for words in Drawn(one, COLUMNS, False).words() if words[:7] == "Counted")
    assert said.endswith("…")
    assert said.removesuffix("…").split()[-1] in reason.split()
    assert reason.startswith(said.removesuffix("…"))


def test_a_step_that_the_chart_does_not_reach_is_not_drawn() -> None:
    step = Step(date(2011, 11, 1), "New front door")
    drawn = Drawn(series("contacts", [690] * 25, step=step), COLUMNS)
    assert drawn.text == Drawn(series("contacts", [690] * 25), COLUMNS).text


@pytest.mark.parametrize(
    ("shares", "more", "start"),
    [
        ([60, 100], {}, 50),
        ([59, 100], {}, 0),
        ([90, 95], {"england": reference("59.9")}, 0),
        ([90, 95], {"england": reference("60")}, 50),
        ([90, 95], {"target": reference("40")}, 0),
        ([90, None, 95], {}, 50),
        ([None], {}, 0),
        ([], {}, 0),
        ([90], {"usual": UsualRange(Decimal("49.9"), Decimal(100), date(2013, 10, 1))}, 0),
        ([90], {"usual": UsualRange(Decimal("50.0"), Decimal(100), date(2013, 10, 1))}, 50),
    ],
)
def test_a_line_of_shares_starts_at_50_where_all_it_shows_is_60_or_more(
    shares: Sequence[int | None], more: dict[str, Any], start: int
) -> None:
    figures = [None if share is None else (share, 100) for share in shares]
    one = series(SHARE, figures, **more)
    assert axis_start(one, LINE) == start
    ticks = [
        words
        for words in Drawn(one, LINE).words()
        if words.endswith("%") and words[0] in "0123456789"
    ]
    assert ticks[0] == f"{start}%"
    assert "100%" in ticks


def test_a_share_of_few_does_not_move_where_an_axis_starts() -> None:
    assert axis_start(series(SHARE, [(1, 9), (90, 100)]), LINE) == 50


def test_only_shares_start_elsewhere_than_at_zero() -> None:
    assert axis_start(series(RATE, [450, 450]), LINE) == 0
    assert axis_start(series("contacts", [90, 90]), COLUMNS) == 0
    assert axis_start(series(SHARE, [(90, 100)]), COLUMNS) == 0


@pytest.mark.parametrize(
    ("highest", "ticks"),
    [
        (0, "0 1"),
        (1, "0 1"),
        (3, "0 1 2 3"),
        (7, "0 2 4 6 8"),
        (25, "0 5 10 15 20 25"),
        (99, "0 20 40 60 80 100"),
        (109, "0 25 50 75 100 125"),
        (979, "0 200 400 600 800 1,000"),
        (1_250_000, "0 250,000 500,000 750,000 1,000,000 1,250,000"),
    ],
)
def test_ticks_are_few_round_and_whole_children(highest: int, ticks: str) -> None:
    drawn = Drawn(series("contacts", [0, highest]), COLUMNS)
    left = min(each.box.right for each in drawn.texts())
    said = [each.said for each in drawn.texts() if each.box.right == pytest.approx(left, abs=0.1)]
    assert " ".join(said) == ticks


def test_a_low_rate_has_ticks_below_one() -> None:
    drawn = Drawn(series("looked_after_ceased_rate_12m", [1] * 13), LINE)
    assert [each for each in drawn.words() if each[0] == "0"][:6] == [
        "0.00", "0.05", "0.10", "0.15", "0.20", "0.25",
    ]  # fmt: skip


def test_a_picture_has_a_name_and_a_description_of_its_own() -> None:
    text = draw(
        series("contacts", [1]), COLUMNS, wide=True, id="chart-7", title="Contacts & more",
        description="Columns for <each> month",
    )  # fmt: skip
    root = ElementTree.fromstring(text)
    named, described = root.attrib["aria-labelledby"].split()
    by_id = {each.attrib["id"]: each for each in root.iter() if "id" in each.attrib}
    assert root.attrib["role"] == "img"
    assert (by_id[named].tag, by_id[named].text) == ("title", "Contacts & more")
    assert (by_id[described].tag, by_id[described].text) == ("desc", "Columns for <each> month")
    assert all(each.startswith("chart-7-") for each in by_id)


def test_a_page_defines_its_hatching_once() -> None:
    root = ElementTree.fromstring(definitions())
    assert [each.attrib["id"] for each in root.iter("pattern")] == ["hatch"]
    assert root.attrib["aria-hidden"] == "true"


def test_nothing_is_written_in_a_grey_paler_than_text_may_be() -> None:
    one = series(
        SHARE, [None] * 9 + [(50, 100)] * 16, target=reference("50"),
        step=Step(date(2014, 1, 1), "New front door"),
    )  # fmt: skip
    drawn = Drawn(with_state(one, WITHHELD, 3), LINE)
    [words] = drawn.root.iter("g")
    fills = {each.get("fill") or words.attrib["fill"] for each in words.iter("text")}
    assert max(_light(fill) for fill in fills) <= _light("#3A4650")


def _light(colour: str) -> float:
    red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("wide", [True, False])
def test_type_is_large_enough_at_the_size_that_it_is_shown_in(wide: bool) -> None:
    """8 points are 10.7 pixels; two charts to a row are 518 wide on a screen and 333 in print."""
    drawn = Drawn(series(SHARE, [None] * 12 + [(50, 100)] * 13), LINE, wide)
    shown = (518 if wide else 333) / drawn.width
    sizes = [float(each.get("font-size", "99")) for each in drawn.root.iter()]
    assert min(sizes) * shown > 8 / 72 * 96


def test_the_small_line_of_the_page_of_all_figures_has_no_words_and_is_not_read_out() -> None:
    root = ElementTree.fromstring(spark(series(YEARLY, [None] * 6 + [(90, 100)] * 19)))
    assert (root.attrib["class"], root.attrib["aria-hidden"]) == ("spark", "true")
    assert not "".join(root.itertext())
    assert [len(points_of(each)) for each in root.iter("path")] == [12, 7]
    assert [each.attrib["fill"] for each in root.iter("circle")] == [DATA]


def test_the_small_line_has_the_axis_of_its_chart() -> None:
    def end(*shares: int) -> float:
        root = ElementTree.fromstring(spark(series(SHARE, [(each, 100) for each in shares])))
        return float(next(root.iter("circle")).attrib["cy"])

    assert end(75, 75) == end(25, 50)  # half of 50 to 100, and of 0 to 100
    assert end(75, 50) == end(25, 50)
    assert ElementTree.fromstring(spark(series("contacts", [None] * 25))).attrib["viewBox"]


def test_thirty_seven_months_are_drawn_as_twenty_five_are() -> None:
    drawn = Drawn(series("contacts", [50] * 37), COLUMNS, False)
    assert len(drawn.columns()) == 37
    assert [each for each in drawn.words() if "/" in each] == [
        "2011/12", "2012/13", "2013/14", "2014/15",
    ]  # fmt: skip
