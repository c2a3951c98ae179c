"""Review health assessments: 12 months from each assessment, 6 from one made before the child is
five."""

from __future__ import annotations

from etl.derive.register import REVIEW_HEALTH_ASSESSMENT
from spec.specification import Specify


def test_an_assessment_twelve_months_after_the_last_is_in_time_and_a_day_later_it_is_late(
    specify: Specify,
) -> None:
    """Both children are ten. The clock starts with the first assessment in care, not with care
    itself, and starts again with each that is made."""
    specify(
        REVIEW_HEALTH_ASSESSMENT,
        shows="on the due day; a day late",
        as_at="2017-12-31",
        children="""
            child | born
            Amy   | 2006-03-14
            Ben   | 2006-03-14
        """,
        periods_of_care="""
            period | child | started
            A      | Amy   | 2016-04-18
            B      | Ben   | 2016-04-18
        """,
        health_checks="""
            child | checked
            Amy   | 2016-05-10
            Amy   | 2017-05-10
            Ben   | 2016-05-10
            Ben   | 2017-05-11
        """,
        expect="""
            period | number | started    | due        | done       | status
            A      | 1      | 2016-05-10 | 2017-05-10 | 2017-05-10 | in_time
            A      | 2      | 2017-05-10 | 2018-05-10 |            | not_due
            B      | 1      | 2016-05-10 | 2017-05-10 | 2017-05-11 | late
            B      | 2      | 2017-05-11 | 2018-05-11 |            | not_due
        """,
    )


def test_a_child_under_five_is_assessed_every_six_months(specify: Specify) -> None:
    """Amy was born in February 2017. Ben, six years old, has twelve months from the same day."""
    specify(
        REVIEW_HEALTH_ASSESSMENT,
        shows="on the due day; a day late",
        as_at="2019-03-14",
        children="""
            child | born
            Amy   | 2017-02-20
            Ben   | 2012-02-20
        """,
        periods_of_care="""
            period | child | started
            A      | Amy   | 2018-02-26
            B      | Ben   | 2018-02-26
        """,
        health_checks="""
            child | checked
            Amy   | 2018-03-15
            Amy   | 2018-09-15
            Amy   | 2019-03-10
            Ben   | 2018-03-15
        """,
        expect="""
            period | number | started    | due        | done       | status
            A      | 1      | 2018-03-15 | 2018-09-15 | 2018-09-15 | in_time
            A      | 2      | 2018-09-15 | 2019-03-15 | 2019-03-10 | in_time
            A      | 3      | 2019-03-10 | 2019-09-10 |            | not_due
            B      | 1      | 2018-03-15 | 2019-03-15 |            | not_due
        """,
    )


def test_the_age_on_the_day_of_the_last_assessment_says_how_soon_the_next_is_due(
    specify: Specify,
) -> None:
    """Both were born on 20 June 2013. A was assessed the day before her fifth birthday: six months.
    B on the birthday itself: twelve. That they turn five before the second is due changes nothing
    of the first clock."""
    specify(
        REVIEW_HEALTH_ASSESSMENT,
        shows="turns five",
        as_at="2018-12-20",
        children="""
            child | born
            Amy   | 2013-06-20
            Ben   | 2013-06-20
        """,
        periods_of_care="""
            period | child | started
            A      | Amy   | 2017-11-27
            B      | Ben   | 2017-11-27
        """,
        health_checks="""
            child | checked
            Amy   | 2017-12-21
            Amy   | 2018-06-19
            Ben   | 2017-12-21
            Ben   | 2018-06-20
        """,
        expect="""
            period | number | started    | due        | done       | status
            A      | 1      | 2017-12-21 | 2018-06-21 | 2018-06-19 | in_time
            A      | 2      | 2018-06-19 | 2018-12-19 |            | overdue
            B      | 1      | 2017-12-21 | 2018-06-21 | 2018-06-20 | in_time
            B      | 2      | 2018-06-20 | 2019-06-20 |            | not_due
        """,
    )


