"""Visits to looked after children: 1 week from the placement's start, then 6 from each visit."""

from __future__ import annotations

from etl.derive.register import LOOKED_AFTER_VISIT
from spec.specification import Specify


def test_a_first_visit_after_a_week_is_in_time_and_a_day_later_it_is_late(specify: Specify) -> None:
    """From Thursday 22 December a week ends on Thursday 29 December, Christmas or not. Six weeks
    are 42 days, from the day of the visit."""
    specify(
        LOOKED_AFTER_VISIT,
        shows="on the due day; a day late",
        as_at="2023-02-10",
        placements="""
            placement | child | started
            A         | Amy   | 2022-12-22
            B         | Ben   | 2022-12-22
        """,
        care_visits="""
            child | visited
            Amy   | 2022-12-29
            Amy   | 2023-02-09
            Ben   | 2022-12-30
        """,
        expect="""
            placement | number | started    | due        | done       | status
            A         | 1      | 2022-12-22 | 2022-12-29 | 2022-12-29 | in_time
            A         | 2      | 2022-12-29 | 2023-02-09 | 2023-02-09 | in_time
            A         | 3      | 2023-02-09 | 2023-03-23 |            | not_due
            B         | 1      | 2022-12-22 | 2022-12-29 | 2022-12-30 | late
            B         | 2      | 2022-12-30 | 2023-02-10 |            | not_due
        """,
    )


def test_a_visit_not_made_is_overdue_from_the_day_after_it_was_due(specify: Specify) -> None:
    """Asked on the due day itself, six weeks after the last visit, and on the day after."""
    for as_at, status in (("2017-04-18", "not_due"), ("2017-04-19", "overdue")):
        specify(
            LOOKED_AFTER_VISIT,
            shows="open on the due day; open the day after",
            as_at=as_at,
            placements="""
                placement | started
                A         | 2017-03-01
            """,
            care_visits="""
                visited
                2017-03-07
            """,
            expect=f"""
                placement | number | started    | due        | done       | status
                A         | 1      | 2017-03-01 | 2017-03-08 | 2017-03-07 | in_time
                A         | 2      | 2017-03-07 | 2017-04-18 |            | {status}
            """,
        )


def test_a_visit_due_on_a_bank_holiday_is_late_the_day_after(specify: Specify) -> None:
    """A's week ends on Christmas Day 2019, B's on the day of the State Funeral, C's on Good Friday
    2023: no extension. (Each placement ended with the visit, so that nothing more is owed.)"""
    specify(
        LOOKED_AFTER_VISIT,
        shows="a day late",
        as_at="2023-04-30",
        placements="""
            placement | child | started    | ended
            A         | Amy   | 2019-12-18 | 2019-12-24
            B         | Ben   | 2022-09-12 | 2022-09-20
            C         | Cara  | 2023-03-31 | 2023-04-11
        """,
        care_visits="""
            child | visited
            Amy   | 2019-12-24
            Ben   | 2022-09-20
            Cara  | 2023-04-11
        """,
        expect="""
            placement | number | started    | due        | done       | status
            A         | 1      | 2019-12-18 | 2019-12-25 | 2019-12-24 | in_time
            B         | 1      | 2022-09-12 | 2022-09-19 | 2022-09-20 | late
            C         | 1      | 2023-03-31 | 2023-04-07 | 2023-04-11 | late
        """,
    )


def test_a_week_from_a_weekend_ends_at_the_next_weekend(specify: Specify) -> None:
    """Every day counts. From a Saturday the week ends on a Saturday, from a Sunday on a Sunday, and
    a visit on the Monday after is late for both."""
    specify(
        LOOKED_AFTER_VISIT,
        shows="start at a weekend",
        as_at="2018-06-30",
        placements="""
            placement | child | started
            A         | Amy   | 2018-06-02
            B         | Ben   | 2018-06-03
        """,
        care_visits="""
            child | visited
            Amy   | 2018-06-11
            Ben   | 2018-06-11
        """,
        expect="""
            placement | number | started    | due        | done       | status
            A         | 1      | 2018-06-02 | 2018-06-09 | 2018-06-11 | late
            A         | 2      | 2018-06-11 | 2018-07-23 |            | not_due
            B         | 1      | 2018-06-03 | 2018-06-10 | 2018-06-11 | late
            B         | 2      | 2018-06-11 | 2018-07-23 |            | not_due
        """,
    )


