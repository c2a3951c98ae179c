"""Transfer-in conferences: held within 15 working days of the referral by the authority that holds
the child protection plan."""

from __future__ import annotations

from etl.derive.register import TRANSFER_IN_CONFERENCE
from spec.specification import Specify


def test_a_transfer_in_conference_on_the_15th_working_day_is_in_time_and_on_the_16th_late(
    specify: Specify,
) -> None:
    """Counted from the day on which the other authority's referral was received. Thursday 2 and
    Friday 3 June 2022 were bank holidays."""
    specify(
        TRANSFER_IN_CONFERENCE,
        shows="on the due day; a day late; one-off day",
        as_at="2022-06-30",
        referrals="""
            referral | received   | transfer in
            A        | 2022-05-20 | yes
            B        | 2022-05-20 | yes
        """,
        conferences="""
            referral | held       | transfer in
            A        | 2022-06-14 | yes
            B        | 2022-06-15 | yes
        """,
        expect="""
            referral | started    | due        | done       | status
            A        | 2022-05-20 | 2022-06-14 | 2022-06-14 | in_time
            B        | 2022-05-20 | 2022-06-14 | 2022-06-15 | late
        """,
    )


def test_a_transfer_in_conference_is_not_overdue_on_the_due_day_but_on_the_day_after(
    specify: Specify,
) -> None:
    """Asked on the due day itself, and on the day after."""
    for as_at, status in (("2024-06-24", "not_due"), ("2024-06-25", "overdue")):
        specify(
            TRANSFER_IN_CONFERENCE,
            shows="open on the due day; open the day after",
            as_at=as_at,
            referrals="""
                referral | received   | transfer in
                A        | 2024-06-03 | yes
                B        | 2024-06-10 | yes
            """,
            expect=f"""
                referral | due        | done | status
                A        | 2024-06-24 |      | {status}
                B        | 2024-07-01 |      | not_due
            """,
        )


def test_a_transfer_in_that_never_comes_to_conference_stays_overdue(specify: Specify) -> None:
    """As long as the referral is open. B is an ordinary referral, which owes nothing here."""
    specify(
        TRANSFER_IN_CONFERENCE,
        shows="nothing happened",
        as_at="2018-05-31",
        referrals="""
            referral | received   | transfer in
            A        | 2017-06-05 | yes
            B        | 2017-06-05 | no
        """,
        expect="""
            referral | due        | done | closed | status
            A        | 2017-06-26 |      |        | overdue
        """,
    )


def test_a_transfer_in_conference_is_enough_to_tell_that_a_referral_is_a_transfer_in(
    specify: Specify,
) -> None:
    """None of these referrals says so itself. A transfer-in conference was held for A, and one is
    to be held for B, with no date yet; that of C is an ordinary one."""
    specify(
        TRANSFER_IN_CONFERENCE,
        shows="transfer in; on the due day",
        as_at="2016-02-29",
        referrals="""
            referral | received   | transfer in
            A        | 2016-02-01 | no
            B        | 2016-02-01 |
            C        | 2016-02-01 | no
        """,
        conferences="""
            referral | held       | transfer in
            A        | 2016-02-22 | yes
            B        |            | yes
            C        | 2016-02-22 | no
        """,
        expect="""
            referral | due        | done       | status
            A        | 2016-02-22 | 2016-02-22 | in_time
            B        | 2016-02-22 |            | overdue
        """,
    )


def test_an_ordinary_initial_conference_is_not_the_transfer_in_conference(
    specify: Specify,
) -> None:
    """B had both, and it is the transfer-in conference that counts."""
    specify(
        TRANSFER_IN_CONFERENCE,
        shows="transfer in",
        as_at="2013-07-31",
        referrals="""
            referral | received   | transfer in
            A        | 2013-06-03 | yes
            B        | 2013-06-03 | yes
        """,
        conferences="""
            referral | held       | transfer in
            A        | 2013-06-17 | no
            B        | 2013-06-17 | no
            B        | 2013-06-27 | yes
        """,
        expect="""
            referral | due        | done       | status
            A        | 2013-06-24 |            | overdue
            B        | 2013-06-24 | 2013-06-27 | late
        """,
    )


