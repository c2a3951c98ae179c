"""Initial child protection conferences: held within 15 working days of the strategy discussion that
began the section 47 enquiry."""

from __future__ import annotations

from etl.derive.register import INITIAL_CONFERENCE
from spec.specification import Specify


def test_a_conference_on_the_15th_working_day_is_in_time_and_on_the_16th_late(
    specify: Specify,
) -> None:
    """The day of the strategy discussion is not counted. Where no bank holiday falls, that makes
    three weeks."""
    specify(
        INITIAL_CONFERENCE,
        shows="on the due day; a day late",
        as_at="2018-07-31",
        enquiries="""
            enquiry | started    | to conference
            A       | 2018-06-04 | yes
            B       | 2018-06-04 | yes
        """,
        conferences="""
            enquiry | held
            A       | 2018-06-25
            B       | 2018-06-26
        """,
        expect="""
            enquiry | started    | due        | done       | status
            A       | 2018-06-04 | 2018-06-25 | 2018-06-25 | in_time
            B       | 2018-06-04 | 2018-06-25 | 2018-06-26 | late
        """,
    )


def test_a_conference_not_held_on_the_due_day_is_not_overdue_before_that_day_has_passed(
    specify: Specify,
) -> None:
    """Asked on the due day itself, and on the day after."""
    for as_at, status in (("2023-05-17", "not_due"), ("2023-05-18", "overdue")):
        specify(
            INITIAL_CONFERENCE,
            shows="open on the due day; open the day after",
            as_at=as_at,
            enquiries="""
                enquiry | started    | to conference
                A       | 2023-04-24 | yes
                B       | 2023-05-02 | yes
            """,
            expect=f"""
                enquiry | due        | done | status
                A       | 2023-05-17 |      | {status}
                B       | 2023-05-24 |      | not_due
            """,
        )


def test_an_enquiry_that_ends_without_a_conference_owes_none(specify: Specify) -> None:
    """A was to go to conference, and stays overdue until one is held; B was not."""
    specify(
        INITIAL_CONFERENCE,
        shows="nothing happened",
        as_at="2018-05-31",
        enquiries="""
            enquiry | started    | to conference
            A       | 2017-06-05 | yes
            B       | 2017-06-05 | no
        """,
        expect="""
            enquiry | due        | done | status
            A       | 2017-06-26 |      | overdue
        """,
    )


def test_a_conference_held_is_owed_even_where_nobody_recorded_that_outcome(
    specify: Specify,
) -> None:
    """A and B went to conference without the enquiry saying so; B was a day late."""
    specify(
        INITIAL_CONFERENCE,
        shows="on the due day; a day late",
        as_at="2019-06-30",
        enquiries="""
            enquiry | started    | to conference
            A       | 2019-06-03 | no
            B       | 2019-06-03 |
            C       | 2019-06-03 |
        """,
        conferences="""
            enquiry | held
            A       | 2019-06-24
            B       | 2019-06-25
        """,
        expect="""
            enquiry | due        | done       | status
            A       | 2019-06-24 | 2019-06-24 | in_time
            B       | 2019-06-24 | 2019-06-25 | late
        """,
    )


def test_bank_holidays_are_not_counted(specify: Specify) -> None:
    """Nor are those of a single year: A had the royal wedding, E the Platinum Jubilee and F the
    State Funeral, and D the bank holiday of early May on a Friday. B had Easter, C Christmas."""
    specify(
        INITIAL_CONFERENCE,
        shows="Easter; May; Christmas; one-off day",
        as_at="2022-09-30",
        enquiries="""
            enquiry | started    | to conference
            A       | 2011-04-11 | yes
            B       | 2018-03-16 | yes
            C       | 2019-12-16 | yes
            D       | 2020-04-27 | yes
            E       | 2022-05-19 | yes
            F       | 2022-08-26 | yes
        """,
        conferences="""
            enquiry | held
            A       | 2011-05-06
            B       | 2018-04-11
            C       | 2020-01-10
            D       | 2020-05-19
            E       | 2022-06-14
            F       | 2022-09-20
        """,
        expect="""
            enquiry | due        | done       | status
            A       | 2011-05-06 | 2011-05-06 | in_time
            B       | 2018-04-10 | 2018-04-11 | late
            C       | 2020-01-09 | 2020-01-10 | late
            D       | 2020-05-19 | 2020-05-19 | in_time
            E       | 2022-06-13 | 2022-06-14 | late
            F       | 2022-09-20 | 2022-09-20 | in_time
        """,
    )


