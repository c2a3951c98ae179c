"""Reports of councils whose records are not tidy: little history, no targets, no teams, few
children, rows held back, an old extract, a rule that changed, several councils in one warehouse."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from report.visible import tables_of, visible_text

from etl.demo.extract import write_extract
from nights import editing
from nights.editing import Row
from nights.few_children import few_children
from nights.loading import Council, command

pytestmark = pytest.mark.slow

NIGHT = date(2026, 4, 10)
BARE = """
[authority]
la_code = "{la_code}"
name = "Eastmere"

[source]
kind = "liquidlogic_files"
"""
LATER_STANDARD = """
[[timescales.single_assessment]]
allowance = "35 working days"
effective_from = 2020-04-01

[[timescales.single_assessment]]
allowance = "45 working days"
effective_from = 2025-11-01
citation = "Eastmere practice standards (invented)"
"""


@pytest.fixture(scope="session")
def extract(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_extract(tmp_path_factory.mktemp("drawn"), children=1000, extract_date=NIGHT)


@pytest.fixture
def eastmere(tmp_path: Path) -> Callable[..., Council]:
    """Loads an extract as Eastmere's, whose file says this beside the least it must."""

    def load(extract: Path, more: str = "", la_code: str = "901") -> Council:
        file = tmp_path / f"{la_code}.toml"
        file.write_text(BARE.format(la_code=la_code) + more, encoding="utf-8")
        council = Council(tmp_path, file)
        ran = council.load(extract)
        assert ran.exit_code == 0, ran.err
        return council

    return load


def pages(council: Council, month: str, *more: str) -> tuple[Path, Path]:
    """The internal page and the public one."""
    folder = council.folder / f"reports {month}"
    for edition in ([], ["--public"]):
        ran = command("report", month, "--warehouse", council.url, "--out", folder, *edition, *more)
        assert ran.exit_code == 0, ran.err
    [public] = folder.glob("*-public.html")
    [internal] = {*folder.glob("*.html")} - {public}
    return internal, public


def rows_of(page: Path, label: str) -> list[list[str]]:
    return [row for row in tables_of(page) if row[0].startswith(label)]


def test_a_council_without_targets_comparators_and_population_says_so_once_and_has_no_rates(
    extract: Path, eastmere: Callable[..., Council]
) -> None:
    for page in pages(eastmere(extract), "2026-03"):
        text = visible_text(page)
        assert text.count("No targets are set for 2025/26.") == 1
        assert "above the target" not in text
        assert "England (" not in text
        assert "above England" not in text
        assert "below England" not in text
        assert not re.search(r"None(?! of)", text)
        [rate] = rows_of(page, "… rate over 12 months")[:1]
        assert rate[1] == "–"


def test_five_months_of_history_compare_five_months(
    extract: Path, eastmere: Callable[..., Council]
) -> None:
    council = eastmere(extract, "[publication]\nhistory_from = 2025-11-01\n")
    page, _ = pages(council, "2026-03")
    [contacts, *_] = rows_of(page, "Contacts received")
    assert re.fullmatch(r"[\d,]+", contacts[1])
    assert re.fullmatch(r"[\d,]+", contacts[2])
    assert contacts[3] == "n/c"
    text = visible_text(page)
    assert "There is no comparable figure for March 2025" in text
    assert "1 November 2025" in text


def test_one_team_is_no_table_of_teams(
    extract: Path, tmp_path: Path, eastmere: Callable[..., Council]
) -> None:
    council = eastmere(with_departments(extract, tmp_path, "11"))
    page, _ = pages(council, "2026-03")
    assert "By team" not in visible_text(page)


def test_where_no_team_is_known_none_is_shown(
    extract: Path, tmp_path: Path, eastmere: Callable[..., Council]
) -> None:
    council = eastmere(with_departments(extract, tmp_path, ""))
    page, _ = pages(council, "2026-03")
    assert "By team" not in visible_text(page)


