"""Runs commands of a page in a folder, with the programs of this environment and of a server."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from access.people import ROLES_SQL, unless_there
from nights.loading import KEY
from servers.postgresql import Server
from sqlalchemy import make_url

from etl.settings import PROJECT, PSEUDONYM_KEY

PASSWORD = "of-a-test"


@dataclass(frozen=True)
class Follower:
    """Runs commands of the page in a folder, as whoever reads it would. names: what the page's
    names are called here."""

    folder: Path
    programs: tuple[Path, ...] = ()
    more: dict[str, str] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)

    @contextmanager
    def running(self, block: str, **more: str) -> Iterator[subprocess.Popen[str]]:
        """A block that runs beside what is done inside, and is killed if it has not ended then."""
        if self.names:
            pattern = rf"\b({'|'.join(self.names)})\b"
            block = re.sub(pattern, lambda name: self.names[name[1]], block)
        places = [*self.programs, Path(sys.executable).parent, os.environ["PATH"]]
        environment = {
            **os.environ, **self.more, **more, PSEUDONYM_KEY: KEY,
            "PATH": os.pathsep.join(map(str, places)), "PYTHONPATH": str(PROJECT),
        }  # fmt: skip
        with subprocess.Popen(
            ["bash", "-euo", "pipefail", "-c", block], cwd=self.folder, env=environment, text=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            start_new_session=True,
        ) as running:  # fmt: skip
            try:
                yield running
            finally:
                if running.poll() is None:
                    os.killpg(running.pid, signal.SIGKILL)

    def follow(self, block: str, **more: str) -> str:
        """Run a block to its end; returns what it printed."""
        with self.running(block, **more) as running:
            return ended(running)


def ended(running: subprocess.Popen[str]) -> str:
    """Wait until the block has ended well; returns what it printed."""
    out, err = running.communicate()
    assert running.returncode == 0, f"{out}\n{err}"
    return out


def shim(folder: Path, name: str, *lines: str) -> Path:
    """A program that is found before the one of its name, and goes on to it."""
    there = shutil.which(name)
    assert there, f"there is no {name} on the path"
    places = folder / f"instead_of_{name}_{uuid.uuid4().hex[:6]}"
    places.mkdir()
    (places / name).write_text("\n".join(("#!/bin/bash", *lines)).replace("THERE", there) + "\n")
    (places / name).chmod(0o755)
    return places


def wait_for(path: Path, running: subprocess.Popen[str]) -> None:
    """Wait until a block has made a file."""
    while not path.exists():
        assert running.poll() is None, ended(running)
        time.sleep(0.01)


@dataclass(frozen=True)
class Databases:
    """The databases and logins that a page names, on a server that others use too. names: what
    each is called there."""

    server: Server
    names: dict[str, str]

    @classmethod
    def on(cls, server: Server, databases: tuple[str, ...], logins: tuple[str, ...]) -> Databases:
        """None of them is made yet; the databases are dropped with the server's others."""
        mark = uuid.uuid4().hex[:12]
        names = {name: f"csc_test_{name.removeprefix('csc_')}_{mark}"
                 for name in (*databases, *logins)}  # fmt: skip
        server.made.extend(names[name] for name in databases)
        return cls(server, names)

    def url(self, database: str, login: str | None = None) -> str:
        """For one of the logins, or the administrator."""
        if login is None:
            return self.server.url(self.names[database])
        return self.server.url(self.names[database], self.names[login], PASSWORD)

    def make(self, database: str, logins: dict[str, str]) -> None:
        """What an administrator does before the first night. logins: the roles of each."""
        self.server.run(f"create database {self.names[database]}")
        self.server.run(ROLES_SQL, self.names[database])
        for login, roles in logins.items():
            for role in roles.split(", "):
                self.server.run(unless_there(f"create role {role}"))
            self.server.run(f"create role {self.names[login]} login password '{PASSWORD}'")
            self.server.run(f"grant {roles} to {self.names[login]}")

    def follower(self, folder: Path, **more: str) -> Follower:
        """Follows a page as the administrator; URLs in variables are the page's own business."""
        admin = make_url(self.server.admin)
        of_server = {
            "PGHOST": str(admin.host or admin.query["host"]), "PGPORT": str(admin.port or 5432),
            "PGUSER": str(admin.username), "PGPASSWORD": admin.password or "",
        }  # fmt: skip
        return Follower(folder, programs_of(self.server), {**of_server, **more}, self.names)


def programs_of(server: Server) -> tuple[Path, ...]:
    """The folder of the server's own programs; nothing where those on the path must do."""
    [(folder,)] = server.run("select setting from pg_config where name = 'BINDIR'")
    programs = ("psql", "pg_dump", "pg_dumpall", "pg_restore")
    if all(Path(folder, program).exists() for program in programs):
        return (Path(folder),)
    if missing := [program for program in programs if not shutil.which(program)]:
        pytest.fail(f"neither beside the server nor on the path: {', '.join(missing)}")
    return ()