def test_a_child_whose_birth_date_is_not_known_has_twelve_months(specify: Specify) -> None:
    """Of Amy no birth date is recorded. Ben, who is two, has six months."""
    specify(
        REVIEW_HEALTH_ASSESSMENT,
        shows="no birth date",
        as_at="2021-12-07",
        children="""
            child | born
            Amy   |
            Ben   | 2019-05-02
        """,
        periods_of_care="""
            period | child | started
            A      | Amy   | 2021-05-17
            B      | Ben   | 2021-05-17
        """,
        health_checks="""
            child | checked
            Amy   | 2021-06-07
            Ben   | 2021-06-07
        """,
        expect="""
            period | number | started    | due        | done | status
            A      | 1      | 2021-06-07 | 2022-06-07 |      | not_due
            B      | 1      | 2021-06-07 | 2021-12-07 |      | not_due
        """,
    )


def test_an_assessment_not_made_is_overdue_from_the_day_after_it_was_due(specify: Specify) -> None:
    """Asked on the due day itself, and on the day after."""
    for as_at, status in (("2019-08-14", "not_due"), ("2019-08-15", "overdue")):
        specify(
            REVIEW_HEALTH_ASSESSMENT,
            shows="open on the due day; open the day after",
            as_at=as_at,
            periods_of_care="""
                period | started
                A      | 2018-07-30
            """,
            health_checks="""
                checked
                2018-08-14
            """,
            expect=f"""
                period | number | started    | due        | done | status
                A      | 1      | 2018-08-14 | 2019-08-14 |      | {status}
            """,
        )


def test_where_a_month_has_no_such_day_the_assessment_is_due_on_its_last(specify: Specify) -> None:
    """A, who is two, was assessed on 31 August: six months on is the last day of February. B was
    assessed on 29 February 2020 and is owed the next on 28 February 2021."""
    specify(
        REVIEW_HEALTH_ASSESSMENT,
        shows="month end; leap year; a day late",
        as_at="2021-03-01",
        children="""
            child | born
            Amy   | 2016-11-05
            Ben   | 2009-11-05
        """,
        periods_of_care="""
            period | child | started    | ended
            A      | Amy   | 2018-08-06 | 2020-02-29
            B      | Ben   | 2020-02-03 |
        """,
        health_checks="""
            child | checked
            Amy   | 2018-08-31
            Amy   | 2019-03-01
            Amy   | 2019-08-31
            Amy   | 2020-02-29
            Ben   | 2020-02-29
        """,
        expect="""
            period | number | started    | due        | done       | status
            A      | 1      | 2018-08-31 | 2019-02-28 | 2019-03-01 | late
            A      | 2      | 2019-03-01 | 2019-09-01 | 2019-08-31 | in_time
            A      | 3      | 2019-08-31 | 2020-02-29 | 2020-02-29 | in_time
            B      | 1      | 2020-02-29 | 2021-02-28 |            | overdue
        """,
    )


def test_an_assessment_due_on_a_bank_holiday_is_late_the_day_after(specify: Specify) -> None:
    """A's is due on Easter Monday 2018, B's, who is one year old, on Christmas Day 2019, and nobody
    gets more time for that."""
    specify(
        REVIEW_HEALTH_ASSESSMENT,
        shows="due on a holiday; a day late",
        as_at="2019-12-31",
        children="""
            child | born
            Amy   | 2005-09-30
            Ben   | 2018-09-30
        """,
        periods_of_care="""
            period | child | started    | ended
            A      | Amy   | 2017-03-13 | 2018-04-03
            B      | Ben   | 2019-06-03 | 2019-12-27
        """,
        health_checks="""
            child | checked
            Amy   | 2017-04-02
            Amy   | 2018-04-03
            Ben   | 2019-06-25
            Ben   | 2019-12-27
        """,
        expect="""
            period | number | started    | due        | done       | status
            A      | 1      | 2017-04-02 | 2018-04-02 | 2018-04-03 | late
            B      | 1      | 2019-06-25 | 2019-12-25 | 2019-12-27 | late
        """,
    )


def test_an_assessment_at_a_weekend_starts_the_clock_that_day(specify: Specify) -> None:
    """A's first was on a Saturday, B's on a Sunday. Twelve months on are a Sunday and a Monday, and
    an assessment on the Monday is late for A alone."""
    specify(
        REVIEW_HEALTH_ASSESSMENT,
        shows="start at a weekend; a day late; on the due day",
        as_at="2022-07-31",
        periods_of_care="""
            period | child | started    | ended
            A      | Amy   | 2021-06-14 | 2022-07-04
            B      | Ben   | 2021-06-14 | 2022-07-04
        """,
        health_checks="""
            child | checked
            Amy   | 2021-07-03
            Amy   | 2022-07-04
            Ben   | 2021-07-04
            Ben   | 2022-07-04
        """,
        expect="""
            period | number | started    | due        | done       | status
            A      | 1      | 2021-07-03 | 2022-07-03 | 2022-07-04 | late
            B      | 1      | 2021-07-04 | 2022-07-04 | 2022-07-04 | in_time
        """,
    )