def test_a_strategy_discussion_at_a_weekend_is_counted_from_the_next_working_day(
    specify: Specify,
) -> None:
    """A began on Friday, B on the Saturday and C on the Sunday after: for all three, Monday is
    working day 1."""
    specify(
        INITIAL_CONFERENCE,
        shows="start at a weekend",
        as_at="2023-05-31",
        enquiries="""
            enquiry | started    | to conference
            A       | 2023-04-21 | yes
            B       | 2023-04-22 | yes
            C       | 2023-04-23 | yes
        """,
        conferences="""
            enquiry | held
            A       | 2023-05-16
            B       | 2023-05-16
            C       | 2023-05-17
        """,
        expect="""
            enquiry | due        | done       | status
            A       | 2023-05-16 | 2023-05-16 | in_time
            B       | 2023-05-16 | 2023-05-16 | in_time
            C       | 2023-05-16 | 2023-05-17 | late
        """,
    )


def test_a_conference_counts_from_the_first_day_of_the_enquiry_but_not_before(
    specify: Specify,
) -> None:
    """The conferences of B and D are of an earlier enquiry, or one of the dates is wrong: B is to
    go to conference and none was held since; of D nothing else says that. C has another one."""
    specify(
        INITIAL_CONFERENCE,
        shows="on the start day; before the start",
        as_at="2014-02-28",
        enquiries="""
            enquiry | child | started    | to conference
            A       | Amy   | 2014-02-03 | yes
            B       | Ben   | 2014-02-03 | yes
            C       | Cara  | 2014-02-03 | yes
            D       | Dan   | 2014-02-03 | no
        """,
        conferences="""
            conference | child | enquiry | held
            A1         | Amy   | A       | 2014-02-03
            B1         | Ben   | B       | 2014-01-31
            D1         | Dan   | D       | 2014-01-31
            C1         | Cara  | C       | 2014-01-31
            C2         | Cara  | C       | 2014-02-20
        """,
        expect="""
            enquiry | due        | done       | status
            A       | 2014-02-24 | 2014-02-03 | in_time
            B       | 2014-02-24 |            | overdue
            C       | 2014-02-24 | 2014-02-20 | in_time
        """,
    )


def test_transfers_in_and_cancelled_conferences_do_not_answer_an_enquiry(
    specify: Specify,
) -> None:
    """A is still owed its own conference, and B was held two days late. C and D, which were not to
    go to conference, owe none by them."""
    specify(
        INITIAL_CONFERENCE,
        shows="transfer in; cancelled",
        as_at="2021-07-31",
        enquiries="""
            enquiry | child | started    | to conference
            A       | Amy   | 2021-06-07 | yes
            B       | Ben   | 2021-06-07 | yes
            C       | Cara  | 2021-06-07 | no
            D       | Dan   | 2021-06-07 | no
        """,
        conferences="""
            conference | child | enquiry | held       | transfer in | cancelled
            A1         | Amy   | A       | 2021-06-21 | yes         | no
            B1         | Ben   | B       | 2021-06-21 | no          | yes
            B2         | Ben   | B       | 2021-06-30 | no          | no
            C1         | Cara  | C       | 2021-06-21 | yes         | no
            D1         | Dan   | D       | 2021-06-21 | no          | yes
        """,
        expect="""
            enquiry | due        | done       | status
            A       | 2021-06-28 |            | overdue
            B       | 2021-06-28 | 2021-06-30 | late
        """,
    )


