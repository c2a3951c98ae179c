"""What a load lets PostgreSQL's planner know of what it wrote: enough, and no more."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from servers.postgresql import Server
from servers.waiting import until
from sqlalchemy import make_url

from etl.warehouse.postgresql import locks
from etl.warehouse.postgresql.statistics import tell_planner
from etl.warehouse.postgresql.warehouse import PostgreSQLWarehouse
from etl.warehouse.session import Session

MANY, FEW = 2000, 40
KNOWN, NEW = "901", "902"


def write(url: str, la_code: str, measure: str, number: int) -> None:
    """A load that writes so many figures of an authority, each of another month."""
    with PostgreSQLWarehouse(url).writing(la_code) as session:
        session.run(
            "insert into report.monthly_measure (la_code, month, measure, label) "
            "select :la_code, date '1900-01-01' + n, :measure, 'latest' "
            "from generate_series(1, :number) as n",
            la_code=la_code, measure=measure, number=number,
        )  # fmt: skip


WAITING_FOR_LONG = """
select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'
and clock_timestamp() - query_start > interval '100 ms'
"""


@pytest.fixture
def url(postgresql_server: Server) -> str:
    """A warehouse with many figures of one authority, of which the load that wrote them told the
    planner."""
    made = postgresql_server.new_database()
    write(made, KNOWN, "referrals", MANY)
    # Which the server counts a moment after the load is over.
    until(
        lambda: postgresql_server.run(
            "select 1 from pg_stat_user_tables "
            f"where relname = 'monthly_measure' and n_live_tup = {MANY}",
            name_of(made),
        ),
        within=60,
        what="the figures that were written are counted",
    )
    return made


def name_of(url: str) -> str:
    """The database's."""
    return str(make_url(url).database)


def told(server: Server, url: str, column: str) -> dict[str, float]:
    """Which values the planner knows of a column of the figures, and how often each is there."""
    found = server.run(
        "select most_common_vals::text::text[], most_common_freqs from pg_stats "
        f"where tablename = 'monthly_measure' and attname = '{column}'",
        name_of(url),
    )
    return dict(zip(*found[0], strict=True))


def test_it_knows_an_authority_that_brings_few_rows_beside_many(
    postgresql_server: Server, url: str
) -> None:
    assert told(postgresql_server, url, "la_code") == {KNOWN: 1.0}
    write(url, NEW, "contacts", FEW)
    assert told(postgresql_server, url, "la_code").keys() == {KNOWN, NEW}
    # Nothing else was looked at: it costs what all authorities have.
    assert told(postgresql_server, url, "measure").keys() == {"referrals"}


def test_it_is_not_told_again_of_a_table_in_which_little_changed(
    postgresql_server: Server, url: str
) -> None:
    write(url, KNOWN, "contacts", FEW)
    assert told(postgresql_server, url, "la_code") == {KNOWN: 1.0}
    assert told(postgresql_server, url, "measure").keys() == {"referrals"}


def test_it_is_told_all_of_a_table_in_which_much_changed(
    postgresql_server: Server, url: str
) -> None:
    write(url, KNOWN, "contacts", MANY // 5)
    assert told(postgresql_server, url, "measure").keys() == {"referrals", "contacts"}


def test_it_is_told_all_of_a_table_of_which_it_knows_no_more_than_how_many_rows_there_are(
    postgresql_server: Server, url: str
) -> None:
    """As after a backup was restored: its rows come with none of what the planner knew of them."""
    forget = "delete from pg_statistic where starelid = 'report.monthly_measure'::regclass"
    postgresql_server.run(forget, name_of(url))
    write(url, KNOWN, "contacts", FEW)
    assert told(postgresql_server, url, "la_code") == {KNOWN: 1.0}
    assert told(postgresql_server, url, "measure").keys() == {"referrals", "contacts"}


def test_another_load_that_tells_it_of_a_table_is_waited_for(
    postgresql_server: Server, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Longer than for an analyst's transaction: that load may be about to count its figures."""
    monkeypatch.setattr(locks, "LOCK_TIMEOUT", "10ms")
    with ThreadPoolExecutor() as beside:
        with PostgreSQLWarehouse(url).writing(KNOWN) as session:
            session.run("update report.monthly_measure set measure = 'contacts'")
            tell_planner(session, KNOWN, "report")
            other = beside.submit(write, url, NEW, "contacts", MANY)
            until(
                lambda: other.done() or postgresql_server.run(WAITING_FOR_LONG, name_of(url)),
                within=60,
                what="the other load waits",
            )
        assert other.exception() is None
    assert told(postgresql_server, url, "la_code").keys() == {KNOWN, NEW}


def add_members(session: Session, la_code: str, *members: str) -> None:
    """Many members of an authority in each of these dimensions."""
    for member in members:
        session.run(
            f"insert into warehouse.dim_{member} (la_code, {member}_key, run_id, known_from, "
            "known_to) select :la_code, :la_code::bigint * 10000 + n, 'run', date '2026-03-01', "
            "date '9999-12-31' from generate_series(1, :number) as n",
            la_code=la_code, number=MANY,
        )  # fmt: skip


def test_a_load_that_tells_it_of_further_tables_does_not_wait_for_one_that_waits_for_it(
    postgresql_server: Server, url: str
) -> None:
    """As a change of several nights does, which keeps the tables that it told of."""

    def load_other() -> None:
        with PostgreSQLWarehouse(url).writing(NEW) as session:
            add_members(session, NEW, "family", "team")
            session.refresh_statistics(NEW)

    with ThreadPoolExecutor() as beside:
        with PostgreSQLWarehouse(url).writing(KNOWN) as session:
            add_members(session, KNOWN, "team")
            session.refresh_statistics(KNOWN)
            other = beside.submit(load_other)
            until(
                lambda: other.done() or postgresql_server.run(WAITING_FOR_LONG, name_of(url)),
                within=60,
                what="the other load waits",
            )
            add_members(session, KNOWN, "family")
            session.refresh_statistics(KNOWN)
        assert other.exception() is None
