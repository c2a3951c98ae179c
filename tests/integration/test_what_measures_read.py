"""The views and columns that are found in a measure's text are those that it reads: PostgreSQL says
which columns a view needs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from nights.loading import command
from servers.postgresql import Server

from etl.derive.register import RULES
from etl.publish.as_known import AsKnown, seen_as_known, shared_views
from etl.publish.measures import Measure, measures
from etl.warehouse import Session, open_warehouse

pytestmark = pytest.mark.slow

MEASURES = {measure.measure: measure for measure in measures({r.timescale: "" for r in RULES})}
READ = """
select read.relname, attribute.attname
from pg_rewrite as rule
join pg_depend as need on need.objid = rule.oid and need.classid = 'pg_rewrite'::regclass
join pg_class as read on read.oid = need.refobjid
join pg_attribute as attribute
    on attribute.attrelid = read.oid and attribute.attnum = need.refobjsubid
where rule.ev_class = cast(:view as regclass)
"""


@pytest.fixture(scope="module")
def session(postgresql_server: Server) -> Iterator[Session]:
    """One of an empty warehouse, with every shared view."""
    url = postgresql_server.new_database()
    assert command("upgrade", "--warehouse", url).exit_code == 0
    asked = AsKnown("900", *[date(2026, 3, 1)] * 3)
    with open_warehouse(url).reading() as session, seen_as_known(session, asked, shared_views()):
        yield session


def read_by(session: Session, measure: Measure) -> dict[str, set[str]]:
    """What the measure reads, itself or through what it reads."""
    sql = measure.sql.replace(":timescale", f"'{measure.timescale}'")
    sql = sql.replace(":ethnic_group", f"'{measure.ethnic_group}'")
    session.run(f"create temporary view reader as {sql}")
    found: dict[str, set[str]] = {}
    waiting = ["reader"]
    while waiting:
        for view, column in session.rows(READ, view=waiting.pop()):
            if view in shared_views():
                waiting += [view] * (view not in found)
                found.setdefault(view, set()).add(column)
    session.run("drop view reader")
    return found


@pytest.mark.parametrize("name", MEASURES)
def test_what_is_found_in_a_measures_text_is_what_it_reads(session: Session, name: str) -> None:
    assert MEASURES[name].reads == read_by(session, MEASURES[name])