def test_an_enquiry_owes_one_conference_and_the_first_one_held_counts(specify: Specify) -> None:
    """What was reconvened later, as for A and B, is not owed once more. Two on one day, as for C,
    are one: often the same was recorded twice."""
    specify(
        INITIAL_CONFERENCE,
        shows="several events; two on a day",
        as_at="2015-11-30",
        enquiries="""
            enquiry | started    | to conference
            A       | 2015-10-05 | yes
            B       | 2015-10-05 | yes
            C       | 2015-10-05 | yes
        """,
        conferences="""
            conference | enquiry | held
            A1         | A       | 2015-10-23
            A2         | A       | 2015-11-06
            B1         | B       | 2015-11-10
            B2         | B       | 2015-10-27
            C1         | C       | 2015-10-26
            C2         | C       | 2015-10-26
        """,
        expect="""
            enquiry | number | due        | done       | status
            A       | 1      | 2015-10-26 | 2015-10-23 | in_time
            B       | 1      | 2015-10-26 | 2015-10-27 | late
            C       | 1      | 2015-10-26 | 2015-10-26 | in_time
        """,
    )


def test_each_enquiry_about_a_child_has_its_own_clock(specify: Specify) -> None:
    """Amy's first strategy discussion came to nothing. Ben's was to go to conference too and had
    none of its own: the one held under the second meets both, and is late by the first."""
    specify(
        INITIAL_CONFERENCE,
        shows="on the due day; another enquiry's",
        as_at="2023-05-31",
        enquiries="""
            enquiry | child | started    | to conference
            A1      | Amy   | 2023-04-18 | no
            A2      | Amy   | 2023-04-24 | yes
            B1      | Ben   | 2023-04-18 | yes
            B2      | Ben   | 2023-04-24 | yes
        """,
        conferences="""
            enquiry | child | held
            A2      | Amy   | 2023-05-17
            B2      | Ben   | 2023-05-17
        """,
        expect="""
            enquiry | due        | done       | status
            A2      | 2023-05-17 | 2023-05-17 | in_time
            B1      | 2023-05-11 | 2023-05-17 | late
            B2      | 2023-05-17 | 2023-05-17 | in_time
        """,
    )


def test_a_conference_of_the_child_within_three_months_meets_an_enquiry_without_one(
    specify: Specify,
) -> None:
    """Amy's names no enquiry. Ben's was held on the last day of three months, Cara's a day after
    them, Dan's before his enquiry began; Eve's enquiry has a conference of its own, held later."""
    specify(
        INITIAL_CONFERENCE,
        shows="another enquiry's; nothing happened; before the start",
        as_at="2023-09-29",
        enquiries="""
            enquiry | child | started    | to conference
            A       | Amy   | 2023-06-05 | yes
            B       | Ben   | 2023-06-05 | yes
            C       | Cara  | 2023-06-05 | yes
            D       | Dan   | 2023-06-05 | yes
            E       | Eve   | 2023-06-05 | yes
        """,
        conferences="""
            conference | child | enquiry | held
            A1         | Amy   |         | 2023-06-20
            B1         | Ben   |         | 2023-09-05
            C1         | Cara  |         | 2023-09-06
            D1         | Dan   |         | 2023-06-02
            E1         | Eve   |         | 2023-06-20
            E2         | Eve   | E       | 2023-06-28
        """,
        expect="""
            enquiry | due        | done       | status
            A       | 2023-06-26 | 2023-06-20 | in_time
            B       | 2023-06-26 | 2023-09-05 | late
            C       | 2023-06-26 |            | overdue
            D       | 2023-06-26 |            | overdue
            E       | 2023-06-26 | 2023-06-28 | late
        """,
    )


