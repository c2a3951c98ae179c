"""What `csc-etl status` says of the councils to those who watch them: as JSON, by its exit code,
and to Prometheus."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import make_url

from etl import __version__
from etl.settings import PROJECT
from etl.warehouse import open_warehouse
from etl.warehouse.views import publish_views
from nights.loading import WESTMERE, Council, Engine, Ran, command

# Half past midnight of 13 June in London.
NOW = datetime(2026, 6, 12, 23, 30, tzinfo=UTC)
TODAY = date(2026, 6, 13)
PASSWORD = "a-password-of-the-tests"
RAN = "insert into audit.load_run (run_id, la_code, extract_date, status, message, started_at, "
RAN += "finished_at) values (:run_id, :la_code, :extract_date, :status, :message, :at, :ended)"
OLD = TODAY - timedelta(days=9)


@dataclass(frozen=True)
class Watched:
    """A warehouse whose audit tells of runs, and what status says of them."""

    url: str

    def tell(self, la_code: str, *runs: tuple[date, str]) -> None:
        """Of runs, an hour after one another, each of an extract date and with a status."""
        with open_warehouse(self.url).writing(la_code) as session:
            for hour, (extract_date, status) in enumerate(runs):
                at = datetime(2026, 6, 1, 2 + hour)  # noqa: DTZ001 as the audit keeps it
                session.run(
                    RAN, run_id=f"{la_code}-{extract_date}-{hour}", la_code=la_code,
                    extract_date=extract_date, status=status, at=at,
                    ended=at + timedelta(minutes=5),
                    message="a check stopped it" if status == "stopped" else None,
                )  # fmt: skip
            publish_views(session)

    def status(self, *asked: object) -> Ran:
        with mock.patch("etl.commands.status._now", return_value=NOW):
            return command("status", "--warehouse", self.url, *asked)

    def told(self, *asked: object) -> dict[str, Any]:
        ran = self.status("--json", *asked)
        (line,) = ran.out.splitlines()
        found: dict[str, Any] = json.loads(line)
        assert found["exit_code"] == ran.exit_code
        return found


@pytest.fixture
def watched(engine: Engine, tmp_path: Path) -> Watched:
    council = engine.council(tmp_path / "council", WESTMERE)
    council.folder.mkdir(parents=True)
    return Watched(council.url)


@pytest.fixture
def in_file(tmp_path: Path) -> Watched:
    """For what is the same in every engine."""
    return Watched(Council(tmp_path, WESTMERE).url)


@pytest.fixture
def authorities(tmp_path: Path) -> Iterator[Path]:
    """The authorities' files of two councils."""
    folder = tmp_path / "authorities"
    folder.mkdir()
    for la_code in ("901", "902"):
        (folder / f"{la_code}.toml").write_text(f'[authority]\nla_code = "{la_code}"\n')
    yield folder


def test_one_object_tells_each_run_and_how_each_council_stands(watched: Watched) -> None:
    watched.tell("901", (OLD, "loaded"), (date(2026, 6, 12), "loaded"))
    watched.tell("902", (OLD, "loaded"), (date(2026, 6, 12), "stopped"))
    told = watched.told("--within", "2")
    assert told["software_version"] == __version__
    assert told["as_of"] == "2026-06-12T23:30:00+00:00"
    assert told["within_days"] == 2
    assert len(told["nights"]) == 4
    assert [run for run in told["nights"] if run["run_id"] == "902-2026-06-12-1"] == [
        {
            "run_id": "902-2026-06-12-1", "la_code": "902", "extract_date": "2026-06-12",
            "status": "stopped", "started_at": "2026-06-01T03:00:00+00:00",
            "finished_at": "2026-06-01T03:05:00+00:00", "after_days": None, "held_back": 0,
            "new": 0, "closed": 0, "message": "a check stopped it",
        }
    ]  # fmt: skip
    assert told["councils"] == [
        {
            "la_code": "901", "name": None, "nights_loaded": 2, "last_loaded": "2026-06-12",
            "days_since": 1, "is_late": False, "is_stopped": False,
            "last_run_id": "901-2026-06-12-1", "last_status": "loaded",
        },
        {
            "la_code": "902", "name": None, "nights_loaded": 1, "last_loaded": "2026-06-04",
            "days_since": 9, "is_late": True, "is_stopped": True,
            "last_run_id": "902-2026-06-12-1", "last_status": "stopped",
        },
    ]  # fmt: skip


