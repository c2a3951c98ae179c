"""One night of four councils by a real Airflow: scheduler with LocalExecutor, API server,
dag-processor and triggerer, each a process, with its own database in PostgreSQL. One council's
extract is there, one is still being copied when the night begins, one was half copied, one never
came."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from nights.loading import asking
from servers import airflow, mail
from servers.airflow import Airflow
from servers.postgresql import Server
from servers.waiting import until

from scheduler.councils import NIGHT, Councils

pytestmark = pytest.mark.scheduler

THERE, LATE, HALF_COPIED, ABSENT = "901", "902", "903", "904"
NIGHTLY, MONTHLY = "nightly_load", "monthly_report"
MISTYPED = {"extract_dat": NIGHT.isoformat()}
# On two cores that are free, a sixth of it.
A_NIGHT = 300.0


@dataclass(frozen=True)
class Night:
    """What was seen of it. mistyped, run_id: of the runs. waiting, pool: states of the tasks and
    taken slots while the late council was waited for; ended: the states at the end."""

    airflow: Airflow
    councils: Councils
    warehouse: str
    sent: mail.Kept
    mistyped: str
    run_id: str
    waiting: dict[tuple[str, str], str]
    pool: dict[str, Any]
    ended: dict[tuple[str, str], str]

    def audit(self) -> list[tuple[Any, ...]]:
        with asking(self.warehouse) as session:
            return session.rows("select la_code, status from audit.load_run order by la_code")

    def states_of(self, name: str) -> list[str]:
        """Of every council. Airflow gives a mapped task its council's name when it begins: one that
        never did has a number."""
        return [state for (task, _), state in self.ended.items() if task == name]

    def task(self, name: str, la_code: str) -> dict[str, Any]:
        (found,) = (
            each
            for each in self.airflow.tasks(NIGHTLY, self.run_id)
            if (each["task_id"].rpartition(".")[2], each["rendered_map_index"]) == (name, la_code)
        )
        return found

    def log(self, name: str, la_code: str) -> str:
        return self.airflow.log(NIGHTLY, self.run_id, self.task(name, la_code))


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory, postgresql_server: Server) -> Iterator[Night]:
    """The night, from its beginning to its end, with Airflow still there to be asked."""
    folder = tmp_path_factory.mktemp("scheduler")
    councils, warehouse = Councils(folder), f"duckdb:///{folder / 'warehouse.duckdb'}"
    prepare(councils)
    with mail.running() as sent:
        told = councils.environment | {
            "CSC_ETL_WAREHOUSE": warehouse,
            "CSC_ETL_MAIL_TO": "nights@example.org",
            "AIRFLOW_CONN_SMTP_DEFAULT": sent.connection,
        }
        with airflow.running(folder / "airflow", postgresql_server.new_database(), told) as running:
            running.unpause(NIGHTLY, MONTHLY)
            yield seen(running, councils, warehouse, sent)


def prepare(councils: Councils) -> None:
    """The extracts as they are when the night begins."""
    for la_code in (THERE, LATE, HALF_COPIED, ABSENT):
        councils.found(la_code)
    for la_code in (THERE, LATE):
        councils.prepare(la_code)
    councils.half_copy(HALF_COPIED)
    for la_code in (THERE, HALF_COPIED):
        councils.arrive(la_code)
    councils.begin_to_arrive(LATE)


def seen(running: Airflow, councils: Councils, warehouse: str, sent: mail.Kept) -> Night:
    """Run the night; the late extract arrives once every other council is done with."""
    mistyped = running.trigger(NIGHTLY, MISTYPED)
    run_id = running.trigger(NIGHTLY, {"extract_date": NIGHT.isoformat(), "new_warehouse": True})
    running.ended(NIGHTLY, mistyped, A_NIGHT)
    waiting = until(
        lambda: at_rest(running, run_id), A_NIGHT, "only the late council is waited for",
        lambda: running.table(NIGHTLY, run_id),
    )  # fmt: skip
    pool = until(lambda: nothing_taken(running), A_NIGHT, "nothing takes a slot")
    councils.arrive(LATE)
    running.ended(NIGHTLY, run_id, A_NIGHT)
    until(lambda: all_ended(running), A_NIGHT, "a monthly run for each loaded night ends")
    ended = running.table(NIGHTLY, run_id)
    return Night(running, councils, warehouse, sent, mistyped, run_id, waiting, pool, ended)


def at_rest(running: Airflow, run_id: str) -> dict[tuple[str, str], str] | None:
    """The states, once the late council's are all that is still to come."""
    running.processes.check()
    table = running.table(NIGHTLY, run_id)
    done = {
        ("write_worklists", THERE): "skipped",
        ("land", HALF_COPIED): "failed",
        ("wait_for_extract", ABSENT): "failed",
        ("wait_for_extract", LATE): "deferred",
    }
    return table if done.items() <= table.items() else None


