"""Single assessments as Working Together counts them: authorised within 45 working days of the
referral."""

from __future__ import annotations

from etl.derive.register import SINGLE_ASSESSMENT_FROM_REFERRAL
from spec.specification import Specify


def test_a_referral_assessed_by_its_45th_working_day_is_in_time(specify: Specify) -> None:
    """Where no bank holiday falls, that makes nine weeks from the referral."""
    specify(
        SINGLE_ASSESSMENT_FROM_REFERRAL,
        shows="on the due day; a day late",
        as_at="2017-03-31",
        referrals="""
            referral | received
            A        | 2017-01-09
            B        | 2017-01-09
        """,
        assessments="""
            referral | started    | authorised
            A        | 2017-01-09 | 2017-03-13
            B        | 2017-01-09 | 2017-03-14
        """,
        expect="""
            referral | started    | due        | done       | status
            A        | 2017-01-09 | 2017-03-13 | 2017-03-13 | in_time
            B        | 2017-01-09 | 2017-03-13 | 2017-03-14 | late
        """,
    )


def test_the_days_before_the_assessment_is_started_count_too(specify: Specify) -> None:
    """B was started a day after the referral and took 45 working days itself: in time by its own
    start, a day late by the referral."""
    specify(
        SINGLE_ASSESSMENT_FROM_REFERRAL,
        shows="on the due day; a day late",
        as_at="2021-11-30",
        referrals="""
            referral | received
            A        | 2021-09-06
            B        | 2021-09-06
        """,
        assessments="""
            referral | started    | authorised
            A        | 2021-09-06 | 2021-11-08
            B        | 2021-09-07 | 2021-11-09
        """,
        expect="""
            referral | started    | due        | done       | status
            A        | 2021-09-06 | 2021-11-08 | 2021-11-08 | in_time
            B        | 2021-09-06 | 2021-11-08 | 2021-11-09 | late
        """,
    )


def test_a_referral_is_not_overdue_on_its_45th_working_day_but_on_the_day_after(
    specify: Specify,
) -> None:
    """Asked on the due day itself, and on the day after, which was Good Friday."""
    for as_at, status in (("2024-03-28", "not_due"), ("2024-03-29", "overdue")):
        specify(
            SINGLE_ASSESSMENT_FROM_REFERRAL,
            shows="open on the due day; open the day after",
            as_at=as_at,
            referrals="""
                referral | received
                A        | 2024-01-25
                B        | 2024-01-08
            """,
            assessments="""
                referral | started    | authorised
                A        | 2024-01-26 |
                B        | 2024-01-08 | 2024-03-08
            """,
            expect=f"""
                referral | due        | done       | status
                A        | 2024-03-28 |            | {status}
                B        | 2024-03-11 | 2024-03-08 | in_time
            """,
        )


def test_only_a_referral_that_led_to_an_assessment_is_owed_one(specify: Specify) -> None:
    """A came to nothing more, which is a decision and no delay. B is assessed, and overdue."""
    specify(
        SINGLE_ASSESSMENT_FROM_REFERRAL,
        shows="nothing happened",
        as_at="2016-06-30",
        referrals="""
            referral | received
            A        | 2015-09-07
            B        | 2015-09-07
        """,
        assessments="""
            referral | started    | authorised
            B        | 2015-09-08 |
        """,
        expect="""
            referral | due        | done | status
            B        | 2015-11-09 |      | overdue
        """,
    )


def test_closing_a_referral_neither_ends_nor_meets_what_is_owed(specify: Specify) -> None:
    """Both were closed in time, neither was authorised in time."""
    specify(
        SINGLE_ASSESSMENT_FROM_REFERRAL,
        shows="nothing happened; a day late",
        as_at="2013-11-30",
        referrals="""
            referral | received   | closed
            A        | 2013-09-02 | 2013-10-01
            B        | 2013-09-02 | 2013-10-01
        """,
        assessments="""
            referral | started    | authorised
            A        | 2013-09-02 |
            B        | 2013-09-02 | 2013-11-05
        """,
        expect="""
            referral | due        | done       | closed | status
            A        | 2013-11-04 |            |        | overdue
            B        | 2013-11-04 | 2013-11-05 |        | late
        """,
    )