def test_after_a_missed_assessment_the_next_counts_from_the_one_that_was_made(
    specify: Specify,
) -> None:
    """Nearly three months late, it is one late assessment of a child of one year, and the next is
    due six months after it."""
    specify(
        REVIEW_HEALTH_ASSESSMENT,
        shows="missed, then done later",
        as_at="2021-05-31",
        children="""
            child | born
            C     | 2019-01-15
        """,
        periods_of_care="""
            period | started
            A      | 2020-01-20
        """,
        health_checks="""
            checked
            2020-02-10
            2020-11-02
            2021-05-02
        """,
        expect="""
            period | number | started    | due        | done       | status
            A      | 1      | 2020-02-10 | 2020-08-10 | 2020-11-02 | late
            A      | 2      | 2020-11-02 | 2021-05-02 | 2021-05-02 | in_time
            A      | 3      | 2021-05-02 | 2021-11-02 |            | not_due
        """,
    )


def test_an_assessment_on_the_first_day_of_care_starts_the_clock_and_one_before_it_does_not(
    specify: Specify,
) -> None:
    """Amy, assessed a week before she became looked after, is owed a first assessment, which is
    another rule's, and no review yet."""
    specify(
        REVIEW_HEALTH_ASSESSMENT,
        shows="before the start; on the start day",
        as_at="2018-10-03",
        periods_of_care="""
            period | child | started
            A      | Amy   | 2017-10-02
            B      | Ben   | 2017-10-02
        """,
        health_checks="""
            child | checked
            Amy   | 2017-09-25
            Ben   | 2017-10-02
        """,
        expect="""
            period | number | started    | due        | done | status
            B      | 1      | 2017-10-02 | 2018-10-02 |      | overdue
        """,
    )


def test_two_assessments_on_one_day_are_one(specify: Specify) -> None:
    """Recorded twice, the first assessment has not met the review that it starts."""
    specify(
        REVIEW_HEALTH_ASSESSMENT,
        shows="two on a day",
        as_at="2018-12-31",
        periods_of_care="""
            period | started
            A      | 2018-01-10
        """,
        health_checks="""
            checked
            2018-02-06
            2018-02-06
        """,
        expect="""
            period | number | started    | due        | done | status
            A      | 1      | 2018-02-06 | 2019-02-06 |      | not_due
        """,
    )


def test_a_child_assessed_once_and_never_again_has_one_assessment_overdue(
    specify: Specify,
) -> None:
    """Two years on it is still one, Amy's first review. That of her brother says nothing of hers,
    nor does his first assessment start a clock for her sister, who had none."""
    specify(
        REVIEW_HEALTH_ASSESSMENT,
        shows="nothing happened; another child's",
        as_at="2014-10-31",
        periods_of_care="""
            period | child | started
            A      | Amy   | 2012-10-01
            B      | Ben   | 2012-10-01
            C      | Cara  | 2012-10-01
        """,
        health_checks="""
            child | checked
            Amy   | 2012-10-22
            Ben   | 2012-10-22
            Ben   | 2013-10-21
        """,
        expect="""
            period | number | started    | due        | done       | status
            A      | 1      | 2012-10-22 | 2013-10-22 |            | overdue
            B      | 1      | 2012-10-22 | 2013-10-22 | 2013-10-21 | in_time
            B      | 2      | 2013-10-21 | 2014-10-21 |            | overdue
        """,
    )


