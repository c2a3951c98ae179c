"""Which of tonight's obligations the load looks at: those that differ from the night before, and
those that an event of tonight may date anew."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from etl import __version__
from etl.contracts.frames import arrow_schema
from etl.contracts.hand_overs import DERIVED_TABLES, derived_columns
from etl.contracts.register import KEYED_DIMENSIONS, TIMESCALE_OBLIGATION
from etl.load.changes import Changes, LastGiven, _number, last_given
from unit.builders import a_run

SCHEMA = arrow_schema(derived_columns(TIMESCALE_OBLIGATION))
# Of each subject, the event that met what it owes, and whether the source dates it.
SUBJECTS = {"1": ("11", None), "2": ("12", None), "3": ("13", "2026-03-02"), "4": (None, None)}


def owed(**changed: str) -> pa.Table:
    """An obligation of each subject. changed: by column, another value of the first."""
    rows = [
        {
            "timescale": "visit", "subject_id": subject, "sequence": 1, "child_token": "c",
            "event_id": event, "done_date": event and "2026-03-01", "first_recorded_date": dated,
        }
        for subject, (event, dated) in SUBJECTS.items()
    ]  # fmt: skip
    rows[0] |= changed
    columns = [pa.array([row.get(field.name) for row in rows]).cast(field.type) for field in SCHEMA]
    return pa.Table.from_arrays(columns, schema=SCHEMA)


def events(**named: str) -> pa.Table:
    """One event of tonight."""
    return pa.table({"timescale": ["visit"], "subject_id": ["none"], "event_id": ["none"]} | {
        name: [value] for name, value in named.items()
    })  # fmt: skip


def allowed(*allowances: str | None) -> pa.Table:
    """The same obligations, each with its allowance, of which a file says few."""
    place = SCHEMA.get_field_index("allowance")
    return owed().set_column(place, SCHEMA.field(place), pa.array(allowances, pa.string()))


def changes(
    folder: Path, tonight: pa.Table, of_tonight: pa.Table, was: pa.Table | None = None
) -> Changes:
    """Of a night after one on which everything was owed as it is by itself, or as it was."""
    before = folder / DERIVED_TABLES.path / f"{TIMESCALE_OBLIGATION.name}.parquet"
    before.parent.mkdir()
    pq.write_table(was or owed(), before)
    derived = folder / "tonight.parquet"
    pq.write_table(tonight, derived)
    moved = {"child_token": pa.array([], pa.string())}
    return LastGiven(folder, moved).changes(TIMESCALE_OBLIGATION, derived, of_tonight)


def subjects(found: Changes) -> list[str]:
    assert found.rows is not None
    return found.rows["subject_id"].to_pylist()


def test_where_no_event_came_or_went_no_obligation_is_looked_at(tmp_path: Path):
    assert changes(tmp_path, owed(), events()).is_nothing


@pytest.mark.parametrize(
    "named", [{"subject_id": "2"}, {"event_id": "12"}], ids=["of its subject", "that met it"]
)
def test_an_event_of_tonight_has_an_obligation_looked_at(tmp_path: Path, named: dict[str, str]):
    assert subjects(changes(tmp_path, owed(), events(**named))) == ["2"]


@pytest.mark.parametrize("subject", ["3", "4"], ids=["dated by the source", "not met"])
def test_what_the_load_does_not_date_is_left(tmp_path: Path, subject: str):
    assert changes(tmp_path, owed(), events(subject_id=subject)).is_nothing


def test_an_event_of_another_timescale_with_the_same_id_says_nothing(tmp_path: Path):
    of_another = events(timescale="review", subject_id="2", event_id="12")
    assert changes(tmp_path, owed(), of_another).is_nothing


def test_an_obligation_that_differs_is_looked_at_whatever_came(tmp_path: Path):
    assert subjects(changes(tmp_path, owed(event_id="19"), events())) == ["1"]


def test_the_same_rows_in_another_order_differ_in_nothing(tmp_path: Path):
    was = allowed("10 days", "15 days", None, "20 days")
    assert changes(tmp_path, was.take([3, 2, 1, 0]), events(), was).is_nothing


@pytest.mark.parametrize(
    ("now", "differing"),
    [
        (("15 days", "10 days", None, "10 days"), ["1", "2"]),
        (("10 days", "15 days", "25 days", "10 days"), ["3"]),
        ((None, "15 days", None, "25 days"), ["1", "4"]),
    ],
    ids=["one of the others", "one where nothing was", "nothing, and one that nobody had"],
)
def test_a_row_that_says_another_of_few_things_is_looked_at_as_it_is_written(
    tmp_path: Path, now: tuple[str | None, ...], differing: list[str]
):
    tonight = allowed(*now)
    found = changes(tmp_path, tonight, events(), allowed("10 days", "15 days", None, "10 days"))
    assert subjects(found) == differing
    assert found.rows == tonight.take([int(subject) - 1 for subject in differing])


def test_ids_that_end_in_the_same_eight_letters_are_ids_of_two(tmp_path: Path):
    """Rows are found by a number of their key, which two keys may share."""
    found = changes(
        tmp_path, owed(subject_id="b-00000001"), events(), owed(subject_id="a-00000001")
    )
    assert subjects(found) == ["b-00000001"]
    assert found.gone is not None
    assert found.gone["subject_id"].to_pylist() == ["a-00000001"]


def test_rows_that_are_gone_are_named_among_those_that_are_not_as_they_were(tmp_path: Path):
    found = changes(tmp_path, owed(event_id="19").slice(0, 3), events())
    assert found.gone is not None
    assert found.gone["subject_id"].to_pylist() == ["1", "4"]
    assert found.count == 3


@pytest.mark.parametrize("length", [0, 1, 7, 8, 9, 64])
def test_an_id_of_any_length_is_found_again(tmp_path: Path, length: int):
    assert changes(
        tmp_path, owed(subject_id="x" * length), events(), owed(subject_id="x" * length)
    ).is_nothing


def test_a_part_of_a_column_has_the_numbers_that_it_has_by_itself():
    part, by_itself = pa.array(["a", None, "b"]).slice(1), pa.array([None, "b"])
    assert _number(part).tolist() == _number(by_itself).tolist()


@pytest.mark.parametrize("are_kept_as_tonight", [True, False])
def test_nothing_is_known_of_the_last_night_where_members_that_went_are_not(
    tmp_path: Path, *, are_kept_as_tonight: bool
):
    """Rows that stay as they are may name them."""
    run = a_run(tmp_path / "extract", tmp_path / "anyshire.toml")
    for table in KEYED_DIMENSIONS:
        members = arrow_schema(derived_columns(table)).empty_table()
        kept = (
            members if are_kept_as_tonight else members.append_column("more", pa.array([], "str"))
        )
        for given, folder in ((members, run.work), (kept, run.last_derived)):
            path = folder / DERIVED_TABLES.path / f"{table.name}.parquet"
            path.parent.mkdir(parents=True, exist_ok=True)
            pq.write_table(given, path)
    note = {"run_id": "the last", "software_version": __version__}
    (run.last_derived / "run.json").write_text(json.dumps(note))
    assert (last_given(run, "the last") is not None) == are_kept_as_tonight
