"""The commands of docs/backup-and-restore.md do what the page says: a warehouse that was restored,
and its nights loaded again, is the one that was never restored."""

from __future__ import annotations

import os
import re
import shutil
import textwrap
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
from access.people import ask
from nights import loading
from nights.loading import WESTMERE, Council, asking, command
from nights.test_engines_agree import EVERY_VIEW, TABLES, rows
from servers import postgresql
from servers.postgresql import OWN_SERVER, Server

from docs.following import Databases, Follower, ended, shim, wait_for
from etl.demo.extract import write_extract
from etl.errors import ConnectionFault
from etl.settings import PROJECT
from etl.warehouse import open_warehouse, turns
from etl.warehouse.postgresql import locks

pytestmark = [pytest.mark.slow, pytest.mark.long]

PAGE = (PROJECT / "docs" / "backup-and-restore.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    found = re.findall(rf"^ *```{language}\n(.*?)^ *```", PAGE, re.DOTALL | re.MULTILINE)
    return [textwrap.dedent(block) for block in found]


(
    TAKE, COPY_FILES, DUMP, DUMP_ROLES, CHECK_SUMS, PUT_BESIDE, MAKE_ROLES, MAKE_DATABASE,
    FILL_DATABASE, LOAD_AGAIN, ERASE_AGAIN, PUT_IN_PLACE, RENAME, AGE_OUT,
) = blocks("sh")  # fmt: skip
ATTACH, COUNT = blocks("sql")
# The first is the backup's; the page loads the others again.
NIGHTS = ("2026-05-31", "2026-06-01", "2026-06-02")
# Not that of other tests' roles, which are of the whole server.
LA_CODE = "977"
FILES_RESTORED = "duckdb:///restored/warehouse.duckdb"
LATE = "late.dump"
Held = dict[str, Counter[tuple[Any, ...]]]


def held(url: str) -> Held:
    """Every row of every table and view, without the ids and the times of runs."""
    with asking(url) as session:
        return {name: rows(session, name) for name in (*TABLES, *EVERY_VIEW)}


def differing(one: Held, other: Held) -> dict[str, tuple[Any, ...]]:
    """Where two warehouses differ, and a few rows that only one of them has."""
    return {
        name: (list(one[name] - other[name])[:2], list(other[name] - one[name])[:2])
        for name in one
        if one[name] != other[name]
    }


def load(council: Council, night: str) -> None:
    ran = council.load(council.folder / "extracts" / night)
    assert ran.exit_code == 0, ran.err


def erase(council: Council, number: str) -> loading.Ran:
    landing = council.folder / "landing"
    return command("erase", number, "--warehouse", council.url, "--landing", landing)


def known_as(url: str, numbers: list[str]) -> list[str]:
    """Which of these case numbers the warehouse knows."""
    found = loading.ask(url, "select case_number from restricted.child_identity")
    return [number for number in numbers if (number,) in found]


def to_be_erased(url: str) -> list[str]:
    """The child known longest, and the last to come: after the backup."""
    found = loading.ask(
        url,
        "select identity.case_number from restricted.child_identity as identity "
        "join warehouse.dim_child as child on child.child_key = identity.child_key "
        "group by identity.case_number, identity.child_key "
        "order by min(child.known_from), identity.child_key",
    )
    return [found[0][0], found[-1][0]]


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the extracts of every night, the authority's file and the project's SQL."""
    folder = tmp_path_factory.mktemp("council")
    for night in NIGHTS:
        write_extract(folder / "extracts", children=1000, extract_date=date.fromisoformat(night))
    local = WESTMERE.read_text(encoding="utf-8").replace(
        'la_code = "900"', f'la_code = "{LA_CODE}"'
    )
    (folder / "westmere.toml").write_text(local, encoding="utf-8")
    (folder / "sql").symlink_to(PROJECT / "sql")
    return folder


def a_folder(prepared: Path, folder: Path) -> Path:
    folder.mkdir()
    for path in prepared.iterdir():
        (folder / path.name).symlink_to(path)
    return folder


@dataclass
class Restored:
    """What was seen on the way. never: the warehouse that was never restored; again: the restored
    one when its nights were loaded; numbers: the children erased in between."""

    council: Council
    never: Held
    again: Held
    numbers: list[str]
    known_before_erasing: list[str]
    seen: dict[str, Any]


@pytest.fixture(scope="module")
def files(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Restored:
    folder = a_folder(prepared, tmp_path_factory.mktemp("files") / "council")
    council, follower = Council(folder, folder / "westmere.toml"), Follower(folder)
    load(council, NIGHTS[0])
    follower.follow(COPY_FILES, NIGHT=NIGHTS[0])
    backup = folder / "backups" / NIGHTS[0]
    seen: dict[str, Any] = {
        "backup": {path.name: path.stat().st_mode & 0o777 for path in [backup, *backup.iterdir()]},
        "at the backup": counted(folder),
        "in the backup": counted(backup),
    }
    for night in NIGHTS[1:]:
        load(council, night)
    never, numbers = held(council.url), to_be_erased(council.url)
    assert erase(council, numbers[0]).exit_code == 0
    mode = council.file.stat().st_mode
    # The backup was where modes are not kept.
    (backup / "warehouse.restricted.duckdb").chmod(0o644)
    follower.follow(PUT_BESIDE + LOAD_AGAIN, NIGHT=NIGHTS[0])
    url = f"duckdb:///{folder}/restored/warehouse.duckdb"
    again, known = held(url), known_as(url, numbers)
    (folder / "erasures.txt").write_text("".join(f"{number}\n" for number in numbers))
    follower.follow(ERASE_AGAIN, RESTORED=FILES_RESTORED)
    # Somebody opened the old file to write, and was killed.
    (folder / "warehouse.duckdb.wal").write_bytes(b"of the old file")
    seen["files before"] = {path.name for path in folder.iterdir()}
    seen["pages restored"] = pages(folder / "restored")
    with loading.opened(council.file) as reader:
        follower.follow(PUT_IN_PLACE)
        seen["a reader reads"] = reader.execute(
            "select count(*) from audit.privacy_action"
        ).fetchone()
    seen["mode"] = (mode, council.file.stat().st_mode)
    return Restored(council, never, again, numbers, known, seen)


def pages(folder: Path) -> dict[str, bytes]:
    """The checks' pages beside a warehouse, by night."""
    return {path.stem: path.read_bytes() for path in folder.glob("pages/*/*.html")}


def counted(folder: Path) -> tuple[Any, ...]:
    """What the page's queries say of two files."""
    attach = ATTACH.replace("'warehouse", f"'{folder}/warehouse")
    with duckdb.connect() as connection:
        connection.execute(attach)
        return connection.execute(COUNT).fetchall()[0]


def test_files_restored_and_loaded_again_hold_what_they_held(files: Restored) -> None:
    assert sum(map(len, files.never.values())) > 10_000
    assert differing(files.never, files.again) == {}


def test_the_backup_is_for_its_owner_only_and_says_that_it_is_whole(files: Restored) -> None:
    backup = files.council.folder / "backups" / NIGHTS[0]
    modes = files.seen["backup"]
    assert modes[backup.name] == 0o700
    assert modes["warehouse.restricted.duckdb"] == 0o600
    assert sorted(modes) == sorted([backup.name, "SHA256SUMS", "warehouse.duckdb",
                                    "warehouse.restricted.duckdb"])  # fmt: skip
    assert Follower(backup).follow(CHECK_SUMS).count(": OK\n") == 2
    ran = command("status", "--warehouse", f"duckdb:///{backup}/warehouse.duckdb")
    assert (ran.exit_code, NIGHTS[0] in ran.out) == (0, True)
    assert files.seen["in the backup"] == files.seen["at the backup"]
    last_night, obligations, *unmatched = files.seen["in the backup"]
    assert (str(last_night), unmatched) == (NIGHTS[0], [0, 0])
    assert obligations > 1000


def test_a_broken_block_is_noticed_though_the_file_opens(files: Restored, tmp_path: Path) -> None:
    backup = tmp_path / "backup"
    shutil.copytree(files.council.folder / "backups" / NIGHTS[0], backup)
    with (backup / "warehouse.duckdb").open("r+b") as file:
        file.seek(file.seek(0, os.SEEK_END) // 2)
        file.write(b"broken")
    ran = command("status", "--warehouse", f"duckdb:///{backup}/warehouse.duckdb")
    assert ran.exit_code == 0
    with pytest.raises(AssertionError, match=r"warehouse\.duckdb: FAILED"):
        Follower(backup).follow(CHECK_SUMS)


def test_identities_of_another_night_are_noticed(files: Restored, tmp_path: Path) -> None:
    for source, name in ((files.council.folder, "warehouse.duckdb"),
                         (files.council.folder / "backups" / NIGHTS[0],
                          "warehouse.restricted.duckdb")):  # fmt: skip
        shutil.copy(source / name, tmp_path)
    *_, identities_of_no_child, children_without = counted(tmp_path)
    assert identities_of_no_child > 0
    assert children_without > 0


def test_erased_children_are_back_until_they_are_erased_again(files: Restored) -> None:
    assert files.known_before_erasing == files.numbers
    assert known_as(files.council.url, files.numbers) == []
    assert "already" in erase(files.council, files.numbers[1]).out


def test_the_files_in_place_are_the_restored_ones_with_their_modes(files: Restored) -> None:
    folder = files.council.folder
    before, after = files.seen["mode"]
    assert before == after
    assert files.council.restricted.stat().st_mode & 0o777 == 0o600
    assert files.seen["files before"] - {path.name for path in folder.iterdir()} == {
        "restored", "warehouse.duckdb.wal"
    }  # fmt: skip
    assert files.seen["a reader reads"] == (1,)
    assert sorted(files.seen["pages restored"]) == list(NIGHTS[1:])
    assert pages(folder).items() >= files.seen["pages restored"].items()
    assert loading.ask(files.council.url, "select count(*) from audit.load_run") == [(3,)]


def test_the_command_takes_a_backup_that_the_pages_queries_find_whole(
    files: Restored, tmp_path: Path
) -> None:
    url = f"duckdb:///{files.council.file}"
    said = Follower(tmp_path).follow(TAKE, WAREHOUSE=url)
    [taken] = [path for path in (tmp_path / "backups").iterdir() if path.name != "making"]
    assert f"Backed up to {taken}" in said
    assert Follower(taken).follow(CHECK_SUMS).count(": OK\n") == 2
    assert counted(taken) == counted(files.council.folder)


def test_old_backups_are_deleted_and_others_stay(tmp_path: Path) -> None:
    for name in ("old", "new"):
        (tmp_path / "backups" / name).mkdir(parents=True)
        (tmp_path / "backups" / name / "warehouse.duckdb").touch()
    os.utime(tmp_path / "backups" / "old", (0, 0))
    Follower(tmp_path).follow(AGE_OUT)
    assert [path.name for path in (tmp_path / "backups").iterdir()] == ["new"]


@pytest.fixture
def empty(tmp_path: Path) -> Council:
    """A council whose warehouse has its tables, and no night."""
    council = Council(tmp_path, WESTMERE)
    with open_warehouse(council.url).writing(LA_CODE):
        pass
    return council


def test_a_backup_waits_for_a_load_that_writes(empty: Council) -> None:
    folder = empty.folder
    impatient = shim(folder, "flock", 'exec THERE --nonblock "$@"')
    telling = shim(folder, "flock", ": > begun", 'exec THERE "$@"')
    with ExitStack() as after:
        with open_warehouse(empty.url).writing(LA_CODE) as session:
            with pytest.raises(AssertionError):
                Follower(folder, (impatient,)).follow(COPY_FILES, NIGHT="refused")
            assert list((folder / "backups" / "refused").iterdir()) == []
            follower = Follower(folder, (telling,))
            waiting = after.enter_context(follower.running(COPY_FILES, NIGHT="after"))
            wait_for(folder / "begun", waiting)
            session.run("insert into warehouse.dim_date (date) values (date '1999-12-31')")
            assert list((folder / "backups" / "after").iterdir()) == []
        ended(waiting)
    copied = Council(folder / "backups" / "after", empty.authority)
    assert copied.file.read_bytes() == empty.file.read_bytes()
    assert copied.restricted.read_bytes() == empty.restricted.read_bytes()
    there = "select count(*) from warehouse.dim_date where date = date '1999-12-31'"
    assert copied.rows(there) == [(1,)]


def test_a_load_waits_for_a_backup(empty: Council, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = empty.folder
    os.mkfifo(folder / "gate")
    slow = shim(folder, "cp", ": > begun", "cat gate", 'exec THERE "$@"')
    warehouse = open_warehouse(empty.url)
    with Follower(folder, (slow,)).running(COPY_FILES, NIGHT="slow") as copying:
        wait_for(folder / "begun", copying)
        with monkeypatch.context() as patch:
            patch.setattr(turns, "LOCK_WAIT_SECONDS", 0)
            with pytest.raises(ConnectionFault), warehouse.writing(LA_CODE):
                pass
        (folder / "gate").write_text("")
        ended(copying)
    with warehouse.writing(LA_CODE):
        pass


@dataclass
class Dumped:
    """What was seen of a database on the way. first: the warehouse after its first night; late:
    the first night's again, of a dump that began then and ended after the second."""

    databases: Databases
    folder: Path
    first: Held
    late: Held
    again: Held
    shapes: list[list[tuple[Any, ...]]]
    numbers: list[str]
    known_before_erasing: list[str]
    seen: dict[str, Any]


@pytest.fixture(scope="module")
def database(
    files: Restored, prepared: Path, postgresql_server: Server,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Dumped]:  # fmt: skip
    databases = Databases.on(
        postgresql_server, ("csc_warehouse", "csc_restored", "csc_broken"), ("csc_nightly", "ann")
    )
    reads = f"csc_analyst, csc_authority_{LA_CODE}"
    databases.make("csc_warehouse", {"csc_nightly": "csc_loader", "ann": reads})
    folder = a_folder(prepared, tmp_path_factory.mktemp("database") / "council")
    url = databases.url("csc_warehouse", "csc_nightly")
    council, follower = Council(folder, folder / "westmere.toml", url), following(databases, folder)
    load(council, NIGHTS[0])
    live, restored = databases.url("csc_warehouse"), databases.url("csc_restored")
    first, shapes = held(live), [shape(databases, "csc_warehouse")]
    follower.follow(DUMP)
    follower.follow(DUMP_ROLES)
    seen: dict[str, Any] = {
        name: (folder / name).stat().st_mode & 0o777 for name in ("warehouse.dump", "roles.dump")
    }
    seen |= while_it_is_dumped(council, follower, files.numbers[0])
    follower.follow(MAKE_DATABASE)
    follower.follow(FILL_DATABASE.replace("warehouse.dump", LATE))
    late = held(restored)
    postgresql_server.run(f"drop database {databases.names['csc_restored']}")
    follower.follow(CHECK_SUMS)
    follower.follow(MAKE_DATABASE)
    follower.follow(FILL_DATABASE)
    shapes.append(shape(databases, "csc_restored"))
    follower.follow(LOAD_AGAIN)
    again, known = held(restored), known_as(restored, files.numbers)
    (folder / "erasures.txt").write_text("".join(f"{number}\n" for number in files.numbers))
    follower.follow(ERASE_AGAIN)
    seen["count"] = loading.ask(restored, COUNT)
    follower.follow(RENAME)
    yield Dumped(
        databases, folder, first, late, again, shapes, files.numbers, known, seen
    )  # fmt: skip
    postgresql_server.drop_databases()
    for role in (databases.names["csc_nightly"], databases.names["ann"],
                 f"csc_authority_{LA_CODE}"):  # fmt: skip
        postgresql_server.run(f"drop role {role}")


def while_it_is_dumped(council: Council, follower: Follower, number: str) -> dict[str, Any]:
    """Load the second night while a dump is under way, then upgrade the warehouse and erase the
    child; and erase it when the dump has ended. What came of these, by name."""
    came: dict[str, Any] = {}
    with dumping(follower):
        load(council, NIGHTS[1])
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(locks, "LOCK_TIMEOUT", "10ms")
            came["upgrade"] = command("upgrade", "--warehouse", council.url)
            came["erase"] = erase(council, number)
    came["erase again"] = erase(council, number)
    return came


def following(databases: Databases, folder: Path) -> Follower:
    return databases.follower(
        folder,
        WAREHOUSE=databases.url("csc_warehouse", "csc_nightly"),
        RESTORED=databases.url("csc_restored", "csc_nightly"),
    )


@contextmanager
def dumping(follower: Follower) -> Iterator[None]:
    """A dump that has begun when the block begins, and goes on when it ends."""
    pipe = follower.folder / "pipe"
    os.mkfifo(pipe)
    dump = DUMP.partition("sha256sum")[0].replace("warehouse.dump", "pipe --no-sync")
    # Not to wait for ever for a dump that fails before it opens its file.
    reading = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    with os.fdopen(reading, "rb", buffering=0) as written, follower.running(dump) as running:
        # Its first byte is written when it knows every table, and holds them.
        while not (begun := written.read(1)):
            assert running.poll() is None, ended(running)
            time.sleep(0.01)
        os.set_blocking(reading, True)
        yield
        (follower.folder / LATE).write_bytes(begun + written.read())
        ended(running)


# Names, and what every version has, so that databases of two servers can be compared.
SHAPE = """
select 'relation', relnamespace::regnamespace || '.' || relname, relowner::regrole::text,
    concat_ws(' ', relkind, relrowsecurity, relforcerowsecurity, reloptions::text,
        obj_description(oid, 'pg_class')),
    array(select grantee::regrole || ' ' || privilege_type
        from aclexplode(coalesce(relacl, acldefault('r', relowner)))
        where privilege_type <> 'MAINTAIN' order by 1)
from pg_class where relkind in ('r', 'v') and relnamespace::regnamespace::text = any ({schemas})
union all
select 'schema', nspname, nspowner::regrole::text, obj_description(oid, 'pg_namespace'),
    array(select grantee::regrole || ' ' || privilege_type
        from aclexplode(coalesce(nspacl, acldefault('n', nspowner))) order by 1)
from pg_namespace where nspname = any ({schemas})
union all
select 'policy', schemaname || '.' || tablename, policyname, concat_ws(' ', permissive, cmd, qual),
    roles::text[]
from pg_policies where schemaname = any ({schemas})
union all
select 'column', attrelid::regclass || '.' || attname, format_type(atttypid, atttypmod),
    concat_ws(' ', attnotnull, nullif(attstattarget, -1), col_description(attrelid, attnum)), null
from pg_attribute join pg_class on pg_class.oid = attrelid
where attnum > 0 and relkind in ('r', 'v')
and relnamespace::regnamespace::text = any ({schemas})
union all
select 'index', schemaname || '.' || indexname, tablename, indexdef, null
from pg_indexes where schemaname = any ({schemas})
order by 1, 2, 3
"""


def shape(databases: Databases, database: str) -> list[tuple[Any, ...]]:
    """All but the rows: owners, grants, policies, comments, columns and indexes."""
    schemas = "array['warehouse', 'report', 'audit', 'restricted']"
    return databases.server.run(SHAPE.format(schemas=schemas), databases.names[database])


def test_a_database_restored_and_loaded_again_holds_what_was_never_restored(
    files: Restored, database: Dumped
) -> None:
    assert differing(files.never, database.again) == {}


def test_owners_grants_row_policies_and_comments_come_with_the_dump(database: Dumped) -> None:
    before, after = database.shapes
    assert {kind for kind, *_ in before} == {"relation", "schema", "policy", "column", "index"}
    assert after == before


def test_dumps_are_for_their_owner_only(database: Dumped) -> None:
    assert (database.seen["warehouse.dump"], database.seen["roles.dump"]) == (0o600, 0o600)


def test_a_dump_that_a_night_overtakes_holds_the_night_before_whole(database: Dumped) -> None:
    assert differing(database.first, database.late) == {}


def test_what_needs_the_tables_alone_waits_for_a_dump_and_then_says_so(database: Dumped) -> None:
    for name in ("upgrade", "erase"):
        assert database.seen[name].exit_code == 1
        assert "open transaction" in database.seen[name].err
    assert database.seen["erase again"].exit_code == 0


def test_erased_children_are_back_in_a_database_until_they_are_erased_again(
    database: Dumped,
) -> None:
    assert database.known_before_erasing == database.numbers
    assert known_as(database.databases.url("csc_warehouse"), database.numbers) == []
    [(last_night, _, *unmatched)] = database.seen["count"]
    assert (str(last_night), unmatched) == (NIGHTS[-1], [0, 0])


def test_the_restored_database_is_in_place_and_its_readers_read_it(database: Dumped) -> None:
    nightly, ann = (
        database.databases.url("csc_warehouse", login) for login in ("csc_nightly", "ann")
    )
    assert NIGHTS[-1] in command("status", "--warehouse", nightly).out
    assert ask(ann, "select distinct la_code from report.current_measure") == [(LA_CODE,)]
    for refused in ("restricted.child_identity", "audit.privacy_action"):
        with pytest.raises(Exception, match="permission denied"):
            ask(ann, f"select * from {refused}")


@pytest.fixture
def new_server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """A server that has never heard of a warehouse."""
    monkeypatch.delenv(OWN_SERVER, raising=False)
    with postgresql.running() as server:
        yield server


def test_a_new_server_gets_the_roles_the_logins_and_the_database(
    database: Dumped, new_server: Server
) -> None:
    there = Databases(new_server, database.databases.names)
    follower = following(there, database.folder)
    for block in (MAKE_ROLES, MAKE_DATABASE, FILL_DATABASE):
        follower.follow(block)
    assert shape(there, "csc_restored") == database.shapes[0]
    passwords = (
        "select rolname, rolpassword from pg_authid "
        f"where rolname in {tuple(there.names.values())} order by 1"
    )
    assert new_server.run(passwords) == database.databases.server.run(passwords)
    ann = there.url("csc_restored", "ann")
    assert ask(ann, "select distinct la_code from report.current_measure") == [(LA_CODE,)]
