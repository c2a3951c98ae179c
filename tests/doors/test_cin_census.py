"""The golden council through its children in need census, and invented children of every census
year: what must come of them was worked out apart from this project."""

from __future__ import annotations

import shutil

import pytest
from nights.loading import Council

from doors.agreement import GOLDEN_DOORS, differing_figures, differing_obligations, figures, pairs
from doors.named_by_content import obligations, tokens

pytestmark = pytest.mark.slow

GOLDEN = GOLDEN_DOORS / "cin_census"


@pytest.fixture(scope="module")
def council(tmp_path_factory: pytest.TempPathFactory) -> Council:
    """The golden council, its one night loaded from the census."""
    folder = tmp_path_factory.mktemp("census")
    extract = folder / "2014-11-03.zip"
    shutil.copy(GOLDEN / "2014-11-03.xml.zip", extract)
    council = Council(folder, GOLDEN / "authority.toml")
    ran = council.load(extract)
    assert ran.exit_code == 0, ran.err
    return council


def test_every_figure_that_the_census_holds_is_published_and_no_other(council: Council) -> None:
    expected = figures(GOLDEN / "expected_measures.json.gz")
    assert len(expected) == 303
    assert differing_figures(council, expected) == []


def test_what_is_owed_is_what_was_expected_of_it(council: Council) -> None:
    expected = obligations(GOLDEN / "expected_obligations.csv.gz", tokens(council))
    assert len(expected) == 10925
    assert differing_obligations(council, expected) == {}


def test_the_pairs_of_the_timescales_that_it_holds_wholly_are_published(council: Council) -> None:
    assert pairs(council) <= {
        "single_assessment", "single_assessment_from_referral", "child_protection_review",
    }  # fmt: skip


def test_nothing_is_held_back_and_every_block_is_loaded(council: Council) -> None:
    loaded = council.rows(
        "select table_name, loaded from audit.table_load where rows_in_file is not null"
    )
    assert dict(loaded) == {
        "child": 4453, "referral": 5011, "single_assessment": 4598, "section_47_enquiry": 1443,
        "initial_conference": 693, "child_protection_plan": 627, "child_protection_review": 848,
        "child_in_need_plan": 0,
    }  # fmt: skip
    assert council.rows("select 1 from audit.rejected_row") == []
