"""The golden council through its return of looked after children."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from nights.loading import Council, command, content

from doors.agreement import (
    GOLDEN_DOORS,
    NIGHT,
    differing_figures,
    differing_obligations,
    figures,
    obligations_of_children,
    pairs,
)
from doors.returns import a_return, an_authority_of_the_return
from etl.settings import NEW_PSEUDONYM_KEY

pytestmark = pytest.mark.slow
RETURN = GOLDEN_DOORS / "ssda903"
COVERED_FROM = "2013-04-01"


@pytest.fixture(scope="module")
def council(tmp_path_factory: pytest.TempPathFactory) -> Council:
    """The council after its night."""
    folder = tmp_path_factory.mktemp("ssda903")
    council = Council(folder, RETURN / "ssda903.toml")
    ran = council.load(RETURN / "2014-11-03.zip")
    assert ran.exit_code == 0, ran.err
    return council


def test_every_figure_that_may_be_published_is_and_no_other(council: Council) -> None:
    expected = figures(RETURN / "expected_ssda903.json.gz")
    assert len(expected) == 84
    assert differing_figures(council, expected) == []
    assert pairs(council) == set()


def test_no_month_before_the_return_is_published(council: Council) -> None:
    assert council.rows(
        f"select count(*) from report.monthly_measure where month < date '{COVERED_FROM}'"
    ) == [(0,)]


def test_what_is_owed_agrees_row_for_row(council: Council) -> None:
    file = RETURN / "expected_obligations_ssda903.csv.gz"
    kinds = {"looked_after_review": "looked_after_period"}
    expected = obligations_of_children(council, file, kinds)
    assert len(expected) == 1209
    assert differing_obligations(council, expected) == {}


def test_every_row_of_the_return_is_loaded(council: Council) -> None:
    assert council.rows(
        "select table_name, loaded from audit.table_load where rows_in_file > 0 order by table_name"
    ) == [
        ("care_episode", 580), ("child", 525), ("looked_after_period", 525),
        ("looked_after_review", 1334), ("placement", 525),
    ]  # fmt: skip
    assert council.rows("select count(*) from audit.rejected_row") == [(0,)]


def test_what_the_return_cannot_tell_is_said_in_the_audit(council: Council) -> None:
    noted = "select rows from audit.observation where observation = 'start_not_known'"
    assert council.rows(noted) == [(117,)]


def test_of_a_month_no_more_is_told_than_who_was_looked_after(council: Council) -> None:
    assert council.rows(
        "select count(is_in_need), count(is_on_plan), count(plan_category), "
        f"count(case when is_looked_after then 1 end) > 0, min(month_end) >= date '{COVERED_FROM}' "
        "from warehouse.fact_child_month"
    ) == [(0, 0, 0, True, True)]


CORRECTED = "12/02/2014"


def a_small_night(folder: Path, night: date, start: str) -> Path:
    """Thirty children in care, of whom the first began on that day."""
    numbers = [str(number) for number in range(100, 130)]
    return a_return(
        folder, night, header=[{"CHILD": number} for number in numbers],
        episodes=[{"CHILD": "100", "DECOM": start}, *({"CHILD": n} for n in numbers[1:])],
        reviews=[{"CHILD": number, "REVIEW": "01/11/2014"} for number in numbers],
    )  # fmt: skip


def test_a_corrected_start_looks_like_a_record_that_went_and_another_that_came(
    tmp_path: Path,
) -> None:
    council = Council(tmp_path, an_authority_of_the_return(tmp_path))
    for night, start in ((NIGHT, "10/02/2014"), (NIGHT + timedelta(days=1), CORRECTED)):
        ran = council.load(a_small_night(tmp_path, night, start))
        assert ran.exit_code == 0, ran.err
    replaced = "select detail, rows from audit.observation where observation = 'id_replaced'"
    assert sorted(council.rows(replaced)) == [
        ("care_episode", 1), ("looked_after_period", 1), ("placement", 1),
    ]  # fmt: skip
    closed = "select started_date from warehouse.fact_looked_after_period where known_to < :ever"
    assert council.rows(closed, ever=date(9999, 12, 31)) == [(date(2014, 2, 10),)]


def test_a_key_is_not_changed_that_ids_of_records_are_made_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    council = Council(tmp_path, an_authority_of_the_return(tmp_path))
    ran = council.load(a_small_night(tmp_path, NIGHT, "10/02/2014"))
    assert ran.exit_code == 0, ran.err
    monkeypatch.setenv(NEW_PSEUDONYM_KEY, "another key for tests, of 40 characters.")
    before = content(council.url)
    refused = command("rotate-key", "--warehouse", council.url)
    assert refused.exit_code == 2
    assert refused.parts == ["What", "Where", "Means", "Next"]
    assert content(council.url) == before
