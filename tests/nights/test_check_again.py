"""The task that checks a night is begun again after what was wrong with it was mended: what it
wrote the first time is not left beside what it writes then."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from unit.builders import NIGHT, an_authority_file, an_extract

from etl.night.begin import begin
from etl.night.tasks import TASKS
from etl.night.walk import Walk, run_task
from etl.run import Run
from nights.loading import KEY, asking

pytestmark = [pytest.mark.slow, pytest.mark.upkeep]

LIMITS = "[limits]\nrows_held_back_percent = 100\nstale_days = 1000\nvalues_lost_percent = 100\n"
NEXT = NIGHT + timedelta(days=1)
ORDINARY = Walk(key=KEY.encode)


def begun(folder: Path, night: date, url: str) -> Run:
    """A night with one contact, with nothing done yet."""
    extract = an_extract(folder / "extracts", night=night, FACT_CONTACTS=[{}])
    return begin(extract, an_authority_file(folder, LIMITS), url)


def test_the_earlier_version_of_a_row_that_is_not_held_back_any_more_is_not_kept(
    tmp_path: Path,
) -> None:
    url = f"duckdb:///{tmp_path / 'warehouse.duckdb'}"
    first = begun(tmp_path, NIGHT, url)
    for task in TASKS:
        run_task(first, task, ORDINARY)
    land, check, load = TASKS
    run = begun(tmp_path, NEXT, url)
    run_task(run, land, ORDINARY)
    an_authority_file(tmp_path, LIMITS, date_format="uk")  # no date can be read
    run_task(run, check, ORDINARY)
    an_authority_file(tmp_path, LIMITS)
    run_task(run, check, ORDINARY)
    run_task(run, load, ORDINARY)
    with asking(url) as session:
        accounts = session.rows(
            "select held_back, kept_earlier_version, loaded from audit.table_load "
            "where table_name = 'contact'"
        )
    assert accounts == [(0, 0, 1)] * 2
