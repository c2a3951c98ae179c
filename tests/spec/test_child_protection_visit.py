"""Visits to children on a plan: 10 working days from the plan's start, then from each visit."""

from __future__ import annotations

from etl.derive.register import CHILD_PROTECTION_VISIT
from spec.specification import Specify


def test_a_visit_on_the_tenth_working_day_is_in_time_and_a_day_later_it_is_late(
    specify: Specify,
) -> None:
    """The first day of the plan is day 0. Ten working days without a bank holiday are two weeks:
    from Monday 16 November to Monday 30 November."""
    specify(
        CHILD_PROTECTION_VISIT,
        shows="on the due day; a day late",
        as_at="2015-12-04",
        plans="""
            plan | child | started
            A    | Amy   | 2015-11-16
            B    | Ben   | 2015-11-16
        """,
        plan_visits="""
            child | visited
            Amy   | 2015-11-30
            Ben   | 2015-12-01
        """,
        expect="""
            plan | number | started    | due        | done       | status
            A    | 1      | 2015-11-16 | 2015-11-30 | 2015-11-30 | in_time
            A    | 2      | 2015-11-30 | 2015-12-14 |            | not_due
            B    | 1      | 2015-11-16 | 2015-11-30 | 2015-12-01 | late
            B    | 2      | 2015-12-01 | 2015-12-15 |            | not_due
        """,
    )


def test_a_visit_not_made_is_overdue_from_the_day_after_it_was_due(specify: Specify) -> None:
    """Asked on the due day itself, and on the day after."""
    for as_at, status in (("2021-09-20", "not_due"), ("2021-09-21", "overdue")):
        specify(
            CHILD_PROTECTION_VISIT,
            shows="open on the due day; open the day after",
            as_at=as_at,
            plans="""
                plan | started
                A    | 2021-09-06
            """,
            expect=f"""
                plan | number | started    | due        | done       | status
                A    | 1      | 2021-09-06 | 2021-09-20 |            | {status}
            """,
        )


def test_five_visits_over_the_turn_of_a_year(specify: Specify) -> None:
    """That of 6 January 2023 is in time: three bank holidays lie between. A rule of 14 calendar
    days would call it late. That of 3 February is late by both."""
    specify(
        CHILD_PROTECTION_VISIT,
        shows="Christmas; a day late",
        as_at="2023-02-03",
        plans="""
            plan | started
            A    | 2022-11-28
        """,
        plan_visits="""
            visited
            2022-12-09
            2022-12-22
            2023-01-06
            2023-01-19
            2023-02-03
        """,
        expect="""
            plan | number | started    | due        | done       | status
            A    | 1      | 2022-11-28 | 2022-12-12 | 2022-12-09 | in_time
            A    | 2      | 2022-12-09 | 2022-12-23 | 2022-12-22 | in_time
            A    | 3      | 2022-12-22 | 2023-01-10 | 2023-01-06 | in_time
            A    | 4      | 2023-01-06 | 2023-01-20 | 2023-01-19 | in_time
            A    | 5      | 2023-01-19 | 2023-02-02 | 2023-02-03 | late
            A    | 6      | 2023-02-03 | 2023-02-17 |            | not_due
        """,
    )


def test_a_visit_on_the_first_of_several_days_off_is_late_all_the_same(specify: Specify) -> None:
    """B's ten days end on the Thursday before Easter: a visit on Good Friday is a day late, though
    no working day has passed. A has all of Easter in between. (Each plan ended with the visit.)"""
    specify(
        CHILD_PROTECTION_VISIT,
        shows="Easter; a day late",
        as_at="2024-04-30",
        plans="""
            plan | child | started    | ended
            A    | Amy   | 2023-03-31 | 2023-04-18
            B    | Ben   | 2024-03-14 | 2024-03-29
        """,
        plan_visits="""
            child | visited
            Amy   | 2023-04-18
            Ben   | 2024-03-29
        """,
        expect="""
            plan | number | started    | due        | done       | status
            A    | 1      | 2023-03-31 | 2023-04-18 | 2023-04-18 | in_time
            B    | 1      | 2024-03-14 | 2024-03-28 | 2024-03-29 | late
        """,
    )