def test_after_a_missed_visit_six_weeks_run_from_the_one_that_was_made(specify: Specify) -> None:
    """More than two weeks late, the first visit is one late visit. There are six weeks again from
    the day on which it was made."""
    specify(
        LOOKED_AFTER_VISIT,
        shows="missed, then done later",
        as_at="2013-03-31",
        placements="""
            placement | started
            A         | 2013-01-07
        """,
        care_visits="""
            visited
            2013-02-01
            2013-03-15
        """,
        expect="""
            placement | number | started    | due        | done       | status
            A         | 1      | 2013-01-07 | 2013-01-14 | 2013-02-01 | late
            A         | 2      | 2013-02-01 | 2013-03-15 | 2013-03-15 | in_time
            A         | 3      | 2013-03-15 | 2013-04-26 |            | not_due
        """,
    )


def test_a_child_never_visited_has_one_visit_overdue(specify: Specify) -> None:
    """Months later it is still one, the first. The visit to Amy's brother says nothing of hers,
    though both live with the same carers."""
    specify(
        LOOKED_AFTER_VISIT,
        shows="nothing happened",
        as_at="2012-11-14",
        placements="""
            placement | child | started
            A         | Amy   | 2012-06-25
            B         | Ben   | 2012-10-01
        """,
        care_visits="""
            child | visited
            Ben   | 2012-10-04
        """,
        expect="""
            placement | number | started    | due        | done       | status
            A         | 1      | 2012-06-25 | 2012-07-02 |            | overdue
            B         | 1      | 2012-10-01 | 2012-10-08 | 2012-10-04 | in_time
            B         | 2      | 2012-10-04 | 2012-11-15 |            | not_due
        """,
    )


def test_a_visit_before_the_placement_or_on_its_first_day_does_not_count(specify: Specify) -> None:
    """The social worker who brings the child to the carers has not visited yet: the visit is owed
    within the week that follows."""
    specify(
        LOOKED_AFTER_VISIT,
        shows="before the start; on the start day",
        as_at="2017-10-10",
        placements="""
            placement | child | started
            A         | Amy   | 2017-10-02
            B         | Ben   | 2017-10-02
        """,
        care_visits="""
            child | visited
            Amy   | 2017-09-28
            Ben   | 2017-10-02
            Ben   | 2017-10-06
        """,
        expect="""
            placement | number | started    | due        | done       | status
            A         | 1      | 2017-10-02 | 2017-10-09 |            | overdue
            B         | 1      | 2017-10-02 | 2017-10-09 | 2017-10-06 | in_time
            B         | 2      | 2017-10-06 | 2017-11-17 |            | not_due
        """,
    )


def test_two_visits_on_one_day_are_one(specify: Specify) -> None:
    """Visited at school and at home on one day, the child has had the first visit, not the second
    as well."""
    specify(
        LOOKED_AFTER_VISIT,
        shows="two on a day",
        as_at="2018-01-31",
        placements="""
            placement | started
            A         | 2018-01-15
        """,
        care_visits="""
            visited
            2018-01-18
            2018-01-18
        """,
        expect="""
            placement | number | started    | due        | done       | status
            A         | 1      | 2018-01-15 | 2018-01-22 | 2018-01-18 | in_time
            A         | 2      | 2018-01-18 | 2018-03-01 |            | not_due
        """,
    )


def test_a_visit_counts_even_if_the_child_was_not_seen(specify: Specify) -> None:
    """Whether the child was seen on the visit is not asked here, while for a child on a child
    protection plan it is."""
    specify(
        LOOKED_AFTER_VISIT,
        shows="on the due day",
        as_at="2014-09-30",
        placements="""
            placement | started
            A         | 2014-09-01
        """,
        care_visits="""
            visited    | seen
            2014-09-08 | no
        """,
        expect="""
            placement | number | started    | due        | done       | status
            A         | 1      | 2014-09-01 | 2014-09-08 | 2014-09-08 | in_time
            A         | 2      | 2014-09-08 | 2014-10-20 |            | not_due
        """,
    )


def test_a_move_to_another_placement_starts_with_one_week_again(specify: Specify) -> None:
    """The six weeks that ran at the old placement end with it. At the new one the visit due within
    a week came six days late."""
    specify(
        LOOKED_AFTER_VISIT,
        shows="placement move; ends before the due day",
        as_at="2014-06-30",
        placements="""
            placement | started    | ended
            A1        | 2014-05-01 | 2014-05-20
            A2        | 2014-05-20 |
        """,
        care_visits="""
            visited
            2014-05-07
            2014-06-02
        """,
        expect="""
            placement | number | due        | done       | closed     | status
            A1        | 1      | 2014-05-08 | 2014-05-07 |            | in_time
            A1        | 2      | 2014-06-18 |            | 2014-05-20 | ended_before_due
            A2        | 1      | 2014-05-27 | 2014-06-02 |            | late
            A2        | 2      | 2014-07-14 |            |            | not_due
        """,
    )


