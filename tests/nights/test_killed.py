"""A load that is killed at any moment has loaded its night or nothing, and the next one loads."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from random import Random

import pytest

from etl.left_behind import LOCK, WAITS_SECONDS
from nights.beating import (
    TIDYING,
    WRITING,
    Beat,
    Job,
    Load,
    Moment,
    loading,
    moments,
    warm_up,
)
from nights.loading import Council, Engine, content
from nights.prepared import (
    TODAY,
    Prepared,
    State,
    differing,
    names_beside,
    prepared,
    state,
    wait_until_nobody_loads,
    without_chance,
)

pytestmark = [pytest.mark.slow, pytest.mark.upkeep]

SEED = 20260304
WRITES = ("sql insert", "sql update", "sql delete")
IDENTITIES_PUT_IN_PLACE = "os.rename warehouse.restricted.duckdb"
STAR_PUT_IN_PLACE = "os.rename warehouse.duckdb"


@dataclass(frozen=True)
class Rehearsed:
    """council: one night is loaded. before, after: what the warehouse holds without and with the
    second. exactly: before, with run ids and times of the clock. beats: those of the second night's
    last task."""

    engine: Engine
    nights: Prepared
    folder: Path
    council: Council
    exactly: State
    before: State
    after: State
    beats: list[Beat]

    def copy(self, name: str) -> Council:
        """The council with a copy of the warehouse before the second night."""
        return self.engine.copy(self.council, self.folder / name)

    def seen_in(self, council: Council) -> State:
        """What a warehouse holds."""
        found = content(council.url)
        return self.before if found == self.exactly else without_chance(found)

    def between_the_files(self, load: Load) -> State | None:
        """What may be found if a load was killed with the identities put in place and the star
        not: no one name holds two files. Analysts see yesterday, and nothing is lost."""
        if not load.beats[-1].what.startswith((IDENTITIES_PUT_IN_PLACE, STAR_PUT_IN_PLACE)):
            return None
        return {
            table: (self.after if table.startswith("restricted.") else self.before)[table]
            for table in self.before
        }


@pytest.fixture(scope="module")
def rehearsed(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Rehearsed:
    warm_up()
    nights = prepared(tmp_path_factory.getbasetemp())
    folder = tmp_path_factory.mktemp("killed")
    council = nights.council(engine, folder / "council")
    copied = engine.copy(council, folder / "rehearsal")
    with loading(nights.run(copied, TODAY)) as load:
        assert load.wait()[0] == 0
    exactly = content(council.url)
    before, after = without_chance(exactly), state(copied.url)
    assert len(differing(before, after)) > 10
    assert "restricted.child_identity" in differing(before, after)
    return Rehearsed(engine, nights, folder, council, exactly, before, after, load.beats)


@dataclass(frozen=True)
class Plan:
    """When to kill the second night's last task, or the whole command that loads it."""

    moment: Moment
    is_command: bool = False

    def job(self, nights: Prepared, council: Council) -> Job:
        """What is killed."""
        if self.is_command:
            return council.arguments(nights.extracts[TODAY])
        return nights.run(council, TODAY)


@dataclass
class Tally:
    """killed: of how many loads the kill was the end. writing: of how many while they wrote.
    half_written: how many left half a copy of the file."""

    killed: int = 0
    writing: int = 0
    half_written: int = 0

    def count(self, load: Load, left: list[str], *, loaded: bool) -> None:
        self.killed += 1
        self.writing += any(b.what.startswith(WRITES) for b in load.beats) and not loaded
        self.half_written += any("loading" in name for name in left)


def kill(rehearsed: Rehearsed, name: str, plans: Iterable[Plan], *, again_after: int) -> Tally:
    """Kill a load at each of these moments. After so many, and whenever the night got loaded, load
    it again and begin anew with yesterday."""
    tally = Tally()
    council, kills = rehearsed.copy(f"{name} 0"), 0
    for number, plan in enumerate(plans, start=1):
        with loading(plan.job(rehearsed.nights, council)) as load:
            load.until_beat(plan.moment.beat)
            time.sleep(plan.moment.seconds)
            was_killed = load.kill()
        left = names_beside(council)  # before anybody looks, who takes it away
        found = look(rehearsed, council, load)
        if was_killed:
            tally.count(load, left, loaded=found == rehearsed.after)
        kills += 1
        if kills == again_after or found == rehearsed.after:
            load_again(rehearsed, council)
            council, kills = rehearsed.copy(f"{name} {number}"), 0
    if kills:
        load_again(rehearsed, council)
    return tally


