"""First health assessments of looked after children: 20 working days from the start of care."""

from __future__ import annotations

from etl.derive.register import INITIAL_HEALTH_ASSESSMENT
from spec.specification import Specify


def test_an_assessment_on_the_twentieth_working_day_is_in_time_and_a_day_later_it_is_late(
    specify: Specify,
) -> None:
    """The day on which the child becomes looked after is day 0. There is one first assessment: what
    follows it is owed under the rule of reviews."""
    specify(
        INITIAL_HEALTH_ASSESSMENT,
        shows="on the due day; a day late",
        as_at="2014-10-31",
        periods_of_care="""
            period | child | started
            A      | Amy   | 2014-09-01
            B      | Ben   | 2014-09-01
        """,
        health_checks="""
            child | checked
            Amy   | 2014-09-29
            Ben   | 2014-09-30
        """,
        expect="""
            period | number | started    | due        | done       | status
            A      | 1      | 2014-09-01 | 2014-09-29 | 2014-09-29 | in_time
            B      | 1      | 2014-09-01 | 2014-09-29 | 2014-09-30 | late
        """,
    )


def test_an_assessment_not_made_is_overdue_from_the_day_after_it_was_due(specify: Specify) -> None:
    """Asked on the due day itself, and on the day after."""
    for as_at, status in (("2018-10-01", "not_due"), ("2018-10-02", "overdue")):
        specify(
            INITIAL_HEALTH_ASSESSMENT,
            shows="open on the due day; open the day after",
            as_at=as_at,
            periods_of_care="""
                period | started
                A      | 2018-09-03
            """,
            expect=f"""
                period | number | started    | due        | done | status
                A      | 1      | 2018-09-03 | 2018-10-01 |      | {status}
            """,
        )


def test_bank_holidays_lengthen_the_time(specify: Specify) -> None:
    """Without them each would be due on a Monday, four weeks on. A's time has Christmas and New
    Year in it, B's the State Funeral, C's Easter, D's the first Monday of May and the coronation.
    D was assessed a day late."""
    specify(
        INITIAL_HEALTH_ASSESSMENT,
        shows="Christmas; one-off day; Easter; May; a day late",
        as_at="2023-06-30",
        periods_of_care="""
            period | child | started
            A      | Amy   | 2018-12-10
            B      | Ben   | 2022-09-05
            C      | Cara  | 2023-03-20
            D      | Dan   | 2023-04-24
        """,
        health_checks="""
            child | checked
            Amy   | 2019-01-10
            Ben   | 2022-10-04
            Cara  | 2023-04-19
            Dan   | 2023-05-25
        """,
        expect="""
            period | number | started    | due        | done       | status
            A      | 1      | 2018-12-10 | 2019-01-10 | 2019-01-10 | in_time
            B      | 1      | 2022-09-05 | 2022-10-04 | 2022-10-04 | in_time
            C      | 1      | 2023-03-20 | 2023-04-19 | 2023-04-19 | in_time
            D      | 1      | 2023-04-24 | 2023-05-24 | 2023-05-25 | late
        """,
    )


def test_a_start_at_a_weekend_counts_like_the_working_day_before_it(specify: Specify) -> None:
    """On Friday, Saturday or Sunday: for all three the Monday is day 1. For a start on that Monday
    it is day 0, and the assessment is due a working day later."""
    specify(
        INITIAL_HEALTH_ASSESSMENT,
        shows="start at a weekend",
        as_at="2019-10-05",
        periods_of_care="""
            period | child | started
            A      | Amy   | 2019-09-06
            B      | Ben   | 2019-09-07
            C      | Cara  | 2019-09-08
            D      | Dan   | 2019-09-09
        """,
        expect="""
            period | number | started    | due        | done | status
            A      | 1      | 2019-09-06 | 2019-10-04 |      | overdue
            B      | 1      | 2019-09-07 | 2019-10-04 |      | overdue
            C      | 1      | 2019-09-08 | 2019-10-04 |      | overdue
            D      | 1      | 2019-09-09 | 2019-10-07 |      | not_due
        """,
    )


