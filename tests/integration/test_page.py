"""The page of checks: first what moves figures, then what is new and what was mended; and that of a
night that was stopped at the source."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from unit.builders import NIGHT, Checked, a_checked_night, a_run, an_authority_file, an_extract

from etl.contracts.hand_overs import CHECKS, PAST_CHECKS, CheckRow
from etl.errors import NightStopped
from etl.night.relied_on import figures
from etl.night.walk import Walk, check_night, load_night
from etl.validate import suites
from etl.validate.page import STOPPED, write_page
from etl.validate.trend import Trend, trends

SECRET = "PII-VALUE"


def text(night: Checked, **more: NightStopped) -> str:
    """The page's words, without its style and layout."""
    write_page(night.run, "Anyshire", figures(), **more)
    page = night.run.page.read_text(encoding="utf-8").partition("</style>")[2]
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", page)))


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> Checked:
    """One with a period of care that is held back, and ethnicities that no list knows."""
    return a_checked_night(
        tmp_path_factory.mktemp("page"),
        DIM_PERSON=[{"ETHNICITY_MAIN_CODE": "ZZ9"}],
        FACT_CLA=[{}, {"FACT_CLA_ID": SECRET}],
    )


def test_first_stands_what_moves_figures_and_which(night):
    said = text(night)
    moving = said.partition("What moves figures")[2].partition("What failed")[0]
    assert "1 period of care held back" in moving
    assert "may be up to 1 higher or lower than it is: Looked after child's case" in moving
    assert "Children looked after" in moving
    assert "No ethnicity code of child is one that the list knows" in moving
    # a first load, on which hardly a column is filled
    assert "FACT_CP_PLAN.END_DTTM (child_protection_plan.ended_date)" in moving


def test_every_failed_check_says_why_and_what_to_do(night):
    failed = [row for row in CHECKS.read(night.run) if row["outcome"] == "failed"]
    said = text(night)
    assert said.count("What to do") == len(failed)
    assert SECRET not in night.run.page.read_text(encoding="utf-8")


def test_nothing_moves_a_figure_on_a_night_that_loads_nothing(night):
    stopped = NightStopped("It is too old.", where="here", means="Nothing.", next="Wait.")
    said = text(night, stopped=stopped)
    assert "The night was stopped. It is too old." in said
    assert "What to do: Wait." in said
    assert "held back, with no earlier version" not in said


def test_of_a_table_that_fails_as_a_whole_no_row_is_held_back_and_that_is_said(
    tmp_path, monkeypatch
):
    failing(monkeypatch, "warning")
    night = a_checked_night(tmp_path, DIM_DEPARTMENT=[{}])
    assert night.reasons() == {}
    assert "There are nine teams. Team as a whole, holds no row back" in text(night)


def test_a_table_that_fails_as_a_whole_stops_the_night_by_its_name(tmp_path, monkeypatch):
    failing(monkeypatch, "critical")
    with pytest.raises(NightStopped, match=r"There are nine teams\. Failed by: team\."):
        a_checked_night(tmp_path, DIM_DEPARTMENT=[{}])


def test_a_table_without_rows_is_judged_as_a_whole(tmp_path, monkeypatch):
    failing(monkeypatch, "critical")
    with pytest.raises(NightStopped, match=r"There are nine teams\. Failed by: team\."):
        a_checked_night(tmp_path)


def failing(monkeypatch: pytest.MonkeyPatch, severity: str) -> None:
    """Let the suite of teams ask for nine of them."""
    as_written = suites.read_suite
    meta = {"reason": "few_teams", "says": "There are nine teams.", "why": "So.", "do": "Look."}
    nine = {
        "type": "expect_table_row_count_to_equal", "kwargs": {"value": 9}, "severity": severity,
        "meta": meta,
    }  # fmt: skip

    def read_suite(name: str) -> dict[str, Any]:
        suite = as_written(name)
        if name == "team":
            suite["expectations"].append(nine)
        return suite

    monkeypatch.setattr(suites, "read_suite", read_suite)


