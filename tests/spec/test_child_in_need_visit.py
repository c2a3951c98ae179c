"""Visits to children in need: within 20 working days of the plan's start, then of each visit."""

from __future__ import annotations

from etl.derive.register import CHILD_IN_NEED_VISIT
from spec.specification import Specify


def test_a_visit_on_the_20th_working_day_is_in_time_and_on_the_21st_late(specify: Specify) -> None:
    """That is neither four weeks nor a month. With two bank holidays before it, A is in time two
    days after four weeks have passed; B is late although only a month has passed."""
    specify(
        CHILD_IN_NEED_VISIT,
        shows="on the due day; a day late; one-off day",
        as_at="2022-07-15",
        in_need_plans="""
            plan | child | started
            A    | Amy   | 2022-05-25
            B    | Ben   | 2022-05-30
        """,
        in_need_visits="""
            child | visited
            Amy   | 2022-06-24
            Ben   | 2022-06-30
        """,
        expect="""
            plan | number | started    | due        | done       | status
            A    | 1      | 2022-05-25 | 2022-06-24 | 2022-06-24 | in_time
            A    | 2      | 2022-06-24 | 2022-07-22 |            | not_due
            B    | 1      | 2022-05-30 | 2022-06-29 | 2022-06-30 | late
            B    | 2      | 2022-06-30 | 2022-07-28 |            | not_due
        """,
    )


def test_bank_holidays_are_not_counted(specify: Specify) -> None:
    """Nor are those of a single year: A had the royal wedding, D the State Funeral and F the
    Coronation. B had Easter, C early May on a Friday, E Christmas and New Year."""
    specify(
        CHILD_IN_NEED_VISIT,
        shows="Easter; May; Christmas; one-off day",
        as_at="2023-05-31",
        in_need_plans="""
            plan | started
            A    | 2011-04-11
            B    | 2017-03-20
            C    | 2020-04-20
            D    | 2022-08-22
            E    | 2022-12-12
            F    | 2023-04-17
        """,
        expect="""
            plan | started    | due
            A    | 2011-04-11 | 2011-05-13
            B    | 2017-03-20 | 2017-04-19
            C    | 2020-04-20 | 2020-05-19
            D    | 2022-08-22 | 2022-09-21
            E    | 2022-12-12 | 2023-01-12
            F    | 2023-04-17 | 2023-05-17
        """,
    )


def test_a_visit_not_made_on_the_due_day_is_not_overdue_before_that_day_has_passed(
    specify: Specify,
) -> None:
    """Asked on the due day itself, and on the day after."""
    for as_at, status in (("2024-07-01", "not_due"), ("2024-07-02", "overdue")):
        specify(
            CHILD_IN_NEED_VISIT,
            shows="open on the due day; open the day after",
            as_at=as_at,
            in_need_plans="""
                plan | child | started
                A    | Amy   | 2024-06-03
                B    | Ben   | 2024-06-03
            """,
            in_need_visits="""
                child | visited
                Ben   | 2024-06-21
            """,
            expect=f"""
                plan | number | due        | done       | status
                A    | 1      | 2024-07-01 |            | {status}
                B    | 1      | 2024-07-01 | 2024-06-21 | in_time
                B    | 2      | 2024-07-19 |            | not_due
            """,
        )


def test_a_child_in_need_whom_nobody_visits_is_overdue_once(specify: Specify) -> None:
    """Eight months are one line: only a visit starts the next clock. One recorded as a child
    protection visit or as a looked after visit, as to Ben and to Cal, does not count."""
    specify(
        CHILD_IN_NEED_VISIT,
        shows="nothing happened",
        as_at="2021-12-31",
        in_need_plans="""
            plan | child | started
            A    | Amy   | 2021-03-29
            B    | Ben   | 2021-03-29
            C    | Cal   | 2021-03-29
        """,
        plan_visits="""
            child | visited
            Ben   | 2021-04-12
        """,
        care_visits="""
            child | visited
            Cal   | 2021-04-12
        """,
        expect="""
            plan | number | due        | done | status
            A    | 1      | 2021-04-28 |      | overdue
            B    | 1      | 2021-04-28 |      | overdue
            C    | 1      | 2021-04-28 |      | overdue
        """,
    )


