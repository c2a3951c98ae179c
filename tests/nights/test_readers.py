"""Who reads while a night is loaded sees yesterday whole, then today whole; and two nights of one
authority that are loaded at once take turns."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import duckdb
import psycopg
import pytest

from nights.beating import TIDYING, WRITING, Load, loading
from nights.held import LOADED, Held
from nights.loading import Council, Ran
from nights.prepared import (
    DATES,
    TODAY,
    TOMORROW,
    YESTERDAY,
    differing,
    state,
)

pytestmark = [pytest.mark.slow, pytest.mark.upkeep]

# What an analyst asks: every one of these answers is another one tonight.
QUESTIONS = (
    "select la_code, extract_date from report.last_extract",
    "select month, measure, known_on, numerator, denominator from report.monthly_measure "
    "where label = 'latest'",
    "select count(*), count(distinct child_key) from report.contact",
    "select count(*), count(closed_date) from report.referral",
    "select sex, count(*) from report.child group by sex",
    "select measure, month, count(*) from report.measure_subject group by measure, month",
)
PUBLISHING = "sql insert into report.monthly_measure "
Answers = tuple[tuple[Any, ...], ...]
Reader = Callable[[], Answers]


def ask(connection: Any) -> Answers:
    """The answers to every question."""
    return tuple(tuple(sorted(connection.execute(sql).fetchall(), key=repr)) for sql in QUESTIONS)


def answers(connection: Any) -> Answers:
    """One transaction's answers to every question."""
    found = ask(connection)
    connection.commit()
    return found


@contextmanager
def connected(council: Council) -> Iterator[Any]:
    """A connection such as an analyst makes, in a transaction that sees one state."""
    if council.database:
        with psycopg.connect(council.database) as session:
            session.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            yield session
    else:
        with duckdb.connect(council.file, read_only=True) as file:
            file.execute("begin")
            yield file


def reading_anew(council: Council) -> Answers:
    """The answers to somebody who comes now."""
    with connected(council) as connection:
        return answers(connection)


@contextmanager
def kept_open(council: Council) -> Iterator[Reader]:
    """Somebody who began before the load: with a file open, or in a transaction."""
    with ExitStack() as stack:
        if council.database:
            connection = stack.enter_context(connected(council))
        else:
            connection = stack.enter_context(duckdb.connect())
            connection.execute(f"attach '{council.file}' as csc (read_only)")
            connection.execute("use csc")

        ask(connection)
        yield lambda: ask(connection)


@contextmanager
def plainly_connected(council: Council) -> Iterator[Reader]:
    """Somebody whose every question is a transaction of its own: in a database on one connection,
    in a file by opening it each time."""
    if not council.database:
        yield lambda: reading_anew(council)
        return
    with psycopg.connect(council.database, autocommit=True) as session:
        yield lambda: ask(session)


def last_act(council: Council) -> str:
    """What makes tonight yesterday."""
    return "commit" if council.database else "os.rename warehouse.duckdb"


def test_readers_see_yesterday_whole_and_then_today_whole(held: Held, tmp_path: Path) -> None:
    council = held.copy(tmp_path)
    yesterday = reading_anew(council)
    assert yesterday[0] == (("900", DATES[YESTERDAY]),)
    came: list[Answers] = []
    run = held.nights.run(council, TODAY)
    acts = (WRITING, PUBLISHING, last_act(council))
    with (
        kept_open(council) as keeper,
        plainly_connected(council) as plain,
        loading(run, halts=(*acts, TIDYING)) as load,
    ):
        asked_plainly: list[Answers] = []

        def everybody_looks() -> None:
            came.append(reading_anew(council))
            asked_plainly.append(plain())
            assert keeper() == yesterday

        for act in acts:
            while not load.is_before(act):
                everybody_looks()
            everybody_looks()
            assert came[-1] == asked_plainly[-1] == yesterday, act
            load.go_on()
        while not load.is_before(TIDYING):
            everybody_looks()
        everybody_looks()
        today = came[-1]
        load.go_on()
        while load.is_running():
            everybody_looks()
        assert load.wait()[0] == 0
    assert today[0] == (("900", DATES[TODAY]),)
    assert [old == new for old, new in zip(yesterday, today, strict=True)] == [False] * len(
        QUESTIONS
    )
    assert reading_anew(council) == today
    first = came.index(today)
    assert came == [yesterday] * first + [today] * (len(came) - first)
    for number, (old, new) in enumerate(zip(yesterday, today, strict=True)):
        seen = [each[number] for each in asked_plainly]
        first = seen.index(new)
        assert seen == [old] * first + [new] * (len(seen) - first)


def door(council: Council) -> str:
    """Where a load asks for its turn."""
    return (
        "sql select pg_try_advisory_xact_lock" if council.database else "open warehouse.duckdb.lock"
    )


def let_in_together(council: Council, loads: tuple[Load, Load]) -> tuple[int, int]:
    """Let both go on from the door at once; which of them got in, and which waits for it."""
    for load in loads:
        load.until(door(council))
    for load in loads:
        load.go_on()
    while not any(load.is_before(WRITING) for load in loads):
        assert all(load.is_running() for load in loads)
    inside = 0 if loads[0].is_before(WRITING) else 1
    return inside, 1 - inside


def test_two_nights_of_one_authority_at_once_take_turns(held: Held, tmp_path: Path) -> None:
    council = held.copy(tmp_path)
    nights = (TODAY, TOMORROW)
    today, tomorrow = (held.nights.run(council, night) for night in nights)
    halts = (door(council), WRITING)
    with loading(today, halts=halts) as one, loading(tomorrow, halts=halts) as other:
        loads = (one, other)
        inside, outside = let_in_together(council, loads)
        loads[outside].until("sleep")
        loads[inside].go_on()
        assert loads[inside].wait()[0] == 0
        exit_code, said = loads[outside].wait()
    assert exit_code == 1
    assert "waiting for another load" in said
    assert "What:  Another load of this authority finished while this one was" in said
    assert "Next:  Load the night again" in said
    (tmp_path / "alone").mkdir()
    alone = held.copy(tmp_path / "alone")
    held.nights.load(alone, nights[inside])
    found, expected = state(council.url), state(alone.url)
    assert found == expected, differing(found, expected)
    again = council.load(held.nights.extracts[nights[outside]])
    assert_comes_after(council, again, came=nights[inside], comes=nights[outside])


def assert_comes_after(council: Council, ran: Ran, *, came: int, comes: int) -> None:
    """A later night is loaded, an earlier one is refused and says why; neither loses the other."""
    days = [day for (day,) in council.rows(LOADED)]
    if comes > came:
        assert ran.exit_code == 0, ran.err
        assert days == list(DATES)
    else:
        assert ran.exit_code == 3
        assert f"a later one ({DATES[came]}) is loaded already" in ran.err
        assert days == [DATES[YESTERDAY], DATES[came]]
    assert council.work_left_behind() == []
