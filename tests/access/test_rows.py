"""Two authorities in one warehouse, loaded by a login that is a member of csc_loader and nothing
more: each reader sees the rows of his own, by whatever way he asks."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from unittest import mock

import psycopg
import pytest
from nights import editing
from nights.loading import WESTMERE, Ran, command
from servers.postgresql import Server

from access.people import (
    OURS,
    REFUSED,
    SCHEMAS,
    Warehouse,
    a_warehouse,
    ask,
    refusal,
    unless_there,
    user,
)
from etl.demo.extract import write_extract
from etl.settings import PROJECT, QUERIES, VIEWS
from etl.warehouse import views

pytestmark = [pytest.mark.slow, pytest.mark.analysts]

FIRST_NIGHT, NIGHT, NEXT_NIGHT = date(2026, 2, 3), date(2026, 3, 3), date(2026, 3, 4)
FROZEN = "2026-01"
OWN, OTHER = "901", "902"
# Tables of no authority's rows, which everybody reads whole who may read them.
OF_NO_AUTHORITY = {"warehouse.dim_date", "report.measure", "audit.schema_version"}
# What two nights leave without rows of an authority: Westmere has no codes of its own, and knows of
# no step in a measure.
WITHOUT_ROWS = {
    "restricted.erasure_secret", "restricted.erased_child", "audit.privacy_action",
    "warehouse.dim_code", "warehouse.dim_publication_step",
}  # fmt: skip
MEASURES_AND_STATUS = (
    "timescale_obligation", "monthly_measure", "monthly_measure_by_team", "current_measure",
    "comparison", "last_extract",
)  # fmt: skip
# Beside 902, which is in the warehouse.
NOT_AUTHORITIES = (
    "csc_authority_", "csc_authority_%", "csc_authority_90_", "csc_authority_902' or '' = '",
    'csc_authority_"902"', "csc_authority_ 902", "csc_authority_902x", "xcsc_authority_902",
)  # fmt: skip


@dataclass(frozen=True)
class TwoAuthorities:
    """The warehouse, its loader's URL, and the folder of extracts and authorities' files."""

    warehouse: Warehouse
    loader: str
    folder: Path

    def load_with_earlier_views(self, la_code: str) -> Ran:
        """Load a night by a release in whose views a team had one column less."""
        earlier = self.folder / "views"
        earlier.mkdir()
        for file in VIEWS.iterdir():
            text = file.read_text(encoding="utf-8").replace("\n    team_id,\n", "\n")
            (earlier / file.name).write_text(text, encoding="utf-8")
        with mock.patch.object(views, "VIEWS", earlier):
            return self.load(self.loader, la_code, FIRST_NIGHT)

    def load(self, url: str, la_code: str, night: date) -> Ran:
        """Load a night of an authority as this login. From the second on, a contact is missing."""
        extract = write_extract(
            self.folder / la_code, children=1000, extract_date=night, seed=int(la_code)
        )
        if night > FIRST_NIGHT:
            leave_out_a_contact(extract)
        authority = self.folder / f"{la_code}.toml"
        text = WESTMERE.read_text(encoding="utf-8")
        authority.write_text(text.replace('la_code = "900"', f'la_code = "{la_code}"'))
        return command(
            "load", extract, "--authority", authority, "--warehouse", url,
            "--landing", self.folder / "landing",
        )  # fmt: skip

    def freeze(self, la_code: str) -> None:
        """Freeze a month of an authority."""
        ran = command("freeze", FROZEN, "--la-code", la_code, "--warehouse", self.loader)
        assert ran.exit_code == 0, ran.err

    def columns(self) -> dict[str, set[str]]:
        """The columns of every table and view."""
        found = self.warehouse.administer(
            "select table_schema || '.' || table_name, array_agg(column_name::text) "
            "from information_schema.columns "
            f"where table_schema in {SCHEMAS} group by 1 order by 1"
        )
        return {relation: set(columns) for relation, columns in found}


def leave_out_a_contact(extract: Path) -> None:
    """Leave out one of the month that is frozen."""
    missing = next(
        row["FACT_CONTACT_ID"]
        for row in editing.read(extract, "FACT_CONTACTS")
        if row["CONTACT_DTTM"].startswith(FROZEN)
    )
    editing.drop_row(extract, "FACT_CONTACTS", "FACT_CONTACT_ID", missing)
    (extract / "MANIFEST.csv").unlink()


def authority_of_a_row(columns: set[str]) -> str:
    """SQL of the authority that a row of these columns is of; empty for none."""
    if "la_code" in columns:
        return "la_code"
    return "split_part(run_id, '-', 1)" if "run_id" in columns else "''"


@dataclass(frozen=True)
class Reader:
    """A kind of login, and whose rows it sees beside those of no authority."""

    role: str
    authorities: tuple[str, ...]

    def login(self, warehouse: Warehouse) -> str:
        """The URL of a new one."""
        return warehouse.login(self.role, *(f"csc_authority_{code}" for code in self.authorities))

    def __str__(self) -> str:
        return f"{self.role} of {' and '.join(self.authorities) or 'none'}"


ANALYST = Reader("csc_analyst", (OWN,))
EVERY_READER = (
    ANALYST,
    Reader("csc_analyst", (OTHER,)),
    Reader("csc_analyst", (OWN, OTHER)),
    Reader("csc_analyst", ()),
    Reader("csc_operational", (OWN,)),
    Reader("csc_auditor", (OWN,)),
)
OF_ONE_AUTHORITY = tuple(reader for reader in EVERY_READER if reader.authorities == (OWN,))


@pytest.fixture(scope="module")
def two(
    postgresql_server: Server, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[TwoAuthorities]:
    """The second authority's night replaces the views that the first one's made. A month of each
    is frozen, and has moved since."""
    with a_warehouse(postgresql_server) as warehouse:
        loader = warehouse.login("csc_loader")
        two = TwoAuthorities(warehouse, loader, tmp_path_factory.mktemp("two"))
        first = two.load_with_earlier_views(OWN)
        assert first.exit_code == 0, first.err
        assert "team_id" not in two.columns()["report.team"]
        second = two.load(loader, OTHER, FIRST_NIGHT)
        assert second.exit_code == 0, second.err
        for la_code in (OWN, OTHER):
            two.freeze(la_code)
            later = two.load(loader, la_code, NIGHT)
            assert later.exit_code == 0, later.err
        yield two


@pytest.fixture(scope="module")
def analyst(two: TwoAuthorities) -> str:
    """The URL of an analyst of one authority."""
    return ANALYST.login(two.warehouse)


@pytest.fixture
def sandbox(two: TwoAuthorities) -> Iterator[str]:
    """A schema in which every analyst may make what he likes."""
    two.warehouse.administer("create schema sandbox; grant all on schema sandbox to csc_analyst")
    yield "sandbox"
    two.warehouse.administer("drop schema sandbox cascade")


def ids_of(two: TwoAuthorities, la_code: str) -> set[str]:
    """The ids of the referrals of an authority."""
    found = two.warehouse.administer(
        f"select referral_id from warehouse.fact_referral where la_code = '{la_code}'"
    )
    return {referral_id for (referral_id,) in found}


def test_everything_belongs_to_the_loaders_role_and_not_to_the_login(two: TwoAuthorities) -> None:
    owners = two.warehouse.administer(
        f"select relowner::regrole::text from pg_class where {OURS} "
        f"union select nspowner::regrole::text from pg_namespace where nspname in {SCHEMAS}"
    )
    assert owners == [("csc_loader",)]
    login = ask(two.loader, "select rolsuper from pg_roles where rolname = current_user")
    assert login == [(False,)]


def test_each_table_has_row_policies_and_each_view_its_readers_rights(two: TwoAuthorities) -> None:
    unguarded = two.warehouse.administer(
        f"select relname from pg_class where {OURS} and relkind <> 'i' and not ("
        "relkind = 'r' and relrowsecurity or "
        "relkind = 'v' and 'security_invoker=true' = any (reloptions))"
    )
    assert unguarded == []


def test_only_days_measures_and_the_revision_are_shown_whoever_asks(two: TwoAuthorities) -> None:
    shown = two.warehouse.administer(
        "select polrelid::regclass::text from pg_policy "
        "where pg_get_expr(polqual, polrelid) = 'true'"
    )
    assert {relation for (relation,) in shown} == OF_NO_AUTHORITY


def test_every_other_table_has_rows_of_both_authorities(two: TwoAuthorities) -> None:
    # Else what a reader does not see of them would show nothing.
    columns, lacking = two.columns(), set()
    for table in [name for name, kind, _ in two.warehouse.relations() if kind == "r"]:
        code = authority_of_a_row(columns[table])
        found = two.warehouse.administer(
            f"select distinct {code} from {table} where {code} in ('{OWN}', '{OTHER}')"
        )
        if len(found) < 2:
            lacking.add(table)
    assert lacking == OF_NO_AUTHORITY | WITHOUT_ROWS


@pytest.mark.parametrize("reader", EVERY_READER, ids=str)
def test_a_reader_sees_the_rows_of_his_authorities_in_every_table_view_and_measure(
    two: TwoAuthorities, reader: Reader
) -> None:
    seen, wanted = {}, {}
    with (
        psycopg.connect(reader.login(two.warehouse)) as asking,
        psycopg.connect(two.warehouse.url) as knowing,
    ):
        for relation, columns in two.columns().items():
            rows = f"select count(*), sum(hashtext(row::text)) from {relation} as row"
            if refusal(asking, rows):
                continue
            of_his = f"{authority_of_a_row(columns)} = any (%s)"
            seen[relation] = asking.execute(rows.encode()).fetchone()
            wanted[relation] = knowing.execute(
                f"{rows} where {of_his}".encode(), [["", *reader.authorities]]
            ).fetchone()
    assert len(seen) > 60
    assert seen == wanted


@pytest.mark.parametrize("view", MEASURES_AND_STATUS)
def test_an_analyst_finds_nothing_of_another_authority_in_the_report(
    two: TwoAuthorities, analyst: str, view: str
) -> None:
    other = f"select count(*) from report.{view} where la_code = '{OTHER}'"
    assert ask(analyst, other) == [(0,)]
    assert two.warehouse.administer(other) != [(0,)]


def test_an_operational_reader_knows_whose_the_records_of_his_authority_are(
    two: TwoAuthorities,
) -> None:
    operational = Reader("csc_operational", (OWN,)).login(two.warehouse)
    found = ask(
        operational,
        "select identity.la_code, count(*) > 0, count(*) = count(case_number) "
        "from report.child join restricted.child_identity as identity using (child_key) "
        "group by identity.la_code",
    )
    assert found == [(OWN, True, True)]


@pytest.mark.parametrize("relation", ["warehouse.fact_referral", "report.referral"])
def test_a_function_that_tells_what_it_is_given_is_given_no_other_authoritys_row(
    two: TwoAuthorities, analyst: str, sandbox: str, relation: str
) -> None:
    told = set()
    with psycopg.connect(analyst) as connection:
        connection.add_notice_handler(lambda notice: told.add(notice.message_primary))
        connection.execute(
            "create function sandbox.tell(said text) returns boolean language plpgsql "
            "cost 0.0001 as $$ begin raise notice '%', said; return true; end $$"
        )
        connection.execute(f"select * from {relation} where sandbox.tell(referral_id)".encode())
        connection.rollback()
    assert told == ids_of(two, OWN)


def test_a_view_of_ones_own_shows_each_reader_the_rows_of_his_authority(
    two: TwoAuthorities, analyst: str, sandbox: str
) -> None:
    with psycopg.connect(analyst) as connection:
        connection.execute("create view sandbox.mine as select * from warehouse.fact_referral")
        connection.execute("grant select on sandbox.mine to public")
    other = Reader("csc_analyst", (OTHER,)).login(two.warehouse)
    seen = "select distinct la_code from sandbox.mine"
    assert (ask(analyst, seen), ask(other, seen)) == ([(OWN,)], [(OTHER,)])


@pytest.mark.parametrize("relation", ["warehouse.fact_referral", "report.referral"])
def test_copying_a_table_out_copies_the_rows_of_ones_own_authority(
    two: TwoAuthorities, analyst: str, relation: str
) -> None:
    # A table is copied by its name, a view by a query.
    copied = relation if relation.startswith("warehouse.") else f"(table {relation})"
    with (
        psycopg.connect(analyst) as connection,
        connection.cursor().copy(f"copy {copied} to stdout".encode()) as copy,
    ):
        rows = list(copy.rows())
    own = f"select count(*) from {relation} where la_code = '{OWN}'"
    assert two.warehouse.administer(own) == [(len(rows),)]
    assert all(OWN in row for row in rows)


@pytest.mark.parametrize("reader", OF_ONE_AUTHORITY, ids=str)
def test_the_planners_samples_of_values_are_shown_to_no_reader(
    two: TwoAuthorities, reader: Reader
) -> None:
    url = reader.login(two.warehouse)
    for statistics in ("pg_stats", "pg_stats_ext", "pg_stats_ext_exprs"):
        sampled = f"select count(*) from {statistics} where schemaname in {SCHEMAS}"
        assert ask(url, sampled) == [(0,)]
    with psycopg.connect(url) as connection:
        assert refusal(connection, "table pg_statistic") == REFUSED


def test_the_planner_keeps_no_sample_of_an_identity(two: TwoAuthorities) -> None:
    two.warehouse.administer("analyze restricted.child_identity")
    sampled = "select count(*) > 0 from pg_stats where schemaname = '{}'"
    assert two.warehouse.administer(sampled.format("restricted")) == [(False,)]
    assert two.warehouse.administer(sampled.format("warehouse")) == [(True,)]


def test_the_planner_knows_the_figures_that_the_last_night_published(two: TwoAuthorities) -> None:
    # Without, asking report.comparison for the new authority took 44 seconds.
    known = two.warehouse.administer(
        "select most_common_vals::text from pg_stats "
        "where tablename = 'monthly_measure' and attname = 'la_code'"
    )
    assert known == [(f"{{{OWN},{OTHER}}}",)]


def test_no_plan_tells_that_another_authority_has_an_id(two: TwoAuthorities, analyst: str) -> None:
    def plan(referral_id: str) -> str:
        rows = connection.execute(
            "explain (analyze, costs off, timing off, summary off, buffers off) "
            "select from warehouse.fact_referral "
            f"where la_code = '{OTHER}' and referral_id = '{referral_id}'".encode()
        )
        return "\n".join(line for (line,) in rows).replace(referral_id, "ID")

    with psycopg.connect(analyst) as connection:
        connection.execute("set enable_seqscan = off; set enable_bitmapscan = off")
        known, unknown = plan(min(ids_of(two, OTHER))), plan("no such id")
    assert "fact_referral_pkey" in known
    assert known == unknown


def test_whose_rows_may_be_read_is_asked_once_for_each_table_of_a_query(analyst: str) -> None:
    [(text,)] = ask(
        analyst,
        "explain (analyze, format json) select count(*) from warehouse.fact_visit as visit "
        "join warehouse.dim_child as child on child.child_key = visit.child_key",
    )
    asked = [node["Actual Loops"] for node in _nodes(text[0]["Plan"]) if "Subplan Name" in node]
    assert asked == [1, 1]
    assert "InitPlan" in json.dumps(text)
    assert "SubPlan" not in json.dumps(text)


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for part in plan.get("Plans", []):
        yield from _nodes(part)


def quoted(role: str) -> str:
    return '"' + role.replace('"', '""') + '"'


def test_a_role_named_for_no_authority_opens_nothing(two: TwoAuthorities) -> None:
    url = two.warehouse.login("csc_analyst")
    for name in NOT_AUTHORITIES:
        two.warehouse.administer(unless_there(f"create role {quoted(name)}"))
        two.warehouse.administer(f"grant {quoted(name)} to {user(url)}")
    assert ask(url, "select distinct la_code from warehouse.dim_child") == [("",)]
    for name in NOT_AUTHORITIES:
        two.warehouse.administer(f"drop role {quoted(name)}")


def test_setting_a_role_of_ones_own_shows_less_and_not_more(analyst: str) -> None:
    with psycopg.connect(analyst) as connection:
        connection.execute("set role csc_analyst")
        seen = connection.execute("select distinct la_code from report.child").fetchall()
        assert seen == [("",)]
        connection.execute(f"set role csc_authority_{OWN}".encode())
        assert refusal(connection, "select * from report.child") == REFUSED


@pytest.mark.parametrize("reader", OF_ONE_AUTHORITY, ids=str)
def test_a_reader_asks_for_status_and_an_explanation_on_the_command_line(
    two: TwoAuthorities, reader: Reader
) -> None:
    url = reader.login(two.warehouse)
    status = command("status", "--warehouse", url)
    assert status.exit_code == 0, status.err
    assert OWN in status.out
    assert OTHER not in status.out
    [(plan_id,)] = two.warehouse.administer(
        "select min(subject_id) from warehouse.fact_timescale_obligation "
        f"where timescale = 'child_protection_visit' and la_code = '{OWN}'"
    )
    explained = command("explain", "child_protection_visit", plan_id, "--warehouse", url)
    assert explained.exit_code == 0, explained.err
    assert f"authority {OWN}" in explained.out


def test_another_authoritys_record_is_explained_as_one_that_is_not_there(
    two: TwoAuthorities, analyst: str
) -> None:
    [(plan_id,)] = two.warehouse.administer(
        "select min(subject_id) from warehouse.fact_timescale_obligation "
        f"where timescale = 'child_protection_visit' and la_code = '{OTHER}' and subject_id not in "
        f"(select subject_id from warehouse.fact_timescale_obligation where la_code = '{OWN}')"
    )
    asked = ("explain", "child_protection_visit", plan_id, "--la-code", OTHER)
    ran = command(*asked, "--warehouse", analyst)
    assert ran.exit_code == 2
    assert "No child_protection_visit was ever owed on a record of that id." in ran.err


def test_an_analyst_asks_what_the_readme_asks(analyst: str) -> None:
    readme = (PROJECT / "README.md").read_text(encoding="utf-8")
    queries = re.findall(r"```sql\n(select.*?)```", readme, re.DOTALL)
    status = (QUERIES / "timescale_status.sql").read_text(encoding="utf-8")
    for day in (":known_on", ":on"):
        status = status.replace(day, f"date '{NIGHT}'")
    assert len(queries) >= 4
    for query in (*queries, status):
        assert ask(analyst, query)


@pytest.mark.parametrize("file", sorted(QUERIES.rglob("*.sql")), ids=lambda file: file.stem)
def test_an_analyst_asks_the_questions_of_most_weeks(analyst: str, file: Path) -> None:
    query = file.read_text(encoding="utf-8")
    for day in (":known_on", ":on", ":since", ":until"):
        query = query.replace(day, f"date '{NIGHT}'")
    assert {row[0] for row in ask(analyst, query)} <= {OWN}


def test_an_analyst_exports_the_authorities_that_the_login_may_see(
    analyst: str, tmp_path: Path
) -> None:
    ran = command("export", tmp_path / "export", "--warehouse", analyst)
    assert ran.exit_code == 0, ran.err
    about = json.loads((tmp_path / "export" / "export.json").read_text(encoding="utf-8"))
    assert [one["la_code"] for one in about["authorities"]] == [OWN]
    children = (tmp_path / "export" / "child.csv").read_text(encoding="utf-8-sig")
    assert f",{OWN}," in children
    assert f",{OTHER}," not in children


def test_an_analyst_makes_the_report_that_the_loader_makes_of_the_analysts_authority(
    two: TwoAuthorities, analyst: str, tmp_path: Path
) -> None:
    asked = ("report", FROZEN, "--public", "--warehouse")
    own = command(*asked, analyst, "--out", tmp_path / "analyst")
    assert own.exit_code == 0, own.err
    whole = command(*asked, two.loader, "--la-code", OWN, "--out", tmp_path / "loader")
    assert whole.exit_code == 0, whole.err
    page, workbook = sorted((tmp_path / "loader").iterdir())
    assert (tmp_path / "analyst" / page.name).read_bytes() == page.read_bytes()
    assert (tmp_path / "analyst" / workbook.name).read_bytes() == workbook.read_bytes()
    others = command(*asked, analyst, "--la-code", OTHER, "--out", tmp_path / "other")
    assert (others.exit_code, len(others.parts)) == (2, 4)
    assert not (tmp_path / "other").exists()


def test_an_analyst_recounts_the_figures_of_the_analysts_authority(analyst: str) -> None:
    ran = command("recount", "--warehouse", analyst)
    assert ran.exit_code == 0, ran.err
    assert f"authority {OWN}" in ran.out


@pytest.mark.parametrize("role", ["csc_operational", "csc_auditor"])
def test_who_may_make_no_temporary_table_is_told_that_analysts_make_reports(
    two: TwoAuthorities, tmp_path: Path, role: str
) -> None:
    url = Reader(role, (OWN,)).login(two.warehouse)
    ran = command("report", FROZEN, "--warehouse", url, "--out", tmp_path / "reports")
    assert (ran.exit_code, ran.parts) == (2, ["What", "Where", "Means", "Next"])
    assert "make reports and measures as one of csc_analyst" in ran.err
    assert not (tmp_path / "reports").exists()


@pytest.mark.parametrize("role", ["csc_analyst", "no role"])
def test_a_load_by_somebody_else_is_refused_in_four_parts(two: TwoAuthorities, role: str) -> None:
    warehouse = two.warehouse
    url = warehouse.visitor() if role == "no role" else ANALYST.login(warehouse)
    ran = two.load(url, OWN, NEXT_NIGHT)
    assert ran.exit_code == 2
    assert ran.parts == ["What", "Where", "Means", "Next"]
    assert "insufficient privilege" in ran.err
    loaded = "select count(*) from audit.load_run where extract_date = '{}'"
    assert warehouse.administer(loaded.format(NEXT_NIGHT)) == [(0,)]


def test_what_was_granted_holds_for_views_that_a_night_made_anew(
    two: TwoAuthorities, analyst: str
) -> None:
    assert "team_id" in two.columns()["report.team"]
    assert ask(analyst, "select distinct la_code from report.team where team_id <> ''") == [(OWN,)]
