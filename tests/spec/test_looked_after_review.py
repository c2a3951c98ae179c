"""Reviews of looked after children: 20 working days, then 3 calendar months, then 6 from each."""

from __future__ import annotations

from etl.derive.register import LOOKED_AFTER_REVIEW
from spec.specification import Specify


def test_a_review_on_the_twentieth_working_day_is_in_time_and_a_day_later_it_is_late(
    specify: Specify,
) -> None:
    """The day on which the child becomes looked after is day 0. The second review is due three
    months after the first as it was held."""
    specify(
        LOOKED_AFTER_REVIEW,
        shows="on the due day; a day late",
        as_at="2016-03-31",
        periods_of_care="""
            period | child | started
            A      | Amy   | 2016-02-01
            B      | Ben   | 2016-02-01
        """,
        care_reviews="""
            period | child | held
            A      | Amy   | 2016-02-29
            B      | Ben   | 2016-03-01
        """,
        expect="""
            period | number | started    | due        | done       | status
            A      | 1      | 2016-02-01 | 2016-02-29 | 2016-02-29 | in_time
            A      | 2      | 2016-02-29 | 2016-05-29 |            | not_due
            B      | 1      | 2016-02-01 | 2016-02-29 | 2016-03-01 | late
            B      | 2      | 2016-03-01 | 2016-06-01 |            | not_due
        """,
    )


def test_a_review_not_held_is_overdue_from_the_day_after_it_was_due(specify: Specify) -> None:
    """Asked on the due day itself, and on the day after."""
    for as_at, status in (("2017-07-03", "not_due"), ("2017-07-04", "overdue")):
        specify(
            LOOKED_AFTER_REVIEW,
            shows="open on the due day; open the day after",
            as_at=as_at,
            periods_of_care="""
                period | started
                A      | 2017-06-05
            """,
            expect=f"""
                period | number | started    | due        | done       | status
                A      | 1      | 2017-06-05 | 2017-07-03 |            | {status}
            """,
        )


def test_bank_holidays_lengthen_the_working_days_but_not_the_months(specify: Specify) -> None:
    """Easter, the royal wedding and early May 2011 gave this first review nearly five weeks. The
    third was due on a Sunday and was late on the Monday."""
    specify(
        LOOKED_AFTER_REVIEW,
        shows="Easter; May; one-off day; a day late",
        as_at="2012-03-31",
        periods_of_care="""
            period | started
            A      | 2011-04-11
        """,
        care_reviews="""
            period | held
            A      | 2011-05-13
            A      | 2011-08-12
            A      | 2012-02-13
        """,
        expect="""
            period | number | started    | due        | done       | status
            A      | 1      | 2011-04-11 | 2011-05-13 | 2011-05-13 | in_time
            A      | 2      | 2011-05-13 | 2011-08-13 | 2011-08-12 | in_time
            A      | 3      | 2011-08-12 | 2012-02-12 | 2012-02-13 | late
            A      | 4      | 2012-02-13 | 2012-08-13 |            | not_due
        """,
    )


def test_a_second_review_due_on_a_bank_holiday_is_late_the_day_after(specify: Specify) -> None:
    """A's is due on Easter Monday, B's on Boxing Day, and nobody gets more time for that. Their
    first reviews had more: Christmas for A, the August holiday and the State Funeral for B."""
    specify(
        LOOKED_AFTER_REVIEW,
        shows="Christmas; one-off day; due on a holiday; a day late",
        as_at="2022-12-31",
        periods_of_care="""
            period | child | started    | ended
            A      | Amy   | 2019-12-11 | 2020-04-14
            B      | Ben   | 2022-08-26 |
        """,
        care_reviews="""
            period | child | held
            A      | Amy   | 2020-01-13
            A      | Amy   | 2020-04-14
            B      | Ben   | 2022-09-26
            B      | Ben   | 2022-12-27
        """,
        expect="""
            period | number | started    | due        | done       | status
            A      | 1      | 2019-12-11 | 2020-01-13 | 2020-01-13 | in_time
            A      | 2      | 2020-01-13 | 2020-04-13 | 2020-04-14 | late
            B      | 1      | 2022-08-26 | 2022-09-27 | 2022-09-26 | in_time
            B      | 2      | 2022-09-26 | 2022-12-26 | 2022-12-27 | late
            B      | 3      | 2022-12-27 | 2023-06-27 |            | not_due
        """,
    )


