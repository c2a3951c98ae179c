"""Reviews of child protection plans: 3 calendar months from the plan's start, then 6 from each."""

from __future__ import annotations

from etl.derive.register import CHILD_PROTECTION_REVIEW
from spec.specification import Specify


def test_a_review_on_the_due_day_is_in_time_and_a_day_later_it_is_late(specify: Specify) -> None:
    """Three months are calendar months: 92 days here, so that 91 days would be too strict."""
    specify(
        CHILD_PROTECTION_REVIEW,
        shows="on the due day; a day late",
        as_at="2023-10-31",
        plans="""
            plan | started
            A    | 2023-05-10
            B    | 2023-05-10
        """,
        reviews="""
            plan | held
            A    | 2023-08-10
            B    | 2023-08-11
        """,
        expect="""
            plan | number | started    | due        | done       | status
            A    | 1      | 2023-05-10 | 2023-08-10 | 2023-08-10 | in_time
            A    | 2      | 2023-08-10 | 2024-02-10 |            | not_due
            B    | 1      | 2023-05-10 | 2023-08-10 | 2023-08-11 | late
            B    | 2      | 2023-08-11 | 2024-02-11 |            | not_due
        """,
    )


def test_what_is_not_held_on_the_due_day_is_not_overdue_before_the_day_has_passed(
    specify: Specify,
) -> None:
    """Asked on the due day itself, and on the day after."""
    for as_at, status in (("2024-03-20", "not_due"), ("2024-03-21", "overdue")):
        specify(
            CHILD_PROTECTION_REVIEW,
            shows="open on the due day; open the day after",
            as_at=as_at,
            plans="""
                plan | started
                D    | 2023-06-20
            """,
            reviews="""
                plan | held
                D    | 2023-09-20
            """,
            expect=f"""
                plan | number | started    | due        | done       | status
                D    | 1      | 2023-06-20 | 2023-09-20 | 2023-09-20 | in_time
                D    | 2      | 2023-09-20 | 2024-03-20 |            | {status}
            """,
        )


def test_the_next_review_counts_from_the_day_the_last_was_held(specify: Specify) -> None:
    """A's missed review is late once; six months run from the day it was held. So do they from the
    extra review of I: without it, that of 31 January would have been a week late."""
    specify(
        CHILD_PROTECTION_REVIEW,
        shows="missed, then done later",
        as_at="2024-03-31",
        plans="""
            plan | started
            A    | 2023-01-16
            I    | 2023-04-20
        """,
        reviews="""
            plan | held
            A    | 2023-06-01
            A    | 2023-11-30
            I    | 2023-07-24
            I    | 2023-07-31
            I    | 2024-01-31
        """,
        expect="""
            plan | number | started    | due        | done       | status
            A    | 1      | 2023-01-16 | 2023-04-16 | 2023-06-01 | late
            A    | 2      | 2023-06-01 | 2023-12-01 | 2023-11-30 | in_time
            A    | 3      | 2023-11-30 | 2024-05-30 |            | not_due
            I    | 1      | 2023-04-20 | 2023-07-20 | 2023-07-24 | late
            I    | 2      | 2023-07-24 | 2024-01-24 | 2023-07-31 | in_time
            I    | 3      | 2023-07-31 | 2024-01-31 | 2024-01-31 | in_time
            I    | 4      | 2024-01-31 | 2024-07-31 |            | not_due
        """,
    )


def test_where_a_month_has_no_such_day_the_review_is_due_on_its_last(specify: Specify) -> None:
    """Reviews on 29, 30 and 31 August are all due again on 29 February, in a leap year. A year
    earlier three months from 30 November end on 28 February, and 1 March is late."""
    specify(
        CHILD_PROTECTION_REVIEW,
        shows="month end; leap year",
        as_at="2024-02-29",
        plans="""
            plan | started
            A    | 2023-06-01
            B    | 2023-06-01
            C    | 2023-06-01
            H    | 2022-11-30
        """,
        reviews="""
            plan | held
            A    | 2023-08-29
            B    | 2023-08-30
            C    | 2023-08-31
            H    | 2023-03-01
        """,
        expect="""
            plan | number | started    | due        | done       | status
            A    | 1      | 2023-06-01 | 2023-09-01 | 2023-08-29 | in_time
            A    | 2      | 2023-08-29 | 2024-02-29 |            | not_due
            B    | 1      | 2023-06-01 | 2023-09-01 | 2023-08-30 | in_time
            B    | 2      | 2023-08-30 | 2024-02-29 |            | not_due
            C    | 1      | 2023-06-01 | 2023-09-01 | 2023-08-31 | in_time
            C    | 2      | 2023-08-31 | 2024-02-29 |            | not_due
            H    | 1      | 2022-11-30 | 2023-02-28 | 2023-03-01 | late
            H    | 2      | 2023-03-01 | 2023-09-01 |            | overdue
        """,
    )