def test_no_bank_holiday_counts_not_even_that_of_a_single_year(specify: Specify) -> None:
    """A has the royal wedding beside Easter and early May, B the holiday at the end of May, C the
    early one moved to Friday 8 May 2020, D the Jubilee, E the State Funeral, F the Coronation."""
    specify(
        CHILD_PROTECTION_VISIT,
        shows="one-off day; Easter; May",
        as_at="2023-05-31",
        plans="""
            plan | child | started    | ended
            A    | Amy   | 2011-04-15 | 2011-05-05
            B    | Ben   | 2018-05-25 | 2018-06-12
            C    | Cara  | 2020-05-04 | 2020-05-19
            D    | Dan   | 2022-05-27 | 2022-06-14
            E    | Ella  | 2022-09-09 | 2022-09-26
            F    | Finn  | 2023-04-28 | 2023-05-16
        """,
        plan_visits="""
            child | visited
            Amy   | 2011-05-05
            Ben   | 2018-06-12
            Cara  | 2020-05-19
            Dan   | 2022-06-14
            Ella  | 2022-09-26
            Finn  | 2023-05-16
        """,
        expect="""
            plan | number | started    | due        | done       | status
            A    | 1      | 2011-04-15 | 2011-05-05 | 2011-05-05 | in_time
            B    | 1      | 2018-05-25 | 2018-06-11 | 2018-06-12 | late
            C    | 1      | 2020-05-04 | 2020-05-19 | 2020-05-19 | in_time
            D    | 1      | 2022-05-27 | 2022-06-14 | 2022-06-14 | in_time
            E    | 1      | 2022-09-09 | 2022-09-26 | 2022-09-26 | in_time
            F    | 1      | 2023-04-28 | 2023-05-16 | 2023-05-16 | in_time
        """,
    )


def test_a_start_at_a_weekend_counts_like_the_working_day_before_it(specify: Specify) -> None:
    """On Friday, Saturday or Sunday: for all three the Monday is day 1. For a start on that Monday
    it is day 0, and the visit is due a working day later."""
    specify(
        CHILD_PROTECTION_VISIT,
        shows="start at a weekend",
        as_at="2016-06-25",
        plans="""
            plan | child | started
            A    | Amy   | 2016-06-10
            B    | Ben   | 2016-06-11
            C    | Cara  | 2016-06-12
            D    | Dan   | 2016-06-13
        """,
        expect="""
            plan | number | started    | due        | done       | status
            A    | 1      | 2016-06-10 | 2016-06-24 |            | overdue
            B    | 1      | 2016-06-11 | 2016-06-24 |            | overdue
            C    | 1      | 2016-06-12 | 2016-06-24 |            | overdue
            D    | 1      | 2016-06-13 | 2016-06-27 |            | not_due
        """,
    )


def test_where_the_first_day_is_day_one_a_visit_is_due_a_working_day_sooner(
    specify: Specify,
) -> None:
    """Some authorities count so. From Friday 20 December 2019 the ten working days end on Tuesday
    7 January instead of Wednesday 8 January, and from Friday 28 April 2023 on Monday 15 May."""
    specify(
        CHILD_PROTECTION_VISIT,
        shows="counted inclusively; Christmas; one-off day",
        as_at="2023-05-31",
        local="""
            allowance       | counting
            10 working days | inclusive
        """,
        plans="""
            plan | child | started    | ended
            A    | Amy   | 2019-12-20 | 2020-01-08
            B    | Ben   | 2023-04-28 | 2023-05-15
        """,
        plan_visits="""
            child | visited
            Amy   | 2020-01-08
            Ben   | 2023-05-15
        """,
        expect="""
            plan | number | started    | due        | done       | status
            A    | 1      | 2019-12-20 | 2020-01-07 | 2020-01-08 | late
            B    | 1      | 2023-04-28 | 2023-05-15 | 2023-05-15 | in_time
        """,
    )


