"""How seldom Python looks for garbage while a night is walked."""

from __future__ import annotations

import gc
from pathlib import Path

import pytest

from etl.errors import WrongUsage
from etl.garbage import MADE_BEFORE_LOOKING
from etl.night import begin


def test_it_is_looked_for_seldom_while_a_night_begins_and_as_before_after_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before, meanwhile = gc.get_threshold(), []

    def refuse(path: Path, what: str) -> Path:
        meanwhile.append(gc.get_threshold())
        raise WrongUsage("no", where="", means="", next="")

    monkeypatch.setattr(begin, "checked", refuse)
    with pytest.raises(WrongUsage):
        begin.begin(None, Path("none.toml"), "duckdb:///none.duckdb")
    assert meanwhile == [(MADE_BEFORE_LOOKING, *before[1:])]
    assert gc.get_threshold() == before