def test_a_month_end_once_shortened_is_not_stretched_again(specify: Specify) -> None:
    """A review held on 29 February is due again on 29 August, not on the 31st: what counts is the
    day it was held. Held on 31 March instead, it is due on 30 September."""
    specify(
        CHILD_PROTECTION_REVIEW,
        shows="month end; leap year; missed, then done later",
        as_at="2020-06-30",
        plans="""
            plan | started
            A    | 2019-11-30
            B    | 2019-11-30
        """,
        reviews="""
            plan | held
            A    | 2020-02-29
            B    | 2020-03-31
        """,
        expect="""
            plan | number | started    | due        | done       | status
            A    | 1      | 2019-11-30 | 2020-02-29 | 2020-02-29 | in_time
            A    | 2      | 2020-02-29 | 2020-08-29 |            | not_due
            B    | 1      | 2019-11-30 | 2020-02-29 | 2020-03-31 | late
            B    | 2      | 2020-03-31 | 2020-09-30 |            | not_due
        """,
    )


def test_a_review_due_on_a_bank_holiday_is_late_the_day_after(specify: Specify) -> None:
    """A is due on the day of the royal wedding, C on the Coronation holiday, D on Easter Monday;
    B was reviewed on Christmas Eve. (Each review ended the plan, so that nothing more is owed.)"""
    specify(
        CHILD_PROTECTION_REVIEW,
        shows="due on a holiday; start at a weekend",
        as_at="2024-04-30",
        plans="""
            plan | started    | ended
            A    | 2011-01-29 | 2011-05-03
            B    | 2019-09-25 | 2019-12-24
            C    | 2023-02-08 | 2023-05-09
            D    | 2024-01-01 | 2024-04-02
        """,
        reviews="""
            plan | held
            A    | 2011-05-03
            B    | 2019-12-24
            C    | 2023-05-09
            D    | 2024-04-02
        """,
        expect="""
            plan | number | started    | due        | done       | status
            A    | 1      | 2011-01-29 | 2011-04-29 | 2011-05-03 | late
            B    | 1      | 2019-09-25 | 2019-12-25 | 2019-12-24 | in_time
            C    | 1      | 2023-02-08 | 2023-05-08 | 2023-05-09 | late
            D    | 1      | 2024-01-01 | 2024-04-01 | 2024-04-02 | late
        """,
    )


def test_six_months_end_at_a_weekend_or_on_a_bank_holiday_too(specify: Specify) -> None:
    """A's second review is due on the day of the State Funeral, B's on Christmas Day, a Sunday.
    The day after is too late for both, though B's is a holiday as well."""
    specify(
        CHILD_PROTECTION_REVIEW,
        shows="due on a holiday; open the day after",
        as_at="2022-12-26",
        plans="""
            plan | started    | ended
            A    | 2021-12-20 | 2022-09-20
            B    | 2022-03-26 |
        """,
        reviews="""
            plan | held
            A    | 2022-03-19
            A    | 2022-09-20
            B    | 2022-06-25
        """,
        expect="""
            plan | number | started    | due        | done       | status
            A    | 1      | 2021-12-20 | 2022-03-20 | 2022-03-19 | in_time
            A    | 2      | 2022-03-19 | 2022-09-19 | 2022-09-20 | late
            B    | 1      | 2022-03-26 | 2022-06-26 | 2022-06-25 | in_time
            B    | 2      | 2022-06-25 | 2022-12-25 |            | overdue
        """,
    )


def test_a_plan_that_is_never_reviewed_has_one_review_overdue(specify: Specify) -> None:
    """Two years on, A still lacks its first review: one review is overdue, not four. The review of
    his sister's plan B says nothing of his."""
    specify(
        CHILD_PROTECTION_REVIEW,
        shows="nothing happened",
        as_at="2016-09-30",
        plans="""
            plan | child | started
            A    | Adam  | 2014-10-06
            B    | Beth  | 2016-07-04
        """,
        reviews="""
            plan | child | held
            B    | Beth  | 2016-09-28
        """,
        expect="""
            plan | number | started    | due        | done       | status
            A    | 1      | 2014-10-06 | 2015-01-06 |            | overdue
            B    | 1      | 2016-07-04 | 2016-10-04 | 2016-09-28 | in_time
            B    | 2      | 2016-09-28 | 2017-03-28 |            | not_due
        """,
    )


