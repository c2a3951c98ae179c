"""What twelve councils' night comes to where it is spread over workers and some of it is killed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import psycopg
import pytest
from nights.loading import Council, accounts_that_do_not_sum, asking
from scheduler.councils import NIGHT
from servers.postgresql import Server

from distributed.spread import EXPECTED, HALF_COPIED, LATE, LOAD, NIGHTLY, Spread, run_night, spread

pytestmark = pytest.mark.distributed

# As the demo's extracts write names, addresses and notes; NHS numbers; and pupil numbers.
PERSONAL = re.compile(r"DEMO-|\b99900\d{5}\b|Z9000000\d{6}")
FIGURES = (
    "select month, measure, label, numerator, denominator, value from report.monthly_measure "
    "where la_code = :la_code order by month, measure, label"
)


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory, postgresql_server: Server) -> Iterator[Spread]:
    """The night, with Airflow still there to be asked."""
    with spread(tmp_path_factory.mktemp("spread"), postgresql_server) as night:
        run_night(night)
        yield night


def final(seen: Spread, la_code: str, name: str) -> dict[str, Any]:
    """The task of a council, as it ended."""
    (found,) = (
        task
        for task in seen.airflow.tasks(NIGHTLY, seen.run_id)
        if (task["task_id"], task["rendered_map_index"]) == (f"one_authority.{name}", la_code)
    )
    return found


def test_every_council_that_should_load_is_loaded_once(seen: Spread) -> None:
    assert seen.loaded() == list(EXPECTED)


def test_the_half_copied_extract_is_stopped_and_no_other(seen: Spread) -> None:
    with asking(seen.warehouse) as session:
        stopped = session.rows("select la_code from audit.load_run where status = 'stopped'")
    assert stopped == [(HALF_COPIED,)]


@pytest.mark.parametrize("when", ["before its commit", "after its commit"])
def test_a_load_that_was_killed_ends_well_when_it_is_tried_again(seen: Spread, when: str) -> None:
    task = final(seen, seen.killed[when], LOAD)
    assert (task["state"], task["try_number"]) == ("success", 2)


def test_each_loaded_night_is_told_of_once_that_of_a_killed_load_too(seen: Spread) -> None:
    assert sorted(event["extra"]["la_code"] for event in seen.airflow.events()) == list(EXPECTED)


def test_what_a_killed_worker_had_in_hand_is_loaded_by_another(seen: Spread) -> None:
    assert seen.lost
    for la_code in seen.lost & set(EXPECTED):
        assert final(seen, la_code, LOAD)["state"] == "success"


def test_the_late_council_is_loaded_though_its_worker_died(seen: Spread) -> None:
    assert final(seen, LATE, "wait_for_extract")["state"] == "success"
    assert final(seen, LATE, LOAD)["state"] == "success"


def test_the_accounts_of_every_load_sum(seen: Spread) -> None:
    assert accounts_that_do_not_sum(seen.warehouse) == []


def test_the_figures_are_those_of_a_quiet_night(seen: Spread, postgresql_server: Server) -> None:
    alone = Council(
        seen.councils.folder / "alone", seen.councils.folder, postgresql_server.new_database()
    )
    for la_code in sorted({*seen.killed.values(), *seen.lost, LATE} & set(EXPECTED)):
        council = replace(alone, authority=seen.councils.folder / "authorities" / f"{la_code}.toml")
        extract = seen.councils.folder / "extracts" / la_code / NIGHT.isoformat()
        assert council.load(extract).exit_code == 0
        assert figures(seen.warehouse, la_code) == figures(council.url, la_code) != []


def figures(warehouse: str, la_code: str) -> list[tuple[Any, ...]]:
    """A council's figures of every month."""
    with asking(warehouse) as session:
        return session.rows(FIGURES, la_code=la_code)


def test_airflows_own_database_holds_nothing_of_a_person(seen: Spread) -> None:
    with psycopg.connect(seen.database) as connection:
        tables = connection.execute(
            "select quote_ident(table_name) from information_schema.tables "
            "where table_schema = 'public' and table_type = 'BASE TABLE'"
        ).fetchall()
        rows = {
            name: [row for (row,) in connection.execute(f"select t::text from {name} as t")]
            for (name,) in tables
        }
    assert rows["task_instance"]
    assert any(HALF_COPIED in row for row in rows["rendered_task_instance_fields"])
    assert [name for name, found in rows.items() if any(map(PERSONAL.search, found))] == []
