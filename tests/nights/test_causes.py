"""Each thing that can happen to a record between two nights is told by its own cause, in every
figure that it moves, and moves no other child's."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from unittest import mock

import numpy as np
import pytest

from etl.calendar import working_days
from etl.demo.extract import write_extract
from etl.derive import derive, standards
from etl.derive.register import CHILD_PROTECTION_VISIT, RULES
from etl.derive.rule import Rule
from etl.publish import measures
from etl.warehouse import open_warehouse
from nights import editing
from nights.editing import Row
from nights.loading import WESTMERE, Council, Engine, command

pytestmark = [pytest.mark.slow, pytest.mark.catalogue]

FIRST, SECOND = date(2026, 3, 3), date(2026, 3, 10)
MONTHS = ("2025-11", "2025-12", "2026-01", "2026-02")
PERSON = "DIM_PERSON_ID"


def at(day: str) -> str:
    return f"{day} 00:00:00.000"


@dataclass(frozen=True)
class Happening:
    """What happens to a child of its own: what the first night lacks or has otherwise, what the
    second has otherwise, and why figures then moved."""

    name: str
    child: str
    cause: str
    first: Callable[[Path], None] = lambda extract: None
    second: Callable[[Path], None] = lambda extract: None


class Chooser:
    """Finds records of children to whom nothing has happened yet."""

    def __init__(self, extract: Path) -> None:
        self.extract = extract
        self.taken: set[str] = set()

    def record(
        self, table: str, fits: Callable[[Row], bool], *, alone_in: Iterable[str] = ()
    ) -> Row:
        """alone_in: tables in which the child has one record."""
        seen = {each: Counter(row[PERSON] for row in self.rows(each)) for each in alone_in}
        found = next(
            row
            for row in self.rows(table)
            if row[PERSON] not in self.taken
            and fits(row)
            and all(counted[row[PERSON]] == 1 for counted in seen.values())
        )
        self.taken.add(found[PERSON])
        return found

    def rows(self, table: str) -> list[Row]:
        return editing.read(self.extract, table)

    def visits(self, plan: Row) -> list[Row]:
        """Those under the plan, in order."""
        found = [v for v in self.rows("FACT_CP_VISIT")
                 if v["FACT_CP_PLAN_ID"] == plan["FACT_CP_PLAN_ID"]]  # fmt: skip
        return sorted(found, key=lambda visit: visit["VISIT_DTTM"])


def put(table: str, row: Row, **new: str) -> Callable[[Path], None]:
    """Change the record, which the table's first column names."""
    column = next(iter(row))
    return lambda extract: editing.change_row(extract, table, column, row[column], **new)


def drop(*records: tuple[str, Row]) -> Callable[[Path], None]:
    def dropped(extract: Path) -> None:
        for table, row in records:
            column = next(iter(row))
            editing.drop_row(extract, table, column, row[column])

    return dropped


def choose(extract: Path) -> list[Happening]:
    chooser = Chooser(extract)
    return [*to_visits(chooser), *to_plans(chooser), *to_other_records(chooser)]


def a_plan(chooser: Chooser) -> tuple[Row, Row, Row]:
    """An open plan, and a visit of the winter, the child seen, and its case note; others come
    after it."""
    notes = {row["FACT_CASENOTE_ID"]: row for row in chooser.rows("FACT_CASENOTES")}
    plan = chooser.record(
        "FACT_CP_PLAN",
        lambda row: row["IS_OLA"] != "Y" and not row["END_DTTM"]
        and row["START_DTTM"] < "2025-11"
        and len([v for v in chooser.visits(row) if v["VISIT_DTTM"] >= "2025-12"]) > 3,
    )  # fmt: skip
    visit = next(
        v for v in chooser.visits(plan)
        if v["VISIT_DTTM"] >= "2025-12" and notes[v["FACT_CASENOTE_ID"]]["SEEN_FLAG"] == "Y"
    )  # fmt: skip
    return plan, visit, notes[visit["FACT_CASENOTE_ID"]]


def missing(visit: Row, note: Row) -> Callable[[Path], None]:
    return drop(("FACT_CP_VISIT", visit), ("FACT_CASENOTES", note))


