"""Extracts on an SFTP server, by one of Airflow's connections: waited for, fetched and loaded."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from nights.few_children import few_children
from servers.sftp import PASSWORD, USER, SftpServer, sftp_server

from etl import settings
from etl.errors import NotArrived, WrongUsage
from etl.night.tasks import TASKS
from etl.sources.arrival import readiness

NIGHT = date(2026, 4, 2)
CONNECTION = "of_the_council"
EXTRACTS = f"airflow://{CONNECTION}"
TABLE = "FACT_REFERRALS.csv"


def set_connection(patch: pytest.MonkeyPatch, server: SftpServer, **others: Any) -> None:
    """As ``airflow connections add`` does."""
    said = {
        "conn_type": "sftp", "host": "127.0.0.1", "port": server.port, "login": USER,
        "password": PASSWORD, "extra": {"host_key": server.host_key.split()[1]},
    }  # fmt: skip
    patch.setenv(f"AIRFLOW_CONN_{CONNECTION.upper()}", json.dumps(said | others))


@pytest.fixture
def server(schedule_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SftpServer]:
    """The extracts are there, and nothing is yet."""
    root = schedule_folder / "served"
    (root / "900").mkdir(parents=True)
    with sftp_server(root) as serving:
        set_connection(monkeypatch, serving)
        monkeypatch.setenv("CSC_ETL_EXTRACTS", EXTRACTS)
        yield serving


def night_of(folder: Path, day: str = NIGHT.isoformat(), how: str = "load") -> dict[str, str]:
    """What a group is given."""
    return {
        "la_code": "900", "name": "Westmere", "how": how, "may_be_new": "yes",
        "authority_file": str(folder / "authorities" / "westmere.toml"),
        "extract": f"{EXTRACTS}/900/{day}", "extract_date": day,
    }  # fmt: skip


def put(server: SftpServer, *names: str) -> None:
    folder = server.root / "900" / NIGHT.isoformat()
    folder.mkdir(exist_ok=True)
    for name in names:
        (folder / name).write_text("A\n1\n")


def waits(night: dict[str, str]) -> Any:
    """How the task waits."""
    from airflow.sdk.exceptions import TaskDeferred

    from etl.schedule.arrival import ExtractSensor

    with pytest.raises(TaskDeferred) as raised:
        ExtractSensor(task_id="wait_for_extract", night=night).execute({})
    return raised.value


def run(module: ModuleType, night: dict[str, str], *tasks: str, try_number: int = 1) -> Any:
    """What a task gives on."""
    event = SimpleNamespace(extra={})
    context = {
        "ti": SimpleNamespace(try_number=try_number), "outlet_events": defaultdict(lambda: event)
    }  # fmt: skip
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "get_current_context", lambda: context)
        return module.one_task(night, list(tasks))


def test_a_night_is_looked_for_below_the_url_of_the_settings(
    asking: ModuleType, server: SftpServer
) -> None:
    from etl.councils import councils_in

    asked = asking.Asked(NIGHT, (), asking.LOAD, False)
    councils = councils_in(settings.schedule().authorities)
    [night] = asking.nights_of(settings.schedule(), councils, asked)
    assert night["extract"] == f"{EXTRACTS}/900/2026-04-02"


def test_files_that_were_never_seen_before_are_waited_for_even_after_the_hour(
    server: SftpServer, schedule_folder: Path
) -> None:
    put(server, TABLE, "READY")
    trigger = waits(night_of(schedule_folder)).trigger
    assert trigger.extract == f"{EXTRACTS}/900/2026-04-02"
    assert PASSWORD not in str(trigger.serialize())


def test_nothing_after_the_hour_is_told_by_its_url(
    server: SftpServer, schedule_folder: Path
) -> None:
    from etl.schedule.arrival import ExtractSensor

    with pytest.raises(NotArrived) as raised:
        ExtractSensor(task_id="wait_for_extract", night=night_of(schedule_folder)).execute({})
    assert raised.value.where == f"{EXTRACTS}/900/2026-04-02"


def test_a_trigger_looks_without_keeping_its_loop_from_others(
    server: SftpServer, schedule_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from etl.schedule.arrival_trigger import ExtractTrigger

    monkeypatch.setattr(readiness, "SETTLED", timedelta(seconds=0.2))
    trigger = ExtractTrigger(
        la_code="900", extract=night_of(schedule_folder)["extract"], quiet_seconds=600.0,
        until=datetime(2999, 1, 1, tzinfo=UTC).isoformat(), poke_interval=0.01,
    )  # fmt: skip
    longest = 0.0

    async def beside() -> None:
        """What another trigger would notice."""
        nonlocal longest
        while True:
            before = asyncio.get_running_loop().time()
            await asyncio.sleep(0.01)
            longest = max(longest, asyncio.get_running_loop().time() - before)

    async def copied_meanwhile() -> Any:
        other = asyncio.ensure_future(beside())
        looking = asyncio.ensure_future(anext(trigger.run()))
        await asyncio.sleep(0.1)
        assert not looking.done()
        put(server, TABLE, "READY")
        found = await asyncio.wait_for(looking, 60)
        other.cancel()
        return found.payload

    assert asyncio.run(copied_meanwhile())["told_by"] == "a marker beside or among its files"
    assert longest < 5.0


@pytest.mark.parametrize(
    ("others", "says"),
    [
        ({"conn_type": "http"}, "of no SFTP server"),
        ({"login": ""}, "of no SFTP server with a user"),
        ({"password": "not it"}, "did not let us in"),
        ({"extra": {"no_host_key_check": "true"}}, "Nobody said which host key"),
    ],
)
def test_a_connection_that_does_not_lead_in_is_told_and_not_tried_again(
    server: SftpServer, schedule_folder: Path, monkeypatch: pytest.MonkeyPatch,
    others: dict[str, Any], says: str,
) -> None:  # fmt: skip
    from etl.schedule.arrival import ExtractSensor

    set_connection(monkeypatch, server, **others)
    with pytest.raises(WrongUsage, match=says) as raised:
        ExtractSensor(task_id="wait_for_extract", night=night_of(schedule_folder)).execute({})
    assert PASSWORD not in str(raised.value)


def test_a_key_of_the_connection_lets_us_in(
    server: SftpServer, schedule_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    extra = {"private_key": server.user_key, "host_key": server.host_key}
    set_connection(monkeypatch, server, password="", extra=extra)
    put(server, TABLE)
    assert waits(night_of(schedule_folder)).trigger


@pytest.mark.slow
def test_the_tasks_of_a_night_fetch_load_and_put_away_and_pass_no_secret_on(
    nightly_load: ModuleType, server: SftpServer, schedule_folder: Path, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    from airflow.sdk.exceptions import AirflowSkipException

    from etl.schedule.arrival import ExtractSensor

    monkeypatch.setenv(settings.ARCHIVE, "loaded")
    extract = few_children(tmp_path / "drawn", NIGHT)
    shutil.copytree(extract, server.root / "900" / extract.name)
    passed_on = night_of(schedule_folder)
    for name in TASKS:
        passed_on = run(nightly_load, passed_on, name)
        assert PASSWORD not in json.dumps(passed_on)
    assert [path.name for path in (server.root / "900").iterdir()] == ["loaded"]
    server.opened.clear()
    # Cleared, nothing of it waits for what was put away.
    ExtractSensor(task_id="wait_for_extract", night=night_of(schedule_folder)).execute({})
    with pytest.raises(AirflowSkipException, match="loaded already"):
        run(nightly_load, night_of(schedule_folder), TASKS[0])
    assert server.opened == []


def test_what_was_put_away_and_is_not_loaded_is_still_waited_for(
    server: SftpServer, schedule_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from etl.schedule.arrival import ExtractSensor

    monkeypatch.setenv(settings.ARCHIVE, "loaded")
    (server.root / "900" / "loaded" / NIGHT.isoformat()).mkdir(parents=True)
    with pytest.raises(NotArrived):
        ExtractSensor(task_id="wait_for_extract", night=night_of(schedule_folder)).execute({})


@pytest.mark.slow
def test_a_dry_run_fetches_and_puts_nothing_away(
    nightly_load: ModuleType, server: SftpServer, schedule_folder: Path, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setenv(settings.ARCHIVE, "loaded")
    extract = few_children(tmp_path / "drawn", NIGHT)
    shutil.copytree(extract, server.root / "900" / extract.name)
    night = night_of(schedule_folder, how="dry run")
    assert run(nightly_load, night, "check") == night
    assert [path.name for path in (server.root / "900").iterdir()] == [extract.name]
