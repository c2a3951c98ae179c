"""Nights that stand on an SFTP server or in an object store: fetched, loaded once, put away."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from servers.object_store import BUCKET, ENVIRONMENT, object_store_server
from servers.sftp import PASSWORD, SftpServer, sftp_server

from etl import settings
from nights import editing
from nights.few_children import few_children
from nights.loading import MESSAGE_PARTS, WESTMERE, Council, Ran, command

pytestmark = [pytest.mark.slow, pytest.mark.upkeep]

NIGHT = date(2026, 3, 3)
ARCHIVE = "loaded"
TABLE = "FACT_REFERRALS.csv"


@pytest.fixture(scope="module")
def extract(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The night, without a manifest."""
    return few_children(tmp_path_factory.mktemp("drawn"), NIGHT)


@pytest.fixture
def server(tmp_path: Path, extract: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SftpServer]:
    """The night stands there, and the settings let us in."""
    shutil.copytree(extract, tmp_path / "served" / "900" / extract.name)
    with sftp_server(tmp_path / "served") as serving:
        monkeypatch.setenv("CSC_ETL_SFTP_PASSWORD", PASSWORD)
        monkeypatch.setenv("CSC_ETL_SFTP_HOST_KEY", serving.host_key)
        yield serving


@pytest.fixture
def council(tmp_path: Path) -> Council:
    (tmp_path / "council").mkdir()
    return Council(tmp_path / "council", WESTMERE)


def load(council: Council, url: str, *more: str) -> Ran:
    ran = command("load", url, "--authority", WESTMERE, "--warehouse", council.url, *more)
    assert PASSWORD not in ran.out + ran.err
    return ran


@pytest.fixture(scope="module")
def from_files(extract: Path, tmp_path_factory: pytest.TempPathFactory) -> list[tuple[object, ...]]:
    """What the same night loads from this machine."""
    council = Council(tmp_path_factory.mktemp("from_files"), WESTMERE)
    assert council.load(extract).exit_code == 0
    return council.rows(WHAT_IS_LOADED)


WHAT_IS_LOADED = """
select load_run.extract_sha256, table_load.table_name, table_load.rows_in_file, table_load.loaded
from audit.load_run join audit.table_load on table_load.run_id = load_run.run_id
order by table_load.table_name
"""