def test_a_visit_on_the_day_of_a_move_counts_for_the_placement_left(specify: Specify) -> None:
    """For A it was a week late. At the new placement, where that day is the first, a visit is still
    owed within a week."""
    specify(
        LOOKED_AFTER_VISIT,
        shows="placement move; on the start day; on the last day",
        as_at="2016-02-22",
        placements="""
            placement | started    | ended
            A1        | 2016-02-01 | 2016-02-15
            A2        | 2016-02-15 |
        """,
        care_visits="""
            visited
            2016-02-15
        """,
        expect="""
            placement | number | started    | due        | done       | status
            A1        | 1      | 2016-02-01 | 2016-02-08 | 2016-02-15 | late
            A2        | 1      | 2016-02-15 | 2016-02-22 |            | not_due
        """,
    )


def test_short_breaks_are_owed_no_visits_of_this_rule(specify: Specify) -> None:
    """A has short breaks alone (legal status V4): how often to visit is agreed with the family. B
    is looked after under a care order and is owed visits."""
    specify(
        LOOKED_AFTER_VISIT,
        shows="short break; nothing happened",
        as_at="2018-05-21",
        periods_of_care="""
            period | child | started
            A      | Amy   | 2018-05-14
            B      | Ben   | 2018-05-14
        """,
        legal_statuses="""
            child | status | started
            Amy   | V4     | 2018-05-14
            Ben   | C2     | 2018-05-14
        """,
        placements="""
            placement | child | period | started
            A1        | Amy   | A      | 2018-05-14
            B1        | Ben   | B      | 2018-05-14
        """,
        expect="""
            placement | number | started    | due        | status
            B1        | 1      | 2018-05-14 | 2018-05-21 | not_due
        """,
    )


def test_a_visit_is_missed_only_if_the_placement_ended_after_the_due_day(specify: Specify) -> None:
    """Nobody was visited. A's placement ended the day before the visit was due and B's on the due
    day: their visits were no longer needed. C's ended a day later, a visit short."""
    specify(
        LOOKED_AFTER_VISIT,
        shows="ends before the due day; ends on the due day; ends after the due day",
        as_at="2021-07-31",
        placements="""
            placement | child | started    | ended
            A         | Amy   | 2021-07-05 | 2021-07-11
            B         | Ben   | 2021-07-05 | 2021-07-12
            C         | Cara  | 2021-07-05 | 2021-07-13
        """,
        expect="""
            placement | number | due        | done | closed     | status
            A         | 1      | 2021-07-12 |      | 2021-07-11 | ended_before_due
            B         | 1      | 2021-07-12 |      | 2021-07-12 | ended_before_due
            C         | 1      | 2021-07-12 |      | 2021-07-13 | not_done
        """,
    )


def test_a_visit_on_the_last_day_of_a_placement_counts_but_a_later_one_does_not(
    specify: Specify,
) -> None:
    """These children left care. A's visit is in time and B's late; after either nothing more is
    owed. C was visited the day after, and goes down as not visited."""
    specify(
        LOOKED_AFTER_VISIT,
        shows="on the last day; ends after the due day",
        as_at="2020-02-29",
        placements="""
            placement | child | started    | ended
            A         | Amy   | 2020-02-03 | 2020-02-07
            B         | Ben   | 2020-02-03 | 2020-02-12
            C         | Cara  | 2020-02-03 | 2020-02-12
        """,
        care_visits="""
            child | visited
            Amy   | 2020-02-07
            Ben   | 2020-02-12
            Cara  | 2020-02-13
        """,
        expect="""
            placement | number | due        | done       | closed     | status
            A         | 1      | 2020-02-10 | 2020-02-07 |            | in_time
            B         | 1      | 2020-02-10 | 2020-02-12 |            | late
            C         | 1      | 2020-02-10 |            | 2020-02-12 | not_done
        """,
    )


def test_a_child_with_two_records_merged_is_owed_one_visit(specify: Specify) -> None:
    """One child had two records. Only the placement of the record that goes on is counted."""
    specify(
        LOOKED_AFTER_VISIT,
        shows="merged child",
        as_at="2019-07-09",
        children="""
            child      | merged
            Old record | yes
            New record | no
        """,
        placements="""
            placement | child      | started
            A         | Old record | 2019-07-01
            B         | New record | 2019-07-01
        """,
        expect="""
            placement | number | started    | due        | done       | status
            B         | 1      | 2019-07-01 | 2019-07-08 |            | overdue
        """,
    )


