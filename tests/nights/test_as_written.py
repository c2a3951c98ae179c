"""A night whose texts are written as no list and no contract expects them: what is loaded is the
same on either engine."""

from __future__ import annotations

import pytest
from unit.builders import an_authority_file, an_extract

from nights.loading import CURRENT, Council, Engine

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def council(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Council:
    folder = tmp_path_factory.mktemp("as_written")
    extract = an_extract(
        folder,
        DIM_PERSON=[{"DIM_PERSON_ID": str(number), "LEGACY_ID": f"L\x00{number}"}
                    for number in (1, 2, 3)],
        DIM_DEPARTMENT=[{"NAME": "First\x00Response"}],
        DIM_WORKER=[{"JOB_TITLE": "Social\x00worker"}],
        FACT_CONTACTS=[
            {"FACT_CONTACT_ID": str(number), "DIM_PERSON_ID": str(number),
             "DIM_LOOKUP_CONT_SORC_ID_DESC": "Our\x00hub"} for number in (1, 2, 3)
        ],
        FACT_REFERRALS=[{"DIM_LOOKUP_CONT_SORC_ID_DESC": "6 - Police",
                         "DIM_LOOKUP_CATEGORY_OF_NEED_CODE": "n1"}],
        FACT_CASENOTES=[{"DIM_LOOKUP_CASNT_TYPE_ID_CODE": "TEL"}],
    )  # fmt: skip
    made = engine.council(folder / "council", an_authority_file(folder))
    ran = made.load(extract)
    assert ran.exit_code == 0, ran.err
    return made


def test_control_characters_are_spaces_in_every_text(council):
    one = f"from warehouse.{{}} where {CURRENT}"
    assert ("First Response",) in council.rows(f"select name {one.format('dim_team')}")
    assert ("Social worker",) in council.rows(f"select job_title {one.format('dim_worker')}")
    assert ("Our hub",) in council.rows(f"select source_code {one.format('fact_contact')}")


def test_they_are_counted(council):
    found = council.rows(
        "select source_table, source_column, rows from audit.replaced_value "
        "where spelling = 'control character' order by source_table"
    )
    assert found == [
        ("DIM_DEPARTMENT", "NAME", 1),
        ("DIM_PERSON", "LEGACY_ID", 3),
        ("DIM_WORKER", "JOB_TITLE", 1),
        ("FACT_CONTACTS", "DIM_LOOKUP_CONT_SORC_ID_DESC", 3),
    ]


def test_a_column_of_which_no_list_has_a_code_is_observed(council):
    found = council.rows(
        "select detail, rows from audit.observation where observation = 'codes_all_unknown' "
        "order by detail"
    )
    assert found == [
        ("contact_source: FACT_CONTACTS.DIM_LOOKUP_CONT_SORC_ID_DESC", 3),
        ("visit_type: FACT_CASENOTES.DIM_LOOKUP_CASNT_TYPE_ID_CODE", 1),
    ]