def test_a_review_before_the_plan_or_on_its_first_day_does_not_count(specify: Specify) -> None:
    """The meeting on the first day of a plan is the initial conference. A review so dated, or
    earlier, is probably a mistake; the first review is still owed."""
    specify(
        CHILD_PROTECTION_REVIEW,
        shows="before the start; on the start day",
        as_at="2017-06-10",
        plans="""
            plan | started
            A    | 2017-03-09
            B    | 2017-03-09
        """,
        reviews="""
            plan | held
            A    | 2017-03-08
            B    | 2017-03-09
            B    | 2017-06-08
        """,
        expect="""
            plan | number | started    | due        | done       | status
            A    | 1      | 2017-03-09 | 2017-06-09 |            | overdue
            B    | 1      | 2017-03-09 | 2017-06-09 | 2017-06-08 | in_time
            B    | 2      | 2017-06-08 | 2017-12-08 |            | not_due
        """,
    )


def test_two_reviews_of_a_plan_on_one_day_are_one(specify: Specify) -> None:
    """Recorded twice, or held in two parts on one day: either way one review is done and one is
    owed next."""
    specify(
        CHILD_PROTECTION_REVIEW,
        shows="two on a day",
        as_at="2013-10-31",
        plans="""
            plan | started
            A    | 2013-06-17
        """,
        reviews="""
            plan | held
            A    | 2013-09-12
            A    | 2013-09-12
        """,
        expect="""
            plan | number | started    | due        | done       | status
            A    | 1      | 2013-06-17 | 2013-09-17 | 2013-09-12 | in_time
            A    | 2      | 2013-09-12 | 2014-03-12 |            | not_due
        """,
    )


def test_a_cancelled_review_counts_for_nothing(specify: Specify) -> None:
    """Cancelled and held a week later, A's review is late. B's was cancelled and is still owed."""
    specify(
        CHILD_PROTECTION_REVIEW,
        shows="cancelled",
        as_at="2021-05-31",
        plans="""
            plan | started
            A    | 2021-02-01
            B    | 2021-02-01
        """,
        reviews="""
            plan | held       | cancelled
            A    | 2021-04-29 | yes
            A    | 2021-05-06 |
            B    | 2021-04-29 | yes
        """,
        expect="""
            plan | number | started    | due        | done       | status
            A    | 1      | 2021-02-01 | 2021-05-01 | 2021-05-06 | late
            A    | 2      | 2021-05-06 | 2021-11-06 |            | not_due
            B    | 1      | 2021-02-01 | 2021-05-01 |            | overdue
        """,
    )


def test_a_plan_held_for_another_authority_is_owed_no_review_here(specify: Specify) -> None:
    """The other authority reviews A. Once the child moves here for good a plan of our own begins,
    and its three months begin with it."""
    specify(
        CHILD_PROTECTION_REVIEW,
        shows="temporary plan",
        as_at="2015-08-31",
        plans="""
            plan | started    | ended      | temporary
            A    | 2015-01-12 | 2015-06-03 | yes
            B    | 2015-06-03 |            | no
        """,
        reviews="""
            plan | held
            A    | 2015-04-09
        """,
        expect="""
            plan | number | started    | due        | done       | status
            B    | 1      | 2015-06-03 | 2015-09-03 |            | not_due
        """,
    )


def test_a_review_is_missed_only_if_the_plan_ended_after_the_due_day(specify: Specify) -> None:
    """None of these was reviewed. A ended on its first day, B the day before its review was due, C
    on the due day: their reviews were no longer needed. D ended a day later, a review short."""
    specify(
        CHILD_PROTECTION_REVIEW,
        shows="ends before the due day; ends on the due day; ends after the due day",
        as_at="2021-06-30",
        plans="""
            plan | started    | ended
            A    | 2021-03-10 | 2021-03-10
            B    | 2021-03-10 | 2021-06-09
            C    | 2021-03-10 | 2021-06-10
            D    | 2021-03-10 | 2021-06-11
        """,
        expect="""
            plan | number | due        | done | closed     | status
            A    | 1      | 2021-06-10 |      | 2021-03-10 | ended_before_due
            B    | 1      | 2021-06-10 |      | 2021-06-09 | ended_before_due
            C    | 1      | 2021-06-10 |      | 2021-06-10 | ended_before_due
            D    | 1      | 2021-06-10 |      | 2021-06-11 | not_done
        """,
    )


def test_the_review_that_ends_the_plan_counts_and_is_the_last(specify: Specify) -> None:
    """E's last review was in time and ended the plan. F's plan ended two days before a review is
    recorded: that comes too late to count."""
    specify(
        CHILD_PROTECTION_REVIEW,
        shows="on the last day; ends before the due day",
        as_at="2024-03-31",
        plans="""
            plan | started    | ended
            E    | 2023-07-03 | 2024-03-15
            F    | 2023-07-03 | 2024-03-13
        """,
        reviews="""
            plan | held
            E    | 2023-10-03
            E    | 2024-03-15
            F    | 2023-10-03
            F    | 2024-03-15
        """,
        expect="""
            plan | number | due        | done       | closed     | status
            E    | 1      | 2023-10-03 | 2023-10-03 |            | in_time
            E    | 2      | 2024-04-03 | 2024-03-15 |            | in_time
            F    | 1      | 2023-10-03 | 2023-10-03 |            | in_time
            F    | 2      | 2024-04-03 |            | 2024-03-13 | ended_before_due
        """,
    )


