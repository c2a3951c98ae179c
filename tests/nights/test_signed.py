"""A rule that is no longer the one signed: the night loads, and says so in its log and audit."""

from __future__ import annotations

from pathlib import Path

import pytest
from unit.builders import an_authority_file, an_extract

from nights.loading import Council, Engine

pytestmark = pytest.mark.slow

OTHERWISE = "[publication.signed]\nchild_protection_visit = '0123 4567 89ab cdef'\n"


@pytest.fixture(scope="module")
def council(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Council:
    folder: Path = tmp_path_factory.mktemp("signed")
    council = engine.council(folder / "council", an_authority_file(folder, OTHERWISE))
    ran = council.load(an_extract(folder, FACT_CP_PLAN=[{}], FACT_CASENOTES=[{}]))
    assert ran.exit_code == 0, ran.err
    warned = [line for line in ran.err.splitlines() if "no longer what was signed" in line]
    assert len(warned) == 1
    assert "WARNING" in warned[0] and "child_protection_visit" in warned[0]
    return council


def test_the_audit_names_the_rule_that_is_not_as_it_was_signed(council: Council) -> None:
    found = council.rows(
        "select detail, rows from audit.observation where observation = 'rule_not_as_signed'"
    )
    assert found == [("child_protection_visit", None)]


def test_figures_are_made_with_the_rule_as_it_is(council: Council) -> None:
    [(owed,)] = council.rows(
        "select count(*) from warehouse.fact_timescale_obligation "
        "where timescale = 'child_protection_visit'"
    )
    assert owed > 0
