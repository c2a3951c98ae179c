"""A source that holds not all there was: what is owed, published and said of it, and kept.

The kind is Liquidlogic's own files, of which it is said that they carry less: so that what is
missing is missing for that alone.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import pytest
from unit.builders import an_authority_file, an_extract

from etl.sources.liquidlogic.source import LIQUIDLOGIC_FILES
from etl.sources.register import SOURCES
from etl.sources.source import Source
from etl.upkeep import detail
from etl.warehouse import open_warehouse
from nights.loading import Council, command

pytestmark = pytest.mark.slow

NIGHT, NEXT = date(2014, 11, 3), date(2014, 11, 4)
KIND = "less_files"
CARRIES = """
measures = ["referrals", "referral_rate_12m", "assessments_in_time_pct_ytd", "plans_open",
            "reviews_in_time_pct", "looked_after_started"]
wholly = ["single_assessment", "child_protection_review"]
partly = ["looked_after_review"]
child_month = ["is_on_plan", "is_looked_after"]
"""
MARCH, JUNE, JULY = "2014-03-10 00:00:00", "2014-06-02 00:00:00", "2014-07-01 00:00:00"
ROWS = {
    "DIM_PERSON": [{"DIM_PERSON_ID": number} for number in "12"],
    "FACT_REFERRALS": [
        {"FACT_REFERRAL_ID": "1", "REFRL_START_DTTM": MARCH},
        {"FACT_REFERRAL_ID": "2", "REFRL_START_DTTM": JUNE, "DIM_PERSON_ID": "2"},
        {"FACT_REFERRAL_ID": "3", "REFRL_START_DTTM": JULY, "DIM_PERSON_ID": "2"},
    ],
    "FACT_CP_PLAN": [{"FACT_CP_PLAN_ID": "7", "START_DTTM": MARCH}],
    "FACT_CLA": [{"FACT_CLA_ID": "5", "START_DTTM": JUNE}],
    "FACT_CARE_EPISODES": [{"FACT_CLA_ID": "5", "CARE_START_DATE": JUNE}],
}  # fmt: skip


@dataclass(frozen=True)
class Door:
    """A council whose source carries less. folder: of extracts."""

    council: Council
    folder: Path

    def says(self, covered_from: str) -> None:
        """Of the authority's file since when the source holds every event."""
        path = self.council.authority
        lines = [line for line in path.read_text().splitlines() if "covered_from" not in line]
        at = lines.index("[source]") + 1
        path.write_text("\n".join([*lines[:at], f"covered_from = {covered_from}", *lines[at:]]))

    def load(self, night: date = NIGHT, **rows: list[dict[str, str]]) -> None:
        ran = self.council.load(an_extract(self.folder, night=night, **{**ROWS, **rows}))
        assert ran.exit_code == 0, ran.err

    def months(self, measure: str, label: str = "latest") -> list[str]:
        """Of which the measure is published."""
        found = self.council.rows(
            "select month from report.monthly_measure "
            "where measure = :measure and label = :label order by month",
            measure=measure, label=label,
        )  # fmt: skip
        return [f"{month:%Y-%m}" for (month,) in found]

    def asked(self, sql: str) -> list[object]:
        """What one column of rows holds."""
        return [value for (value,) in self.council.rows(sql)]


def kind_of(folder: Path) -> Source:
    """The kind: Liquidlogic's mappings without the flag of temporary plans, and what it carries."""
    shutil.copytree(LIQUIDLOGIC_FILES.folder, folder)
    (folder / "carries.toml").write_text(CARRIES)
    mapping = folder / "mapping"
    plans, lacking = mapping / "child_protection_plan.toml", mapping / "not_provided.toml"
    plans.write_text(plans.read_text().replace('is_temporary = "IS_OLA"', ""))
    first = "child_protection_plan = ["
    lacking.write_text(lacking.read_text().replace(first, f'{first}"is_temporary", '))
    return replace(LIQUIDLOGIC_FILES, kind=KIND, folder=folder)


def a_door(folder: Path) -> Door:
    """A council with nothing loaded."""
    for name in ("home", "extracts"):
        (folder / name).mkdir()
    more = "[limits]\nrows_lost_percent = 100\nstale_days = 365"
    authority = an_authority_file(folder / "home", more)
    authority.write_text(authority.read_text().replace("liquidlogic_files", KIND))
    made = Door(Council(folder / "home", authority), folder / "extracts")
    made.says("2014-04-01")
    return made


