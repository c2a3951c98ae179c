"""What Airflow keeps for the DAGs: the warehouse's URL, and secrets."""

from __future__ import annotations

from pathlib import Path

from airflow.sdk import Asset, BaseHook, Connection, Variable
from airflow.sdk.exceptions import AirflowNotFoundException

from etl import settings
from etl.errors import WrongUsage
from etl.sources.arrival.login import PORT, Login

WAREHOUSE = Asset("csc-etl://warehouse")
# In CSC_ETL_WAREHOUSE: airflow://<connection id>.
CONNECTION = "airflow://"


def warehouse_url() -> str:
    """The warehouse's URL; where the setting names one of Airflow's connections, that one's.

    Asked anew in each task: what passes between tasks is stored, and must hold no password.
    """
    asked = settings.schedule().warehouse
    if not asked.startswith(CONNECTION):
        return asked
    return _connection(
        asked, "Airflow has no connection of the name in CSC_ETL_WAREHOUSE.", "postgresql://..."
    )


def _connection(asked: str, what: str, uri: str) -> str:
    """The URL of one of Airflow's connections. Raises WrongUsage, which says what, where there is
    none of its name."""
    name = asked.removeprefix(CONNECTION)
    try:
        found: str = BaseHook.get_connection(name).get_uri()
    except AirflowNotFoundException:
        raise WrongUsage(
            what,
            where=f"connection {name}",
            means="Nothing was begun.",
            next=f"Add it: `airflow connections add {name} --conn-uri {uri}`.",
        ) from None
    return found


_SSH_TYPES = ("sftp", "ssh")


def sftp_login(name: str) -> Login:
    """How an SFTP server lets us in, by one of Airflow's connections. Raises WrongUsage where there
    is none of the name, or it is of no SFTP server."""
    try:
        return _login_of(name, BaseHook.get_connection(name))
    except AirflowNotFoundException:
        raise _no_sftp(name, "Airflow has no connection of the name in CSC_ETL_EXTRACTS.") from None


async def sftp_login_in_triggerer(name: str) -> Login:
    """The same, asked as a triggerer must."""
    try:
        return _login_of(name, await BaseHook.aget_connection(name))
    except AirflowNotFoundException:
        raise _no_sftp(name, "Airflow has no connection of the name in CSC_ETL_EXTRACTS.") from None


def _login_of(name: str, found: Connection) -> Login:
    """Its fields are those of Airflow's own hook; that no host key need be known, it may not
    say."""
    if found.conn_type not in _SSH_TYPES or not found.host or not found.login:
        raise _no_sftp(name, "The connection in CSC_ETL_EXTRACTS is of no SFTP server with a user.")
    extra = found.extra_dejson
    key_file = extra.get("key_file")
    return Login(
        host=found.host,
        port=found.port or PORT,
        user=found.login,
        password=found.password or None,
        key=extra.get("private_key") or None,
        key_file=Path(key_file) if key_file else None,
        passphrase=extra.get("private_key_passphrase") or None,
        host_key=extra.get("host_key") or settings.sftp_host_key(),
        known_hosts=Path(extra["known_hosts"])
        if extra.get("known_hosts")
        else settings.sftp_known_hosts(),
    )


def _no_sftp(name: str, what: str) -> WrongUsage:
    return WrongUsage(
        what,
        where=f"connection {name}",
        means="Nothing was begun.",
        next=f"Add it: `airflow connections add {name} --conn-type sftp --conn-host ... "
        "--conn-login ...`; docs/arrival.md.",
    )


def airflow_secret(name: str) -> str | None:
    """A secret of ours that Airflow keeps: a variable, by the name of the environment's in small
    letters; or the URL of a connection, by ``airflow://<connection id>``. Raises WrongUsage where
    there is no such connection."""
    if name.startswith(CONNECTION):
        return _connection(
            name,
            "Airflow has no connection of the name in [source] of an authority's file.",
            "mssql://...",
        )
    found: str | None = Variable.get(name.lower(), default=None)
    return found
