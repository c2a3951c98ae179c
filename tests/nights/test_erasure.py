"""An erased child is nobody any more, in every version and landed night; every figure stays, and
the next extract does not bring the child back."""

from __future__ import annotations

import io
import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from unittest import mock

import pandas as pd
import pyarrow.parquet as pq
import pytest

from etl.contracts.contract import Kind
from etl.contracts.register import FACTS
from etl.demo.extract import write_extract
from etl.errors import ConnectionFault
from etl.night.begin import begin
from etl.night.tasks import TASKS
from etl.night.walk import run_task
from etl.privacy import erasure
from etl.privacy.pseudonym import Pseudonyms
from etl.settings import PSEUDONYM_KEY
from nights import editing
from nights.drill import figures_that_differ
from nights.loading import KEY, WESTMERE, Council, Engine, Ran, command, content

pytestmark = [pytest.mark.slow, pytest.mark.upkeep]

NIGHTS = (date(2026, 3, 3), date(2026, 4, 2))
NEXT = "2026-04-03"
FROZEN_MONTH = "2026-03"
OF_ANOTHER, TO_BE_CUT_SHORT = "1002", "1003"
# Those of whom most can be known: on a plan, visited and in care, with a sibling in the family.
CHILD = """
select identity.child_key, identity.case_number, identity.legacy_id
from restricted.child_identity as identity
join warehouse.fact_child_protection_plan as plan on plan.child_key = identity.child_key
join warehouse.fact_visit as visit on visit.child_key = identity.child_key
join warehouse.fact_referral as referral on referral.child_key = identity.child_key
join warehouse.fact_referral as sibling
    on sibling.family_key = referral.family_key and sibling.child_key <> referral.child_key
group by identity.child_key, identity.case_number, identity.legacy_id
order by count(*) desc, identity.child_key
limit 1
"""
FIGURES = """
select month, measure, label, numerator, denominator, value from report.monthly_measure
where measure <> 'assessments_late_families' order by label, month, measure
"""


@dataclass
class Seen:
    """What the warehouse holds at one moment."""

    figures: list[tuple[Any, ...]]
    rows: dict[str, int]
    tables: dict[str, Any]

    @classmethod
    def of(cls, council: Council) -> Seen:
        held = content(council.url)
        counted = {table: sum(rows.values()) for table, rows in held.items()}
        return cls(council.rows(FIGURES), counted, held)

    def values(self, *schemas: str) -> set[str]:
        """Every value of these schemas as text."""
        return {
            str(value)
            for table, rows in self.tables.items()
            if table.partition(".")[0] in schemas
            for row in rows
            for value in row
        }


@dataclass
class Erased:
    """A council before its child was erased, after it, and after the next night."""

    council: Council
    key: int
    case_number: str
    legacy_id: str
    numbers: set[str]
    token: str
    ids: set[str]
    before: Seen
    said_before: Ran
    ran: Ran
    freed_blocks: list[int]
    after: Seen
    next_night: Seen


def erase(council: Council, case_number: str, *words: str, **more: Any) -> Ran:
    landing = council.folder / "landing"
    return command("erase", case_number, "--warehouse", council.url, "--landing", landing, *words,
                   **more)  # fmt: skip


def ids_of(council: Council, child_key: int) -> set[str]:
    """The source's ids of the child's records."""
    return {
        str(value)
        for fact in FACTS
        for column in fact.stored_columns
        if column.kind is Kind.ID
        for (value,) in council.rows(
            f"select distinct {column.name} from warehouse.{fact.warehouse} "
            f"where child_key = :key and {column.name} is not null",
            key=child_key,
        )
    }