def with_departments(extract: Path, folder: Path, department: str) -> Path:
    """The extract with this department in the place of every one that a record names; workers
    name theirs, and then name none."""
    changed = editing.copy_as(extract, folder / "extract", NIGHT.isoformat())

    def put(rows: list[Row]) -> list[Row]:
        for row in rows:
            for column in row:
                if column.endswith(("DEPARTMENT_ID", "DEPT_ID")):
                    row[column] = department
            if "DEPARTMENT_NAME" in row:
                row["DEPARTMENT_NAME"] = ""
        return rows

    for path in {*changed.glob("*.csv")} - {changed / "DIM_DEPARTMENT.csv"}:
        editing.change(changed, path.stem, put)
    return changed


def test_few_children_are_told_as_two_of_three_and_withheld_in_public(
    tmp_path: Path, eastmere: Callable[..., Council]
) -> None:
    council = eastmere(few_children(tmp_path / "extract", NIGHT, children=12))
    page, public = pages(council, "2026-03")
    text = visible_text(page)
    assert re.search(r"\b[0-9] of [1-9]\b", text)
    # Of fewer than ten no percentage stands beside its numbers.
    shares = [
        cell for row in tables_of(page) for cell in row if re.fullmatch(r".*\b\d of \d", cell)
    ]
    assert shares
    assert [cell for cell in shares if "%" in cell] == []
    assert "c: 1 to 5, or withheld to protect them" in visible_text(public)
    assert any("c" in row for row in tables_of(public))


def test_rows_held_back_are_named_under_each_figure_that_may_lack_them(
    extract: Path, eastmere: Callable[..., Council]
) -> None:
    council = eastmere(extract)
    page, _ = pages(council, "2026-03")
    [(held_back,)] = council.rows("select count(*) from audit.rejected_row")
    text = visible_text(page)
    assert held_back > 0
    assert "children may be missing from this figure" in text or "child may be missing" in text
    assert any("‡" in row[0] for row in tables_of(page))


def test_an_old_extract_cannot_judge_a_month(
    extract: Path, tmp_path: Path, eastmere: Callable[..., Council]
) -> None:
    old = editing.copy_as(extract, tmp_path / "old", "2026-05-05")
    council = eastmere(old, "[limits]\nstale_days = 60\n")
    ran = command("report", "2026-04", "--warehouse", council.url, "--out", tmp_path / "reports")
    assert ran.exit_code == 3
    assert "contact 2026-04-" in ran.err
    assert not (tmp_path / "reports").exists()
    page, public = pages(council, "2026-04", "--stale-anyway")
    for each in (page, public):
        assert "Figures for April 2026 are not complete." in visible_text(each)


def test_a_rule_that_changed_within_the_year_stands_with_the_one_before(
    extract: Path, eastmere: Callable[..., Council]
) -> None:
    page, _ = pages(eastmere(extract, LATER_STANDARD), "2026-03")
    text = visible_text(page)
    assert "35 working days" in text
    assert "45 working days" in text
    assert "31 October 2025" in text
    assert "1 November 2025" in text


@pytest.mark.long
def test_of_seventeen_councils_each_has_its_own_report(
    tmp_path: Path, eastmere: Callable[..., Council]
) -> None:
    drawn = few_children(tmp_path / "extract", NIGHT)
    codes = [str(code) for code in range(901, 918)]
    councils = [eastmere(drawn, la_code=code) for code in codes]
    folder = tmp_path / "reports"
    refused = command("report", "2026-03", "--warehouse", councils[0].url, "--out", folder)
    assert refused.exit_code == 2
    assert "--la-code" in refused.err
    texts = set()
    for code in codes:
        ran = command(
            "report", "2026-03", "--warehouse", councils[0].url, "--out", folder,
            "--la-code", code,
        )  # fmt: skip
        assert ran.exit_code == 0, ran.err
        [page] = folder.glob(f"{code}-*.html")
        texts.add(visible_text(page))
    # The same extract under seventeen codes: none counts another's children.
    assert len(texts) == 1