def test_the_next_visit_is_due_by_the_last_one_made_not_by_the_one_planned(
    specify: Specify,
) -> None:
    """Amy was visited a week late: one line is late, and the next one has its full time. Ben was
    visited early, so that the next one is due early too."""
    specify(
        CHILD_IN_NEED_VISIT,
        shows="missed, then done later",
        as_at="2014-10-31",
        in_need_plans="""
            plan | child | started
            A    | Amy   | 2014-09-01
            B    | Ben   | 2014-09-01
        """,
        in_need_visits="""
            child | visited
            Amy   | 2014-10-06
            Ben   | 2014-09-15
        """,
        expect="""
            plan | number | started    | due        | done       | status
            A    | 1      | 2014-09-01 | 2014-09-29 | 2014-10-06 | late
            A    | 2      | 2014-10-06 | 2014-11-03 |            | not_due
            B    | 1      | 2014-09-01 | 2014-09-29 | 2014-09-15 | in_time
            B    | 2      | 2014-09-15 | 2014-10-13 |            | overdue
        """,
    )


def test_a_visit_counts_whether_or_not_the_child_was_seen_or_is_born(specify: Specify) -> None:
    """Unlike on a child protection plan, where a child must be seen. Ben was not yet born."""
    specify(
        CHILD_IN_NEED_VISIT,
        shows="unborn child; on the due day",
        as_at="2013-10-20",
        children="""
            child | born
            Amy   | 2009-02-28
            Ben   | 2013-10-15
        """,
        in_need_plans="""
            plan | child | started
            A    | Amy   | 2013-09-09
            B    | Ben   | 2013-09-09
        """,
        in_need_visits="""
            child | visited    | seen
            Amy   | 2013-09-30 | no
            Ben   | 2013-10-07 | no
        """,
        expect="""
            plan | number | due        | done       | status
            A    | 1      | 2013-10-07 | 2013-09-30 | in_time
            A    | 2      | 2013-10-28 |            | not_due
            B    | 1      | 2013-10-07 | 2013-10-07 | in_time
            B    | 2      | 2013-11-04 |            | not_due
        """,
    )


def test_a_visit_counts_after_the_first_day_of_a_plan_and_up_to_its_last(
    specify: Specify,
) -> None:
    """Amy was visited between two plans and Ben on the first day of his: neither visit counts.
    Cal was visited on the last day: that counts, and nothing is owed after it."""
    specify(
        CHILD_IN_NEED_VISIT,
        shows="before the start; on the start day; on the last day; ends before the due day",
        as_at="2024-02-29",
        in_need_plans="""
            plan | child | started    | ended
            A1   | Amy   | 2024-01-08 | 2024-01-31
            A2   | Amy   | 2024-02-12 |
            B    | Ben   | 2024-01-08 |
            C    | Cal   | 2024-01-08 | 2024-01-31
        """,
        in_need_visits="""
            child | visited
            Amy   | 2024-02-05
            Ben   | 2024-01-08
            Cal   | 2024-01-31
        """,
        expect="""
            plan | number | due        | done       | closed     | status
            A1   | 1      | 2024-02-05 |            | 2024-01-31 | ended_before_due
            A2   | 1      | 2024-03-11 |            |            | not_due
            B    | 1      | 2024-02-05 |            |            | overdue
            C    | 1      | 2024-02-05 | 2024-01-31 |            | in_time
        """,
    )


def test_a_start_or_a_visit_at_a_weekend_is_counted_from_monday(specify: Specify) -> None:
    """The plan of Amy began on a Friday and that of Ben on the Saturday after: Monday is working
    day 1 of both. So it is after visits on a Friday and a Saturday."""
    specify(
        CHILD_IN_NEED_VISIT,
        shows="start at a weekend",
        as_at="2015-06-30",
        in_need_plans="""
            plan | child | started
            A    | Amy   | 2015-06-05
            B    | Ben   | 2015-06-06
        """,
        in_need_visits="""
            child | visited
            Amy   | 2015-06-26
            Ben   | 2015-06-27
        """,
        expect="""
            plan | number | started    | due        | done       | status
            A    | 1      | 2015-06-05 | 2015-07-03 | 2015-06-26 | in_time
            A    | 2      | 2015-06-26 | 2015-07-24 |            | not_due
            B    | 1      | 2015-06-06 | 2015-07-03 | 2015-06-27 | in_time
            B    | 2      | 2015-06-27 | 2015-07-24 |            | not_due
        """,
    )