def test_a_child_with_two_records_merged_is_owed_one_review(specify: Specify) -> None:
    """One child had two records. The old one keeps its plan, but only the plan of the record that
    goes on is counted."""
    specify(
        CHILD_PROTECTION_REVIEW,
        shows="merged child",
        as_at="2012-12-31",
        children="""
            child      | merged
            Old record | yes
            New record | no
        """,
        plans="""
            plan | child      | started
            A    | Old record | 2012-05-21
            B    | New record | 2012-05-21
        """,
        expect="""
            plan | number | started    | due        | done       | status
            B    | 1      | 2012-05-21 | 2012-08-21 |            | overdue
        """,
    )


def test_a_local_standard_holds_for_clocks_that_start_while_it_does(specify: Specify) -> None:
    """A's first clock started the day before the stricter standard came in, so England's three
    months hold; its second has the local five. C has ten weeks, by the standard after that."""
    specify(
        CHILD_PROTECTION_REVIEW,
        shows="local standards over time",
        as_at="2023-05-31",
        local="""
            allowance          | from
            2 months, 5 months | 2022-04-01
            10 weeks, 5 months | 2023-04-01
        """,
        plans="""
            plan | started    | ended
            A    | 2022-03-31 | 2022-10-31
            B    | 2022-04-01 | 2022-05-26
            C    | 2023-04-01 |
        """,
        reviews="""
            plan | held
            A    | 2022-06-20
            A    | 2022-10-31
            B    | 2022-05-26
        """,
        expect="""
            plan | number | started    | due        | done       | status
            A    | 1      | 2022-03-31 | 2022-06-30 | 2022-06-20 | in_time
            A    | 2      | 2022-06-20 | 2022-11-20 | 2022-10-31 | in_time
            B    | 1      | 2022-04-01 | 2022-06-01 | 2022-05-26 | in_time
            C    | 1      | 2023-04-01 | 2023-06-10 |            | not_due
        """,
    )


def test_a_review_that_was_not_quorate_is_not_held(specify: Specify) -> None:
    """Ben's form does not say; the next that was quorate meets what Amy was owed."""
    specify(
        CHILD_PROTECTION_REVIEW,
        shows="inquorate",
        as_at="2023-07-31",
        plans="""
            plan | child | started
            A    | Amy   | 2023-03-13
            B    | Ben   | 2023-03-13
        """,
        reviews="""
            plan | child | held       | quorate
            A    | Amy   | 2023-06-08 | no
            A    | Amy   | 2023-06-20 | yes
            B    | Ben   | 2023-06-08 |
        """,
        expect="""
            plan | number | due        | done       | status
            A    | 1      | 2023-06-13 | 2023-06-20 | late
            A    | 2      | 2023-12-20 |            | not_due
            B    | 1      | 2023-06-13 | 2023-06-08 | in_time
            B    | 2      | 2023-12-08 |            | not_due
        """,
    )


def test_a_siblings_review_that_names_the_plan_counts_for_nobody(specify: Specify) -> None:
    """Ben's review was recorded under Amy's plan."""
    specify(
        CHILD_PROTECTION_REVIEW,
        shows="another child's",
        as_at="2023-07-31",
        plans="""
            plan | child | started
            A    | Amy   | 2023-03-13
        """,
        reviews="""
            plan | child | held
            A    | Ben   | 2023-06-08
        """,
        expect="""
            plan | number | due        | done | status
            A    | 1      | 2023-06-13 |      | overdue
        """,
    )


def test_a_child_who_has_died_is_owed_nothing_after_that_day(specify: Specify) -> None:
    """Amy's and Ben's plans were left open. Ben's review of the day itself counts, the one after it
    does not. Cara's plan was begun after her death, by mistake."""
    specify(
        CHILD_PROTECTION_REVIEW,
        shows="child has died; ends before the due day; on the last day",
        as_at="2023-12-31",
        children="""
            child | died
            Amy   | 2023-05-01
            Ben   | 2023-06-08
            Cara  | 2023-03-01
        """,
        plans="""
            plan | child | started
            A    | Amy   | 2023-03-13
            B    | Ben   | 2023-03-13
            C    | Cara  | 2023-03-13
        """,
        reviews="""
            plan | child | held
            B    | Ben   | 2023-06-08
            B    | Ben   | 2023-09-08
        """,
        expect="""
            plan | number | due        | done       | closed     | status
            A    | 1      | 2023-06-13 |            | 2023-05-01 | ended_before_due
            B    | 1      | 2023-06-13 | 2023-06-08 |            | in_time
        """,
    )
