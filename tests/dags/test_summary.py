"""What became of a run's councils, in words."""

from __future__ import annotations

from datetime import date

import pytest

from etl.answers.accounts import Account
from etl.schedule.summary import became_of, headline, text_of_figures_due, text_of_night

DAY = date(2026, 11, 29)
NIGHT = {"la_code": "907", "name": "Eastmere", "extract_date": "2026-11-29"}
NOTHING = Account("907", DAY, "nothing")
LOADED = Account("907", DAY, "loaded", None, 12, 340, 5, date(2026, 11, 28), "907-1")
STOPPED = Account("907", DAY, "stopped", "Rows are lost.")
AWAY = Account("907", DAY, "not_known", "The database cannot be reached.")
THROUGH = dict.fromkeys(("wait_for_extract", "land", "check", "load"), "success")
UNTIL_CHECK = THROUGH | {"check": "failed", "load": "upstream_failed"}
LATE = dict.fromkeys(THROUGH, "upstream_failed") | {"wait_for_extract": "failed"}


@pytest.mark.parametrize(
    ("states", "account", "dry_run", "outcome"),
    [
        (THROUGH, LOADED, False, "loaded"),
        (THROUGH | {"load": "skipped"}, LOADED, False, "loaded already"),
        (UNTIL_CHECK, LOADED, False, "loaded already"),
        (THROUGH, AWAY, False, "loaded"),
        (THROUGH, NOTHING, False, "not loaded"),
        (UNTIL_CHECK, STOPPED, False, "stopped"),
        (UNTIL_CHECK, NOTHING, False, "failed"),
        (UNTIL_CHECK, AWAY, False, "failed"),
        (LATE, NOTHING, False, "not arrived"),
        (LATE, LOADED, False, "loaded already"),
        ({}, NOTHING, False, "not loaded"),
        (THROUGH | {"load": "skipped"}, NOTHING, True, "would load"),
        ({"wait_for_extract": "success", "load": "skipped"}, NOTHING, True, "would load"),
        (UNTIL_CHECK, STOPPED, True, "failed"),
        (LATE, NOTHING, True, "not arrived"),
        (THROUGH | {"load": "skipped"}, LOADED, True, "loaded already"),
        (UNTIL_CHECK, LOADED, True, "failed"),
        (LATE, LOADED, True, "not arrived"),
    ],
)
def test_the_audit_counts_before_the_colour_of_a_task(
    states: dict[str, str | None], account: Account, dry_run: bool, outcome: str
) -> None:
    assert became_of(NIGHT, states, account, dry_run=dry_run).outcome == outcome


@pytest.mark.parametrize(
    ("states", "kind", "dry_run", "line"),
    [
        (LATE, "NotArrived", False, "907 Eastmere: has not arrived"),
        (LATE, "WrongUsage", False, "907 Eastmere: failed (wait_for_extract): Why"),
        (UNTIL_CHECK, "NightStopped", False, "907 Eastmere: stopped: Why"),
        (UNTIL_CHECK, "NightStopped", True, "907 Eastmere: stopped: Why"),
        (UNTIL_CHECK, "ConnectionFault", False, "907 Eastmere: failed (check): Why"),
    ],
)
def test_what_a_failed_task_left_says_why_before_what_the_audit_has_of_an_earlier_try(
    states: dict[str, str | None], kind: str, dry_run: bool, line: str
) -> None:
    left = {"kind": kind, "what": "Why."}
    night = became_of(NIGHT, states, STOPPED, left, dry_run=dry_run)
    assert line in text_of_night([night], dry_run=dry_run).splitlines()


def test_a_quiet_night_is_told_in_one_line_and_one_for_each_council() -> None:
    night = became_of(NIGHT, THROUGH, LOADED, dry_run=False)
    assert text_of_night([night], dry_run=False) == (
        "1 of 1 loaded: 12 rows held back; newest event 28 November 2026.\n\n"
        "907 Eastmere: loaded; 12 rows held back; 340 new versions, 5 closed; "
        "newest event 28 November 2026"
    )