def test_a_cancelled_transfer_in_conference_does_not_count(specify: Specify) -> None:
    """A was cancelled, and held at last on the 17th working day. All that B has is a cancelled
    conference: nothing says that it was a transfer in, and it owes nothing."""
    specify(
        TRANSFER_IN_CONFERENCE,
        shows="cancelled",
        as_at="2014-02-28",
        referrals="""
            referral | received   | transfer in
            A        | 2014-01-06 | yes
            B        | 2014-01-06 | no
        """,
        conferences="""
            referral | held       | transfer in | cancelled
            A        | 2014-01-20 | yes         | yes
            A        | 2014-01-29 | yes         | no
            B        | 2014-01-20 | yes         | yes
        """,
        expect="""
            referral | due        | done       | status
            A        | 2014-01-27 | 2014-01-29 | late
        """,
    )


def test_a_referral_closed_without_a_conference_ends_what_is_owed(specify: Specify) -> None:
    """The child has moved on. Closed by the due date, as A and B, nothing was missed; closed
    later, as C, the conference was not held in its time."""
    specify(
        TRANSFER_IN_CONFERENCE,
        shows="ends before the due day; ends on the due day; ends after the due day",
        as_at="2019-06-30",
        referrals="""
            referral | received   | closed     | transfer in
            A        | 2019-06-03 | 2019-06-21 | yes
            B        | 2019-06-03 | 2019-06-24 | yes
            C        | 2019-06-03 | 2019-06-25 | yes
        """,
        expect="""
            referral | due        | done | closed     | status
            A        | 2019-06-24 |      | 2019-06-21 | ended_before_due
            B        | 2019-06-24 |      | 2019-06-24 | ended_before_due
            C        | 2019-06-24 |      | 2019-06-25 | not_done
        """,
    )


def test_a_conference_counts_up_to_the_day_on_which_the_referral_is_closed(
    specify: Specify,
) -> None:
    """That of A was held on that very day. Those of B and C came after it and are ignored."""
    specify(
        TRANSFER_IN_CONFERENCE,
        shows="ends before the due day; ends after the due day",
        as_at="2020-06-30",
        referrals="""
            referral | received   | closed     | transfer in
            A        | 2020-06-01 | 2020-06-12 | yes
            B        | 2020-06-01 | 2020-06-12 | yes
            C        | 2020-06-01 | 2020-06-26 | yes
        """,
        conferences="""
            referral | held       | transfer in
            A        | 2020-06-12 | yes
            B        | 2020-06-15 | yes
            C        | 2020-06-29 | yes
        """,
        expect="""
            referral | due        | done       | closed     | status
            A        | 2020-06-22 | 2020-06-12 |            | in_time
            B        | 2020-06-22 |            | 2020-06-12 | ended_before_due
            C        | 2020-06-22 |            | 2020-06-26 | not_done
        """,
    )


def test_bank_holidays_are_not_counted(specify: Specify) -> None:
    """A had the royal wedding and E the Coronation, bank holidays of a single year. B had two at
    Easter and one in May; C three at Christmas and New Year; and D the same three on other days."""
    specify(
        TRANSFER_IN_CONFERENCE,
        shows="Easter; May; Christmas; one-off day",
        as_at="2023-05-31",
        referrals="""
            referral | received   | transfer in
            A        | 2011-04-11 | yes
            B        | 2017-04-06 | yes
            C        | 2019-12-16 | yes
            D        | 2021-12-13 | yes
            E        | 2023-04-24 | yes
        """,
        conferences="""
            referral | held       | transfer in
            A        | 2011-05-06 | yes
            B        | 2017-05-03 | yes
            C        | 2020-01-09 | yes
            D        | 2022-01-07 | yes
            E        | 2023-05-17 | yes
        """,
        expect="""
            referral | due        | done       | status
            A        | 2011-05-06 | 2011-05-06 | in_time
            B        | 2017-05-02 | 2017-05-03 | late
            C        | 2020-01-09 | 2020-01-09 | in_time
            D        | 2022-01-06 | 2022-01-07 | late
            E        | 2023-05-17 | 2023-05-17 | in_time
        """,
    )


