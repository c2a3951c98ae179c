"""What nights wrote of themselves in detail goes when it is old; what figures, the history and the
next night need stays."""

from __future__ import annotations

import json
import os
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from etl.answers.status import last_runs
from etl.errors import ConnectionFault
from etl.settings import KEEP_AUDIT_MONTHS, KEEP_PAGES_MONTHS
from etl.upkeep import detail
from etl.upkeep.detail import Kept, purge_detail
from etl.warehouse import open_warehouse
from nights.beating import warm_up
from nights.loading import Council, Engine, Ran, command, content
from nights.prepared import DATES, TODAY, TOMORROW, YESTERDAY, Prepared, prepared

pytestmark = [pytest.mark.slow, pytest.mark.upkeep]

LA_CODE = "900"
# Long after any clock by which these nights ran.
LATER = date(2100, 1, 1)
DONE_AT = datetime(2100, 1, 1, 12, tzinfo=UTC)
GOES = {"rejected_row", "expectation_result", "column_load", "replaced_value", "observation"}
Rows = Counter[tuple[Any, ...]]


@dataclass(frozen=True)
class Two:
    """A council with two nights, and what its warehouse holds."""

    engine: Engine
    nights: Prepared
    council: Council
    held: dict[str, Rows]

    def copy(self, folder: Path) -> Council:
        folder.mkdir(exist_ok=True)
        council = self.engine.copy(self.council, folder / "council")
        council.folder.mkdir(exist_ok=True)
        (council.folder / "landing").mkdir()
        pages = council.folder / "pages" / LA_CODE
        pages.mkdir(parents=True)
        for night in DATES[:TOMORROW]:
            (pages / f"{night}.html").touch()
        return council


