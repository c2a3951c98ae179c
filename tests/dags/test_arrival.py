"""The task that waits for an extract, its trigger, and both in a DAG that Airflow runs."""

from __future__ import annotations

import asyncio
import os
import pickle
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pendulum
import pytest

from etl import settings
from etl.errors import ConnectionFault, NotArrived, WrongUsage
from etl.sources.arrival.readiness import Readiness, State

pytestmark = pytest.mark.filterwarnings(
    # Airflow's in-process API server wants a library that Airflow does not install.
    "ignore:Using `httpx` with `starlette.testclient`"
    ":starlette.exceptions.StarletteDeprecationWarning"
)
PAST, FUTURE = date(2026, 4, 2), date(2999, 4, 2)
TABLE = "FACT_REFERRALS.csv"
BUNDLE = "dags-folder"


def night_of(folder: Path, extract_date: date = PAST) -> dict[str, str]:
    """What a group is given, its council's folder empty."""
    extract = folder / "extracts" / "900" / extract_date.isoformat()
    extract.parent.mkdir(parents=True, exist_ok=True)
    return {
        "la_code": "900",
        "name": "Westmere",
        "authority_file": str(folder / "authorities" / "westmere.toml"),
        "extract": str(extract),
        "extract_date": extract_date.isoformat(),
    }


def put(night: dict[str, str], *names: str, content: str = "A\n1\n") -> Path:
    """Files in the night's folder."""
    extract = Path(night["extract"])
    extract.mkdir(exist_ok=True)
    for name in names:
        (extract / name).write_text(content)
    return extract


def make_old(monkeypatch: pytest.MonkeyPatch) -> None:
    """As though it had not changed for a day: nobody can set a file's ctime."""
    from etl.schedule import arrival

    real = arrival.readiness

    def a_day_older(*where: Any, **others: Any) -> Readiness:
        found = real(*where, **others)
        assert found.changed_at
        return replace(found, changed_at=found.changed_at - timedelta(days=1))

    monkeypatch.setattr(arrival, "readiness", a_day_older)


def sensor_of(night: dict[str, str], **arguments: Any) -> Any:
    from etl.schedule.arrival import ExtractSensor

    return ExtractSensor(task_id="wait_for_extract", night=night, **arguments)


def deferred(act: Callable[[], None]) -> Any:
    """How it waits."""
    from airflow.sdk.exceptions import TaskDeferred

    with pytest.raises(TaskDeferred) as raised:
        act()
    return raised.value


@pytest.fixture
def trigger_of() -> Callable[..., Any]:
    """Makes the trigger that looks at a night all the time until a moment."""
    from etl.schedule.arrival_trigger import ExtractTrigger

    def make(night: dict[str, str], until: datetime, **arguments: Any) -> Any:
        given = {"la_code": "900", "quiet_seconds": 600.0, "poke_interval": 0.01} | arguments
        return ExtractTrigger(extract=night["extract"], until=until.isoformat(), **given)

    return make


async def _event(trigger: Any) -> Any:
    return (await anext(trigger.run())).payload


def test_reading_what_the_dag_needs_of_it_loads_nothing_heavy() -> None:
    heavy = ("pandas", "great_expectations", "duckdb", "pyarrow")
    asked = f"import sys, etl.schedule.arrival; print(sorted(set({heavy}) & set(sys.modules)))"
    told = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert told.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize(
    ("day", "told"),
    [(date(2026, 6, 30), "10:00 BST on 30 June 2026"),
     (date(2026, 11, 29), "10:00 GMT on 29 November 2026")],
)  # fmt: skip
def test_the_hour_is_the_one_of_clocks_in_london(day: date, told: str) -> None:
    from etl.schedule.arrival import in_words, last_moment

    assert in_words(last_moment(day, time(10))) == told


