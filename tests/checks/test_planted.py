"""Does `make check` see the night? A misspelt step or hand-over, planted in a copy of the project,
must fail the type checker or the import contracts."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from etl.settings import PROJECT

pytestmark = [pytest.mark.slow, pytest.mark.planted]
MYPY = ("-m", "mypy")
IMPORTS = ("-c", "from importlinter.cli import lint_imports_command; lint_imports_command()")


@dataclass(frozen=True)
class Fault:
    """In ``file``, ``old`` becomes ``new`` where it first stands; ``check`` must say ``says``."""

    fault: str
    file: str
    old: str
    new: str
    says: str
    check: tuple[str, ...] = MYPY


FAULTS = (
    Fault("a step's task is misspelt", "etl/night/steps.py",
          '"validate", "check"', '"validate", "chekc"', "arg-type"),
    Fault("a step that there is not is listed", "etl/night/steps.py",
          '"check", _validate)', '"check", _validat)', "name-defined"),
    Fault("a step is called by another name than its room's", "etl/night/steps.py",
          "from etl.derive.derive import derive", "from etl.derive.derive import deriv",
          "attr-defined"),
    Fault("a step is given what it does not take", "etl/night/steps.py",
          "derive(tonight.run, tonight.authority)", "derive(tonight.run, tonight.key)",
          "arg-type"),
    Fault("a step of no room is imported", "etl/night/steps.py",
          "from etl.validate.validate", "from etl.validate.validation", "etl.validate.validation"),
    Fault("a hand-over is misspelt where it is written", "etl/validate/validate.py",
          "HELD_BACK.replace(", "HELDBACK.replace(", "name-defined"),
    Fault("a hand-over is misspelt where it is read", "etl/derive/derive.py",
          "READING.read(run)", "READINGS.read(run)", "name-defined"),
    Fault("a field of a hand-over is misspelt where it is read", "etl/derive/derive.py",
          'READING.read(run)["lacking"]', 'READING.read(run)["laking"]', "typeddict-item"),
    Fault("a field of a hand-over is misspelt where it is written", "etl/conform/conform.py",
          '"latest_only": carries', '"latestonly": carries', "typeddict-item"),
    Fault("a step imports another step", "etl/derive/derive.py",
          "from etl.run import Run", "from etl.run import Run\nfrom etl.validate import page",
          "Steps do not import one another BROKEN", IMPORTS),
    Fault("what comes after conform asks for the source", "etl/load/star.py",
          "from etl.run import Run", "from etl.run import Run\nfrom etl.sources import register",
          "Nothing after conform knows a source BROKEN", IMPORTS),
)  # fmt: skip


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what is checked, which is sound."""
    folder = tmp_path_factory.mktemp("planted")
    shutil.copytree(PROJECT / "etl", folder / "etl", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md"):
        shutil.copy(PROJECT / name, folder)
    for check in (MYPY, IMPORTS):
        sound = run(folder, check)
        assert sound.returncode == 0, sound.stdout + sound.stderr
    return folder


def run(project: Path, check: tuple[str, ...]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *check], cwd=project, env={**os.environ, "PYTHONPATH": str(project)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip


def rewrite(file: Path, text: str) -> None:
    """The type checker takes a file of the same size and the same second for the one it has read:
    each writing is a second later than the one before."""
    later = file.stat().st_mtime + 1
    file.write_text(text, encoding="utf-8")
    os.utime(file, (later, later))


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.fault)
def test_a_planted_fault_fails_the_checks(project: Path, fault: Fault) -> None:
    file = project / fault.file
    sound = file.read_text(encoding="utf-8")
    assert fault.old in sound
    rewrite(file, sound.replace(fault.old, fault.new, 1))
    try:
        ran = run(project, fault.check)
    finally:
        rewrite(file, sound)
    assert ran.returncode != 0
    assert fault.says in ran.stdout
