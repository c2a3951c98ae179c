"""Bytes changed by chance in a CSV file, a gzipped one and a zip: a night of them is loaded or
stopped, and never ends in a fault of the program or in another try.

Bounded and seeded. What is changed so that it can still be read is mostly read as a value; such
nights go on to be checked, as many as time allows.
"""

from __future__ import annotations

import gzip
import random
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from unit.builders import NIGHT, expected

from etl.errors import NightStopped
from etl.run import Arrival
from etl.sources.arrival.csv_extract import read_extract
from nights.bad.files import zipped
from nights.bad.judging import judge
from nights.bad.whole import authority, whole
from nights.marking import MARK

pytestmark = [pytest.mark.slow, pytest.mark.catalogue]
TRIES = 150
# Bytes that mean something to a CSV file, and a few that no text has.
MEANING = b'",\r\n;\t\x00\xff\xef\x81 0N-'
CHECKED = 1


def changed(raw: bytes, chance: random.Random) -> bytes:
    """Some bytes put, taken, doubled or cut off."""
    found = bytearray(raw)
    for _ in range(chance.choice((1, 1, 2, 5))):
        at = chance.randrange(len(found) + 1)
        byte = chance.choice((chance.choice(MEANING), chance.randrange(256)))
        many = chance.choice((1, 1, 3, 40))
        how = chance.randrange(5)
        if how == 0:
            found[at : at + many] = bytes([byte]) * many
        elif how == 1:
            found[at:at] = bytes([byte]) * many
        elif how == 2:
            del found[at : at + many]
        elif how == 3:
            found[at:at] = found[at : at + 60]
        elif chance.random() < 0.2:
            del found[at:]
    return bytes(found)


def as_csv(extract: Path, chance: random.Random) -> Path:
    file = chance.choice(sorted(extract.glob("*.csv")))
    file.write_bytes(changed(file.read_bytes(), chance))
    return extract


def as_gz(extract: Path, chance: random.Random) -> Path:
    file = chance.choice(sorted(extract.glob("*.csv")))
    content = changed(gzip.compress(file.read_bytes(), mtime=0), chance)
    file.with_name(f"{file.name}.gz").write_bytes(content)
    file.unlink()
    return extract


PACKINGS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)


def as_zip(extract: Path, chance: random.Random) -> Path:
    archive = extract.with_name(f"{extract.name}.zip")
    archive.write_bytes(changed(zipped(extract, chance.choice(PACKINGS)), chance))
    return archive


SPOILERS = {"csv": as_csv, "gz": as_gz, "zip": as_zip}
Spoiler = Callable[[Path, random.Random], Path]


def stops(where: Path) -> bool:
    """Whether the files stop the night; whatever else goes wrong with them fails the test."""
    try:
        for _ in read_extract(Arrival("liquidlogic_files", where, NIGHT), expected()):
            pass
    except NightStopped as stopped:
        assert MARK not in str(stopped)
        return True
    return False


@pytest.mark.parametrize("kind", SPOILERS)
def test_bytes_changed_by_chance_load_or_stop_the_night(kind: str, tmp_path: Path) -> None:
    chance = random.Random(f"{kind} 2014-11-03")
    original = whole(tmp_path / "original")
    files = {path.name: path.read_bytes() for path in original.iterdir()}
    stopped, checked = 0, 0
    for number in range(TRIES):
        extract = tmp_path / str(number) / original.name
        extract.mkdir(parents=True)
        for name, content in files.items():
            (extract / name).write_bytes(content)
        where = SPOILERS[kind](extract, chance)
        if stops(where):
            stopped += 1
        elif checked < CHECKED:
            checked += 1
            assert judge(where, authority(where.parent)).exit_code in (0, 3)
    assert stopped > TRIES / 4
