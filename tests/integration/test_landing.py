"""Landing keeps an extract as it came, for its owner alone."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from unit.builders import a_run, an_authority_file, an_extract, write_csv

from etl.errors import ConnectionFault, NightStopped
from etl.land.landing import keep_landed, land_extract
from etl.run import Run
from etl.source.liquidlogic_files import read_extract


@pytest.fixture
def run(tmp_path: Path) -> Run:
    extract = an_extract(
        tmp_path, DIM_PERSON=[{"DIM_PERSON_ID": " 7 ", "FORENAME": "PII-Zoë", "Mixed Case ": "x"}]
    )
    return a_run(extract, an_authority_file(tmp_path))


def land(run: Run) -> dict:
    manifest = land_extract(run, read_extract(run.extract))
    keep_landed(run, {})
    return manifest


def test_every_table_has_the_columns_and_texts_it_came_with(run):
    land(run)
    for table in read_extract(run.extract):
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
    write_csv(run.extract / "DIM_DEPARTMENT.csv", ["DIM_DEPARTMENT_ID", "NAME"], [{"NAME": "a"}])
    assert land(run)["sha256"] != first


def test_an_extract_that_is_refused_does_not_replace_the_landed_one(run):
    land(run)
    before = (run.landed / "manifest.json").read_text()
    (run.extract / "DIM_PERSON.csv").write_bytes(b"")
    with pytest.raises(NightStopped):
        land(run)
    assert (run.landed / "manifest.json").read_text() == before


def test_a_table_that_came_before_and_not_again_is_gone(run):
    land(run)
    (run.extract / "DIM_WORKER.csv").unlink()
    land(run)
    assert not (run.landed / "DIM_WORKER.parquet").exists()


def test_a_landing_that_cannot_be_written_is_worth_another_try(run):
    run.landing.write_text("a file where the folder should be")
    with pytest.raises(ConnectionFault) as fault:
        land(run)
    assert str(run.landing) in str(fault.value)
