"""What must come of extracts that are whole files, and not the night's."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from unit.builders import an_authority_file

from nights.bad.awaiting import AWAITING
from nights.bad.judging import judge
from nights.bad.second_nights import FIRST, SECOND_NIGHTS, SecondNight, a_first_night
from nights.loading import Council

pytestmark = [pytest.mark.slow, pytest.mark.catalogue]


@pytest.fixture(scope="module")
def council(tmp_path_factory: pytest.TempPathFactory) -> Council:
    """One that has loaded its first night, and is only asked."""
    folder = tmp_path_factory.mktemp("first")
    council = Council(folder, an_authority_file(folder))
    ran = council.load(a_first_night(folder))
    assert ran.exit_code == 0, ran.err
    return council


def expected(night: SecondNight) -> object:
    marks = pytest.mark.xfail(strict=True) if night.name in AWAITING else ()
    return pytest.param(night, id=night.name, marks=marks)


@pytest.mark.parametrize("second", [expected(night) for night in SECOND_NIGHTS])
def test_what_must_come_of(second: SecondNight, council: Council, tmp_path: Path) -> None:
    extract = tmp_path / second.night
    shutil.copytree(council.folder / FIRST, extract)
    second.spoil(extract)
    night = judge(extract, council.authority, warehouse=council.file)
    assert night.exit_code == (3 if second.says else 0), night.message
    assert [words for words in second.says if words not in night.message] == []