def test_the_object_names_the_warehouse_without_its_password(watched: Watched) -> None:
    watched.tell("901", (OLD, "loaded"))
    if not watched.url.startswith("postgresql"):
        assert watched.told()["warehouse"]["engine"] == "duckdb"
        return
    url = make_url(watched.url).set(password=PASSWORD)
    ran = replace(watched, url=url.render_as_string(hide_password=False)).status("--json")
    assert json.loads(ran.out)["warehouse"]["engine"] == "postgresql"
    assert PASSWORD not in ran.out + ran.err


# By what became of a council's nights: how many days they may be old, and the exit code.
STANDINGS: dict[str, tuple[list[tuple[date, str]], int, int]] = {
    "of today": ([(TODAY, "loaded")], 0, 0),
    "the last day that is within": ([(TODAY - timedelta(days=2), "loaded")], 2, 0),
    "the first that is not": ([(TODAY - timedelta(days=3), "loaded")], 2, 4),
    "of a day to come": ([(TODAY + timedelta(days=3), "loaded")], 2, 4),
    "taken back": ([(OLD, "undone")], 2, 4),
    "never loaded": ([(OLD, "stopped")], 2, 4),
    "stopped, not late": ([(TODAY - timedelta(days=1), "loaded"), (TODAY, "stopped")], 2, 5),
    "stopped and then loaded": ([(TODAY, "stopped"), (TODAY, "loaded")], 2, 0),
    "another of a loaded night refused": ([(TODAY, "loaded"), (TODAY, "stopped")], 2, 0),
    "an older one refused": ([(TODAY, "loaded"), (OLD, "stopped")], 2, 0),
    "one of a wrong date before it": ([(date(2062, 6, 13), "stopped"), (TODAY, "loaded")], 2, 0),
    "stopped, loaded and taken back": (
        [(TODAY - timedelta(days=1), "loaded"), (TODAY, "stopped"), (TODAY, "undone")],
        2,
        0,
    ),
    "taken back, and the right one stopped": (
        [(TODAY - timedelta(days=1), "loaded"), (TODAY, "undone"), (TODAY, "stopped")],
        2,
        5,
    ),
    "stopped and late": ([(OLD, "loaded"), (TODAY, "stopped")], 2, 4),
}
LA_CODES = {standing: f"9{number:02}" for number, standing in enumerate(STANDINGS)}


@pytest.fixture(scope="module")
def of_every_standing(tmp_path_factory: pytest.TempPathFactory) -> Watched:
    """A council for each way in which one can stand."""
    found = Watched(Council(tmp_path_factory.mktemp("standings"), WESTMERE).url)
    for standing, (runs, _, _) in STANDINGS.items():
        found.tell(LA_CODES[standing], *runs)
    return found


@pytest.mark.parametrize("standing", STANDINGS)
def test_the_exit_code_says_how_a_council_stands(of_every_standing: Watched, standing: str) -> None:
    _, within, exit_code = STANDINGS[standing]
    asked = ("--la-code", LA_CODES[standing])
    assert of_every_standing.status(*asked, "--within", within).exit_code == exit_code


def test_without_being_asked_the_exit_code_says_nothing_of_that(
    of_every_standing: Watched,
) -> None:
    assert of_every_standing.status().exit_code == 0


def test_without_a_run_of_any_council_there_is_no_night_within(in_file: Watched) -> None:
    in_file.tell("901")
    assert in_file.status("--within", "2").exit_code == 4


def test_late_figures_of_one_council_outweigh_the_stop_of_another(watched: Watched) -> None:
    watched.tell("901", (TODAY, "loaded"))
    watched.tell("902", (TODAY - timedelta(days=1), "loaded"), (TODAY, "stopped"))
    assert watched.status("--within", "2").exit_code == 5
    watched.tell("903", (OLD, "loaded"))
    ran = watched.status("--within", "2")
    assert ran.exit_code == 4
    assert ran.out.endswith(
        "902: a check stopped its last night.\n"
        "903: no night is loaded whose extract date lies within 2 days of 2026-06-13; "
        "the last is that of 2026-06-04.\n"
    )


