"""A folder of an SFTP server in which nights stand. The server must prove by its host key that it
is the right one; no key is ever taken on trust."""

from __future__ import annotations

import base64
import errno
import io
from collections.abc import Iterator
from contextlib import contextmanager
from stat import S_ISDIR, S_ISLNK
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

from etl.errors import ConnectionFault, WrongUsage, reason
from etl.sources.arrival.login import PORT, Login, login_of
from etl.sources.arrival.place import Cut, Seen

if TYPE_CHECKING:
    from paramiko import PKey, SFTPAttributes, SFTPClient, SFTPFile, SSHClient

_NOT_THERE = (errno.ENOENT, errno.ENOTDIR)
# Seconds until a server that says nothing counts as lost.
TIMEOUT = 30.0
_NOTHING_YET = "Nothing was loaded yet. The warehouse is as the last loaded night left it."


class SftpFolder:
    """See ``Elsewhere``. It connects where it is entered, and is made anew to connect again."""

    def __init__(self, url: str) -> None:
        self._url = url
        # sftp://host/~/x is below the folder that the server lets us in at.
        self._path = urlsplit(url).path.removeprefix("/~/") or "/"
        self._open: tuple[str, SFTPFile] | None = None

    def __enter__(self) -> Self:
        self._login = login_of(self._url)
        self._client = _connected(self._login)
        try:
            with self._asking(self._path):
                self._sftp: SFTPClient = self._client.open_sftp()
                self._sftp.get_channel().settimeout(TIMEOUT)  # type: ignore[union-attr]
        except BaseException:
            self._client.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def shown(self, name: str) -> str:
        return f"{self._url}/{name}"

    def seen(self, name: str) -> Seen | None:
        with self._asking(name):
            try:
                return _seen(name.rpartition("/")[2], self._sftp.stat(self._at(name)))
            except OSError as error:
                if error.errno in _NOT_THERE:
                    return None
                raise

    def within(self, name: str) -> list[Seen]:
        with self._asking(name):
            try:
                listed = self._sftp.listdir_attr(self._at(name))
            except OSError as error:
                if error.errno in _NOT_THERE:
                    return []
                raise
        below = f"{name}/" if name else ""
        found = (
            self.seen(below + each.filename)
            if S_ISLNK(each.st_mode or 0)
            else _seen(each.filename, each)
            for each in listed
        )
        return [seen for seen in found if seen]

    def piece(self, name: str, offset: int, length: int) -> bytes:
        with self._asking(name):
            try:
                return b"".join(self._file(name).readv([(offset, length)]))
            except OSError as error:
                if error.errno in _NOT_THERE:
                    return b""
                raise

    def move(self, name: str, to: str) -> None:
        folder = to.rpartition("/")[0]
        if folder and self.seen(folder) is None:
            with self._asking(folder):
                self._sftp.mkdir(self._at(folder))
        if self.seen(to) is not None:
            raise ConnectionFault(
                "It cannot be put away: there is one of that name already.",
                where=self.shown(to),
                means="The night is loaded, and stands where it stood.",
                next="Take one of the two away by hand.",
            )
        with self._asking(name):
            self._sftp.rename(self._at(name), self._at(to))

    def _at(self, name: str) -> str:
        return f"{self._path.rstrip('/')}/{name}" if name else self._path

    def _file(self, name: str) -> SFTPFile:
        """The file, which stays open until another one is read."""
        if self._open is None or self._open[0] != name:
            if self._open:
                self._open[1].close()
                self._open = None
            self._open = name, self._sftp.open(self._at(name), "rb")
        return self._open[1]

    @contextmanager
    def _asking(self, name: str) -> Iterator[None]:
        """Whatever goes wrong in the block is a lost connection, or a server that will not."""
        import paramiko

        try:
            yield
        except OSError as error:
            transport = self._client.get_transport()
            is_refusal = error.errno in (errno.EACCES, errno.EPERM) or error.errno is None
            if (
                is_refusal
                and not isinstance(error, TimeoutError)
                and (transport is not None and transport.is_active())
            ):
                raise _refused(self.shown(name), error) from None
            raise _cut(self._login, type(error).__name__) from None
        except (paramiko.SSHException, EOFError) as error:
            raise _cut(self._login, type(error).__name__) from None


def _seen(name: str, found: SFTPAttributes) -> Seen:
    """An SFTP server does not say when a file was put there."""
    modified = int(found.st_mtime or 0) * 1_000_000_000
    return Seen(name, found.st_size or 0, modified, None, S_ISDIR(found.st_mode or 0))


def _connected(login: Login) -> SSHClient:
    """Raises WrongUsage where the server is not known or does not let us in, Cut where it cannot be
    reached."""
    paramiko = _paramiko()
    client: SSHClient = paramiko.SSHClient()
    client.set_missing_host_key_policy(_Refuse())
    try:
        _know_hosts(client, login)
        has_own = login.password or login.key or login.key_file
        client.connect(
            login.host, login.port, login.user, login.password, _key(login),
            timeout=TIMEOUT, banner_timeout=TIMEOUT, auth_timeout=TIMEOUT, channel_timeout=TIMEOUT,
            allow_agent=not has_own, look_for_keys=not has_own,
        )  # fmt: skip
    except WrongUsage:
        client.close()
        raise
    except paramiko.BadHostKeyException as error:
        client.close()
        raise _other_key(login, error.key) from None
    except _Unknown as error:
        client.close()
        raise _unknown_key(login, error.key) from None
    except paramiko.AuthenticationException:
        client.close()
        raise _not_let_in(login) from None
    except (OSError, paramiko.SSHException, EOFError) as error:
        client.close()
        why = reason(error) if isinstance(error, OSError) else type(error).__name__
        raise _cut(login, why) from None
    return client