def nothing_taken(running: Airflow) -> dict[str, Any] | None:
    """The pool, once nothing runs and nothing is queued."""
    pool = running.pool()
    return pool if pool["running_slots"] == pool["queued_slots"] == 0 else None


def all_ended(running: Airflow) -> bool:
    """Whether each loaded night's monthly run is over."""
    return [run["state"] for run in running.runs(MONTHLY)] == ["success", "success"]


def test_every_council_that_should_load_is_loaded_once(night: Night) -> None:
    assert night.audit() == [(THERE, "loaded"), (LATE, "loaded"), (HALF_COPIED, "stopped")]


def test_a_night_of_which_a_council_failed_is_red_though_somebody_was_told(night: Night) -> None:
    assert night.ended["tell_of_night", ""] == "success"
    assert night.airflow.state(NIGHTLY, night.run_id) == "failed"


def test_the_log_of_a_check_holds_nothing_of_what_another_library_says(night: Night) -> None:
    log = night.log("check", THERE)
    assert "expectations" in log
    assert "Skipping registering" not in log


def test_a_late_council_is_waited_for_in_no_slot_and_holds_no_other(night: Night) -> None:
    assert night.waiting["load", THERE] == "success"
    assert night.waiting["wait_for_extract", LATE] == "deferred"
    assert (night.pool["deferred_slots"], night.pool["occupied_slots"]) == (1, 0)
    assert night.ended["load", LATE] == "success"


def test_a_half_copied_extract_fails_its_council_alone_and_says_what_it_lacks(night: Night) -> None:
    assert night.ended["land", HALF_COPIED] == "failed"
    assert night.states_of("load").count("upstream_failed") == 2
    log = night.log("land", HALF_COPIED)
    assert "FACT_REFERRALS" in log
    for part in ("What:", "Where:", "Means:", "Next:"):
        assert part in log


def test_an_extract_of_an_earlier_day_that_never_came_is_not_waited_for(night: Night) -> None:
    assert night.ended["wait_for_extract", ABSENT] == "failed"
    assert night.states_of("land").count("upstream_failed") == 1
    assert night.task("wait_for_extract", ABSENT)["try_number"] == 1


def test_the_grid_names_the_council_of_a_task_that_waits_failed_or_succeeded(night: Night) -> None:
    for table in (night.waiting, night.ended):
        councils = {council for name, council in table if name == "wait_for_extract"}
        assert councils == {THERE, LATE, HALF_COPIED, ABSENT}


def test_a_parameter_that_is_none_begins_no_council(night: Night) -> None:
    tasks = {each["task_id"]: each for each in night.airflow.tasks(NIGHTLY, night.mistyped)}
    assert tasks["find_nights"]["state"] == "failed"
    assert night.airflow.state(NIGHTLY, night.mistyped) == "failed"
    assert "no parameter: extract_dat" in night.airflow.log(
        NIGHTLY, night.mistyped, tasks["find_nights"]
    )
    begun = [name for name, each in tasks.items() if each["state"] == "success"]
    assert begun in ([], ["tell_of_night"])


def test_each_loaded_night_starts_the_monthly_report_of_its_council_alone(night: Night) -> None:
    told = sorted(event["extra"]["la_code"] for event in night.airflow.events())
    assert told == [THERE, LATE]
    councils = [
        council
        for run in night.airflow.runs(MONTHLY)
        for name, council in night.airflow.table(MONTHLY, run["dag_run_id"])
        if name == "write_reports"
    ]
    assert sorted(councils) == [THERE, LATE]


def test_every_failure_and_the_night_as_a_whole_are_told_by_mail(night: Night) -> None:
    subjects = sorted(night.sent.texts)
    for la_code, name in ((HALF_COPIED, "land"), (ABSENT, "wait_for_extract")):
        assert [each for each in subjects if f"{la_code} {name} failed" in each]
    (summary,) = (text for about, text in night.sent.texts.items() if "2 of 4 loaded" in about)
    for la_code in (THERE, LATE, HALF_COPIED, ABSENT):
        assert f"{la_code}" in summary


def test_nothing_is_left_in_the_folder_of_nights_that_run(night: Night) -> None:
    assert list((Path(night.councils.environment["CSC_ETL_LANDING"]) / "work").iterdir()) == []
