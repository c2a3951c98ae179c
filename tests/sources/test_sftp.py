"""Nights on an SFTP server: a real one on loopback, which loses connections where it is told to."""

from __future__ import annotations

import hashlib
import os
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from servers.sftp import PASSWORD, SftpServer, sftp_server

from etl import settings
from etl.errors import ConnectionFault, NightError, NightStopped, NotArrived, WrongUsage
from etl.sources.arrival import fetch as fetching
from etl.sources.arrival.fetch import fetch
from etl.sources.arrival.place import elsewhere_at
from etl.sources.arrival.readiness import Readiness, State, readiness

LONG_AGO = datetime(2026, 3, 1, tzinfo=UTC).timestamp()
NOW = datetime(2026, 4, 2, 2, tzinfo=UTC)
QUIET, MINUTE, SECOND = timedelta(minutes=10), timedelta(minutes=1), timedelta(seconds=1)
NIGHT = "2026-04-02"
TABLE = "FACT_REFERRALS.csv"
MOST = 1 << 30
BIG = 20 << 20


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SftpServer]:
    """With the settings that let us in."""
    root = tmp_path / "served"
    (root / "900").mkdir(parents=True)
    with sftp_server(root) as serving:
        monkeypatch.setenv("CSC_ETL_SFTP_PASSWORD", PASSWORD)
        monkeypatch.setenv("CSC_ETL_SFTP_HOST_KEY", serving.host_key)
        monkeypatch.setenv("HOME", str(tmp_path))
        yield serving


@pytest.fixture
def to(tmp_path: Path) -> Path:
    folder = tmp_path / "fetched"
    folder.mkdir()
    return folder


def put(server: SftpServer, name: str, content: bytes = b"A\n1\n") -> Path:
    """A file in the night's folder; as copied by a tool that keeps the old times of files."""
    path = server.root / "900" / NIGHT / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)
    os.utime(path, (LONG_AGO, LONG_AGO))
    return path


def put_manifest(server: SftpServer, *lines: str, header: str = "table,rows") -> None:
    put(server, "MANIFEST.csv", "\n".join((header, *lines, "")).encode())


def look(server: SftpServer, now: datetime = NOW, earlier: Readiness | None = None) -> Readiness:
    with elsewhere_at(server.url("900")) as place:
        return readiness(place, NIGHT, now=now, quiet=QUIET, earlier=earlier)


def fetched(server: SftpServer, to: Path, **others: Any) -> Path:
    waited: list[float] = []
    given = {"most_bytes": MOST, "sleep": waited.append} | others
    return fetch(server.url("900", NIGHT), to, **given)[0]


def told(error: NightError) -> str:
    """All four parts, none of which is empty or holds what lets us in."""
    assert all((error.what, error.where, error.means, error.next))
    assert PASSWORD not in str(error)
    return str(error)


def test_nothing_there_is_absent(server: SftpServer) -> None:
    assert look(server).state == State.ABSENT


def test_files_are_whole_only_once_they_were_seen_unchanged_for_long_enough(
    server: SftpServer,
) -> None:
    """An SFTP server does not say when a file was put there: its time is the source's."""
    put(server, TABLE)
    first = look(server)
    assert (first.state, first.changed_at) == (State.ARRIVING, NOW)
    second = look(server, NOW + QUIET - SECOND, first)
    assert not second.is_whole
    assert look(server, NOW + QUIET, second).told_by == (
        "its files, none of which changed for 10 minutes"
    )


def test_a_file_that_grew_between_two_looks_begins_to_be_quiet_anew(server: SftpServer) -> None:
    put(server, TABLE)
    first = look(server)
    put(server, TABLE, b"A\n1\n2\n")
    second = look(server, NOW + QUIET, first)
    assert not second.is_whole
    assert look(server, NOW + 2 * QUIET, second).is_whole


@pytest.mark.parametrize("sign", ["READY", "MANIFEST.csv"])
def test_a_marker_and_a_manifest_tell_once_nothing_changed_for_a_minute(
    server: SftpServer, sign: str
) -> None:
    put(server, TABLE)
    put(server, sign, b"table,rows\nFACT_REFERRALS,1\n")
    first = look(server)
    assert not first.is_whole
    assert look(server, NOW + MINUTE, first).is_whole