def test_two_visits_on_one_day_are_one(specify: Specify) -> None:
    """Amy was visited twice on 18 September, which leaves her no better off than Ben."""
    specify(
        CHILD_IN_NEED_VISIT,
        shows="two on a day",
        as_at="2017-09-30",
        in_need_plans="""
            plan | child | started
            A    | Amy   | 2017-09-04
            B    | Ben   | 2017-09-04
        """,
        in_need_visits="""
            child | visited
            Amy   | 2017-09-18
            Amy   | 2017-09-18
            Ben   | 2017-09-18
        """,
        expect="""
            plan | number | due        | done       | status
            A    | 1      | 2017-10-02 | 2017-09-18 | in_time
            A    | 2      | 2017-10-16 |            | not_due
            B    | 1      | 2017-10-02 | 2017-09-18 | in_time
            B    | 2      | 2017-10-16 |            | not_due
        """,
    )


def test_a_plan_that_ends_unvisited_closes_what_is_owed(specify: Specify) -> None:
    """Ended by the due date, as A and B, nothing was missed; ended later, as C, the visit was not
    made in its time."""
    specify(
        CHILD_IN_NEED_VISIT,
        shows="ends before the due day; ends on the due day; ends after the due day",
        as_at="2016-10-31",
        in_need_plans="""
            plan | started    | ended
            A    | 2016-09-05 | 2016-09-30
            B    | 2016-09-05 | 2016-10-03
            C    | 2016-09-05 | 2016-10-04
        """,
        expect="""
            plan | due        | done | closed     | status
            A    | 2016-10-03 |      | 2016-09-30 | ended_before_due
            B    | 2016-10-03 |      | 2016-10-03 | ended_before_due
            C    | 2016-10-03 |      | 2016-10-04 | not_done
        """,
    )


def test_on_a_child_protection_plan_or_in_care_no_child_in_need_visit_is_owed(
    specify: Specify,
) -> None:
    """The plans of A and B were left open when the children came on a protection plan and into
    care: visits are owed under that from then on. C stepped down from a protection plan that ended
    that day: its last day is one of its days, and the clock of the new plan starts on the next."""
    specify(
        CHILD_IN_NEED_VISIT,
        shows="another plan or care; ends before the due day; ends after the due day",
        as_at="2024-02-29",
        in_need_plans="""
            plan | child | started
            A    | Amy   | 2024-01-02
            B    | Ben   | 2024-01-02
            C    | Cara  | 2024-01-02
        """,
        plans="""
            plan | child | started    | ended
            A1   | Amy   | 2024-02-01 |
            C1   | Cara  | 2023-06-05 | 2024-01-02
        """,
        periods_of_care="""
            period | child | started
            B1     | Ben   | 2024-01-15
        """,
        expect="""
            plan | number | started    | due        | closed     | status
            A    | 1      | 2024-01-02 | 2024-01-30 | 2024-02-01 | not_done
            B    | 1      | 2024-01-02 | 2024-01-30 | 2024-01-15 | ended_before_due
            C    | 1      | 2024-01-03 | 2024-01-31 |            | overdue
        """,
    )


