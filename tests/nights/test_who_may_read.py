"""Who may read the files of a warehouse, while they are written and after."""

from __future__ import annotations

import logging
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

import pytest

from etl.errors import WrongUsage
from etl.left_behind import temporary_folder
from etl.settings import UMASK
from etl.warehouse import open_warehouse
from etl.warehouse.duckdb.attaching import connect

EVERYBODY, GROUP = 0o007, 0o070
NEW_CHILD = (
    "insert into restricted.child_identity (child_key, la_code, case_number) "
    "values (:key, '900', :number)"
)


@pytest.fixture(autouse=True)
def nothing_masked() -> Iterator[None]:
    """The process takes nothing from the modes of what it makes."""
    before = os.umask(0)
    yield
    os.umask(before)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "warehouse.duckdb"


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def write(file: Path, key: int = 1) -> None:
    with open_warehouse(f"duckdb:///{file}").writing("900") as session:
        session.turn_to_identities()
        session.run(NEW_CHILD, key=key, number=f"number {key}")


def open_to_others(folder: Path) -> set[str]:
    """What somebody else could look into: files of folders that are not closed to them."""
    found = set()
    for place, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if mode(Path(place, name)) & (GROUP | EVERYBODY)]
        found |= {name for name in files if mode(Path(place, name)) & (GROUP | EVERYBODY)}
    return found


def test_while_a_new_warehouse_is_written_nobody_else_can_look_into_anything(file: Path) -> None:
    with open_warehouse(f"duckdb:///{file}").writing("900") as session:
        session.turn_to_identities()
        session.run(NEW_CHILD, key=1, number="number 1")
        session.turn_to_identities()
        assert sorted(path.name for path in file.parent.rglob("*.duckdb")) == [
            "warehouse.duckdb", "warehouse.restricted.duckdb"
        ]  # fmt: skip
        assert open_to_others(file.parent) == set()


def test_while_a_warehouse_is_written_again_nobody_else_can_look_into_the_copies(
    file: Path,
) -> None:
    write(file)
    file.chmod(0o644)
    with open_warehouse(f"duckdb:///{file}").writing("900") as session:
        session.run(NEW_CHILD, key=2, number="number 2")
        assert open_to_others(file.parent) == {"warehouse.duckdb"}
        assert open_to_others(file.parent / "warehouse.duckdb.loading") != set()


def test_while_the_files_are_written_anew_nobody_else_can_look_into_the_copies(file: Path) -> None:
    write(file)
    seen: list[set[str]] = []
    real = Path.replace

    def look(self: Path, target: Path) -> Path:
        seen.append(open_to_others(file.parent))
        return real(self, target)

    with mock.patch.object(Path, "replace", look):
        open_warehouse(f"duckdb:///{file}").scrub()
    assert seen == [{"warehouse.duckdb"}] * 2


def test_a_new_warehouse_is_read_by_its_group_and_its_identities_by_the_owner(file: Path) -> None:
    write(file)
    assert (mode(file), mode(file.with_name("warehouse.restricted.duckdb"))) == (0o640, 0o600)
    assert mode(file.with_name("warehouse.duckdb.lock")) == 0o600


@pytest.mark.parametrize(("mask", "expected"), [("077", 0o600), ("0022", 0o644), ("000", 0o644)])
def test_the_setting_gives_a_new_warehouse_to_others_to_read(
    file: Path, monkeypatch: pytest.MonkeyPatch, mask: str, expected: int
) -> None:
    monkeypatch.setenv(UMASK, mask)
    write(file)
    assert (mode(file), mode(file.with_name("warehouse.restricted.duckdb"))) == (expected, 0o600)


@pytest.mark.parametrize("mask", ["u=rw", "9", "0x12", "27"])
def test_a_setting_that_is_no_mask_is_wrong_usage(
    file: Path, monkeypatch: pytest.MonkeyPatch, mask: str
) -> None:
    monkeypatch.setenv(UMASK, mask)
    with pytest.raises(WrongUsage, match="three octal digits"):
        open_warehouse(f"duckdb:///{file}")


