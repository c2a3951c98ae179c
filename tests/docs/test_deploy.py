"""What docs/deploy/ tells an engineer to install: each command and setting it names is one that
there is, the units belong together, and its scripts do what they say."""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
from itertools import chain
from pathlib import Path

import pytest
import yaml

from etl import cli, settings
from etl.settings import PROJECT

FOLDER = PROJECT / "docs" / "deploy"
UNITS = sorted(chain(*(FOLDER.rglob(f"*.{kind}") for kind in ("service", "timer"))))
SHIPPED = [PROJECT / "Dockerfile", PROJECT / "compose.yaml"]
SHIPPED += sorted(path for path in FOLDER.rglob("*") if path.is_file() and path.suffix != ".pyc")
# Not the account or group of the same name, as in `install -g csc-etl`.
NAMED = r"(?<![\w/@-])(?<!-[ogu] )csc-etl (?!csc-etl)"
COMMAND = re.compile(NAMED + r"([a-z][a-z-]*)((?: +[^\s|;)`]+)*)")
SCRIPTS = FOLDER / "systemd"
LA_CODE, NIGHT = "874", "2026-05-31"
CALLED = 'echo "$@" >> "$CALLS"; case "$1" in $FAILING) exit 1;; esac\n'
# Of the scripts one asks for the day of the week.
DAY = f"case $1 in +%u) echo $WEEKDAY;; *) echo {NIGHT};; esac\n"


def text_of(path: Path) -> str:
    """With lines that a backslash continues as one."""
    return re.sub(r"\\\n\s*", "", path.read_text(encoding="utf-8"))


def options_of() -> dict[str, set[str]]:
    """The options of each command of the command line."""
    [commands] = [
        action
        for action in cli._parser()._actions
        if isinstance(action, argparse._SubParsersAction)
    ]
    return {
        name: set(chain(*(action.option_strings for action in parser._actions)))
        for name, parser in commands.choices.items()
    }


def commands_named(path: Path) -> list[tuple[str, list[str]]]:
    """Each command that a file names in code, with the options it gives."""
    text = text_of(path)
    if path.suffix == ".md":
        text = "\n".join(re.findall(r"```.*?```|`[^`\n]+`", text, re.DOTALL))
    return [(name, re.findall(r"(?<!\S)--[a-z-]+", asked)) for name, asked in COMMAND.findall(text)]


def test_there_are_commands_to_look_at() -> None:
    named = {name for path in SHIPPED for name, _ in commands_named(path)}
    assert named >= {"load", "status", "backup", "purge", "upgrade"}


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.name)
def test_every_command_and_option_that_is_named_is_one_of_the_command_line(path: Path) -> None:
    known = options_of()
    for name, options in commands_named(path):
        assert name in known, f"csc-etl {name}"
        assert set(options) <= known[name], f"csc-etl {name}"


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.name)
def test_every_setting_that_is_named_is_one(path: Path) -> None:
    named = set(re.findall(r"\bCSC_ETL_[A-Z_]+\b", path.read_text(encoding="utf-8")))
    assert named <= set(settings.NAMES)


def lines_of(unit: Path, key: str) -> list[str]:
    return re.findall(rf"^{key}=(.*)$", unit.read_text(encoding="utf-8"), re.M)


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_each_unit_names_units_scripts_and_pages_that_are_shipped(unit: Path) -> None:
    shipped = {path.name for path in UNITS}
    for named in lines_of(unit, "OnFailure"):
        assert re.sub(r"@.*\.", "@.", named) in shipped
    if unit.suffix == ".timer":
        assert unit.with_suffix(".service").name in shipped
    for page in lines_of(unit, "Documentation"):
        assert (PROJECT / page.removeprefix("file:/opt/csc-etl/current/")).exists()
    for command in lines_of(unit, "ExecStart"):
        program = Path(command.split()[0])
        if program.parent == Path("/usr/local/lib/csc-etl"):
            assert os.access(SCRIPTS / program.name, os.X_OK)


@pytest.mark.parametrize(
    "unit", [unit for unit in UNITS if unit.suffix == ".service"], ids=lambda unit: unit.name
)
def test_each_service_runs_as_an_account_of_its_own_whose_files_are_its_own(unit: Path) -> None:
    assert lines_of(unit, "User") == ["csc-etl"]
    assert lines_of(unit, "UMask") == ["0077"]
    assert lines_of(unit, "PrivateTmp") == ["yes"]


def test_what_a_check_stopped_and_wrong_usage_are_not_tried_again() -> None:
    [codes] = lines_of(SCRIPTS / "csc-etl-night@.service", "RestartPreventExitStatus")
    assert codes.split() == ["2", "3"]