def to_visits(chooser: Chooser) -> list[Happening]:
    late, gone, unseen, late_and_more = (a_plan(chooser) for _ in range(4))
    return [
        Happening("visit recorded late", late[1][PERSON], "recorded late",
                  first=missing(*late[1:])),
        Happening("visit removed", gone[1][PERSON], "removed", second=missing(*gone[1:])),
        Happening("not seen after all", unseen[1][PERSON], "changed status",
                  second=put("FACT_CASENOTES", unseen[2], SEEN_FLAG="N")),
        Happening("visit recorded late, and an end after the freeze", late_and_more[1][PERSON],
                  "recorded late", first=missing(*late_and_more[1:]),
                  second=put("FACT_CP_PLAN", late_and_more[0], END_DTTM=at("2026-03-06"))),
    ]  # fmt: skip


def to_plans(chooser: Chooser) -> list[Happening]:
    (late, *_), (corrected, *_) = (a_plan(chooser) for _ in range(2))
    return [
        Happening("end recorded late", late[PERSON], "recorded late",
                  second=put("FACT_CP_PLAN", late, END_DTTM=at("2026-01-20"))),
        Happening("end corrected", corrected[PERSON], "corrected date",
                  first=put("FACT_CP_PLAN", corrected, END_DTTM=at("2026-02-18")),
                  second=put("FACT_CP_PLAN", corrected, END_DTTM=at("2026-01-05"))),
    ]  # fmt: skip


def to_other_records(chooser: Chooser) -> list[Happening]:
    assessments, referrals = "FACT_SINGLE_ASSESSMENT", "FACT_REFERRALS"
    assessment = chooser.record(
        assessments, lambda row: "2025-09" <= row["START_DTTM"] < "2025-12",
        alone_in=(assessments,),
    )  # fmt: skip
    referral = chooser.record(
        referrals, lambda row: row["REFRL_START_DTTM"].startswith("2025-12"),
        alone_in=(referrals,),
    )  # fmt: skip
    return [
        Happening("assessment cancelled", assessment[PERSON], "changed status",
                  second=put(assessments, assessment, DIM_LOOKUP_STEP_SUBSTATUS_CODE="X")),
        Happening("received date", referral[PERSON], "corrected date",
                  second=put(referrals, referral, REFRL_START_DTTM=at("2026-01-15"))),
    ]  # fmt: skip


@dataclass(frozen=True)
class Told:
    """The council after the second night. causes: by the child's case number, what was said of
    each thing that moved: measure, month, cause."""

    council: Council
    happenings: list[Happening]
    causes: dict[str, set[tuple[str, str, str]]]


RESTATED = (
    "select identity.case_number, moved.measure, cast(moved.month as text), moved.cause "
    "from report.restated_subject as moved "
    "join restricted.child_identity as identity on identity.child_key = moved.child_key"
)


def told_by(council: Council) -> dict[str, set[tuple[str, str, str]]]:
    found: dict[str, set[tuple[str, str, str]]] = {}
    for child, *what in council.rows(RESTATED):
        found.setdefault(child, set()).add(tuple(what))
    return found


@dataclass(frozen=True)
class Frozen:
    """The council after the first night, four months frozen, and both extracts."""

    council: Council
    happenings: list[Happening]
    first: Path
    second: Path