def test_an_assessment_before_care_began_does_not_count_but_one_on_the_first_day_does(
    specify: Specify,
) -> None:
    """Amy was assessed five days before she became looked after, and is owed an assessment still.
    Ben's, made on the day itself, is in time."""
    specify(
        INITIAL_HEALTH_ASSESSMENT,
        shows="before the start; on the start day",
        as_at="2021-03-30",
        periods_of_care="""
            period | child | started
            A      | Amy   | 2021-03-01
            B      | Ben   | 2021-03-01
        """,
        health_checks="""
            child | checked
            Amy   | 2021-02-24
            Ben   | 2021-03-01
        """,
        expect="""
            period | number | started    | due        | done       | status
            A      | 1      | 2021-03-01 | 2021-03-29 |            | overdue
            B      | 1      | 2021-03-01 | 2021-03-29 | 2021-03-01 | in_time
        """,
    )


def test_the_first_assessment_counts_however_often_it_is_recorded(specify: Specify) -> None:
    """Recorded twice on one day, it is one; and what came after it does not make it late."""
    specify(
        INITIAL_HEALTH_ASSESSMENT,
        shows="two on a day",
        as_at="2016-07-31",
        periods_of_care="""
            period | started
            A      | 2016-06-06
        """,
        health_checks="""
            checked
            2016-07-11
            2016-06-20
            2016-06-20
        """,
        expect="""
            period | number | started    | due        | done       | status
            A      | 1      | 2016-06-06 | 2016-07-04 | 2016-06-20 | in_time
        """,
    )


def test_a_child_never_assessed_has_one_assessment_overdue(specify: Specify) -> None:
    """Amy's brother was assessed, which says nothing of her, though both became looked after on one
    day."""
    specify(
        INITIAL_HEALTH_ASSESSMENT,
        shows="nothing happened; another child's",
        as_at="2013-01-21",
        periods_of_care="""
            period | child | started
            A      | Amy   | 2012-10-01
            B      | Ben   | 2012-10-01
        """,
        health_checks="""
            child | checked
            Ben   | 2012-10-22
        """,
        expect="""
            period | number | started    | due        | done       | status
            A      | 1      | 2012-10-01 | 2012-10-29 |            | overdue
            B      | 1      | 2012-10-01 | 2012-10-29 | 2012-10-22 | in_time
        """,
    )


def test_only_an_assessment_that_is_completed_counts(specify: Specify) -> None:
    """A's was booked for a day in time, and that is all; of C's nobody says what became of it. B
    missed the first appointment and kept the second, on the due day."""
    specify(
        INITIAL_HEALTH_ASSESSMENT,
        shows="not completed; on the due day",
        as_at="2015-03-03",
        periods_of_care="""
            period | child | started
            A      | Amy   | 2015-02-02
            B      | Ben   | 2015-02-02
            C      | Cara  | 2015-02-02
        """,
        health_checks="""
            child | checked    | status
            Amy   | 2015-02-24 | booked
            Ben   | 2015-02-24 | not attended
            Ben   | 2015-03-02 | completed
            Cara  | 2015-02-24 |
        """,
        expect="""
            period | number | started    | due        | done       | status
            A      | 1      | 2015-02-02 | 2015-03-02 |            | overdue
            B      | 1      | 2015-02-02 | 2015-03-02 | 2015-03-02 | in_time
            C      | 1      | 2015-02-02 | 2015-03-02 |            | overdue
        """,
    )


