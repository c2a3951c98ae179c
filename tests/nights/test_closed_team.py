"""Figures by team when a team is in the extract no more: of the pair of a timescale too."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from unit.builders import an_authority_file, an_extract

from nights.drill import figures_that_differ
from nights.loading import Council, Engine, command

pytestmark = [pytest.mark.slow, pytest.mark.catalogue]

FIRST, SECOND = date(2014, 4, 2), date(2014, 4, 3)
LIMITS = "[limits]\nstale_days = 1000\nvalues_lost_percent = 100\nrows_lost_percent = 100\n"
REFERRALS = [
    {"FACT_REFERRAL_ID": "1", "REFRL_START_DTTM": "2014-03-03", "DIM_DEPARTMENT_ID": "7"},
    {"FACT_REFERRAL_ID": "2", "REFRL_START_DTTM": "2014-03-04", "DIM_DEPARTMENT_ID": "8"},
]
# A first visit is due in March, and not made.
PLAN = {"FACT_REFERRAL_ID": "1", "START_DTTM": "2014-03-03"}
CLOSES = {"DIM_DEPARTMENT_ID": "7", "NAME": "Team that closes"}
STAYS = {"DIM_DEPARTMENT_ID": "8", "NAME": "Team that stays"}
BY_TEAM = """
select measure, team_name, numerator, denominator from report.monthly_measure_by_team
where label = :label and month = date '2014-03-01'
and measure in ('referrals', 'child_protection_visit_in_practice_pct')
order by measure, team_name
"""
VISITS = "child_protection_visit_in_practice_pct"


@pytest.fixture(scope="module")
def council(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Council:
    """The first night has both teams, the second only the one that stays."""
    folder: Path = tmp_path_factory.mktemp("closed_team")
    council = engine.council(folder / "council", an_authority_file(folder, LIMITS))
    for night, teams in ((FIRST, [CLOSES, STAYS]), (SECOND, [STAYS])):
        extract = an_extract(
            folder, night=night, FACT_REFERRALS=REFERRALS, FACT_CP_PLAN=[PLAN],
            DIM_DEPARTMENT=teams,
        )  # fmt: skip
        ran = council.load(extract)
        assert ran.exit_code == 0, ran.err
        if night == FIRST:
            assert command("freeze", "2014-03", "--warehouse", council.url).exit_code == 0
    return council


def test_what_was_a_closed_teams_is_that_of_no_team_that_is_known(council: Council) -> None:
    assert council.rows(BY_TEAM, label="latest") == [
        (VISITS, "Team that stays", 0, 0), (VISITS, "not known", 0, 1),
        ("referrals", "Team that stays", 1, None), ("referrals", "not known", 1, None),
    ]  # fmt: skip
    assert figures_that_differ(council.url) == []


def test_a_freeze_has_the_team_as_it_was_called_then(council: Council) -> None:
    assert council.rows(BY_TEAM, label="2014-03 published") == [
        (VISITS, "Team that closes", 0, 1), (VISITS, "Team that stays", 0, 0),
        ("referrals", "Team that closes", 1, None), ("referrals", "Team that stays", 1, None),
    ]  # fmt: skip
