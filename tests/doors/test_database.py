"""The golden council through its database, and how that is read: in one state, as little as is
needed, and nothing but read."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import psycopg
import pytest
from nights.agreement import differences, owed, wrong_figures
from nights.bad.judging import judge
from nights.bad.whole import whole
from nights.expected import expected as golden
from nights.loading import Council, command
from servers.postgresql import Server
from sqlalchemy import Engine, event, make_url, text
from unit.builders import an_extract

from doors.agreement import (
    GOLDEN_DOORS,
    NIGHT,
    STATUS_DAY,
    figures,
)
from doors.filling import fill
from doors.test_database_bad import authority
from etl.contracts.source_table import SourceTable
from etl.errors import ConnectionFault, NightStopped
from etl.night.reading import GIB
from etl.sources.database import one_state, reading
from etl.sources.database.address import address_of
from etl.sources.database.one_state import State
from etl.sources.database.reading import read_database
from etl.sources.door import Door
from etl.sources.liquidlogic.source import LIQUIDLOGIC_DATABASE
from etl.sources.local import Local
from etl.sources.mapping import known_columns
from etl.sources.source import Expected

pytestmark = pytest.mark.slow
DATABASE = GOLDEN_DOORS / "liquidlogic_database"
URL = "CSC_ETL_SOURCE_URL"
EXPECTED = Expected(known_columns(LIQUIDLOGIC_DATABASE), GIB, "874", Door("liquidlogic_database"))


@pytest.fixture
def filled(postgresql_server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A database with a few records of every kind, which the settings name."""
    url = postgresql_server.new_database()
    fill(url, whole(tmp_path / "whole"))
    monkeypatch.setenv(URL, url)
    return url


def read(local: Local | None = None) -> Generator[SourceTable]:
    return read_database(LIQUIDLOGIC_DATABASE, EXPECTED, local or Local())


def rows(tables: Generator[SourceTable]) -> dict[str, list[dict[str, str | None]]]:
    """The records of each table."""
    with closing(tables):
        return {table.name: table.content.read_all().to_pylist() for table in tables}


# The golden night.


@dataclass(frozen=True)
class BothDoors:
    """The golden council, loaded from its database and from its files."""

    database: Council
    files: Council