def test_after_a_missed_visit_ten_days_run_from_the_visit_that_was_made(specify: Specify) -> None:
    """The first visit came more than three weeks late. That is one late visit, not three, and what
    follows is measured from it."""
    specify(
        CHILD_PROTECTION_VISIT,
        shows="missed, then done later",
        as_at="2013-10-31",
        plans="""
            plan | started
            A    | 2013-09-02
        """,
        plan_visits="""
            visited
            2013-10-09
            2013-10-23
        """,
        expect="""
            plan | number | started    | due        | done       | status
            A    | 1      | 2013-09-02 | 2013-09-16 | 2013-10-09 | late
            A    | 2      | 2013-10-09 | 2013-10-23 | 2013-10-23 | in_time
            A    | 3      | 2013-10-23 | 2013-11-06 |            | not_due
        """,
    )


def test_a_visit_to_one_child_says_nothing_of_a_brother_or_sister(specify: Specify) -> None:
    """Beth's visit was recorded under her sister's plan: it counts for her own. Cara was visited
    by nobody, and one visit is overdue however long that lasts."""
    specify(
        CHILD_PROTECTION_VISIT,
        shows="nothing happened",
        as_at="2016-10-26",
        plans="""
            plan | child | started
            A    | Amy   | 2016-10-03
            B    | Beth  | 2016-10-03
            C    | Cara  | 2016-07-04
        """,
        plan_visits="""
            child | visited    | plan
            Amy   | 2016-10-12 | A
            Beth  | 2016-10-13 | A
        """,
        expect="""
            plan | number | started    | due        | done       | status
            A    | 1      | 2016-10-03 | 2016-10-17 | 2016-10-12 | in_time
            A    | 2      | 2016-10-12 | 2016-10-26 |            | not_due
            B    | 1      | 2016-10-03 | 2016-10-17 | 2016-10-13 | in_time
            B    | 2      | 2016-10-13 | 2016-10-27 |            | not_due
            C    | 1      | 2016-07-04 | 2016-07-18 |            | overdue
        """,
    )


def test_a_visit_before_the_plan_or_on_its_first_day_does_not_count(specify: Specify) -> None:
    """The child is seen around the conference anyway. The ten working days are for the first visit
    under the plan."""
    specify(
        CHILD_PROTECTION_VISIT,
        shows="before the start; on the start day",
        as_at="2017-02-21",
        plans="""
            plan | child | started
            A    | Amy   | 2017-02-06
            B    | Ben   | 2017-02-06
        """,
        plan_visits="""
            child | visited
            Amy   | 2017-02-03
            Ben   | 2017-02-06
            Ben   | 2017-02-16
        """,
        expect="""
            plan | number | started    | due        | done       | status
            A    | 1      | 2017-02-06 | 2017-02-20 |            | overdue
            B    | 1      | 2017-02-06 | 2017-02-20 | 2017-02-16 | in_time
            B    | 2      | 2017-02-16 | 2017-03-02 |            | not_due
        """,
    )


def test_two_visits_on_one_day_are_one(specify: Specify) -> None:
    """The child was not seen in the morning, but at school in the afternoon and at home in the
    evening: that is one visit."""
    specify(
        CHILD_PROTECTION_VISIT,
        shows="two on a day",
        as_at="2018-01-31",
        plans="""
            plan | started
            A    | 2018-01-15
        """,
        plan_visits="""
            visited    | seen
            2018-01-24 | no
            2018-01-24 | yes
            2018-01-24 | yes
        """,
        expect="""
            plan | number | started    | due        | done       | status
            A    | 1      | 2018-01-15 | 2018-01-29 | 2018-01-24 | in_time
            A    | 2      | 2018-01-24 | 2018-02-07 |            | not_due
        """,
    )


