"""The program and an independent calculation with plain loops hold the same rows back.

What is owed is compared in tests/spec/, figures in tests/nights/.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from reference.extract import held_back
from unit.builders import (
    Checked,
    a_run,
    an_authority_file,
    conform_night,
    read,
)

from etl.demo import write_extract
from etl.night.relied_on import relied_on
from etl.validate.validate import validate

EXTRACT_DATE = date(2025, 11, 3)
# The reference names a row of these only as a lookup; the program makes no row of them.
LOOKUPS = {"FACT_MEETINGS", "FACT_FORM_ANSWERS", "FACT_CP_VISIT", "FACT_CLA_VISIT"}


@pytest.fixture(scope="module")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> Checked:
    """A night of the demo council with many faults, checked."""
    folder = tmp_path_factory.mktemp("faulty")
    extract = write_extract(
        folder, children=1000, extract_date=EXTRACT_DATE, seed=5, faults_per_thousand=60
    )
    limits = "[limits]\nrows_held_back_percent = 100"
    run = a_run(extract, an_authority_file(folder, limits), night=EXTRACT_DATE)
    conform_night(run)
    validate(run, read(run.authority_file), relied_on())
    return Checked(run)


AUTHORITY = {"source": {"date_format": "iso"}}
Record = tuple[str, int]


def rows_held(extract: Path) -> dict[Record, str]:
    """The reference's rows held back with reason, of the tables that become rows of ours."""
    held = held_back(extract, AUTHORITY, EXTRACT_DATE)
    return {(table, record): why for table, record, why in held if table not in LOOKUPS}


def test_the_rows_held_back_agree_with_the_reference_on_a_night_of_faults(faulty):
    expected, found = rows_held(faulty.run.arrival.path), faulty.reasons()
    # Children in dispute are listed and loaded.
    found = {row: why for row, why in found.items()
             if row[0] not in LOOKUPS and why[0] != "child_disputed"}  # fmt: skip
    assert len(expected) > 200
    assert {row: found[row] for row in set(found) - set(expected)} == {}
    assert {row: expected[row] for row in set(expected) - set(found)} == {}
