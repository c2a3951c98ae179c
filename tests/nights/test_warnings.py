"""What will go wrong is told of before it does, and what goes unnoticed is noticed."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb
import pytest
from unit.builders import an_authority_file, an_extract

from etl.answers.warnings import Warned, warnings_of
from etl.calendar.working_days import check_covers, last_day
from etl.errors import NightStopped
from etl.upkeep.backup import SUMS
from nights.loading import Council, Engine

pytestmark = [pytest.mark.slow, pytest.mark.upkeep]

NOW = datetime(2014, 11, 4, 12, tzinfo=UTC)
SIGNED_OTHERWISE = (
    "[publication]\nlanding_months = 12\n"
    "[publication.signed]\nchild_protection_visit = '0123 4567 89ab cdef'\n"
)


@pytest.fixture(scope="module")
def council(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Council:
    folder: Path = tmp_path_factory.mktemp("warned")
    council = engine.council(folder / "council", an_authority_file(folder, SIGNED_OTHERWISE))
    ran = council.load(an_extract(folder, FACT_CP_PLAN=[{}], FACT_CASENOTES=[{}]))
    assert ran.exit_code == 0, ran.err
    return council


def kinds(found: list[Warned]) -> set[str]:
    return {each.kind for each in found}


def test_a_rule_that_is_not_as_signed_and_targets_not_set_are_told_of_by_council(
    council: Council,
) -> None:
    found = warnings_of(council.url, at=NOW, authority_files=[council.authority])
    [rule] = [each for each in found if each.kind == "rule"]
    assert "child_protection_visit" in rule.what
    [(la_code,)] = council.rows("select la_code from report.last_extract")
    assert {each.la_code for each in found} == {la_code}
    assert kinds(found) == {"rule", "targets"}
    assert all("2014/15" in each.what for each in found if each.kind == "targets")


def test_of_a_warehouse_that_is_not_there_that_is_told(tmp_path: Path) -> None:
    [found] = warnings_of(f"duckdb:///{tmp_path}/none.duckdb", at=NOW)
    assert (found.kind, found.what) == ("warehouse", "There is no warehouse there yet.")
    assert "csc-etl load --new" in found.next


def test_a_warehouse_of_another_release_is_to_be_upgraded(tmp_path: Path) -> None:
    council = Council(tmp_path, an_authority_file(tmp_path))
    council.load(an_extract(tmp_path))
    with duckdb.connect(council.file) as connection:
        connection.execute("alter table audit.load_run drop column undone_at")
    [found] = warnings_of(council.url, at=NOW)
    assert "csc-etl upgrade" in found.next


@pytest.mark.parametrize(("days_before", "is_told"), [(366, False), (365, True), (0, True)])
def test_the_calendar_is_told_of_a_year_before_nights_are_stopped_by_it(
    tmp_path: Path, days_before: int, is_told: bool
) -> None:
    first_stopped = date(last_day().year - 1, 1, 1)
    with pytest.raises(NightStopped):
        check_covers(first_stopped)
    check_covers(first_stopped - timedelta(days=1))
    at = datetime.combine(first_stopped, datetime.min.time(), UTC) - timedelta(days=days_before)
    found = warnings_of(f"duckdb:///{tmp_path}/none.duckdb", at=at)
    assert ("calendar" in kinds(found)) == is_told
    assert all(str(first_stopped) in each.what for each in found if each.kind == "calendar")


def test_a_file_that_says_nothing_of_retention_is_told_of_and_a_broken_one_is_not(
    tmp_path: Path,
) -> None:
    file, broken = an_authority_file(tmp_path), tmp_path / "broken.toml"
    broken.write_text("[authority")
    found = warnings_of(f"duckdb:///{tmp_path}/none.duckdb", at=NOW, authority_files=[broken, file])
    [retention] = [each for each in found if each.kind == "retention"]
    assert "24 months" in retention.what
    assert "landing_months" in retention.next


def a_backup(folder: Path, at: datetime) -> None:
    (folder / f"{at:%Y-%m-%dT%H%M%SZ}").mkdir(parents=True)
    (folder / f"{at:%Y-%m-%dT%H%M%SZ}" / SUMS).touch()


@pytest.mark.parametrize(
    ("age", "said"),
    [
        (timedelta(days=7), None),
        (timedelta(days=7, seconds=1), "the last one is of 2014-10-28"),
        (None, "there is none"),
    ],
)
def test_a_backup_that_is_overdue_is_told_of(
    tmp_path: Path, age: timedelta | None, said: str | None
) -> None:
    backups = tmp_path / "backups"
    if age is not None:
        a_backup(backups, NOW - age)
    found = warnings_of(f"duckdb:///{tmp_path}/none.duckdb", at=NOW, backups=backups)
    told = [each.what for each in found if each.kind == "backup"]
    assert (said is not None) == bool(told)
    assert not said or said in told[0]


def test_where_no_backups_are_wanted_none_is_missed(tmp_path: Path) -> None:
    assert "backup" not in kinds(warnings_of(f"duckdb:///{tmp_path}/none.duckdb", at=NOW))