def test_a_start_at_a_weekend_counts_like_the_working_day_before_it(specify: Specify) -> None:
    """On Friday, Saturday or Sunday: for all three the Monday is day 1. For a start on that Monday
    it is day 0, and the review is due a working day later."""
    specify(
        LOOKED_AFTER_REVIEW,
        shows="start at a weekend",
        as_at="2018-10-06",
        periods_of_care="""
            period | child | started
            A      | Amy   | 2018-09-07
            B      | Ben   | 2018-09-08
            C      | Cara  | 2018-09-09
            D      | Dan   | 2018-09-10
        """,
        expect="""
            period | number | started    | due        | done       | status
            A      | 1      | 2018-09-07 | 2018-10-05 |            | overdue
            B      | 1      | 2018-09-08 | 2018-10-05 |            | overdue
            C      | 1      | 2018-09-09 | 2018-10-05 |            | overdue
            D      | 1      | 2018-09-10 | 2018-10-08 |            | not_due
        """,
    )


def test_where_a_month_has_no_such_day_the_review_is_due_on_its_last(specify: Specify) -> None:
    """After first reviews on 28 and 30 November the second is due on 28 February; in a leap year,
    as for C, on the 29th. Held on that day, it is followed by the next on 29 August."""
    specify(
        LOOKED_AFTER_REVIEW,
        shows="month end; leap year",
        as_at="2024-02-29",
        periods_of_care="""
            period | child | started    | ended
            A      | Amy   | 2022-11-03 | 2023-02-28
            B      | Ben   | 2022-11-03 | 2023-03-01
            C      | Cara  | 2023-11-02 |
        """,
        care_reviews="""
            period | child | held
            A      | Amy   | 2022-11-28
            A      | Amy   | 2023-02-28
            B      | Ben   | 2022-11-30
            B      | Ben   | 2023-03-01
            C      | Cara  | 2023-11-30
            C      | Cara  | 2024-02-29
        """,
        expect="""
            period | number | started    | due        | done       | status
            A      | 1      | 2022-11-03 | 2022-12-01 | 2022-11-28 | in_time
            A      | 2      | 2022-11-28 | 2023-02-28 | 2023-02-28 | in_time
            B      | 1      | 2022-11-03 | 2022-12-01 | 2022-11-30 | in_time
            B      | 2      | 2022-11-30 | 2023-02-28 | 2023-03-01 | late
            C      | 1      | 2023-11-02 | 2023-11-30 | 2023-11-30 | in_time
            C      | 2      | 2023-11-30 | 2024-02-29 | 2024-02-29 | in_time
            C      | 3      | 2024-02-29 | 2024-08-29 |            | not_due
        """,
    )


def test_the_next_review_counts_from_the_day_the_last_was_held(specify: Specify) -> None:
    """The first review came six weeks late. That is one late review, and the second is due three
    months after it, not three months after the day it was due."""
    specify(
        LOOKED_AFTER_REVIEW,
        shows="missed, then done later",
        as_at="2023-12-31",
        periods_of_care="""
            period | started
            A      | 2023-06-05
        """,
        care_reviews="""
            period | held
            A      | 2023-08-14
            A      | 2023-11-14
        """,
        expect="""
            period | number | started    | due        | done       | status
            A      | 1      | 2023-06-05 | 2023-07-03 | 2023-08-14 | late
            A      | 2      | 2023-08-14 | 2023-11-14 | 2023-11-14 | in_time
            A      | 3      | 2023-11-14 | 2024-05-14 |            | not_due
        """,
    )