def test_a_night_on_an_sftp_server_loads_as_it_does_from_files_though_the_line_is_cut(
    server: SftpServer, council: Council, extract: Path, from_files: list[tuple[object, ...]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    from etl.sources.arrival import fetch

    monkeypatch.setattr(fetch, "WAITS", (0.0, 0.0))
    files = (server.root / "900" / extract.name).iterdir()
    server.cuts[:] = [sum(path.stat().st_size for path in files) // 2]
    ran = load(council, server.url("900", extract.name))
    assert ran.exit_code == 0, ran.err
    assert server.cuts == []
    assert council.rows(WHAT_IS_LOADED) == from_files
    assert council.work_left_behind() == []
    assert (server.root / "900" / extract.name).is_dir()  # left, as nothing else is set


def test_a_night_that_was_taken_is_not_fetched_again_until_it_changes(
    server: SftpServer, council: Council, extract: Path
) -> None:
    url = server.url("900", extract.name)
    assert load(council, url).exit_code == 0
    server.opened.clear()
    ran = load(council, url)
    assert ran.exit_code == 0, ran.err
    assert "already loaded" in ran.out
    assert server.opened == []
    path = server.root / "900" / extract.name / TABLE
    path.write_bytes(path.read_bytes())  # another time, the same content
    ran = load(council, url)
    assert "already loaded" in ran.out
    assert f"/900/{extract.name}/{TABLE}" in server.opened


def test_a_loaded_night_is_put_away_once_where_that_is_set(
    server: SftpServer, council: Council, extract: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(settings.ARCHIVE, ARCHIVE)
    url = server.url("900", extract.name)
    (server.root / "900" / f"{extract.name}.done").touch()
    assert load(council, url).exit_code == 0
    there = server.root / "900"
    assert sorted(path.name for path in there.iterdir()) == [ARCHIVE]
    assert sorted(path.name for path in (there / ARCHIVE).iterdir()) == [
        extract.name, f"{extract.name}.done"
    ]  # fmt: skip
    server.opened.clear()
    ran = load(council, url)
    assert ran.exit_code == 0, ran.err
    assert "already loaded" in ran.out
    assert server.opened == []


def test_a_night_that_is_stopped_or_only_checked_is_left_where_it_stands(
    server: SftpServer, council: Council, extract: Path, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setenv(settings.ARCHIVE, ARCHIVE)
    url = server.url("900", extract.name)
    ran = command("check", url, "--authority", WESTMERE, "--pages", tmp_path / "pages")
    assert ran.exit_code == 0, ran.err
    there = server.root / "900" / extract.name
    editing.change(there, "FACT_REFERRALS", lambda rows: rows)
    (there / TABLE).write_bytes((there / TABLE).read_bytes()[:-5])
    stopped = load(council, url)
    assert stopped.exit_code == 3
    # It is told where it stands, and not where it was read for a moment.
    assert f"Where: source, {url}" in stopped.err
    assert "fetched" not in stopped.err.partition("Where:")[2]
    assert there.is_dir()
    assert council.work_left_behind() == []


def test_a_night_that_cannot_be_put_away_is_loaded_all_the_same(
    server: SftpServer, council: Council, extract: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(settings.ARCHIVE, ARCHIVE)
    (server.root / "900" / ARCHIVE / extract.name).mkdir(parents=True)
    ran = load(council, server.url("900", extract.name))
    assert ran.exit_code == 0, ran.err
    assert "could not be put away" in ran.err
    assert "Move it by hand" in ran.err


def test_a_night_put_before_later_ones_is_fetched_and_put_away(
    server: SftpServer, council: Council, extract: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(settings.ARCHIVE, ARCHIVE)
    later = "2026-03-04"
    shutil.copytree(extract, server.root / "900" / later)
    assert load(council, server.url("900", later)).exit_code == 0
    ran = load(council, server.url("900", extract.name), "--backfill")
    assert ran.exit_code == 0, ran.err
    assert sorted(path.name for path in (server.root / "900" / ARCHIVE).iterdir()) == [
        extract.name, later
    ]  # fmt: skip


def test_a_night_in_an_object_store_loads_as_it_does_from_files_and_is_put_away(
    council: Council, extract: Path, from_files: list[tuple[object, ...]], tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv(settings.ARCHIVE, ARCHIVE)
    packed = shutil.make_archive(str(tmp_path / extract.name), "zip", extract)
    with object_store_server() as store:
        monkeypatch.setenv("AWS_ENDPOINT_URL", store.endpoint)
        store.put(f"900/{extract.name}.zip", Path(packed).read_bytes())
        url = f"s3://{BUCKET}/900/{extract.name}"
        ran = load(council, url)
        assert ran.exit_code == 0, ran.err
        assert council.rows(WHAT_IS_LOADED) == from_files
        assert store.names() == [f"900/{ARCHIVE}/{extract.name}.zip"]
        assert "already loaded" in load(council, url).out


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("ftp://host/900/2026-03-03", "of no kind that is known"),
        ("sftp://council:a_secret@host/900/2026-03-03", "holds a password"),
        ("sftp://host/900/2026-03-03", "names no user"),
        ("sftp://council@host", "names no folder or file"),
        ("s3://bucket/900/../2026-03-03", "or '..'"),
        ("s3://bucket/900/2026-03-03?versionId=1", "'?'"),
        ("s3://bucket/900/night", "name is no date"),
        ("airflow://of_the_council/900/2026-03-03", "the command line cannot ask"),
    ],
)
def test_a_url_that_cannot_be_meant_is_wrong_usage(council: Council, url: str, says: str) -> None:
    ran = load(council, url)
    assert ran.exit_code == 2, ran.err
    assert says in ran.err
    assert [f"{part}:"[:6] for part in ran.parts] == [part.strip() for part in MESSAGE_PARTS]
    assert "a_secret" not in ran.err


def test_a_night_elsewhere_is_inspected_and_not_kept(server: SftpServer, extract: Path) -> None:
    url = server.url("900", extract.name)
    ran = command("inspect", url, "--json")
    assert ran.exit_code == 0, ran.err
    found = json.loads(ran.out)
    assert (found["kind"], found["path"]) == ("liquidlogic_files", url)
    assert PASSWORD not in ran.out + ran.err