def test_a_whole_extract_is_not_waited_for(
    schedule_folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    night = night_of(schedule_folder)
    put(night, TABLE, "READY")
    with caplog.at_level("INFO"):
        sensor_of(night).execute({})
    assert "[900] the extract is whole: told by a marker" in caplog.text


def test_a_broken_file_of_an_authority_fails_at_once_in_its_own_words(
    schedule_folder: Path,
) -> None:
    night = night_of(schedule_folder, FUTURE)
    Path(night["authority_file"]).write_text("[authority")
    with pytest.raises(WrongUsage, match=r"westmere\.toml"):
        sensor_of(night).execute({})


def test_a_council_of_which_there_are_two_files_is_not_loaded_by_either(
    schedule_folder: Path,
) -> None:
    night = night_of(schedule_folder)
    put(night, TABLE, "READY")
    with pytest.raises(WrongUsage, match=r"state the la_code 900: old\.toml, westmere\.toml"):
        sensor_of(night | {"stated_in": "old.toml, westmere.toml"}).execute({})


def test_an_extract_that_is_not_there_yet_is_waited_for_until_its_hour(
    schedule_folder: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv(settings.WAIT_UNTIL, "09:30")
    night = night_of(schedule_folder, FUTURE)
    with caplog.at_level("INFO"):
        waits = deferred(lambda: sensor_of(night).execute({}))
    hour = datetime(2999, 4, 2, 8, 30, tzinfo=UTC)
    assert datetime.fromisoformat(waits.trigger.until) == hour
    assert waits.method_name == "execute_complete"
    assert datetime.now(UTC) + waits.timeout > hour
    told = "of 2999-04-02 is not there yet; waiting until 09:30 BST on 2 April 2999"
    assert told in caplog.text
    assert night["extract"] in caplog.text


def test_after_the_hour_an_absent_extract_is_told_in_four_parts_and_not_waited_for(
    schedule_folder: Path,
) -> None:
    night = night_of(schedule_folder)
    with pytest.raises(NotArrived) as raised:
        sensor_of(night).execute({})
    told = raised.value
    assert "neither folder nor file, and it is waited for until 10:00 BST on 2 April" in told.what
    assert told.where == night["extract"]
    assert "Nothing was loaded of this council" in told.means
    assert "clear this task" in told.next
    assert told.exit_code == 1
    assert str(pickle.loads(pickle.dumps(told))) == str(told)


def test_a_late_extract_is_no_outage_that_is_tried_again(schedule_folder: Path) -> None:
    from etl.schedule.every_task import EVERY_TASK

    with pytest.raises(NotArrived) as raised:
        sensor_of(night_of(schedule_folder)).execute({})
    judged = EVERY_TASK["retry_policy"].evaluate(raised.value, try_number=1, max_tries=6)
    assert judged.action.value == "fail"


def test_after_the_hour_files_that_still_come_are_waited_for_an_hour_more(
    schedule_folder: Path,
) -> None:
    night = night_of(schedule_folder)
    put(night, TABLE)
    before = datetime.now(UTC)
    waits = deferred(lambda: sensor_of(night).execute({}))
    until = datetime.fromisoformat(waits.trigger.until)
    assert before <= until - timedelta(hours=1) <= datetime.now(UTC)


@pytest.mark.parametrize(
    ("tables", "told"),
    [
        (("FACT_REFERRALS", "FACT_CLA"), "; table FACT_CLA of its manifest is missing"),
        (("FACT_CP_PLAN", "FACT_CLA"), "; tables FACT_CLA, FACT_CP_PLAN of its manifest are"),
        (("FACT_CLA", "OF_A_CHILD"), "; tables FACT_CLA and 1 more of its manifest are missing"),
        (("FACT_REFERRALS", "OF_A_CHILD"), "; 1 table of its manifest missing"),
    ],
)
def test_a_half_copied_extract_that_nobody_copies_on_is_told_at_once(
    schedule_folder: Path, monkeypatch: pytest.MonkeyPatch, tables: tuple[str, ...], told: str
) -> None:
    night = night_of(schedule_folder)
    put(night, TABLE)
    rows = "".join(f"{table},1\n" for table in tables)
    put(night, "MANIFEST.csv", content=f"table,rows\n{rows}")
    make_old(monkeypatch)
    with pytest.raises(NotArrived) as raised:
        sensor_of(night).execute({})
    assert "is still being copied: last changed at" in raised.value.what
    assert told in raised.value.what
    assert "OF_A_CHILD" not in str(raised.value)


def test_what_a_copy_tool_left_is_counted_and_not_named(
    schedule_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    night = night_of(schedule_folder)
    put(night, TABLE, "of a child.csv.part", "READY")
    make_old(monkeypatch)
    with pytest.raises(NotArrived, match="; 1 file of a copy tool that are not") as raised:
        sensor_of(night).execute({})
    assert "of a child" not in str(raised.value)


def test_a_place_that_cannot_be_looked_at_is_an_outage(schedule_folder: Path) -> None:
    night = night_of(schedule_folder, FUTURE)
    Path(night["extract"]).symlink_to(night["extract"])
    with pytest.raises(ConnectionFault, match="cannot be looked at"):
        sensor_of(night).execute({})


def test_a_wait_that_ended_whole_goes_on(
    schedule_folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    night = night_of(schedule_folder)
    put(night, TABLE)
    event = {"until": "2026-04-02T09:00:00+00:00", "told_by": "its files"}
    with caplog.at_level("INFO"):
        sensor_of(night).execute_complete({}, event)
    assert "told by its files" in caplog.text


def test_an_extract_that_was_taken_away_again_is_waited_for_further(
    schedule_folder: Path,
) -> None:
    night = night_of(schedule_folder, FUTURE)
    until = "2999-04-02T09:00:00+00:00"
    event = {"until": until, "told_by": "its files"}
    waits = deferred(lambda: sensor_of(night).execute_complete({}, event))
    assert waits.trigger.until == until


def test_where_the_triggerer_is_down_the_task_looks_itself(
    schedule_folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    night, timed_out = night_of(schedule_folder), {"error": "Trigger timeout"}
    with pytest.raises(NotArrived):
        sensor_of(night).resume_execution("__fail__", timed_out, {})
    put(night, TABLE, "READY")
    sensor_of(night).resume_execution("__fail__", timed_out, {})
    assert "see that it runs" in caplog.text


def test_a_trigger_is_made_again_from_what_airflow_keeps_of_it(
    schedule_folder: Path, trigger_of: Callable[..., Any]
) -> None:
    from airflow.sdk.module_loading import import_string

    trigger = trigger_of(night_of(schedule_folder), datetime(2999, 1, 1, tzinfo=UTC))
    path, arguments = trigger.serialize()
    assert import_string(path)(**arguments).serialize() == (path, arguments)


def test_a_trigger_ends_when_the_extract_is_whole(
    schedule_folder: Path, trigger_of: Callable[..., Any]
) -> None:
    night = night_of(schedule_folder, FUTURE)
    trigger = trigger_of(night, datetime(2999, 1, 1, tzinfo=UTC))

    async def copied_meanwhile() -> Any:
        looking = asyncio.ensure_future(_event(trigger))
        put(night, TABLE, "FACT_CLA.csv.part")
        await asyncio.sleep(0.05)
        assert not looking.done()
        (Path(night["extract"]) / "FACT_CLA.csv.part").rename(
            Path(night["extract"]) / "FACT_CLA.csv"
        )
        put(night, "READY")
        return await asyncio.wait_for(looking, 60)

    event = asyncio.run(copied_meanwhile())
    assert event == {"until": trigger.until, "told_by": "a marker beside or among its files"}


def test_a_trigger_ends_at_its_hour_without_an_extract(
    schedule_folder: Path, trigger_of: Callable[..., Any]
) -> None:
    until = datetime.now(UTC) + timedelta(seconds=0.05)
    event = asyncio.run(_event(trigger_of(night_of(schedule_folder), until, poke_interval=900)))
    assert event == {"until": until.isoformat(), "told_by": None}


def test_a_trigger_waits_an_outage_out(
    schedule_folder: Path, trigger_of: Callable[..., Any], caplog: pytest.LogCaptureFixture
) -> None:
    night = night_of(schedule_folder, FUTURE)
    extract = Path(night["extract"])
    extract.symlink_to(extract)
    trigger = trigger_of(night, datetime(2999, 1, 1, tzinfo=UTC))

    async def mended_meanwhile() -> Any:
        looking = asyncio.ensure_future(_event(trigger))
        while "cannot be looked at" not in caplog.text:
            await asyncio.sleep(0.01)
        extract.unlink()
        put(night, TABLE, "READY")
        return await asyncio.wait_for(looking, 60)

    assert asyncio.run(mended_meanwhile())["told_by"]


def test_a_trigger_remembers_how_long_files_with_times_ahead_were_quiet(
    schedule_folder: Path, trigger_of: Callable[..., Any]
) -> None:
    night = night_of(schedule_folder, FUTURE)
    extract = put(night, TABLE)
    ahead = (datetime.now(UTC) + timedelta(days=1)).timestamp()
    os.utime(extract / TABLE, (ahead, ahead))
    trigger = trigger_of(night, datetime(2999, 1, 1, tzinfo=UTC), quiet_seconds=0.1)
    event = asyncio.run(asyncio.wait_for(_event(trigger), 60))
    assert event["told_by"].startswith("its files")


@pytest.fixture
def waiting_dag(airflow_database: None, tmp_path: Path) -> Callable[..., Any]:
    """Makes a DAG with the task in a mapped group, and one after it that loads nothing."""
    from airflow.dag_processing.bundles.manager import DagBundlesManager
    from airflow.dag_processing.dagbag import DagBag, sync_bag_to_db
    from airflow.sdk import DAG, task, task_group

    DagBundlesManager().sync_bundles_to_db()

    def make(nights: list[dict[str, str]]) -> Any:
        with DAG("waiting", start_date=datetime(2026, 1, 1, tzinfo=UTC), schedule=None) as dag:

            @task
            def find_nights() -> list[dict[str, str]]:
                return nights

            @task
            def land(night: dict[str, str]) -> str:
                return night["extract"]

            @task_group
            def one_authority(night: Any) -> None:
                waiting = sensor_of(
                    night, poke_interval=0.01, map_index_template="{{ task.night.la_code }}"
                )
                waiting >> land(night)

            one_authority.expand(night=find_nights())
        bag = DagBag(str(tmp_path), bundle_name=BUNDLE)
        bag.bag_dag(dag)
        sync_bag_to_db(bag, BUNDLE, None)  # Airflow runs none that its database does not know
        return dag

    return make


def instances(run: Any, task_id: str) -> list[Any]:
    found = [each for each in run.get_task_instances() if each.task_id == task_id]
    return sorted(found, key=lambda each: int(each.map_index))


def run_by_airflow(dag: Any) -> Any:
    return dag.test(logical_date=pendulum.datetime(2026, 4, 2, tz="UTC"))


WAITING, LANDING = "one_authority.wait_for_extract", "one_authority.land"


@pytest.mark.slow
def test_airflow_waits_for_one_council_and_tells_of_another_that_is_late(
    schedule_folder: Path, waiting_dag: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    from etl.schedule import arrival_trigger

    comes, late = night_of(schedule_folder, FUTURE), night_of(schedule_folder)
    real = arrival_trigger.looked
    looks: list[State] = []

    def copied_between_looks(*where: Any, **how: Any) -> Readiness:
        found = real(*where, **how)
        looks.append(found.state)
        put(comes, TABLE) if len(looks) == 1 else put(comes, "READY")
        return found

    monkeypatch.setattr(arrival_trigger, "looked", copied_between_looks)
    run = run_by_airflow(waiting_dag([comes, late]))
    assert looks == [State.ABSENT, State.ARRIVING, State.WHOLE]
    assert [each.state for each in instances(run, WAITING)] == ["success", "failed"]
    assert [each.state for each in instances(run, LANDING)] == ["success", "upstream_failed"]
    assert {each.rendered_map_index for each in instances(run, WAITING)} == {"900"}


@pytest.mark.slow
def test_airflow_gives_up_a_half_copied_extract_at_its_hour_and_keeps_no_word_of_it(
    schedule_folder: Path, waiting_dag: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    from airflow.models.xcom import XComModel
    from airflow.utils.session import create_session

    from etl.schedule import arrival

    night = night_of(schedule_folder)
    put(night, TABLE, "FACT_CLA.csv.filepart")
    monkeypatch.setattr(arrival, "LONGEST_AFTER_THE_HOUR", timedelta(seconds=0.1))
    run = run_by_airflow(waiting_dag([night]))
    assert [each.state for each in instances(run, WAITING)] == ["failed"]
    assert [each.state for each in instances(run, LANDING)] == ["upstream_failed"]
    with create_session() as session:
        kept = session.query(XComModel).filter(XComModel.task_id == WAITING).count()
    assert kept == 0
