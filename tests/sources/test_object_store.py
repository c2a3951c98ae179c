"""Nights in an object store: a real server on loopback that speaks as S3 does."""

from __future__ import annotations

import io
import os
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from servers.object_store import BUCKET, ENVIRONMENT, ObjectStoreServer, object_store_server

from etl.errors import ConnectionFault, NightError, NotArrived, WrongUsage
from etl.sources.arrival import object_store as module
from etl.sources.arrival.fetch import fetch
from etl.sources.arrival.place import elsewhere_at
from etl.sources.arrival.readiness import Readiness, State, readiness

QUIET, MINUTE = timedelta(minutes=10), timedelta(minutes=1)
NIGHT, FOLDER = "2026-04-02", "900/2026-04-02"
TABLE = "FACT_REFERRALS.csv"
MOST = 1 << 30
BIG = 20 << 20
URL = f"s3://{BUCKET}/900"


@pytest.fixture(scope="module")
def serving() -> Iterator[ObjectStoreServer]:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in ENVIRONMENT.items():
            patch.setenv(name, value)
        with object_store_server() as server:
            patch.setenv("AWS_ENDPOINT_URL", server.endpoint)
            yield server


@pytest.fixture
def store(serving: ObjectStoreServer) -> Iterator[ObjectStoreServer]:
    yield serving
    for name in serving.names():
        serving.store.delete_object(Bucket=BUCKET, Key=name)


@pytest.fixture
def to(tmp_path: Path) -> Path:
    folder = tmp_path / "fetched"
    folder.mkdir()
    return folder


def look(after: timedelta = timedelta(), earlier: Readiness | None = None) -> Readiness:
    now = datetime.now(UTC) + timedelta(seconds=1) + after
    with elsewhere_at(URL) as place:
        return readiness(place, NIGHT, now=now, quiet=QUIET, earlier=earlier)


def fetched(to: Path, **others: Any) -> Path:
    given = {"most_bytes": MOST, "sleep": lambda _: None} | others
    return fetch(f"{URL}/{NIGHT}", to, **given)[0]


def told(error: NightError) -> str:
    """All four parts, none of which is empty or holds what lets us in."""
    assert all((error.what, error.where, error.means, error.next))
    assert ENVIRONMENT["AWS_SECRET_ACCESS_KEY"] not in str(error)
    assert ENVIRONMENT["AWS_ACCESS_KEY_ID"] not in str(error)
    assert error.__cause__ is None
    return str(error)


def test_nothing_there_is_absent(store: ObjectStoreServer) -> None:
    assert look().state == State.ABSENT
    store.put(f"900/{NIGHT}0/{TABLE}")  # another night's, whose name begins as this one's
    assert look().state == State.ABSENT


def test_the_store_says_when_an_object_was_put_there(store: ObjectStoreServer) -> None:
    store.put(f"{FOLDER}/{TABLE}")
    assert look().state == State.ARRIVING
    assert look(QUIET).told_by == "its files, none of which changed for 10 minutes"


def test_a_marker_that_was_put_last_tells_at_once(store: ObjectStoreServer) -> None:
    store.put(f"{FOLDER}/{TABLE}")
    store.put(f"900/{NIGHT}.done", b"")
    assert look().told_by == "a marker beside or among its files"


def test_a_manifest_tells_what_is_missing_and_then_that_it_is_whole(
    store: ObjectStoreServer,
) -> None:
    store.put(f"{FOLDER}/MANIFEST.csv", b"table,rows\nFACT_REFERRALS,1\n")
    assert look(MINUTE).missing == ("FACT_REFERRALS",)
    store.put(f"{FOLDER}/{TABLE}")
    assert look(MINUTE).told_by == "its manifest, all tables of which are there"


@pytest.mark.parametrize("kept", [None, -3])
def test_a_zip_is_whole_where_it_has_its_end(store: ObjectStoreServer, kept: int | None) -> None:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as content:
        content.writestr(TABLE, "A\n1\n")
    store.put(f"{FOLDER}.zip", archive.getvalue()[:kept])
    assert look(MINUTE).is_whole == (kept is None)


