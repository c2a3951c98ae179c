"""The pseudonym key can change without a row of the history, and what is older than the retention
is removed."""

from __future__ import annotations

import io
import os
import sys
from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from unittest import mock

import pytest

from etl.contracts.register import FACTS
from etl.demo.extract import write_extract
from etl.settings import NEW_PSEUDONYM_KEY
from nights import editing
from nights.loading import KEY, WESTMERE, Council, Engine, Ran, command, content

pytestmark = [pytest.mark.slow, pytest.mark.upkeep]

NEW_KEY = "another key for tests, of 40 characters."
FIRST, SECOND = date(2026, 3, 3), date(2026, 3, 4)
TOKENS = {"child": "case_number", "worker": "worker_id", "family": "family_id"}
# A child whose absence holds no row back.
UNKNOWN_TO_ANY_FACT = (
    "select child_key, case_number from restricted.child_identity as identity where "
    + " and ".join(
        f"not exists (select 1 from warehouse.{fact.warehouse} as fact "
        "where fact.child_key = identity.child_key)"
        for fact in FACTS
    )
    + " order by child_key limit 1"
)
Held = dict[str, Counter[tuple[Any, ...]]]


def rotate(council: Council, *more: str, key: str = KEY, new: str = NEW_KEY) -> Ran:
    with mock.patch.dict(os.environ, {NEW_PSEUDONYM_KEY: new}):
        return command("rotate-key", "--warehouse", council.url, *more, key=key)


def tokens(council: Council, name: str) -> dict[int, str]:
    return dict(
        council.rows(
            f"select {name}_key, {name}_token from warehouse.dim_{name} where {name}_key > 0"
        )
    )


@dataclass
class Rotated:
    """A council with two nights, one before its key was changed and one after it."""

    council: Council
    before: dict[str, dict[int, str]]
    held_before: Held
    said_before: Ran
    ran: Ran
    after: dict[str, dict[int, str]]
    held_after: Held
    freed_blocks: list[int]
    refused: list[Ran] = field(default_factory=list)


