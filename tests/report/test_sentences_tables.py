"""What the tables print, and what stands above and below them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from etl.report.outline import BY_ID, BreakdownOf
from etl.report.record import (
    MISSING,
    NOT_COMPARABLE,
    PERCENT,
    WITHHELD,
    Breakdown,
    HeldBackRows,
    Point,
    Published,
    Series,
    UsualRange,
)
from etl.report.sentences import (
    breakdown_title,
    callout,
    cells,
    describe_reviews,
    parts_of_reviews,
    point_cell,
    teams_title,
    under_table,
)
from report.peterborough import october
from report.records import OCTOBER, reference, report, series


def row(of: Series, **more: Any) -> tuple[str, ...]:
    """A row's cells that are not empty."""
    made = cells(report(of, **more), of)
    return tuple(each for each in vars(made).values() if each)


def test_a_row_has_the_figure_with_its_numbers_and_what_it_is_beside() -> None:
    usual = UsualRange(Decimal("20.44"), Decimal("29.05"), date(2013, 10, 1))
    made = series("assessments_in_time_pct", [(1, 3), *[(90, 100)] * 11, (1_201, 1_870)],
                  target=reference("70"), england=reference("47.3"),
                  neighbours=reference("52.30", "2012/13"), usual=usual)  # fmt: skip
    assert vars(cells(report(made), made)) == {
        "now": "64.2%", "of": "1,201 of 1,870", "month_before": "90.0%", "year_before": "1 of 3",
        "usual": "20.4% to 29.1%", "target": "70.0%", "from_target": "5.8 points below",
        "england": "47.3%", "neighbours": "52.3% (2012/13)", "marks": "",
        "better": "higher is better",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("of", "expected"),
    [
        (series("contacts", [1_870]), ("1,870",)),
        (series("contacts", [None, None]), ("n/c", "n/c")),
        (series("contacts_to_referral_pct", [(2, 3)]), ("2 of 3",)),
        (series("contacts_to_referral_pct", [(0, 0)]), ()),
        (series("plans_open_rate", [290], target=reference("49.42")),
         ("64.4", "49.42", "30.4% above")),
        (series("plans_open_rate", [45], target=reference("10")), ("10.0", "10.0", "on target")),
        (series("assessments_late", [3]), ("3", "lower is better")),
    ],
)  # fmt: skip
def test_a_row_leaves_empty_what_there_is_not(of: Series, expected: tuple[str, ...]) -> None:
    assert row(of) == expected


def test_a_row_is_marked_where_it_is_not_final_and_where_rows_are_held_back() -> None:
    made = series("reviews_in_time_pct", [(64, 64), (46, 64)],
                  usual=UsualRange(Decimal(80), Decimal(100), date(2013, 10, 1)))  # fmt: skip
    marked = replace(
        made, points=(made.points[0], replace(made.now, awaiting=18)),
        held_back=(HeldBackRows("review", 2, 0),),
    )  # fmt: skip
    assert row(made) == (
        "71.9%", "46 of 64", "100.0%", "80.0% to 100.0%", "higher is better")  # fmt: skip
    assert row(marked) == ("71.9%", "46 of 64", "100.0%", "◊ ‡", "higher is better")


def test_a_month_before_that_is_not_final_has_a_mark_of_its_own() -> None:
    made = series("reviews_in_time_pct", [(46, 64), (64, 64)])
    made = replace(made, points=(replace(made.points[0], awaiting=18), made.now))
    assert row(made)[:3] == ("100.0%", "64 of 64", "71.9% ◊")


@pytest.mark.parametrize(
    ("point", "expected"),
    [
        (Point(OCTOBER, 201, 870), ("23.1%", "201 of 870")),
        (Point(OCTOBER, 2, 3), ("2 of 3", "")),
        (Point(OCTOBER, state=NOT_COMPARABLE), ("n/c", "")),
        (Point(OCTOBER, state=WITHHELD), ("c", "")),
        (Point(OCTOBER, state=MISSING), ("", "")),
        (Point(OCTOBER, 64, 64, published=Published(46, 64, date(2014, 11, 3))),
         ("100.0% †", "64 of 64; published 71.9% (46 of 64)")),
        (Point(OCTOBER, 46, 64, awaiting=18), ("71.9% ◊", "46 of 64")),
        (Point(OCTOBER, 2, 3, published=Published(1, 3, date(2014, 11, 3))),
         ("2 of 3 †", "published 1 of 3")),
    ],
)  # fmt: skip
def test_a_month_in_a_table_of_data_tells_what_was_published(
    point: Point, expected: tuple[str, str]
) -> None:
    assert point_cell(PERCENT, point) == expected


def test_a_count_that_moved_tells_what_was_published_too() -> None:
    point = Point(OCTOBER, 40, published=Published(39, None, date(2014, 11, 3)))
    assert point_cell("count", point) == ("40 †", "published 39")


# Below a table.


