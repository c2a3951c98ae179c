"""What must come of every entry of the dataset's catalogue of bad input."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from nights.bad.judging import judge
from nights.marking import LIMITS
from unit.builders import BY_NAME, an_authority_file

from doors.ssd_bad import BAD, Bad, extract_of

pytestmark = [pytest.mark.slow, pytest.mark.catalogue]


def authority(folder: Path, source: str = "") -> Path:
    """One whose records come as the dataset, and may all be held back."""
    path = an_authority_file(folder, LIMITS)
    said = path.read_text(encoding="utf-8")
    said = said.replace('"liquidlogic_files"', f'"ssd_files"\n{source}')
    path.write_text(said, encoding="utf-8")
    return path


@pytest.mark.parametrize("bad", BAD, ids=lambda bad: bad.name)
def test_what_must_come_of(bad: Bad, tmp_path: Path) -> None:
    night = judge(extract_of(bad, tmp_path), authority(tmp_path))
    assert night.exit_code == bad.exit_code, night.message
    assert bad.says in night.message
    assert not night.shows_a_value
    assert night.held == bad.held
    for (table, record, column), value in bad.loads.items():
        frame = night.conformed[table]
        [found] = frame.loc[frame[BY_NAME[table].key[0]] == record, column]
        assert pd.isna(found) if value is None else str(found)[:10] == str(value)[:10]


def test_the_catalogue_is_of_many_each_called_by_its_own_name() -> None:
    names = [bad.name for bad in BAD]
    assert len(set(names)) == len(names) >= 8
