"""Nights that come late, or were the wrong ones: the warehouse ends as if they came in order."""

from __future__ import annotations

import contextlib
import random
import re
import shutil
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from etl.contracts.register import KEYED_DIMENSIONS
from etl.demo.extract import write_extract
from etl.warehouse import one_change, open_warehouse
from etl.warehouse.keys import OWN_KEYS
from nights import editing
from nights.editing import Row
from nights.loading import (
    WESTMERE,
    Council,
    Engine,
    Ran,
    accounts_that_do_not_sum,
    asking,
    command,
    content,
    tables,
)

pytestmark = [pytest.mark.slow, pytest.mark.catalogue]

FIRST = date(2026, 3, 3)
LIMITS = (
    "\n[limits]\nrows_held_back_percent = 100\nrows_lost_percent = 60\nstale_days = 30\n"
    "values_lost_percent = 60\n"
)
# What is not of the nights but of their runs.
OF_RUNS = ("audit",)
KEYED_SUBJECT = re.compile(r"(family|child) (\d+)")
Seen = dict[str, Counter[tuple[Any, ...]]]


def without_key(subject: str, names: dict[str, dict[int, object]]) -> object:
    """What a figure counts, a family or a child by what names it."""
    named = KEYED_SUBJECT.fullmatch(subject)
    return names[f"{named[1]}_key"].get(int(named[2]), subject) if named else subject


def without_keys(council: Council) -> Seen:
    """Every row of every table but the audit's, members by what names them instead of by key, and
    without run ids."""
    names: dict[str, dict[int, object]] = {}
    found: Seen = {}
    with asking(council.url) as session:
        for table in KEYED_DIMENSIONS:
            key, named = OWN_KEYS[table.name], ", ".join(table.key)
            rows = session.rows(f"select distinct {key}, {named} from warehouse.{table.warehouse}")
            names[key] = {row[0]: row[1:] for row in rows}
        for name in tables(council.url):
            if name.partition(".")[0] in OF_RUNS:
                continue
            read = session.table(f"select * from {name}")
            columns = [
                [names[column][value] for value in read[column].to_pylist()]
                if column in names
                else [without_key(value, names) for value in read[column].to_pylist()]
                if column == "subject_id"
                else read[column].to_pylist()
                for column in read.column_names
                if column != "run_id"
            ]
            found[name] = Counter(zip(*columns, strict=True))
    return found


def differing(one: Seen, other: Seen) -> dict[str, tuple[int, int]]:
    """By table, how many rows only the one and only the other has."""
    return {
        table: ((one[table] - other[table]).total(), (other[table] - one[table]).total())
        for table in one
        if one[table] != other[table]
    }


@dataclass(frozen=True)
class Nights:
    """Extracts in the order of their dates, in which much happens."""

    folder: Path
    authority: Path
    extracts: tuple[Path, ...]


# By table, the column that names a row, and a date that may change.
HAPPENS = {
    "FACT_REFERRALS": ("FACT_REFERRAL_ID", "REFRL_END_DTTM"),
    "FACT_CP_REVIEW": ("FACT_CP_REVIEW_ID", "MEETING_DTTM"),
    "FACT_CP_PLAN": ("FACT_CP_PLAN_ID", "END_DTTM"),
    "FACT_CP_VISIT": ("FACT_CASENOTE_ID", "VISIT_DTTM"),
    "FACT_CLA_REVIEW": ("FACT_CLA_REVIEW_ID", "MEETING_DTTM"),
    "FACT_CONTACTS": ("FACT_CONTACT_ID", "CONTACT_DTTM"),
}