def test_only_an_assessment_that_is_completed_meets_a_review_or_starts_its_clock(
    specify: Specify,
) -> None:
    """A's review was booked for the day before it was due, and that is all. B's was refused once
    and made the next day. C has only ever been booked one."""
    specify(
        REVIEW_HEALTH_ASSESSMENT,
        shows="not completed; on the due day",
        as_at="2015-03-11",
        periods_of_care="""
            period | child | started
            A      | Amy   | 2014-02-17
            B      | Ben   | 2014-02-17
            C      | Cara  | 2014-02-17
        """,
        health_checks="""
            child | checked    | status
            Amy   | 2014-03-10 | completed
            Amy   | 2015-03-09 | booked
            Ben   | 2014-03-10 | completed
            Ben   | 2015-03-09 | refused
            Ben   | 2015-03-10 | completed
            Cara  | 2014-03-10 | booked
        """,
        expect="""
            period | number | started    | due        | done       | status
            A      | 1      | 2014-03-10 | 2015-03-10 |            | overdue
            B      | 1      | 2014-03-10 | 2015-03-10 | 2015-03-10 | in_time
            B      | 2      | 2015-03-10 | 2016-03-10 |            | not_due
        """,
    )


def test_a_check_of_teeth_or_eyes_neither_meets_a_review_nor_starts_its_clock(
    specify: Specify,
) -> None:
    """Amy saw the dentist twice and the optician once; her clock runs from the assessment between.
    Ben saw the dentist alone."""
    specify(
        REVIEW_HEALTH_ASSESSMENT,
        shows="dental check",
        as_at="2021-02-21",
        periods_of_care="""
            period | child | started
            A      | Amy   | 2020-02-03
            B      | Ben   | 2020-02-03
        """,
        health_checks="""
            child | checked    | type
            Amy   | 2020-02-10 | Dental check
            Amy   | 2020-02-20 | Health assessment
            Amy   | 2020-08-10 | Dental check
            Amy   | 2021-02-19 | Optician
            Ben   | 2020-02-10 | Dental check
        """,
        expect="""
            period | number | started    | due        | done | status
            A      | 1      | 2020-02-20 | 2021-02-20 |      | overdue
        """,
    )


def test_a_review_is_missed_only_if_the_child_left_care_after_the_due_day(
    specify: Specify,
) -> None:
    """None was assessed again. A left care the day before the review was due and B on the due day:
    theirs was no longer needed. C left a day later, a review short."""
    specify(
        REVIEW_HEALTH_ASSESSMENT,
        shows="ends before the due day; ends on the due day; ends after the due day",
        as_at="2014-05-31",
        periods_of_care="""
            period | child | started    | ended
            A      | Amy   | 2013-04-22 | 2014-05-12
            B      | Ben   | 2013-04-22 | 2014-05-13
            C      | Cara  | 2013-04-22 | 2014-05-14
        """,
        health_checks="""
            child | checked
            Amy   | 2013-05-13
            Ben   | 2013-05-13
            Cara  | 2013-05-13
        """,
        expect="""
            period | number | due        | done | closed     | status
            A      | 1      | 2014-05-13 |      | 2014-05-12 | ended_before_due
            B      | 1      | 2014-05-13 |      | 2014-05-13 | ended_before_due
            C      | 1      | 2014-05-13 |      | 2014-05-14 | not_done
        """,
    )


def test_an_assessment_on_the_last_day_of_care_counts_but_a_later_one_does_not(
    specify: Specify,
) -> None:
    """A's is in time and B's late; after either nothing more is owed. C was assessed a day after
    leaving care, and goes down as not assessed. D's first was on the last day, so that no review is
    owed at all."""
    specify(
        REVIEW_HEALTH_ASSESSMENT,
        shows="on the last day; ends after the due day",
        as_at="2020-12-31",
        periods_of_care="""
            period | child | started    | ended
            A      | Amy   | 2019-08-27 | 2020-09-10
            B      | Ben   | 2019-08-27 | 2020-09-18
            C      | Cara  | 2019-08-27 | 2020-09-18
            D      | Dan   | 2020-08-03 | 2020-08-21
        """,
        health_checks="""
            child | checked
            Amy   | 2019-09-16
            Amy   | 2020-09-10
            Ben   | 2019-09-16
            Ben   | 2020-09-18
            Cara  | 2019-09-16
            Cara  | 2020-09-19
            Dan   | 2020-08-21
        """,
        expect="""
            period | number | due        | done       | closed     | status
            A      | 1      | 2020-09-16 | 2020-09-10 |            | in_time
            B      | 1      | 2020-09-16 | 2020-09-18 |            | late
            C      | 1      | 2020-09-16 |            | 2020-09-18 | not_done
        """,
    )


