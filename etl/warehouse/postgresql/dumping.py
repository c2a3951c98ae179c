"""Dumps of the warehouse's schemas by PostgreSQL's own programs, and whether one can be read back.

No password is on a command line, where every account of the machine sees it.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from psycopg.conninfo import make_conninfo
from sqlalchemy import URL

from etl.errors import ConnectionFault, NightError, WrongUsage
from etl.warehouse.postgresql.access import OWNER
from etl.warehouse.turns import LOCK_WAIT_SECONDS

DUMP = "warehouse.dump"
_SCHEMAS = ("warehouse", "report", "audit", "restricted")
# Of what the programs say, the lines that quote nothing stored: they are shown.
_SAID = re.compile(
    "connection to server|could not write|No space left on device|[Pp]ermission denied|"
    "server version|lock timeout|Input/output error|Read-only file system|not a valid archive|"
    "unexpected end of file|could not read from input file"
)
NO_NEW_BACKUP = "The warehouse was not changed. There is no new backup; those before it are there."


def check_programs(server_version: int, where: str) -> None:
    """Raises WrongUsage where pg_dump or pg_restore is not on the path, or pg_dump is of an earlier
    version than the server, which it then refuses.

    server_version: as libpq says it, such as 150004.
    """
    for program in ("pg_dump", "pg_restore"):
        if shutil.which(program) is None:
            raise WrongUsage(
                f"The program {program} is not on the path.",
                where=where,
                means=NO_NEW_BACKUP,
                next="Install PostgreSQL's client programs of the server's version or a later one "
                "where this runs (on Debian: postgresql-client), or put them on the PATH.",
            )
    found = re.search(r"\d+", _ran(["pg_dump", "--version"], {}).stdout)
    theirs, ours = server_version // 10000, int(found[0]) if found else 0
    if ours < theirs:
        raise WrongUsage(
            f"pg_dump is of version {ours}, the server of {theirs}.",
            where=where,
            means=NO_NEW_BACKUP,
            next=f"Install the client programs of PostgreSQL {theirs} or later where this runs, "
            "and put them first on the PATH.",
        )


def dump(url: URL, file: Path, where: str, *, as_owner: bool) -> None:
    """Dump the schemas into the file, for its owner only. as_owner: as the role that owns them.
    Raises ConnectionFault where it fails, or somebody holds a table for an hour."""
    command = [
        "pg_dump", "--format=custom", "--no-password", f"--file={file}",
        f"--lock-wait-timeout={LOCK_WAIT_SECONDS}s",
        *(f"--schema={schema}" for schema in _SCHEMAS),
        *([f"--role={OWNER}"] if as_owner else []),
    ]  # fmt: skip
    connection, secret = _connection(url)
    ran = _ran([*command, f"--dbname={connection}"], secret)
    if ran.returncode:
        raise ConnectionFault(
            f"pg_dump failed{_why(ran)}.",
            where=where,
            means=NO_NEW_BACKUP,
            next="Free space, see that the server runs and that the login loads the nights "
            "(a member of csc_loader); then try again. What else pg_dump says is not shown, as it "
            "may quote a record: docs/backup-and-restore.md has the command to run by hand.",
        )
    file.chmod(0o600)


def check_dump(file: Path) -> None:
    """Read the dump to its end, and see that the tables of nights and identities are in it. Raises
    NightError where it cannot be read, or lacks them."""
    listed = _ran(["pg_restore", "--list", str(file)], {})
    # To nowhere: every block of it is read.
    read = _ran(["pg_restore", f"--file={os.devnull}", str(file)], {})
    has_all = all(
        f"TABLE DATA {table} " in listed.stdout
        for table in ("audit load_run", "restricted child_identity")
    )
    if listed.returncode or read.returncode or not has_all:
        failed = listed if listed.returncode else read
        raise NightError(
            f"The dump cannot be read back{_why(failed)}." if failed.returncode
            else "The dump lacks tables of the warehouse.",
            where=str(file),
            means=NO_NEW_BACKUP,
            next="See that the disk is sound and the client programs are of one version; then "
            "try again.",
        )  # fmt: skip


def _connection(url: URL) -> tuple[str, dict[str, str]]:
    """How libpq is told of the server: what may be seen, and what the environment holds."""
    _, asked = url.get_dialect()().create_connect_args(url)
    secret = {
        name: str(asked.pop(key)) for key, name in (("password", "PGPASSWORD"),) if asked.get(key)
    }
    if asked.pop("sslpassword", None):
        raise WrongUsage(
            "The warehouse URL holds an sslpassword, which pg_dump takes by no hidden way.",
            where="warehouse URL",
            means=NO_NEW_BACKUP,
            next="Keep the client's key without a password, readable by this account alone, or "
            "dump by hand: docs/backup-and-restore.md.",
        )
    return make_conninfo(**asked), secret


def _ran(command: Sequence[str], secret: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 -- the program is PostgreSQL's own, the arguments are ours
        command, env={**os.environ, "LC_ALL": "C", **secret}, stdin=subprocess.DEVNULL,
        capture_output=True, text=True, errors="replace", check=False,
    )  # fmt: skip


def _why(ran: subprocess.CompletedProcess[str]) -> str:
    """Its first line that quotes nothing stored, else how it ended."""
    said = [line.strip() for line in ran.stderr.splitlines() if _SAID.search(line)]
    if ran.returncode < 0:
        said.append(f"ended by {signal.Signals(-ran.returncode).name}")
    return f" ({said[0]})" if said else f" (exit code {ran.returncode})"
