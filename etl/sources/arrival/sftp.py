"""A folder of an SFTP server in which nights stand. The server must prove by its host key that it
is the right one; no key is ever taken on trust."""

from __future__ import annotations

import asyncio
import base64
import logging
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Self, TypeVar
from urllib.parse import urlsplit

from etl.errors import ConnectionFault, WrongUsage, reason
from etl.sources.arrival.login import Login, login_of
from etl.sources.arrival.place import Cut, Seen, already_there

if TYPE_CHECKING:
    from asyncssh import SFTPAttrs, SFTPClient, SFTPClientFile, SSHClientConnection, SSHKey

Answer = TypeVar("Answer")
# Seconds until a server that says nothing counts as lost.
TIMEOUT = 60.0
_NOTHING_YET = "Nothing was loaded yet. The warehouse is as the last loaded night left it."


class SftpFolder:
    """See ``Elsewhere``. It connects where it is entered, and is made anew to connect again.

    Its library is one of tasks that wait for each other: each question runs a loop of its own to
    the answer, in the caller's thread.
    """

    most_at_once = 1 << 20

    def __init__(self, url: str) -> None:
        self._url = url
        # sftp://host/~/x is below the folder that the server lets us in at.
        self._path = urlsplit(url).path.removeprefix("/~/") or "/"
        self._open: tuple[str, SFTPClientFile] | None = None

    def __enter__(self) -> Self:
        self._login = login_of(self._url)
        self._loop = asyncio.Runner()
        # Of a lost connection each task that waited for it would tell.
        self._loop.get_loop().set_exception_handler(lambda *_: None)
        try:
            self._connection = self._loop.run(_connected(self._login))
            self._sftp = self._asked("", self._begun)
        except BaseException:
            self._loop.close()
            raise
        return self

    async def _begun(self) -> SFTPClient:
        return await self._connection.start_sftp_client()

    def __exit__(self, *_: object) -> None:
        self._loop.run(_hang_up(self._connection))
        self._loop.close()

    def shown(self, name: str) -> str:
        return f"{self._url}/{name}"

    def seen(self, name: str) -> Seen | None:
        found = self._asked(name, lambda: _or_nothing(self._sftp.stat(self._at(name))))
        return _seen(name.rpartition("/")[2], found) if found else None

    def within(self, name: str) -> list[Seen]:
        listed = self._asked(name, lambda: _or_nothing(self._sftp.readdir(self._at(name))))
        below = f"{name}/" if name else ""
        found = (
            self.seen(f"{below}{each.filename!s}") if _is_link(each.attrs)
            else _seen(str(each.filename), each.attrs)
            for each in listed or ()
            if each.filename not in (".", "..")
        )  # fmt: skip
        return [seen for seen in found if seen]

    def piece(self, name: str, offset: int, length: int) -> bytes:
        return self._asked(name, lambda: _or_nothing(self._read(name, offset, length))) or b""

    def move(self, name: str, to: str) -> None:
        folder = to.rpartition("/")[0]
        if folder and self.seen(folder) is None:
            self._asked(folder, lambda: self._sftp.mkdir(self._at(folder)))
        if self.seen(to) is not None:
            raise already_there(self.shown(to))
        self._asked(name, lambda: self._sftp.rename(self._at(name), self._at(to)))

    def _at(self, name: str) -> str:
        return f"{self._path.rstrip('/')}/{name}" if name else self._path

    async def _read(self, name: str, offset: int, length: int) -> bytes:
        """Of a file that stays open until another one is read."""
        if self._open is None or self._open[0] != name:
            if self._open:
                await self._open[1].close()
                self._open = None
            self._open = name, await self._sftp.open(self._at(name), "rb")
        found: bytes = await self._open[1].read(length, offset)
        return found

    def _asked(self, name: str, ask: Callable[[], Coroutine[Any, Any, Answer]]) -> Answer:
        """What the server answers. Raises Cut where the connection was lost, ConnectionFault where
        the server refuses."""
        import asyncssh

        lost = (
            asyncssh.SFTPConnectionLost, asyncssh.SFTPNoConnection, asyncssh.DisconnectError,
            asyncssh.ChannelOpenError, OSError, EOFError,
        )  # fmt: skip
        try:
            return self._loop.run(_in_time(ask()))
        except lost as error:
            raise _cut(self._login, type(error).__name__) from None
        except asyncssh.SFTPError as error:
            raise _refused(self.shown(name), type(error).__name__) from None


