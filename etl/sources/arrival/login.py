"""How an SFTP server lets us in, and how it proves that it is the right one: from the settings, or
from one of Airflow's connections."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from etl import settings
from etl.errors import WrongUsage
from etl.sources.arrival.place import AIRFLOW

PORT = 22


@dataclass(frozen=True)
class Login:
    """server: host and port, for people. password, key (the text of a private key), key_file,
    passphrase (of either): what lets us in, where it is set. host_key: ``type base64`` of the
    server's own key; known_hosts: a file of such keys, as OpenSSH keeps them."""

    host: str
    port: int
    user: str
    password: str | None = field(default=None, repr=False)
    key: str | None = field(default=None, repr=False)
    key_file: Path | None = None
    passphrase: str | None = field(default=None, repr=False)
    host_key: str | None = None
    known_hosts: Path | None = None

    @property
    def server(self) -> str:
        return self.host if self.port == PORT else f"{self.host}:{self.port}"


LoginOf = Callable[[str], Login]
_logins: ContextVar[LoginOf | None] = ContextVar("logins", default=None)


@contextmanager
def logins_from(lookup: LoginOf) -> Iterator[None]:
    """Inside it, ``airflow://<name>/...`` is what ``lookup`` says of the name."""
    token = _logins.set(lookup)
    try:
        yield
    finally:
        _logins.reset(token)


def login_of(url: str) -> Login:
    """The login of an ``sftp://`` or ``airflow://`` URL. Raises WrongUsage where nothing says who
    asks, or a secret cannot be read."""
    parts = urlsplit(url)
    if parts.scheme == AIRFLOW:
        return _login_of_airflow(parts.netloc)
    if not parts.username:
        raise WrongUsage(
            "The extract's URL names no user of the SFTP server.",
            where=url,
            means="No night was begun.",
            next="Write it as sftp://user@host/path.",
        )
    return Login(
        host=parts.hostname or "",
        port=parts.port or PORT,
        user=parts.username,
        password=settings.sftp_password(),
        key_file=settings.sftp_key_file(),
        passphrase=settings.sftp_key_passphrase(),
        host_key=settings.sftp_host_key(),
        known_hosts=settings.sftp_known_hosts(),
    )


def _login_of_airflow(name: str) -> Login:
    lookup = _logins.get()
    if lookup is None:
        raise WrongUsage(
            "The extract is at a connection of Airflow's, which the command line cannot ask.",
            where=f"connection {name}",
            means="No night was begun.",
            next="Give the SFTP server itself: sftp://user@host/path/2014-11-03, with what "
            "lets you in among the settings: docs/arrival.md.",
        )
    return lookup(name)
