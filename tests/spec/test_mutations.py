"""Do the specifications bite? Each fault, planted in a copy of the project, must fail one."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from etl.settings import PROJECT
from spec.mutations import MUTATIONS, Mutation

pytestmark = [pytest.mark.slow, pytest.mark.planted]
COPIED = ("etl", "sql", "expectations", "tests", "pyproject.toml")
FAILED = 1  # pytest's exit code where tests ran and one failed


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what the specifications need."""
    folder = tmp_path_factory.mktemp("mutated")
    for name in COPIED:
        source = PROJECT / name
        if source.is_dir():
            leave = shutil.ignore_patterns("__pycache__")
            shutil.copytree(source, folder / name, ignore=leave)
        else:
            shutil.copy(source, folder)
    return folder


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.fault)
def test_a_planted_fault_fails_a_specification(project: Path, mutation: Mutation) -> None:
    file = project / mutation.file
    sound = file.read_text(encoding="utf-8")
    assert mutation.old in sound
    file.write_text(sound.replace(mutation.old, mutation.new, 1), encoding="utf-8")
    try:
        ran = _specifications(project, mutation.spec)
    finally:
        file.write_text(sound, encoding="utf-8")
    assert ran.returncode == FAILED, ran.stdout
    assert "AssertionError" in ran.stdout, ran.stdout


def _specifications(project: Path, timescale: str) -> subprocess.CompletedProcess[str]:
    # The copy comes before the installed project on the path.
    return subprocess.run(
        [sys.executable, "-m", "pytest", f"tests/spec/test_{timescale}.py",
         "-x", "-q", "-p", "no:cacheprovider", "-p", "no:hypothesispytest"],
        cwd=project, env={**os.environ, "PYTHONPATH": str(project), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_the_readme_of_the_tests_lists_every_fault() -> None:
    text = (PROJECT / "tests" / "README.md").read_text(encoding="utf-8")
    assert [mutation.fault for mutation in MUTATIONS if mutation.fault not in text] == []