async def _in_time(answer: Awaitable[Answer]) -> Answer:
    async with asyncio.timeout(TIMEOUT):
        return await answer


async def _or_nothing(answer: Awaitable[Answer]) -> Answer | None:
    """None where there is nothing of the name."""
    import asyncssh

    try:
        return await answer
    except (asyncssh.SFTPNoSuchFile, asyncssh.SFTPNoSuchPath, asyncssh.SFTPNotADirectory):
        return None


async def _hang_up(connection: SSHClientConnection) -> None:
    connection.abort()
    with suppress(Exception):  # it may be lost already
        await connection.wait_closed()


def _seen(name: str, found: SFTPAttrs) -> Seen:
    """An SFTP server does not say when a file was put there."""
    import asyncssh

    is_folder = found.type == asyncssh.FILEXFER_TYPE_DIRECTORY
    return Seen(name, found.size or 0, int(found.mtime or 0) * 1_000_000_000, None, is_folder)


def _is_link(found: SFTPAttrs) -> bool:
    import asyncssh

    return bool(found.type == asyncssh.FILEXFER_TYPE_SYMLINK)


async def _connected(login: Login) -> SSHClientConnection:
    """Raises WrongUsage where the server is not known or does not let us in, Cut where it cannot be
    reached."""
    asyncssh = _library()
    known, keys = _known_hosts(login), _keys(login)
    shown: list[SSHKey] = []

    class Client(asyncssh.SSHClient):  # type: ignore[name-defined]
        def validate_host_public_key(self, host: str, addr: str, port: int, key: SSHKey) -> bool:
            """Asked of a key that is not known."""
            shown.append(key)
            return False

    has_own = login.password or keys
    try:
        return await asyncssh.connect(
            login.host, login.port, username=login.user, password=login.password,
            client_keys=keys or (None if has_own else ()), agent_path=None if has_own else (),
            known_hosts=known, client_factory=Client, config=None, compression_algs=None,
            connect_timeout=TIMEOUT, login_timeout=TIMEOUT,
        )  # fmt: skip
    except asyncssh.HostKeyNotVerifiable:
        if not shown:
            raise _not_proved(login) from None
        raise (_other_key if any(known[:2]) else _unknown_key)(login, shown[0]) from None
    except asyncssh.PermissionDenied:
        raise _not_let_in(login) from None
    except (OSError, asyncssh.Error, EOFError) as error:
        why = reason(error) if isinstance(error, OSError) else type(error).__name__
        raise _cut(login, why) from None


def _library() -> Any:
    try:
        import asyncssh
    except ImportError:
        raise WrongUsage(
            "What speaks to SFTP servers is not installed.",
            where="csc-etl[sftp]",
            means="No night was begun.",
            next="Install it: `pip install 'csc-etl[sftp]'`, on every worker and the triggerer.",
        ) from None
    # It tells names of users and files.
    logging.getLogger("asyncssh").setLevel(logging.CRITICAL)
    return asyncssh


def _known_hosts(login: Login) -> tuple[list[SSHKey], list[SSHKey], list[SSHKey]]:
    """Keys of the server, of authorities that vouch for it, and those that were revoked. Raises
    WrongUsage where what should hold them does not."""
    asyncssh = _library()
    if login.host_key:
        try:
            return [asyncssh.import_public_key(_with_type(login.host_key))], [], []
        except Exception:
            raise _wrong_setting(
                "The host key that is set is none.",
                f"host key of {login.server}",
                "Set it to the key's type and text, such as `ssh-ed25519 AAAA...`: the server's "
                "administrator has them in /etc/ssh/ssh_host_ed25519_key.pub.",
            ) from None
    if not login.known_hosts:
        return [], [], []
    try:
        known = asyncssh.read_known_hosts(str(login.known_hosts))
    except (OSError, ValueError) as error:
        why = reason(error) if isinstance(error, OSError) else "a line of it is no host key"
        raise _wrong_setting(
            f"The file of known hosts cannot be read ({why}).",
            str(login.known_hosts),
            "Mend CSC_ETL_SFTP_KNOWN_HOSTS, or let the account of the nightly load read it.",
        ) from None
    found = known.match(login.host, "", login.port)
    return list(found[0]), list(found[1]), list(found[2])