def let_things_happen(extract: Path, chance: random.Random, children: list[str]) -> None:
    """Rows vanish, dates go, come or cannot be read, rows get another child, one child is missing
    whole and another merged."""
    for table, (_, day) in HAPPENS.items():

        def changed(rows: list[Row], day: str = day) -> list[Row]:
            kept = [row for row in rows if chance.random() > 0.05]
            for row in kept:
                what = chance.random()
                if what < 0.05 and day in row:
                    row[day] = ""
                elif what < 0.08 and day in row:
                    row[day] = "n/k"
                elif what < 0.10 and day in row:
                    row[day] = f"{FIRST - timedelta(days=chance.randrange(20))} 00:00:00.000"
                elif what < 0.12:
                    row["DIM_PERSON_ID"] = chance.choice(children)
            return kept

        editing.change(extract, table, changed)
    missing, merged = chance.sample(children, 2)
    editing.drop_row(extract, "DIM_PERSON", "DIM_PERSON_ID", missing)
    editing.change_row(
        extract, "DIM_PERSON", "DIM_PERSON_ID", merged,
        DUPLICATED_DTTM=f"{FIRST} 00:00:00.000",
    )  # fmt: skip


def write_nights(folder: Path, seed: int, count: int) -> Nights:
    """Each night is the same council, to which other things have happened."""
    drawn = write_extract(folder / "drawn", children=1000, extract_date=FIRST)
    chance = random.Random(seed)
    persons = [row["DIM_PERSON_ID"] for row in editing.read(drawn, "DIM_PERSON")]
    extracts = []
    for number in range(count):
        day = (FIRST + timedelta(days=3 * number)).isoformat()
        extract = editing.copy_as(drawn, folder / "extracts", day)
        if number:
            let_things_happen(extract, chance, persons)
        editing.add_to_numbers(extract, editing.FORM_COLUMNS, 1_000_000 * number)
        extracts.append(extract)
    authority = folder / "westmere.toml"
    authority.write_text(WESTMERE.read_text(encoding="utf-8") + LIMITS, encoding="utf-8")
    return Nights(folder, authority, tuple(extracts))


def copied_as(extract: Path, folder: Path, day: str) -> Path:
    """The same files as the extract of another day."""
    return Path(shutil.copytree(extract, folder / day))


def load(council: Council, extract: Path, *more: str) -> Ran:
    return command(*council.arguments(extract), *more)


def loaded(council: Council, extract: Path, *more: str) -> None:
    ran = load(council, extract, *more)
    assert ran.exit_code == 0, ran.err
    assert accounts_that_do_not_sum(council.url) == []


@dataclass(frozen=True)
class InOrder:
    """What a council is after each night."""

    nights: Nights
    council: Council
    seen: list[Seen]
    whole: list[Seen]
    after_one: Council
    after_two: Council