def test_one_council_alone_is_told_of_where_it_is_asked_for(watched: Watched) -> None:
    watched.tell("901", (TODAY, "loaded"))
    watched.tell("902", (OLD, "loaded"))
    told = watched.told("--within", "2", "--la-code", "901")
    assert told["exit_code"] == 0
    assert {each["la_code"] for each in (*told["nights"], *told["councils"])} == {"901"}
    assert watched.told("--within", "2", "--la-code", "902")["exit_code"] == 4


def test_a_council_that_nobody_knows_is_wrong_usage(in_file: Watched) -> None:
    in_file.tell("901", (TODAY, "loaded"))
    ran = in_file.status("--la-code", "999", "--within", "2")
    assert (ran.exit_code, len(ran.parts)) == (2, 4)
    assert "--la-code: 901." in ran.err


def test_a_council_with_a_file_and_no_night_counts_as_late(
    in_file: Watched, authorities: Path
) -> None:
    in_file.tell("901", (TODAY, "loaded"))
    assert in_file.status("--within", "2").exit_code == 0
    told = in_file.told("--within", "2", "--authorities", authorities)
    assert told["exit_code"] == 4
    late = told["councils"][1]
    assert (late["la_code"], late["is_late"], late["last_run_id"]) == ("902", True, None)


def test_a_council_that_is_gone_is_not_late_where_the_expected_ones_are_named(
    in_file: Watched, authorities: Path
) -> None:
    for code in ("901", "902"):
        in_file.tell(code, (TODAY, "loaded"))
    in_file.tell("900", (OLD, "loaded"))
    assert in_file.status("--within", "2").exit_code == 4
    told = in_file.told("--within", "2", "--authorities", authorities)
    assert told["exit_code"] == 0
    assert [council["la_code"] for council in told["councils"]] == ["901", "902"]


def test_a_folder_without_authority_files_is_wrong_usage(in_file: Watched, tmp_path: Path) -> None:
    in_file.tell("901", (TODAY, "loaded"))
    ran = in_file.status("--authorities", tmp_path / "none")
    assert (ran.exit_code, len(ran.parts)) == (2, 4)


@pytest.mark.parametrize("within", ["-1", "two", "10000"])
def test_days_that_are_no_number_of_days_are_wrong_usage(in_file: Watched, within: str) -> None:
    assert in_file.status(f"--within={within}").exit_code == 2


def samples(file: Path) -> dict[tuple[str, str], float]:
    """What Prometheus reads of the councils: by metric and council."""
    families = list(text_string_to_metric_families(file.read_text(encoding="utf-8")))
    assert all(family.type == "gauge" and family.documentation for family in families)
    return {
        (sample.name.removeprefix("csc_etl_"), sample.labels["la_code"]): sample.value
        for family in families
        for sample in family.samples
        if "la_code" in sample.labels
    }


def test_prometheus_reads_how_each_council_stands(
    watched: Watched, tmp_path: Path, authorities: Path
) -> None:
    watched.tell("901", (OLD, "loaded"), (TODAY, "stopped"))
    file = tmp_path / "csc_etl.prom"
    ran = watched.status("--metrics", file, "--authorities", authorities, "--within", "20")
    assert (ran.exit_code, ran.out) == (4, f"Wrote {file}\n")
    run_began = datetime(2026, 6, 1, 3, tzinfo=UTC).timestamp()
    assert samples(file) == {
        ("loaded_nights", "901"): 1,
        ("loaded_nights", "902"): 0,
        ("last_loaded_extract_timestamp_seconds", "901"): datetime(2026, 6, 4, tzinfo=UTC)
        .timestamp(),
        ("last_loaded_extract_age_days", "901"): 9,
        ("last_night_stopped", "901"): 1,
        ("last_night_stopped", "902"): 0,
        ("last_run_loaded", "901"): 0,
        ("last_run_held_back_rows", "901"): 0,
        ("last_run_new_versions", "901"): 0,
        ("last_run_closed_versions", "901"): 0,
        ("last_run_start_timestamp_seconds", "901"): run_began,
        ("last_run_end_timestamp_seconds", "901"): run_began + 300,
    }  # fmt: skip
    engine = "duckdb" if watched.url.startswith("duckdb") else "postgresql"
    assert f'csc_etl_info{{version="{__version__}",engine="{engine}"}} 1\n' in file.read_text()


