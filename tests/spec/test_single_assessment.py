"""Single assessments: authorised by a manager within 45 working days of the assessment's start."""

from __future__ import annotations

from etl.derive.register import SINGLE_ASSESSMENT
from spec.specification import Specify


def test_an_assessment_authorised_on_the_45th_working_day_is_in_time_and_on_the_46th_late(
    specify: Specify,
) -> None:
    """The day of the start is not counted. Where no bank holiday falls, that makes nine weeks."""
    specify(
        SINGLE_ASSESSMENT,
        shows="on the due day; a day late",
        as_at="2023-11-30",
        assessments="""
            assessment | started    | authorised
            A          | 2023-09-04 | 2023-11-06
            B          | 2023-09-04 | 2023-11-07
        """,
        expect="""
            assessment | started    | due        | done       | status
            A          | 2023-09-04 | 2023-11-06 | 2023-11-06 | in_time
            B          | 2023-09-04 | 2023-11-06 | 2023-11-07 | late
        """,
    )


def test_an_assessment_still_open_on_its_45th_working_day_is_overdue_only_from_the_day_after(
    specify: Specify,
) -> None:
    """Asked on the due day itself, and on the day after, which was a bank holiday."""
    for as_at, status in (("2022-06-01", "not_due"), ("2022-06-02", "overdue")):
        specify(
            SINGLE_ASSESSMENT,
            shows="open on the due day; open the day after",
            as_at=as_at,
            assessments="""
                assessment | started    | authorised
                A          | 2022-03-25 |
                B          | 2022-05-16 |
            """,
            expect=f"""
                assessment | due        | done | status
                A          | 2022-06-01 |      | {status}
                B          | 2022-07-20 |      | not_due
            """,
        )


def test_an_assessment_that_nobody_authorises_stays_overdue(specify: Specify) -> None:
    """It never drops out of sight. Authorised a year on, it is no longer overdue but late."""
    specify(
        SINGLE_ASSESSMENT,
        shows="nothing happened",
        as_at="2022-03-31",
        assessments="""
            assessment | started    | authorised
            A          | 2021-02-01 |
            B          | 2021-02-01 | 2022-03-30
        """,
        expect="""
            assessment | due        | done       | status
            A          | 2021-04-07 |            | overdue
            B          | 2021-04-07 | 2022-03-30 | late
        """,
    )


def test_easter_and_the_bank_holidays_of_spring_are_not_counted(specify: Specify) -> None:
    """Five bank holidays fell within each. Counted by Monday to Friday alone, all three would
    have been due on 13 June, and A and B would wrongly be late."""
    specify(
        SINGLE_ASSESSMENT,
        shows="Easter; May; one-off day",
        as_at="2022-06-30",
        assessments="""
            assessment | started    | authorised
            A          | 2011-04-11 | 2011-06-20
            B          | 2022-04-11 | 2022-06-17
            C          | 2022-04-11 | 2022-06-21
        """,
        expect="""
            assessment | due        | done       | status
            A          | 2011-06-20 | 2011-06-20 | in_time
            B          | 2022-06-20 | 2022-06-17 | in_time
            C          | 2022-06-20 | 2022-06-21 | late
        """,
    )


def test_the_bank_holidays_of_christmas_and_new_year_are_not_counted(specify: Specify) -> None:
    """Nor are the days given instead where they fall on a weekend: 27 and 28 December 2021 and
    3 January 2022."""
    specify(
        SINGLE_ASSESSMENT,
        shows="Christmas",
        as_at="2022-03-31",
        assessments="""
            assessment | started    | authorised
            A          | 2019-12-02 | 2020-02-06
            B          | 2021-12-06 | 2022-02-11
        """,
        expect="""
            assessment | due        | done       | status
            A          | 2020-02-06 | 2020-02-06 | in_time
            B          | 2022-02-10 | 2022-02-11 | late
        """,
    )


