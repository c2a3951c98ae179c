"""The commands of docs/history.md do what the page says: a missed night is put where it belongs,
the wrong one is taken back, and the warehouse is then as if neither had happened."""

from __future__ import annotations

import csv
import re
import shutil
import textwrap
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from nights import editing
from nights.loading import WESTMERE, Council, command, opened
from nights.test_out_of_order import Seen, differing, without_keys

from docs.following import Follower
from etl.demo.extract import write_extract
from etl.publish.restatement import CAUSES
from etl.settings import PROJECT

pytestmark = [pytest.mark.slow, pytest.mark.long]

PAGE = (PROJECT / "docs" / "history.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    found = re.findall(rf"^ *```{language}\n(.*?)^ *```", PAGE, re.DOTALL | re.MULTILINE)
    return [textwrap.dedent(block) for block in found]


(
    MEASURES, FREEZE, RESTATE, LIST_MOVED, BACKFILL, LOAD_IN_ORDER, UNDO_AND_LOAD, LOAD_LANDED,
) = blocks("sh")  # fmt: skip
KNOWN_THEN, FROZEN, MOVED, MOVED_ONE_BY_ONE = blocks("sql")
UNDO, LOAD_THE_RIGHT_ONE = UNDO_AND_LOAD.splitlines()
# The nights of the page; the second is the one that was missed, the third the one that was wrong.
FIRST, MISSED, LAST = "2026-04-02", "2026-04-09", "2026-04-21"
LABEL = "2026-03 published"


def copy_of(council: Council, folder: Path) -> Council:
    """The council as it is now, with its landed nights."""
    shutil.copytree(council.folder, folder, symlinks=True)
    return Council(folder, folder / council.authority.name)


def following(council: Council) -> Follower:
    return Follower(council.folder, more={"WAREHOUSE": "duckdb:///warehouse.duckdb"})


def load(council: Council, extract: Path) -> None:
    ran = council.load(extract)
    assert ran.exit_code == 0, ran.err


def in_march(row: editing.Row) -> bool:
    return row["CONTACT_DTTM"].startswith("2026-03") and row["OUTCOME_NEW_REFERRAL_FLAG"] == "N"


def leave_out(extract: Path, contact: str) -> None:
    editing.drop_row(extract, "FACT_CONTACTS", "FACT_CONTACT_ID", contact)
    (extract / "MANIFEST.csv").unlink()


@dataclass(frozen=True)
class InOrder:
    """A council loaded in order, and copies of it on the way. contact: what only the last night
    knows; seen: what the warehouse is after each night."""

    after_first: Council
    after_two: Council
    council: Council
    contact: str
    seen: list[Seen]


@pytest.fixture(scope="module")
def in_order(tmp_path_factory: pytest.TempPathFactory) -> InOrder:
    folder = tmp_path_factory.mktemp("in_order")
    council = Council(folder / "council", folder / "council" / "westmere.toml")
    extracts = council.folder / "extracts"
    for night in (FIRST, MISSED, LAST):
        write_extract(extracts, children=1000, extract_date=date.fromisoformat(night))
    # One night is taken for a later one, which would be stopped as stale.
    limits = "\n[limits]\nstale_days = 60\n"
    council.authority.write_text(WESTMERE.read_text(encoding="utf-8") + limits, encoding="utf-8")
    rows = editing.read(extracts / FIRST, "FACT_CONTACTS")
    contact = next(row["FACT_CONTACT_ID"] for row in rows if in_march(row))
    for night in (FIRST, MISSED):
        leave_out(extracts / night, contact)
    seen, copies = [], []
    for night in (FIRST, MISSED, LAST):
        load(council, extracts / night)
        seen.append(without_keys(council))
        copies.append(copy_of(council, folder / f"after {night}"))
    return InOrder(*copies, contact, seen)


# Asking, freezing, and what moved.


@dataclass(frozen=True)
class Published:
    """What the page's commands said of the council that was frozen, and the council."""

    council: Council
    contact: str
    before: str
    after: str
    frozen: list[tuple[Any, ...]]
    said: str


def ask(council: Council, sql: str) -> list[tuple[Any, ...]]:
    with opened(council.file) as connection:
        return connection.execute(sql).fetchall()


@pytest.fixture(scope="module")
def published(in_order: InOrder, tmp_path_factory: pytest.TempPathFactory) -> Published:
    council = copy_of(in_order.council, tmp_path_factory.mktemp("published") / "council")
    follower = following(council)
    before = follower.follow(MEASURES)
    follower.follow(FREEZE)
    after = follower.follow(MEASURES)
    said = follower.follow(RESTATE)
    follower.follow(LIST_MOVED)
    return Published(council, in_order.contact, before, after, ask(council, FROZEN), said)


def test_the_measures_are_those_of_that_day_and_of_the_freeze(published: Published) -> None:
    said = f"The freeze '{LABEL}' says the same.\n"
    assert published.after == published.before + said
    counted = {line.split()[0]: line.split()[1] for line in published.before.splitlines()[2:]}
    assert counted == {row[0]: str(row[1]) for row in published.frozen}
    assert len(counted) > 50


def test_what_moved_is_told_by_its_cause(published: Published) -> None:
    by_measure = published.said.split("\n\n")
    [contacts] = [block for block in by_measure if block.startswith("contacts\n")]
    assert contacts.endswith("because    1 added")
    rows = {row[0]: row[1:] for row in ask(published.council, MOVED)}
    assert rows["Contacts received"][2] == 1
    assert sum(rows["Contacts received"][3:]) == 1


def test_what_moved_is_listed_one_by_one(published: Published) -> None:
    with (published.council.folder / "moved.csv").open(encoding="utf-8") as file:
        assert list(csv.reader(file)) == [
            ["id", "cause", "then", "now"], [published.contact, "added", "not counted", "counted"]
        ]  # fmt: skip
    [(contact, cause, was, now, *about)] = ask(published.council, MOVED_ONE_BY_ONE)
    assert (contact, cause, was, now) == (published.contact, "added", None, 1)
    assert None not in about


def test_a_join_of_what_was_known_then_counts_each_visit_once(published: Published) -> None:
    known = "known_from <= date '2026-04-09' and date '2026-04-09' < known_to"
    visits = (
        "select count(*), count(*) filter (where done_date <= due_date) "
        "from warehouse.fact_timescale_obligation where timescale = 'child_in_need_visit' "
        f"and due_date between date '2026-03-01' and date '2026-03-31' and {known}"
    )
    [(due, in_time)] = ask(published.council, visits)
    found = ask(published.council, KNOWN_THEN)
    assert due > 0
    assert (sum(row[1] for row in found), sum(row[2] for row in found)) == (due, in_time)


def test_the_page_lists_the_causes_in_their_order() -> None:
    table = PAGE.partition("| cause | since the freeze |")[2].partition("\n\n")[0]
    assert tuple(re.findall(r"^\| ([a-z ]+) \|", table, re.MULTILINE)) == CAUSES


# A night that was missed.


@pytest.fixture
def missed(in_order: InOrder, tmp_path: Path) -> Council:
    """The council without its second night."""
    council = copy_of(in_order.after_first, tmp_path / "council")
    load(council, council.folder / "extracts" / LAST)
    return council


def test_the_missed_night_is_put_where_it_belongs(in_order: InOrder, missed: Council) -> None:
    assert "19 days" in command("status", "--warehouse", missed.url).out
    following(missed).follow(BACKFILL)
    assert differing(without_keys(missed), in_order.seen[2]) == {}
    assert runs(missed) == [(FIRST, "loaded"), (MISSED, "loaded"), (LAST, "loaded"),
                            (LAST, "undone")]  # fmt: skip


def test_where_it_is_refused_the_nights_are_loaded_in_order(
    in_order: InOrder, missed: Council
) -> None:
    shutil.rmtree(missed.folder / "landing" / "900" / LAST)
    with pytest.raises(AssertionError, match=f"The landed files of {LAST} are gone"):
        following(missed).follow(BACKFILL)
    assert MISSED not in {night for night, _ in runs(missed)}
    following(missed).follow(LOAD_IN_ORDER)
    assert differing(without_keys(missed), in_order.seen[2]) == {}


def runs(council: Council) -> list[tuple[str, str]]:
    """The nights and what became of them."""
    return ask(
        council,
        "select cast(extract_date as text), status from audit.load_run "
        "where status <> 'stopped' order by extract_date, status",
    )


# The wrong extract.


@pytest.fixture
def wrong(in_order: InOrder, tmp_path: Path) -> Council:
    """The last night is the files of the one before, and a freeze was made of it."""
    council = copy_of(in_order.after_two, tmp_path / "council")
    older = council.folder / "extracts" / MISSED
    load(council, Path(shutil.copytree(older, tmp_path / "wrong" / LAST)))
    ran = command("freeze", "2026-03", "--warehouse", council.url)
    assert ran.exit_code == 0, ran.err
    return council


# A freeze stays through all of it.
OF_FREEZES = {
    "report.frozen_month", "report.frozen_subject", "report.monthly_measure",
    "report.monthly_measure_by_team", "report.restatement", "report.restated_subject",
}  # fmt: skip


def test_the_wrong_night_is_taken_back_and_the_right_one_loaded(
    in_order: InOrder, wrong: Council
) -> None:
    frozen = ask(wrong, FROZEN)
    undone = following(wrong).follow(UNDO)
    assert f"The freeze '{LABEL}' was made of it, and stays" in undone
    assert differing(without_keys(wrong), in_order.seen[1]).keys() <= OF_FREEZES
    following(wrong).follow(LOAD_THE_RIGHT_ONE)
    assert differing(without_keys(wrong), in_order.seen[2]).keys() <= OF_FREEZES
    assert ask(wrong, FROZEN) == frozen
    told = said_of(wrong)
    assert f"The freeze '{LABEL}' says otherwise" in told
    assert f"the night of {LAST} was loaded again" in told


def said_of(council: Council) -> str:
    ran = command("measures", "--known-on", LAST, "--month", "2026-03", "--warehouse", council.url)
    assert ran.exit_code == 0, ran.err
    return ran.out


def test_a_landed_night_loads_as_its_extract_did(in_order: InOrder, tmp_path: Path) -> None:
    council = copy_of(in_order.council, tmp_path / "council")
    shutil.rmtree(council.folder / "extracts")
    following(council).follow(UNDO)
    assert differing(without_keys(council), in_order.seen[1]) == {}
    following(council).follow(LOAD_LANDED)
    assert differing(without_keys(council), in_order.seen[2]) == {}


# What the page says in words.


def test_the_queries_name_the_same_day_on_every_table_with_history() -> None:
    joined = re.findall(r"warehouse\.\w+", KNOWN_THEN)
    assert len(joined) == KNOWN_THEN.count("known_from <=") == KNOWN_THEN.count("known_to\n")
    assert len(set(re.findall(r"known_from <= (date '.*?')", KNOWN_THEN))) == 1


def test_the_page_tells_of_every_reason_for_a_freeze_that_differs() -> None:
    table = PAGE.partition("| you read | what it means |")[2]
    code = (PROJECT / "etl" / "publish" / "freezes.py").read_text(encoding="utf-8")
    reasons = re.findall(r'[\Wf]"((?:the |a )[^"{]*?(?:changed|was erased))', code)
    reasons += re.findall(r"'(taken back|backfilled|loaded again)'", code)
    assert len(reasons) == 7
    assert [reason for reason in reasons if reason not in table] == []
