"""What is remembered of Great Expectations is what it answers, and to the same question alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from unittest import mock

import pandas as pd
import pytest
import shared

from etl.validate import suites
from etl.validate.asked import Entry
from nights.verdicts import remembered

NIGHT, NEXT = ({"extract_date": f"2026-03-0{day}T00:00:00"} for day in (3, 4))


def contacts(*ids: str | None, day: str = "2026-03-03") -> pd.DataFrame:
    """Contacts received on a day, of whom nothing but the ids is known."""
    columns = {
        entry["kwargs"]["column"]
        for entry in suites.read_suite("contact")["expectations"]
        if "column" in entry["kwargs"]
    }
    frame = pd.DataFrame({name: [None] * len(ids) for name in sorted(columns)}, dtype="str")
    frame["contact_id"] = pd.Series(ids, dtype="str")
    frame["received_date"] = pd.to_datetime([day] * len(ids))
    return frame


@pytest.fixture
def asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many expectations each question to Great Expectations had; what this test remembers is
    remembered by no other."""
    monkeypatch.setattr(shared, "folder", lambda: tmp_path)
    real, asked = suites.ask, []

    def counted(frame: pd.DataFrame, entries: dict[int, Entry], parameters: Any) -> Any:
        asked.append(len(entries))
        return real(frame, entries, parameters)

    monkeypatch.setattr(suites, "ask", counted)
    return asked


def judge(frame: pd.DataFrame, night: dict[str, str] = NIGHT) -> list[dict[str, Any]]:
    """The checks of the contacts, as plain values."""
    checks = suites.run_suite("contact", frame, night)
    return [{**vars(check), "failed_rows": check.failed_rows.tolist()} for check in checks]


def test_the_same_rows_are_asked_about_once_and_answered_alike(asked: list[int]) -> None:
    afresh = judge(contacts("1", None))
    whole = sum(asked)
    asked.clear()
    with remembered():
        first = judge(contacts("1", None))
        assert sum(asked) == whole
        again = judge(contacts("1", None))
        assert sum(asked) == whole
    assert afresh == first == again
    assert any(check["outcome"] == "failed" for check in afresh)


def test_other_rows_are_asked_about_anew(asked: list[int]) -> None:
    with remembered():
        found = [judge(contacts(*ids)) for ids in (("1", None), (None, "1"), ("1", "1"))]
    assert found == [judge(contacts(*ids)) for ids in (("1", None), (None, "1"), ("1", "1"))]
    assert found[0] != found[1] != found[2]


def test_another_night_is_asked_what_its_date_matters_to(asked: list[int]) -> None:
    rows = contacts("1", "2", day="2026-03-04")
    with remembered():
        early = judge(rows)
        whole = sum(asked)
        asked.clear()
        late = judge(rows, NEXT)
    assert 0 < sum(asked) < whole
    assert (early, late) == (judge(rows), judge(rows, NEXT))
    assert early != late


def test_outside_a_run_of_the_tests_nothing_is_remembered(asked: list[int]) -> None:
    with mock.patch.object(shared, "folder", return_value=None), remembered():
        judge(contacts("1"))
        once = sum(asked)
        judge(contacts("1"))
    assert sum(asked) == 2 * once
