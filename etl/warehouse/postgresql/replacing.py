"""How the views of ``report`` are replaced, and what others made of them is kept.

What an analyst made of a view stays while that view keeps its columns in their order, as it does
where some are added at the end. Where it does not, the view must be dropped and made again, and
what was made of it goes with it: no night does that, an upgrade does, and names what went.
"""

from __future__ import annotations

from collections.abc import Sequence

import psycopg

from etl.log import logger
from etl.warehouse.session import Session
from etl.warehouse.view import COLUMNS_OF_REPORT, View, comments_on

# Every object of another schema that is made of views of report, be it by another of them.
_STRANGERS = """
with recursive made_of (class, id) as (
    select 'pg_class'::regclass::oid, oid
    from pg_class
    where relnamespace = 'report'::regnamespace and relkind = 'v'
    and (:view = '' or relname = :view)
    union
    select
        case depend.classid when 'pg_rewrite'::regclass then 'pg_class'::regclass::oid
            else depend.classid end,
        coalesce(rule.ev_class, depend.objid)
    from made_of
    join pg_depend as depend
        on depend.refclassid = made_of.class and depend.refobjid = made_of.id
        and depend.deptype in ('n', 'i')  -- i: the type of a view's rows
    left join pg_rewrite as rule
        on depend.classid = 'pg_rewrite'::regclass and rule.oid = depend.objid
)
select distinct found.type || ' ' || found.identity
from made_of
cross join lateral pg_identify_object(made_of.class, made_of.id, 0) as found
where found.schema is distinct from 'report' and made_of.class <> 'pg_type'::regclass
order by 1
"""


def said_of_views(session: Session) -> str | None:
    """The hash of what the views that are there were made from, which the schema's comment ends
    with."""
    found = session.rows(
        "select right(obj_description(oid, 'pg_namespace'), 64) from pg_namespace "
        "where nspname = 'report'"
    )
    said: str | None = found[0][0]
    return said


def replace_views(
    session: Session, views: Sequence[View], said: str, *, may_drop_strangers: bool
) -> None:
    """Make the views, unless what others made of them would have to go and may not: then those
    that are there stay, and the log says of what.

    said: the hash to keep.
    """
    session.run("savepoint before_views")
    in_the_way = [
        stranger
        for view in _there_no_more(session, views)
        for stranger in _drop(session, view)
    ]  # fmt: skip
    for view in views:
        in_the_way += _replace(session, view)
    if in_the_way and not may_drop_strangers:
        session.run("rollback to savepoint before_views")
        logger.warning(
            "the views of report stay as they were: to replace them would drop what others made "
            "of them (%s); `csc-etl upgrade` does it",
            ", ".join(sorted(set(in_the_way))),
        )
        return
    _warn_of_what_went(in_the_way)
    session.run(";\n".join(comments_on(views, _columns(session))))
    session.run(f"comment on schema report is 'Views and figures for analysts. {said}'")


def drop_views(session: Session) -> None:
    """Drop them all, so that tables can change, with what others made of them, and name that."""
    strangers = _strangers(session)
    views = session.rows("select quote_ident(viewname) from pg_views where schemaname = 'report'")
    if views:
        session.run(f"drop view {', '.join(f'report.{view}' for (view,) in views)} cascade")
    session.run("comment on schema report is null")
    _warn_of_what_went(strangers)


def _warn_of_what_went(strangers: Sequence[str]) -> None:
    if strangers:
        logger.warning(
            "dropped, as it was made of views of report that had to be made anew: %s; whoever "
            "made it can make it again",
            ", ".join(sorted(set(strangers))),
        )


def _there_no_more(session: Session, views: Sequence[View]) -> list[str]:
    """The views that the release before had and this one has not."""
    wanted = {view.name for view in views}
    there = session.rows("select viewname from pg_views where schemaname = 'report'")
    return sorted({name for (name,) in there} - wanted)


def _replace(session: Session, view: View) -> list[str]:
    """Make a view, in its place where that can be. Returns what of others went with the one that
    was there."""
    # The asker's own rights and row policies hold through the view, not its owner's.
    made_as = f"view report.{view.name} with (security_invoker = true) as {view.sql}"
    session.run("savepoint before_view")
    try:
        session.run(f"create or replace {made_as}")
    except psycopg.errors.InvalidTableDefinition:  # a column has another name or type, or is gone
        session.run("rollback to savepoint before_view")
        strangers = _drop(session, view.name)
        session.run(f"create {made_as}")
        return strangers
    session.run("release savepoint before_view")
    return []


def _drop(session: Session, view: str) -> list[str]:
    """Drop a view, with those of ours that are made of it, which are made anew after it, and with
    what others made of it. Returns what that is."""
    strangers = _strangers(session, view)
    session.run(f'drop view if exists report."{view}" cascade')
    return strangers


def _strangers(session: Session, view: str = "") -> list[str]:
    """What others made of a view, or of any; each with its kind and schema."""
    return [name for (name,) in session.rows(_STRANGERS, view=view)]


def _columns(session: Session) -> list[tuple[str, str]]:
    return [(view, column) for view, column in session.rows(COLUMNS_OF_REPORT)]
