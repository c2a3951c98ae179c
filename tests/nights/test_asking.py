"""Commands that cannot be taken back say what they would change, ask, and need nobody's terminal
only where they are told so."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

import pytest

from etl.settings import NEW_PSEUDONYM_KEY
from nights.conftest import TwoNights
from nights.loading import Council, Ran, command

pytestmark = pytest.mark.slow

NEW_KEY = "another key for tests, 40 characters"
A_CHILD = (
    "select identity.case_number, identity.child_key from restricted.child_identity as identity "
    "where exists (select 1 from warehouse.fact_referral as fact "
    "where fact.child_key = identity.child_key) order by identity.case_number limit 1"
)
ERASE, PURGE = "etl.privacy.erasure.erase", "etl.privacy.retention.purge"
ROTATE = "etl.privacy.rotation.rotate_key"


def asked_of(council: Council, what: str) -> list[object]:
    where = ["--warehouse", council.url, "--landing", council.folder / "landing"]
    [(number, _)] = council.rows(A_CHILD)
    return {
        "erase": ["erase", number, *where],
        "purge": ["purge", "--authority", council.authority, "--on", "2016-12-01", *where],
        "rotate-key": ["rotate-key", *where[:2]],
    }[what]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@contextmanager
def doing_nothing(answer: str | None = None) -> Iterator[list[mock.MagicMock]]:
    """At a terminal with this answer, or at none; what is done in the end is counted, not done."""
    stdin = io.StringIO() if answer is None else Terminal(f"{answer}\n")
    with (
        mock.patch.dict(os.environ, {NEW_PSEUDONYM_KEY: NEW_KEY}),
        mock.patch.object(sys, "stdin", stdin),
        mock.patch(ERASE, return_value={}) as erase,
        mock.patch(PURGE, return_value=("2014-12-01", {})) as purge,
        mock.patch(ROTATE, return_value={}) as rotate,
    ):
        yield [erase, purge, rotate]


def how_often(acts: list[mock.MagicMock]) -> int:
    return sum(act.call_count for act in acts)


COMMANDS = pytest.mark.parametrize("what", ["erase", "purge", "rotate-key"])


@COMMANDS
def test_without_a_terminal_and_without_yes_nothing_is_done(
    two_nights: TwoNights, what: str
) -> None:
    with doing_nothing() as acts:
        ran = command(*asked_of(two_nights.council, what))
    assert (ran.exit_code, how_often(acts)) == (2, 0)
    assert ran.parts == ["What", "Where", "Means", "Next"]
    assert "--yes" in ran.err


@COMMANDS
@pytest.mark.parametrize(
    ("answer", "is_done"), [("yes", True), ("YES", True), ("y", False), ("", False)]
)
def test_at_a_terminal_only_yes_is_yes(
    two_nights: TwoNights, what: str, answer: str, is_done: bool
) -> None:
    with doing_nothing(answer) as acts:
        ran = command(*asked_of(two_nights.council, what))
    assert (ran.exit_code == 0, how_often(acts)) == (is_done, int(is_done)), ran.err
    assert "would" in ran.out
    assert "cannot be taken back" in ran.out
    assert ("Nothing was changed." in ran.out) is not is_done


@COMMANDS
def test_with_yes_nobody_is_asked(two_nights: TwoNights, what: str) -> None:
    with doing_nothing() as acts:
        ran = command(*asked_of(two_nights.council, what), "--yes")
    assert (ran.exit_code, how_often(acts)) == (0, 1), ran.err
    assert "would" not in ran.out


def rows_shown(ran: Ran) -> dict[str, int]:
    """The table of a dry run: how many rows by part."""
    lines = [line.replace("│", " ").split() for line in ran.out.splitlines()]
    return {line[0]: int(line[1].replace(",", "")) for line in lines
            if len(line) == 2 and line[1].replace(",", "").isdigit()}  # fmt: skip


def dry_run(council: Council, what: str) -> Ran:
    with doing_nothing() as acts:
        ran = command(*asked_of(council, what), "--dry-run")
    assert (ran.exit_code, how_often(acts)) == (0, 0), ran.err
    return ran


def test_a_dry_run_of_an_erasure_counts_the_childs_rows(two_nights: TwoNights) -> None:
    council = two_nights.council
    found = rows_shown(dry_run(council, "erase"))
    [(_, key)] = council.rows(A_CHILD)
    for table in ("dim_child", "fact_referral"):
        counted = f"select count(*) from warehouse.{table} where child_key = :key"
        assert [(found[f"warehouse.{table}"],)] == council.rows(counted, key=key)
    assert found["landing"] > 0


def test_a_dry_run_of_a_purge_counts_nights_and_identities(two_nights: TwoNights) -> None:
    ran = dry_run(two_nights.council, "purge")
    assert rows_shown(ran)["landing"] == 1
    assert "2014-12-01 or later" in ran.out


def test_a_dry_run_of_a_change_of_key_counts_the_tokens(two_nights: TwoNights) -> None:
    council = two_nights.council
    found = rows_shown(dry_run(council, "rotate-key"))
    counted = council.rows("select count(*) from warehouse.dim_child where child_key > 0")
    assert [(found["warehouse.dim_child"],)] == counted


def test_a_dry_run_of_an_unknown_child_is_refused(two_nights: TwoNights) -> None:
    council = two_nights.council
    ran = command("erase", "no such child", "--dry-run", "--warehouse", council.url,
                  "--landing", council.folder / "landing")  # fmt: skip
    assert ran.exit_code == 2
    assert "No child of that case number" in ran.err


def test_a_landing_folder_that_is_not_there_is_told_before_anything_is_erased(
    two_nights: TwoNights, tmp_path: Path
) -> None:
    council = two_nights.council
    [(number, _)] = council.rows(A_CHILD)
    ran = command("erase", number, "--yes", "--warehouse", council.url,
                  "--landing", tmp_path / "mistyped")  # fmt: skip
    assert ran.exit_code == 2
    assert str(tmp_path / "mistyped") in ran.err
    assert council.rows(A_CHILD)[0][0] == number


def test_the_last_words_of_a_change_of_key_keep_the_old_one_as_long_as_old_backups(
    two_nights: TwoNights,
) -> None:
    with doing_nothing():
        ran = command(*asked_of(two_nights.council, "rotate-key"), "--yes")
    said = " ".join(ran.out.split())
    assert "Keep the old one, apart from the backups, until no backup" in said