def test_a_referral_is_answered_once_by_the_first_assessment_authorised(specify: Specify) -> None:
    """It does not matter which was started first, as B shows; later assessments are not owed once
    more; and two authorised on one day, as for C, are one answer."""
    specify(
        SINGLE_ASSESSMENT_FROM_REFERRAL,
        shows="several events; two on a day",
        as_at="2016-06-30",
        referrals="""
            referral | received
            A        | 2016-01-11
            B        | 2016-01-11
            C        | 2016-01-11
        """,
        assessments="""
            assessment | referral | started    | authorised
            A1         | A        | 2016-01-11 | 2016-02-26
            A2         | A        | 2016-04-04 | 2016-06-24
            B1         | B        | 2016-01-11 | 2016-03-21
            B2         | B        | 2016-02-01 | 2016-03-07
            C1         | C        | 2016-01-11 | 2016-03-15
            C2         | C        | 2016-02-15 | 2016-03-15
        """,
        expect="""
            referral | number | due        | done       | status
            A        | 1      | 2016-03-14 | 2016-02-26 | in_time
            B        | 1      | 2016-03-14 | 2016-03-07 | in_time
            C        | 1      | 2016-03-14 | 2016-03-15 | late
        """,
    )


def test_drafts_and_cancelled_assessments_count_for_nothing(specify: Specify) -> None:
    """Status D is a draft and X a cancelled one. With no other, as for A and B, a referral owes
    nothing; and C is not met by the one that was cancelled."""
    specify(
        SINGLE_ASSESSMENT_FROM_REFERRAL,
        shows="draft or cancelled",
        as_at="2017-11-30",
        referrals="""
            referral | received
            A        | 2017-09-04
            B        | 2017-09-04
            C        | 2017-09-04
        """,
        assessments="""
            assessment | referral | started    | authorised | status
            A1         | A        | 2017-09-04 |            | D
            B1         | B        | 2017-09-04 | 2017-09-18 | X
            C1         | C        | 2017-09-04 | 2017-09-18 | X
            C2         | C        | 2017-09-18 | 2017-11-07 |
        """,
        expect="""
            referral | due        | done       | status
            C        | 2017-11-06 | 2017-11-07 | late
        """,
    )


def test_bank_holidays_are_not_counted(specify: Specify) -> None:
    """Nor are those of a single year: A had the Diamond Jubilee, E the State Funeral and F the
    Coronation. In 2020, C had Friday 8 May instead of Monday 4 May, and D Monday 28 December
    instead of Saturday 26 December. B had four ordinary ones."""
    specify(
        SINGLE_ASSESSMENT_FROM_REFERRAL,
        shows="Easter; May; Christmas; one-off day",
        as_at="2023-06-30",
        referrals="""
            referral | received
            A        | 2012-05-14
            B        | 2019-04-08
            C        | 2020-04-06
            D        | 2020-12-14
            E        | 2022-08-22
            F        | 2023-04-17
        """,
        assessments="""
            referral | started    | authorised
            A        | 2012-05-14 | 2012-07-18
            B        | 2019-04-08 | 2019-06-14
            C        | 2020-04-06 | 2020-06-15
            D        | 2020-12-14 | 2021-02-19
            E        | 2022-08-22 | 2022-10-26
            F        | 2023-04-17 | 2023-06-22
        """,
        expect="""
            referral | due        | done       | status
            A        | 2012-07-18 | 2012-07-18 | in_time
            B        | 2019-06-14 | 2019-06-14 | in_time
            C        | 2020-06-12 | 2020-06-15 | late
            D        | 2021-02-18 | 2021-02-19 | late
            E        | 2022-10-26 | 2022-10-26 | in_time
            F        | 2023-06-22 | 2023-06-22 | in_time
        """,
    )


