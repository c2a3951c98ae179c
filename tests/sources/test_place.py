"""Where nights stand and what they are called: paths, URLs, and the date in a name."""

from __future__ import annotations

import io
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from unit.builders import a_run

from etl.errors import WrongUsage
from etl.run import Arrival, Run
from etl.sources.arrival.arrival import arrival_at, arrival_elsewhere, date_of_extract
from etl.sources.arrival.fetch import fetch
from etl.sources.arrival.folder import Folder
from etl.sources.arrival.place import Pieces, below, checked_url, parted, place_at

KIND = "liquidlogic_files"
NIGHT = date(2014, 11, 3)
ENDINGS = ("", ".zip", ".xml", ".xml.zip", ".xlsx")


@pytest.mark.parametrize("ending", [*ENDINGS, ".ZIP", ".XML.zip"])
@pytest.mark.parametrize("folder", ["/extracts", "sftp://user@host/extracts", "s3://bucket"])
def test_a_night_is_of_the_date_that_it_is_named_for(folder: str, ending: str) -> None:
    assert date_of_extract(f"{folder}/2014-11-03{ending}", None) == NIGHT


@pytest.mark.parametrize(
    "name",
    ["night", "2014-11-31", "20141103", "2014-11-03.csv", "2014-11-03.zip.xml", "2014-W45-1"],
)
def test_what_is_named_for_no_date_needs_one(name: str) -> None:
    with pytest.raises(WrongUsage, match="name is no date and --date was not given"):
        date_of_extract(f"/extracts/{name}", None)
    assert date_of_extract(f"/extracts/{name}", NIGHT) == NIGHT


def test_a_date_that_differs_from_the_name_is_refused() -> None:
    with pytest.raises(WrongUsage, match="differs from the extract's own name"):
        date_of_extract("/extracts/2014-11-04.xml", NIGHT)


def test_a_night_of_this_machine_is_there_and_one_elsewhere_nobody_looked_for_yet(
    tmp_path: Path,
) -> None:
    with pytest.raises(WrongUsage, match="There is no extract"):
        arrival_at(KIND, tmp_path / "2014-11-03.xml", None)
    (tmp_path / "2014-11-03.xml").touch()
    assert arrival_at(KIND, tmp_path / "2014-11-03.xml", None).date == NIGHT
    url = "sftp://user@host/2014-11-03"
    assert arrival_elsewhere(KIND, url, None) == Arrival(KIND, None, NIGHT, url)


@pytest.mark.parametrize("url", ["", "sftp://user@host/2014-11-03"])
def test_a_run_carries_where_its_night_stands_from_task_to_task(tmp_path: Path, url: str) -> None:
    run = a_run(tmp_path / "2014-11-03", tmp_path / "authority.toml")
    if url:
        run = replace(run, arrival=Arrival(KIND, None, NIGHT, url))
    assert Run.from_json(run.to_json(), warehouse=run.warehouse) == run


def test_what_stands_below_a_folder_has_the_names_after_it() -> None:
    assert below("/extracts/", "900", "2014-11-03") == "/extracts/900/2014-11-03"
    assert below("s3://bucket/", "900", "2014-11-03") == "s3://bucket/900/2014-11-03"
    assert parted("s3://bucket/900/2014-11-03/") == ("s3://bucket/900", "2014-11-03")
    assert parted("/extracts/900/2014-11-03") == ("/extracts/900", "2014-11-03")


@pytest.mark.parametrize(
    "url",
    ["sftp://user@host:2222/~/900/2014-11-03", "airflow://of_the_council/900/2014-11-03",
     "abfs://container@account.dfs.core.windows.net/2014-11-03", "gs://bucket/2014-11-03/"],
)  # fmt: skip
def test_a_url_of_a_place_that_is_known_is_taken(url: str) -> None:
    assert checked_url(url) == url.rstrip("/")


@pytest.mark.parametrize(
    "url",
    ["https://host/2014-11-03", "sftp://user@host:port/2014-11-03", "s3:///2014-11-03",
     "s3://bucket", "s3://bucket/a b/2014-11-03", "sftp://user@host/'2014-11-03"],
)  # fmt: skip
def test_a_url_of_no_such_place_is_not(url: str) -> None:
    with pytest.raises(WrongUsage):
        checked_url(url)


def test_a_password_in_a_url_is_refused_and_not_repeated() -> None:
    with pytest.raises(WrongUsage, match="holds a password") as raised:
        checked_url("sftp://user:pass_word@host/2014-11-03")
    assert "pass_word" not in str(raised.value)


def test_a_file_of_a_place_is_read_from_anywhere(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"0123456789")
    pieces = Pieces(Folder(tmp_path), "file", 10)
    pieces.seek(-3, io.SEEK_END)
    assert pieces.read() == b"789"
    pieces.seek(2)
    pieces.seek(1, io.SEEK_CUR)
    assert (pieces.read(2), pieces.tell()) == (b"34", 5)
    with pytest.raises(ValueError, match="before"):
        pieces.seek(-1)


def test_without_the_library_of_sftp_it_is_said_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "asyncssh", None)
    with pytest.raises(WrongUsage, match="is not installed") as raised:
        fetch("sftp://user@host/2014-11-03", tmp_path, 1)
    assert "pip install 'csc-etl[sftp]'" in raised.value.next


def test_a_path_is_a_place_of_this_machine(tmp_path: Path) -> None:
    with place_at(str(tmp_path)) as place:
        assert place.shown("2014-11-03") == str(tmp_path / "2014-11-03")