@pytest.fixture(scope="module")
def both(postgresql_server: Server, tmp_path_factory: pytest.TempPathFactory) -> BothDoors:
    folder = tmp_path_factory.mktemp("both_doors")
    url, night = postgresql_server.new_database(), golden().extracts[0]
    fill(url, night)
    said = golden().authority.read_text(encoding="utf-8")
    own = folder / "peterborough.toml"
    own.write_text(said.replace("liquidlogic_files", "liquidlogic_database"), encoding="utf-8")
    councils = BothDoors(
        Council(folder / "database", own), Council(folder / "files", golden().authority)
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(URL, url)
        asked = ["load", "--authority", own, "--warehouse", councils.database.url, "--date", NIGHT]
        for ran in (command(*asked), councils.files.load(night)):
            assert ran.exit_code == 0, ran.err
    return councils


PUBLISHED = (
    "select measure, month, label, numerator, denominator, value from report.monthly_measure "
    "order by measure, month, label"
)


def test_every_figure_is_as_it_is_known_to_be_and_as_it_is_from_files(both: BothDoors) -> None:
    expected = figures(DATABASE / "expected_liquidlogic_database.json.gz")
    assert len(expected) == 25 * 36
    assert wrong_figures(both.database, expected) == []
    published = both.database.rows(PUBLISHED)
    assert published == both.files.rows(PUBLISHED)
    assert {(line["measure"], line["month"]) for line in expected} <= {
        (measure, month) for measure, month, *_ in published
    }


def test_what_is_owed_agrees_with_the_answers_and_with_the_files_row_for_row(
    both: BothDoors,
) -> None:
    found, known = owed(both.database, NIGHT, STATUS_DAY), golden()
    assert len(found) > 36_000
    assert found == owed(both.files, NIGHT, STATUS_DAY)
    named = [row for row in found if row[0] in known.timescales]
    assert differences(known.obligations, named) == {}


def test_every_table_of_ours_has_the_rows_that_it_has_from_files(both: BothDoors) -> None:
    counted = (
        "select table_name, rows_in_file, repeats, held_back, new_versions "
        "from audit.table_load where rows_in_file is not null order by table_name"
    )
    assert both.database.rows(counted) == both.files.rows(counted)


def test_no_value_is_held_back_or_read_otherwise_than_from_files(both: BothDoors) -> None:
    for asked in (
        "select table_name, reason, column_name from audit.rejected_row",
        "select count(*) from restricted.child_identity",
        "select count(*) from warehouse.dim_child where birth_month is not null",
    ):
        assert both.database.rows(asked) == both.files.rows(asked)


# What is read.


@contextmanager
def statements() -> Iterator[list[str]]:
    """What is sent to any database in the block."""
    sent: list[str] = []

    def note(_: Any, __: Any, statement: str, *others: Any) -> None:
        sent.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def test_every_statement_reads_and_none_asks_for_what_is_not_needed(filled: str) -> None:
    with statements() as sent:
        rows(read())
    assert len(sent) > 40
    assert {statement.split()[0].upper() for statement in sent} == {"SELECT"}
    said = "\n".join(sent)
    for column in ("UPN", "NHS_NUMBER", "OUTCOME_COMMENTS", "STREET", "POSTCODE", "*\nFROM"):
        assert column not in said
    of_children = [each for each in sent if '"DIM_PERSON"' in each]
    assert of_children
    assert not any("NAME" in each for each in of_children)
    assert "ORDER BY" not in said.upper()


def test_the_login_could_not_write_in_that_transaction(filled: str) -> None:
    with one_state.one_state(address_of("874", None), None) as state:
        assert state.connection.execute(text("show transaction_isolation")).scalar() == (
            "repeatable read"
        )
        with pytest.raises(Exception, match="read-only transaction"):
            state.connection.execute(text('delete from "Child_Social"."DIM_PERSON"'))


ANSWERS = [
    {"FACT_FORM_ID": "1", "ANSWER_NO": name, "ANSWER": "2014-02-03"}
    for name in ("FormEndDate", "formenddate ", "seenYN", "WasConf", "1A", "2B - Alcohol", "Q17",
                 "")
]  # fmt: skip
NOTES = [
    {"FACT_CASENOTE_ID": str(number), "DIM_LOOKUP_CASNT_TYPE_ID_CODE": kind}
    for number, kind in enumerate(("STVC", "stvl", "STVC - CP visit", "PHONE", "LETTER", ""), 1)
]


@pytest.fixture
def chosen_from(postgresql_server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A database with answers and notes of which some are of use."""
    url = postgresql_server.new_database()
    extract = an_extract(
        tmp_path, FACT_REFERRALS=[{}], FACT_FORM_ANSWERS=ANSWERS, FACT_CASENOTES=NOTES
    )
    fill(url, extract)
    monkeypatch.setenv(URL, url)
    return url


def test_of_the_biggest_tables_only_the_records_of_use_are_read_however_they_are_spelt(
    chosen_from: str,
) -> None:
    with statements() as sent:
        found = rows(read())
    answers = [row["ANSWER_NO"] for row in found["FACT_FORM_ANSWERS"]]
    assert answers == ["FormEndDate", "formenddate ", "seenYN", "WasConf", "1A", "2B - Alcohol"]
    kinds = [row["DIM_LOOKUP_CASNT_TYPE_ID_CODE"] for row in found["FACT_CASENOTES"]]
    assert kinds == ["STVC", "stvl", "STVC - CP visit"]
    [asked] = [each for each in sent if "FACT_FORM_ANSWERS" in each and "count(" not in each]
    assert '"ANSWER_NO" IN (' in asked


def test_what_an_authority_calls_otherwise_is_chosen_by_its_own_words(chosen_from: str) -> None:
    local = Local(
        codes={"visit_type": {"phone": "child_protection"}}, answers={"is_child_seen": ("Q17",)}
    )
    found = rows(read(local))
    answers = {row["ANSWER_NO"] for row in found["FACT_FORM_ANSWERS"]}
    assert "Q17" in answers and "seenYN" not in answers
    kinds = {row["DIM_LOOKUP_CASNT_TYPE_ID_CODE"] for row in found["FACT_CASENOTES"]}
    assert kinds == {"STVC", "stvl", "STVC - CP visit", "PHONE"}


def test_whole_numbers_days_and_nothing_come_as_files_write_them(filled: str) -> None:
    found = rows(read())
    [referral] = found["FACT_REFERRALS"]
    assert referral["FACT_REFERRAL_ID"] == "1"
    assert referral["REFRL_START_DTTM"] == "2014-01-06 00:00:00"
    assert referral["REFRL_END_DTTM"] is None
    assert found["FACT_CONTACTS"][0]["CONTACT_DTTM"] == "2014-11-01 10:00:00"


@pytest.mark.parametrize(
    ("kind", "written", "come"),
    [("timestamptz", "2014-07-01 23:30:00+00", "2014-07-02 00:30:00"),
     ("date", "2014-07-01", "2014-07-01"),
     ("timestamp", "2014-07-01 10:00:00.123", "2014-07-01 10:00:00.123"),
     ("numeric(20, 4)", "12.0000", "12"), ("float8", "1234567", "1234567"),
     ("real", "12345671", "12345671"),
     ("boolean", "t", "true"), ("char(5)", "ab", "ab"), ("text", "ab ", "ab ")],
)  # fmt: skip
def test_every_type_comes_as_text(filled: str, kind: str, written: str, come: str) -> None:
    column = '"FACT_CONTACTS" add column "SAID"'
    with psycopg.connect(filled) as connection:
        connection.execute(f"alter table \"Child_Social\".{column} {kind} default '{written}'")
    local = Local(columns={"FACT_CONTACTS": {"CONTACT_DTTM": "SAID"}})
    assert {row["SAID"] for row in rows(read(local))["FACT_CONTACTS"]} == {come}


def test_the_session_may_write_dates_as_it_likes(filled: str, postgresql_server: Server) -> None:
    name = make_url(filled).database
    postgresql_server.run(f"alter database {name} set datestyle = 'SQL, DMY'")
    assert rows(read())["FACT_CONTACTS"][0]["CONTACT_DTTM"] == "2014-11-01 10:00:00"


# One state of it, in bounded memory.


def run(url: str, statement: str) -> None:
    """Another session's change."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement)


DELETED = 'delete from "Child_Social"."FACT_REFERRALS"'


def test_what_changes_while_the_night_is_read_is_not_seen(filled: str) -> None:
    found = {}
    with closing(read()) as tables:
        for table in tables:
            if not found:
                run(filled, DELETED)
            found[table.name] = table.content.read_all().num_rows
    assert found["FACT_REFERRALS"] == 1


@pytest.fixture
def without_snapshots(monkeypatch: pytest.MonkeyPatch) -> None:
    """As a database that does not let its tables be read in one state."""

    def begun(connection: Any, *_: Any) -> State:
        return State(connection.execution_options(isolation_level="READ COMMITTED"), False)

    monkeypatch.setattr(one_state, "_begun", begun)


@pytest.mark.usefixtures("without_snapshots")
def test_without_snapshots_a_night_in_which_nothing_changed_is_read(filled: str) -> None:
    assert len(rows(read())["FACT_CONTACTS"]) == 3


@pytest.mark.usefixtures("without_snapshots")
@pytest.mark.parametrize("after", ["DIM_DEPARTMENT", "FACT_SINGLE_ASSESSMENT"])
def test_without_snapshots_a_table_that_changes_stops_the_night(filled: str, after: str) -> None:
    """Before it is read, or when it was."""
    with closing(read()) as tables, pytest.raises(NightStopped) as stopped:
        for table in tables:
            table.content.read_all()
            if table.name == after:
                run(filled, DELETED)
    assert stopped.value.what.startswith("Child_Social.FACT_REFERRALS changed while the night")


def test_rows_come_in_batches(filled: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "ROWS", 2)
    batches = {table.name: [batch.num_rows for batch in table.content] for table in read()}
    assert batches["FACT_CONTACTS"] == [2, 1]


# What fails half-way.


@pytest.fixture
def big(filled: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """Its contacts come in many batches."""
    monkeypatch.setattr(reading, "ROWS", 1000)
    run(filled, 'insert into "Child_Social"."FACT_CONTACTS" ("FACT_CONTACT_ID", "DIM_PERSON_ID") '
                "select 10 + n, 1 from generate_series(1, 200000) as n")  # fmt: skip
    return filled


def test_a_connection_that_is_cut_half_way_is_a_fault_worth_another_try(
    big: str, postgresql_server: Server
) -> None:
    name = make_url(big).database
    sessions = f"pg_stat_activity where datname = '{name}' and pid <> pg_backend_pid()"
    with closing(read()) as tables, pytest.raises(ConnectionFault) as fault:
        for table in tables:
            for number, _ in enumerate(table.content):
                if table.name == "FACT_CONTACTS" and number == 3:
                    postgresql_server.run(f"select pg_terminate_backend(pid, 5000) from {sessions}")
    assert "went away while Child_Social.FACT_CONTACTS was read" in fault.value.what
    assert fault.value.__cause__ is None


def test_of_a_night_that_failed_nothing_is_left_and_it_loads_again(
    big: str, postgresql_server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = authority(tmp_path)
    real: Callable[..., Any] = reading._as_arrow

    def cut(result: Any, schema: Any) -> Iterator[Any]:
        for number, batch in enumerate(real(result, schema)):
            if number == 3:
                name = make_url(big).database
                postgresql_server.run(
                    "select pg_terminate_backend(pid, 5000) from pg_stat_activity "
                    f"where datname = '{name}' and pid <> pg_backend_pid()"
                )
            yield batch

    monkeypatch.setattr(reading, "_as_arrow", cut)
    night = judge(None, own, asked=date(2014, 11, 3))
    assert night.exit_code == 1 and "failed or went away" in night.message
    assert list((tmp_path / "landing" / "work").iterdir()) == []
    monkeypatch.setattr(reading, "_as_arrow", real)
    again = judge(None, own, asked=date(2014, 11, 3), lands_only=True)
    assert again.landed["FACT_CONTACTS"] == 200_003


def test_text_in_another_encoding_than_the_database_says_stops_the_night(
    filled: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def misread(*_: Any) -> Iterator[Any]:
        raise UnicodeDecodeError("utf-8", b"Zqx", 0, 1, "invalid start byte")
        yield

    monkeypatch.setattr(reading, "_as_arrow", misread)
    with pytest.raises(NightStopped) as stopped:
        rows(read())
    assert "not in the encoding" in stopped.value.what
    assert "Zqx" not in str(stopped.value)


def test_a_table_that_is_taken_away_from_the_login_meanwhile_is_named(
    filled: str, postgresql_server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = str(make_url(filled).database)
    role = f"once_{name}"
    postgresql_server.run(f"create role {role} login")
    for grant in (
        'usage on schema "Child_Social"',
        'select on all tables in schema "Child_Social"',
    ):
        postgresql_server.run(f"grant {grant} to {role}", name)
    monkeypatch.setenv(URL, postgresql_server.url(name, role))
    with closing(read()) as tables, pytest.raises(NightStopped) as stopped:
        for table in tables:
            table.content.read_all()
            postgresql_server.run(f'revoke select on "Child_Social"."FACT_S47" from {role}', name)
    assert stopped.value.what == "The database does not let this login read Child_Social.FACT_S47."


# How it is asked for.


def test_a_night_is_of_the_day_it_is_unless_it_is_asked_for_another(
    filled: str, tmp_path: Path
) -> None:
    from etl.night.begin import begin

    warehouse = f"duckdb:///{tmp_path / 'w.duckdb'}"
    own = authority(tmp_path)
    today = begin(None, own, warehouse)
    assert today.arrival.where is None
    assert abs((today.extract_date - date.today()).days) <= 1  # noqa: DTZ011
    assert begin(None, own, warehouse, extract_date=date(2014, 11, 3)).extract_date == NIGHT
    assert "extract" in today.to_json() and filled not in str(today.to_json())
    again = type(today).from_json(today.to_json(), warehouse=warehouse)
    assert again == replace(today, warehouse=warehouse)


def test_the_manifest_of_a_landed_night_names_tables_and_no_url(
    filled: str, tmp_path: Path
) -> None:
    council = Council(tmp_path / "council", authority(tmp_path))
    council.folder.mkdir()
    ran = command("load", "--authority", council.authority, "--warehouse", council.url,
                  "--date", NIGHT)  # fmt: skip
    assert ran.exit_code == 0, ran.err
    [manifest] = (council.folder / "landing").rglob("2014-11-03/manifest.json")
    said = manifest.read_text(encoding="utf-8")
    assert '"file": "Child_Social.DIM_PERSON"' in said
    assert "postgres" not in said
    landed = command("load", manifest.parent, "--authority", council.authority, "--warehouse",
                     council.url)  # fmt: skip
    assert "already loaded" in landed.out
    given = command("load", tmp_path / "whole" / "2014-11-03", "--authority", council.authority,
                    "--warehouse", council.url)  # fmt: skip
    assert given.exit_code == 2
    assert "asked of a database" in given.err
