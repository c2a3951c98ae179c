"""A night that is dated for a day that has not come."""

from __future__ import annotations

import logging
from datetime import date

import pytest

from etl.commands import nights

TODAY = date(2026, 11, 30)


@pytest.mark.parametrize(("day", "warns"), [(date(2026, 12, 1), True), (TODAY, False)])
def test_a_load_warns_of_an_extract_that_would_shut_out_the_nights_until_its_day(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch, day: date, warns: bool
) -> None:
    monkeypatch.setattr(nights.logger, "propagate", True)
    with caplog.at_level(logging.WARNING):
        nights._warn_where_ahead(day, TODAY)
    assert ("csc-etl undo 2026-12-01" in caplog.text) is warns
