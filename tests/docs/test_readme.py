"""What the README and the reference pages say is what the program does."""

from __future__ import annotations

import contextlib
import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest
from spec import page as timescales

from docs.following import Follower
from etl import cli, reference_docs
from etl.settings import PROJECT

README = (PROJECT / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```", README, re.DOTALL | re.MULTILINE)
_START, LOAD, EXPLAIN, REPORT, MISSED_OR_WRONG, EXPORT, FIGURES, _PRIVACY = [
    text for language, text in BLOCKS if language == "sh"
]
LOADED, EXPLAINED, REPORTED, PUT_RIGHT, WHERE_THINGS_ARE, MOVED = [
    text for language, text in BLOCKS if not language
]
# What the shell of whoever reads on still knows.
EXPORTS = "".join(line for line in LOAD.splitlines(keepends=True) if line.startswith("export "))


@dataclass(frozen=True)
class Followed:
    """A folder that has what the commands name of the clone. said: what loading printed."""

    folder: Path
    said: str

    @property
    def warehouse(self) -> Path:
        return self.folder / "peterborough.duckdb"

    def follow(self, block: str) -> str:
        return Follower(self.folder).follow(EXPORTS + block)

    def lacks(self, shown: str, printed: str) -> list[str]:
        """The lines that the README shows and that were not printed, in that order."""
        lines = iter(
            [line.rstrip() for line in printed.replace(str(self.folder), "...").splitlines()]
        )
        return [line for line in shown.splitlines() if line.strip() != "..." and line not in lines]


@pytest.fixture(scope="module")
def followed(tmp_path_factory: pytest.TempPathFactory) -> Followed:
    """Both golden nights, loaded as the README says."""
    folder = tmp_path_factory.mktemp("readme")
    for name in ("sql", "tests"):
        (folder / name).symlink_to(PROJECT / name)
    return Followed(folder, Follower(folder).follow(LOAD))


@pytest.mark.slow
def test_loading_a_night_prints_what_the_readme_shows(followed: Followed) -> None:
    assert followed.lacks(LOADED, followed.said) == []


@pytest.mark.slow
def test_explain_prints_what_the_readme_shows(followed: Followed) -> None:
    assert followed.lacks(EXPLAINED, followed.follow(EXPLAIN)) == []


@pytest.mark.slow
def test_both_editions_of_the_report_are_written_where_the_readme_says(followed: Followed) -> None:
    assert followed.lacks(REPORTED, followed.follow(REPORT)) == []
    assert all((followed.folder / file).exists() for file in REPORTED.split())


@pytest.mark.slow
def test_the_export_of_the_readme_is_written(followed: Followed) -> None:
    assert "figures: 3 views and tables" in followed.follow(EXPORT)
    assert (followed.folder / "figures" / "report.xlsx").exists()


@pytest.mark.slow
def test_what_was_published_and_has_moved_is_what_the_readme_shows(followed: Followed) -> None:
    said = followed.follow(FIGURES)
    assert followed.lacks(MOVED, said) == []
    assert said.count(",recorded late,counts against,counts for\n") == 18


@pytest.mark.long
@pytest.mark.slow
def test_nights_that_were_missed_or_wrong_are_put_right_as_the_readme_says(
    followed: Followed, tmp_path: Path
) -> None:
    folder = shutil.copytree(followed.folder, tmp_path / "council", symlinks=True)
    council = Followed(folder, followed.said)
    assert council.lacks(PUT_RIGHT, council.follow(MISSED_OR_WRONG)) == []
    with duckdb.connect() as connection:
        connection.execute(f"attach '{council.warehouse}' as csc (read_only)")
        connection.execute("use csc")
        assert connection.execute(queries()[-1]).fetchall() == [(64, 46)]


def queries() -> list[str]:
    blocks = re.findall(r"```sql\n(.*?)```", README, re.DOTALL)
    return [block for block in blocks if block.startswith("select")]


def test_the_readme_asks_the_first_questions_of_an_analyst() -> None:
    assert len(queries()) == 5


@pytest.mark.slow
@pytest.mark.parametrize("query", queries())
def test_each_query_of_the_readme_runs_as_it_stands(followed: Followed, query: str) -> None:
    with duckdb.connect() as connection:
        connection.execute(f"attach '{followed.warehouse}' as csc (read_only)")
        connection.execute("use csc")
        assert connection.execute(query).fetchall()


@pytest.mark.slow
def test_the_query_for_any_day_runs_as_the_readme_says(followed: Followed) -> None:
    blocks = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    [block] = [block for block in blocks if "timescale_status.sql" in block]
    with duckdb.connect() as connection, contextlib.chdir(PROJECT):
        connection.execute(f"attach '{followed.warehouse}' as csc (read_only)")
        connection.execute("use csc")
        found: dict[str, Any] = {"connection": connection}
        exec(block, found)
        assert set(found["statuses"]["status"]) >= {"in_time", "late", "not_due"}


@pytest.mark.parametrize(
    "page",
    [PROJECT / "CHANGELOG.md", PROJECT / "GLOSSARY.md", *sorted((PROJECT / "docs").rglob("*.md")),
     *sorted((PROJECT / "tests").rglob("*.md"))],
    ids=lambda page: page.name,
)  # fmt: skip
def test_every_link_of_a_page_leads_somewhere(page: Path) -> None:
    named = re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8"))
    assert [name for name in named if not (page.parent / name).exists()] == []


def test_every_path_that_the_readme_names_exists() -> None:
    named = re.findall(r"\]\(([^)#]+)\)", README)
    named += re.findall(r"^([a-z]+/[a-z_/.]*)", WHERE_THINGS_ARE, re.M)
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
