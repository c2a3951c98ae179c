"""The indexes of a new warehouse are made after its first night's rows: to sort them once costs
less than half of what it costs each row to find its place in three trees.

Nobody else sees the tables before that night commits. Of a warehouse that is there already, others
read and write them: there each row is put into the indexes as it comes.
"""

from __future__ import annotations

from collections.abc import Sequence

from etl.warehouse.session import Session

# A statement that takes each primary key and each other index away, and the one that makes it again
# as it was.
_INDEXES = """
select
    case when conname is null then format('drop index %s', indexrelid::regclass)
        else format('alter table %s drop constraint %I', indrelid::regclass, conname) end,
    case when conname is null then pg_get_indexdef(indexrelid)
        else format('alter table %s add constraint %I %s', indrelid::regclass, conname,
            pg_get_constraintdef(pg_constraint.oid)) end
from pg_index
join pg_class on pg_class.oid = indrelid
left join pg_constraint on conindid = indexrelid and contype = 'p'
where relnamespace = cast(:schema as regnamespace)
order by indexrelid
"""


def take_away(session: Session, schema: str) -> Sequence[str]:
    """Drop every index of the schema; returns the statements that make them again."""
    found = session.rows(_INDEXES, schema=schema)
    session.run(";\n".join(dropping for dropping, _ in found))
    return [making for _, making in found]
