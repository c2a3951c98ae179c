"""The wheel works by itself: in an empty environment, elsewhere than the checkout, it loads nights
of the demo's council by the command line. Airflow, which the DAGs alone need, is not there."""

from __future__ import annotations

import csv
import io
import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest
from nights.loading import KEY

from etl import __version__
from etl.settings import PROJECT, PSEUDONYM_KEY

pytestmark = [pytest.mark.slow, pytest.mark.package]

NIGHTS = ("2026-04-02", "2026-04-03")
CUT_OFF = "2026-04-04"
MEASURES = 82
AIRFLOW = "apache-airflow"
# At the top of the tree, and inside the package.
INSIDE = {"etl": "etl", "sql": "etl/sql", "expectations": "etl/expectations"}
BUILD_SDIST = "from setuptools import build_meta; build_meta.build_sdist({!r})"
PIP = ("-m", "pip", "--disable-pip-version-check", "--quiet")


@dataclass(frozen=True)
class Installed:
    """An environment with the wheel. folder: where its commands run, outside the checkout."""

    environment: Path
    folder: Path

    def run(self, program: str, *arguments: object) -> subprocess.CompletedProcess[str]:
        """Run a program of the environment, which knows nothing of the checkout."""
        return run(self.environment / "bin" / program, *arguments, within=self.folder)

    def csc_etl(self, *arguments: object) -> str:
        """Run the command line to a good end; returns what it printed."""
        return ended(self.run("csc-etl", *arguments))

    def python(self, program: str) -> str:
        """What a program prints that is run by the environment's Python."""
        return ended(self.run("python", "-c", program)).strip()

    @property
    def package(self) -> Path:
        return Path(self.python("import etl; print(etl.__file__)")).parent

    def load(self, extract: str) -> subprocess.CompletedProcess[str]:
        return self.run(
            "csc-etl", "load", f"extracts/{extract}", "--warehouse", "duckdb:///warehouse.duckdb",
            "--new", "--authority", self.package / "demo" / "westmere.toml",
        )  # fmt: skip


def run(*command: object, within: Path) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    return subprocess.run(
        [str(word) for word in command], cwd=within, env={**environment, PSEUDONYM_KEY: KEY},
        capture_output=True, text=True, check=False,
    )  # fmt: skip


def ended(ran: subprocess.CompletedProcess[str]) -> str:
    assert ran.returncode == 0, f"{ran.stdout}\n{ran.stderr}"
    return ran.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from the source distribution, so that both are whole."""
    folder = tmp_path_factory.mktemp("distributions")
    ended(run(sys.executable, "-c", BUILD_SDIST.format(str(folder)), within=PROJECT))
    [sdist] = folder.glob("*.tar.gz")
    building = ("wheel", "--no-deps", "--no-build-isolation", f"--wheel-dir={folder}", sdist)
    ended(run(sys.executable, *PIP, *building, within=folder))
    [built] = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """What the package requires, without Airflow, in the versions of the lock; then the wheel."""
    folder = tmp_path_factory.mktemp("elsewhere")
    environment = folder / "environment"
    ended(run(sys.executable, "-m", "venv", environment, within=folder))
    lock = (PROJECT / "requirements.lock").read_text(encoding="utf-8")
    pins = folder / "pins.txt"
    # pip takes neither hashes nor extras in a list of constraints.
    pins.write_text(re.sub(r" \\\n +--hash=\S+|\[[a-z-]+\](?===)", "", lock), encoding="utf-8")
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    required = [each for each in project["dependencies"] if not each.startswith(AIRFLOW)]
    python = environment / "bin" / "python"
    ended(run(python, *PIP, "install", f"--constraint={pins}", *required, within=folder))
    ended(run(python, *PIP, "install", "--no-deps", wheel, within=folder))
    return Installed(environment, folder)


@pytest.fixture(scope="module")
def loaded(installed: Installed) -> Installed:
    """The same with two nights of Westmere loaded."""
    for night in NIGHTS:
        installed.csc_etl("demo-extract", "extracts", "--date", night, "--children", "1000")
        ended(installed.load(night))
    return installed


def test_the_wheel_holds_every_file_of_the_package(wheel: Path) -> None:
    expected = {
        f"{inside}/{path.relative_to(PROJECT / folder).as_posix()}"
        for folder, inside in INSIDE.items()
        for path in (PROJECT / folder).rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    }
    with zipfile.ZipFile(wheel) as held:
        found = {name for name in held.namelist() if ".dist-info/" not in name}
    assert found == expected


def test_nothing_of_the_checkout_and_no_airflow_is_in_the_environment(installed: Installed) -> None:
    assert installed.package.is_relative_to(installed.environment)
    asked = "import importlib.util as found; print(found.find_spec('airflow'))"
    assert installed.python(asked) == "None"


def test_command_line_and_metadata_tell_the_release(installed: Installed) -> None:
    assert installed.csc_etl("--version") == f"csc-etl {__version__}\n"
    asked = "from importlib.metadata import version; print(version('csc-etl'))"
    assert installed.python(asked) == __version__


def test_two_nights_are_loaded_and_told_with_the_release(loaded: Installed) -> None:
    told = loaded.csc_etl("status", "--warehouse", "duckdb:///warehouse.duckdb")
    assert [line.split()[:3] for line in told.splitlines()[1:]] == [
        [night, "900", "loaded"] for night in reversed(NIGHTS)
    ]
    asked = "select software_version, count(*) from audit.load_run group by software_version"
    program = (
        "import duckdb; warehouse = duckdb.connect('warehouse.duckdb', read_only=True); "
        f"print(warehouse.execute({asked!r}).fetchall())"
    )
    assert loaded.python(program) == str([(__version__, len(NIGHTS))])


def test_every_measure_is_published(loaded: Installed) -> None:
    asked = ("measures", "--csv", "--warehouse", "duckdb:///warehouse.duckdb", "--known-on")
    figures = list(csv.DictReader(io.StringIO(loaded.csc_etl(*asked, NIGHTS[1]))))
    assert len({figure["measure"] for figure in figures}) == len(figures) == MEASURES
    assert sum(figure["value"] != "" for figure in figures) > MEASURES // 2


def test_exit_codes_are_those_of_the_readme(loaded: Installed) -> None:
    """Loaded already, stopped by a check, wrong usage."""
    assert loaded.load(NIGHTS[1]).returncode == 0
    extracts = loaded.folder / "extracts"
    cut_off = shutil.copytree(extracts / NIGHTS[1], extracts / CUT_OFF) / "FACT_REFERRALS.csv"
    cut_off.write_bytes(cut_off.read_bytes()[:-200])
    stopped = loaded.load(CUT_OFF)
    assert (stopped.returncode, stopped.stderr.count("Means: ")) == (3, 1)
    assert loaded.run("csc-etl", "load").returncode == 2