def _paramiko() -> Any:
    try:
        import paramiko
    except ImportError:
        raise WrongUsage(
            "What speaks to SFTP servers is not installed.",
            where="csc-etl[sftp]",
            means="No night was begun.",
            next="Install it: `pip install 'csc-etl[sftp]'`, on every worker and the triggerer.",
        ) from None
    _say_nothing()
    return paramiko


def _say_nothing() -> None:
    """paramiko tells names of files and users where a log is kept in detail; none is."""
    import logging

    logging.getLogger("paramiko").setLevel(logging.CRITICAL)


class _Unknown(Exception):
    """The server showed a key that nobody said is its own."""

    def __init__(self, key: PKey) -> None:
        super().__init__()
        self.key = key


class _Refuse:
    """What is done with a server of which no key is known."""

    def missing_host_key(self, client: SSHClient, hostname: str, key: PKey) -> None:
        raise _Unknown(key)


def _know_hosts(client: SSHClient, login: Login) -> None:
    """Raises WrongUsage where what should hold the server's key does not."""
    from paramiko.hostkeys import HostKeyEntry

    name = login.host if login.port == PORT else f"[{login.host}]:{login.port}"
    if login.host_key:
        try:
            entry = HostKeyEntry.from_line(f"{name} {_with_type(login.host_key)}")
        except Exception:
            entry = None
        if entry is None or entry.key is None:
            raise _wrong_setting(
                "The host key that is set is none.",
                f"host key of {login.server}",
                "Set it to the key's type and text, such as `ssh-ed25519 AAAA...`: the server's "
                "administrator has them in /etc/ssh/ssh_host_ed25519_key.pub.",
            )
        client.get_host_keys().add(name, entry.key.get_name(), entry.key)
    elif login.known_hosts:
        try:
            client.load_system_host_keys(str(login.known_hosts))
        except OSError as error:
            raise _wrong_setting(
                f"The file of known hosts cannot be read ({reason(error)}).",
                str(login.known_hosts),
                "Mend CSC_ETL_SFTP_KNOWN_HOSTS, or let the account of the nightly load read it.",
            ) from None


def _with_type(host_key: str) -> str:
    """Its type and text. Airflow's connections hold the text alone, too, which says its type."""
    fields = host_key.split()
    if len(fields) > 1:
        return " ".join(fields[:2])
    raw = base64.b64decode(fields[0])
    return f"{raw[4 : 4 + int.from_bytes(raw[:4])].decode('ascii')} {fields[0]}"


def _key(login: Login) -> PKey | None:
    """The private key that lets us in; None where none is set."""
    paramiko = _paramiko()
    if not login.key and not login.key_file:
        return None
    try:
        if login.key_file:
            found: PKey = paramiko.PKey.from_path(login.key_file, login.passphrase)
            return found
        return _key_of_text(str(login.key), login.passphrase)
    except Exception as error:  # a library's words could quote the key
        why = reason(error) if isinstance(error, OSError) else type(error).__name__
        raise _wrong_setting(
            f"The private key for the SFTP server cannot be read ({why}).",
            str(login.key_file or f"connection to {login.server}"),
            "See that it is a private key in OpenSSH's form, that the account of the nightly load "
            "may read it, and that its passphrase, if it has one, is set.",
        ) from None


def _key_of_text(text: str, passphrase: str | None) -> PKey:
    paramiko = _paramiko()
    for kind in (paramiko.Ed25519Key, paramiko.ECDSAKey, paramiko.RSAKey):
        try:
            found: PKey = kind.from_private_key(io.StringIO(text), passphrase)
        except (paramiko.SSHException, ValueError):
            continue
        return found
    raise ValueError


def _cut(login: Login, why: str) -> Cut:
    return Cut(
        f"The SFTP server cannot be reached, or the connection was lost ({why}).",
        where=login.server,
        means=_NOTHING_YET,
        next="See that the server runs and that this machine may reach its port; then try again.",
    )


def _refused(where: str, error: OSError) -> ConnectionFault:
    why = reason(error) if error.errno else "without a reason"
    return ConnectionFault(
        f"The SFTP server refused what was asked of it ({why}).",
        where=where,
        means=_NOTHING_YET,
        next="Let the server's administrator see that the user may read the folder and all in it, "
        "and write where nights are put away.",
    )


def _not_let_in(login: Login) -> WrongUsage:
    return _wrong_setting(
        "The SFTP server did not let us in.",
        f"{login.server}, user {login.user}",
        "See that the user, and the password or private key, are those that the server's "
        "administrator gave; docs/arrival.md. It is not tried again by itself: a server may lock "
        "the user out.",
    )


def _unknown_key(login: Login, key: PKey) -> WrongUsage:
    return _wrong_setting(
        f"Nobody said which host key the SFTP server has; it shows {_told(key)}.",
        login.server,
        "Ask the server's administrator, not the server, whether that is its key. If so, set "
        f"CSC_ETL_SFTP_HOST_KEY, or host_key of Airflow's connection, to `{key.get_name()} "
        f"{key.get_base64()}`, or add that to the file of known hosts.",
    )


def _other_key(login: Login, key: PKey) -> WrongUsage:
    return _wrong_setting(
        f"The SFTP server shows another host key than the one that is known: {_told(key)}.",
        login.server,
        "It may be another server that pretends to be this one: nothing was sent to it. Ask the "
        "server's administrator whether its key was changed; only then set the new one.",
    )


def _told(key: PKey) -> str:
    return f"{key.get_name()} {key.fingerprint}"


def _wrong_setting(what: str, where: str, next: str) -> WrongUsage:
    return WrongUsage(what, where=where, means=_NOTHING_YET, next=next)