def test_a_move_to_another_placement_does_not_start_the_clock_again(specify: Specify) -> None:
    """The 20 working days run from the day on which the child became looked after. Counted from the
    move, the review would have been in time."""
    specify(
        LOOKED_AFTER_REVIEW,
        shows="a day late",
        as_at="2015-02-28",
        periods_of_care="""
            period | started
            A      | 2015-01-08
        """,
        placements="""
            placement | period | started    | ended
            A1        | A      | 2015-01-08 | 2015-01-26
            A2        | A      | 2015-01-26 |
        """,
        care_reviews="""
            period | held
            A      | 2015-02-06
        """,
        expect="""
            period | number | started    | due        | done       | status
            A      | 1      | 2015-01-08 | 2015-02-05 | 2015-02-06 | late
            A      | 2      | 2015-02-06 | 2015-05-06 |            | not_due
        """,
    )


def test_a_child_who_comes_back_into_care_starts_with_twenty_working_days_again(
    specify: Specify,
) -> None:
    """The second review of the first period was no longer needed. The second period begins as if
    there had been none before."""
    specify(
        LOOKED_AFTER_REVIEW,
        shows="second period of care; ends before the due day",
        as_at="2014-03-31",
        periods_of_care="""
            period | started    | ended
            A1     | 2013-09-02 | 2013-11-15
            A2     | 2014-01-06 |
        """,
        care_reviews="""
            period | held
            A1     | 2013-09-26
            A2     | 2014-02-03
        """,
        expect="""
            period | number | started    | due        | done       | closed     | status
            A1     | 1      | 2013-09-02 | 2013-09-30 | 2013-09-26 |            | in_time
            A1     | 2      | 2013-09-26 | 2013-12-26 |            | 2013-11-15 | ended_before_due
            A2     | 1      | 2014-01-06 | 2014-02-03 | 2014-02-03 |            | in_time
            A2     | 2      | 2014-02-03 | 2014-05-03 |            |            | not_due
        """,
    )


def test_a_child_never_reviewed_has_one_review_overdue(specify: Specify) -> None:
    """Nearly three months late, it is still one review, Amy's first. That of her brother, looked
    after since the same day, says nothing of hers."""
    specify(
        LOOKED_AFTER_REVIEW,
        shows="nothing happened",
        as_at="2013-01-21",
        periods_of_care="""
            period | child | started
            A      | Amy   | 2012-10-01
            B      | Ben   | 2012-10-01
        """,
        care_reviews="""
            period | child | held
            B      | Ben   | 2012-10-22
        """,
        expect="""
            period | number | started    | due        | done       | status
            A      | 1      | 2012-10-01 | 2012-10-29 |            | overdue
            B      | 1      | 2012-10-01 | 2012-10-29 | 2012-10-22 | in_time
            B      | 2      | 2012-10-22 | 2013-01-22 |            | not_due
        """,
    )


def test_a_review_before_the_first_day_of_care_or_on_it_does_not_count(specify: Specify) -> None:
    """A review so dated is probably a mistake. The first one is still owed."""
    specify(
        LOOKED_AFTER_REVIEW,
        shows="before the start; on the start day",
        as_at="2017-10-31",
        periods_of_care="""
            period | child | started
            A      | Amy   | 2017-10-02
            B      | Ben   | 2017-10-02
        """,
        care_reviews="""
            period | child | held
            A      | Amy   | 2017-09-29
            B      | Ben   | 2017-10-02
            B      | Ben   | 2017-10-27
        """,
        expect="""
            period | number | started    | due        | done       | status
            A      | 1      | 2017-10-02 | 2017-10-30 |            | overdue
            B      | 1      | 2017-10-02 | 2017-10-30 | 2017-10-27 | in_time
            B      | 2      | 2017-10-27 | 2018-01-27 |            | not_due
        """,
    )