def test_after_a_protection_plan_or_care_the_clock_starts_anew_on_the_day_after(
    specify: Specify,
) -> None:
    """Amy was visited before and after her protection plan, and on it, where no visit was owed.
    Ben's care followed his protection plan without a day between. Cara's plan lay within hers.
    Nothing was left of Dan's but the day on which it ended."""
    specify(
        CHILD_IN_NEED_VISIT,
        shows="another plan or care; clock anew; ends before the due day",
        as_at="2023-06-30",
        in_need_plans="""
            plan | child | started    | ended
            A    | Amy   | 2023-01-04 |
            B    | Ben   | 2023-01-04 |
            C    | Cara  | 2023-02-06 | 2023-03-06
            D    | Dan   | 2023-01-04 | 2023-03-02
        """,
        plans="""
            plan | child | started    | ended
            A1   | Amy   | 2023-02-01 | 2023-04-03
            B1   | Ben   | 2023-01-16 | 2023-02-28
            C1   | Cara  | 2023-01-09 | 2023-05-08
            D1   | Dan   | 2023-01-16 | 2023-03-01
        """,
        periods_of_care="""
            period | child | started    | ended
            B2     | Ben   | 2023-03-01 | 2023-06-01
        """,
        in_need_visits="""
            child | visited
            Amy   | 2023-01-18
            Amy   | 2023-03-01
            Amy   | 2023-05-10
        """,
        expect="""
            plan | number | started    | due        | done       | closed     | status
            A    | 1      | 2023-01-04 | 2023-02-01 | 2023-01-18 |            | in_time
            A    | 2      | 2023-01-18 | 2023-02-15 |            | 2023-02-01 | ended_before_due
            A    | 3      | 2023-04-04 | 2023-05-05 | 2023-05-10 |            | late
            A    | 4      | 2023-05-10 | 2023-06-08 |            |            | overdue
            B    | 1      | 2023-01-04 | 2023-02-01 |            | 2023-01-16 | ended_before_due
            B    | 2      | 2023-06-02 | 2023-06-30 |            |            | not_due
            D    | 1      | 2023-01-04 | 2023-02-01 |            | 2023-01-16 | ended_before_due
        """,
    )


def test_a_cancelled_plan_owes_no_visit_and_takes_none(specify: Specify) -> None:
    """Status z is a cancelled plan. The visit to Amy counts for the plan that she has."""
    specify(
        CHILD_IN_NEED_VISIT,
        shows="cancelled",
        as_at="2015-10-15",
        in_need_plans="""
            plan | child | started    | status
            A1   | Amy   | 2015-09-07 |
            A2   | Amy   | 2015-09-14 | z
            B    | Ben   | 2015-09-07 | z
        """,
        in_need_visits="""
            child | visited
            Amy   | 2015-09-28
            Ben   | 2015-09-28
        """,
        expect="""
            plan | number | due        | done       | status
            A1   | 1      | 2015-10-05 | 2015-09-28 | in_time
            A1   | 2      | 2015-10-26 |            | not_due
        """,
    )


def test_a_plan_under_a_merged_record_of_a_child_is_left_out(specify: Specify) -> None:
    """Amy's second record was merged into another: neither its plan nor its visits count."""
    specify(
        CHILD_IN_NEED_VISIT,
        shows="merged child",
        as_at="2010-07-15",
        children="""
            child        | merged
            Amy          | no
            Amy (double) | yes
        """,
        in_need_plans="""
            plan | child        | started
            A    | Amy          | 2010-06-07
            B    | Amy (double) | 2010-06-07
        """,
        in_need_visits="""
            child        | visited
            Amy          | 2010-06-28
            Amy (double) | 2010-07-12
        """,
        expect="""
            plan | number | due        | done       | status
            A    | 1      | 2010-07-05 | 2010-06-28 | in_time
            A    | 2      | 2010-07-26 |            | not_due
        """,
    )


def test_the_standard_in_force_when_each_clock_starts_decides(specify: Specify) -> None:
    """To the end of 2022 this authority asked for a visit every six weeks. Amy's plan began
    before that ended: her first visit had the six weeks, her next one 20 working days."""
    specify(
        CHILD_IN_NEED_VISIT,
        shows="local standards over time",
        as_at="2023-02-10",
        local="""
            allowance       | from       | until
            6 weeks         |            | 2023-01-01
            20 working days | 2023-01-01 |
        """,
        in_need_plans="""
            plan | child | started
            A    | Amy   | 2022-12-12
            B    | Ben   | 2023-01-04
        """,
        in_need_visits="""
            child | visited
            Amy   | 2023-01-20
        """,
        expect="""
            plan | number | started    | due        | done       | status
            A    | 1      | 2022-12-12 | 2023-01-23 | 2023-01-20 | in_time
            A    | 2      | 2023-01-20 | 2023-02-17 |            | not_due
            B    | 1      | 2023-01-04 | 2023-02-01 |            | overdue
        """,
    )