@pytest.fixture(scope="module")
def erased(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Erased:
    folder = tmp_path_factory.mktemp("erasure")
    first, second = (
        write_extract(folder, children=1000, extract_date=night, faults_per_thousand=0)
        for night in NIGHTS
    )
    council = engine.council(folder / "council", WESTMERE)
    for extract in (first, second):
        ran = council.load(extract)
        assert ran.exit_code == 0, ran.err
    [(key, case_number, legacy_id)] = council.rows(CHILD)
    [(token,)] = council.rows(
        "select distinct child_token from warehouse.dim_child where child_key = :key", key=key
    )
    ids = ids_of(council, key)
    frozen = command("freeze", FROZEN_MONTH, "--warehouse", council.url)
    assert frozen.exit_code == 0, frozen.err
    before = Seen.of(council)
    said_before = erase(council, case_number, "--dry-run")
    assert Seen.of(council) == before
    ran = erase(council, case_number)
    assert ran.exit_code == 0, ran.err
    after, freed_blocks = Seen.of(council), council.freed_blocks()
    loaded = council.load(editing.copy_as(second, folder / "next", NEXT))
    assert loaded.exit_code == 0, loaded.err
    [person] = [row for row in editing.read(second, "DIM_PERSON")
                if row["DIM_PERSON_ID"] == case_number]  # fmt: skip
    numbers = {person[name] for name in ("LEGACY_ID", "UPN", "NHS_NUMBER")}
    return Erased(
        council, key, case_number, legacy_id, numbers, token, ids, before, said_before, ran,
        freed_blocks, after, Seen.of(council),
    )  # fmt: skip


def test_a_dry_run_says_what_the_erasure_then_changes(erased: Erased) -> None:
    would, did = erased.said_before.shown_rows, erased.ran.shown_rows
    assert erased.said_before.exit_code == 0, erased.said_before.err
    counted = {"report.frozen_subject", "report.latest_subject"}
    assert {"landing", "warehouse.dim_child", *counted} <= would.keys()
    assert did == would | {part: rows for part, rows in did.items() if part.endswith("_family")}


AFTER: list[Callable[[Erased], Seen]] = [lambda e: e.after, lambda e: e.next_night]
BOTH = pytest.mark.parametrize("seen", AFTER, ids=["at once", "after the next night"])


def test_the_child_that_is_erased_has_much_to_forget(erased: Erased) -> None:
    facts = [
        rows for table, rows in erased.before.tables.items() if table.startswith("warehouse.fact_")
    ]
    held = [rows for rows in facts if any(erased.key in row for row in rows)]
    assert len(held) > 6
    assert len(erased.ids) > 10
    assert erased.legacy_id in erased.before.values("restricted")


@BOTH
def test_no_figure_moves(erased: Erased, seen: Callable[[Erased], Seen]) -> None:
    months = {row[0] for row in seen(erased).figures} & {row[0] for row in erased.before.figures}
    assert len(months) == 37
    assert seen(erased).figures == erased.before.figures


def test_every_table_of_the_star_has_as_many_rows_as_before(erased: Erased) -> None:
    families = "warehouse.dim_family"
    for table, rows in erased.before.rows.items():
        if table.startswith("warehouse.") and table != families:
            assert erased.after.rows[table] == rows, table
    # The child left its siblings' family for one of its own, which it had if something of it is
    # dated before its first contact.
    assert erased.after.rows[families] - erased.before.rows[families] in (0, 1)
    shared = erased.council.rows(
        "select count(*) from warehouse.fact_referral as own "
        "join restricted.child_identity as identity on identity.child_key = own.child_key "
        "join warehouse.fact_referral as other "
        "on other.family_key = own.family_key and other.child_key <> own.child_key "
        "where identity.case_number like 'erased-%'"
    )
    assert shared == [(0,)]


@BOTH
def test_neither_number_key_nor_token_is_left(
    erased: Erased, seen: Callable[[Erased], Seen]
) -> None:
    everything = seen(erased).values("warehouse", "report", "audit", "restricted")
    assert not {erased.legacy_id, erased.token, str(erased.key)} & everything
    identities = seen(erased).tables["restricted.child_identity"]
    assert erased.case_number not in {row[2] for row in identities}


def test_the_ids_of_the_childs_records_are_left_nowhere_in_its_facts(erased: Erased) -> None:
    council = erased.council
    [(key,)] = council.rows(
        "select child_key from restricted.child_identity where case_number like 'erased-%'"
    )
    now = ids_of(council, key)
    assert len(now) == len(erased.ids)
    assert not now & erased.ids
    assert all(value.startswith("erased-") for value in now)


def test_the_next_night_finds_nothing_new_in_the_child(erased: Erased) -> None:
    written = erased.council.rows(
        "select table_name, new_versions, closed from audit.table_load "
        "where run_id like :night and (new_versions > 0 or closed > 0)",
        night=f"%{NEXT}%",
    )
    assert written == []
    star = {table: rows for table, rows in erased.after.tables.items()
            if table.startswith(("warehouse.", "restricted."))}  # fmt: skip
    assert {table: erased.next_night.tables[table] for table in star} == star


@pytest.mark.parametrize("night", [*(str(night) for night in NIGHTS), NEXT])
def test_no_landed_night_has_a_row_of_the_child(erased: Erased, night: str) -> None:
    landed = erased.council.folder / "landing" / "900" / night
    persons = 0
    for path in landed.glob("*.parquet"):
        table = pq.read_table(path)
        if "DIM_PERSON_ID" in table.column_names:
            persons += 1
            assert erased.case_number not in table["DIM_PERSON_ID"].to_pylist(), path.name
        assert path.stat().st_mode & 0o777 == 0o600
    assert persons > 15
    everything = {
        str(value)
        for path in landed.glob("*.parquet")
        for column in pq.read_table(path).columns
        for value in column.to_pylist()
    }
    assert not everything & erased.numbers
    manifest = json.loads((landed / "manifest.json").read_text())
    assert manifest["tables"]["DIM_PERSON"]["rows_erased"] == 1


def test_no_byte_of_a_file_says_who_it_was(erased: Erased) -> None:
    folder, mark = erased.council.folder, erased.legacy_id.encode()
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert len(files) > 50
    assert [path for path in files if mark in path.read_bytes()] == []


def test_frozen_figures_count_the_child_under_other_names(erased: Erased) -> None:
    """Which later nights know too, so that nothing seems to have moved."""
    table = "report.frozen_subject"
    left = erased.before.tables[table] - erased.after.tables[table]
    come = erased.after.tables[table] - erased.before.tables[table]
    assert left.total() == come.total() >= 5
    assert {row[5] for row in left} == {erased.key}
    told = [str(row[3]) for row in come]
    assert [subject for subject in told if not subject.startswith(("erased-", "9000"))] == []
    moved = erased.council.rows(
        "select measure from report.restated_subject where measure <> 'assessments_late_families'"
    )
    assert moved == []


@BOTH
def test_latest_figures_count_the_child_under_other_names(
    erased: Erased, seen: Callable[[Erased], Seen]
) -> None:
    """At once those that the next night finds too, but of what is counted by family."""

    def counted(moment: Seen) -> set[tuple[Any, ...]]:
        rows = moment.tables["report.latest_subject"]
        return {row for row in rows if row[1] != "assessments_late_families"}

    before, now = counted(erased.before), counted(seen(erased))
    assert len(now) == len(before)
    assert {row[4] for row in before - now} == {erased.key}
    told = {str(row[3]) for row in now - before}
    assert [subject for subject in told if not subject.startswith("erased-")] == []


def test_latest_figures_are_still_the_sums_of_what_they_count(erased: Erased) -> None:
    assert figures_that_differ(erased.council.url) == []


def test_the_files_keep_no_block_of_what_was_deleted(erased: Erased) -> None:
    """DuckDB packs text, so that bytes alone do not tell."""
    assert erased.freed_blocks == ([] if erased.council.database else [0, 0])


def test_the_audit_tells_of_the_erasure_and_not_of_whom(erased: Erased) -> None:
    told = erased.council.rows("select la_code, action, part, rows from audit.privacy_action")
    assert told == [("900", "erase", "child", 1)]
    assert erased.case_number not in erased.ran.err


def test_erasing_again_changes_nothing_and_says_so(erased: Erased) -> None:
    before = content(erased.council.url)
    ran = erase(erased.council, erased.case_number)
    assert ran.exit_code == 0
    assert "already" in ran.out
    assert content(erased.council.url) == before


def test_the_number_can_come_from_standard_input(erased: Erased) -> None:
    with mock.patch("sys.stdin", io.StringIO(f" {erased.case_number}\n")):
        ran = erase(erased.council, "-")
    assert "already" in ran.out


REFUSED = [("999999", {}, "No child of that case number"),
           ("1001", {"key": "another key than the nights' own"}, "not the key")]  # fmt: skip


@pytest.mark.parametrize(("number", "more", "says"), REFUSED, ids=["unknown", "another key"])
def test_an_erasure_that_cannot_be_is_refused_and_changes_nothing(
    erased: Erased, number: str, more: dict[str, Any], says: str
) -> None:
    before = content(erased.council.url)
    ran = erase(erased.council, number, **more)
    assert ran.exit_code == 2
    assert says in ran.err
    assert number not in ran.err
    assert content(erased.council.url) == before


def test_no_child_is_erased_while_a_night_is_under_way(erased: Erased) -> None:
    work = erased.council.folder / "landing" / "work" / "900-2026-04-04-abcdef"
    work.mkdir()
    try:
        ran = erase(erased.council, "1001")
    finally:
        work.rmdir()
    assert ran.exit_code == 2
    assert "under way" in ran.err


def test_a_night_that_was_read_before_the_erasure_does_not_bring_the_child_back(
    erased: Erased, tmp_path: Path
) -> None:
    council = erased.council
    last = council.folder.parent / "next" / NEXT
    (last / "MANIFEST.csv").touch()
    extract = editing.copy_as(last, tmp_path, "2026-04-06")
    (last / "MANIFEST.csv").unlink()
    landing = council.folder / "landing"
    before = content(council.url, without=("audit",))
    with mock.patch.dict(os.environ, {PSEUDONYM_KEY: KEY}):
        run = begin(extract, WESTMERE, council.url, landing=landing)
        for task in TASKS[:-1]:
            assert run_task(run, task)[0]
        with mock.patch.object(erasure, "_check_no_night"):
            assert erase(council, OF_ANOTHER).exit_code == 0
        after = content(council.url, without=("audit",))
        with pytest.raises(ConnectionFault, match="was erased while this night"):
            run_task(run, TASKS[-1])
    assert after != before
    assert content(council.url, without=("audit",)) == after


def test_another_key_is_refused_by_a_load(erased: Erased, tmp_path: Path) -> None:
    extract = write_extract(tmp_path, children=1000, extract_date=date(2026, 4, 5))
    ran = command(*erased.council.arguments(extract), key="another key than the nights' own")
    assert ran.exit_code == 2
    assert "CSC_ETL_PSEUDONYM_KEY is not the key" in ran.err


def test_an_erasure_cut_short_while_a_night_was_written_anew_is_finished(erased: Erased) -> None:
    council = erased.council
    landed = council.folder / "landing" / "900" / NIGHTS[0].isoformat()
    nights = sorted(path.name for path in landed.parent.iterdir())
    whole = sorted(path.name for path in landed.iterdir())
    with mock.patch.object(erasure, "_finish_cut_short", side_effect=[None, OSError("killed")]):
        assert erase(council, TO_BE_CUT_SHORT).exit_code == 1
    assert not landed.exists()
    ran = erase(council, TO_BE_CUT_SHORT)
    assert ran.exit_code == 0, ran.err
    assert sorted(path.name for path in landed.iterdir()) == whole
    assert sorted(path.name for path in landed.parent.iterdir()) == nights
    persons = pq.read_table(landed / "DIM_PERSON.parquet")["DIM_PERSON_ID"].to_pylist()
    assert TO_BE_CUT_SHORT not in persons
    assert council.rows(
        "select count(*) from restricted.child_identity where case_number = :number",
        number=TO_BE_CUT_SHORT,
    ) == [(0,)]


@pytest.fixture
def of_a_file(engines: dict[str, Engine], tmp_path: Path) -> tuple[Council, list[Path], str]:
    """A council in a file with one night, that night and the next, and a child's number."""
    drawn = write_extract(tmp_path / "drawn", children=1000, extract_date=NIGHTS[0])
    extracts = [
        editing.copy_as(drawn, tmp_path / "extracts", night)
        for night in ("2026-03-03", "2026-03-04")
    ]
    council = engines["duckdb"].council(tmp_path / "council", WESTMERE)
    assert council.load(extracts[0]).exit_code == 0
    return council, extracts, editing.read(drawn, "FACT_REFERRALS")[0]["DIM_PERSON_ID"]


@pytest.mark.parametrize("nights_between", [0, 1])
def test_an_erasure_cut_short_between_the_two_files_is_finished_by_another(
    of_a_file: tuple[Council, list[Path], str], nights_between: int
) -> None:
    council, extracts, number = of_a_file
    real = Path.replace

    def stop_before_the_star(self: Path, target: Path) -> Path:
        if self.name == "warehouse.duckdb":
            raise KeyboardInterrupt
        return real(self, target)

    with mock.patch.object(Path, "replace", stop_before_the_star):
        assert erase(council, number).exit_code == 1
    for extract in extracts[1 : 1 + nights_between]:
        assert council.load(extract).exit_code == 0
    ran = erase(council, number)
    assert ran.exit_code == 0, ran.err
    token = Pseudonyms(KEY.encode(), "900").tokens(pd.Series([number], dtype="str"), "child")[0]
    known = "select count(*) from warehouse.dim_child where child_token = :token"
    assert council.rows(known, token=token) == [(0,)]
    named = "select count(*) from restricted.child_identity where case_number = :number"
    assert council.rows(named, number=number) == [(0,)]
    orphans = (
        "select count(*) from warehouse.fact_referral as fact where not exists (select 1 from "
        "warehouse.dim_child as child where child.child_key = fact.child_key "
        "and child.known_from <= fact.known_from and fact.known_from < child.known_to)"
    )
    assert council.rows(orphans) == [(0,)]
    assert council.load(extracts[1]).exit_code == 0


def test_a_child_stays_erased_where_every_night_is_taken_back(
    of_a_file: tuple[Council, list[Path], str],
) -> None:
    council, extracts, number = of_a_file
    assert erase(council, number).exit_code == 0
    assert command("undo", extracts[0].name, "--warehouse", council.url).exit_code == 0
    ran = council.load(extracts[0])
    assert ran.exit_code == 0, ran.err
    landed = council.folder / "landing" / "900" / extracts[0].name / "DIM_PERSON.parquet"
    assert number not in pq.read_table(landed)["DIM_PERSON_ID"].to_pylist()
