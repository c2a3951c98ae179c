"""What one run of the tests makes once: a folder that all its processes share, and which files of
tests go to one process, because they look at the same nights. Nobody changes what is shared: who
wants to change it takes a copy."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

_NAMED = "TESTS_OF_CSC_ETL_SHARED"
# What `make test-report` runs, by the marker of that name.
_REPORT_OF_TWO_NIGHTS = (
    "nights/test_report.py", "nights/test_report_public.py", "nights/test_report_record.py",
    "nights/test_report_sentences.py", "nights/test_report_workbook.py",
)  # fmt: skip
OF_THE_REPORT = ("report/", "worklist/", "nights/test_report_untidy.py", *_REPORT_OF_TWO_NIGHTS)
# What `make test-doors` runs, by the marker `doors`.
OF_THE_DOORS = ("doors/", "inspection/", "sources/")
# What `make test-dags` runs, by the marker `dags`: in one process, as Airflow is one.
OF_THE_DAGS = ("dags/",)
# By what they share: folders or files under tests/. To leave one out costs time and nothing else.
TOGETHER = {
    "the two nights": (
        "nights/test_comparison.py", "nights/test_engines_agree.py", "nights/test_golden.py",
        "nights/test_privacy.py", "nights/test_report_views.py", "nights/test_restatement.py",
        *_REPORT_OF_TWO_NIGHTS,
    ),
    "the prepared nights, and the process that others are forked from": (
        "nights/test_backup.py", "nights/test_export.py", "nights/test_failures.py",
        "nights/test_killed.py", "nights/test_many_authorities.py", "nights/test_purge_detail.py",
        "nights/test_readers.py",
    ),
    "what was judged of the whole extract": ("nights/bad/",),
    "the golden night with its allocations": ("worklist/",),
    "Airflow": OF_THE_DAGS,
}  # fmt: skip


def folder() -> Path | None:
    """The run's folder; None outside a run of the tests, as in a benchmark."""
    named = os.environ.get(_NAMED)
    return Path(named) if named else None


def make() -> None:
    """Make the folder and name it to the processes that this one starts."""
    os.environ[_NAMED] = tempfile.mkdtemp(prefix="csc-etl-tests-")


def remove() -> None:
    """Leave nothing of it."""
    shutil.rmtree(os.environ.pop(_NAMED), ignore_errors=True)


def together(file: str) -> str:
    """The name under which a file's tests are handed to a process."""
    for name, files in TOGETHER.items():
        if file.partition("tests/")[2].startswith(files):
            return name
    return file