def test_a_check_of_teeth_or_eyes_is_no_health_assessment(specify: Specify) -> None:
    """A saw the dentist and the optician and had her vaccinations. B's assessment was entered as a
    review: it is the first in the period of care, whatever it is called."""
    specify(
        INITIAL_HEALTH_ASSESSMENT,
        shows="dental check",
        as_at="2020-03-03",
        periods_of_care="""
            period | child | started
            A      | Amy   | 2020-02-03
            B      | Ben   | 2020-02-03
        """,
        health_checks="""
            child | checked    | type
            Amy   | 2020-02-10 | Dental check
            Amy   | 2020-02-12 | Optician
            Amy   | 2020-02-17 | Immunisation
            Ben   | 2020-02-20 | Review health assessment
        """,
        expect="""
            period | number | started    | due        | done       | status
            A      | 1      | 2020-02-03 | 2020-03-02 |            | overdue
            B      | 1      | 2020-02-03 | 2020-03-02 | 2020-02-20 | in_time
        """,
    )


def test_an_assessment_is_missed_only_if_the_child_left_care_after_the_due_day(
    specify: Specify,
) -> None:
    """None was assessed. A left care the Friday before the assessment was due and B on the due day:
    theirs was no longer needed. C left a day later, an assessment short."""
    specify(
        INITIAL_HEALTH_ASSESSMENT,
        shows="ends before the due day; ends on the due day; ends after the due day",
        as_at="2013-07-31",
        periods_of_care="""
            period | child | started    | ended
            A      | Amy   | 2013-06-03 | 2013-06-28
            B      | Ben   | 2013-06-03 | 2013-07-01
            C      | Cara  | 2013-06-03 | 2013-07-02
        """,
        expect="""
            period | number | due        | done | closed     | status
            A      | 1      | 2013-07-01 |      | 2013-06-28 | ended_before_due
            B      | 1      | 2013-07-01 |      | 2013-07-01 | ended_before_due
            C      | 1      | 2013-07-01 |      | 2013-07-02 | not_done
        """,
    )


def test_an_assessment_on_the_last_day_of_care_counts_but_a_later_one_does_not(
    specify: Specify,
) -> None:
    """A's is in time and B's late. C was assessed a day after leaving care, and goes down as not
    assessed."""
    specify(
        INITIAL_HEALTH_ASSESSMENT,
        shows="on the last day; ends after the due day",
        as_at="2017-10-31",
        periods_of_care="""
            period | child | started    | ended
            A      | Amy   | 2017-09-04 | 2017-09-28
            B      | Ben   | 2017-09-04 | 2017-10-05
            C      | Cara  | 2017-09-04 | 2017-10-05
        """,
        health_checks="""
            child | checked
            Amy   | 2017-09-28
            Ben   | 2017-10-05
            Cara  | 2017-10-06
        """,
        expect="""
            period | number | due        | done       | closed     | status
            A      | 1      | 2017-10-02 | 2017-09-28 |            | in_time
            B      | 1      | 2017-10-02 | 2017-10-05 |            | late
            C      | 1      | 2017-10-02 |            | 2017-10-05 | not_done
        """,
    )


def test_a_child_who_comes_back_into_care_is_assessed_anew(specify: Specify) -> None:
    """The assessment of the first period, not four months old, does not count for the second."""
    specify(
        INITIAL_HEALTH_ASSESSMENT,
        shows="second period of care",
        as_at="2016-02-02",
        periods_of_care="""
            period | started    | ended
            A1     | 2015-09-07 | 2015-11-13
            A2     | 2016-01-04 |
        """,
        health_checks="""
            checked
            2015-09-24
        """,
        expect="""
            period | number | started    | due        | done       | status
            A1     | 1      | 2015-09-07 | 2015-10-05 | 2015-09-24 | in_time
            A2     | 1      | 2016-01-04 | 2016-02-01 |            | overdue
        """,
    )