def test_a_referral_received_on_a_day_off_is_counted_from_the_next_working_day(
    specify: Specify,
) -> None:
    """A came on Friday and B on Saturday: for both, Monday 24 December is working day 1. C came
    on Boxing Day, for which it is 27 December."""
    specify(
        SINGLE_ASSESSMENT_FROM_REFERRAL,
        shows="start at a weekend; Christmas",
        as_at="2019-01-31",
        referrals="""
            referral | received
            A        | 2018-12-21
            B        | 2018-12-22
            C        | 2018-12-26
        """,
        assessments="""
            referral | started
            A        | 2018-12-24
            B        | 2018-12-24
            C        | 2018-12-27
        """,
        expect="""
            referral | started    | due        | status
            A        | 2018-12-21 | 2019-02-27 | not_due
            B        | 2018-12-22 | 2019-02-27 | not_due
            C        | 2018-12-26 | 2019-02-28 | not_due
        """,
    )


def test_an_authorisation_counts_from_the_day_of_the_referral_but_not_before(
    specify: Specify,
) -> None:
    """The assessment of B belongs to an earlier referral, or one of the dates is wrong: it does not
    show that B led to one. C has another one that counts."""
    specify(
        SINGLE_ASSESSMENT_FROM_REFERRAL,
        shows="on the start day; before the start",
        as_at="2025-03-31",
        referrals="""
            referral | received
            A        | 2025-01-06
            B        | 2025-01-06
            C        | 2025-01-06
        """,
        assessments="""
            assessment | referral | started    | authorised
            A1         | A        | 2025-01-06 | 2025-01-06
            B1         | B        | 2024-11-25 | 2025-01-03
            C1         | C        | 2024-11-25 | 2025-01-03
            C2         | C        | 2025-01-06 | 2025-02-14
        """,
        expect="""
            referral | due        | done       | status
            A        | 2025-03-10 | 2025-01-06 | in_time
            C        | 2025-03-10 | 2025-02-14 | in_time
        """,
    )


def test_a_referral_under_a_merged_record_of_a_child_is_left_out(specify: Specify) -> None:
    """Amy's second record was merged into another: it would count the same work twice."""
    specify(
        SINGLE_ASSESSMENT_FROM_REFERRAL,
        shows="merged child",
        as_at="2014-11-30",
        children="""
            child        | merged
            Amy          | no
            Amy (double) | yes
        """,
        referrals="""
            referral | child        | received
            A        | Amy          | 2014-09-08
            B        | Amy (double) | 2014-09-08
        """,
        assessments="""
            referral | child        | started    | authorised
            A        | Amy          | 2014-09-08 | 2014-11-10
            B        | Amy (double) | 2014-09-08 |
        """,
        expect="""
            referral | due        | done       | status
            A        | 2014-11-10 | 2014-11-10 | in_time
        """,
    )


def test_the_standard_in_force_on_the_day_of_the_referral_decides(specify: Specify) -> None:
    """England's 45 working days held until this authority set 40 in April 2020, and 30 a year
    later. When the assessment was started does not matter."""
    specify(
        SINGLE_ASSESSMENT_FROM_REFERRAL,
        shows="local standards over time",
        as_at="2021-05-31",
        local="""
            allowance       | from       | until
            40 working days | 2020-04-01 | 2021-04-01
            30 working days | 2021-04-01 |
        """,
        referrals="""
            referral | received
            A        | 2020-03-31
            B        | 2020-04-01
            C        | 2021-03-31
            D        | 2021-04-01
        """,
        assessments="""
            referral | started    | authorised
            A        | 2020-04-01 | 2020-06-08
            B        | 2020-04-01 | 2020-06-03
            C        | 2021-04-01 |
            D        | 2021-04-01 |
        """,
        expect="""
            referral | due        | done       | status
            A        | 2020-06-08 | 2020-06-08 | in_time
            B        | 2020-06-02 | 2020-06-03 | late
            C        | 2021-06-01 |            | not_due
            D        | 2021-05-18 |            | overdue
        """,
    )