def test_a_visit_on_which_the_child_was_not_seen_does_not_count(specify: Specify) -> None:
    """Nor does one whose record leaves open whether Cara was seen. Amy was seen two days after her
    visit was due, and that is the visit that counts."""
    specify(
        CHILD_PROTECTION_VISIT,
        shows="child not seen",
        as_at="2014-09-17",
        plans="""
            plan | child | started
            A    | Amy   | 2014-09-01
            B    | Ben   | 2014-09-01
            C    | Cara  | 2014-09-01
        """,
        plan_visits="""
            child | visited    | seen
            Amy   | 2014-09-12 | no
            Amy   | 2014-09-17 | yes
            Ben   | 2014-09-12 | no
            Cara  | 2014-09-12 |
        """,
        expect="""
            plan | number | started    | due        | done       | status
            A    | 1      | 2014-09-01 | 2014-09-15 | 2014-09-17 | late
            A    | 2      | 2014-09-17 | 2014-10-01 |            | not_due
            B    | 1      | 2014-09-01 | 2014-09-15 |            | overdue
            C    | 1      | 2014-09-01 | 2014-09-15 |            | overdue
        """,
    )


def test_any_visit_before_the_birth_counts_and_after_it_the_child_must_be_seen(
    specify: Specify,
) -> None:
    """Amy was born on 15 June. The visits of that day and of 21 June, on which nobody saw her, do
    not count; that of 23 June does, a day late."""
    specify(
        CHILD_PROTECTION_VISIT,
        shows="unborn child; child not seen",
        as_at="2021-06-30",
        children="""
            child | born
            Amy   | 2021-06-15
        """,
        plans="""
            plan | child | started
            A    | Amy   | 2021-05-10
        """,
        plan_visits="""
            child | visited    | seen
            Amy   | 2021-05-24 | no
            Amy   | 2021-06-08 | no
            Amy   | 2021-06-15 | no
            Amy   | 2021-06-21 | no
            Amy   | 2021-06-23 | yes
        """,
        expect="""
            plan | number | started    | due        | done       | status
            A    | 1      | 2021-05-10 | 2021-05-24 | 2021-05-24 | in_time
            A    | 2      | 2021-05-24 | 2021-06-08 | 2021-06-08 | in_time
            A    | 3      | 2021-06-08 | 2021-06-22 | 2021-06-23 | late
            A    | 4      | 2021-06-23 | 2021-07-07 |            | not_due
        """,
    )


def test_a_plan_held_for_another_authority_is_owed_no_visit_here(specify: Specify) -> None:
    """The visit of January was made under Amy's temporary plan. That of March names it too, but by
    then she has a plan of our own, for which it counts."""
    specify(
        CHILD_PROTECTION_VISIT,
        shows="temporary plan",
        as_at="2015-03-13",
        plans="""
            plan | child | started    | ended      | temporary
            A    | Amy   | 2015-01-12 | 2015-02-23 | yes
            B    | Amy   | 2015-02-23 |            | no
        """,
        plan_visits="""
            child | visited    | plan
            Amy   | 2015-01-20 | A
            Amy   | 2015-03-05 | A
        """,
        expect="""
            plan | number | started    | due        | done       | status
            B    | 1      | 2015-02-23 | 2015-03-09 | 2015-03-05 | in_time
            B    | 2      | 2015-03-05 | 2015-03-19 |            | not_due
        """,
    )


