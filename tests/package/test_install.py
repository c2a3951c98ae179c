"""`make install` by itself: an environment elsewhere with what nights need, and the DAG files in
it, which Airflow of that environment reads."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from etl import __version__
from etl.settings import PROJECT

pytestmark = [pytest.mark.slow, pytest.mark.package]

READ_BY_AIRFLOW = """
from airflow.dag_processing.dagbag import DagBag
import etl
bag = DagBag({!r})
print(etl.__file__, bag.import_errors, sorted(bag.dags))
"""
OF_DEVELOPERS = ("pytest", "ruff", "mypy", "openlineage")


def run(*command: object, **variables: str) -> subprocess.CompletedProcess[str]:
    """A command that knows nothing of this checkout's environment."""
    known = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    return subprocess.run(
        [str(word) for word in command], cwd=PROJECT, env=known | variables,
        capture_output=True, text=True, check=False,
    )  # fmt: skip


def install(prefix: Path, *asked: str) -> subprocess.CompletedProcess[str]:
    return run("make", "install", f"PYTHON={sys.executable}", f"PREFIX={prefix}", *asked)


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `make install` makes of this checkout."""
    prefix = tmp_path_factory.mktemp("opt") / "csc-etl"
    ended = install(prefix)
    assert ended.returncode == 0, ended.stderr
    assert f"csc-etl {__version__} is {prefix}/bin/csc-etl" in ended.stdout
    return prefix


def test_the_command_line_of_the_release_is_there(installed: Path) -> None:
    assert run(installed / "bin" / "csc-etl", "--version").stdout == f"csc-etl {__version__}\n"


def test_the_pages_and_units_for_the_machine_are_beside_it(installed: Path) -> None:
    deploy = PROJECT / "docs" / "deploy"
    for file in (path for path in deploy.rglob("*") if path.is_file() and path.suffix != ".pyc"):
        assert (installed / "docs" / "deploy" / file.relative_to(deploy)).is_file()


def test_every_dag_file_is_read_by_the_airflow_beside_it(installed: Path, tmp_path: Path) -> None:
    told = run(
        installed / "bin" / "python", "-P", "-c", READ_BY_AIRFLOW.format(str(installed / "dags")),
        AIRFLOW_HOME=str(tmp_path), AIRFLOW__CORE__LOAD_EXAMPLES="False",
    )  # fmt: skip
    assert told.returncode == 0, told.stderr
    dags = sorted(file.stem for file in (PROJECT / "dags").glob("*.py"))
    package, found = told.stdout.splitlines()[-1].split(" ", 1)
    assert Path(package).is_relative_to(installed)
    assert found == f"{{}} {dags}"


def test_no_tool_of_developers_is_there_and_what_is_there_is_compiled(installed: Path) -> None:
    (packages,) = (installed / "lib").glob("python3.*/site-packages")
    named = {path.name for path in packages.iterdir()}
    assert not named & set(OF_DEVELOPERS)
    assert not (PROJECT / "build").exists()
    for folder in (packages / "etl", packages / "pandas", installed / "dags"):
        assert any((folder / "__pycache__").glob("*.pyc"))


def test_a_folder_that_is_there_is_not_installed_over(installed: Path) -> None:
    again = install(installed)
    assert again.returncode != 0
    assert "is there already, and a night may be running in it" in again.stderr


def test_what_could_not_be_installed_whole_is_removed(tmp_path: Path) -> None:
    lock = tmp_path / "no.lock"
    lock.write_text("csc-etl-of-nobody==1.0 --hash=sha256:" + 64 * "0")
    failed = install(tmp_path / "csc-etl", f"LOCK={lock}", "PIP_NO_INDEX=1")
    assert failed.returncode != 0
    assert not (tmp_path / "csc-etl").exists()
