"""What must come of every fault of an extract as files."""

from __future__ import annotations

from pathlib import Path

import pytest

from nights.bad.files import FAULTS, Fault
from nights.bad.judging import judge
from nights.bad.whole import authority, rows_of, whole

pytestmark = [pytest.mark.slow, pytest.mark.catalogue]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_what_must_come_of(fault: Fault, tmp_path: Path) -> None:
    extract = whole(tmp_path)
    rows = rows_of(extract)
    where = fault.spoil(extract) or extract
    is_listed = bool(fault.listed or fault.counted)
    night = judge(
        where,
        authority(tmp_path, more="extract_gib = 0.03125\n"),
        lands_only=fault.exit_code == 0 and not is_listed,
    )
    assert night.exit_code == fault.exit_code, night.message
    assert fault.says in night.message
    assert fault.next in night.message
    assert not night.shows_a_value
    if fault.exit_code == 0:
        assert {name: many for name, many in night.landed.items() if name in rows} == rows
    if night.reading is not None:
        assert night.held == {}
        assert tuple(night.reading["not_known"]) == tuple(map(list, fault.listed))
        assert tuple(night.reading["not_named"]) == tuple(map(list, fault.counted))


def test_the_catalogue_is_of_many_faults_each_called_by_its_own_name() -> None:
    names = [fault.name for fault in FAULTS]
    assert len(set(names)) == len(names) >= 60