def test_a_loaded_night_whose_work_lists_failed_says_so_and_what_to_do() -> None:
    states = THROUGH | {"write_worklists": "failed"}
    text = text_of_night([became_of(NIGHT, states, LOADED, dry_run=False)], dry_run=False)
    assert text.startswith("1 of 1 loaded")
    assert "but failed: write_worklists" in text
    assert "What to do:" in text


def test_a_loaded_night_of_which_another_extract_was_refused_says_why() -> None:
    left = {"kind": "NightStopped", "what": "Another extract of that date is loaded already."}
    states = THROUGH | {"land": "failed", "check": "upstream_failed", "load": "upstream_failed"}
    text = text_of_night([became_of(NIGHT, states, LOADED, left, dry_run=False)], dry_run=False)
    assert "but failed: land: Another extract of that date is loaded already\n" in text


def test_a_dry_run_that_a_check_stops_would_load_nothing_though_its_day_is_loaded() -> None:
    left = {"kind": "NightStopped", "what": "Rows are lost."}
    text = text_of_night([became_of(NIGHT, UNTIL_CHECK, LOADED, left, dry_run=True)], dry_run=True)
    assert text.startswith("Dry run, nothing was loaded: 0 of 1 would be loaded: 907 stopped: Rows")


def test_a_feed_that_stands_still_does_not_hide_behind_the_others() -> None:
    stale = Account("908", DAY, "loaded", newest_event=date(2026, 11, 3))
    nights = [
        became_of(NIGHT, THROUGH, LOADED, dry_run=False),
        became_of(NIGHT | {"la_code": "908"}, THROUGH, stale, dry_run=False),
    ]
    assert "newest events 3 November 2026 to 28 November 2026" in headline(nights, dry_run=False)


def test_what_is_to_be_looked_at_in_a_loaded_night_stands_in_its_line() -> None:
    warned = Account("907", DAY, "loaded", "Nothing in the extract differs.")
    text = text_of_night([became_of(NIGHT, THROUGH, warned, dry_run=False)], dry_run=False)
    assert "907 Eastmere: loaded; 0 rows held back" in text
    assert "Nothing in the extract differs" in text


def test_a_dry_run_says_that_it_was_one() -> None:
    states = THROUGH | {"load": "skipped"}
    text = text_of_night([became_of(NIGHT, states, NOTHING, dry_run=True)], dry_run=True)
    assert text.startswith("Dry run, nothing was loaded: 1 of 1 would be loaded.")
    assert "907 Eastmere: would be loaded" in text


def test_what_is_loaded_already_would_not_be_loaded_by_what_a_dry_run_checked() -> None:
    states = THROUGH | {"load": "skipped"}
    nights = [
        became_of(NIGHT, states, LOADED, dry_run=True),
        became_of(NIGHT | {"la_code": "908"}, states, NOTHING, dry_run=True),
    ]
    assert text_of_night(nights, dry_run=True).splitlines()[0] == (
        "Dry run, nothing was loaded: 1 of 2 would be loaded: 907 was loaded already."
    )


def test_a_warehouse_that_was_not_asked_is_said_once() -> None:
    nights = [became_of(NIGHT, THROUGH, AWAY, dry_run=False)] * 2
    text = text_of_night(nights, dry_run=False)
    assert text.count("The warehouse was not asked: The database cannot be reached.") == 1


def test_figures_that_are_due_are_told_with_why_each_is_late() -> None:
    lacking = [
        ("Eastmere", STOPPED),
        ("", Account("908", DAY, "nothing")),
        ("Midmere", Account("909", DAY, "undone")),
        ("Northmere", Account("910", DAY, "not_known", "There is no warehouse there yet.")),
    ]
    lines = text_of_figures_due(lacking, 9, DAY).splitlines()
    assert lines[0].startswith("No night of 29 November 2026 is loaded for 4 of 9 councils.")
    assert lines[2:6] == [
        "907 Eastmere: stopped: Rows are lost",
        "908: no run has loaded it, and no check stopped it: its extract did not come, or its task "
        "failed or is not done",
        "909 Midmere: was loaded and taken back",
        "910 Northmere: not known: There is no warehouse there yet",
    ]