def test_the_file_of_metrics_is_replaced_whole_and_everybody_reads_it(
    in_file: Watched, tmp_path: Path
) -> None:
    in_file.tell("901", (TODAY, "loaded"))
    folder = tmp_path / "collected"
    folder.mkdir()
    file = folder / "csc_etl.prom"
    file.write_text("what was there before")
    with file.open() as reader:  # who reads on has what was there
        assert in_file.status("--metrics", file).exit_code == 0
        assert reader.read() == "what was there before"
    assert [path.name for path in folder.iterdir()] == ["csc_etl.prom"]
    assert file.stat().st_mode & 0o777 == 0o644


def test_metrics_that_cannot_be_written_leave_nothing_behind(
    in_file: Watched, tmp_path: Path
) -> None:
    in_file.tell("901", (TODAY, "loaded"))
    ran = in_file.status("--metrics", tmp_path / "none" / "csc_etl.prom")
    assert (ran.exit_code, len(ran.parts)) == (1, 4)
    in_the_way = tmp_path / "way" / "csc_etl.prom"
    in_the_way.mkdir(parents=True)
    assert in_file.status("--metrics", in_the_way).exit_code == 1
    assert [path.name for path in in_the_way.parent.iterdir()] == ["csc_etl.prom"]


def test_the_code_of_a_council_cannot_break_the_file(
    in_file: Watched, authorities: Path, tmp_path: Path
) -> None:
    """A file that cannot be read stands under its own name, which may be any."""
    (authorities / 'it"is\\new.toml').write_text("[")
    in_file.tell("901", (TODAY, "loaded"))
    file = tmp_path / "csc_etl.prom"
    in_file.status("--metrics", file, "--authorities", authorities)
    assert samples(file)["loaded_nights", 'it"is\\new'] == 0


# What docs/status.md says there is.


def fields_in(heading: str) -> set[str]:
    """The names in the first column of the table with this heading."""
    page = (PROJECT / "docs" / "status.md").read_text(encoding="utf-8")
    table = page.partition(f"\n| {heading} | |\n")[2].partition("\n\n")[0]
    names = [row.split("|")[1] for row in table.splitlines()[1:]]
    return set(re.findall(r"`(\w+)`", " ".join(names)))


def test_the_page_names_every_field_of_the_object(in_file: Watched) -> None:
    in_file.tell("901", (TODAY, "loaded"))
    told = in_file.told()
    assert fields_in("field") == set(told)
    assert fields_in("field of a night") == set(told["nights"][0])
    assert fields_in("field of a council") == set(told["councils"][0])


def test_the_page_names_every_metric(in_file: Watched, tmp_path: Path) -> None:
    in_file.tell("901", (TODAY, "loaded"))
    in_file.status("--metrics", tmp_path / "csc_etl.prom")
    written = (tmp_path / "csc_etl.prom").read_text(encoding="utf-8")
    assert fields_in("metric") == set(re.findall(r"^# TYPE (\w+) gauge$", written, re.MULTILINE))


def block_of(language: str, which: int) -> str:
    """A block of the page in this language."""
    page = (PROJECT / "docs" / "status.md").read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```", page, re.DOTALL | re.MULTILINE)[which]


@pytest.mark.parametrize(("exit_code", "level"), [(0, 0), (5, 1), (4, 2), (1, 3), (2, 3)])
def test_the_plug_in_of_the_page_turns_exit_codes_into_nagios_levels(
    tmp_path: Path, exit_code: int, level: int
) -> None:
    """With a command in the place of ours that ends with this code."""
    ours, plug_in = tmp_path / "csc-etl", tmp_path / "plug_in"
    ours.write_text(f"#!/bin/sh\necho said with $*\nexit {exit_code}\n")
    plug_in.write_text(block_of("sh", 0))
    for script in (ours, plug_in):
        script.chmod(0o700)
    path = f"{tmp_path}:{os.environ['PATH']}"
    ran = subprocess.run([plug_in, "URL", "3"], env={"PATH": path}, capture_output=True, text=True)
    assert ran.returncode == level
    assert ran.stdout.startswith(("OK", "WARNING", "CRITICAL", "UNKNOWN")[level])
    assert level == 0 or "said with status --warehouse URL --within 3" in ran.stdout


def test_the_rules_of_the_page_ask_for_metrics_that_there_are() -> None:
    rules = yaml.safe_load(block_of("yaml", 0))["groups"][0]["rules"]
    asked = {name for rule in rules for name in re.findall(r"csc_etl_\w+", rule["expr"])}
    assert len(rules) == 3
    assert asked <= fields_in("metric")
    assert asked