def test_after_a_year_long_term_fostering_is_visited_every_three_months(specify: Specify) -> None:
    """A and B (types U1 and U4) are meant to last until 18. A's visit two days before the year was
    over is still followed by six weeks, B's on the anniversary by three months; C (U6) has six
    weeks for good. (To keep the table short, few visits were made.)"""
    specify(
        LOOKED_AFTER_VISIT,
        shows="long-term placement; on the due day",
        as_at="2024-01-31",
        placements="""
            placement | child | type | started
            A         | Amy   | U1   | 2022-12-22
            B         | Ben   | U4   | 2022-12-22
            C         | Cara  | U6   | 2022-12-22
        """,
        care_visits="""
            child | visited
            Amy   | 2023-12-20
            Amy   | 2024-01-31
            Ben   | 2023-12-22
            Cara  | 2023-12-22
        """,
        expect="""
            placement | number | started    | due        | done       | status
            A         | 1      | 2022-12-22 | 2022-12-29 | 2023-12-20 | late
            A         | 2      | 2023-12-20 | 2024-01-31 | 2024-01-31 | in_time
            A         | 3      | 2024-01-31 | 2024-04-30 |            | not_due
            B         | 1      | 2022-12-22 | 2022-12-29 | 2023-12-22 | late
            B         | 2      | 2023-12-22 | 2024-03-22 |            | not_due
            C         | 1      | 2022-12-22 | 2022-12-29 | 2023-12-22 | late
            C         | 2      | 2023-12-22 | 2024-02-02 |            | not_due
        """,
    )


def test_a_year_that_begins_on_a_leap_day_is_over_on_the_last_day_of_the_month(
    specify: Specify,
) -> None:
    """For these long-term placements of 29 February 2020 the visit of 27 February 2021 is followed
    by six weeks, that of the 28th by three months. Three from 30 November end with February."""
    specify(
        LOOKED_AFTER_VISIT,
        shows="long-term placement",
        as_at="2021-12-31",
        placements="""
            placement | child | type | started    | ended
            A         | Amy   | U1   | 2020-02-29 | 2021-04-10
            B         | Ben   | U1   | 2020-02-29 |
        """,
        care_visits="""
            child | visited
            Amy   | 2021-02-27
            Amy   | 2021-04-10
            Ben   | 2021-02-28
            Ben   | 2021-11-30
        """,
        expect="""
            placement | number | started    | due        | done       | status
            A         | 1      | 2020-02-29 | 2020-03-07 | 2021-02-27 | late
            A         | 2      | 2021-02-27 | 2021-04-10 | 2021-04-10 | in_time
            B         | 1      | 2020-02-29 | 2020-03-07 | 2021-02-28 | late
            B         | 2      | 2021-02-28 | 2021-05-28 | 2021-11-30 | late
            B         | 3      | 2021-11-30 | 2022-02-28 |            | not_due
        """,
    )


def test_a_move_between_long_term_placements_ends_the_three_months(specify: Specify) -> None:
    """The first year counts from the start of the new placement: one week, then six."""
    specify(
        LOOKED_AFTER_VISIT,
        shows="placement move; long-term placement",
        as_at="2019-06-30",
        placements="""
            placement | type | started    | ended
            A1        | U1   | 2018-05-01 | 2019-06-03
            A2        | U4   | 2019-06-03 |
        """,
        care_visits="""
            visited
            2019-05-02
            2019-06-10
        """,
        expect="""
            placement | number | due        | done       | closed     | status
            A1        | 1      | 2018-05-08 | 2019-05-02 |            | late
            A1        | 2      | 2019-08-02 |            | 2019-06-03 | ended_before_due
            A2        | 1      | 2019-06-10 | 2019-06-10 |            | in_time
            A2        | 2      | 2019-07-22 |            |            | not_due
        """,
    )