def test_while_tables_of_its_manifest_are_missing_it_is_not_whole(server: SftpServer) -> None:
    put(server, TABLE)
    put_manifest(server, "FACT_REFERRALS,1", "FACT_CLA,1")
    found = look(server, NOW + timedelta(days=1), look(server))
    assert (found.state, found.missing) == (State.ARRIVING, ("FACT_CLA",))


def test_of_a_zip_its_end_alone_is_read_to_see_that_it_is_there(server: SftpServer) -> None:
    archive = server.root / "900" / f"{NIGHT}.zip"
    with zipfile.ZipFile(archive, "w") as content:
        content.writestr(TABLE, os.urandom(BIG))
    first = look(server)
    assert not first.is_whole
    assert look(server, NOW + MINUTE, first).told_by == "its zip, which has its end"
    assert server.since_cut < BIG / 10
    archive.write_bytes(archive.read_bytes()[:-3])
    assert look(server, NOW + MINUTE, first).lacks == "its zip has no end yet, or is damaged"


def test_what_a_copy_tool_has_not_finished_keeps_it_from_being_whole(server: SftpServer) -> None:
    put(server, TABLE)
    put(server, f"{TABLE}.filepart")
    put(server, "READY")
    assert look(server, NOW + QUIET, look(server)).temporary == 1


def test_a_folder_is_fetched_with_its_files_alone_for_its_owner_alone(
    server: SftpServer, to: Path
) -> None:
    put(server, TABLE, b"A\nna\xc3\xafve\n")
    put(server, "READY", b"")
    (put(server, "empty.csv", b"").parent / "a folder").mkdir()
    found = fetched(server, to)
    assert found == to / NIGHT
    assert {path.name: path.read_bytes() for path in found.iterdir()} == {
        TABLE: b"A\nna\xc3\xafve\n",
        "empty.csv": b"",
    }
    assert [path.stat().st_mode & 0o077 for path in (found, *found.iterdir())] == [0, 0, 0]


@pytest.mark.parametrize("ending", [".zip", ".xml", ".xml.zip", ".xlsx"])
def test_a_file_is_found_by_its_date_and_fetched_by_its_name(
    server: SftpServer, to: Path, ending: str
) -> None:
    (server.root / "900" / f"{NIGHT}{ending}").write_bytes(b"content")
    assert fetched(server, to) == to / f"{NIGHT}{ending}"
    named = fetch(server.url("900", f"{NIGHT}{ending}"), to, MOST)[0]
    assert named.read_bytes() == b"content"