def test_in_2020_the_bank_holiday_of_early_may_was_friday_8_may(specify: Specify) -> None:
    """It was moved from Monday 4 May, so that B began on an ordinary working day and had the
    Friday still before it."""
    specify(
        SINGLE_ASSESSMENT,
        shows="May; one-off day",
        as_at="2020-07-31",
        assessments="""
            assessment | started    | authorised
            A          | 2020-04-20 | 2020-06-24
            B          | 2020-05-04 | 2020-07-08
        """,
        expect="""
            assessment | due        | done       | status
            A          | 2020-06-24 | 2020-06-24 | in_time
            B          | 2020-07-08 | 2020-07-08 | in_time
        """,
    )


def test_a_bank_holiday_of_a_single_year_is_not_counted(specify: Specify) -> None:
    """A had the Diamond Jubilee, B and C the State Funeral, and D the Coronation."""
    specify(
        SINGLE_ASSESSMENT,
        shows="one-off day; on the due day; a day late",
        as_at="2023-06-30",
        assessments="""
            assessment | started    | authorised
            A          | 2012-04-23 | 2012-06-28
            B          | 2022-08-01 | 2022-10-05
            C          | 2022-08-01 | 2022-10-06
            D          | 2023-03-27 | 2023-06-05
        """,
        expect="""
            assessment | due        | done       | status
            A          | 2012-06-28 | 2012-06-28 | in_time
            B          | 2022-10-05 | 2022-10-05 | in_time
            C          | 2022-10-05 | 2022-10-06 | late
            D          | 2023-06-05 | 2023-06-05 | in_time
        """,
    )


def test_an_assessment_authorised_on_the_day_after_a_due_friday_is_late(specify: Specify) -> None:
    """No working day has passed since, yet the due date has: a Saturday for B, and for C Good
    Friday after a due Thursday. No due date is moved."""
    specify(
        SINGLE_ASSESSMENT,
        shows="on the due day; a day late; Easter",
        as_at="2024-04-30",
        assessments="""
            assessment | started    | authorised
            A          | 2019-01-11 | 2019-03-15
            B          | 2019-01-11 | 2019-03-16
            C          | 2024-01-25 | 2024-03-29
        """,
        expect="""
            assessment | due        | done       | status
            A          | 2019-03-15 | 2019-03-15 | in_time
            B          | 2019-03-15 | 2019-03-16 | late
            C          | 2024-03-28 | 2024-03-29 | late
        """,
    )


def test_an_assessment_that_starts_at_a_weekend_is_counted_from_monday(specify: Specify) -> None:
    """A began on Friday, B on Saturday and C on Sunday: for all three, Monday is working day 1."""
    specify(
        SINGLE_ASSESSMENT,
        shows="start at a weekend",
        as_at="2023-05-31",
        assessments="""
            assessment | started
            A          | 2023-04-21
            B          | 2023-04-22
            C          | 2023-04-23
        """,
        expect="""
            assessment | started    | due        | status
            A          | 2023-04-21 | 2023-06-28 | not_due
            B          | 2023-04-22 | 2023-06-28 | not_due
            C          | 2023-04-23 | 2023-06-28 | not_due
        """,
    )


def test_an_authorisation_counts_from_the_day_of_the_start_but_not_before(
    specify: Specify,
) -> None:
    """One of the dates of B must be wrong: until it is put right, B counts as not authorised."""
    specify(
        SINGLE_ASSESSMENT,
        shows="on the start day; before the start",
        as_at="2017-12-01",
        assessments="""
            assessment | started    | authorised
            A          | 2017-09-04 | 2017-09-04
            B          | 2017-09-04 | 2017-09-01
        """,
        expect="""
            assessment | due        | done       | status
            A          | 2017-11-06 | 2017-09-04 | in_time
            B          | 2017-11-06 |            | overdue
        """,
    )


def test_two_assessments_of_one_child_that_start_on_one_day_are_each_owed(
    specify: Specify,
) -> None:
    """Assessments are counted, not children: that A was authorised does nothing for B."""
    specify(
        SINGLE_ASSESSMENT,
        shows="two on a day",
        as_at="2013-11-15",
        assessments="""
            assessment | child | started    | authorised
            A          | Amy   | 2013-09-02 | 2013-10-18
            B          | Amy   | 2013-09-02 |
        """,
        expect="""
            assessment | due        | done       | status
            A          | 2013-11-04 | 2013-10-18 | in_time
            B          | 2013-11-04 |            | overdue
        """,
    )


