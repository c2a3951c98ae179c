"""Missing episodes, disabilities, factors of assessments and care leavers: read as a council writes
them, counted, and not counted where the extract has no table of them."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from nights import editing
from nights.editing import Row
from nights.few_children import few_children
from nights.loading import WESTMERE, Council, Engine, command

pytestmark = [pytest.mark.slow, pytest.mark.catalogue]

NIGHT = date(2026, 5, 18)
LACKING = ("FACT_HEALTH_CHECK", "FACT_MISSING_PERSON", "DIM_CLA_ELIGIBILITY",
           "FACT_CLA_CARE_LEAVERS", "FACT_DISABILITY", "FACT_INVOLVEMENTS")  # fmt: skip
APRIL = "month = date '2026-04-01' and label = 'latest'"


@dataclass(frozen=True)
class Written:
    """council: what a night was loaded into. children: ids of some of its children. form: one that
    two assessments share."""

    council: Council
    children: list[str]
    form: str
    assessments: tuple[str, str]


def write(extract: Path, table: str, columns: str, *lines: str) -> None:
    """A table of these lines, columns apart by bars."""
    names = [name.strip() for name in columns.split("|")]
    rows = [[field.strip() for field in line.split("|")] for line in lines]
    with (extract / f"{table}.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([names, *rows])


@pytest.fixture(scope="module")
def written(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Written]:
    folder = tmp_path_factory.mktemp("further")
    extract = few_children(folder, NIGHT)
    assessments = editing.read(extract, "FACT_SINGLE_ASSESSMENT")
    one, other = next(
        (a, b) for a in assessments for b in assessments if a["DIM_PERSON_ID"] != b["DIM_PERSON_ID"]
    )
    form = one["FACT_FORM_ID"]
    editing.change_row(
        extract, "FACT_SINGLE_ASSESSMENT", "FACT_SINGLE_ASSESSMENT_ID",
        other["FACT_SINGLE_ASSESSMENT_ID"], FACT_FORM_ID=form,
    )  # fmt: skip
    children = [one["DIM_PERSON_ID"], other["DIM_PERSON_ID"]]
    editing.change(extract, "FACT_FORM_ANSWERS", lambda rows: [*rows, *_answers(form)])
    born = {"BIRTH_DTTM": "2007-03-09", "DOB_ESTIMATED": "N"}
    for child in children:
        editing.change_row(extract, "DIM_PERSON", "DIM_PERSON_ID", child, **born)
    _write_tables(extract, *children)
    council = engine.council(folder / "council", WESTMERE)
    ran = council.load(extract)
    assert ran.exit_code == 0, ran.err
    ids = (one["FACT_SINGLE_ASSESSMENT_ID"], other["FACT_SINGLE_ASSESSMENT_ID"])
    yield Written(council, children, form, ids)


def _answers(form: str) -> list[Row]:
    said = (("3B", "Yes"), ("3B", "yes"), ("4A - Mental health", "YES"), ("1A", "No"),
            ("99Z", "Yes"), ("16A", ""))  # fmt: skip
    return [
        {"FACT_FORM_ANSWER_ID": f"77{number}", "FACT_FORM_ID": form, "ANSWER_NO": question,
         "ANSWER": answer, "ANSWERED_DTTM": f"2026-01-0{number}"}
        for number, (question, answer) in enumerate(said, start=1)
    ]  # fmt: skip


def _write_tables(extract: Path, one: str, other: str) -> None:
    write(
        extract, "FACT_MISSING_PERSON",
        "FACT_MISSING_PERSON_ID | DIM_PERSON_ID | START_DTTM | END_DTTM | MISSING_STATUS |"
        "RETURN_INTERVIEW_OFFERED | RETURN_INTERVIEW_ACCEPTED",
        f"1 | {one}   | 2026-04-02 | 2026-04-03 | Missing              | Yes | yes",
        f"2 | {one}   | 2026-04-10 | 2026-04-12 | missing from home    | Y   | na",
        f"3 | {other} | 2026-04-20 | 2026-04-21 | M                    | N/A | NA",
        f"4 | {other} | 2026-04-22 | 2026-04-23 | Away without consent | No  | No",
        f"5 | {other} | 2026-04-24 | 2026-05-02 | Unauthorised         |     | ",
    )  # fmt: skip
    write(
        extract, "FACT_DISABILITY",
        "FACT_DISABILITY_ID | DIM_PERSON_ID | DIM_LOOKUP_DISAB_CODE | END_DTTM",
        f"1 | {one} | AUT - Autism | ", f"2 | {one} | Hearing | 2025-01-31",
        f"3 | {other} | NONE |",
    )  # fmt: skip
    write(
        extract, "DIM_CLA_ELIGIBILITY",
        "DIM_CLA_ELIGIBILITY_ID | DIM_PERSON_ID | DIM_LOOKUP_ELIGIBILITY_STATUS_DESC",
        f"9 | {one} | Eligible child", f"10 | {one} | Former Relevant", f"11 | {other} | Relevant",
    )  # fmt: skip
    write(
        extract, "FACT_CLA_CARE_LEAVERS",
        "FACT_CLA_CARE_LEAVERS_ID | DIM_PERSON_ID | DIM_LOOKUP_IN_TOUCH_CODE_CODE | IN_TOUCH_DTTM |"
        "DIM_LOOKUP_ACCOMMODATION_CODE_DESC | DIM_LOOKUP_ACCOMMODATION_SUITABLE_DESC |"
        "DIM_LOOKUP_MAIN_ACTIVITY_DESC",
        f"1 | {one} | Yes, | 2026-03-01 | U: flat | 1 | F2",
        f"2 | {one} | YES  | 2026-04-30 | U: flat | Accommodation considered suitable | F2",
        f"3 | {one} | NO   | 2026-05-02 | S       | 2 | G5",
    )  # fmt: skip
    write(
        extract, "FACT_CARE_PLANS",
        "FACT_CARE_PLAN_ID | DIM_PERSON_ID | DIM_LOOKUP_PLAN_TYPE_ID_CODE | MODIF_DTTM",
        f"1 | {one} | PATH | 2026-01-05", f"2 | {one} | PATH | 2026-02-05",
        f"3 | {one} | FP   | 2026-03-05",
    )  # fmt: skip


def test_a_missing_childs_interview_that_does_not_apply_is_empty_and_not_no(written):
    assert written.council.rows(
        "select missing_episode_id, kind, cast(is_interview_offered as integer), "
        "cast(is_interview_accepted as integer) from report.missing_episode order by 1"
    ) == [
        ("1", "missing", 1, 1),
        ("2", "missing", 1, None),
        ("3", "missing", None, None),
        ("4", "away", 0, 0),
        ("5", "not known", None, None),
    ]


def test_missing_episodes_and_their_interviews_are_counted(written):
    assert figures(written.council, "missing_episodes", "return_interviews_%") == [
        ("missing_episodes", 3, None),
        ("return_interviews_accepted_pct", 1, 2),
        ("return_interviews_offered_pct", 2, 3),
    ]


def figures(council: Council, *like: str) -> list[tuple[str, int, int | None]]:
    """Measure, numerator and denominator of April."""
    chosen = " or ".join(f"measure like '{name}'" for name in like)
    return council.rows(
        "select measure, numerator, denominator from report.monthly_measure "
        f"where {APRIL} and ({chosen}) order by measure"
    )


def test_each_assessment_that_shares_a_form_has_the_factors_that_it_found(written):
    found = written.council.rows(
        "select assessment_id, factor_code, factor from report.assessment_factor "
        "where assessment_id in (:one, :other) and factor_code in ('3B', '4A', '1A', '16A')",
        one=written.assessments[0], other=written.assessments[1],
    )  # fmt: skip
    labels = {"3B": "Domestic abuse: parent or carer", "4A": "Mental health: child"}
    assert set(found) >= {
        (name, code, label) for name in written.assessments for code, label in labels.items()
    }
    assert not {code for _, code, _ in found} & {"99Z"}


def test_the_accounts_of_a_form_that_becomes_several_rows_sum(written):
    lines = written.council.rows(
        "select rows_in_file, repeats + outside + held_back + loaded from audit.table_load "
        "where source_table is not null and rows_in_file is not null"
    )
    assert len(lines) > 20
    assert [line for line in lines if line[0] != line[1]] == []


def test_a_care_leavers_state_is_that_of_each_contact_with_the_entitlement_of_today(written):
    assert written.council.rows(
        "select care_leaver_id, eligibility, in_touch, accommodation, "
        "cast(is_suitable as integer), activity_code, pathway_plan_reviewed_date "
        "from report.care_leaver order by 1"
    ) == [
        ("1", "former_relevant", "words of few", "Independent living", 1, "F2", date(2026, 2, 5)),
        ("2", "former_relevant", "YES", "Independent living", 1, "F2", date(2026, 2, 5)),
        ("3", "former_relevant", "NO", "No fixed abode or homeless", 0, "G5", date(2026, 2, 5)),
    ]


def test_care_leavers_are_counted_by_the_latest_contact_of_the_months_end(written):
    """In touch on 30 April, not since; the other, with no contact at all, counts as neither."""
    assert figures(written.council, "care_leavers_%") == [
        ("care_leavers_in_touch_pct", 1, 2),
        ("care_leavers_suitable_accommodation_pct", 1, 2),
    ]


def test_a_disability_is_known_by_its_national_code_or_label(written):
    assert written.council.rows(
        "select disability_code, ended_date from report.disability order by disability_id"
    ) == [("AUT", None), ("HEAR", date(2025, 1, 31)), ("NONE", None)]


def test_of_what_the_extract_has_no_table_for_no_figure_is_published(
    engine: Engine, tmp_path: Path
) -> None:
    extract = few_children(tmp_path, NIGHT)
    for table in LACKING:
        (extract / f"{table}.csv").unlink()
    council = engine.council(tmp_path / "council", WESTMERE)
    assert council.load(extract).exit_code == 0
    assert figures(
        council, "missing_episodes", "return_%", "care_leavers_%", "%health%", "average_caseload"
    ) == []  # fmt: skip
    assert figures(council, "looked_after")
    lacking = council.rows(
        "select detail from audit.observation where observation = 'table_lacking' order by detail"
    )
    assert ("missing_episode",) in lacking and ("involvement",) in lacking


def test_types_that_no_list_has_are_shown_as_lines_for_the_authoritys_file(
    tmp_path: Path,
) -> None:
    extract = few_children(tmp_path, NIGHT)
    people = [row["DIM_PERSON_ID"] for row in editing.read(extract, "DIM_PERSON")][:4]
    lines = [
        f"{number} | {child} | 2026-04-02 | | Whereabouts uncertain"
        for number, child in enumerate(people, start=1)
    ]
    write(
        extract, "FACT_MISSING_PERSON",
        "FACT_MISSING_PERSON_ID | DIM_PERSON_ID | START_DTTM | END_DTTM | MISSING_STATUS",
        *lines,
    )  # fmt: skip
    ran = command("codes", extract, "--authority", WESTMERE)
    assert ran.exit_code == 0, ran.err
    assert "[codes.missing_kind]" in ran.out
    assert '"Whereabouts uncertain"' in ran.out