def test_a_connection_that_is_cut_half_way_is_taken_up_where_it_was(
    server: SftpServer, to: Path
) -> None:
    content = os.urandom(BIG)
    put(server, TABLE, content)
    server.cuts[:] = [BIG * 3 // 4]
    waited: list[float] = []
    found = fetched(server, to, sleep=waited.append)
    assert (found / TABLE).read_bytes() == content
    assert waited == [1.0]
    # What came before the cut was not read again, but for the end that proves it.
    assert server.connections == 2
    assert server.since_cut < BIG * 3 // 4


def test_a_connection_that_is_cut_again_and_again_goes_on_while_something_comes(
    server: SftpServer, to: Path
) -> None:
    content = os.urandom(BIG)
    put(server, TABLE, content)
    server.cuts[:] = [BIG // 8] * 7
    waited: list[float] = []
    assert (fetched(server, to, sleep=waited.append) / TABLE).read_bytes() == content
    assert waited == [1.0] * len(waited)
    assert len(waited) > len(fetching.WAITS)


def test_a_connection_that_is_cut_and_brings_nothing_more_is_given_up(
    server: SftpServer, to: Path
) -> None:
    put(server, TABLE, os.urandom(BIG))
    server.cuts[:] = [BIG // 2] + [0] * 100
    waited: list[float] = []
    with pytest.raises(ConnectionFault) as raised:
        fetched(server, to, sleep=waited.append)
    assert "the connection was lost" in told(raised.value)
    assert waited == list(fetching.WAITS)


def test_what_is_another_file_after_a_cut_is_refused(server: SftpServer, to: Path) -> None:
    path = put(server, TABLE, os.urandom(BIG))
    server.cuts[:] = [BIG // 2]
    with pytest.raises(ConnectionFault, match="changed while it was fetched"):
        fetched(server, to, sleep=lambda _: path.write_bytes(os.urandom(BIG)) and None)


def test_what_came_before_a_cut_is_read_again_and_begun_anew_where_it_is_not_the_same(
    server: SftpServer, to: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """As of a disk, or a line, that spoilt it."""
    content = os.urandom(BIG)
    put(server, TABLE, content)
    server.cuts[:] = [BIG * 3 // 4]

    def spoil(_: float) -> None:
        there = to / NIGHT / TABLE
        there.write_bytes(there.read_bytes()[:-1] + b"?")

    assert (fetched(server, to, sleep=spoil) / TABLE).read_bytes() == content
    assert "begun anew" in caplog.text


def test_a_file_that_grows_while_it_is_read_is_still_being_copied(
    server: SftpServer, to: Path
) -> None:
    path = put(server, TABLE, os.urandom(BIG))

    def grow() -> None:
        with path.open("ab") as file:
            file.write(b"more")

    server.while_reading = grow
    with pytest.raises(ConnectionFault) as raised:
        fetched(server, to)
    assert "changed while it was fetched: it is still being copied" in told(raised.value)


def test_a_file_that_shrinks_while_it_is_read_is_still_being_copied(
    server: SftpServer, to: Path
) -> None:
    path = put(server, TABLE, os.urandom(BIG))
    server.while_reading = lambda: os.truncate(path, BIG // 2)
    with pytest.raises(ConnectionFault) as raised:
        fetched(server, to)
    told(raised.value)


def test_a_table_that_comes_while_the_others_are_fetched_makes_it_another_night(
    server: SftpServer, to: Path
) -> None:
    put(server, TABLE)
    server.while_reading = lambda: put(server, "FACT_CLA.csv") and None
    with pytest.raises(ConnectionFault, match="changed while it was fetched"):
        fetched(server, to)


def test_a_hash_of_the_manifest_is_compared_with_the_file_that_came(
    server: SftpServer, to: Path, tmp_path: Path
) -> None:
    content = b"A\n1\n"
    put(server, TABLE, content)
    sha256 = hashlib.sha256(content).hexdigest()
    put_manifest(server, f"FACT_REFERRALS,1,{sha256.upper()}", header="table,rows,sha256")
    fetched(server, to)
    put_manifest(server, f"FACT_REFERRALS,1,{'0' * 64}", header="table,rows,sha256")
    (tmp_path / "again").mkdir()
    with pytest.raises(NightStopped) as raised:
        fetched(server, tmp_path / "again")
    assert f"{TABLE} is not the file whose SHA-256" in told(raised.value)


def test_an_extract_that_is_bigger_than_it_may_be_is_not_fetched(
    server: SftpServer, to: Path
) -> None:
    put(server, TABLE, b"x" * 2048)
    with pytest.raises(NightStopped, match="bigger than") as raised:
        fetched(server, to, most_bytes=2047)
    assert "extract_gib" in told(raised.value)
    assert server.opened == []


@pytest.mark.parametrize("there", ["nothing", "an empty folder", "a part"])
def test_what_is_not_there_or_not_whole_is_not_fetched(
    server: SftpServer, to: Path, there: str
) -> None:
    if there != "nothing":
        put(server, TABLE if there == "a part" else "READY")
    if there == "a part":
        put(server, f"{TABLE}.part")
    with pytest.raises(NotArrived) as raised:
        fetched(server, to)
    told(raised.value)


def test_a_file_whose_name_was_made_to_be_taken_for_something_else_is_not_fetched(
    server: SftpServer, to: Path
) -> None:
    put(server, "FACT_'REFERRALS.csv")
    with pytest.raises(NightStopped, match="quotation mark"):
        fetched(server, to)


def test_a_wrong_password_is_told_once_and_not_tried_again(
    server: SftpServer, to: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CSC_ETL_SFTP_PASSWORD", f"not {PASSWORD}")
    with pytest.raises(WrongUsage) as raised:
        fetched(server, to)
    assert "did not let us in" in told(raised.value)
    assert server.connections == 1
    assert raised.value.__cause__ is None


def test_a_key_lets_us_in_and_a_passphrase_unlocks_it(
    server: SftpServer, to: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import asyncssh

    key = asyncssh.import_private_key(server.user_key)
    (tmp_path / "key").write_text(server.user_key)
    (tmp_path / "locked").write_bytes(
        key.export_private_key("pkcs8-pem", passphrase="a passphrase")
    )
    put(server, TABLE)
    monkeypatch.delenv("CSC_ETL_SFTP_PASSWORD")
    monkeypatch.setenv("CSC_ETL_SFTP_KEY_FILE", str(tmp_path / "key"))
    assert look(server).state == State.ARRIVING
    monkeypatch.setenv("CSC_ETL_SFTP_KEY_FILE", str(tmp_path / "locked"))
    monkeypatch.setenv("CSC_ETL_SFTP_KEY_PASSPHRASE", "a passphrase")
    assert look(server).state == State.ARRIVING
    monkeypatch.setenv("CSC_ETL_SFTP_KEY_PASSPHRASE", "not that passphrase")
    with pytest.raises(
        WrongUsage, match="private key for the SFTP server cannot be read"
    ) as raised:
        look(server)
    assert "passphrase, if it has one" in told(raised.value)


def test_a_server_whose_key_nobody_knows_is_refused_with_what_to_do(
    server: SftpServer, to: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CSC_ETL_SFTP_HOST_KEY")
    with pytest.raises(WrongUsage) as raised:
        fetched(server, to)
    assert "Nobody said which host key" in told(raised.value)
    assert server.host_key in raised.value.next
    assert "SHA256:" in raised.value.what


def test_a_server_that_shows_another_key_is_sent_nothing(
    server: SftpServer, to: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import asyncssh

    another = asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode()
    monkeypatch.setenv("CSC_ETL_SFTP_HOST_KEY", another)
    with pytest.raises(WrongUsage) as raised:
        fetched(server, to)
    assert "shows another host key than the one that is known" in told(raised.value)
    assert "pretends" in raised.value.next


def test_a_known_key_is_found_in_a_file_and_written_without_its_type(
    server: SftpServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(server, TABLE)
    monkeypatch.setenv("CSC_ETL_SFTP_HOST_KEY", server.host_key.split()[1])
    assert look(server).state == State.ARRIVING
    monkeypatch.delenv("CSC_ETL_SFTP_HOST_KEY")
    known = tmp_path / "known_hosts"
    known.write_text(f"[127.0.0.1]:{server.port} {server.host_key}\n")
    monkeypatch.setenv("CSC_ETL_SFTP_KNOWN_HOSTS", str(known))
    assert look(server).state == State.ARRIVING
    known.unlink()
    with pytest.raises(WrongUsage, match="file of known hosts cannot be read"):
        look(server)


def test_a_setting_that_is_no_host_key_is_told(
    server: SftpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CSC_ETL_SFTP_HOST_KEY", "ssh-ed25519 ????")
    with pytest.raises(WrongUsage, match="The host key that is set is none"):
        look(server)


def test_a_server_that_is_not_there_is_an_outage(server: SftpServer, to: Path) -> None:
    gone = server.url("900", NIGHT).replace(f":{server.port}", ":1")
    with pytest.raises(ConnectionFault) as raised:
        fetch(gone, to, MOST)
    assert "cannot be reached" in told(raised.value)


def test_a_folder_that_the_user_may_not_read_is_told(
    server: SftpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    import asyncssh
    from servers.sftp import _Files

    def refuse(*_: Any) -> Any:
        raise asyncssh.SFTPPermissionDenied("no")

    monkeypatch.setattr(_Files, "stat", refuse)
    with pytest.raises(ConnectionFault) as raised:
        look(server)
    assert "The SFTP server refused" in told(raised.value)


def test_a_night_is_moved_to_a_folder_that_is_made_and_over_no_other(server: SftpServer) -> None:
    put(server, TABLE)
    with elsewhere_at(server.url("900")) as place:
        place.move(NIGHT, f"loaded/{NIGHT}")
        assert (server.root / "900" / "loaded" / NIGHT / TABLE).exists()
        put(server, TABLE)
        with pytest.raises(ConnectionFault, match="one of that name already"):
            place.move(NIGHT, f"loaded/{NIGHT}")


@pytest.mark.parametrize("name", ["CSC_ETL_SFTP_PASSWORD", "CSC_ETL_SFTP_KEY_PASSPHRASE"])
def test_no_secret_of_a_login_is_shown_by_it(
    name: str, server: SftpServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    from etl.sources.arrival.login import login_of

    monkeypatch.setenv(name, "a secret word")
    assert "a secret word" not in repr(login_of(server.url("900")))
    settings.check_names()
