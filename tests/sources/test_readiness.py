"""When an extract has arrived whole: as a folder, as a zip, by any tool that copies."""

from __future__ import annotations

import gzip
import os
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from etl.contracts.source_table import SourceTable
from etl.errors import ConnectionFault
from etl.run import Arrival
from etl.sources.arrival import readiness as module
from etl.sources.arrival.csv_extract import read_extract
from etl.sources.arrival.folder import Folder
from etl.sources.arrival.readiness import State
from etl.sources.door import Door
from etl.sources.source import Expected

QUIET = timedelta(minutes=10)
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
LONG_AGO = datetime(2026, 3, 1, tzinfo=UTC).timestamp()
TABLE = "FACT_REFERRALS"


@pytest.fixture
def extract(tmp_path: Path) -> Path:
    """Where the night's folder is to be."""
    return tmp_path / "900" / "2026-04-02"


def readiness(extract: Path, **others: Any) -> module.Readiness:
    """What is found of a night of this machine."""
    return module.readiness(Folder(extract.parent), extract.name, **others)


def arrived(extract: Path) -> Path | None:
    found = module.arrived(Folder(extract.parent), extract.name)
    return extract.with_name(found.name) if found else None


def put(extract: Path, *names: str, content: str = "A\n1\n") -> None:
    """Files in the night's folder."""
    extract.mkdir(parents=True, exist_ok=True)
    for name in names:
        (extract / name).write_text(content)


def put_manifest(extract: Path, *tables: str) -> None:
    lines = "".join(f"{table},1\n" for table in tables)
    put(extract, "MANIFEST.csv", content=f"table,rows\n{lines}")


def put_zip(extract: Path) -> Path:
    extract.parent.mkdir(parents=True, exist_ok=True)
    archive = extract.with_name(f"{extract.name}.zip")
    with zipfile.ZipFile(archive, "w") as content:
        content.writestr(f"{TABLE}.csv", "A\n1\n")
    return archive


def newest(extract: Path) -> datetime:
    """When the extract was last changed, by the clock of this machine's disk."""
    zipped = extract.with_name(f"{extract.name}.zip")
    found = [extract, *extract.rglob("*")] if extract.is_dir() else [zipped]
    times = [path.stat().st_ctime_ns for path in found if path.exists()]
    return datetime.fromtimestamp(max(times) / 1e9, UTC)


def after(extract: Path, waited: timedelta) -> module.Readiness:
    """What is found so long after the last change."""
    return readiness(extract, now=newest(extract) + waited, quiet=QUIET)


def put_later_than(first: Path, later: Path) -> None:
    """Write a file until the disk's clock says that it is the later one."""
    later.write_text("A\n1\n")
    while later.stat().st_ctime_ns <= first.stat().st_ctime_ns:
        later.write_text("A\n1\n")


def test_nothing_there_is_absent(extract: Path) -> None:
    now = datetime(2026, 4, 2, 2, tzinfo=UTC)
    assert readiness(extract, now=now, quiet=QUIET).state == State.ABSENT
    assert arrived(extract) is None


def test_a_folder_goes_before_a_zip_of_the_same_night(extract: Path) -> None:
    archive = put_zip(extract)
    assert arrived(extract) == archive
    put(extract, f"{TABLE}.csv")
    assert arrived(extract) == extract


@pytest.mark.parametrize("form", ["folder", "folder with a marker", "folder with a part"])
def test_a_folder_without_a_file_of_the_extract_is_never_whole(extract: Path, form: str) -> None:
    extract.mkdir(parents=True)
    if form == "folder with a marker":
        (extract / "READY").touch()
    if form == "folder with a part":
        (extract / f"{TABLE}.csv.filepart").touch()
    assert after(extract, timedelta(days=1)).state == State.ARRIVING


@pytest.mark.parametrize("name", [f"{TABLE}.csv", f"{TABLE}.csv.gz"])
def test_without_marker_and_manifest_it_is_whole_when_it_was_quiet_for_long_enough(
    extract: Path, name: str
) -> None:
    put(extract, name)
    found = after(extract, QUIET - SECOND)
    assert (found.state, found.changed_at) == (State.ARRIVING, newest(extract))
    assert after(extract, QUIET + SECOND).told_by == (
        "its files, none of which changed for 10 minutes"
    )


def test_a_copy_that_keeps_the_old_times_of_files_is_still_new(extract: Path) -> None:
    put(extract, f"{TABLE}.csv")
    for path in (extract / f"{TABLE}.csv", extract):
        os.utime(path, (LONG_AGO, LONG_AGO))
    assert not after(extract, QUIET - SECOND).is_whole
    assert after(extract, QUIET + SECOND).is_whole


@pytest.mark.parametrize("marker", module.MARKERS)
def test_a_marker_in_the_folder_tells_at_once(extract: Path, marker: str) -> None:
    put(extract, f"{TABLE}.csv", marker, content="")
    assert after(extract, SECOND).is_whole


