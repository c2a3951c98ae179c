"""Landing keeps an extract as it came, for its owner alone."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from unit.builders import a_run, an_authority_file, an_extract, expected, write_csv

from etl.contracts.source_table import SourceTable
from etl.errors import ConnectionFault, NightStopped
from etl.land.landing import altered_file, keep_landed, land_extract, take_landed
from etl.privacy.landed import copy_without
from etl.run import Run, owner_only
from etl.sources.arrival.csv_extract import read_extract


@pytest.fixture
def run(tmp_path: Path) -> Run:
    extract = an_extract(
        tmp_path, DIM_PERSON=[{"DIM_PERSON_ID": " 7 ", "FORENAME": "PII-Zoë", "Mixed Case ": "x"}]
    )
    return a_run(extract, an_authority_file(tmp_path))


def land(run: Run) -> dict:
    manifest = land_extract(run, read_extract(run.arrival, expected()))
    keep_landed(run, {})
    return manifest


def test_every_table_has_the_columns_and_texts_it_came_with(run):
    land(run)
    for table in read_extract(run.arrival, expected()):
        landed = pq.read_table(run.landed / f"{table.name}.parquet")
        assert landed.column_names == table.content.column_names
        assert landed.equals(table.content)
    child = pq.read_table(run.landed / "DIM_PERSON.parquet").to_pylist()[0]
    assert child["DIM_PERSON_ID"] == " 7 "
    assert child["Mixed Case "] == "x"


def test_nobody_but_the_owner_can_look_into_the_landing(run):
    land(run)
    modes = {
        path.relative_to(run.landing).as_posix(): path.stat().st_mode & 0o777
        for path in [run.landing, *run.landing.rglob("*")]
    }
    assert {name: mode for name, mode in modes.items() if mode & 0o077} == {}


def test_the_manifest_says_what_was_landed(run):
    manifest = land(run)
    assert json.loads((run.landed / "manifest.json").read_text()) == manifest
    assert manifest["la_code"] == "874"
    assert manifest["extract_date"] == "2014-11-03"
    child = manifest["tables"]["DIM_PERSON"]
    assert (child["rows"], child["file"], child["encoding"]) == (1, "DIM_PERSON.csv", "utf-8")
    assert "FORENAME" in child["columns"]
    assert len(child["sha256"]) == len(manifest["sha256"]) == 64


def test_the_hash_of_an_extract_is_that_of_its_content(run):
    first = land(run)["sha256"]
    assert land(run)["sha256"] == first
    write_csv(
        run.arrival.path / "DIM_DEPARTMENT.csv", ["DIM_DEPARTMENT_ID", "NAME"], [{"NAME": "a"}]
    )
    assert land(run)["sha256"] != first


def test_an_extract_that_is_refused_does_not_replace_the_landed_one(run):
    land(run)
    before = (run.landed / "manifest.json").read_text()
    (run.arrival.path / "DIM_PERSON.csv").write_bytes(b"")
    with pytest.raises(NightStopped):
        land(run)
    assert (run.landed / "manifest.json").read_text() == before


def test_a_table_that_came_before_and_not_again_is_gone(run):
    land(run)
    (run.arrival.path / "DIM_WORKER.csv").unlink()
    land(run)
    assert not (run.landed / "DIM_WORKER.parquet").exists()


CHILD = "DIM_PERSON.parquet"


def without_its_last_row(path: Path) -> None:
    table = pq.read_table(path)
    pq.write_table(table.slice(0, len(table) - 1), path)


SPOILT = {
    "missing": Path.unlink,
    "cut off": lambda path: path.write_bytes(path.read_bytes()[:-20]),
    "a row short": without_its_last_row,
    "empty": lambda path: path.write_bytes(b""),
}


@pytest.mark.parametrize("spoil", SPOILT.values(), ids=SPOILT)
@pytest.mark.parametrize("release", ["this", "0.1.0"])
def test_a_landed_file_that_is_not_as_written_is_not_loaded_again(
    run: Run, release: str, spoil: Callable[[Path], object]
) -> None:
    manifest = land(run)
    if release == "0.1.0":
        for entry in manifest["tables"].values():
            del entry["parquet_sha256"]
        (run.landed / "manifest.json").write_text(json.dumps(manifest))
    assert altered_file(run.landed) is None
    spoil(run.landed / CHILD)
    assert altered_file(run.landed) == CHILD
    with pytest.raises(ConnectionFault) as fault:
        take_landed(replace(run, arrival=replace(run.arrival, where=run.landed)))
    assert "are not those that were loaded" in fault.value.what
    assert fault.value.where == f"{run.landed}, {CHILD}"
    assert "from its extract" in fault.value.next


def test_nor_is_one_with_a_table_or_manifest_that_is_not_its_own(run: Run) -> None:
    land(run)
    other = (run.landed / CHILD).rename(run.landed / "OTHER.parquet")
    (run.landed / CHILD).write_bytes(other.read_bytes())
    assert altered_file(run.landed) == other.name
    other.unlink()
    assert altered_file(run.landed) is None
    for text in ("", "[]", '{"tables": {}, "sha256": ""}'):
        (run.landed / "manifest.json").write_text(text)
        assert altered_file(run.landed) == "manifest.json"


def test_a_night_from_which_a_child_was_erased_is_as_it_was_then_written(run: Run) -> None:
    land(run)
    copy = owner_only(run.landed.parent / "copy")
    copy_without(run.landed, copy, {"DIM_PERSON": np.array([True])})
    assert pq.read_metadata(copy / CHILD).num_rows == 0
    assert altered_file(copy) is None


def test_a_landing_that_cannot_be_written_is_worth_another_try(run):
    run.landing.write_text("a file where the folder should be")
    with pytest.raises(ConnectionFault) as fault:
        land(run)
    assert str(run.landing) in str(fault.value)


# A table that comes in batches.


def batches(*rows: list[str]) -> pa.RecordBatchReader:
    schema = pa.schema([("A", pa.string())])
    return pa.RecordBatchReader.from_batches(
        schema, (pa.RecordBatch.from_pydict({"A": each}, schema) for each in rows)
    )


def in_batches(*rows: list[str]) -> list[SourceTable]:
    return [SourceTable("T", batches(*rows), "", "", "schema.T")]


def test_a_table_in_batches_lands_as_they_come(run):
    manifest = land_extract(run, in_batches(["1", "2"], ["3"]))
    keep_landed(run, {})
    assert pq.read_table(run.landed / "T.parquet")["A"].to_pylist() == ["1", "2", "3"]
    assert manifest["tables"]["T"]["rows"] == 3
    assert manifest["tables"]["T"]["columns"] == ["A"]
    assert altered_file(run.landed) is None
    assert (run.landed / "T.parquet").stat().st_mode & 0o077 == 0


def test_the_hash_of_batches_tells_other_rows_from_the_same(run):
    def hash_of(*rows: list[str]) -> str:
        return land_extract(run, in_batches(*rows))["tables"]["T"]["sha256"]

    assert hash_of(["1", "2"]) == hash_of(["1", "2"])
    assert len({hash_of(["1", "2"]), hash_of(["1", "3"]), hash_of(["1"]), hash_of()}) == 4


def test_what_stops_a_table_half_way_stops_the_landing_with_the_same_words(run):
    def stopped() -> Iterator[pa.RecordBatch]:
        yield pa.RecordBatch.from_pydict({"A": ["1"]})
        raise NightStopped("It changed.", where="T", means="Nothing.", next="Again.")

    content = pa.RecordBatchReader.from_batches(pa.schema([("A", pa.string())]), stopped())
    with pytest.raises(NightStopped, match="It changed"):
        land_extract(run, [SourceTable("T", content, "", "", "schema.T")])