def test_an_assessment_under_a_merged_record_of_a_child_is_left_out(specify: Specify) -> None:
    """Amy's second record was merged into another: it would count the same work twice."""
    specify(
        SINGLE_ASSESSMENT,
        shows="merged child",
        as_at="2023-11-30",
        children="""
            child        | merged
            Amy          | no
            Amy (double) | yes
        """,
        assessments="""
            assessment | child        | started
            A          | Amy          | 2023-09-04
            B          | Amy (double) | 2023-09-04
        """,
        expect="""
            assessment | due        | done | status
            A          | 2023-11-06 |      | overdue
        """,
    )


def test_an_assessment_opened_again_is_owed_from_its_first_start(specify: Specify) -> None:
    """A was authorised in time, and lost that date as it was opened again: the clock does not
    start anew, and the time it was closed counts too."""
    for as_at, authorised, status in (
        ("2014-10-31", "2014-10-27", "in_time"),
        ("2014-11-11", "          ", "overdue"),
    ):
        specify(
            SINGLE_ASSESSMENT,
            shows="reopened",
            as_at=as_at,
            assessments=f"""
                assessment | started    | authorised
                A          | 2014-09-08 | {authorised}
                B          | 2014-09-08 | 2014-10-27
            """,
            expect=f"""
                assessment | started    | due        | done       | status
                A          | 2014-09-08 | 2014-11-10 | {authorised} | {status}
                B          | 2014-09-08 | 2014-11-10 | 2014-10-27 | in_time
            """,
        )


def test_drafts_and_cancelled_assessments_are_not_owed(specify: Specify) -> None:
    """Status D is a draft and X a cancelled one, even where it has been authorised."""
    specify(
        SINGLE_ASSESSMENT,
        shows="draft or cancelled",
        as_at="2016-05-31",
        assessments="""
            assessment | started    | authorised | status
            A          | 2016-03-07 |            | D
            B          | 2016-03-07 |            | X
            C          | 2016-03-07 | 2016-05-12 | X
            D          | 2016-03-07 | 2016-05-12 |
        """,
        expect="""
            assessment | due        | done       | status
            D          | 2016-05-12 | 2016-05-12 | in_time
        """,
    )


def test_the_standard_in_force_when_an_assessment_starts_decides(specify: Specify) -> None:
    """England's 45 working days held until this authority set 35, from April 2019 to March 2023.
    C was open when that ended, and keeps its 35."""
    specify(
        SINGLE_ASSESSMENT,
        shows="local standards over time",
        as_at="2023-06-12",
        local="""
            allowance       | from       | until
            35 working days | 2019-04-01 | 2023-04-01
            45 working days | 2023-04-01 |
        """,
        assessments="""
            assessment | started    | authorised
            A          | 2019-03-29 | 2019-06-06
            B          | 2019-04-01 | 2019-05-24
            C          | 2023-03-27 |
            D          | 2023-04-03 |
        """,
        expect="""
            assessment | due        | done       | status
            A          | 2019-06-06 | 2019-06-06 | in_time
            B          | 2019-05-23 | 2019-05-24 | late
            C          | 2023-05-19 |            | overdue
            D          | 2023-06-12 |            | not_due
        """,
    )


def test_an_authority_may_count_the_day_of_the_start_as_day_1(specify: Specify) -> None:
    """It then allows one working day less: Friday 2 November, not Monday 5 November."""
    specify(
        SINGLE_ASSESSMENT,
        shows="counted inclusively",
        as_at="2018-11-30",
        local="""
            allowance       | counting
            45 working days | inclusive
        """,
        assessments="""
            assessment | started    | authorised
            A          | 2018-09-03 | 2018-11-02
            B          | 2018-09-03 | 2018-11-05
        """,
        expect="""
            assessment | due        | done       | status
            A          | 2018-11-02 | 2018-11-02 | in_time
            B          | 2018-11-02 | 2018-11-05 | late
        """,
    )