@pytest.mark.parametrize(
    ("held_back", "expected"),
    [
        ((HeldBackRows("contact", 5, 0),), "Up to 5 children may be missing from this figure: 5 "
         "rows of contact are held back."),
        ((HeldBackRows("contact", 1, 0),), "Up to 1 child may be missing from this figure: 1 row "
         "of contact is held back."),
        ((HeldBackRows("contact", 5, 2),), "Up to 3 children may be missing from this figure: 5 "
         "rows of contact are held back. Of 2 of them the version known before is counted still."),
        ((HeldBackRows("contact", 2, 2),), "No child is missing from this figure: 2 rows of "
         "contact are held back. Of 2 of them the version known before is counted still."),
        ((HeldBackRows("contact", 2, 0), HeldBackRows("child", 1, 0)), "Up to 3 children may be "
         "missing from this figure: 2 rows of contact and 1 row of child are held back."),
        ((HeldBackRows("child", 1, 0), HeldBackRows("visit", 3, 0, is_done=True)), "Up to 1 child "
         "may be missing from this figure: 1 row of child is held back. 3 rows of visit are held "
         "back: what they record may count as not done."),
        ((HeldBackRows("visit", 1, 1, is_done=True),), "1 row of visit is held back: what it "
         "records may count as not done. Of 1 of them the version known before is counted still."),
    ],
)  # fmt: skip
def test_what_may_be_missing_stands_below_the_table(
    held_back: tuple[HeldBackRows, ...], expected: str
) -> None:
    made = series("contacts", [40], held_back=held_back)
    assert under_table(report(made), BY_ID["contacts"]) == [f"‡ **Contacts received**. {expected}"]


def test_figures_that_lack_the_same_rows_are_told_together() -> None:
    rows = (HeldBackRows("contact", 5, 0),)
    every = [series("contacts", [40], held_back=rows),
             series("contacts_to_referral_pct", [(1, 40)], held_back=rows)]  # fmt: skip
    assert under_table(report(*every), BY_ID["contacts"]) == [
        "‡ **Contacts received**; **Contacts that became a referral**. Up to 5 children may be "
        "missing from these figures: 5 rows of contact are held back."
    ]


def test_the_public_edition_tells_no_number_of_rows_held_back() -> None:
    made = series("contacts", [40], held_back=(HeldBackRows("contact", 2, 1),))
    [text] = under_table(report(made, is_public=True), BY_ID["contacts"])
    assert not any(character.isdigit() for character in text)


def test_a_figure_that_is_not_final_says_so_below_its_table() -> None:
    assert under_table(october(), BY_ID["reviews"])[0] == (
        "◊ **Reviews due in the month, recorded in time**. Not final: of those counted as not in "
        "time, 18 only lack their record."
    )
    assert under_table(october(), BY_ID["contacts"]) == []


# Reviews.


def test_while_reviews_are_not_final_it_is_said_beside_them() -> None:
    assert callout(october()) == [
        "For this figure the previous month is not a fair comparison until the 18 are recorded, so "
        "no change is stated and no usual range is tested. Nothing is late in practice on what is "
        "recorded."
    ]
    assert describe_reviews(october()) == (
        "Of 64 reviews due in October 2014: 46 recorded as held in time and 18 awaiting record."
    )
    assert [(part.number, part.looks) for part in parts_of_reviews(october())] == [
        (46, "in-time"), (18, "awaiting"),
    ]  # fmt: skip


def test_the_public_edition_says_nothing_of_usual_ranges_beside_reviews_either() -> None:
    [text] = callout(october(is_public=True)) or []
    assert "so no change is stated. Nothing is late" in text


def test_what_is_late_in_practice_is_told_beside_what_is_awaited() -> None:
    reviews = october().reviews
    assert reviews is not None
    mixed = replace(reviews, awaiting=15, late=2, not_done=1)
    assert callout(october(reviews=mixed)) == [
        "For this figure the previous month is not a fair comparison until the 15 are recorded, so "
        "no change is stated and no usual range is tested. In practice, on what is recorded: **2** "
        "were held late and **1** is not held and not booked."
    ]


def test_a_final_figure_of_reviews_has_nothing_beside_it() -> None:
    reviews = october().reviews
    assert reviews is not None
    assert callout(october(reviews=replace(reviews, in_time=64, awaiting=0))) is None
    assert callout(october(reviews=None)) is None


def test_reviews_of_which_the_share_is_withheld_are_not_told_beside_it() -> None:
    full = october()
    hidden = replace(full.series["reviews_in_time_pct"],
                     points=(Point(OCTOBER, state=WITHHELD),))  # fmt: skip
    public = replace(full, series={**full.series, "reviews_in_time_pct": hidden}, is_public=True)
    assert callout(public) is None
    assert (parts_of_reviews(public), describe_reviews(public)) == ([], "")


# Titles.


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("assessments_how_late", "How late the 39 were (longest: 26 working days)"),
        ("plans_by_category", "Plans by latest category of abuse, 31 October 2014"),
        ("visits_how_long_past_due", "How long past due the 20 were on 31 October"),
        ("in_need_how_long_open", "How long they had been open on 31 October 2014"),
    ],
)
def test_a_breakdown_has_a_title(name: str, expected: str) -> None:
    assert breakdown_title(october(), BreakdownOf(name)) == expected


@pytest.mark.parametrize(
    ("total", "longest", "expected"),
    [(1, 1, "How late the 1 was (longest: 1 working day)"),
     (1_200, None, "How late the 1,200 were"),
     (None, None, "How late they were")],
)  # fmt: skip
def test_the_title_of_what_was_late_has_forms(
    total: int | None, longest: int | None, expected: str
) -> None:
    found = Breakdown("assessments_how_late", "assessments_late", total, (), longest)
    assert breakdown_title(report(breakdowns={found.name: found}), found) == expected


@pytest.mark.parametrize(
    ("section", "expected"),
    [("assessment-timescales", "By team of the assessment, October 2014"),
     ("visits", "By team of the plan, else of the child’s referral, 31 October 2014")],
)  # fmt: skip
def test_a_table_of_teams_says_whose_team_it_is(section: str, expected: str) -> None:
    teams = BY_ID[section].teams
    assert teams is not None
    assert teams_title(october(), teams) == expected