@pytest.fixture(scope="module")
def two(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Two:
    warm_up()
    nights = prepared(tmp_path_factory.getbasetemp())
    council = nights.council(engine, tmp_path_factory.mktemp("detail") / "council")
    nights.load(council, TODAY)
    return Two(engine, nights, council, content(council.url))


@pytest.fixture
def only_the_last(monkeypatch: pytest.MonkeyPatch) -> None:
    """The next night compares itself with one night before it."""
    monkeypatch.setattr(detail, "NIGHTS_SHOWN", 1)


def purge(council: Council, *more: object) -> Ran:
    return command("purge", "--authority", council.authority, "--warehouse", council.url,
                   "--landing", council.folder / "landing", "--on", LATER,
                   "--older-than", 1200, *more)  # fmt: skip


def run_id(rows: Rows, night: int) -> str:
    [found] = [row[0] for row in rows if f"-{DATES[night]}-" in row[0]]
    return str(found)


def test_of_old_nights_the_detail_goes_and_what_they_did_stays(
    two: Two, tmp_path: Path, only_the_last: None
) -> None:
    council = two.copy(tmp_path)
    would = purge(council, "--detail", "--dry-run")
    assert content(council.url) == two.held
    ran = purge(council, "--detail")
    assert ran.exit_code == 0, ran.err
    assert would.shown_rows == ran.shown_rows != {}
    after = content(council.url)
    last = run_id(two.held["audit.load_run"], TODAY)
    for table, before in two.held.items():
        schema, _, name = table.partition(".")
        if table == "audit.privacy_action":
            continue
        lost = before - after[table]
        assert not after[table] - before, table
        if (schema, name in GOES) != ("audit", True):
            assert not lost, table
            continue
        assert last not in {row[0] for row in lost}, table
        kept = {row[0] for row in after[table]} - {last}
        assert not kept or table == "audit.observation", table
    gone = {table for table in two.held if two.held[table] - after[table]}
    assert gone >= {"audit.rejected_row", "audit.expectation_result", "audit.column_load"}


def test_what_an_extract_lacked_and_what_was_carried_wrong_is_known_for_ever(
    two: Two, tmp_path: Path, only_the_last: None
) -> None:
    """Figures as known on that day hang on it, and what is carried over to the next night."""
    council = two.copy(tmp_path)
    first = run_id(two.held["audit.load_run"], YESTERDAY)
    for observation in (
        "table_lacking", "timescale_skipped", "figures_carried_wrong", "column_not_known"
    ):  # fmt: skip
        add_observation(council, first, observation)
    purge(council, "--detail")
    kept = council.rows(
        "select observation from audit.observation where run_id = :run_id and detail = 'a test' "
        "order by 1",
        run_id=first,
    )
    assert kept == [("figures_carried_wrong",), ("table_lacking",), ("timescale_skipped",)]


def add_observation(council: Council, run_id: str, observation: str) -> None:
    with open_warehouse(council.url).writing(LA_CODE) as session:
        session.run(
            "insert into audit.observation (run_id, observation, detail) "
            "values (:run_id, :observation, 'a test')",
            run_id=run_id, observation=observation,
        )  # fmt: skip


def test_of_how_many_rows_were_held_back_nobody_says_none_once_they_are_not_known(
    two: Two, tmp_path: Path, only_the_last: None
) -> None:
    council = two.copy(tmp_path)
    last, first = last_runs(council.url, 2)
    assert first.held_back
    with open_warehouse(council.url).writing(LA_CODE) as session:
        session.run(
            "insert into audit.load_run (run_id, la_code, extract_date, status, started_at) "
            "values ('stopped', :la_code, :extract_date, 'stopped', :started_at)",
            la_code=LA_CODE, extract_date=first.extract_date,
            started_at=first.started_at.replace(tzinfo=None) - timedelta(hours=1),
        )  # fmt: skip
    assert [run.held_back for run in last_runs(council.url, 3)][2] == 0
    purge(council, "--detail")
    assert [run.held_back for run in last_runs(council.url, 3)] == [last.held_back, None, None]
    said = command("status", "--warehouse", council.url)
    assert [row.count("–") for row in said.out.splitlines()[1:4]] == [0, 1, 1]
    told = json.loads(command("status", "--warehouse", council.url, "--json").out)
    assert [run["held_back"] for run in told["nights"][1:]] == [None, None]


def test_the_audit_tells_how_much_went(two: Two, tmp_path: Path, only_the_last: None) -> None:
    council = two.copy(tmp_path)
    shown = purge(council, "--detail").shown_rows
    told = council.rows(
        "select part, rows, la_code from audit.privacy_action where action = 'purge_detail'"
    )
    assert {part: f"{rows:,}" for part, rows, _ in told} == shown
    assert {la_code for *_, la_code in told} == {LA_CODE}
    assert shown["pages"] == "1"


def test_pages_go_by_their_night_and_what_is_no_page_stays(
    two: Two, tmp_path: Path, only_the_last: None
) -> None:
    council = two.copy(tmp_path)
    pages = council.folder / "pages" / LA_CODE
    dry_runs = council.folder / "pages" / "dry-run" / LA_CODE
    dry_runs.mkdir(parents=True)
    (dry_runs / "2026-01-01.html").touch()
    for name in ("notes.html", "2026-02-30.html", "2026-03-03.html.bak"):
        (pages / name).touch()
    (council.folder / "pages" / "901").mkdir()
    (council.folder / "pages" / "901" / "2026-03-03.html").touch()
    purge(council, "--detail")
    # The last night's page is what people look at, however long ago it was.
    assert sorted(path.name for path in pages.iterdir()) == [
        "2026-02-30.html", "2026-03-03.html.bak", f"{DATES[TODAY]}.html", "notes.html"
    ]  # fmt: skip
    assert list(dry_runs.iterdir()) == []
    assert (council.folder / "pages" / "901" / "2026-03-03.html").exists()


def test_what_the_next_nights_compare_themselves_with_is_kept_however_old(
    two: Two, tmp_path: Path
) -> None:
    council = two.copy(tmp_path)
    ran = purge(council, "--detail")
    assert "nothing was removed" in ran.out
    assert content(council.url) == two.held


def test_a_night_after_it_loads_as_without_it(
    two: Two, tmp_path: Path, only_the_last: None
) -> None:
    """And stops nothing that it would not have stopped: the last night's counts are there."""
    council, other = two.copy(tmp_path), two.copy(tmp_path / "other")
    purge(council, "--detail")
    extract = two.nights.extracts[TOMORROW]
    loaded = [each.load(extract) for each in (council, other)]
    assert [ran.exit_code for ran in loaded] == [0, 0], loaded[0].err
    asked = (
        "select reason, says, outcome, rows, rows_failed from audit.expectation_result "
        "where run_id like '900-2026-03-05-%' order by number"
    )
    assert council.rows(asked) == other.rows(asked)


def test_without_asking_for_it_no_detail_goes(
    two: Two, tmp_path: Path, only_the_last: None
) -> None:
    council = two.copy(tmp_path)
    assert "nothing was removed" in purge(council).out
    assert content(council.url) == two.held


def test_runs_are_old_by_when_they_ran_and_pages_by_their_night(
    two: Two, tmp_path: Path, only_the_last: None
) -> None:
    """A night put in its place by a backfill yesterday keeps its detail."""
    council = two.copy(tmp_path)
    settings = {KEEP_AUDIT_MONTHS: "1200", KEEP_PAGES_MONTHS: "1"}
    with mock.patch.dict(os.environ, settings):
        assert purge(council, "--detail").shown_rows == {"pages": "1"}


@pytest.mark.parametrize("months", ["0", "two", "1201", "-1"])
def test_a_setting_that_is_no_number_of_months_is_wrong_usage(
    two: Two, tmp_path: Path, months: str
) -> None:
    with mock.patch.dict(os.environ, {KEEP_PAGES_MONTHS: months}):
        ran = purge(two.copy(tmp_path), "--detail")
    assert (ran.exit_code, ran.parts) == (2, ["What", "Where", "Means", "Next"])
    assert KEEP_PAGES_MONTHS in ran.err


def test_a_page_that_cannot_be_removed_leaves_the_audit_as_it_was(
    two: Two, tmp_path: Path, only_the_last: None
) -> None:
    council = two.copy(tmp_path)
    kept = Kept(LATER, 24, 24)
    unlink = Path.unlink

    def refuse(path: Path, missing_ok: bool = False) -> None:
        if path.suffix == ".html":
            raise PermissionError(13, "")
        unlink(path, missing_ok)

    with (
        mock.patch.object(Path, "unlink", refuse),
        pytest.raises(ConnectionFault, match="page of checks cannot be removed"),
    ):
        purge_detail(
            council.url, LA_CODE, kept, done_at=DONE_AT, landing=council.folder / "landing"
        )
    assert content(council.url) == two.held
