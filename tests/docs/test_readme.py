"""What the README and the reference pages say is what the program does."""

from __future__ import annotations

import contextlib
import re
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
from spec import page as timescales

from etl import cli, reference_docs
from etl.demo.extract import write_extract
from etl.settings import PROJECT

README = (PROJECT / "README.md").read_text(encoding="utf-8")
WESTMERE = PROJECT / "etl" / "demo" / "westmere.toml"


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("readme")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CSC_ETL_PSEUDONYM_KEY", "a key for this test alone")
        extract = write_extract(folder, children=1000, extract_date=date(2026, 5, 31))
        path = folder / "warehouse.duckdb"
        arguments = ["load", str(extract), "--authority", str(WESTMERE)]
        assert cli.main([*arguments, "--warehouse", f"duckdb:///{path}"]) == 0
    return path


def queries() -> list[str]:
    blocks = re.findall(r"```sql\n(.*?)```", README, re.DOTALL)
    return [block for block in blocks if block.startswith("select")]


def test_the_readme_asks_the_first_questions_of_an_analyst() -> None:
    assert len(queries()) == 4


@pytest.mark.parametrize("query", queries())
def test_each_query_of_the_readme_runs_as_it_stands(warehouse: Path, query: str) -> None:
    with duckdb.connect() as connection:
        connection.execute(f"attach '{warehouse}' as csc (read_only)")
        connection.execute("use csc")
        assert connection.execute(query).fetchall()


def test_the_query_for_any_day_runs_as_the_readme_says(warehouse: Path) -> None:
    blocks = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    [block] = [block for block in blocks if "timescale_status.sql" in block]
    with duckdb.connect() as connection, contextlib.chdir(PROJECT):
        connection.execute(f"attach '{warehouse}' as csc (read_only)")
        connection.execute("use csc")
        block = block.replace("2014-12-04", "2026-05-31").replace("2014-10-31", "2026-04-30")
        found: dict[str, Any] = {"connection": connection}
        exec(block, found)
        assert set(found["statuses"]["status"]) >= {"in_time", "late", "not_due"}


@pytest.mark.parametrize(
    "page",
    [PROJECT / "CHANGELOG.md", *sorted((PROJECT / "docs").rglob("*.md")),
     *sorted((PROJECT / "tests").rglob("*.md"))],
    ids=lambda page: page.name,
)  # fmt: skip
def test_every_link_of_a_page_leads_somewhere(page: Path) -> None:
    named = re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8"))
    assert [name for name in named if not (page.parent / name).exists()] == []


def test_every_path_that_the_readme_names_exists() -> None:
    named = re.findall(r"\]\(([^)#]+)\)", README) + re.findall(r"^([a-z]+/[a-z_/.]*)", README, re.M)
    missing = [name for name in named if not (PROJECT / name).exists()]
    assert not missing


def test_the_reference_pages_are_current() -> None:
    for name, text in reference_docs.pages().items():
        assert (reference_docs.FOLDER / name).read_text(encoding="utf-8") == text


def test_the_pages_of_the_timescales_are_current() -> None:
    there = {file.name: file.read_text(encoding="utf-8") for file in timescales.FOLDER.iterdir()}
    assert there == timescales.pages()


def test_a_demo_extract_is_of_the_sizes_that_the_readme_and_the_help_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sizes = "1,000 to 1,000,000"
    assert f"of {sizes} children" in README
    with pytest.raises(SystemExit):
        cli.main(["demo-extract", "--help"])
    assert sizes in capsys.readouterr().out
    for children in ("999", "1000001"):
        asked = ["demo-extract", str(tmp_path), "--date", "2026-05-31", "--children", children]
        assert cli.main(asked) == 2
        assert sizes in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