def test_an_assessment_on_a_day_on_which_care_ended_and_began_counts_for_both(
    specify: Specify,
) -> None:
    """The record says that one period ended and the next began on Monday 7 November 2016. That day
    is the last of the one and the first of the other."""
    specify(
        INITIAL_HEALTH_ASSESSMENT,
        shows="second period of care; on the last day; on the start day",
        as_at="2016-12-31",
        periods_of_care="""
            period | started    | ended
            A1     | 2016-10-17 | 2016-11-07
            A2     | 2016-11-07 |
        """,
        health_checks="""
            checked
            2016-11-07
        """,
        expect="""
            period | number | started    | due        | done       | status
            A1     | 1      | 2016-10-17 | 2016-11-14 | 2016-11-07 | in_time
            A2     | 1      | 2016-11-07 | 2016-12-05 | 2016-11-07 | in_time
        """,
    )


def test_short_breaks_are_owed_no_health_assessment(specify: Specify) -> None:
    """A has short breaks alone (legal status V3), B was accommodated (V2)."""
    specify(
        INITIAL_HEALTH_ASSESSMENT,
        shows="short break",
        as_at="2019-04-02",
        periods_of_care="""
            period | child | started
            A      | Amy   | 2019-03-04
            B      | Ben   | 2019-03-04
        """,
        legal_statuses="""
            child | status | started
            Amy   | V3     | 2019-03-01
            Ben   | V2     | 2019-03-04
        """,
        expect="""
            period | number | started    | due        | status
            B      | 1      | 2019-03-04 | 2019-04-01 | overdue
        """,
    )


def test_a_child_who_has_died_is_owed_no_more(specify: Specify) -> None:
    """Amy died before her assessment was due. Ben's was a week overdue when he died, and stays
    missed. The period of care of neither was ended in the record."""
    specify(
        INITIAL_HEALTH_ASSESSMENT,
        shows="child has died",
        as_at="2020-10-31",
        children="""
            child | died
            Amy   | 2020-09-21
            Ben   | 2020-10-12
        """,
        periods_of_care="""
            period | child | started
            A      | Amy   | 2020-09-07
            B      | Ben   | 2020-09-07
        """,
        expect="""
            period | number | started    | due        | closed     | status
            A      | 1      | 2020-09-07 | 2020-10-05 | 2020-09-21 | ended_before_due
            B      | 1      | 2020-09-07 | 2020-10-05 | 2020-10-12 | not_done
        """,
    )


def test_a_child_with_two_records_merged_is_owed_one_assessment(specify: Specify) -> None:
    """One child had two records. Only the period of care of the record that goes on is counted, and
    an assessment that still stands under the old one counts for nobody."""
    specify(
        INITIAL_HEALTH_ASSESSMENT,
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
        health_checks="""
            child      | checked
            Old record | 2019-07-16
        """,
        expect="""
            period | number | started    | due        | done | status
            B      | 1      | 2019-07-01 | 2019-07-29 |      | overdue
        """,
    )


def test_a_local_standard_holds_for_periods_that_start_while_it_does(specify: Specify) -> None:
    """A started before there was one and had 20 working days, Easter among them. B had 28 days.
    C's 15 working days are counted with Monday 6 January 2014 as day 1."""
    specify(
        INITIAL_HEALTH_ASSESSMENT,
        shows="local standards over time; Easter",
        as_at="2014-01-24",
        local="""
            allowance       | from       | until      | counting
            28 days         | 2012-04-02 | 2014-01-01 |
            15 working days | 2014-01-01 |            | inclusive
        """,
        periods_of_care="""
            period | child | started
            A      | Amy   | 2012-03-30
            B      | Ben   | 2012-04-02
            C      | Cara  | 2014-01-06
        """,
        health_checks="""
            child | checked
            Amy   | 2012-05-01
            Ben   | 2012-05-01
        """,
        expect="""
            period | number | started    | due        | done       | status
            A      | 1      | 2012-03-30 | 2012-05-01 | 2012-05-01 | in_time
            B      | 1      | 2012-04-02 | 2012-04-30 | 2012-05-01 | late
            C      | 1      | 2014-01-06 | 2014-01-24 |            | not_due
        """,
    )
