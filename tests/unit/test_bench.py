"""The bench measures what it says: works in processes of their own, and a floor that stores all."""

from __future__ import annotations

import json
import platform
import sys
import zipfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest import mock

import duckdb
import pyarrow.parquet as pq
import pytest
from bench import __main__ as command
from bench import councils, doors, england, floor, others, visits
from bench.alone import Spent, alone
from bench.asked import Asked
from bench.page import page
from bench.results import Result, missed

FILES = {
    "DIM_PERSON.csv": '\ufeffDIM_PERSON_ID,SURNAME\n1,\n02,"A,\nB"\n',
    "FACT_CLA.csv": "FACT_CLA_ID,DIM_PERSON_ID\n7,1\n",
    "MANIFEST.csv": "TABLE,ROWS\nDIM_PERSON,2\n",
}
PEOPLE = [("1", ""), ("02", "A,\nB")]
MEBIBYTES = 100


@pytest.fixture(params=["folder", "zip"])
def extract(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    folder, packed = tmp_path / "2014-11-03", tmp_path / "2014-11-03.zip"
    folder.mkdir()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, content in FILES.items():
            (folder / name).write_text(content, encoding="utf-8")
            archive.write(folder / name, name)
    return folder if request.param == "folder" else packed


def test_the_floor_stores_every_row_as_the_text_that_it_is(extract: Path, tmp_path: Path) -> None:
    file = tmp_path / "floor.duckdb"
    rows = floor.into_duckdb(str(extract), str(tmp_path), f"duckdb:///{file}")
    assert rows == {"DIM_PERSON": 2, "FACT_CLA": 1}
    with duckdb.connect(file, read_only=True) as connection:
        assert connection.execute('select * from "DIM_PERSON"').fetchall() == PEOPLE
        assert connection.execute('select * from "FACT_CLA"').fetchall() == [("7", "1")]
    assert pq.read_table(tmp_path / "DIM_PERSON.parquet").num_rows == 2


def test_a_work_gives_its_answer_whatever_it_prints() -> None:
    assert alone("json:loads", s="[1, 2]").answer == [1, 2]
    assert alone("builtins:print", end="answer of the work: not this one").answer is None


def test_a_peak_of_memory_is_the_works_own() -> None:
    held = b"1" * (2 * MEBIBYTES * 2**20)  # by the process that asks
    assert 1 < alone("json:loads", s="3").mebibytes < MEBIBYTES
    del held


def test_what_a_tables_records_add_to_the_peak_is_not_hidden_by_the_process_that_asks() -> None:
    held = b"1" * (4 * MEBIBYTES * 2**20)
    more = alone("unit.test_bench:mebibytes_more_of_a_table").answer
    assert 0.9 * MEBIBYTES < more < 2 * MEBIBYTES
    del held


def mebibytes_more_of_a_table() -> float:
    """The work: the figure, where the database has one table with one big part."""
    big = SimpleNamespace(content=(b"1" * (MEBIBYTES * 2**20) for _ in range(1)))
    with mock.patch("etl.sources.database.reading.read_database", lambda *_: [big]):
        return doors.mebibytes_more()


def test_what_imports_take_is_part_of_what_a_process_takes() -> None:
    spent = alone("json:loads", s="3")
    assert 0 < spent.imports < spent.seconds
    assert spent.without_imports == spent.seconds - spent.imports


def test_a_work_that_fails_is_no_figure() -> None:
    with pytest.raises(SystemExit, match="json:loads failed with 1"):
        alone("json:loads", s="{")


def test_the_plans_and_visits_that_are_made_owe_what_plans_owe(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What derives them asks for columns that come and go."""
    monkeypatch.setattr(visits, "PLANS", 40)
    monkeypatch.setattr(visits, "VISITS", 1_000)
    assert 40 < visits.owed()["obligations"] <= 1_040


def test_a_subject_is_said_as_a_reader_reads_it_and_is_of_the_commit_it_was_measured_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    told = {"commit": "before"}

    def measured(asked: Asked) -> list[Result]:
        told["commit"] = "made meanwhile"
        return [Result("rows", "rows", 142_587)]

    monkeypatch.setattr(command, "SUBJECTS", {"small": measured})
    monkeypatch.setattr(command, "KEPT", tmp_path / "kept.json")
    monkeypatch.setattr(command, "_of_this_machine", lambda asked: dict(told))
    monkeypatch.setattr(command, "write_page", lambda: None)
    monkeypatch.setattr("sys.argv", ["bench", "small"])
    monkeypatch.setenv("CSC_ETL_PSEUDONYM_KEY", "put back after this test")
    assert command.main() == 0
    kept = json.loads((tmp_path / "kept.json").read_text(encoding="utf-8"))
    assert kept["small"]["of"] == {"commit": "before"}
    assert capsys.readouterr().out == "small: rows: 142,587 rows\n"


def test_other_tools_are_kept_and_shown_with_the_versions_that_they_were_measured_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours, theirs = {"duckdb": "2.0.0"}, {"dlt": "1.31.0", "duckdb": "2.0.1"}
    of = {"date": "2026-11-30", "commit": "before", "runs": 1, "machine": "this", "versions": ours}
    found = [Result(f"ours: times the seconds of {others.BESIDE}", "times", 2.0)]
    measured = dict.fromkeys(("small", "others"), lambda asked: found)
    monkeypatch.setattr(command, "SUBJECTS", measured)
    monkeypatch.setattr(command, "KEPT", tmp_path / "kept.json")
    monkeypatch.setattr(command, "_of_this_machine", lambda asked: dict(of))
    monkeypatch.setattr(command, "write_page", lambda: None)
    monkeypatch.setattr(others, "PYTHON", sys.executable)
    monkeypatch.setattr(others, "PACKAGES", ("duckdb",))
    monkeypatch.setattr("sys.argv", ["bench", "small", "others"])
    monkeypatch.setenv("CSC_ETL_PSEUDONYM_KEY", "put back after this test")
    assert command.main() == 0
    kept = json.loads((tmp_path / "kept.json").read_text(encoding="utf-8"))
    assert kept["small"]["of"] == of
    installed = {"python": platform.python_version(), "duckdb": duckdb.__version__}
    assert kept["others"]["of"] == {**of, "versions of the others": installed}
    kept["others"]["of"]["versions of the others"] = theirs
    assert (
        page(kept)
        .splitlines()[-1]
        .endswith("| duckdb 2.0.0; the others: dlt 1.31.0, duckdb 2.0.1 |")
    )


TOO_MUCH = {
    "many_authorities": {"first night: times": 1.3, "later night: times": 1.1,
                         "first night among many: peak MiB": 5_000, "authorities": 150},
    "ten_nights": {"needless versions": 1, "rows of the star that are no new version": 1,
                   "figures after ten, times one night's": 1.3,
                   "MiB after ten, times one night's": 2.1},
}  # fmt: skip


def among_authorities(figures: dict[str, dict[str, float]], monkeypatch: pytest.MonkeyPatch) -> Any:
    """What the bench says where its works find these."""

    def found(work: str, **asked: Any) -> Spent:
        return Spent(1.0, 0.5, 0.0, 100.0, figures[work.rpartition(":")[2]])

    monkeypatch.setattr(councils, "alone", found)
    return councils.measured(Asked())


def test_many_authorities_are_held_to_every_limit_by_the_bench_as_well(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    above = [result.name for result in missed(among_authorities(TOO_MUCH, monkeypatch))]
    told = [what for part in TOO_MUCH.values() for what in england.missed(part)]
    said = [what.rpartition(" is ")[0] for what in told]
    assert len(said) == 6
    assert above == [f"{engine}: {name}" for engine in councils.ENGINES for name in said]


def test_a_limit_of_nothing_measured_is_no_goal_that_is_met(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with pytest.raises(ValueError, match="needless versions"):
        among_authorities({**TOO_MUCH, "ten_nights": {}}, monkeypatch)