def test_a_local_standard_holds_for_clocks_that_start_while_it_does(specify: Specify) -> None:
    """It takes the place of all that England sets: A is in long-term foster care, but has three
    months only after the visit in March, and four weeks after that in June."""
    specify(
        LOOKED_AFTER_VISIT,
        shows="local standards over time; long-term placement",
        as_at="2023-06-30",
        local="""
            allowance       | from
            5 days, 4 weeks | 2023-04-01
        """,
        placements="""
            placement | child | type | started    | ended
            A         | Amy   | U1   | 2022-03-07 |
            B         | Ben   | U6   | 2023-03-31 | 2023-05-04
            C         | Cara  | U6   | 2023-06-01 |
        """,
        care_visits="""
            child | visited
            Amy   | 2023-03-08
            Amy   | 2023-06-08
            Ben   | 2023-04-06
            Ben   | 2023-05-04
            Cara  | 2023-06-07
        """,
        expect="""
            placement | number | started    | due        | done       | status
            A         | 1      | 2022-03-07 | 2022-03-14 | 2023-03-08 | late
            A         | 2      | 2023-03-08 | 2023-06-08 | 2023-06-08 | in_time
            A         | 3      | 2023-06-08 | 2023-07-06 |            | not_due
            B         | 1      | 2023-03-31 | 2023-04-07 | 2023-04-06 | in_time
            B         | 2      | 2023-04-06 | 2023-05-04 | 2023-05-04 | in_time
            C         | 1      | 2023-06-01 | 2023-06-06 | 2023-06-07 | late
            C         | 2      | 2023-06-07 | 2023-07-05 |            | not_due
        """,
    )


def test_a_placement_left_open_ends_with_its_period_of_care(specify: Specify) -> None:
    """Nobody ended Amy's placement when she went home."""
    specify(
        LOOKED_AFTER_VISIT,
        shows="period of care ended; ends before the due day",
        as_at="2023-03-31",
        periods_of_care="""
            period | child | started    | ended
            P      | Amy   | 2022-11-01 | 2022-12-01
        """,
        placements="""
            placement | child | period | started
            A         | Amy   | P      | 2022-11-01
        """,
        care_visits="""
            child | visited
            Amy   | 2022-11-04
        """,
        expect="""
            placement | number | due        | done       | closed     | status
            A         | 1      | 2022-11-08 | 2022-11-04 |            | in_time
            A         | 2      | 2022-12-16 |            | 2022-12-01 | ended_before_due
        """,
    )


def test_with_parents_under_an_interim_care_order_visits_are_closer(specify: Specify) -> None:
    """Amy is owed a visit a week until the first review, and one in four weeks from its day on. The
    order on Ben ended on the day of a visit, from which he is owed one in six weeks, as Cara is,
    who is with foster carers."""
    specify(
        LOOKED_AFTER_VISIT,
        shows="closer visits",
        as_at="2023-05-01",
        periods_of_care="""
            period | child | started
            A      | Amy   | 2023-03-06
            B      | Ben   | 2023-03-06
            C      | Cara  | 2023-03-06
        """,
        placements="""
            placement | child | period | started    | type
            A1        | Amy   | A      | 2023-03-06 | P1
            B1        | Ben   | B      | 2023-03-06 | P1
            C1        | Cara  | C      | 2023-03-06 | U6
        """,
        legal_statuses="""
            child | status | started    | ended
            Amy   | C1     | 2023-03-06 |
            Ben   | C1     | 2023-03-06 | 2023-03-17
            Ben   | C2     | 2023-03-17 |
            Cara  | C1     | 2023-03-06 |
        """,
        care_reviews="""
            period | child | held
            A      | Amy   | 2023-03-06
            A      | Amy   | 2023-03-31
        """,
        care_visits="""
            child | visited
            Amy   | 2023-03-10
            Amy   | 2023-03-17
            Amy   | 2023-03-31
            Ben   | 2023-03-10
            Ben   | 2023-03-17
            Cara  | 2023-03-10
        """,
        expect="""
            placement | number | started    | due        | done       | status
            A1        | 1      | 2023-03-06 | 2023-03-13 | 2023-03-10 | in_time
            A1        | 2      | 2023-03-10 | 2023-03-17 | 2023-03-17 | in_time
            A1        | 3      | 2023-03-17 | 2023-03-24 | 2023-03-31 | late
            A1        | 4      | 2023-03-31 | 2023-04-28 |            | overdue
            B1        | 1      | 2023-03-06 | 2023-03-13 | 2023-03-10 | in_time
            B1        | 2      | 2023-03-10 | 2023-03-17 | 2023-03-17 | in_time
            B1        | 3      | 2023-03-17 | 2023-04-28 |            | overdue
            C1        | 1      | 2023-03-06 | 2023-03-13 | 2023-03-10 | in_time
            C1        | 2      | 2023-03-10 | 2023-04-21 |            | overdue
        """,
    )
