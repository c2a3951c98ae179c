"""A load writes copies of the warehouse's files: what those are, whatever the file system can."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import IO
from unittest import mock

import pytest

from etl.warehouse.duckdb import files
from etl.warehouse.duckdb.files import FICLONE, Files

CONTENT = {"star": b"star" * 100_000 + b"and its end", "restricted": b"names" * 10_000}


@pytest.fixture
def of_a_load(tmp_path: Path) -> Files:
    """The two files, and the folder for their copies."""
    made = Files(tmp_path / "warehouse.duckdb")
    made.path.write_bytes(CONTENT["star"])
    made.restricted.write_bytes(CONTENT["restricted"])
    made.loading.mkdir()
    return made


def share_blocks(written: IO[bytes], request: int, read: int) -> int:
    """What a file system does that can, as far as a reader sees it."""
    assert request == FICLONE
    os.write(written.fileno(), os.pread(read, 1 << 20, 0))
    return 0


def test_the_copies_hold_what_the_files_hold_and_can_be_written_alone(of_a_load: Files) -> None:
    of_a_load.make_copies()
    assert of_a_load.copy.read_bytes() == CONTENT["star"]
    assert of_a_load.restricted_copy.read_bytes() == CONTENT["restricted"]
    for copy in (of_a_load.copy, of_a_load.restricted_copy):
        with copy.open("r+b") as written:
            written.write(b"written by a load")
    assert of_a_load.path.read_bytes() == CONTENT["star"]
    assert of_a_load.restricted.read_bytes() == CONTENT["restricted"]


def test_where_files_can_share_blocks_no_byte_is_copied(of_a_load: Files) -> None:
    with (
        mock.patch.object(files.fcntl, "ioctl", side_effect=share_blocks),
        mock.patch.object(files.shutil, "copyfile", side_effect=AssertionError),
    ):
        of_a_load.make_copies()
    assert of_a_load.copy.read_bytes() == CONTENT["star"]
    assert of_a_load.restricted_copy.read_bytes() == CONTENT["restricted"]


@pytest.mark.parametrize(
    "refused", [errno.EOPNOTSUPP, errno.ENOTTY, errno.EINVAL, errno.EXDEV, errno.ENOSPC]
)
def test_where_they_cannot_every_byte_is_copied(of_a_load: Files, refused: int) -> None:
    with mock.patch.object(files.fcntl, "ioctl", side_effect=OSError(refused, "refused")):
        of_a_load.make_copies()
    assert of_a_load.copy.read_bytes() == CONTENT["star"]
    assert of_a_load.restricted_copy.read_bytes() == CONTENT["restricted"]


def test_a_file_that_cannot_be_read_is_named(of_a_load: Files) -> None:
    of_a_load.restricted.unlink()
    of_a_load.restricted.mkdir()
    with pytest.raises(IsADirectoryError) as error:
        of_a_load.make_copies()
    assert error.value.filename == str(of_a_load.restricted)
