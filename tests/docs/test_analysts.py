"""What docs/analysts.md says: its commands and queries run, and every question is in it."""

from __future__ import annotations

import contextlib
import re
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
from nights.loading import DuckDBFile
from nights.prepared import prepared

from docs.following import Follower
from etl import model_page
from etl.questions_page import ASKED, FOLDERS, MARK
from etl.settings import PROJECT, QUERIES, VIEWS

PAGE = (PROJECT / "docs" / "analysts.md").read_text(encoding="utf-8")
WORDS, _, QUESTIONS = PAGE.partition(MARK)
BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```", WORDS, re.DOTALL | re.MULTILINE)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the page's commands are given: the warehouse has the name that it has there."""
    nights = prepared(tmp_path_factory.getbasetemp())
    council = nights.council(DuckDBFile(), tmp_path_factory.mktemp("analysts") / "council")
    council.file.rename(council.folder / "peterborough.duckdb")
    return council.folder


def test_every_query_is_in_the_page_and_its_first_three_parts_are_twenty_questions() -> None:
    files = [str(file.relative_to(QUERIES)) for file in QUERIES.rglob("*.sql")]
    assert len(files) > 25
    assert [file for file in files if f"`sql/queries/{file}`" not in QUESTIONS] == []
    asked = [name for names in list(ASKED.values())[:3] for name in names]
    assert len(asked) == len(set(asked)) == 20
    assert set(FOLDERS) == {file.parent.name for file in QUERIES.glob("*/*.sql")}


def test_the_sql_of_the_page_is_that_of_the_files() -> None:
    shown = re.findall(r"^```sql\n(.*?)^```", QUESTIONS, re.DOTALL | re.MULTILINE)
    there = [file.read_text(encoding="utf-8").strip() for file in QUERIES.rglob("*.sql")]
    assert sorted(text.strip() for text in shown) == sorted(
        re.sub(r"\A(-- (title|grain): .*\n)+", "", text) for text in there
    )


@pytest.mark.slow
def test_the_exports_of_the_page_are_written(folder: Path) -> None:
    [block] = [text for language, text in BLOCKS if "csc-etl export figures" in text]
    said = Follower(folder).follow(block)
    assert said.count("Wrote ") == 2
    assert (folder / "figures" / "report.xlsx").exists()
    views = {file.stem for file in VIEWS.glob("*.sql")}
    assert views <= {file.stem for file in (folder / "everything").iterdir()}


@pytest.mark.slow
def test_pandas_reads_the_file_as_the_page_says(folder: Path) -> None:
    [block] = [text for language, text in BLOCKS if language == "python" and "duckdb" in text]
    found: dict[str, Any] = {}
    with contextlib.chdir(folder):
        exec(block, found)
    assert list(found["overdue"].columns) == ["timescale_title", "overdue"]


@pytest.mark.slow
def test_the_query_of_two_days_counts_what_was_known(folder: Path) -> None:
    [block] = [text for language, text in BLOCKS if language == "sql"]
    night = date(2026, 3, 3)
    block = block.replace("2014-10-31", "2026-02-28").replace("2014-11-03", str(night))
    with duckdb.connect() as connection:
        connection.execute(f"attach '{folder}/peterborough.duckdb' as csc (read_only)")
        connection.execute("use csc")
        [(plans,)] = connection.execute(block).fetchall()
    assert plans > 0


def test_the_model_has_every_view_of_a_fact_and_each_column_that_leads_to_another() -> None:
    text, picture = model_page.model_page(""), model_page.model_picture()
    for view in VIEWS.glob("*.sql"):
        sql = view.read_text(encoding="utf-8")
        if "from warehouse.fact_" not in sql or view.stem in ("allocation",):
            continue
        assert f"| `report.{view.stem}` |" in text
        assert f">{view.stem}</text>" in picture
    of_visits = next(line for line in text.splitlines() if "`report.visit`" in line)
    assert "`child_protection_plan_unique_id`" in of_visits
    assert "`placement_unique_id`" in of_visits
    assert "→ placement_unique_id" in picture


def test_a_fact_stands_after_what_it_hangs_on() -> None:
    names = [view.name for view in model_page.facts()]
    for view in model_page.facts():
        for other in view.relates.values():
            assert other == "timescale" or names.index(other) < names.index(view.name)
