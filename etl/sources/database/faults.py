"""What is wrong with the source's database, in our words: its own may quote a row, or the URL."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError

from etl.errors import NOTHING_CHANGED, ConnectionFault, NightError, NightStopped

# By what drivers say when they cannot connect, what that is, and what may be done.
_CANNOT_CONNECT = (
    (
        r"failed to load the driver|libltdl",
        "the driver of SQL Server lacks a library of this machine",
        "Install libltdl7 (Debian and Ubuntu; libtool-ltdl elsewhere), and libkrb5-3.",
    ),
    (
        r"database .* does not exist|cannot open database|4060",
        "it has no such database, or does not let this login into it",
        "See that the database in the URL is right.",
    ),
    (
        r"password authentication failed|login failed|no password supplied|no pg_hba.conf entry"
        r"|role .* does not exist|18456",
        "it refuses the login",
        "See that user and password in the URL are right, and that the login may connect.",
    ),
    (
        r"certificate|ssl|tls",
        "it cannot be reached by an encrypted connection that is trusted",
        "Let the server have a certificate that this machine trusts, or let this machine trust "
        "the one it has; docs/sources/liquidlogic_database.md.",
    ),
    (
        r"could not translate host|0x2af9|name or service not known|no such host|nodename",
        "nobody knows its host",
        "See that the host in the URL is right, and that this machine can look it up.",
    ),
    (
        r"refused|actively refused|server is not found or not accessible|unable to establish",
        "nothing answers there",
        "See that the server runs, and that host and port in the URL are right and open from here.",
    ),
    (
        r"timeout|timed out",
        "it did not answer in time",
        "See that the server runs, and that no firewall stands between it and this machine.",
    ),
)
_SEE_TO_IT = "See that the server runs and that the URL is right; then load the night again."
# Worth another try: the server is away, full, stopping, or gave way to somebody.
_PASSING = re.compile("08|53|57|58|40|55P03|HYT")
_DENIED = re.compile("permission was denied|permission denied", re.IGNORECASE)
_NO_SNAPSHOT = re.compile(r"\b395[2-8]\b|snapshot isolation", re.IGNORECASE)


def cannot_connect(error: DBAPIError, where: str) -> ConnectionFault:
    """The error of a database that cannot be reached."""
    said = str(error.orig).lower()
    for pattern, is_so, to_do in _CANNOT_CONNECT:
        if re.search(pattern, said):
            return _cannot_reach(is_so, where, to_do)
    return _cannot_reach(_code_of(error), where, _SEE_TO_IT)


def _cannot_reach(why: str, where: str, next: str) -> ConnectionFault:
    return ConnectionFault(
        f"The database cannot be reached: {why}.", where=where, means=NOTHING_CHANGED, next=next
    )


@contextmanager
def told(what: str, where: str, of_driver: type[Exception]) -> Iterator[None]:
    """An error of the database in the block leaves it as it may be shown. what: is read there.
    of_driver: the driver's own errors."""
    try:
        yield
    except NightError:
        raise
    except DBAPIError as error:
        raise _fault(error, error.orig, what, where) from None
    except of_driver as error:
        raise _fault(error, error, what, where) from None
    except UnicodeError:
        raise NightStopped(
            f"{what} holds text that is not in the encoding which the database says.",
            where=where,
            means=NOTHING_CHANGED,
            next="Ask the database's administrator for its encoding, and for the records that are "
            "in another.",
        ) from None
    except OSError as error:
        raise _went_away(what, where, type(error).__name__) from None


def _fault(
    error: Exception, orig: BaseException | None, what: str, where: str
) -> ConnectionFault | NightStopped:
    code, said = _code_of(error), str(orig)
    if code == "42501" or _DENIED.search(said):
        return NightStopped(
            f"The database does not let this login read {what}.",
            where=where,
            means=NOTHING_CHANGED,
            next="Let it (in SQL: grant select), on that table alone or on its whole schema.",
        )
    if _NO_SNAPSHOT.search(said):
        return NightStopped(
            "The database says that it offers snapshots, and refuses one.",
            where=where,
            means=NOTHING_CHANGED,
            next="Ask its administrator to look at allow_snapshot_isolation, and load again.",
        )
    is_lost = isinstance(error, DBAPIError) and error.connection_invalidated
    if is_lost or _PASSING.match(code) or type(orig).__name__ == "OperationalError":
        return _went_away(what, where, code)
    return NightStopped(
        f"The database cannot give {what} as it is asked for ({code}).",
        where=where,
        means=NOTHING_CHANGED,
        next="Load the night again; if it fails the same way, report this text with the version "
        "from `csc-etl --version` and that of the database.",
    )


def _went_away(what: str, where: str, code: str) -> ConnectionFault:
    return ConnectionFault(
        f"The database failed or went away while {what} was read ({code}).",
        where=where,
        means=NOTHING_CHANGED,
        next=_SEE_TO_IT,
    )


def _code_of(error: Exception) -> str:
    """The server's code, else what kind of error it is: neither is a value."""
    orig = error.orig if isinstance(error, DBAPIError) else error
    return getattr(orig, "sqlstate", None) or type(orig).__name__
