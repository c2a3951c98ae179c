"""What is said of a chart to those who do not see it, and below its heading."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from etl.report.outline import COLUMNS, LINE, SECTIONS, Chart
from etl.report.record import WITHHELD, Point, Series, Step, UsualRange
from etl.report.sentences import caption, describe
from report.peterborough import october
from report.records import months, reference, report, series

USUAL = UsualRange(Decimal(48), Decimal(99), date(2013, 10, 1))


@pytest.mark.parametrize(
    ("measure", "form", "axis_start", "expected"),
    [
        ("early_help_opened", COLUMNS, 0, "Columns for each month from November 2012 to October "
         "2014. October 2014 is 79; the lowest of the months shown is 40 (October 2013) and the "
         "highest 79 (October 2014). October 2012: not comparable. The usual range is 48 to 99."),
        ("plan_start_rate_12m", LINE, 0, "A line for each month from November 2013 to October 2014."
         " October 2014 is 80.7; the lowest of the months shown is 65.1 (November 2013) and the "
         "highest 80.7 (October 2014). October 2012 to October 2013: not comparable. Target is "
         "53.4. England is 46.2. Our statistical neighbours are 54.3."),
        ("assessments_in_time_pct_ytd", LINE, 50, "A line for each month from April 2013 to October"
         " 2014. October 2014 is 88.8%; the lowest of the months shown is 88.8% (October 2014) and "
         "the highest 90.0% (April 2013). The line begins anew each April. October 2012 to March "
         "2013: not comparable. The axis starts at 50%."),
        ("looked_after_ceased_rate_12m", LINE, 0, "A line for October 2014 alone. October 2014 is "
         "31.6. October 2012 to September 2014: not comparable. Target is 38.0."),
    ],
)  # fmt: skip
def test_a_chart_is_told_by_its_span_its_limits_and_its_references(
    measure: str, form: str, axis_start: int, expected: str
) -> None:
    assert describe(october(), october().series[measure], form, axis_start) == expected


def shown(of: Series, form: str = COLUMNS, **more: Any) -> str:
    return describe(report(of, **more), of, form, 0)


@pytest.mark.parametrize(
    ("figures", "expected"),
    [
        ([40, 40, 40], "Columns for each month from August 2014 to October 2014. October 2014 is "
         "40; every month shown is 40."),
        ([40, 50, None], "Columns for each month from August 2014 to September 2014. October 2014 "
         "is not comparable; the lowest of the months shown is 40 (August 2014) and the highest 50 "
         "(September 2014). October 2014: not comparable."),
        ([None, None, None], "No month has a figure that can be drawn."),
    ],
)  # fmt: skip
def test_a_chart_of_little_is_told_all_the_same(figures: list[Any], expected: str) -> None:
    assert shown(series("contacts", figures)) == expected


def test_a_figure_that_is_not_final_is_told_so() -> None:
    made = series("reviews_in_time_pct", [(64, 64), (46, 64)])
    made = replace(made, points=(made.points[0], replace(made.now, awaiting=18)))
    assert "October 2014 is 71.9%, not final; the lowest" in shown(made, LINE)


def test_a_month_of_few_is_not_among_those_shown() -> None:
    made = series("contacts_to_referral_pct", [(1, 10), (2, 10), (1, 3)])
    assert shown(made, LINE) == (
        "A line for each month from August 2014 to September 2014. October 2014 is 1 of 3; the "
        "lowest of the months shown is 10.0% (August 2014) and the highest 20.0% (September 2014)."
    )


def test_a_chart_with_gaps_is_not_told_as_one_of_each_month() -> None:
    made = series("contacts_to_referral_pct", [(1, 10), (1, 3), (2, 10)])
    assert shown(made, LINE).startswith("A line for 2 of the 3 months from August 2014 to October")


def test_a_comparator_of_another_year_is_told_with_it() -> None:
    made = series("early_help_rate_12m", [45], england=reference("46.2", "2012/13"))
    assert shown(made, LINE).endswith("England is 46.2 in 2012/13.")


def withheld(of: Series) -> Series:
    """The oldest month is withheld."""
    return replace(of, points=(Point(of.points[0].month, state=WITHHELD), *of.points[1:]))


def test_the_public_edition_says_how_many_months_are_withheld_and_no_usual_range() -> None:
    made = withheld(series("contacts", [40, 50], usual=USUAL))
    assert shown(made, is_public=True) == (
        "Columns for October 2014 alone. October 2014 is 50. 1 month is withheld."
    )
    chart = Chart("contacts", COLUMNS, "Contacts", "Children.")
    assert caption(report(made, is_public=True), chart, made, 0) == "Children. c: withheld."


# The line below a heading.


@pytest.mark.parametrize(
    ("figures", "form", "more", "axis_start", "expected"),
    [
        ([40] * 13, COLUMNS, {"usual": USUAL}, 0,
         "Children. Shaded: the usual range. Outlined: the same month last year."),
        ([None, *[40] * 12], COLUMNS, {}, 0, "Children. Hatched: not comparable."),
        ([40] * 13, LINE, {}, 0, "Children."),
        ([40] * 13, COLUMNS, {"step": Step(months(5)[0], "a new front door.")}, 0,
         "Children. Outlined: the same month last year. Since June 2014: a new front door."),
        ([40] * 13, COLUMNS, {"step": Step(date(2001, 1, 1), "before the chart")}, 0,
         "Children. Outlined: the same month last year."),
        ([40], COLUMNS, {}, 0, "Children."),
    ],
)  # fmt: skip
def test_a_caption_says_what_is_shaded_outlined_and_hatched(
    figures: list[Any], form: str, more: dict[str, Any], axis_start: int, expected: str
) -> None:
    made = series("contacts", figures, **more)
    chart = Chart("contacts", form, "Contacts", "Children.")
    assert caption(report(made), chart, made, axis_start) == expected


def test_a_caption_says_where_the_axis_starts() -> None:
    made = series("contacts_to_referral_pct", [(90, 100)])
    chart = Chart(made.measure, LINE, "Share", "Per cent.")
    assert caption(report(made), chart, made, 50) == "Per cent. The axis starts at 50%."


def test_every_chart_of_october_is_told() -> None:
    every = [chart for section in SECTIONS for chart in section.charts]
    assert len(every) > 15
    for chart in every:
        of = october().series[chart.measure]
        assert "October 2014 is " in describe(october(), of, chart.form, 0)
        assert caption(october(), chart, of, 0).startswith(chart.about)
