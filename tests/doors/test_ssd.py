"""The golden council through the Standard Safeguarding Dataset, as files."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass

import pytest
from nights.loading import Council, content

from doors.agreement import (
    GOLDEN_DOORS,
    differing_figures,
    differing_obligations,
    figures,
    obligations,
    pairs,
)

pytestmark = pytest.mark.slow
SSD = GOLDEN_DOORS / "ssd"


@dataclass(frozen=True)
class Loaded:
    """A council after its night, and what the answers that are known for it are called."""

    council: Council
    answers: str


@pytest.fixture(scope="module", params=["ssd", "ssd_as_specified"])
def loaded(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Loaded:
    """The night as the scripts write it, and with the tables that hold the open assessments."""
    folder = tmp_path_factory.mktemp(request.param)
    extract = folder / "2014-11-03"
    said = (SSD / "ssd_files.toml").read_text(encoding="utf-8")
    for name in ("2014-11-03.zip", "as_specified.zip")[: 1 + (request.param != "ssd")]:
        zipfile.ZipFile(SSD / name).extractall(extract)
    if request.param != "ssd":
        (extract / "MANIFEST.csv").unlink()  # it counts the tables that were laid over
        said = said.replace('"ssd_files"', '"ssd_files"\nopen_assessments = true')
    authority = folder / "peterborough.toml"
    authority.write_text(said, encoding="utf-8")
    council = Council(folder, authority)
    ran = council.load(extract)
    assert ran.exit_code == 0, ran.err
    return Loaded(council, request.param)


def test_every_figure_that_may_be_published_is_and_no_other(loaded: Loaded) -> None:
    expected = figures(SSD / f"expected_{loaded.answers}.json.gz")
    assert len(expected) == 25 * (36 if loaded.answers == "ssd_as_specified" else 35)
    assert differing_figures(loaded.council, expected) == []


def test_what_is_owed_agrees_row_for_row(loaded: Loaded) -> None:
    expected = obligations(SSD / f"expected_obligations_{loaded.answers}.csv.gz")
    assert len(expected) > 36_000
    assert differing_obligations(loaded.council, expected) == {}


def test_pairs_are_published_of_what_is_carried_wholly(loaded: Loaded) -> None:
    """Assessments that are open are lost, or may be; visits to children in need are too many."""
    assert pairs(loaded.council) == {
        "initial_conference", "transfer_in_conference", "child_protection_review",
        "child_protection_visit", "looked_after_review", "looked_after_visit",
    }  # fmt: skip


def test_no_comment_or_name_is_but_in_what_belongs_to_the_owner(loaded: Loaded) -> None:
    """What identifies somebody, and every comment, begins with a marker."""
    council = loaded.council
    held = content(council.url, without=("restricted",))
    assert [table for table, rows in held.items() if "PII-" in repr(list(rows))] == []
    pages = [page.read_text(encoding="utf-8") for page in council.folder.rglob("*.html")]
    assert pages
    assert not any("PII-" in page for page in pages)


def test_what_the_source_lost_is_said(loaded: Loaded) -> None:
    said = dict(loaded.council.rows("select observation, rows from audit.observation"))
    assert said["visits_of_other_types"] > 20_000
    assert (said.get("referrals_without_assessment", 0) >= 88) == (loaded.answers == "ssd")