@pytest.fixture(scope="module")
def frozen(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Frozen:
    folder = tmp_path_factory.mktemp("causes")
    drawn = write_extract(
        folder / "drawn", children=4000, extract_date=FIRST, faults_per_thousand=0
    )
    happenings = choose(drawn)
    first, second = (
        editing.copy_as(drawn, folder / "extracts", night.isoformat()) for night in (FIRST, SECOND)
    )
    for happening in happenings:
        happening.first(first)
        happening.second(second)
    council = engine.council(folder / "council", WESTMERE)
    assert council.load(first).exit_code == 0
    for month in MONTHS:
        ran = command("freeze", month, "--warehouse", council.url)
        assert ran.exit_code == 0, ran.err
    return Frozen(council, happenings, first, second)


@pytest.fixture(scope="module")
def told(engine: Engine, frozen: Frozen, tmp_path_factory: pytest.TempPathFactory) -> Told:
    council = engine.copy(frozen.council, tmp_path_factory.mktemp("told") / "council")
    ran = council.load(frozen.second)
    assert ran.exit_code == 0, ran.err
    return Told(council, frozen.happenings, told_by(council))


# The one measure that counts visits, not what they meet.
OF_VISITS = "visits_seen_alone_pct"


def test_each_happening_is_told_by_its_own_cause_in_every_figure_it_moves(told: Told) -> None:
    said = {
        happening.name: {
            cause for measure, _, cause in told.causes.get(happening.child, set())
            if measure != OF_VISITS
        }
        for happening in told.happenings
    }  # fmt: skip
    assert said == {happening.name: {happening.cause} for happening in told.happenings}


def test_where_visits_themselves_are_counted_a_late_one_is_added_and_its_plan_a_link(
    told: Told,
) -> None:
    for name, awaited in (("visit recorded late", "added"), ("end corrected", "changed status")):
        [child] = [each.child for each in told.happenings if each.name == name]
        assert {cause for measure, _, cause in told.causes[child] if measure == OF_VISITS} == {
            awaited
        }, name


def test_no_other_childs_figures_move(told: Told) -> None:
    assert set(told.causes) == {happening.child for happening in told.happenings}


def test_an_event_that_comes_or_goes_moves_only_what_it_met_and_what_it_began(told: Told) -> None:
    """Those that follow it are numbered anew, and are owed as before."""
    pair = "child_protection_visit_in_practice_pct"
    for name in ("visit recorded late", "visit removed"):
        [child] = [each.child for each in told.happenings if each.name == name]
        moved = [what for what in told.causes[child] if what[0] == pair]
        assert 1 <= len(moved) <= 2, name


# What changed in the software, and nothing else.

# Visits count whether or not the child was seen.
CHANGED_RULES = tuple(
    replace(rule, stop=replace(rule.stop, only=())) if rule is CHILD_PROTECTION_VISIT else rule
    for rule in RULES
)
READ_VISITS = {
    measure.measure
    for measure in measures.measures({rule.timescale: rule.title for rule in RULES})
    if CHILD_PROTECTION_VISIT.timescale in measure.timescales
}


def named_by(council: Council) -> set[tuple[str, str | None]]:
    """Each measure with a changed rule, and what that is called."""
    asked = "select distinct measure, changed_rule from report.restated_subject where "
    assert council.rows(asked + "cause <> 'changed rule' and changed_rule is not null") == []
    return set(council.rows(asked + "cause = 'changed rule'"))


def without(told: dict[str, set[tuple[str, str, str]]], names: set[str]) -> set[tuple[str, ...]]:
    """What was said of things in all measures but these."""
    return {(child, *what) for child in told for what in told[child] if what[0] not in names}


def load_the_first_again(
    council: Council, frozen: Frozen, folder: Path, rules: tuple[Rule, ...] = RULES
) -> Counter[str]:
    """Load the very same extract as another night; how many things moved by each cause."""
    again = Path(shutil.copytree(frozen.first, folder / SECOND.isoformat()))
    with mock.patch.object(derive, "RULES", rules):
        ran = council.load(again)
    assert ran.exit_code == 0, ran.err
    return Counter(cause for what in told_by(council).values() for *_, cause in what)


def test_a_rule_of_the_software_that_changes_is_a_changed_rule(
    engine: Engine, frozen: Frozen, tmp_path: Path
) -> None:
    council = engine.copy(frozen.council, tmp_path / "council")
    said = load_the_first_again(council, frozen, tmp_path, CHANGED_RULES)
    assert set(said) == {"changed rule"}
    assert said["changed rule"] > 10
    assert {rule for _, rule in named_by(council)} == {"child_protection_visit"}


def test_a_changed_rule_explains_nothing_that_is_owed_by_another(
    engine: Engine, frozen: Frozen, told: Told, tmp_path: Path
) -> None:
    council = engine.copy(frozen.council, tmp_path / "council")
    with mock.patch.object(derive, "RULES", CHANGED_RULES):
        ran = council.load(frozen.second)
    assert ran.exit_code == 0, ran.err
    named = named_by(council)
    assert {rule for _, rule in named} == {"child_protection_visit"}
    assert {measure for measure, _ in named} <= READ_VISITS
    assert without(told.causes, READ_VISITS)
    assert without(told_by(council), READ_VISITS) == without(told.causes, READ_VISITS)


def test_what_is_said_of_a_rule_explains_nothing(
    engine: Engine, frozen: Frozen, told: Told, tmp_path: Path
) -> None:
    council = engine.copy(frozen.council, tmp_path / "council")
    rules = tuple(replace(rule, title=f"{rule.title}.", citation="a book") for rule in RULES)
    with mock.patch.object(derive, "RULES", rules):
        ran = council.load(frozen.second)
    assert ran.exit_code == 0, ran.err
    assert told_by(council) == told.causes


def test_a_bank_holiday_explains_the_due_dates_that_it_moved(
    engine: Engine, frozen: Frozen, tmp_path: Path
) -> None:
    council = engine.copy(frozen.council, tmp_path / "council")
    days = np.array([*working_days.bank_holidays(), date(2026, 1, 14)], dtype="datetime64[D]")
    calendar = np.busdaycalendar(holidays=days)
    with (
        mock.patch.object(working_days, "_calendar", lambda: calendar),
        mock.patch.object(standards, "file_hash", lambda: "another"),
    ):
        said = load_the_first_again(council, frozen, tmp_path)
    assert set(said) == {"changed rule"}
    assert said["changed rule"] > 10
    assert {rule for _, rule in named_by(council)} == {"calendar"}


def changed_measures() -> tuple[measures.Measure, ...]:
    """Contacts count only where a referral came of them; referrals are called otherwise."""
    counted = "on children.child_key = contact.child_key\n"
    every = measures.measure_files()
    assert sum(one.measure == "contacts" and counted in one.sql for one in every) == 1
    changes = {
        "contacts": lambda one: replace(
            one, sql=one.sql.replace(counted, f"{counted}where contact.is_new_referral\n")
        ),
        "referrals": lambda one: replace(one, title="New", sql=f"-- title: New\n{one.sql}"),
    }
    return tuple(changes.get(one.measure, lambda same: same)(one) for one in every)


def test_the_changed_sql_of_a_measure_explains_what_moved_in_it_and_in_no_other(
    engine: Engine, frozen: Frozen, told: Told, tmp_path: Path
) -> None:
    council, changed = engine.copy(frozen.council, tmp_path / "council"), changed_measures()
    with mock.patch.object(measures, "measure_files", lambda: changed):
        ran = council.load(frozen.second)
    assert ran.exit_code == 0, ran.err
    assert named_by(council) == {("contacts", "contacts")}
    assert without(told_by(council), {"contacts"}) == without(told.causes, {"contacts"})


def as_an_earlier_release_left_it(engine: Engine, frozen: Frozen, folder: Path) -> Council:
    """A copy of the council without the hash of a rule or a measure."""
    council = engine.copy(frozen.council, folder / "council")
    with open_warehouse(council.url).writing("900") as session:
        session.run("update report.monthly_measure set definition_sha256 = null")
        session.run("update warehouse.dim_timescale set rule_sha256 = null")
    return council


def test_a_rule_that_is_not_known_explains_what_nothing_else_does(
    engine: Engine, frozen: Frozen, tmp_path: Path
) -> None:
    council = as_an_earlier_release_left_it(engine, frozen, tmp_path)
    said = load_the_first_again(council, frozen, tmp_path, CHANGED_RULES)
    assert set(said) == {"changed rule"}
    assert {rule for _, rule in named_by(council)} == {"child_protection_visit"}


def test_what_is_not_known_explains_nothing_that_has_another_cause(
    engine: Engine, frozen: Frozen, told: Told, tmp_path: Path
) -> None:
    council = as_an_earlier_release_left_it(engine, frozen, tmp_path)
    ran = council.load(frozen.second)
    assert ran.exit_code == 0, ran.err
    assert told_by(council) == told.causes