def test_a_referral_received_at_a_weekend_is_counted_from_monday(specify: Specify) -> None:
    """A came on Friday, B on Saturday and C on Sunday: for all three, Monday is working day 1."""
    specify(
        TRANSFER_IN_CONFERENCE,
        shows="start at a weekend",
        as_at="2015-06-30",
        referrals="""
            referral | received   | transfer in
            A        | 2015-06-05 | yes
            B        | 2015-06-06 | yes
            C        | 2015-06-07 | yes
        """,
        conferences="""
            referral | held       | transfer in
            A        | 2015-06-26 | yes
            B        | 2015-06-26 | yes
            C        | 2015-06-29 | yes
        """,
        expect="""
            referral | due        | done       | status
            A        | 2015-06-26 | 2015-06-26 | in_time
            B        | 2015-06-26 | 2015-06-26 | in_time
            C        | 2015-06-26 | 2015-06-29 | late
        """,
    )


def test_a_conference_counts_from_the_day_of_the_referral_but_not_before(
    specify: Specify,
) -> None:
    """One of the dates of B must be wrong: until it is put right, B counts as not held."""
    specify(
        TRANSFER_IN_CONFERENCE,
        shows="on the start day; before the start",
        as_at="2025-06-30",
        referrals="""
            referral | received   | transfer in
            A        | 2025-06-02 | yes
            B        | 2025-06-02 | yes
        """,
        conferences="""
            referral | held       | transfer in
            A        | 2025-06-02 | yes
            B        | 2025-05-30 | yes
        """,
        expect="""
            referral | due        | done       | status
            A        | 2025-06-23 | 2025-06-02 | in_time
            B        | 2025-06-23 |            | overdue
        """,
    )


def test_a_referral_owes_one_conference_and_the_first_one_held_counts(specify: Specify) -> None:
    """A later one, as for A, is not owed once more. Two on one day, as for B, are one."""
    specify(
        TRANSFER_IN_CONFERENCE,
        shows="several events; two on a day",
        as_at="2018-07-31",
        referrals="""
            referral | received   | transfer in
            A        | 2018-06-04 | yes
            B        | 2018-06-04 | yes
        """,
        conferences="""
            referral | held       | transfer in
            A        | 2018-07-09 | yes
            A        | 2018-06-22 | yes
            B        | 2018-06-26 | yes
            B        | 2018-06-26 | yes
        """,
        expect="""
            referral | number | due        | done       | status
            A        | 1      | 2018-06-25 | 2018-06-22 | in_time
            B        | 1      | 2018-06-25 | 2018-06-26 | late
        """,
    )


def test_a_referral_under_a_merged_record_of_a_child_is_left_out(specify: Specify) -> None:
    """Amy's second record was merged into another: it would count the same work twice."""
    specify(
        TRANSFER_IN_CONFERENCE,
        shows="merged child",
        as_at="2016-09-30",
        children="""
            child        | merged
            Amy          | no
            Amy (double) | yes
        """,
        referrals="""
            referral | child        | received   | transfer in
            A        | Amy          | 2016-09-05 | yes
            B        | Amy (double) | 2016-09-05 | yes
        """,
        conferences="""
            referral | child | held       | transfer in
            A        | Amy   | 2016-09-26 | yes
        """,
        expect="""
            referral | due        | done       | status
            A        | 2016-09-26 | 2016-09-26 | in_time
        """,
    )


def test_the_standard_in_force_when_the_referral_is_received_decides(specify: Specify) -> None:
    """This authority has asked for 10 working days since April 2021. The usual 15 held before."""
    specify(
        TRANSFER_IN_CONFERENCE,
        shows="local standards over time",
        as_at="2021-04-30",
        local="""
            allowance       | from
            10 working days | 2021-04-01
        """,
        referrals="""
            referral | received   | transfer in
            A        | 2021-03-31 | yes
            B        | 2021-04-01 | yes
        """,
        conferences="""
            referral | held       | transfer in
            A        | 2021-04-23 | yes
            B        | 2021-04-20 | yes
        """,
        expect="""
            referral | due        | done       | status
            A        | 2021-04-23 | 2021-04-23 | in_time
            B        | 2021-04-19 | 2021-04-20 | late
        """,
    )