@pytest.fixture(scope="module")
def kind(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Source]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(SOURCES, KIND, kind_of(tmp_path_factory.mktemp("kind") / "less"))
        yield SOURCES[KIND]


@pytest.fixture(scope="module")
def loaded(kind: Source, tmp_path_factory: pytest.TempPathFactory) -> Door:
    """With one night, to look at."""
    made = a_door(tmp_path_factory.mktemp("loaded"))
    made.load()
    return made


@pytest.fixture
def door(loaded: Door, tmp_path: Path) -> Door:
    """The same, to load more into."""
    home = tmp_path / "home"
    shutil.copytree(loaded.council.folder, home)
    (tmp_path / "extracts").mkdir()
    return Door(Council(home, home / loaded.council.authority.name), tmp_path / "extracts")


def test_of_what_the_source_carries_those_months_are_published_that_it_holds(loaded: Door):
    published = set(loaded.asked("select distinct measure from report.monthly_measure"))
    # Pairs look a year back from the month, and so are there from April 2015 on.
    assert published == {
        "referrals", "assessments_in_time_pct_ytd", "plans_open", "reviews_in_time_pct",
        "looked_after_started",
    }  # fmt: skip
    every = [f"2014-{number:02}" for number in range(4, 11)]
    assert loaded.months("referrals") == every
    assert loaded.months("assessments_in_time_pct_ytd") == every
    assert loaded.months("reviews_in_time_pct") == ["2014-10"]
    by_team = loaded.asked("select min(month) from report.monthly_measure_by_team")
    assert by_team == [date(2014, 4, 1)]
    [(subject,)] = loaded.council.rows(
        "select count(*) from report.measure_subject where month < date '2014-04-01'"
    )
    assert subject == 0


def test_what_it_does_not_carry_is_not_owed_and_what_it_carries_partly_is(loaded: Door):
    owed = "select distinct timescale from warehouse.fact_timescale_obligation order by 1"
    assert loaded.asked(owed) == ["looked_after_review"]  # the plan began before, and has no review
    seen = dict(loaded.council.rows(
        "select detail, observation from audit.observation "
        "where observation like 'timescale_%_carried'"
    ))  # fmt: skip
    assert seen.pop("looked_after_review") == "timescale_partly_carried"
    assert set(seen.values()) == {"timescale_not_carried"}
    assert "child_protection_visit" in seen
    assert "child_protection_review" not in seen


def test_a_flag_that_it_has_not_is_empty_and_the_row_counts_all_the_same(loaded: Door):
    assert loaded.asked("select is_temporary from warehouse.fact_child_protection_plan") == [None]
    view = loaded.council.rows("select is_temporary, is_counted from report.child_protection_plan")
    assert view == [(None, 1)]
    last = "select numerator from report.monthly_measure where measure = 'plans_open' "
    assert loaded.asked(last + "and month = date '2014-10-01'") == [1]


def test_the_snapshot_of_a_month_tells_what_the_source_can_and_no_month_before(loaded: Door):
    months = loaded.council.rows(
        "select distinct child_key, is_in_need, is_on_plan, plan_category, is_looked_after "
        "from report.child_month"
    )
    # The second child has a referral alone, of which this source is said to tell nothing.
    assert len({row[0] for row in months}) == 1
    assert {(row[1], row[3]) for row in months} == {(None, None)}
    assert {row[2] for row in months} == {1}
    first = loaded.asked("select min(month_end) from report.child_month")
    assert first == [date(2014, 4, 30)]


def test_status_says_in_a_line_what_is_not_published_and_since_when_and_names_it_when_asked(
    loaded: Door,
):
    asked = ("status", "--warehouse", loaded.council.url)
    [line] = [line for line in command(*asked).out.splitlines() if "its source" in line]
    begins, *numbers = line.split("; ")
    assert begins == "874: its source holds every event from 2014-04-01 on"
    assert numbers[0].endswith(" measures are not published")
    assert numbers[1] == "5 measures are published of later months alone."
    named = command(*asked, "--not-published").out
    assert "  contacts: not published\n" in named
    assert "  reviews_in_time_pct: from October 2014 on\n" in named
    [held] = json.loads(command(*asked, "--json").out)["not_held"]
    assert held["covered_from"] == "2014-04-01"
    assert "contacts" in held["not_published"]
    assert held["published_from"]["reviews_in_time_pct"] == "2014-10"


