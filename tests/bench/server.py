"""What the processes of a PostgreSQL server on this machine take, which a client's own do not
show."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from servers.postgresql import Server

_PROC, _TICKS = Path("/proc"), os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class ServerProcesses:
    """The postmaster and every process it started; those that ended count in its own figures."""

    postmaster: int

    def seconds(self) -> float:
        """Process seconds in all, so far."""
        ended, ticks = 0, 0
        for pid, parent, own, waited_for in _processes():
            if pid == self.postmaster:
                ended = waited_for
            if self.postmaster in (pid, parent):
                ticks += own
        return (ticks + ended) / _TICKS


def processes_of(server: Server) -> ServerProcesses:
    """Those of a server on this machine. Raises SystemExit where it is on another."""
    ((backend,),) = server.run("select pg_backend_pid()")
    ((data,),) = server.run("show data_directory")
    noted = Path(data) / "postmaster.pid"
    if not noted.exists():
        raise SystemExit(f"what a server takes is only known on its own machine; {backend=}")
    return ServerProcesses(int(noted.read_text().split()[0]))


def _processes() -> list[tuple[int, int, int, int]]:
    """Of every process of this machine: its id, its parent's, its ticks, and those of processes
    that it started and that ended."""
    found = []
    for folder in _PROC.iterdir():
        if not folder.name.isdigit():
            continue
        try:
            # Behind the program's name, which may hold blanks and brackets.
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):  # ended since
            continue
        user, system, waited_user, waited_system = map(int, fields[11:15])
        found.append((int(folder.name), int(fields[1]), user + system, waited_user + waited_system))
    return found
