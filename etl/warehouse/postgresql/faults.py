"""What is wrong with the server, in our words: its own may quote a row."""

from __future__ import annotations

import re

import psycopg
from sqlalchemy.exc import DBAPIError

from etl.errors import NOTHING_CHANGED, ConnectionFault, NightError, WrongUsage

_SEE_THAT_IT_RUNS = (
    "See that the server runs, and that the user, password and database of the URL are right; "
    "then try again."
)
# Worth another try: the server is away, full, stopping, or somebody holds a lock.
_PASSING = re.compile("08|53|57|58|40|55P03")


def cannot(what: str, where: str, next: str = _SEE_THAT_IT_RUNS) -> ConnectionFault:
    """The error of a server that cannot serve now."""
    return ConnectionFault(f"{what}.", where=where, means=NOTHING_CHANGED, next=next)


def cannot_connect(error: DBAPIError, where: str) -> ConnectionFault:
    """The error as the server says it: nothing was read yet, so it can quote no record."""
    said = str(error.orig).strip().splitlines()[:1] or [type(error.orig).__name__]
    return cannot(f"The database cannot be reached ({said[0].strip()})", where)


def fault(error: psycopg.Error, where: str) -> NightError | psycopg.Error:
    """The error as it may be shown: with the server's code, without its text, which may
    quote a row. One of the program itself stays as it is, for the border to hide."""
    state = error.sqlstate or ""
    if state == "42501":
        return WrongUsage(
            "The database refuses this user what was asked (insufficient privilege).",
            where=where,
            means="Nothing was changed.",
            next="Load, freeze and make work lists as a member of csc_loader, make reports and "
            "measures as one of csc_analyst; docs/postgresql.md says who runs which command.",
        )
    if state in ("2BP01", "0A000"):
        return WrongUsage(
            f"A view that somebody made of the warehouse's tables keeps them in place ({state}).",
            where=where,
            means="Nothing was changed.",
            next="As an administrator drop the views outside our schemas that read a table of "
            "warehouse, report or audit; their makers make them again afterwards.",
        )
    if state == "55P03":
        return cannot(
            "Somebody's open transaction holds a view or table that must change (55P03)", where
        )
    if state == "53100":
        return cannot(
            "The server's disk is full (53100)",
            where,
            next="Free disk space on the server, then try again.",
        )
    if isinstance(error, psycopg.OperationalError) or _PASSING.match(state):
        return cannot(f"The database failed or went away ({state or 'connection lost'})", where)
    return error
