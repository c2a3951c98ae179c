"""Another kind of source, of three tables: nothing after conform knows which it was.

The kind is invented: one JSON file a night, numbers of persons written ``P-7``, and no more than
children, referrals and assessments.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from nights.loading import Council, command
from unit.builders import an_authority_file, an_extract

from etl.contracts.register import CONFORMED
from etl.contracts.source_table import SourceTable
from etl.publish.as_known import FACT_OF
from etl.publish.measures import measures
from etl.run import Arrival
from etl.sources.register import SOURCES
from etl.sources.source import Expected, Forms, Source

NIGHT = date(2014, 11, 3)
PROVIDED = ("child", "referral", "single_assessment")
MAPPING = {
    "child": """
        source = "PEOPLE"
        [columns]
        child_token = { column = "PERSON_NUMBER", token = "child" }
        sex = { column = "SEX", codes = "sex" }
        [birth]
        date = "BORN"
        is_estimated = "EXPECTED"
        [identity]
        case_number = "PERSON_NUMBER"
        legacy_id = "PERSON_NUMBER"
    """,
    "referral": """
        source = "REQUESTS"
        [columns]
        referral_id = "NUMBER"
        child_token = { column = "PERSON", token = "child" }
        received_date = "CAME"
        closed_date = "CLOSED"
    """,
    "single_assessment": """
        source = "ASSESSMENTS"
        [columns]
        assessment_id = "NUMBER"
        child_token = { column = "PERSON", token = "child" }
        referral_id = "REQUEST"
        started_date = "BEGAN"
        authorised_date = "SIGNED"
    """,
    "not_provided": f"""
        tables = {[table.name for table in CONFORMED if table.name not in PROVIDED]}
        [columns]
        child = ["ethnicity_code", "is_disabled", "is_client", "merged_date", "died_date"]
        referral = ["team_id", "worker_token", "source_code", "need_code", "closure_reason_code",
                    "is_no_further_action", "is_transfer_in"]
        single_assessment = ["team_id", "worker_token", "authorised_recorded_date",
                             "substatus_code", "is_child_seen"]
    """,
}  # fmt: skip
CONTENT = {
    "PEOPLE": [
        {"PERSON_NUMBER": "P-7", "SEX": "M", "BORN": "2010-05-05", "EXPECTED": "no"},
        {"PERSON_NUMBER": "P-8", "SEX": "F", "BORN": "2012-02-01", "EXPECTED": "no"},
    ],
    "REQUESTS": [
        {"NUMBER": "P-1", "PERSON": "P-7", "CAME": "2014-07-01", "CLOSED": "nothing"},
        {"NUMBER": "P-2", "PERSON": "P-8", "CAME": "2014-08-01", "CLOSED": "2014-10-20"},
        {"NUMBER": "12", "PERSON": "P-8", "CAME": "2014-08-01", "CLOSED": "nothing"},
    ],
    "ASSESSMENTS": [
        {"NUMBER": "P-3", "PERSON": "P-7", "REQUEST": "P-1", "BEGAN": "2014-07-02",
         "SIGNED": "2014-09-03"},
        {"NUMBER": "P-4", "PERSON": "P-8", "REQUEST": "P-2", "BEGAN": "2014-08-02",
         "SIGNED": "2014-10-31"},
    ],
}  # fmt: skip


def read_json(arrival: Arrival, _: Expected) -> Iterator[SourceTable]:
    """The tables of a night's one file; the hash is of each table's rows, as no file is its own."""
    for name, rows in json.loads(arrival.path.read_text()).items():
        content = pa.Table.from_pylist(rows)
        sha256 = hashlib.sha256(json.dumps(rows).encode()).hexdigest()
        yield SourceTable(name, content, sha256, "", arrival.path.name)


FORMS = Forms(
    ids=r"P-[0-9]+", missing=("nothing",), missing_dates={}, person="PERSON|PERSON_NUMBER",
    record="(REQUEST)",
)  # fmt: skip


@pytest.fixture
def invented(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Source:
    """The kind, known to the program."""
    mapping = tmp_path / "invented" / "mapping"
    mapping.mkdir(parents=True)
    for name, text in MAPPING.items():
        (mapping / f"{name}.toml").write_text(text)
    source = Source("invented", tmp_path / "invented", read_json, FORMS)
    monkeypatch.setitem(SOURCES, "invented", source)
    return source


def load(folder: Path, extract: Path, kind: str) -> Council:
    """A council whose one night came from that kind of source."""
    folder.mkdir()
    more = "\n[limits]\nrows_held_back_percent = 50"
    authority = an_authority_file(folder, more)
    authority.write_text(authority.read_text().replace("liquidlogic_files", kind))
    council = Council(folder, authority)
    ran = command(*council.arguments(extract), "--date", NIGHT)
    assert ran.exit_code == 0, ran.err
    return council


def a_night(folder: Path) -> Path:
    extract = folder / "night.json"
    extract.write_text(json.dumps(CONTENT))
    return extract


def the_same_from_liquidlogic(folder: Path) -> Path:
    return an_extract(
        folder,
        DIM_PERSON=[
            {"DIM_PERSON_ID": "7", "GENDER_MAIN_CODE": "M", "BIRTH_DTTM": "2010-05-05"},
            {"DIM_PERSON_ID": "8", "GENDER_MAIN_CODE": "F", "BIRTH_DTTM": "2012-02-01"},
        ],
        FACT_REFERRALS=[
            {"FACT_REFERRAL_ID": "1", "DIM_PERSON_ID": "7", "REFRL_START_DTTM": "2014-07-01"},
            {"FACT_REFERRAL_ID": "2", "DIM_PERSON_ID": "8", "REFRL_START_DTTM": "2014-08-01",
             "REFRL_END_DTTM": "2014-10-20"},
            {"FACT_REFERRAL_ID": "n/k", "DIM_PERSON_ID": "8", "REFRL_START_DTTM": "2014-08-01"},
        ],
        FACT_SINGLE_ASSESSMENT=[
            {"FACT_SINGLE_ASSESSMENT_ID": "3", "DIM_PERSON_ID": "7", "FACT_REFERRAL_ID": "1",
             "START_DTTM": "2014-07-02", "FACT_FORM_ID": "1"},
            {"FACT_SINGLE_ASSESSMENT_ID": "4", "DIM_PERSON_ID": "8", "FACT_REFERRAL_ID": "2",
             "START_DTTM": "2014-08-02", "FACT_FORM_ID": "2"},
        ],
        FACT_FORM_ANSWERS=[
            {"FACT_FORM_ID": "1", "ANSWER": "2014-09-03"},
            {"FACT_FORM_ID": "2", "ANSWER": "2014-10-31"},
        ],
    )  # fmt: skip


OWED = """
select timescale, replace(subject_id, 'P-', ''), sequence, started_date, due_date, done_date
from warehouse.fact_timescale_obligation
"""
FIGURES = "select measure, month, numerator, denominator, value from report.monthly_measure"


def skipped(council: Council) -> dict[str, str]:
    """The timescales that were skipped, and what each lacked."""
    found = council.rows(
        "select detail from audit.observation where observation = 'timescale_skipped'"
    )
    return dict(detail.split(": ") for (detail,) in found)


@pytest.mark.slow
def test_what_is_owed_and_counted_is_that_of_the_same_council_by_another_kind(
    tmp_path: Path, invented: Source
) -> None:
    (tmp_path / "extracts").mkdir()
    this = load(tmp_path / "this", a_night(tmp_path), "invented")
    other = load(
        tmp_path / "other", the_same_from_liquidlogic(tmp_path / "extracts"), "liquidlogic_files"
    )

    def asked(council: Council, sql: str) -> list[Any]:
        return sorted(council.rows(sql), key=repr)

    assert len(asked(this, OWED)) == 4
    assert asked(this, OWED) == asked(other, OWED)
    # What this kind has no tables for is not published: nothing is known of it.
    published = {row[0] for row in asked(this, FIGURES)}
    lacking = {row[0] for row in asked(other, FIGURES)} - published
    without = skipped(this).keys() - skipped(other)
    pairs = {f"{timescale}_{ending}" for timescale in without
             for ending in ("in_practice_pct", "as_recorded_pct")}  # fmt: skip
    there = {
        table for (table,) in this.rows(
            "select table_name from audit.table_load where rows_in_file > 0"
        )
    }  # fmt: skip
    reads = {measure.measure: measure.reads for measure in measures({})}
    of_others = {
        name for name in published | lacking if name in reads
        and {view.removeprefix("known_") for view in reads[name] if view in FACT_OF}
        - there - {"timescale_obligation", "child_month"}
    }  # fmt: skip
    assert lacking - pairs <= of_others
    assert pairs <= lacking
    assert "referrals" in published and "plans_open" in lacking
    assert asked(this, FIGURES) == [r for r in asked(other, FIGURES) if r[0] not in lacking]
    held = "select table_name, reason, column_name from audit.rejected_row"
    assert this.rows(held) == other.rows(held) == [("referral", "unreadable", "referral_id")]
    replaced = this.rows("select spelling, sum(rows) from audit.replaced_value group by spelling")
    assert replaced == [("nothing", 2)]


@pytest.mark.slow
def test_a_timescale_whose_tables_the_kind_does_not_provide_is_skipped_and_said_to_be(
    tmp_path: Path, invented: Source
) -> None:
    council = load(tmp_path / "this", a_night(tmp_path), "invented")
    assert skipped(council)["looked_after_visit"] == "no placement, visit"
    read = "select table_name from audit.table_load where rows_in_file is not null"
    assert {name for (name,) in council.rows(read)} == set(PROVIDED)
    [page] = (council.folder / "pages").rglob("*.html")
    assert "This kind of source does not provide it." in page.read_text(encoding="utf-8")


@pytest.mark.slow
def test_a_child_is_erased_from_what_landed_by_the_kinds_own_columns(
    tmp_path: Path, invented: Source
) -> None:
    council = load(tmp_path / "this", a_night(tmp_path), "invented")
    ran = command("erase", "P-8", "--warehouse", council.url)
    assert ran.exit_code == 0, ran.err
    [manifest] = (council.folder / "landing").rglob("2014-11-03/manifest.json")
    erased = {name: table.get("rows_erased")
              for name, table in json.loads(manifest.read_text())["tables"].items()}  # fmt: skip
    assert erased == {"PEOPLE": 1, "REQUESTS": 2, "ASSESSMENTS": 1}
    assert council.rows("select 1 from restricted.child_identity where case_number = 'P-8'") == []


@pytest.mark.slow
def test_without_days_of_recording_the_first_extract_that_held_it_is_when_it_was_recorded(
    tmp_path: Path, invented: Source
) -> None:
    begun, signed = CONTENT["ASSESSMENTS"]
    first = {**CONTENT, "ASSESSMENTS": [{**begun, "SIGNED": "nothing"}, signed]}
    then = {**CONTENT, "ASSESSMENTS": [{**begun, "SIGNED": "2014-11-03"}, signed]}
    extract = tmp_path / "night.json"
    extract.write_text(json.dumps(first))
    council = load(tmp_path / "council", extract, "invented")
    extract.write_text(json.dumps(then))
    ran = command(*council.arguments(extract), "--date", date(2014, 11, 4))
    assert ran.exit_code == 0, ran.err
    recorded = council.rows(
        "select subject_id, done_date, first_recorded_date, not_recorded_before "
        "from warehouse.fact_timescale_obligation where timescale = 'single_assessment' "
        "and known_to = date '9999-12-31' order by subject_id"
    )
    assert recorded == [
        ("P-3", date(2014, 11, 3), date(2014, 11, 4), NIGHT),
        ("P-4", date(2014, 10, 31), None, None),
    ]