@pytest.fixture(scope="module")
def rotated(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Rotated:
    folder = tmp_path_factory.mktemp("rotation")
    first = write_extract(folder, children=1000, extract_date=FIRST, faults_per_thousand=0)
    council = engine.council(folder / "council", WESTMERE)
    ran = council.load(first)
    assert ran.exit_code == 0, ran.err
    number = editing.read(first, "DIM_PERSON")[0]["DIM_PERSON_ID"]
    erased = command("erase", number, "--warehouse", council.url,
                     "--landing", council.folder / "landing")  # fmt: skip
    assert erased.exit_code == 0, erased.err
    before, held = {name: tokens(council, name) for name in TOKENS}, content(council.url)
    refused = [rotate(council, key="not the key of the nights before"), rotate(council, new="")]
    said_before = rotate(council, "--dry-run")
    assert content(council.url) == held
    ran = rotate(council)
    after = {name: tokens(council, name) for name in TOKENS}
    result = Rotated(council, before, held, said_before, ran, after, content(council.url),
                     council.freed_blocks(), refused)  # fmt: skip
    second = editing.copy_as(first, folder / "next", SECOND.isoformat())
    loaded = command(*council.arguments(second), key=NEW_KEY)
    assert loaded.exit_code == 0, loaded.err
    return result


def test_every_token_is_another_and_every_key_the_same(rotated: Rotated) -> None:
    assert rotated.ran.exit_code == 0, rotated.ran.err
    for name in TOKENS:
        before, after = rotated.before[name], rotated.after[name]
        assert len(before) > 10, name
        assert before.keys() == after.keys()
        assert len(set(after.values())) == len(after)
        assert not set(before.values()) & set(after.values())


def test_a_dry_run_says_what_the_change_of_key_then_does(rotated: Rotated) -> None:
    assert rotated.said_before.exit_code == 0, rotated.said_before.err
    assert len(rotated.ran.shown_rows) == len(TOKENS)
    assert rotated.said_before.shown_rows == rotated.ran.shown_rows


def test_the_old_key_is_to_be_kept_until_no_older_backup_is_left(rotated: Rotated) -> None:
    said = " ".join(rotated.ran.out.split())
    assert "Keep the old one, apart from the backups, until no backup of before" in said


def test_the_files_keep_no_block_of_the_old_tokens(rotated: Rotated) -> None:
    assert rotated.freed_blocks == ([] if rotated.council.database else [0, 0])


def test_nothing_else_of_the_warehouse_is_touched(rotated: Rotated) -> None:
    not_theirs = ("warehouse.dim_child", "warehouse.dim_worker", "warehouse.dim_family",
                  "audit.privacy_action", "restricted.erasure_secret")  # fmt: skip
    for table, rows in rotated.held_before.items():
        if table not in not_theirs:
            assert rotated.held_after[table] == rows, table
        elif table.startswith("warehouse."):
            assert sum(rotated.held_after[table].values()) == sum(rows.values())


def test_the_next_night_with_the_new_key_knows_every_child_again(rotated: Rotated) -> None:
    written = rotated.council.rows(
        "select table_name, new_versions, closed from audit.table_load "
        "where run_id like :night and (new_versions > 0 or closed > 0)",
        night=f"%{SECOND}%",
    )
    assert written == []


def test_a_child_erased_before_stays_erased_under_the_new_key(rotated: Rotated) -> None:
    erased = "select count(*) from restricted.child_identity where case_number like 'erased-%'"
    assert rotated.council.rows(erased) == [(1,)]
    assert rotated.council.rows("select count(*) from restricted.erased_child") == [(1,)]


def test_a_rotation_with_a_wrong_or_missing_key_is_refused(rotated: Rotated) -> None:
    wrong, missing = rotated.refused
    assert (wrong.exit_code, missing.exit_code) == (2, 2)
    assert "is not the key" in wrong.err
    assert NEW_PSEUDONYM_KEY in missing.err


def test_rotating_again_finds_the_new_keys_tokens_and_changes_nothing(rotated: Rotated) -> None:
    before = content(rotated.council.url)
    ran = rotate(rotated.council)
    assert ran.exit_code == 0, ran.err
    assert "already" in ran.out
    assert content(rotated.council.url) == before


def test_neither_key_is_anywhere_in_what_was_said_or_written(rotated: Rotated) -> None:
    for ran in (rotated.ran, *rotated.refused):
        assert KEY not in ran.out + ran.err
        assert NEW_KEY not in ran.out + ran.err
    for path in rotated.council.folder.rglob("*"):
        if path.is_file():
            assert KEY.encode() not in path.read_bytes(), path
            assert NEW_KEY.encode() not in path.read_bytes(), path


def test_the_audit_tells_of_the_change_of_key(rotated: Rotated) -> None:
    told = rotated.council.rows(
        "select part from audit.privacy_action where action = 'rotate_key' order by part"
    )
    assert told == [(f"warehouse.dim_{name}",) for name in sorted(TOKENS)]


def purge(council: Council, on: date, *more: object, as_it_stands: bool = False) -> Ran:
    return command("purge", "--authority", council.authority, "--warehouse", council.url,
                   "--landing", council.folder / "landing", "--on", on, *more,
                   as_it_stands=as_it_stands)  # fmt: skip


def test_purge_removes_what_the_retention_no_longer_allows_and_says_so(rotated: Rotated) -> None:
    """Children whom no extract since has had lose their identity, and nothing else."""
    council = rotated.council
    landed = council.folder / "landing" / "900"
    last = "last_derived"  # which names nobody
    nothing = purge(council, SECOND)
    assert "nothing was removed" in nothing.out
    assert {path.name for path in landed.iterdir()} == {str(FIRST), str(SECOND), last}
    before = content(council.url)
    would = purge(council, date(2028, 3, 4), "--dry-run")
    assert (would.exit_code, would.shown_rows) == (0, {"landing": "1"})
    assert content(council.url) == before
    assert len(list(landed.iterdir())) == 3
    # Twenty-four months after the day between the two nights, as westmere.toml keeps them.
    ran = purge(council, date(2028, 3, 4))
    assert ran.exit_code == 0, ran.err
    assert {path.name for path in landed.iterdir()} == {str(SECOND), last}
    after = content(council.url)
    assert after["restricted.child_identity"] == before["restricted.child_identity"]
    told = council.rows("select part, rows from audit.privacy_action where action = 'purge'")
    assert told == [("landing", 1)]


class Terminal(io.StringIO):
    """Somebody at a terminal, who types this."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("answer", ["no\n", "\n", "y\n", ""])
def test_purge_asks_at_a_terminal_and_does_nothing_without_a_yes(
    rotated: Rotated, answer: str
) -> None:
    council = rotated.council
    before = content(council.url)
    with mock.patch.object(sys, "stdin", Terminal(answer)):
        ran = purge(council, date(2026, 5, 5), "--older-than", 1, as_it_stands=True)
    assert ran.exit_code == 1
    assert "Type yes to go on: Nothing was changed." in ran.out
    assert content(council.url) == before


def test_purge_goes_on_after_a_yes(rotated: Rotated) -> None:
    with mock.patch.object(sys, "stdin", Terminal("yes\n")):
        ran = purge(rotated.council, SECOND, as_it_stands=True)
    assert ran.exit_code == 0, ran.err
    assert "nothing was removed" in ran.out


def test_purge_forgets_who_was_gone_before_the_first_day_that_is_kept(rotated: Rotated) -> None:
    council = rotated.council
    [(gone, number)] = council.rows(UNKNOWN_TO_ANY_FACT)
    first = council.folder.parent / str(FIRST)
    third = editing.copy_as(first, council.folder / "third", "2026-03-05")
    editing.drop_row(third, "DIM_PERSON", "DIM_PERSON_ID", number)
    assert command(*council.arguments(third), key=NEW_KEY).exit_code == 0
    before = content(council.url)
    would = purge(council, date(2026, 4, 5), "--older-than", 1, "--dry-run")
    assert content(council.url) == before
    ran = purge(council, date(2026, 4, 5), "--older-than", 1)
    assert would.shown_rows == ran.shown_rows != {}
    assert ran.exit_code == 0, ran.err
    after = content(council.url)
    lost = before["restricted.child_identity"] - after["restricted.child_identity"]
    assert [row[0] for row in lost] == [gone]
    assert after["warehouse.dim_child"] == before["warehouse.dim_child"]


@pytest.mark.parametrize("months", ["0", "-1"])
def test_keeping_less_than_a_month_is_refused(rotated: Rotated, months: str) -> None:
    ran = purge(rotated.council, SECOND, f"--older-than={months}")
    assert ran.exit_code == 2
    assert "Less than a month" in ran.err