def test_a_folder_is_fetched_and_the_empty_object_that_stands_for_it_is_not(
    store: ObjectStoreServer, to: Path
) -> None:
    content = os.urandom(BIG)
    store.put(f"{FOLDER}/", b"")
    store.put(f"{FOLDER}/{TABLE}", content)
    store.put(f"{FOLDER}/READY", b"")
    store.put(f"{FOLDER}/another/{TABLE}")
    found = fetched(to)
    assert [path.name for path in found.iterdir()] == [TABLE]
    assert (found / TABLE).read_bytes() == content


def test_a_file_is_found_by_its_date(store: ObjectStoreServer, to: Path) -> None:
    store.put(f"{FOLDER}.xlsx", b"content")
    assert fetched(to).read_bytes() == b"content"


def test_what_is_lost_half_way_is_taken_up_where_it_was(
    store: ObjectStoreServer, to: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = os.urandom(BIG)
    store.put(f"{FOLDER}/{TABLE}", content)
    asked: list[int] = []
    real = module.ObjectStore.piece

    def lost_once(place: module.ObjectStore, name: str, offset: int, length: int) -> bytes:
        asked.append(offset)
        if len(asked) == 2:
            with place._asking(name):
                raise ConnectionResetError
        return real(place, name, offset, length)

    monkeypatch.setattr(module.ObjectStore, "piece", lost_once)
    assert (fetched(to) / TABLE).read_bytes() == content
    at_once = module.ObjectStore.most_at_once
    assert asked == [0, at_once, at_once - (1 << 20), at_once, 2 * at_once]


def test_what_changes_while_it_is_fetched_is_still_being_copied(
    store: ObjectStoreServer, to: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.put(f"{FOLDER}/{TABLE}")
    real = module.ObjectStore.piece

    def then_another(*asked: Any) -> bytes:
        found = real(*asked)
        store.put(f"{FOLDER}/FACT_CLA.csv")
        return found

    monkeypatch.setattr(module.ObjectStore, "piece", then_another)
    with pytest.raises(ConnectionFault, match="changed while it was fetched") as raised:
        fetched(to)
    told(raised.value)


def test_what_is_not_there_is_not_fetched(store: ObjectStoreServer, to: Path) -> None:
    with pytest.raises(NotArrived) as raised:
        fetched(to)
    told(raised.value)


def test_a_bucket_that_is_not_there_holds_nothing(store: ObjectStoreServer, to: Path) -> None:
    with pytest.raises(NotArrived) as raised:
        fetch(f"s3://no-{BUCKET}/900/{NIGHT}", to, MOST)
    told(raised.value)


def test_a_store_that_does_not_let_us_in_is_told_once(
    store: ObjectStoreServer, to: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    with pytest.raises(WrongUsage) as raised:
        fetched(to)
    assert "did not let us in" in told(raised.value)


def test_a_store_that_is_not_there_is_an_outage(
    store: ObjectStoreServer, to: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    with pytest.raises(ConnectionFault) as raised:
        fetched(to)
    assert "cannot be reached" in told(raised.value)


@pytest.mark.parametrize(("scheme", "extra"), [("s3", "s3"), ("abfs", "azure"), ("gs", "gcs")])
def test_what_is_not_installed_is_named(
    monkeypatch: pytest.MonkeyPatch, to: Path, scheme: str, extra: str
) -> None:
    import fsspec

    def lacking(*_: Any, **__: Any) -> Any:
        raise ImportError("Install something to access it")

    monkeypatch.setattr(fsspec.core, "url_to_fs", lacking)
    with pytest.raises(WrongUsage) as raised:
        fetch(f"{scheme}://{BUCKET}/900/{NIGHT}", to, MOST)
    assert f"pip install 'csc-etl[{extra}]'" in told(raised.value)


def test_a_night_is_moved_and_over_no_other(store: ObjectStoreServer) -> None:
    store.put(f"{FOLDER}/{TABLE}")
    store.put("900/2026-04-03.zip")
    with elsewhere_at(URL) as place:
        place.move(NIGHT, f"loaded/{NIGHT}")
        place.move("2026-04-03.zip", "loaded/2026-04-03.zip")
        assert store.names() == [f"900/loaded/{NIGHT}/{TABLE}", "900/loaded/2026-04-03.zip"]
        store.put(f"{FOLDER}/{TABLE}")
        with pytest.raises(ConnectionFault, match="one of that name already"):
            place.move(NIGHT, f"loaded/{NIGHT}")
