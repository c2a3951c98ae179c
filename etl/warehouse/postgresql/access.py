"""Whose the tables are, and who may read what, where an administrator made the roles."""

from __future__ import annotations

from etl.settings import ACCESS
from etl.warehouse.session import Session

OWNER = "csc_loader"


def become_owner(session: Session) -> None:
    """Everything of the warehouse belongs to one role, whoever of its members loads, where an
    administrator ran roles.sql in this database: roles are of the whole server."""
    if may_be_owner(session):
        session.run(f"set role {OWNER}")


def may_be_owner(session: Session) -> bool:
    """Whether that role is in this database, and the login a member of it."""
    owners = session.rows(
        "select 1 from pg_roles where rolname = :owner and pg_has_role(oid, 'member') "
        "and has_database_privilege(oid, current_database(), 'create')",
        owner=OWNER,
    )
    return bool(owners)


def give_access(session: Session) -> None:
    """Rights of the roles, where an administrator made them for this database."""
    if session.rows("select 1 where current_user = :owner", owner=OWNER):
        session.run((ACCESS / "grants.sql").read_text(encoding="utf-8"))


def set_policies(session: Session) -> None:
    """Which rows each role may read."""
    session.run((ACCESS / "policies.sql").read_text(encoding="utf-8"))