def test_what_the_operator_gave_a_warehouse_file_stays_and_identities_go_back_to_the_owner(
    file: Path,
) -> None:
    write(file)
    other_group = 4242 if os.geteuid() == 0 else max(os.getgroups())
    file.chmod(0o660)
    os.chown(file, -1, other_group)
    restricted = file.with_name("warehouse.restricted.duckdb")
    restricted.chmod(0o644)
    write(file, key=2)
    open_warehouse(f"duckdb:///{file}").scrub()
    assert (mode(file), file.stat().st_gid, mode(restricted)) == (0o660, other_group, 0o600)


def test_where_the_group_cannot_be_kept_no_other_group_reads_the_file(
    file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    write(file)
    os.chown(file, -1, 4242 if os.geteuid() == 0 else max(os.getgroups()))
    cannot = mock.patch.object(os, "chown", side_effect=PermissionError(1, "no"))
    is_owned = mock.patch.object(Path, "stat", autospec=True, side_effect=of_group(file, 4242))
    with cannot, is_owned, caplog.at_level(logging.WARNING, logger="csc_etl"):
        write(file, key=2)
    assert mode(file) == 0o600
    assert "lost its group" in caplog.text


def of_group(file: Path, group: int) -> object:
    """How the file looks that belongs to a group."""
    real = Path.stat

    def seen(path: Path, **more: bool) -> os.stat_result:
        found = real(path, **more)
        if path != file:
            return found
        return os.stat_result([*found[:5], group, *found[6:]])

    return seen


@pytest.mark.parametrize(("asked", "is_told"), [("", True), ("022", False)])
def test_a_file_of_before_that_everybody_can_open_is_told_unless_it_was_asked_for(
    file: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, asked: str,
    is_told: bool,
) -> None:  # fmt: skip
    write(file)
    file.chmod(0o644)
    monkeypatch.setenv(UMASK, asked)
    with caplog.at_level(logging.WARNING, logger="csc_etl"):
        write(file, key=2)
    assert ("every account of this machine can open" in caplog.text) is is_told


def test_what_does_not_fit_into_memory_is_written_where_nobody_else_looks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with temporary_folder() as folder, connect(folder / "spill") as connection:
        connection.execute("set memory_limit = '60MB'; set threads = 1")
        connection.execute(
            "create temporary table many as select n, md5(cast(n as varchar)) as hash "
            "from range(1500000) as numbers (n)"
        )
        assert list((folder / "spill").iterdir()) != []
        assert mode(folder) == 0o700
    assert not folder.exists()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("is_written", [False, True])
def test_every_session_of_a_warehouse_has_its_place_for_that(
    file: Path, tmp_path: Path, is_written: bool
) -> None:
    write(file)
    warehouse = open_warehouse(f"duckdb:///{file}")
    with warehouse.writing("900") if is_written else warehouse.reading() as session:
        [(place,)] = session.rows("select current_setting('temp_directory')")
        assert mode(Path(place).parent) == 0o700
    assert not Path(place).parent.exists()


def test_the_next_command_that_reads_removes_what_a_killed_load_left(
    file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    write(file)
    left = file.with_name("warehouse.duckdb.loading")
    left.mkdir()
    (left / "warehouse.restricted.duckdb.wal").write_text("number 1")
    of_0_1_0 = file.with_name("warehouse.restricted.duckdb.loading.wal")
    of_0_1_0.write_text("number 1")
    with (
        caplog.at_level(logging.WARNING, logger="csc_etl"),
        open_warehouse(f"duckdb:///{file}").reading(),
    ):
        pass
    assert (left.exists(), of_0_1_0.exists()) == (False, False)
    assert "removed what a killed load left" in caplog.text


def test_a_reader_removes_nothing_of_a_load_that_is_writing(file: Path) -> None:
    write(file)
    warehouse = open_warehouse(f"duckdb:///{file}")
    with warehouse.writing("900") as writing:
        writing.run(NEW_CHILD, key=2, number="number 2")
        with open_warehouse(f"duckdb:///{file}").reading():
            pass
    with warehouse.reading(identities=True) as session:
        assert session.rows("select count(*) from restricted.child_identity") == [(2,)]
