"""An SFTP server of the tests' own, on loopback. It can lose the
connection in the middle of a file, and counts what is read."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import asyncssh

USER, PASSWORD = "council", "a password of the tests, no secret"
STARTED_WITHIN = 30.0


@dataclass
class SftpServer:
    """root: the folder that users see as all there is. host_key: ``type base64``. user_key: what
    lets the user in beside the password, in OpenSSH's form. cuts: after how many bytes of a file
    from now on a connection is lost, once for each. while_reading: called before each read. opened:
    names of files that were opened."""

    root: Path
    port: int = 0
    host_key: str = ""
    user_key: str = ""
    cuts: list[int] = field(default_factory=list)
    while_reading: Callable[[], None] = lambda: None
    opened: list[str] = field(default_factory=list)
    since_cut: int = 0
    _connections: list[Any] = field(default_factory=list)

    @property
    def connections(self) -> int:
        """How many there were."""
        return len(self._connections)

    async def hang_up(self) -> None:
        """End them all."""
        for connection in self._connections:
            connection.abort()
            await connection.wait_closed()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        await asyncio.gather(*others, return_exceptions=True)

    def url(self, *names: str) -> str:
        """Of what lies below the root."""
        return "/".join((f"sftp://{USER}@127.0.0.1:{self.port}", *names))


class _Users(asyncssh.SSHServer):
    def __init__(self, server: SftpServer, key: asyncssh.SSHKey) -> None:
        self._server, self._key = server, key

    def connection_made(self, conn: Any) -> None:
        self._server._connections.append(conn)

    def begin_auth(self, username: str) -> bool:
        return True

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        return (username, password) == (USER, PASSWORD)

    def public_key_auth_supported(self) -> bool:
        return True

    def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
        return username == USER and key == self._key.convert_to_public()


class _Files(asyncssh.SFTPServer):
    def __init__(self, chan: Any, server: SftpServer) -> None:
        super().__init__(chan, chroot=str(server.root))
        self._server, self._chan, self._is_lost = server, chan, False

    def open(self, path: bytes, pflags: int, attrs: Any) -> Any:
        self._server.opened.append(path.decode())
        return super().open(path, pflags, attrs)

    def read(self, file_obj: Any, offset: int, size: int) -> bytes:
        server = self._server
        server.while_reading()
        if self._is_lost:
            raise asyncssh.SFTPConnectionLost("lost")
        if server.cuts and server.since_cut >= server.cuts[0]:
            server.cuts.pop(0)
            server.since_cut, self._is_lost = 0, True
            self._chan.get_connection().abort()
        found = super().read(file_obj, offset, size)
        server.since_cut += len(found)
        return found


@contextmanager
def sftp_server(root: Path) -> Iterator[SftpServer]:
    """Serve a folder until the block ends."""
    server, started, ended = SftpServer(root), threading.Event(), asyncio.Event()
    loop = asyncio.new_event_loop()

    async def serve() -> None:
        host_key = asyncssh.generate_private_key("ssh-ed25519")
        user_key = asyncssh.generate_private_key("ssh-ed25519")
        listening = await asyncssh.create_server(
            lambda: _Users(server, user_key), "127.0.0.1", 0, server_host_keys=[host_key],
            sftp_factory=lambda chan: _Files(chan, server),
        )  # fmt: skip
        server.port = listening.get_port()
        server.host_key = " ".join(host_key.export_public_key().decode().split()[:2])
        server.user_key = user_key.export_private_key().decode()
        started.set()
        await ended.wait()
        listening.close()
        await listening.wait_closed()
        await server.hang_up()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),), daemon=True)
    thread.start()
    assert started.wait(STARTED_WITHIN)
    try:
        yield server
    finally:
        loop.call_soon_threadsafe(ended.set)
        thread.join(STARTED_WITHIN)
        loop.close()
