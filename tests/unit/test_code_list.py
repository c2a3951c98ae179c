"""How a source's codes become ours: however they are spelt, with or without a label."""

from __future__ import annotations

import pandas as pd
import pytest

from etl.contracts.code_lists import ETHNIC_GROUPS, code_groups, national_codes
from etl.contracts.contract import Kind
from etl.contracts.register import CONFORMED
from etl.contracts.values import is_whole, values_of
from etl.sources.code_list import CodeList
from etl.sources.liquidlogic.source import LIQUIDLOGIC_FILES
from etl.sources.mapping import mappings
from etl.sources.spelling import plain_word

HUNG_ON = [
    (column.code_list, value)
    for table in CONFORMED
    for column in table.columns
    if column.kind is Kind.CODE
    for value in column.hangs_on
]
# Lists whose other values stay as the source has them, and one that only chooses rows.
LOCAL_LISTS = {"health_check_status", "care_leaver_eligibility", "yes_answer"}
OWN_LISTS = sorted(path.stem for path in (LIQUIDLOGIC_FILES.folder / "codes").glob("*.csv"))


def translated(code_list: str, *values: str, **own: str) -> list[str | None]:
    """What each becomes; None where no list has it, and it is as it was."""
    words = pd.Series(values, dtype="str")
    ours = {**LIQUIDLOGIC_FILES.code_map(code_list), **own}
    found, is_listed = CodeList(code_list, ours).translate(words)
    assert (is_listed | found.eq(words)).all()
    return [value if known else None for value, known in zip(found, is_listed, strict=True)]


@pytest.mark.parametrize(
    "written",
    [
        "V4", "v4", " V4", "V4\u00a0", "\u200bV4", "V\u200d4", "\ufeffv4", "V4 - series",
        "V4 – series", "V4 — series", "V4-series", "V4: series", "v4  -  series",
        "V4\u00a0- series", "V4\t–\tseries",
        "Accommodated under an agreed series of  short breaks (agreement recorded)",
    ],
)  # fmt: skip
def test_a_code_is_the_same_however_it_is_written(written):
    assert translated("legal_status", written) == ["V4"]


@pytest.mark.parametrize(("code_list", "value"), HUNG_ON)
def test_a_code_that_a_rule_hangs_on_is_known_in_any_case_and_with_any_label(code_list, value):
    other = value.swapcase()
    written = [value, other, f" {other}\u00a0", f"{other} - PII-LABEL", f"{other}: PII-LABEL"]
    assert translated(code_list, *written) == [value] * len(written)


def test_a_visits_type_is_known_with_its_label():
    assert translated("visit_type", "STVC: CP visit", "stvl", "STVCOTHER", "STV") == [
        "child_protection", "looked_after", None, None,
    ]  # fmt: skip


def test_the_whole_is_looked_up_before_a_code_with_a_label():
    police = {"7 - police": "6"}
    assert translated("contact_source", "7 - Police", "7 - Solicitor", **police) == ["6", "7"]


def test_the_authoritys_own_word_comes_before_the_sources_and_the_nations():
    assert translated("ethnicity", "A1", "A1 - Welsh", a1="WOTH") == ["WOTH", "WOTH"]
    assert translated("legal_status", "v2", v2="C2") == ["C2"]


def test_of_a_local_list_other_codes_stay_as_they_are():
    assert translated("assessment_substatus", "C", "DX", "Draft") == [None, None, None]
    assert translated("assessment_substatus", "Draft", draft="D") == ["D"]


def test_a_longer_code_is_not_taken_for_a_shorter_one():
    assert translated("care_end_reason", "E4A - home", "E41 - order", "E4 - x") == [
        "E4A", "E41", None,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("code_list", "words"),
    [
        ("care_start_reason", "Sister"), ("care_start_reason", "S.20"),
        ("care_start_reason", "Xavier - a name"), ("care_start_reason", "P/C"),
        ("care_start_reason", "s 20 agreement"), ("ethnicity", "Both parents born abroad"),
    ],
)  # fmt: skip
def test_words_that_begin_like_a_code_are_none(code_list, words):
    assert translated(code_list, words) == [None]


