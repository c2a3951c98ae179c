"""Nothing that identifies anybody leaves the owner-only places."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from unittest import mock

import pytest
from reference.extract import table_contents

from etl.demo.extract import write_extract
from etl.night import steps
from nights.conftest import TwoNights
from nights.editing import change, copy_as
from nights.loading import WESTMERE, Council, Engine, asking, tables, types, views

pytestmark = pytest.mark.slow

IDENTIFYING = {
    "DIM_PERSON": ("LEGACY_ID", "FORENAME", "SURNAME", "UPN", "NHS_NUMBER"),
    "DIM_PERSON_ADDRESS": ("STREET", "POSTCODE"),
    "DIM_WORKER": ("STAFF_ID", "FORENAME", "SURNAME"),
    "FACT_CONTACTS": ("OUTCOME_COMMENTS",),
}
A_DAY = re.compile(r"\b(?:19|20)\d\d-[01]\d-[0-3]\d\b")


def source_rows(extract: Path, table: str) -> list[dict[str, str]]:
    """The records of one table of a folder or zip."""
    text = dict(table_contents(extract))[table].decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def identifying_values(extract: Path) -> set[str]:
    """Every name, number, address and note in the extract, long enough to be told apart."""
    return {
        row[column].strip()
        for table, columns in IDENTIFYING.items()
        for row in source_rows(extract, table)
        for column in columns
        if len(row[column].strip()) > 4
    }


def values_of(council: Council, *, without: tuple[str, ...] = ()) -> dict[str, set[str]]:
    """The distinct values of every column of every table and view, as text."""
    found: dict[str, set[str]] = {}
    with asking(council.url) as session:
        for name in (*tables(council.url), *views(council.url)):
            if name.partition(".")[0] in without:
                continue
            held = session.table(f"select * from {name}")
            for column in held.column_names:
                values = held[column].unique().to_pylist()
                found[f"{name}.{column}"] = {str(value) for value in values if value is not None}
    return found


OWNERS_ONLY = ("restricted",)


@pytest.fixture(scope="module")
def values(two_nights: TwoNights) -> dict[str, set[str]]:
    return values_of(two_nights.council, without=OWNERS_ONLY)


def test_no_table_or_view_holds_a_marked_value(
    two_nights: TwoNights, values: dict[str, set[str]]
) -> None:
    marker = two_nights.expected.marker
    leaks = [column for column, held in values.items() if any(marker in value for value in held)]
    assert len(values) > 300
    assert leaks == []


@pytest.mark.parametrize("night", [0, 1])
def test_no_table_or_view_holds_a_name_number_or_address(
    two_nights: TwoNights, values: dict[str, set[str]], night: int
) -> None:
    identifying = identifying_values(two_nights.expected.extracts[night])
    assert len(identifying) > 5000
    leaks = {column: len(held & identifying) for column, held in values.items()}
    assert {column: count for column, count in leaks.items() if count} == {}


def test_no_byte_outside_landing_says_a_marked_value(two_nights: TwoNights) -> None:
    folder, marker = two_nights.council.folder, two_nights.expected.marker.encode()
    files = [
        path
        for path in folder.rglob("*")
        if path.is_file() and "landing" not in path.relative_to(folder).parts
    ]
    assert {path.suffix for path in files} == ({".html"} if two_nights.council.database else
                                               {".html", ".duckdb", ".lock"})  # fmt: skip
    # Where alone workers' names are kept.
    files = [path for path in files if path != two_nights.council.restricted]
    assert [path.name for path in files if marker in path.read_bytes()] == []


def test_nothing_said_on_the_screen_holds_a_marked_value(two_nights: TwoNights) -> None:
    for ran in two_nights.ran:
        assert "landed" in ran.err
        assert two_nights.expected.marker not in ran.out + ran.err
        identifying = identifying_values(two_nights.expected.extracts[0])
        assert not set(re.findall(r"\w+", ran.out + ran.err)) & identifying


def test_no_birth_day_is_kept(two_nights: TwoNights, values: dict[str, set[str]]) -> None:
    named = {column for column in values if "birth" in column.rpartition(".")[2]}
    assert named >= {"warehouse.dim_child.birth_month", "report.child.birth_month"}
    flags = {column for column in named if values[column] <= {"True", "False", "1", "0"}}
    named -= flags  # whether a visit came before the birth says no day
    assert all(column.endswith(".birth_month") for column in named)
    for column in named:
        assert {value[8:10] for value in values[column]} <= {"01"}, column
    extract = two_nights.expected.extracts[0]
    births = {row["BIRTH_DTTM"].strip()[:10] for row in source_rows(extract, "DIM_PERSON")}
    texts = {
        column for column, kind in types(two_nights.council.url).items()
        if kind in ("VARCHAR", "text")
    }  # fmt: skip
    nights = {night.isoformat() for night in two_nights.expected.nights}
    # What was owed is named by the day on which its clock started, a date of the warehouse anyway.
    clocks = values["warehouse.fact_timescale_obligation.started_date"]
    said = {
        day
        for column in texts
        if not column.endswith("_unique_id")
        for value in values.get(column, ())
        for day in A_DAY.findall(value)
        if not (column.endswith(".subject_id") and day in clocks)
    }
    assert len(births) > 300
    assert said & births <= nights


def test_every_token_is_a_hash(values: dict[str, set[str]]) -> None:
    tokens = {column: held for column, held in values.items() if column.endswith("_token")}
    assert len(tokens) >= 6
    for column, held in tokens.items():
        assert [token for token in held if not re.fullmatch(r"[0-9a-f]{64}", token)] == [], column


def test_landed_files_are_for_their_owner_only(two_nights: TwoNights) -> None:
    council = two_nights.council
    landing = council.folder / "landing"
    landed = [landing, *landing.rglob("*")]
    assert len(landed) > 40
    modes = {(path.is_dir(), path.stat().st_mode & 0o777) for path in landed}
    assert modes == {(True, 0o700), (False, 0o600)}
    assert council.work_left_behind() == []


def test_the_file_of_identities_is_for_its_owner_only(
    engines: dict[str, Engine], two_nights_in: Callable[[Engine], TwoNights]
) -> None:
    council = two_nights_in(engines["duckdb"]).council
    assert council.restricted.stat().st_mode & 0o777 == 0o600


def test_restricted_holds_case_and_staff_numbers_and_names_of_workers_alone(
    two_nights: TwoNights,
) -> None:
    council = two_nights.council
    identities = council.rows("select case_number from restricted.child_identity")
    case_numbers = {number for (number,) in identities}
    extract = two_nights.expected.extracts[0]
    known = {row["DIM_PERSON_ID"].strip() for row in source_rows(extract, "DIM_PERSON")}
    assert len(case_numbers & known) > 0.9 * len(known)
    restricted = values_of(council, without=("warehouse", "report", "audit"))
    assert len(restricted) > 10
    marker = two_nights.expected.marker
    holding = {name for name, held in restricted.items() if any(marker in each for each in held)}
    names = {f"restricted.worker_identity.{name}" for name in ("forename", "surname")}
    assert holding == names
    workers = {
        row[name] for row in source_rows(extract, "DIM_WORKER") for name in ("FORENAME", "SURNAME")
    }
    assert set().union(*(restricted[name] for name in names)) <= workers


@pytest.fixture(scope="module")
def bad_extract(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bad")
    return write_extract(folder, children=1000, extract_date=date(2026, 3, 3))


def spill(extract: Path) -> None:
    """An address with a comma that is not quoted: an uneven record."""
    file = extract / "DIM_PERSON_ADDRESS.csv"
    file.write_bytes(file.read_bytes().replace(b"DEMO-", b"DEMO-,", 1))


def unheaded(extract: Path) -> None:
    """The header is lost: the first record stands in its place."""
    file = extract / "DIM_PERSON.csv"
    file.write_bytes(file.read_bytes().partition(b"\r\n")[2])


def unreadable(extract: Path) -> None:
    """Names where dates should be, in every row."""

    def named(found: list[dict[str, str]]) -> list[dict[str, str]]:
        return [{**row, "REFRL_START_DTTM": "DEMO-SURNAME"} for row in found]

    change(extract, "FACT_REFERRALS", named)


def cut_off(extract: Path) -> None:
    """A note that opens a quotation mark and never closes it."""
    file = extract / "FACT_CONTACTS.csv"
    whole = file.read_bytes()
    file.write_bytes(whole[: whole.rindex(b'"DEMO-NOTE') + 12])


@pytest.mark.parametrize("harm", [spill, unheaded, unreadable, cut_off])
def test_an_error_about_bad_input_holds_no_value(
    engine: Engine, bad_extract: Path, tmp_path: Path, harm: object
) -> None:
    extract = copy_as(bad_extract, tmp_path, "2026-03-04")
    assert callable(harm)
    harm(extract)
    council = engine.council(tmp_path / "council", WESTMERE)
    ran = council.load(extract)
    assert ran.exit_code == 3, ran.err
    assert "DEMO-" not in ran.out + ran.err
    assert not set(re.findall(r"\w+", ran.err)) & identifying_values(bad_extract)
    held = values_of(council)
    assert [column for column, found in held.items() if any("DEMO-" in v for v in found)] == []
    assert [p for p in council.folder.rglob("*.html") if "DEMO-" in p.read_text()] == []
    assert council.work_left_behind() == []


def test_a_fault_of_the_program_is_told_without_its_message(
    engine: Engine, bad_extract: Path, tmp_path: Path
) -> None:
    council = engine.council(tmp_path / "council", WESTMERE)
    fault = ValueError("could not read DEMO-SURNAME-001001, born 2015-02-24")
    with mock.patch.object(steps, "conform", side_effect=fault):
        ran = council.load(bad_extract)
    assert ran.exit_code == 1
    assert "ValueError" in ran.err
    assert "DEMO-" not in ran.err
    assert "2015-02-24" not in ran.err
    assert council.work_left_behind() == []
