"""What the server's planner is told of the tables that a load writes."""

from __future__ import annotations

from collections.abc import Sequence

from etl.warehouse.postgresql.locks import wait_to_tell_of_star, waiting_for_loads
from etl.warehouse.session import Session

# Of every table of the schemas that the planner is to be told of: all where as many as a tenth of
# its rows changed tonight or came since it last was, or where it has rows and knows nothing, as
# after a backup was restored, which makes known how many there are and no more; else, where
# tonight's authority has rows that it would take for none, as it was told of every authority but
# this, which rows are whose. How many changed since, the server says wrongly of a table that a load
# told of: it counts what that load wrote before.
_TO_TELL = """
select relation || case when has_much_changed then '' else ' (la_code)' end
from (
    select
        nspname || '.' || relname as relation,
        changed_tonight + abs(pg_stat_get_live_tuples(oid) - reltuples) > reltuples / 10
            or reltuples > 0 and not is_known as has_much_changed,
        changed_tonight > 0 and n_distinct <= cardinality(authorities)
            and not :la_code = any (authorities) as is_authority_unknown
    from (
        select
            pg_class.oid, nspname, relname, reltuples, n_distinct,
            most_common_vals::text::text[] as authorities,
            pg_stat_get_xact_tuples_inserted(pg_class.oid)
                + pg_stat_get_xact_tuples_updated(pg_class.oid)
                + pg_stat_get_xact_tuples_deleted(pg_class.oid) as changed_tonight,
            (nspname, relname) in (select schemaname, tablename from pg_stats) as is_known
        from pg_class
        join pg_namespace on pg_namespace.oid = relnamespace
        left join pg_stats
            on schemaname = nspname and tablename = relname and attname = 'la_code'
        where nspname = any (:schemas) and relkind = 'r'
    ) as counted
) as said
where has_much_changed or is_authority_unknown
order by relation
"""


def tell_little(session: Session) -> None:
    """Of what is made for a load and gone with it, tell the planner by a thirtieth of the usual
    sample: it is asked a few times, and a sample costs more than most of what is asked."""
    session.run("set local default_statistics_target = 3")


def tell_planner_of_star(session: Session, la_code: str) -> None:
    """The same of the star, of which one load at a time tells anything: in a change of several
    nights one can tell of a table that those before it did not, and would wait for a load that
    waits for it."""
    if _to_tell(session, la_code, ["warehouse"]):
        wait_to_tell_of_star(session)
        tell_planner(session, la_code, "warehouse")


def tell_planner(session: Session, la_code: str, *schemas: str) -> None:
    """Let the planner know of what the authority's load wrote into the schemas. It is told no more
    than it needs: what that costs grows with all authorities' rows, tonight's are one's; and by a
    third of the usual sample, as the server itself looks again soon after such a load.

    In the order of the tables' names, so that two authorities' loads cannot wait in a ring. What
    another load told of a table is not to be told anew before that load ends, which may take long.
    """
    if tables := _to_tell(session, la_code, schemas):
        session.run("set local default_statistics_target = 30")
        with waiting_for_loads(session):
            session.run(f"analyze {', '.join(tables)}")
        tell_little(session)


def _to_tell(session: Session, la_code: str, schemas: Sequence[str]) -> list[str]:
    found = session.rows(_TO_TELL, la_code=la_code, schemas=list(schemas))
    return [table for (table,) in found]