def test_a_child_who_comes_back_into_care_starts_with_a_first_assessment_again(
    specify: Specify,
) -> None:
    """The review that ran in the first period ended with it. In the second the clock starts with
    the first assessment made in it."""
    specify(
        REVIEW_HEALTH_ASSESSMENT,
        shows="second period of care",
        as_at="2014-12-31",
        periods_of_care="""
            period | started    | ended
            A1     | 2013-01-07 | 2013-12-02
            A2     | 2014-02-10 |
        """,
        health_checks="""
            checked
            2013-01-29
            2014-03-04
        """,
        expect="""
            period | number | started    | due        | done | closed     | status
            A1     | 1      | 2013-01-29 | 2014-01-29 |      | 2013-12-02 | ended_before_due
            A2     | 1      | 2014-03-04 | 2015-03-04 |      |            | not_due
        """,
    )


def test_short_breaks_are_owed_no_review_health_assessments(specify: Specify) -> None:
    """A has short breaks alone (legal status V4), B is looked after under a care order."""
    specify(
        REVIEW_HEALTH_ASSESSMENT,
        shows="short break",
        as_at="2019-06-30",
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
        health_checks="""
            child | checked
            Amy   | 2018-06-01
            Ben   | 2018-06-01
        """,
        expect="""
            period | number | started    | due        | status
            B      | 1      | 2018-06-01 | 2019-06-01 | overdue
        """,
    )


def test_a_child_who_has_died_is_owed_no_more(specify: Specify) -> None:
    """Amy died before her review was due; what is dated after that day is a mistake. Ben's review
    was overdue when he died, and stays missed. The period of care of neither was ended."""
    specify(
        REVIEW_HEALTH_ASSESSMENT,
        shows="child has died",
        as_at="2020-12-31",
        children="""
            child | died
            Amy   | 2020-08-20
            Ben   | 2020-10-12
        """,
        periods_of_care="""
            period | child | started
            A      | Amy   | 2019-09-02
            B      | Ben   | 2019-09-02
        """,
        health_checks="""
            child | checked
            Amy   | 2019-09-23
            Amy   | 2020-08-27
            Ben   | 2019-09-23
        """,
        expect="""
            period | number | started    | due        | done | closed     | status
            A      | 1      | 2019-09-23 | 2020-09-23 |      | 2020-08-20 | ended_before_due
            B      | 1      | 2019-09-23 | 2020-09-23 |      | 2020-10-12 | not_done
        """,
    )


def test_a_child_with_two_records_merged_is_owed_one_review(specify: Specify) -> None:
    """One child had two records. The assessment under the old one starts no clock under either."""
    specify(
        REVIEW_HEALTH_ASSESSMENT,
        shows="merged child",
        as_at="2020-09-30",
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
        health_checks="""
            child      | checked
            Old record | 2019-07-16
            New record | 2019-07-25
        """,
        expect="""
            period | number | started    | due        | done | status
            B      | 1      | 2019-07-25 | 2020-07-25 |      | overdue
        """,
    )


def test_a_local_standard_takes_the_place_of_the_six_months_too(specify: Specify) -> None:
    """A is two. Her first clock, which started before there was a local standard, had England's six
    months, the second the local nine, the third six with the first day counted as day 1. B is
    seven."""
    specify(
        REVIEW_HEALTH_ASSESSMENT,
        shows="local standards over time; a day late",
        as_at="2020-11-30",
        local="""
            allowance | from       | until      | counting
            9 months  | 2019-04-01 | 2020-04-01 |
            6 months  | 2020-04-01 |            | inclusive
        """,
        children="""
            child | born
            Amy   | 2017-06-01
            Ben   | 2012-06-01
        """,
        periods_of_care="""
            period | child | started
            A      | Amy   | 2019-03-04
            B      | Ben   | 2019-03-04
        """,
        health_checks="""
            child | checked
            Amy   | 2019-03-29
            Amy   | 2019-09-26
            Amy   | 2020-06-26
            Ben   | 2019-04-01
            Ben   | 2020-01-02
        """,
        expect="""
            period | number | started    | due        | done       | status
            A      | 1      | 2019-03-29 | 2019-09-29 | 2019-09-26 | in_time
            A      | 2      | 2019-09-26 | 2020-06-26 | 2020-06-26 | in_time
            A      | 3      | 2020-06-26 | 2020-12-25 |            | not_due
            B      | 1      | 2019-04-01 | 2020-01-01 | 2020-01-02 | late
            B      | 2      | 2020-01-02 | 2020-10-02 |            | overdue
        """,
    )
