"""Who has each child: the golden night with its involvements, on both engines."""

from __future__ import annotations

import csv
import gzip
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from etl.settings import QUERIES
from nights.agreement import wrong_figures
from nights.expected import GOLDEN, Expected, expected, reference_figures
from nights.loading import Council, Engine, asking

pytestmark = [pytest.mark.slow, pytest.mark.analysts]

ALLOCATIONS = GOLDEN / "allocations"
NIGHT = date(2014, 11, 3)
CASELOAD, CHANGES = (
    (QUERIES / f"{name}.sql").read_text(encoding="utf-8")
    for name in ("caseload", "changes_of_worker")
)
# The ids of the source behind the keys, empty where there is none.
IDS = """
left join restricted.worker_identity as worker on worker.worker_key = {worker}
left join warehouse.dim_team as team
    on team.team_key = {team} and team.known_to = date '9999-12-31'
"""
NAMED = "coalesce(worker.worker_id, ''), coalesce(team.team_id, '')"


@dataclass(frozen=True)
class Involved:
    expected: Expected
    extract: Path
    council: Council
    involvements: list[dict[str, str]]


def rows_of(name: str) -> list[tuple[str, ...]]:
    """The rows of a file of answers."""
    with gzip.open(ALLOCATIONS / name, "rt", encoding="utf-8-sig", newline="") as file:
        return [tuple(row.values()) for row in csv.DictReader(file)]


def laid_over(folder: Path, first: Path) -> Path:
    """The first golden night with the tables that tell who has whom."""
    extract = folder / NIGHT.isoformat()
    for archive in (first, ALLOCATIONS / f"{NIGHT}.zip"):
        with zipfile.ZipFile(archive) as content:
            content.extractall(extract)
    (extract / "MANIFEST.csv").unlink()
    return extract


@pytest.fixture(scope="module")
def involved(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Involved]:
    folder = tmp_path_factory.mktemp("allocation")
    what = expected()
    extract = laid_over(folder, what.extracts[0])
    council = engine.council(folder / "council", what.authority)
    ran = council.load(extract)
    assert ran.exit_code == 0, ran.err
    with (extract / "FACT_INVOLVEMENTS.csv").open(encoding="utf-8-sig", newline="") as file:
        yield Involved(what, extract, council, list(csv.DictReader(file)))


def test_every_child_is_allocated_as_expected(involved: Involved) -> None:
    found = involved.council.rows(
        f"select child.case_number, {NAMED} from report.allocation as allocation "
        "join restricted.child_identity as child "
        "on child.child_key = allocation.allocated_child_key"
        + IDS.format(worker="allocation.allocated_worker_key", team="allocation.allocated_team_key")
    )
    assert sorted(found) == sorted(rows_of("expected_allocated.csv.gz"))


def test_every_obligation_has_the_owner_of_its_due_date(involved: Involved) -> None:
    found = involved.council.rows(
        f"select owed.timescale, owed.subject_id, cast(owed.sequence as text), {NAMED} "
        "from warehouse.fact_timescale_obligation as owed"
        + IDS.format(worker="owed.worker_key", team="owed.team_key")
    )
    awaited = rows_of("expected_obligation_owner.csv.gz")
    assert len(awaited) > 1000
    assert set(awaited) - set(found) == set()


def test_no_other_figure_moves(involved: Involved) -> None:
    figures = [line for line in involved.expected.figures if line["known_on"] == NIGHT]
    assert wrong_figures(involved.council, figures) == []


def test_beside_each_record_stands_who_has_the_child_now(involved: Involved) -> None:
    differing = involved.council.rows(
        "select count(*) from report.looked_after_period as period "
        "left join report.allocation as allocation "
        "on allocation.allocated_child_key = period.child_key "
        "where period.allocated_team_key <> coalesce(allocation.allocated_team_key, 0) "
        "or period.allocated_worker_key <> coalesce(allocation.allocated_worker_key, 0)"
    )
    some = involved.council.rows(
        "select count(*) from report.looked_after_period where allocated_team_key <> 0"
    )
    assert differing == [(0,)]
    assert some[0][0] > 100