def test_the_page_of_checks_says_it_too(loaded: Door):
    page = (loaded.council.folder / "pages" / "874" / f"{NIGHT}.html").read_text(encoding="utf-8")
    assert "What this source does not hold" in page
    assert "It holds every event from 2014-04-01 on." in page
    told = page.split("What this source does not hold")[1].split("</div>")[0]
    assert "<li>Contacts received</li>" in told
    assert "<li>Referrals received</li>" not in told


def test_a_month_that_the_source_no_longer_holds_is_not_restated_as_gone(door: Door):
    warehouse = ("--warehouse", door.council.url)
    assert command("freeze", "2014-06", *warehouse).exit_code == 0
    label = "2014-06 published"
    assert door.months("referrals", label) == ["2014-06"]
    door.says("2014-07-01")
    door.load(NEXT)
    assert door.months("referrals") == ["2014-07", "2014-08", "2014-09", "2014-10"]
    assert door.months("referrals", label) == ["2014-06"]
    assert door.asked("select count(*) from report.restated_subject") == [0]
    told = command("restate", "2014-06", *warehouse).out
    assert "because" not in told
    assert "this month is no longer published" in told
    then = command("measures", "--known-on", NIGHT, "--month", "2014-06", *warehouse).out
    assert "The freeze '2014-06 published' says the same." in then
    now = command("measures", "--known-on", NEXT, "--month", "2014-06", "--csv", *warehouse).out
    assert now.splitlines() == ["measure,numerator,denominator,value"]


def test_what_a_night_said_of_its_source_outlasts_the_purge_of_its_detail(door: Door):
    door.load(NEXT)
    kept = door.asked("select count(*) from audit.observation where observation = 'covered_from'")
    assert kept == [2]
    going = door.asked(
        "select distinct observation from audit.observation where "
        + detail._TABLES["audit.observation"]
    )
    assert not {"covered_from", "measure_carried", "source_system", "timescale_not_carried",
                "timescale_partly_carried"} & set(going)  # fmt: skip


def test_a_night_of_another_kind_of_source_than_those_before_is_refused(door: Door):
    before = door.council.rows("select count(*) from audit.load_run where status = 'loaded'")
    authority = door.council.authority
    authority.write_text(authority.read_text().replace(KIND, "liquidlogic_files"))
    ran = door.council.load(an_extract(door.folder, night=NEXT, **ROWS))
    assert ran.exit_code == 3
    assert ran.parts == ["What", "Where", "Means", "Next"]
    assert "comes from another kind of source (liquidlogic)" in ran.err
    loaded = "select count(*) from audit.load_run where status = 'loaded'"
    assert door.council.rows(loaded) == before


def test_the_files_and_the_database_of_one_system_are_one_kind(
    door: Door, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setitem(SOURCES, "less_database", replace(SOURCES[KIND], kind="less_database"))
    authority = door.council.authority
    authority.write_text(authority.read_text().replace(KIND, "less_database"))
    door.load(NEXT)


def test_a_night_of_a_release_that_did_not_note_its_system_was_of_the_first(door: Door):
    with open_warehouse(door.council.url).writing("874") as session:
        session.run("delete from audit.observation where observation = 'source_system'")
    ran = door.council.load(an_extract(door.folder, night=NEXT, **ROWS))
    assert ran.exit_code == 3
    assert "than the authority's nights before (liquidlogic)" in ran.err


def test_ids_made_from_content_that_went_where_others_of_the_child_came_are_counted(
    door: Door, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setitem(SOURCES, KIND, replace(SOURCES[KIND], ids_from_content=True))
    seen = "select detail, rows from audit.observation where observation = 'id_replaced'"
    assert door.council.rows(seen) == []
    corrected = [dict(row) for row in ROWS["FACT_REFERRALS"]]
    # One of the second child's is another; the first child's goes, and a third child has a new one.
    corrected[2] |= {"FACT_REFERRAL_ID": "4", "REFRL_START_DTTM": "2014-07-02 00:00:00"}
    corrected[0] |= {"FACT_REFERRAL_ID": "9", "DIM_PERSON_ID": "3"}
    people = [*ROWS["DIM_PERSON"], {"DIM_PERSON_ID": "3"}]
    door.load(NEXT, FACT_REFERRALS=corrected, DIM_PERSON=people)
    assert door.council.rows(seen) == [("referral", 1)]
