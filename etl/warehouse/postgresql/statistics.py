"""What the server's planner is told of the tables that a load writes."""

from __future__ import annotations

from etl.warehouse.postgresql.locks import waiting_for_loads
from etl.warehouse.session import Session

# Of every table of the schemas that the planner is to be told of: all where a tenth of its rows
# changed since it last was, tonight or before; else, where tonight's authority has rows that it
# would take for none, as it was told of every authority but this, which rows are whose.
_TO_TELL = """
select relation || case when has_much_changed then '' else ' (la_code)' end
from (
    select
        nspname || '.' || relname as relation,
        changed_tonight + pg_stat_get_mod_since_analyze(oid) > reltuples / 10 as has_much_changed,
        changed_tonight > 0 and n_distinct <= cardinality(authorities)
            and not :la_code = any (authorities) as is_authority_unknown
    from (
        select
            pg_class.oid, nspname, relname, reltuples, n_distinct,
            most_common_vals::text::text[] as authorities,
            pg_stat_get_xact_tuples_inserted(pg_class.oid)
                + pg_stat_get_xact_tuples_updated(pg_class.oid)
                + pg_stat_get_xact_tuples_deleted(pg_class.oid) as changed_tonight
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


def tell_planner(session: Session, la_code: str, *schemas: str) -> None:
    """Let the planner know of what the authority's load wrote into the schemas. It is told no more
    than it needs: what that costs grows with all authorities' rows, tonight's are one's.

    In the order of the tables' names, so that two authorities' loads cannot wait in a ring. What
    another load told of a table is not to be told anew before that load ends, which may take long.
    """
    tables = session.rows(_TO_TELL, la_code=la_code, schemas=list(schemas))
    if tables:
        with waiting_for_loads(session):
            session.run(f"analyze {', '.join(table for (table,) in tables)}")
