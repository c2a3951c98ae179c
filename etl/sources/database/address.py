"""Where a council's database is: the URL of the settings, and what its driver is told beside. The
URL holds a password, and the host may: no error, log or file shows any of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import URL, Engine, create_engine, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import NullPool

from etl import settings
from etl.errors import WrongUsage
from etl.sources.database.there import SQL_SERVER

_DRIVERS = {
    "postgres": "postgresql+psycopg",
    "postgresql": "postgresql+psycopg",
    "postgresql+psycopg": "postgresql+psycopg",
    "mssql": "mssql+mssqlpython",
    "mssql+mssqlpython": "mssql+mssqlpython",
}
_NO_NIGHT = "No night was begun."
_CONNECT_SECONDS = 15
# Where a network drops a connection in silence, else hours pass until it is known.
_POSTGRESQL = {
    "application_name": "csc-etl",
    "client_encoding": "utf8",
    "connect_timeout": _CONNECT_SECONDS,
    "keepalives_idle": 60,
    "keepalives_interval": 10,
    "keepalives_count": 6,
}
# A hint that leads to a copy of the database that is for reading, where there is one. The login
# must not be able to write all the same.
_SQL_SERVER_KEYS = {"ApplicationIntent": "ReadOnly", "ConnectRetryCount": "0"}


@dataclass(frozen=True)
class Address:
    """url: of a driver that we know. shown: where it was said, for people."""

    url: URL = field(repr=False)
    shown: str

    def engine(self) -> Engine:
        """What connects to it. Raises WrongUsage that names the package where its driver is not
        installed."""
        try:
            return create_engine(
                self.url, poolclass=NullPool, hide_parameters=True, connect_args=self._beside()
            )
        except ImportError:
            raise WrongUsage(
                "The package that speaks to SQL Server is not installed: mssql-python.",
                where=self.shown,
                means=_NO_NIGHT,
                next="Install it where nights are loaded: `pip install 'csc-etl[mssql]'`.",
            ) from None

    def _beside(self) -> dict[str, Any]:
        """What the driver is told beside the URL, which may say otherwise."""
        if self.url.get_backend_name() == SQL_SERVER:
            return {"timeout": _CONNECT_SECONDS}
        return {key: value for key, value in _POSTGRESQL.items() if key not in self.url.query}


def address_of(la_code: str, connection: str | None) -> Address:
    """The database of an authority. connection: ``airflow://<connection id>``, if its file names
    one. Raises WrongUsage where nobody said one, or it is no URL of a database that we can read."""
    return address_at(*settings.source_url(la_code, connection))


def address_at(said: str, shown: str) -> Address:
    """The database at a URL. shown: where that was said, for people. Raises WrongUsage where it is
    none of a database that we can read."""
    try:
        url = make_url(said)
        driver = _DRIVERS.get(url.drivername)
    except (ArgumentError, ValueError):
        driver = None
    if driver is None:
        raise WrongUsage(
            f"{shown} is no URL of a database that can be read.",
            where="settings",
            means=_NO_NIGHT,
            next="Write mssql+mssqlpython://user:password@host:1433/database or "
            "postgresql://user:password@host/database; in a user or password, write what is "
            "neither letter nor digit as %XX. The URL is shown nowhere.",
        )
    url = url.set(drivername=driver)
    if url.get_backend_name() == SQL_SERVER:
        there = {key.lower() for key in url.query}
        own = {key: word for key, word in _SQL_SERVER_KEYS.items() if key.lower() not in there}
        url = url.update_query_dict(own)
    return Address(url, shown)