@pytest.mark.package
def test_systemd_finds_no_fault_in_the_units(tmp_path: Path) -> None:
    """Needs systemd-analyze: apt-get install systemd."""
    programs = tmp_path / "programs"
    programs.mkdir()
    for name in ("csc-etl-night", "csc-etl-tell", "csc-etl-upkeep", "airflow"):
        (programs / name).write_text("#!/bin/sh\n")
        (programs / name).chmod(0o755)
    there = r"/usr/local/lib/csc-etl|/opt/csc-etl/current/bin(?=/airflow)"
    for unit in UNITS:
        text = re.sub(there, str(programs), unit.read_text(encoding="utf-8"))
        (tmp_path / unit.name).write_text(text, encoding="utf-8")
    ran = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *(str(tmp_path / unit.name) for unit in UNITS)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", "")


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """A folder with a `csc-etl` that notes how it was called, and with the day of the night."""
    for name, does in (("csc-etl", CALLED), ("date", DAY)):
        (tmp_path / "bin" / name).parent.mkdir(exist_ok=True)
        (tmp_path / "bin" / name).write_text(f"#!/bin/sh\n{does}")
        (tmp_path / "bin" / name).chmod(0o755)
    (tmp_path / "extracts" / LA_CODE).mkdir(parents=True)
    (tmp_path / "authorities").mkdir()
    for name in ("1", LA_CODE):
        (tmp_path / "authorities" / f"{name}.toml").touch()
    return tmp_path


def run_script(
    machine: Path, name: str, *arguments: str, failing: str = "", weekday: str = "6"
) -> tuple[int, str]:
    """A script's exit code, and the calls of csc-etl that it made, a line each."""
    ran = subprocess.run(
        [str(SCRIPTS / name), *arguments],
        env={
            "PATH": f"{machine / 'bin'}:{os.environ['PATH']}",
            "CALLS": str(machine / "calls"),
            "FAILING": failing,
            "WEEKDAY": weekday,
            "CSC_ETL_EXTRACTS": str(machine / "extracts"),
            "CSC_ETL_AUTHORITIES": str(machine / "authorities"),
            "CSC_ETL_WAREHOUSE": "duckdb:////w.duckdb",
            "CSC_ETL_BACKUPS": "/backups",
        },
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    calls = machine / "calls"
    return ran.returncode, calls.read_text() if calls.exists() else ran.stderr


def test_an_extract_without_its_marker_is_tried_again_later(machine: Path) -> None:
    (machine / "extracts" / LA_CODE / NIGHT).mkdir()
    code, said = run_script(machine, "csc-etl-night", LA_CODE)
    assert code == 75
    assert "not there yet, or not whole" in said


@pytest.mark.parametrize(
    ("arrived", "marker", "loaded"),
    [
        (f"{NIGHT}/x.csv", f"{NIGHT}/READY", NIGHT),
        (f"{NIGHT}/x.csv", f"{NIGHT}.done", NIGHT),
        (f"{NIGHT}.zip", f"{NIGHT}.done", f"{NIGHT}.zip"),
    ],
)
def test_an_extract_with_its_marker_is_loaded(
    machine: Path, arrived: str, marker: str, loaded: str
) -> None:
    folder = machine / "extracts" / LA_CODE
    for name in (arrived, marker):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).touch()
    code, called = run_script(machine, "csc-etl-night", LA_CODE)
    assert code == 0
    assert called == (
        f"load {folder / loaded} --date {NIGHT} --authority "
        f"{machine / 'authorities' / LA_CODE}.toml --warehouse duckdb:////w.duckdb\n"
    )


def test_upkeep_does_the_rest_where_one_part_fails_and_fails_itself(machine: Path) -> None:
    code, called = run_script(machine, "csc-etl-upkeep", failing="backup")
    assert code == 1
    assert [line.split()[0] for line in called.splitlines()] == [
        "backup", "purge", "purge", "status"
    ]  # fmt: skip


def test_upkeep_removes_what_is_old_on_saturdays_alone(machine: Path) -> None:
    """A purge writes a DuckDB warehouse anew."""
    _, called = run_script(machine, "csc-etl-upkeep", weekday="5")
    assert [line.split()[0] for line in called.splitlines()] == ["backup", "status"]


def test_every_script_is_one_that_the_plain_shell_reads() -> None:
    scripts = [path for path in FOLDER.rglob("*") if path.is_file() and not path.suffix]
    read = [path for path in scripts if path.read_text().startswith("#!/bin/sh\n")]
    assert {path.name for path in read} == {
        "csc-etl-night", "csc-etl-tell", "csc-etl-upkeep", "prepare"
    }  # fmt: skip
    shell = shutil.which("sh")
    for path in read:
        subprocess.run([str(shell), "-n", str(path)], check=True)


def test_compose_shows_no_port_to_others_and_has_no_password_of_its_own() -> None:
    asked = yaml.safe_load((PROJECT / "compose.yaml").read_text(encoding="utf-8"))
    for service in asked["services"].values():
        assert all(port.startswith("127.0.0.1:") for port in service.get("ports", []))
        assert set(service.get("secrets", [])) <= set(asked["secrets"])
        for name, value in service.get("environment", {}).items():
            assert name.endswith(("_FILE", "PGPASSFILE")) or "PASSWORD" not in name
            assert not re.search(r"://[^/@]+:[^/@]+@", value)
    assert {secret["file"] for secret in asked["secrets"].values()} == {
        f"./secrets/{name}" for name in asked["secrets"]
    }


def test_the_image_is_built_of_what_is_there_and_runs_as_nobody_else() -> None:
    text = (PROJECT / "Dockerfile").read_text(encoding="utf-8")
    assert re.findall(r"^USER (.*)$", text, re.M) == ["50874:50874"]
    lets_in = (PROJECT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert lets_in[1] == "*"
    for name in (line.removeprefix("!") for line in lets_in if line.startswith("!")):
        assert (PROJECT / name).exists()