def test_two_reviews_on_one_day_are_one(specify: Specify) -> None:
    """Recorded twice, the first review is still the first: the next is due in three months, not
    in six."""
    specify(
        LOOKED_AFTER_REVIEW,
        shows="two on a day",
        as_at="2018-02-28",
        periods_of_care="""
            period | started
            A      | 2018-01-10
        """,
        care_reviews="""
            period | held
            A      | 2018-02-06
            A      | 2018-02-06
        """,
        expect="""
            period | number | started    | due        | done       | status
            A      | 1      | 2018-01-10 | 2018-02-07 | 2018-02-06 | in_time
            A      | 2      | 2018-02-06 | 2018-05-06 |            | not_due
        """,
    )


def test_a_cancelled_review_counts_for_nothing(specify: Specify) -> None:
    """Cancelled and held three working days later, A's review is in time after all. B's was
    cancelled and is still owed."""
    specify(
        LOOKED_AFTER_REVIEW,
        shows="cancelled",
        as_at="2021-03-03",
        periods_of_care="""
            period | child | started
            A      | Amy   | 2021-02-02
            B      | Ben   | 2021-02-02
        """,
        care_reviews="""
            period | child | held       | cancelled
            A      | Amy   | 2021-02-25 | yes
            A      | Amy   | 2021-03-02 | no
            B      | Ben   | 2021-02-25 | yes
        """,
        expect="""
            period | number | started    | due        | done       | status
            A      | 1      | 2021-02-02 | 2021-03-02 | 2021-03-02 | in_time
            A      | 2      | 2021-03-02 | 2021-06-02 |            | not_due
            B      | 1      | 2021-02-02 | 2021-03-02 |            | overdue
        """,
    )


def test_a_review_is_missed_only_if_the_child_left_care_after_the_due_day(
    specify: Specify,
) -> None:
    """None was reviewed. A left care the Friday before the review was due and B on the due day:
    their reviews were no longer needed. C left a day later, a review short."""
    specify(
        LOOKED_AFTER_REVIEW,
        shows="ends before the due day; ends on the due day; ends after the due day",
        as_at="2014-04-30",
        periods_of_care="""
            period | child | started    | ended
            A      | Amy   | 2014-03-03 | 2014-03-28
            B      | Ben   | 2014-03-03 | 2014-03-31
            C      | Cara  | 2014-03-03 | 2014-04-01
        """,
        expect="""
            period | number | due        | done | closed     | status
            A      | 1      | 2014-03-31 |      | 2014-03-28 | ended_before_due
            B      | 1      | 2014-03-31 |      | 2014-03-31 | ended_before_due
            C      | 1      | 2014-03-31 |      | 2014-04-01 | not_done
        """,
    )


def test_a_review_on_the_last_day_of_care_counts_but_a_later_one_does_not(specify: Specify) -> None:
    """A's is in time and B's late; after either nothing more is owed. C was reviewed a day after
    leaving care, and goes down as not reviewed."""
    specify(
        LOOKED_AFTER_REVIEW,
        shows="on the last day; ends after the due day",
        as_at="2020-10-31",
        periods_of_care="""
            period | child | started    | ended
            A      | Amy   | 2020-09-07 | 2020-10-01
            B      | Ben   | 2020-09-07 | 2020-10-08
            C      | Cara  | 2020-09-07 | 2020-10-08
        """,
        care_reviews="""
            period | child | held
            A      | Amy   | 2020-10-01
            B      | Ben   | 2020-10-08
            C      | Cara  | 2020-10-09
        """,
        expect="""
            period | number | due        | done       | closed     | status
            A      | 1      | 2020-10-05 | 2020-10-01 |            | in_time
            B      | 1      | 2020-10-05 | 2020-10-08 |            | late
            C      | 1      | 2020-10-05 |            | 2020-10-08 | not_done
        """,
    )