def test_a_national_code_with_a_digit_is_known_before_its_label_whatever_stands_between():
    assert translated("legal_status", "C2 full care order", "v3 (short breaks)") == ["C2", "V3"]


def test_a_councils_own_labels_are_its_files_to_say_and_in_no_list_of_the_package():
    own = "Regular occ. acc by LA S20(3) CA 16 & over"
    assert translated("legal_status", own) == [None]
    assert translated("legal_status", own, **{own.lower(): "V4"}) == ["V4"]


@pytest.mark.parametrize(
    ("code_list", "written", "ours"),
    [
        ("ethnicity", "A1 - White British", "WBRI"),
        ("ethnicity", "A4", "WIRT"),
        ("ethnicity", "E1", "CHNE"),
        ("ethnicity", "CNHE", "CHNE"),
        ("ethnicity", "e5", "NOBT"),
        ("visit_type", "STVCPCOVID", "child_protection"),
        ("abuse_category", "multiple", "MUL"),
        ("need", "N1 - Abuse or neglect", "N1"),
        ("health_check_kind", "Review Health Assessment (RHA)", "health_assessment"),
        ("health_check_kind", "Dental check", "dental"),
        ("health_check_kind", "Dental health assessment", "health_assessment"),
        ("health_check_kind", "Optician", "optician"),
        ("health_check_kind", "Immunisation", None),
        ("health_check_status", "Completed", "completed"),
        ("health_check_status", "Completed - on time", "completed"),
        ("health_check_status", "Not completed", None),
        ("missing_kind", "M", "missing"),
        ("missing_kind", "Away without authorisation", "away"),
        ("accommodation_suitability", "2", "unsuitable"),
        ("care_leaver_eligibility", "Former Relevant", "former_relevant"),
        ("placement_provider", "PR1 - Own provision", "PR1"),
        ("need", "Abuse or neglect", "N1"),
        ("sex", "Unborn/Unknown", "U"),
    ],
)
def test_the_case_systems_usual_words_are_known_as_delivered(code_list, written, ours):
    assert translated(code_list, written) == [ours]


@pytest.mark.parametrize("name", OWN_LISTS)
def test_a_list_of_the_source_leads_to_values_of_ours_and_is_read_by_a_column(name):
    every = mappings(LIQUIDLOGIC_FILES).tables.values()
    read = {column.codes for mapping in every for column in mapping.every_column}
    read |= {name for mapping in every for _, name in mapping.only}
    assert name in read
    assert is_whole(name) or name in LOCAL_LISTS
    ours = set(LIQUIDLOGIC_FILES.code_map(name).values())
    assert ours <= set(values_of(name)) or name in LOCAL_LISTS


def test_labels_of_a_national_list_are_compared_as_codes_and_differ():
    for name, labels in national_codes().items():
        assert len({plain_word(label) for label in labels.values()}) == len(labels), name


def test_every_ethnicity_is_of_a_group_of_the_census_or_not_known():
    groups = code_groups()["ethnicity"]
    assert set(groups) == set(national_codes()["ethnicity"])
    assert set(groups.values()) == {*ETHNIC_GROUPS, "Refused", "Not known"}
    assert {code for code, group in groups.items() if group == "Asian"} == {
        "AIND", "APKN", "ABAN", "AOTH", "CHNE"
    }  # fmt: skip


def test_where_only_whole_values_count_a_code_before_a_label_is_none():
    written = pd.Series(["7", "7 - Police", "Police"], dtype="str")
    found, is_listed = CodeList("contact_source", {}).translate(written, whole=True)
    assert found.tolist() == ["7", "7 - Police", "6"]
    assert is_listed.tolist() == [True, False, True]