def on(day: str, involvements: list[dict[str, str]]) -> dict[str, dict[str, str]]:
    """By child, the involvement it is allocated by on the day: by a plain loop."""
    found: dict[str, dict[str, str]] = {}
    for row in involvements:
        started, ended = row["START_DTTM"][:10], row["END_DTTM"][:10]
        if row["IS_ALLOCATED_CW_FLAG"].upper() != "Y" or started > day or (ended and ended < day):
            continue
        other = found.get(row["DIM_PERSON_ID"])
        order = (started, int(row["FACT_INVOLVEMENTS_ID"]))
        if other is None or order > (other["START_DTTM"][:10], int(other["FACT_INVOLVEMENTS_ID"])):
            found[row["DIM_PERSON_ID"]] = row
    return found


@pytest.mark.parametrize("day", ["2013-06-30", "2014-10-31", "2014-11-03"])
def test_the_caseload_of_a_day_is_that_of_a_plain_count(involved: Involved, day: str) -> None:
    counted = Counter(
        row["DIM_WORKER_ID"].replace("-1", "") for row in on(day, involved.involvements).values()
    )
    found: Counter[str] = Counter()
    for worker, children in involved.council.rows(
        f"select coalesce(worker.worker_id, ''), asked.children from ({_query(CASELOAD)}) as asked "
        "left join restricted.worker_identity as worker on worker.worker_key = asked.worker_key",
        on=date.fromisoformat(day), known_on=NIGHT,
    ):  # fmt: skip
        found[worker] += children
    assert found == counted


def test_children_per_worker_are_those_of_the_reference(involved: Involved) -> None:
    months = tuple(date(2014, month, 1) for month in (4, 9, 10))
    figures = [
        line
        for line in reference_figures(involved.extract, involved.expected.authority, NIGHT, months)
        if line["measure"] == "average_caseload"
    ]
    assert [line["denominator"] > 10 for line in figures] == [True] * len(months)
    assert wrong_figures(involved.council, figures) == []


def test_changes_of_worker_are_those_of_a_plain_count(involved: Involved) -> None:
    since, until = "2014-05-01", "2014-10-31"
    counted = {child: _changes(rows, since) for child, rows in _by_child(involved, since, until)}
    found = dict(
        involved.council.rows(
            f"select child.case_number, asked.changes from ({_query(CHANGES)}) as asked "
            "join restricted.child_identity as child on child.child_key = asked.child_key",
            since=date.fromisoformat(since), until=date.fromisoformat(until), known_on=NIGHT,
        )
    )  # fmt: skip
    assert found == counted
    assert sum(counted.values()) > 100


def _query(text: str) -> str:
    """Without its order, which says nothing inside another query."""
    return text.rpartition("order by")[0]


def _by_child(
    involved: Involved, since: str, until: str
) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """The allocations of each child that were in force at some time, in order."""
    chosen: dict[str, list[dict[str, Any]]] = {}
    order = sorted(
        involved.involvements,
        key=lambda row: (row["START_DTTM"], int(row["FACT_INVOLVEMENTS_ID"])),
    )
    for row in order:
        is_over = bool(row["END_DTTM"]) and row["END_DTTM"][:10] < since
        is_begun = row["START_DTTM"][:10] <= until
        if row["IS_ALLOCATED_CW_FLAG"].upper() == "Y" and is_begun and not is_over:
            chosen.setdefault(row["DIM_PERSON_ID"], []).append(row)
    yield from chosen.items()


def _changes(rows: list[dict[str, Any]], since: str) -> int:
    return sum(
        later["START_DTTM"][:10] >= since
        and later["DIM_WORKER_ID"] not in ("-1", before["DIM_WORKER_ID"])
        for before, later in pairwise(rows)
    )


def test_workers_names_are_in_restricted_and_nowhere_else(involved: Involved) -> None:
    council = involved.council
    assert (
        council.rows(
            "select count(*) from restricted.worker_identity where surname like 'PII-WORKER-%'"
        )[0][0]
        > 20
    )
    columns = council.rows(
        "select table_schema, table_name, column_name from information_schema.columns "
        "where table_schema in ('warehouse', 'report', 'audit') "
        "and data_type in ('text', 'VARCHAR')"
    )
    by_table: dict[str, list[str]] = {}
    for schema, table, column in columns:
        by_table.setdefault(f"{schema}.{table}", []).append(f"\"{column}\" like '%PII-%'")
    with asking(council.url) as session:
        holding = [
            table
            for table, holds in by_table.items()
            if session.rows(f"select 1 from {table} where {' or '.join(holds)} limit 1")
        ]
    assert len(columns) > 200
    assert holding == []
