"""When Python does not look for garbage."""

from __future__ import annotations

import gc
from pathlib import Path

import pytest

from etl.errors import WrongUsage
from etl.night import begin


def test_nothing_is_looked_for_while_a_night_begins_and_as_before_after_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert gc.isenabled()
    meanwhile = []

    def refuse(path: Path, what: str) -> Path:
        meanwhile.append(gc.isenabled())
        raise WrongUsage("no", where="", means="", next="")

    monkeypatch.setattr(begin, "checked", refuse)
    with pytest.raises(WrongUsage):
        begin.begin(None, Path("none.toml"), "duckdb:///none.duckdb")
    assert meanwhile == [False]
    assert gc.isenabled()
