"""A warehouse in a DuckDB file, with the identities in a second, owner-only file beside it.

DuckDB lets one process write and then nobody read. So a load writes a copy and puts it in the
file's place when it is whole: readers keep the file they opened, new ones get the new one.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from etl import settings
from etl.left_behind import temporary_folder
from etl.warehouse.duckdb.attaching import attach, attach_copies, connect, write_anew
from etl.warehouse.duckdb.copying import check_copies, copy_files
from etl.warehouse.duckdb.faults import fault, telling_of
from etl.warehouse.duckdb.files import Files
from etl.warehouse.duckdb.release import bring_over, check_release
from etl.warehouse.duckdb.session import DuckDBSession
from etl.warehouse.duckdb.tables import create_identity_tables, create_tables
from etl.warehouse.members import add_unknown_members


class DuckDBWarehouse:
    """See ``session.StoredWarehouse``."""

    def __init__(self, path: Path) -> None:
        settings.warehouse_mode()  # before anything is begun: a wrong one is wrong usage
        self._files = Files(path)

    def exists(self) -> bool:
        try:
            return self._files.path.exists()
        except OSError as error:  # such as a folder on the way that may not be looked into
            raise fault(error, "read", self._files.path) from None

    def shown(self) -> str:
        return str(self._files.path)

    def default_folder(self) -> Path | None:
        return self._files.path.parent

    @contextmanager
    def reading(self, *, identities: bool = False) -> Iterator[DuckDBSession]:
        self._files.remove_left_behind()
        with temporary_folder() as folder, connect(folder / "spill") as connection:
            attach(connection, self._files.path, "building")
            if identities:
                attach(connection, self._files.restricted, "restricted")
            connection.execute("use building")
            check_release(connection, self._files, "building", *["restricted"] * identities)
            with telling_of(self._files.path, "read"):
                yield DuckDBSession(connection)

    @contextmanager
    def writing(self, la_code: str) -> Iterator[DuckDBSession]:
        with self._changing(upgrade=False) as session:
            yield session

    @contextmanager
    def upgrading(self) -> Iterator[DuckDBSession]:
        with self._changing(upgrade=True) as session:
            yield session

    def scrub(self) -> None:
        """Write both files anew: a file keeps the bytes of what was deleted until it uses their
        place again."""
        with self._files.replacing():
            for source, copy in self._files.pairs():
                write_anew(source, copy, self._files.spill)

    def back_up(self, folder: Path) -> dict[str, str]:
        return copy_files(self._files, folder)

    def check_backup(self, folder: Path) -> None:
        check_copies(self._files, folder)

    @contextmanager
    def _changing(self, *, upgrade: bool) -> Iterator[DuckDBSession]:
        with self._files.replacing():
            if not upgrade:  # which makes both files anew
                self._files.make_copies()
            connection = connect(self._files.spill)
            try:
                session = self._opened_copies(connection, upgrade=upgrade)
                yield session
                session.commit()
            finally:
                connection.close()

    def _opened_copies(
        self, connection: duckdb.DuckDBPyConnection, *, upgrade: bool
    ) -> DuckDBSession:
        files = self._files
        is_new, knows_nobody = not files.copy.exists(), not files.restricted_copy.exists()
        attach_copies(connection, files)
        if knows_nobody:
            create_identity_tables(connection)
        if upgrade and files.restricted.exists():
            bring_over(connection, files, into="restricted")
        connection.execute("begin")
        keys = create_tables(connection) if is_new else []
        if upgrade:
            bring_over(connection, files, into="building")
        session = DuckDBSession(connection, keys)
        if is_new:
            add_unknown_members(session)
        check_release(connection, files, "building", "restricted")
        return session