def test_a_siblings_conference_that_names_the_enquiry_counts_for_nobody(specify: Specify) -> None:
    """Ben's conference was recorded under Amy's enquiry."""
    specify(
        INITIAL_CONFERENCE,
        shows="another child's",
        as_at="2023-07-31",
        enquiries="""
            enquiry | child | started    | to conference
            A       | Amy   | 2023-06-05 | yes
        """,
        conferences="""
            enquiry | child | held
            A       | Ben   | 2023-06-20
        """,
        expect="""
            enquiry | due        | done | status
            A       | 2023-06-26 |      | overdue
        """,
    )


def test_brothers_and_sisters_are_counted_one_by_one(specify: Specify) -> None:
    """One conference for both, held a day late, is late twice."""
    specify(
        INITIAL_CONFERENCE,
        shows="a day late",
        as_at="2013-10-31",
        enquiries="""
            enquiry | child | started    | to conference
            A       | Amy   | 2013-09-09 | yes
            B       | Ben   | 2013-09-09 | yes
        """,
        conferences="""
            enquiry | child | held
            A       | Amy   | 2013-10-01
            B       | Ben   | 2013-10-01
        """,
        expect="""
            enquiry | due        | done       | status
            A       | 2013-09-30 | 2013-10-01 | late
            B       | 2013-09-30 | 2013-10-01 | late
        """,
    )


def test_an_enquiry_under_a_merged_record_of_a_child_is_left_out(specify: Specify) -> None:
    """Amy's second record was merged into another: it would count the same work twice."""
    specify(
        INITIAL_CONFERENCE,
        shows="merged child",
        as_at="2025-06-30",
        children="""
            child        | merged
            Amy          | no
            Amy (double) | yes
        """,
        enquiries="""
            enquiry | child        | started    | to conference
            A       | Amy          | 2025-06-02 | yes
            B       | Amy (double) | 2025-06-02 | yes
        """,
        conferences="""
            enquiry | child | held
            A       | Amy   | 2025-06-23
        """,
        expect="""
            enquiry | due        | done       | status
            A       | 2025-06-23 | 2025-06-23 | in_time
        """,
    )


def test_the_standard_in_force_when_the_enquiry_begins_decides(specify: Specify) -> None:
    """This authority asked for 12 working days from June 2016 to May 2017. What began before is
    counted by England's 15."""
    specify(
        INITIAL_CONFERENCE,
        shows="local standards over time",
        as_at="2017-06-30",
        local="""
            allowance       | from       | until
            12 working days | 2016-06-01 | 2017-06-01
            15 working days | 2017-06-01 |
        """,
        enquiries="""
            enquiry | started    | to conference
            A       | 2016-05-31 | yes
            B       | 2016-06-01 | yes
            C       | 2017-06-05 | yes
        """,
        conferences="""
            enquiry | held
            A       | 2016-06-21
            B       | 2016-06-20
            C       | 2017-06-26
        """,
        expect="""
            enquiry | due        | done       | status
            A       | 2016-06-21 | 2016-06-21 | in_time
            B       | 2016-06-17 | 2016-06-20 | late
            C       | 2017-06-26 | 2017-06-26 | in_time
        """,
    )


def test_a_conference_that_names_a_siblings_enquiry_meets_neither_enquiry(specify: Specify) -> None:
    """Ben's conference names the enquiry about his sister Amy. It meets hers as little as his own,
    which is to go to conference and has none."""
    specify(
        INITIAL_CONFERENCE,
        shows="several events",
        as_at="2023-07-31",
        enquiries="""
            enquiry | child | started    | to conference
            A       | Amy   | 2023-06-01 | yes
            B       | Ben   | 2023-06-01 | yes
        """,
        conferences="""
            conference | child | enquiry | held
            1          | Ben   | A       | 2023-06-15
        """,
        expect="""
            enquiry | due        | done | status
            A       | 2023-06-22 |      | overdue
            B       | 2023-06-22 |      | overdue
        """,
    )