def test_of_several_doors_a_file_in_the_folder_of_one_counts_as_the_others_do(
    extract: Path,
) -> None:
    """A council whose records come through several has a folder for each in that of the night."""
    put(extract / "children", f"{TABLE}.csv")
    waited = after(extract, QUIET + timedelta(minutes=1))
    assert waited.is_whole
    put(extract / "care", "episodes.csv.part")
    assert not after(extract, QUIET + timedelta(minutes=1)).is_whole
    (extract / "care" / "episodes.csv.part").rename(extract / "care" / "episodes.csv")
    put(extract, "READY")
    assert readiness(extract, now=newest(extract), quiet=QUIET).is_whole


def test_a_marker_beside_tells_at_once_of_a_folder_and_of_a_zip(extract: Path) -> None:
    put_zip(extract)
    assert not after(extract, SECOND).is_whole
    beside = extract.with_name("2026-04-02.done")
    beside.touch()
    assert after(extract, SECOND).is_whole
    put(extract, f"{TABLE}.csv")
    put_later_than(extract / f"{TABLE}.csv", beside)
    assert after(extract, SECOND).is_whole


def test_a_marker_of_another_night_tells_nothing(extract: Path) -> None:
    put(extract, f"{TABLE}.csv")
    extract.with_name("2026-04-01.done").touch()
    assert not after(extract, SECOND).is_whole


def test_a_marker_that_was_copied_before_the_rest_tells_nothing(extract: Path) -> None:
    """As of a tool that copies the files of a folder by name."""
    put(extract, ".done")
    put_later_than(extract / ".done", extract / f"{TABLE}.csv")
    assert not after(extract, SECOND).is_whole
    assert after(extract, QUIET + SECOND).is_whole


@pytest.mark.parametrize("table", [f"{TABLE}.csv", f"{TABLE}.csv.gz", f"{TABLE.lower()}.CSV"])
def test_with_all_tables_of_its_manifest_it_is_whole_after_a_minute(
    extract: Path, table: str
) -> None:
    put(extract, table)
    put_manifest(extract, TABLE)
    assert not after(extract, MINUTE - SECOND).is_whole
    assert after(extract, MINUTE + SECOND).told_by == "its manifest, all tables of which are there"


def test_a_manifest_that_is_packed_is_read_too(extract: Path) -> None:
    put(extract, f"{TABLE}.csv")
    packed = gzip.compress(b"table,rows\nFACT_REFERRALS,1\nFACT_CLA,1\n")
    (extract / "MANIFEST.csv.gz").write_bytes(packed)
    assert after(extract, timedelta(days=1)).missing == ("FACT_CLA",)


def test_while_tables_of_its_manifest_are_missing_it_is_not_whole_however_quiet(
    extract: Path,
) -> None:
    put(extract, f"{TABLE}.csv")
    put_manifest(extract, TABLE, "FACT_CONTACTS", "FACT_CLA")
    found = after(extract, timedelta(days=1))
    assert (found.state, found.missing) == (State.ARRIVING, ("FACT_CLA", "FACT_CONTACTS"))


def test_a_manifest_that_cannot_be_read_is_none_and_landing_says_what_is_wrong(
    extract: Path,
) -> None:
    put(extract, f"{TABLE}.csv")
    put(extract, "MANIFEST.csv", content="no list")
    assert not after(extract, QUIET - SECOND).is_whole
    assert after(extract, QUIET + SECOND).is_whole


@pytest.mark.parametrize(
    "name",
    [f"{TABLE}.csv.part", f"{TABLE}.csv.filepart", f"{TABLE}.csv.PARTIAL", f"{TABLE}.tmp",
     f".{TABLE}.csv.Xy12ab", f"{TABLE}.csv~", ".~tmp~"],
)  # fmt: skip
def test_what_a_copy_tool_has_not_finished_counts_more_than_any_sign(
    extract: Path, name: str
) -> None:
    put(extract, f"{TABLE}.csv", name)
    put_manifest(extract, TABLE)
    put(extract, "READY")
    found = after(extract, timedelta(days=1))
    assert (found.state, found.temporary) == (State.ARRIVING, 1)


@pytest.mark.parametrize("name", [".DS_Store", "Thumbs.db", f"{TABLE}.csv.sha256", "notes.part1"])
def test_other_files_are_not_taken_for_unfinished_ones(extract: Path, name: str) -> None:
    put(extract, f"{TABLE}.csv", name)
    assert after(extract, QUIET + SECOND).is_whole


def test_a_zip_with_its_end_is_whole_after_a_minute(extract: Path) -> None:
    put_zip(extract)
    assert not after(extract, MINUTE - SECOND).is_whole
    assert after(extract, MINUTE + SECOND).told_by == "its zip, which has its end"


@pytest.mark.parametrize("kept", [0, 3, 40, -3])
def test_a_zip_that_is_cut_off_is_not_whole_however_quiet(extract: Path, kept: int) -> None:
    archive = put_zip(extract)
    archive.write_bytes(archive.read_bytes()[:kept])
    found = after(extract, timedelta(days=1))
    assert (found.state, found.lacks) == (State.ARRIVING, "its zip has no end yet, or is damaged")