def test_a_child_with_two_records_merged_is_owed_one_review(specify: Specify) -> None:
    """One child had two records. Only the period of care of the record that goes on is counted."""
    specify(
        LOOKED_AFTER_REVIEW,
        shows="merged child",
        as_at="2019-07-31",
        children="""
            child      | merged
            Old record | yes
            New record | no
        """,
        periods_of_care="""
            period | child      | started
            A      | Old record | 2019-07-01
            B      | New record | 2019-07-01
        """,
        expect="""
            period | number | started    | due        | done       | status
            B      | 1      | 2019-07-01 | 2019-07-29 |            | overdue
        """,
    )


def test_short_breaks_are_owed_no_reviews_of_this_rule(specify: Specify) -> None:
    """A has short breaks alone (legal status V3), B was accommodated (V2): 20 working days from
    Monday 5 November 2018, no bank holiday among them, are four weeks."""
    specify(
        LOOKED_AFTER_REVIEW,
        shows="short break; nothing happened",
        as_at="2018-12-04",
        periods_of_care="""
            period | child | started
            A      | Amy   | 2018-11-05
            B      | Ben   | 2018-11-05
        """,
        legal_statuses="""
            child | status | started
            Amy   | V3     | 2018-11-01
            Ben   | V2     | 2018-11-05
        """,
        expect="""
            period | number | started    | due        | status
            B      | 1      | 2018-11-05 | 2018-12-03 | overdue
        """,
    )


def test_a_local_standard_holds_for_clocks_that_start_while_it_does(specify: Specify) -> None:
    """A's first clock started before there was a local standard, and had 20 working days; its
    second has the local ten weeks. C's four weeks are counted with 1 January as day 1."""
    specify(
        LOOKED_AFTER_REVIEW,
        shows="local standards over time; Easter",
        as_at="2014-01-28",
        local="""
            allowance                   | from       | until      | counting
            4 weeks, 10 weeks, 6 months | 2012-04-02 | 2014-01-01 |
            4 weeks, 3 months, 6 months | 2014-01-01 |            | inclusive
        """,
        periods_of_care="""
            period | child | started    | ended
            A      | Amy   | 2012-03-30 | 2012-07-09
            B      | Ben   | 2012-04-02 | 2012-05-01
            C      | Cara  | 2014-01-01 |
        """,
        care_reviews="""
            period | child | held
            A      | Amy   | 2012-04-30
            A      | Amy   | 2012-07-09
            B      | Ben   | 2012-05-01
        """,
        expect="""
            period | number | started    | due        | done       | status
            A      | 1      | 2012-03-30 | 2012-05-01 | 2012-04-30 | in_time
            A      | 2      | 2012-04-30 | 2012-07-09 | 2012-07-09 | in_time
            B      | 1      | 2012-04-02 | 2012-04-30 | 2012-05-01 | late
            C      | 1      | 2014-01-01 | 2014-01-28 |            | not_due
        """,
    )


def test_a_status_that_no_list_names_does_not_make_short_breaks_care(specify: Specify) -> None:
    """Amy has short breaks (V3), whatever else is written of her. Ben has a care order beside his:
    he is looked after."""
    specify(
        LOOKED_AFTER_REVIEW,
        shows="short break",
        as_at="2018-06-30",
        periods_of_care="""
            period | child | started
            A      | Amy   | 2018-06-04
            B      | Ben   | 2018-06-04
        """,
        legal_statuses="""
            child | status         | started
            Amy   | V3             | 2018-06-04
            Amy   | To be reviewed | 2018-06-04
            Ben   | V3             | 2018-06-04
            Ben   | C2             | 2018-06-04
        """,
        expect="""
            period | number | started    | due        | status
            B      | 1      | 2018-06-04 | 2018-07-02 | not_due
        """,
    )