@pytest.fixture(scope="module")
def in_order(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> InOrder:
    folder = tmp_path_factory.mktemp("in_order")
    nights = write_nights(folder, seed=20260303, count=3)
    council = engine.council(folder / "council", nights.authority)
    seen, whole, copies = [], [], []
    for extract in nights.extracts:
        loaded(council, extract)
        seen.append(without_keys(council))
        whole.append(content(council.url, without=OF_RUNS))
        copies.append(copy_of(engine, council, folder / f"after {extract.name}"))
    return InOrder(nights, council, seen, whole, *copies[:2])


def copy_of(engine: Engine, council: Council, folder: Path) -> Council:
    """The council with its landed nights."""

    copied = engine.copy(council, folder)
    shutil.copytree(council.folder / "landing", folder / "landing")
    return copied


def test_much_happens_from_night_to_night(in_order: InOrder) -> None:
    """Else the tests below would prove little."""
    happened = dict(
        in_order.council.rows(
            "select table_name, sum(new_versions) + sum(closed) from audit.table_load as load "
            "join audit.load_run as run on run.run_id = load.run_id "
            "where extract_date > :first group by table_name",
            first=FIRST,
        )
    )
    assert happened["referral"] > 20
    assert happened["timescale_obligation"] > 100
    [(kept,)] = in_order.council.rows("select sum(kept_earlier_version) from audit.table_load")
    assert kept > 5


def test_the_last_night_is_taken_back_whole(
    engine: Engine, in_order: InOrder, tmp_path: Path
) -> None:
    council = copy_of(engine, in_order.council, tmp_path / "copy")
    for number in (1, 0):
        night = in_order.nights.extracts[number + 1].name
        ran = command("undo", night, "--warehouse", council.url)
        assert ran.exit_code == 0, ran.err
        assert ran.out.endswith(f"Now load the right extract of {night}, where there is one.\n")
        found = content(council.url, without=OF_RUNS)
        assert differing(found, in_order.whole[number]) == {}
        undone = council.rows(
            "select status, undone_at is null from audit.load_run where run_id like :night",
            night=f"%{night}%",
        )
        assert undone == [("undone", False)]


def test_what_was_taken_back_loads_again_to_the_same(
    engine: Engine, in_order: InOrder, tmp_path: Path
) -> None:
    council = copy_of(engine, in_order.council, tmp_path / "copy")
    last = in_order.nights.extracts[-1]
    assert command("undo", last.name, "--warehouse", council.url).exit_code == 0
    loaded(council, last)
    assert differing(without_keys(council), in_order.seen[-1]) == {}


def test_what_the_last_load_was_given_is_only_a_short_cut(
    engine: Engine, in_order: InOrder, tmp_path: Path
) -> None:
    """The same nights in order, with every row looked at each night."""
    council = copy_of(engine, in_order.after_one, tmp_path / "council")
    kept = council.folder / "landing" / "900" / "last_derived"
    assert (kept / "run.json").exists()
    for extract, seen in zip(in_order.nights.extracts[1:], in_order.seen[1:], strict=True):
        shutil.rmtree(kept)
        loaded(council, extract)
        assert differing(without_keys(council), seen) == {}
        assert (kept / "run.json").exists()


def test_with_every_night_taken_back_nothing_is_known(
    engine: Engine, in_order: InOrder, tmp_path: Path
) -> None:
    council = copy_of(engine, in_order.after_two, tmp_path / "copy")
    for extract in reversed(in_order.nights.extracts[:2]):
        assert command("undo", extract.name, "--warehouse", council.url).exit_code == 0
    held = {
        table: rows.total()
        for table, rows in content(council.url, without=OF_RUNS).items()
        if rows.total() and table not in ("report.measure", "warehouse.dim_date")
    }
    assert held == {f"warehouse.{table.warehouse}": 1 for table in KEYED_DIMENSIONS}
    asked = (["measures", "--known-on", "2026-03-20"], ["explain", "contact", "1"])
    for asks in (*asked, ["undo", "2026-03-03"], ["restate", "2026-02", "--la-code", "900"]):
        ran = command(*asks, "--warehouse", council.url)
        assert (ran.exit_code, ran.parts) == (2, ["What", "Where", "Means", "Next"])
        assert "The warehouse holds no loaded night." in ran.err
        assert "Load one first" in ran.err
    loaded(council, in_order.nights.extracts[0])
    assert differing(without_keys(council), in_order.seen[0]) == {}


def test_only_the_last_night_can_be_taken_back(in_order: InOrder) -> None:
    first = in_order.nights.extracts[0].name
    for night, what in ((first, "is not the last one"), ("2026-03-01", "No night of 2026-03-01")):
        ran = command("undo", night, "--warehouse", in_order.council.url)
        assert ran.exit_code == 2
        assert ran.parts == ["What", "Where", "Means", "Next"]
        assert what in ran.err


def test_an_older_night_is_refused_and_told_of_backfill(in_order: InOrder, tmp_path: Path) -> None:
    older = copied_as(in_order.nights.extracts[0], tmp_path, "2026-03-04")
    ran = load(in_order.council, older)
    assert ran.exit_code == 3
    assert "--backfill" in ran.err


def test_a_date_that_is_loaded_is_not_backfilled(
    engine: Engine, in_order: InOrder, tmp_path: Path
) -> None:
    council = copy_of(engine, in_order.council, tmp_path / "copy")
    again = load(council, in_order.nights.extracts[0], "--backfill")
    assert (again.exit_code, "already loaded" in again.out) == (0, True)
    other = copied_as(in_order.nights.extracts[2], tmp_path, FIRST.isoformat())
    ran = load(council, other, "--backfill")
    assert ran.exit_code == 3
    assert "another extract of that date" in ran.err
    assert "csc-etl undo" in ran.err
    assert "--backfill" not in ran.err
    assert differing(content(council.url, without=OF_RUNS), in_order.whole[-1]) == {}
    assert council.work_left_behind() == []


def shorten(landed: Path) -> None:
    """Remove rows, as nobody would notice who looks at the manifest alone."""
    contacts = landed / "FACT_CONTACTS.parquet"
    pq.write_table(pq.read_table(contacts).slice(3), contacts)


@pytest.mark.parametrize(
    ("spoil", "what"),
    [
        (lambda landed: shutil.rmtree(landed.parent.parent), "name it with --landing"),
        (shorten, "are not those that were loaded"),
        (lambda landed: (landed / "manifest.json").unlink(), "are gone"),
        (
            lambda landed: (landed / "manifest.json").write_text(
                (landed / "manifest.json").read_text().replace('"sha256": "', '"sha256": "0')
            ),
            "are not those that were loaded",
        ),
        (
            lambda landed: (landed / "manifest.json").write_text(
                (landed / "manifest.json")
                .read_text()
                .replace('"rows":', '"rows_erased": 1, "rows":')
            ),
            "A child was erased",
        ),
    ],
    ids=["another folder", "altered", "gone", "others", "without an erased child"],
)
def test_without_the_landed_files_of_later_nights_nothing_is_changed(
    engine: Engine, in_order: InOrder, tmp_path: Path, spoil: Callable[[Path], None], what: str
) -> None:
    council = copy_of(engine, in_order.council, tmp_path / "copy")
    spoil(council.folder / "landing" / "900" / in_order.nights.extracts[2].name)
    older = copied_as(in_order.nights.extracts[0], tmp_path, "2026-03-04")
    ran = load(council, older, "--backfill")
    assert ran.exit_code == 1
    assert what in ran.err
    assert "csc-etl undo" in ran.err
    assert differing(content(council.url, without=OF_RUNS), in_order.whole[-1]) == {}


def test_a_later_night_that_is_stopped_stops_the_backfill(
    engine: Engine, in_order: InOrder, tmp_path: Path
) -> None:
    """The night put before it has many more rows, so that the later one has lost too many."""
    council = copy_of(engine, in_order.after_two, tmp_path / "copy")
    held = content(council.url, without=OF_RUNS)
    older = copied_as(in_order.nights.extracts[0], tmp_path, "2026-03-04")

    def many(rows: list[Row]) -> list[Row]:
        return [
            {**row, "FACT_CONTACT_ID": f"{row['FACT_CONTACT_ID']}{copy}"}
            for row in rows
            for copy in range(10, 20)
        ]

    editing.change(older, "FACT_CONTACTS", many)
    ran = load(council, older, "--backfill")
    assert ran.exit_code == 3
    assert "Loaded again after 2026-03-04, the night of 2026-03-06 was stopped" in ran.err
    assert differing(content(council.url, without=OF_RUNS), held) == {}
    runs = council.rows(
        "select extract_date, status from audit.load_run order by extract_date, status"
    )
    assert [(day.day, status) for day, status in runs] == [
        (3, "loaded"), (4, "stopped"), (6, "loaded")
    ]  # fmt: skip
    assert council.work_left_behind() == []


def test_a_freeze_stays_and_names_the_night_that_was_backfilled(
    engine: Engine, in_order: InOrder, tmp_path: Path
) -> None:
    _, second, third = in_order.nights.extracts
    council = copy_of(engine, in_order.after_one, tmp_path / "council")
    loaded(council, third)
    assert command("freeze", "2026-02", "--warehouse", council.url).exit_code == 0
    figures = "select * from report.monthly_measure where label <> 'latest'"
    frozen = Counter(council.rows(figures))
    loaded(council, second, "--backfill")
    assert Counter(council.rows(figures)) == frozen
    assert differing(without_keys(council), in_order.seen[-1]).keys() <= {
        "report.frozen_month", "report.frozen_subject", "report.monthly_measure",
        "report.monthly_measure_by_team", "report.restatement", "report.restated_subject",
    }  # fmt: skip
    ran = command("measures", "--known-on", third.name, "--warehouse", council.url)
    assert ran.exit_code == 0
    if "says otherwise" in ran.out:
        assert f"the night of {second.name} was backfilled" in ran.out
    ran = command("restate", "2026-02", "--warehouse", council.url)
    assert f"Since it was frozen, the night of {second.name} was backfilled" in ran.out
    keys = council.rows(
        "select count(*) from report.frozen_subject as frozen where child_key not in "
        "(select child_key from warehouse.dim_child)"
    )
    assert keys == [(0,)]


class Fails(Exception):
    """What a block raises."""


def test_a_file_is_asked_like_a_table_until_it_is_dropped_or_the_next_night_begins(
    engine: Engine, tmp_path: Path
) -> None:
    warehouse = open_warehouse(engine.council(tmp_path / "council", WESTMERE).url)
    file, days = tmp_path / "days.parquet", [(date(1999, 12, 31),), (date(2000, 1, 1),)]
    pq.write_table(pa.table({"date": [day for (day,) in days]}), file)
    with one_change(warehouse, "900") as changing:
        for _ in range(2):
            with changing.writing("900") as session:
                session.stage_file("of_a_night", file)
                for _ in range(2):
                    assert session.make("later", "select date from of_a_night where date > :day",
                                        day=days[0][0]) == 1  # fmt: skip
                    assert session.rows("select date from later") == days[1:]
                    session.drop("later", "of_a_night")
                    session.stage_file("of_a_night", file)
                assert session.rows("select date from of_a_night order by date") == days


@pytest.mark.parametrize("fails", [True, False], ids=["fails", "ends"])
def test_what_is_written_within_one_change_is_seen_there_alone_until_it_ends(
    engine: Engine, tmp_path: Path, fails: bool
) -> None:
    council = engine.council(tmp_path / "council", WESTMERE)
    warehouse = open_warehouse(council.url)
    with warehouse.writing("900"):
        pass
    asked = "select count(*) from warehouse.dim_date where date = date '1999-12-31'"
    known = "select count(*) from restricted.erased_child"
    with (
        pytest.raises(Fails) if fails else contextlib.nullcontext(),
        one_change(warehouse, "900") as changing,
    ):
        with changing.writing("900") as session:
            session.stage("of_a_night", pa.table({"date": [date(1999, 12, 31)]}))
            session.run("insert into warehouse.dim_date (date) select date from of_a_night")
            session.turn_to_identities()
            session.run("insert into restricted.erased_child values ('somebody', '900')")
        with changing.reading(identities=True) as session:
            assert (session.rows(asked), session.rows(known)) == ([(1,)], [(1,)])
            session.stage("of_a_night", pa.table({"date": [date(2000, 1, 1)]}))
        with changing.writing("900") as session:
            session.run("insert into warehouse.dim_date (date) values (date '2000-01-01')")
        assert (council.rows(asked), council.rows(known)) == ([(0,)], [(0,)])
        if fails:
            raise Fails
    kept = 0 if fails else 1
    assert (council.rows(asked), council.rows(known)) == ([(kept,)], [(kept,)])


@pytest.mark.long
@settings(
    max_examples=2, derandomize=True, deadline=None, database=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(seed=st.integers(1, 10**6), order=st.permutations(range(4)))
def test_any_order_ends_as_the_order_of_the_dates(
    engine: Engine, tmp_path_factory: pytest.TempPathFactory, seed: int, order: list[int]
) -> None:
    """Random histories, random orders: keys and run ids aside, every row of every table."""
    folder = tmp_path_factory.mktemp("any_order")
    nights = write_nights(folder, seed, count=4)
    ordered = engine.council(folder / "ordered", nights.authority)
    mixed = replace(engine.council(folder / "mixed", nights.authority))
    for number in range(4):
        loaded(ordered, nights.extracts[number])
        loaded(mixed, nights.extracts[order[number]], "--backfill")
    assert differing(without_keys(mixed), without_keys(ordered)) == {}


def test_a_backfill_with_another_key_is_refused(
    engine: Engine, in_order: InOrder, tmp_path: Path
) -> None:
    """Before the first night too, when no night is left that could tell."""
    council = copy_of(engine, in_order.after_two, tmp_path / "copy")
    held = content(council.url)
    older = copied_as(in_order.nights.extracts[0], tmp_path, "2026-03-01")
    ran = command(
        *council.arguments(older), "--backfill", key="a mistyped key for tests, 40 characters"
    )
    assert ran.exit_code == 2
    assert "is not the key" in ran.err
    assert differing(content(council.url), held) == {}
    assert council.work_left_behind() == []


def test_a_stopped_backfill_tells_the_audit_what_its_checks_found(
    engine: Engine, in_order: InOrder, tmp_path: Path
) -> None:
    council = copy_of(engine, in_order.after_two, tmp_path / "copy")
    older = copied_as(in_order.nights.extracts[0], tmp_path, "2026-03-04")
    editing.change(older, "FACT_CONTACTS", lambda rows: rows[: len(rows) // 4])
    ran = load(council, older, "--backfill")
    assert ran.exit_code == 3
    told = council.rows(
        "select extract_sha256 is not null, previous_run_id is not null, "
        "(select count(*) from audit.expectation_result as result "
        "where result.run_id = run.run_id) > 100 "
        "from audit.load_run as run where status = 'stopped'"
    )
    assert told == [(True, True, True)]
    assert council.work_left_behind() == []


def test_a_landed_night_keeps_the_authoritys_file_that_it_was_loaded_again_with(
    engine: Engine, in_order: InOrder, tmp_path: Path
) -> None:
    council = copy_of(engine, in_order.after_two, tmp_path / "copy")
    night = in_order.nights.extracts[1].name
    assert command("undo", night, "--warehouse", council.url).exit_code == 0
    other = tmp_path / "other.toml"
    text = council.authority.read_text(encoding="utf-8").replace("45 working", "40 working")
    other.write_text(text, encoding="utf-8")
    landed = council.folder / "landing" / "900" / night
    loaded(replace(council, authority=other), landed)
    assert (landed / "authority.toml").read_text(encoding="utf-8") == text
    loaded(council, copied_as(in_order.nights.extracts[0], tmp_path, "2026-03-04"), "--backfill")
    standards = council.rows(
        "select allowance from warehouse.dim_timescale where timescale = 'single_assessment' "
        "and known_to = date '9999-12-31' and is_local order by effective_from desc"
    )
    assert standards[0] == ("40 working days",)


def test_no_key_that_a_frozen_figure_names_is_given_again(
    engine: Engine, in_order: InOrder, tmp_path: Path
) -> None:
    """Not of a child, nor of a family, that came with a night which was taken back."""
    council = copy_of(engine, in_order.after_two, tmp_path / "copy")
    last = 900_000_099_999
    with open_warehouse(council.url).writing("900") as session:
        session.run(
            "insert into report.frozen_subject (la_code, label, measure, subject_id, month, "
            "child_key) values ('900', 'wrong', 'assessments_late_families', :subject, "
            "date '2026-02-01', :child)",
            subject=f"family {last}",
            child=last,
        )
    for extract in reversed(in_order.nights.extracts[:2]):
        assert command("undo", extract.name, "--warehouse", council.url).exit_code == 0
    loaded(council, in_order.nights.extracts[0])
    for name in ("child", "family"):
        first_key = f"select min({name}_key) from warehouse.dim_{name} where {name}_key > 0"
        assert council.rows(first_key) == [(last + 1,)]