def test_a_workbook_is_whole_as_a_zip_is(extract: Path) -> None:
    archive = put_zip(extract).rename(extract.with_name(f"{extract.name}.xlsx"))
    now = datetime.fromtimestamp(archive.stat().st_ctime_ns / 1e9, UTC)
    assert not readiness(extract, now=now + MINUTE - SECOND, quiet=QUIET).is_whole
    found = readiness(extract, now=now + MINUTE + SECOND, quiet=QUIET)
    assert found.told_by == "its workbook, which has its end"
    archive.write_bytes(archive.read_bytes()[:-3])
    cut_off = readiness(extract, now=now + timedelta(days=1), quiet=QUIET)
    assert cut_off.lacks == "its workbook has no end yet, or is damaged"


def test_a_file_that_does_not_tell_its_end_is_whole_when_it_was_quiet_for_long_enough(
    extract: Path,
) -> None:
    extract.parent.mkdir(parents=True)
    file = extract.with_name(f"{extract.name}.xml")
    file.write_text("<Message/>")
    now = datetime.fromtimestamp(file.stat().st_ctime_ns / 1e9, UTC)
    assert not readiness(extract, now=now + QUIET - SECOND, quiet=QUIET).is_whole
    found = readiness(extract, now=now + QUIET + SECOND, quiet=QUIET)
    assert found.told_by == "its file, which did not change for 10 minutes"
    extract.with_name(f"{extract.name}.done").touch()
    assert readiness(extract, now=now + SECOND, quiet=QUIET).is_whole


def test_a_zip_under_a_temporary_name_is_arriving(extract: Path) -> None:
    archive = put_zip(extract)
    archive.rename(extract.with_name(".2026-04-02.zip.Ab12Cd"))
    now = datetime(2027, 1, 1, tzinfo=UTC)
    found = readiness(extract, now=now, quiet=QUIET)
    assert (found.state, found.temporary) == (State.ARRIVING, 1)
    extract.with_name("2026-04-01.zip.part").touch()  # of another night
    assert readiness(extract, now=now, quiet=QUIET).temporary == 1


@pytest.mark.parametrize("days", [1, 4_000_000], ids=["a day", "longer than years are counted"])
def test_times_that_lie_ahead_neither_pass_at_once_nor_hang_for_ever(
    extract: Path, days: int
) -> None:
    """As of a council's machine, or a file server, whose clock is wrong."""
    put(extract, f"{TABLE}.csv")
    ahead = newest(extract).timestamp() + days * 86400
    os.utime(extract / f"{TABLE}.csv", (ahead, ahead))
    first_look = newest(extract) + timedelta(hours=1)
    first = readiness(extract, now=first_look, quiet=QUIET)
    assert (first.state, first.changed_at) == (State.ARRIVING, first_look)
    second = readiness(extract, now=first_look + QUIET - SECOND, quiet=QUIET, earlier=first)
    assert not second.is_whole
    assert readiness(extract, now=first_look + QUIET, quiet=QUIET, earlier=second).is_whole


def test_what_changed_between_two_looks_begins_to_be_quiet_anew(extract: Path) -> None:
    put(extract, f"{TABLE}.csv")
    ahead = (newest(extract) + timedelta(days=1)).timestamp()
    os.utime(extract / f"{TABLE}.csv", (ahead, ahead))
    first_look = newest(extract)
    first = readiness(extract, now=first_look, quiet=QUIET)
    put(extract, "FACT_CLA.csv")
    second = readiness(extract, now=first_look + QUIET, quiet=QUIET, earlier=first)
    assert not second.is_whole
    assert second.unchanged_since == first_look + QUIET


def test_a_place_that_cannot_be_looked_at_is_an_outage_in_four_parts(extract: Path) -> None:
    extract.parent.mkdir()
    extract.symlink_to(extract.name)  # a loop: root cannot look through it either
    with pytest.raises(ConnectionFault) as raised:
        readiness(extract, now=datetime(2026, 4, 2, tzinfo=UTC), quiet=QUIET)
    assert str(extract) in raised.value.where
    assert "account of the nightly load may read" in raised.value.next
    with pytest.raises(ConnectionFault):
        arrived(extract)


def test_a_file_that_is_renamed_while_it_is_looked_at_is_no_outage(extract: Path) -> None:
    put(extract, f"{TABLE}.csv")
    (extract / "gone").symlink_to("nowhere")
    assert after(extract, QUIET + SECOND).is_whole


def read(extract: Path) -> list[SourceTable]:
    known = {TABLE: frozenset({"A"})}
    arrival = Arrival("liquidlogic_files", extract, datetime(2026, 4, 2, tzinfo=UTC).date())
    return list(read_extract(arrival, Expected(known, 1 << 20, "900", Door("liquidlogic_files"))))


def test_markers_are_not_taken_for_tables(extract: Path) -> None:
    put(extract, f"{TABLE}.csv", *module.MARKERS)
    put_manifest(extract, TABLE)
    assert [table.name for table in read(extract)] == [TABLE]