def _with_type(host_key: str) -> str:
    """Its type and text. Airflow's connections hold the text alone, too, which says its type."""
    fields = host_key.split()
    if len(fields) > 1:
        return " ".join(fields[:2])
    raw = base64.b64decode(fields[0])
    return f"{raw[4 : 4 + int.from_bytes(raw[:4])].decode('ascii')} {fields[0]}"


def _keys(login: Login) -> list[SSHKey]:
    """The private key that lets us in; none where none is set."""
    if not login.key and not login.key_file:
        return []
    try:
        text = login.key_file.read_text() if login.key_file else str(login.key)
        return [_library().import_private_key(text, login.passphrase)]
    except Exception as error:  # a library's words could quote the key
        why = reason(error) if isinstance(error, OSError) else type(error).__name__
        raise _wrong_setting(
            f"The private key for the SFTP server cannot be read ({why}).",
            str(login.key_file or f"connection to {login.server}"),
            "See that it is a private key in OpenSSH's form, that the account of the nightly load "
            "may read it, and that its passphrase, if it has one, is set.",
        ) from None


def _cut(login: Login, why: str) -> Cut:
    return Cut(
        f"The SFTP server cannot be reached, or the connection was lost ({why}).",
        where=login.server,
        means=_NOTHING_YET,
        next="See that the server runs and that this machine may reach its port; then try again.",
    )


def _refused(where: str, why: str) -> ConnectionFault:
    return ConnectionFault(
        f"The SFTP server refused what was asked of it ({why}).",
        where=where,
        means=_NOTHING_YET,
        next="Let the server's administrator see that the user may read the folder and all in it, "
        "and write where nights are put away.",
    )


def _not_proved(login: Login) -> WrongUsage:
    return _wrong_setting(
        "The SFTP server showed a host key that was revoked, or none that can be proved.",
        login.server,
        "Ask the server's administrator which key it has now.",
    )


def _not_let_in(login: Login) -> WrongUsage:
    return _wrong_setting(
        "The SFTP server did not let us in.",
        f"{login.server}, user {login.user}",
        "See that the user, and the password or private key, are those that the server's "
        "administrator gave; docs/arrival.md. It is not tried again by itself: a server may lock "
        "the user out.",
    )


def _unknown_key(login: Login, key: SSHKey) -> WrongUsage:
    return _wrong_setting(
        f"Nobody said which host key the SFTP server has; it shows {_told(key)}.",
        login.server,
        "Ask the server's administrator, not the server, whether that is its key. If so, set "
        f"CSC_ETL_SFTP_HOST_KEY, or host_key of Airflow's connection, to `{_text(key)}`, or add "
        "that to the file of known hosts.",
    )


def _other_key(login: Login, key: SSHKey) -> WrongUsage:
    return _wrong_setting(
        f"The SFTP server shows another host key than the one that is known: {_told(key)}.",
        login.server,
        "It may be another server that pretends to be this one: nothing was sent to it. Ask the "
        "server's administrator whether its key was changed; only then set the new one.",
    )


def _text(key: SSHKey) -> str:
    return " ".join(key.export_public_key("openssh").decode().split()[:2])


def _told(key: SSHKey) -> str:
    return f"{key.get_algorithm()} {key.get_fingerprint()}"


def _wrong_setting(what: str, where: str, next: str) -> WrongUsage:
    return WrongUsage(what, where=where, means=_NOTHING_YET, next=next)