def look(rehearsed: Rehearsed, council: Council, load: Load) -> State:
    """What the warehouse holds after a kill: everything of before or everything of after. A server
    goes on with a dead client's statement for a while, which must change nothing."""
    whole = [rehearsed.before, rehearsed.after, rehearsed.between_the_files(load)]
    found = rehearsed.seen_in(council)
    assert found in whole, (load.beats[-1], differing(found, rehearsed.before))
    if council.database:
        wait_until_nobody_loads(rehearsed.engine, council)
        found = rehearsed.seen_in(council)
        assert found in whole, (load.beats[-1], differing(found, rehearsed.before))
    return found


def load_again(rehearsed: Rehearsed, council: Council) -> None:
    """The command loads the night, or finds it loaded, and of the killed ones nothing stays: of a
    task that was killed before it took its work in hand, once that is two days old."""
    long_ago = time.time() - WAITS_SECONDS - 60
    for left in council.work_left_behind():
        if not left.with_name(f"{left.name}{LOCK}").exists():
            os.utime(left, (long_ago, long_ago))
    ran = council.load(rehearsed.nights.extracts[TODAY])
    assert ran.exit_code == 0, ran.err
    found = state(council.url)
    assert found == rehearsed.after, differing(found, rehearsed.after)
    assert council.work_left_behind() == []
    assert set(names_beside(council)) - {"landing", "pages"} == set(files_of(council))


def files_of(council: Council) -> tuple[str, ...]:
    """Those that a warehouse in a file consists of."""
    if council.database:
        return ()
    return council.file.name, f"{council.file.name}.lock", council.restricted.name


def test_a_load_killed_at_random_has_loaded_all_or_nothing_and_the_next_one_loads(
    rehearsed: Rehearsed,
) -> None:
    chance = Random(SEED)
    plans = [Plan(moment) for moment in moments(rehearsed.beats, 5, chance)]
    # While it lands the extract: the first that every load does.
    early = Plan(Moment(beat=chance.randrange(20), seconds=0), is_command=True)
    tally = kill(rehearsed, "few", [early, *plans], again_after=6)
    assert tally.killed >= 4
    assert tally.writing >= 2
    assert rehearsed.council.database or tally.half_written >= tally.writing


@pytest.mark.long
def test_a_load_killed_at_fifty_random_moments_has_loaded_all_or_nothing_each_time(
    rehearsed: Rehearsed,
) -> None:
    chance = Random(SEED + 1)
    whole = rehearsed.copy("whole command")
    with loading(whole.arguments(rehearsed.nights.extracts[TODAY])) as load:
        assert load.wait()[0] == 0
    is_reading = next(n for n, beat in enumerate(load.beats) if beat.what.startswith(WRITES))
    early = moments(load.beats[:is_reading], 12, chance)
    late = moments(rehearsed.beats, 38, chance)
    plans = [*(Plan(moment, is_command=True) for moment in early), *map(Plan, late)]
    chance.shuffle(plans)
    tally = kill(rehearsed, "fifty", plans, again_after=10)
    assert tally.killed >= 40
    assert tally.writing >= 15
    assert rehearsed.council.database or tally.half_written >= tally.writing


def last_acts(rehearsed: Rehearsed) -> dict[str, str]:
    """Where the last acts of a load begin, and what is then found."""
    if rehearsed.council.database:
        return {"commit": "before", TIDYING: "after"}
    return {IDENTITIES_PUT_IN_PLACE: "before", STAR_PUT_IN_PLACE: "between", TIDYING: "after"}


def test_a_load_killed_at_its_very_last_acts_has_loaded_all_or_nothing(
    rehearsed: Rehearsed,
) -> None:
    for number, (act, expected) in enumerate(last_acts(rehearsed).items()):
        council = rehearsed.copy(f"last act {number}")
        with loading(rehearsed.nights.run(council, TODAY), halts=(act,)) as load:
            load.until(act)
            assert load.kill()
        found = look(rehearsed, council, load)
        states = {
            "before": rehearsed.before,
            "between": rehearsed.between_the_files(load),
            "after": rehearsed.after,
        }
        assert found == states[expected], act
        if expected == "between":
            rehearsed.nights.load(council, TODAY)
            assert state(council.url) == rehearsed.after


def test_a_load_that_waits_for_one_that_is_killed_gets_its_turn(rehearsed: Rehearsed) -> None:
    council = rehearsed.copy("waiting")
    with loading(rehearsed.nights.run(council, TODAY), halts=(WRITING,)) as holder:
        holder.until(WRITING)
        with loading(rehearsed.nights.run(council, TODAY)) as waiting:
            waiting.until("sleep")
            assert state(council.url) == rehearsed.before
            assert holder.kill()
            exit_code, said = waiting.wait()
    assert exit_code == 0, said
    assert "waiting for another load" in said
    found = state(council.url)
    assert found == rehearsed.after, differing(found, rehearsed.after)