def test_a_visit_is_missed_only_if_the_plan_ended_after_the_due_day(specify: Specify) -> None:
    """Nobody was visited. A's plan ended the Friday before the visit was due and B's on the due
    day: their visits were no longer needed. C's ended a day later, a visit short."""
    specify(
        CHILD_PROTECTION_VISIT,
        shows="ends before the due day; ends on the due day; ends after the due day",
        as_at="2019-09-30",
        plans="""
            plan | child | started    | ended
            A    | Amy   | 2019-09-02 | 2019-09-13
            B    | Ben   | 2019-09-02 | 2019-09-16
            C    | Cara  | 2019-09-02 | 2019-09-17
        """,
        expect="""
            plan | number | due        | done | closed     | status
            A    | 1      | 2019-09-16 |      | 2019-09-13 | ended_before_due
            B    | 1      | 2019-09-16 |      | 2019-09-16 | ended_before_due
            C    | 1      | 2019-09-16 |      | 2019-09-17 | not_done
        """,
    )


def test_a_visit_on_the_last_day_of_the_plan_counts_but_a_later_one_does_not(
    specify: Specify,
) -> None:
    """A's is in time and B's a day late; after either nothing more is owed. C was visited a day
    after the plan had ended, and goes down as not visited."""
    specify(
        CHILD_PROTECTION_VISIT,
        shows="on the last day; ends after the due day",
        as_at="2020-02-29",
        plans="""
            plan | child | started    | ended
            A    | Amy   | 2020-02-03 | 2020-02-13
            B    | Ben   | 2020-02-03 | 2020-02-18
            C    | Cara  | 2020-02-03 | 2020-02-18
        """,
        plan_visits="""
            child | visited
            Amy   | 2020-02-13
            Ben   | 2020-02-18
            Cara  | 2020-02-19
        """,
        expect="""
            plan | number | due        | done       | closed     | status
            A    | 1      | 2020-02-17 | 2020-02-13 |            | in_time
            B    | 1      | 2020-02-17 | 2020-02-18 |            | late
            C    | 1      | 2020-02-17 |            | 2020-02-18 | not_done
        """,
    )


def test_a_child_with_two_records_merged_is_owed_one_visit(specify: Specify) -> None:
    """Only the plan of the record that goes on is counted, and the visit recorded under the old one
    does not count for it."""
    specify(
        CHILD_PROTECTION_VISIT,
        shows="merged child",
        as_at="2012-10-31",
        children="""
            child      | merged
            Old record | yes
            New record | no
        """,
        plans="""
            plan | child      | started
            A    | Old record | 2012-10-08
            B    | New record | 2012-10-08
        """,
        plan_visits="""
            child      | visited
            Old record | 2012-10-18
        """,
        expect="""
            plan | number | started    | due        | done       | status
            B    | 1      | 2012-10-08 | 2012-10-22 |            | overdue
        """,
    )


def test_a_local_standard_holds_for_clocks_that_start_while_it_does(specify: Specify) -> None:
    """A's first clock started before there was a local standard: ten working days. Then it and B
    have twenty, by the standard of 2012, and C has two weeks: Easter does not lengthen those."""
    specify(
        CHILD_PROTECTION_VISIT,
        shows="local standards over time; Easter; May",
        as_at="2014-04-25",
        local="""
            allowance       | from       | until
            20 working days | 2012-04-01 | 2014-04-01
            2 weeks         | 2014-04-01 |
        """,
        plans="""
            plan | child | started    | ended
            A    | Amy   | 2012-03-30 | 2012-05-16
            B    | Ben   | 2014-03-31 |
            C    | Cara  | 2014-04-11 |
        """,
        plan_visits="""
            child | visited
            Amy   | 2012-04-17
            Amy   | 2012-05-16
        """,
        expect="""
            plan | number | started    | due        | done       | status
            A    | 1      | 2012-03-30 | 2012-04-17 | 2012-04-17 | in_time
            A    | 2      | 2012-04-17 | 2012-05-16 | 2012-05-16 | in_time
            B    | 1      | 2014-03-31 | 2014-04-30 |            | not_due
            C    | 1      | 2014-04-11 | 2014-04-25 |            | not_due
        """,
    )
