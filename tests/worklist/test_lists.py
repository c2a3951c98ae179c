"""How work lists are put in order."""

from __future__ import annotations

from datetime import date

from etl.worklist.lists import (
    NOT_RECORDED,
    Found,
    TeamList,
    blocks,
    by_team,
    diary,
    families,
    matrix,
)
from worklist.lines import DAYS, HEADING, KNOWN_ON, awaiting, due, late, overdue, to_mend

NAMES = {2: "West", 1: "east"}


def only(found: Found) -> TeamList:
    [team] = by_team(found, {1: "East"})
    return team


def cases(lines: object) -> list[str]:
    return [line.whose.case for line in lines]  # type: ignore[attr-defined]


def test_every_line_stands_in_the_list_of_its_team_and_in_no_other() -> None:
    owed = (overdue("1", 3, team=1), overdue("2", 3, team=2), awaiting("3", team=2))
    east, west = by_team(Found(owed), NAMES)
    assert (cases(east.overdue), cases(west.overdue)) == (["1"], ["2"])
    assert (cases(east.awaiting), cases(west.awaiting)) == ([], ["3"])


def test_what_no_team_is_recorded_of_is_a_list_of_its_own_and_the_last() -> None:
    owed = (overdue("1", 3, team=0), overdue("2", 3, team=2))
    assert [team.name for team in by_team(Found(owed), NAMES)] == ["east", "West", NOT_RECORDED]


def test_a_team_of_which_only_a_mended_record_is_known_has_a_list() -> None:
    [team] = by_team(Found(mended={1: 2}), {1: "East"})
    assert (team.mended, team.rows) == (2, 0)


def test_what_awaits_its_record_is_never_among_what_is_overdue() -> None:
    team = only(Found((overdue("1", 3), awaiting("2", 30))))
    assert (cases(team.overdue), cases(team.awaiting)) == (["1"], ["2"])


def test_what_awaits_its_record_is_in_the_order_of_its_days_and_a_child_together() -> None:
    # Friday and Saturday are as many working days past.
    saturday, friday = awaiting("8", 2), awaiting("9", 3)
    team = only(Found((saturday, friday, awaiting("7", 1), awaiting("9", 1))))
    assert cases(team.awaiting) == ["9", "9", "8", "7"]


def test_the_latest_come_first_and_then_the_lower_case_number() -> None:
    team = only(Found((overdue("10", 3), overdue("9", 3), overdue("11", 5))))
    assert cases(team.overdue) == ["11", "9", "10"]


def test_what_a_child_is_owed_stands_together_where_the_worst_of_it_stands() -> None:
    owed = (overdue("9", 1, what="Review"), overdue("10", 5), overdue("9", 8), overdue("11", 8))
    team = only(Found(owed))
    assert [(line.whose.case, line.working_days_late) for line in team.overdue] == [
        ("9", 8), ("9", 1), ("11", 8), ("10", 5),
    ]  # fmt: skip
    assert [len(block) for block in blocks(team.overdue)] == [2, 1, 1]


def test_children_of_whom_no_number_is_known_are_not_taken_for_one() -> None:
    assert [len(block) for block in blocks((overdue("", 5), overdue("", 5)))] == [1, 1]


def test_siblings_stand_together_where_the_latest_of_them_stands() -> None:
    team = only(Found(late=(late("1", 3, family="20"), late("2", 9, family="7"),
                            late("3", 5), late("4", 1, family="7"))))  # fmt: skip
    assert cases(team.late) == ["2", "4", "3", "1"]
    assert [len(family) for family in families(team.late)] == [2, 1, 1]


def test_the_record_that_is_held_back_longest_is_mended_first() -> None:
    newer, older = to_mend("8", date(2014, 11, 3)), to_mend("9", date(2014, 11, 2))
    assert only(Found(to_mend=(newer, older))).held_back == (older, newer)


def test_what_is_reported_comes_after_what_is_held_back_and_check_by_check() -> None:
    held = to_mend("1", date(2014, 11, 3))
    one = to_mend("2", date(2014, 10, 1), wrong="rare", is_held_back=False)
    newer, older = (
        to_mend(number, date(2014, 10, day), wrong="frequent", is_held_back=False)
        for number, day in (("3", 3), ("4", 2))
    )
    team = only(Found(to_mend=(one, newer, held, older)))
    assert team.to_mend == (held, older, newer, one)
    assert team.held_back == (held,)
    assert [check.lines for check in team.reported] == [(older, newer), (one,)]


def test_a_record_that_fails_two_checks_is_one_record_to_mend() -> None:
    since = date(2014, 11, 3)
    lines = (
        *(to_mend("2", since, wrong=wrong, is_held_back=False) for wrong in ("this", "that")),
        to_mend("", since),
        to_mend("", since, wrong="that"),
    )
    team = only(Found(to_mend=lines))
    assert (team.records_to_mend, team.rows) == (3, 4)


def test_the_diary_has_every_day_also_one_on_which_nothing_is_due() -> None:
    days = diary((due("1", DAYS[1]),), HEADING)
    assert [day.day for day in days] == list(DAYS)
    assert [len(day.due) for day in days] == [0, 1, *[0] * 8]


def test_what_falls_on_a_weekend_stands_under_the_friday_before_it() -> None:
    friday, sunday = date(2014, 11, 14), date(2014, 11, 16)
    found = diary((due("1", sunday, stands_on=friday),), HEADING)
    assert [(day.day, day.due[0].due) for day in found if day.due] == [(friday, sunday)]


def test_what_is_due_on_the_day_of_the_extract_comes_first() -> None:
    days = diary((due("1", KNOWN_ON), due("2", DAYS[0])), HEADING)
    assert (days[0].day, days[0].is_past, cases(days[0].due)) == (KNOWN_ON, True, ["1"])
    assert len(days) == 11


def test_of_a_night_at_a_weekend_what_is_due_by_its_end_comes_first() -> None:
    # The last working day is over, what is owed is not.
    days = diary((due("1", KNOWN_ON, stands_on=date(2014, 10, 31)),), HEADING)
    assert cases(days[0].due) == ["1"]


def test_the_matrix_counts_the_diary() -> None:
    owed = (due("1", DAYS[0]), due("2", DAYS[0]), due("3", DAYS[9]), due("4", DAYS[9], what="Plan"))
    counted = matrix(diary(owed, HEADING))
    assert counted.days == DAYS
    assert counted.rows == (
        ("Plan", (*[0] * 9, 1)),
        ("Visit", (2, *[0] * 8, 1)),
    )