def row(failed: int, *, column: str = "contact_id", table: str = "contact") -> CheckRow:
    return {
        "table_name": table, "column_name": column, "reason": "id_missing",
        "says": "Every contact has an id.", "action": "hold_back",
        "outcome": "failed" if failed else "passed", "rows": 9, "rows_failed": failed,
    }  # fmt: skip


def nights(*failed: int, **more: str) -> pd.DataFrame:
    """The check on so many nights, the last of them the night before."""
    found = [
        {**row(rows, **more), "extract_date": pd.Timestamp(NIGHT - timedelta(days=back)),
         "status": "loaded", "held_back": rows}
        for back, rows in enumerate(reversed(failed), start=1)
    ]  # fmt: skip
    return pd.DataFrame(found)[[column.name for column in PAST_CHECKS.columns]]


def trend(before: pd.DataFrame | None, tonight: CheckRow) -> Trend:
    ((_, found),) = trends([tonight], before)
    return found


@pytest.mark.parametrize(
    ("before", "tonight", "is_new", "is_mended"),
    [((0, 0), 3, True, False), ((3, 3), 3, False, False), ((3, 1), 2, True, False),
     ((1, 3), 0, False, True), ((3, 0), 0, False, False), ((3, 2), 1, False, False)],
)  # fmt: skip
def test_new_is_more_than_the_night_before_and_mended_is_none_any_more(
    before, tonight, is_new, is_mended
):
    found = trend(nights(*before), row(tonight))
    assert tuple(found.failed) == (*before, tonight)
    assert (found.is_new, found.is_mended) == (is_new, is_mended)


def test_a_check_that_was_never_made_before_is_neither():
    for before in (None, nights(2, 3).iloc[:0], nights(2, 3, column="child_token")):
        found = trend(before, row(3))
        assert (found.is_new, found.is_mended, found.failed[-1]) == (False, False, 3)


def test_a_check_of_the_whole_extract_is_the_same_whatever_it_names():
    found = trend(nights(2, table="columns", column="A.B: 20"), row(1, table="columns", column="C"))
    assert tuple(found.failed) == (2, 1)


def test_the_page_shows_the_last_nights_and_what_was_mended(night):
    before = nights(1, 2)
    before["says"] = before["says"].mask(
        before["reason"].eq("id_missing"), "Every child has an id."
    )
    before = before.assign(table_name="child", column_name="child_token")
    PAST_CHECKS.write(night.run, before)
    page = night.run.page.with_name(f"{NIGHT - timedelta(days=1)}.html")
    page.write_text("the page of the night before", encoding="utf-8")
    said = text(night)
    assert "What was mended since the last night Every child has an id." in said
    assert "Rows that failed on the last nights: 1, 2, 0" in said
    written = night.run.page.read_text(encoding="utf-8")
    assert f'<a href="{page.name}">{NIGHT - timedelta(days=1)}</a>' in written
    assert f">{NIGHT - timedelta(days=2)}<" in written


def refused(folder: Path, walk: Callable[..., object]) -> Path:
    """The page that a night leaves whose extract lacks a table."""
    extract = an_extract(folder, night=date(2014, 11, 4), without=("FACT_CP_PLAN",))
    run = a_run(extract, an_authority_file(folder), night=date(2014, 11, 4))
    with pytest.raises(NightStopped):
        walk(run)
    return run.page


def test_a_night_stopped_at_the_source_has_its_page(tmp_path):
    key = b"a key for tests only, 40 characters long"
    page = refused(tmp_path, lambda run: load_night(run, Walk(key=lambda: key)))
    written = page.read_text(encoding="utf-8")
    assert "The extract lacks table FACT_CP_PLAN" in written
    assert "before its rows were checked" in written
    assert STOPPED in written


def test_a_night_refused_before_its_checks_leaves_the_page_of_the_one_that_is_loaded(tmp_path):
    loaded = tmp_path / "pages" / "874" / "2014-11-04.html"
    loaded.parent.mkdir(parents=True)
    loaded.write_text("of the night that is loaded", encoding="utf-8")
    page = refused(tmp_path, lambda run: check_night(run, b"a key that is of no matter here, 40"))
    assert page == loaded
    assert loaded.read_text(encoding="utf-8") == "of the night that is loaded"
