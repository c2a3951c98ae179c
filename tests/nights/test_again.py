"""The same night again, and nights that must be refused: nothing changes, and it is said."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from etl.demo.extract import write_extract
from nights import editing
from nights.loading import MESSAGE_PARTS, WESTMERE, Council, Engine, Ran, command, content

pytestmark = [pytest.mark.slow, pytest.mark.upkeep]

NIGHT = date(2026, 3, 3)
NEXT = "2026-03-04"
NOT_OF_A_NIGHT = ("audit",)


@dataclass(frozen=True)
class Loaded:
    """A council with one night loaded, and the warehouse as that night left it."""

    folder: Path
    extract: Path
    council: Council
    engine: Engine
    kept: dict[str, Counter[tuple[object, ...]]]

    def copy(self, name: str, day: str = NEXT) -> Path:
        """The loaded extract under another date."""
        return editing.copy_as(self.extract, self.folder / name, day)


@pytest.fixture(scope="module")
def loaded(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Loaded:
    folder = tmp_path_factory.mktemp("again")
    extract = write_extract(folder, children=1000, extract_date=NIGHT, faults_per_thousand=3.0)
    council = engine.council(folder / "council", WESTMERE)
    ran = council.load(extract)
    assert ran.exit_code == 0, ran.err
    return Loaded(folder, extract, council, engine, content(council.url, without=NOT_OF_A_NIGHT))


def test_the_same_night_again_changes_nothing_and_says_so(loaded: Loaded) -> None:
    council = loaded.council
    before = content(council.url), loaded.engine.marks(council)
    ran = council.load(loaded.extract)
    assert ran.exit_code == 0, ran.err
    assert "already loaded" in ran.out
    assert "nothing changed" in ran.out
    assert (content(council.url), loaded.engine.marks(council)) == before
    assert council.work_left_behind() == []


def test_the_same_night_again_with_another_key_is_refused(loaded: Loaded) -> None:
    council = loaded.council
    before = loaded.engine.marks(council)
    ran = command(*council.arguments(loaded.extract), key="another key than the night's own")
    assert (ran.exit_code, ran.parts) == (2, ["What", "Where", "Means", "Next"])
    assert "not the key" in ran.err
    assert loaded.engine.marks(council) == before


def another_extract_of_the_same_date(loaded: Loaded) -> Path:
    extract = loaded.copy("same date", NIGHT.isoformat())
    editing.drop_row(extract, "DIM_PERSON_ADDRESS", "DIM_PERSON_ADDRESS_ID", "1001")
    return extract


def an_older_extract(loaded: Loaded) -> Path:
    return loaded.copy("older", "2026-03-02")


def one_that_disagrees_with_its_manifest(loaded: Loaded) -> Path:
    extract = loaded.copy("manifest")
    lines = (loaded.extract / "MANIFEST.csv").read_text().splitlines(keepends=True)
    of_others = [line for line in lines if not line.startswith("FACT_REFERRALS,")]
    (extract / "MANIFEST.csv").write_text("".join([*of_others, "FACT_REFERRALS,1\r\n"]))
    return extract


def one_that_lacks_a_table_of_its_manifest(loaded: Loaded) -> Path:
    extract = loaded.copy("listed")
    (extract / "MANIFEST.csv").write_bytes((loaded.extract / "MANIFEST.csv").read_bytes())
    (extract / "FACT_S47.csv").unlink()
    return extract


def one_that_lacks_a_table(loaded: Loaded) -> Path:
    extract = loaded.copy("lacking")
    (extract / "FACT_CP_PLAN.csv").unlink()
    return extract


def one_with_half_of_a_file(loaded: Loaded) -> Path:
    extract = loaded.copy("half")
    whole = (extract / "FACT_CONTACTS.csv").read_bytes()
    (extract / "FACT_CONTACTS.csv").write_bytes(whole[: len(whole) // 2])
    return extract


def one_with_a_file_that_is_not_text(loaded: Loaded) -> Path:
    extract = loaded.copy("not text")
    (extract / "FACT_S47.csv").write_bytes(bytes(range(256)) * 20)
    return extract


def one_of_another_council(loaded: Loaded) -> Path:
    extract = loaded.copy("another council")
    editing.add_to_numbers(extract, ("DIM_PERSON_ID",), 500_000)
    return extract


def one_that_lost_rows(loaded: Loaded) -> Path:
    extract = loaded.copy("lost")
    editing.change(extract, "FACT_CAF_EPISODE", lambda rows: rows[: len(rows) * 3 // 4])
    return extract


REFUSED = [
    (another_extract_of_the_same_date, "another extract of that date"),
    (an_older_extract, "a later one"),
    (one_that_disagrees_with_its_manifest, "FACT_REFERRALS.csv"),
    (one_that_lacks_a_table_of_its_manifest, "FACT_S47"),
    (one_that_lacks_a_table, "FACT_CP_PLAN.csv"),
    (one_with_half_of_a_file, "FACT_CONTACTS.csv"),
    (one_with_a_file_that_is_not_text, "FACT_S47.csv"),
    (one_of_another_council, "shares enough of its children"),
    (one_that_lost_rows, "early_help"),
]


@pytest.mark.parametrize(
    ("made", "says"), REFUSED, ids=[made.__name__.replace("_", " ") for made, _ in REFUSED]
)
def test_a_refused_night_changes_nothing_and_is_in_the_audit(
    loaded: Loaded, made: Callable[[Loaded], Path], says: str
) -> None:
    council = loaded.council
    extract = made(loaded)
    stopped = "select count(*) from audit.load_run where status = 'stopped'"
    before = council.rows(stopped)[0][0]
    ran = council.load(extract)
    assert ran.exit_code == 3, ran.err
    assert_is_four_part_message(ran, says)
    assert content(council.url, without=NOT_OF_A_NIGHT) == loaded.kept
    assert council.rows(stopped)[0][0] == before + 1
    assert council.work_left_behind() == []


def assert_is_four_part_message(ran: Ran, says: str) -> None:
    parts = [line for line in ran.err.splitlines() if line.startswith(MESSAGE_PARTS)]
    assert [part[:6] for part in parts] == list(MESSAGE_PARTS)
    assert says in parts[0]


def test_status_shows_a_stopped_night(loaded: Loaded) -> None:
    council = loaded.council
    ran = council.load(one_that_lacks_a_table(Loaded(**{**vars(loaded), "folder": council.folder})))
    assert ran.exit_code == 3
    shown = command("status", "--warehouse", council.url)
    assert shown.exit_code == 0
    assert "stopped" in shown.out
    assert "loaded" in shown.out


def test_without_the_key_no_night_begins(loaded: Loaded, tmp_path: Path) -> None:
    url = f"duckdb:///{tmp_path / 'none.duckdb'}"
    asked = ("load", loaded.extract, "--authority", WESTMERE, "--warehouse", url)
    for key in ("", "short"):
        ran = command(*asked, key=key)
        assert ran.exit_code == 2
        assert_is_four_part_message(ran, "CSC_ETL_PSEUDONYM_KEY")
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_warehouse_url_is_wrong_usage(loaded: Loaded) -> None:
    ran = command(
        "load", loaded.extract, "--authority", WESTMERE, "--warehouse", "oracle:///csc"
    )  # fmt: skip
    assert ran.exit_code == 2
    assert_is_four_part_message(ran, "oracle")


def test_a_missing_extract_is_wrong_usage(loaded: Loaded) -> None:
    ran = loaded.council.load(loaded.folder / "2026-03-09")
    assert ran.exit_code == 2
    assert_is_four_part_message(ran, "no extract")


def check(loaded: Loaded, extract: Path, pages: Path, *more: str) -> Ran:
    return command("check", extract, "--authority", WESTMERE, "--pages", pages, *more)


@pytest.mark.parametrize("against_the_warehouse", [True, False])
def test_a_check_that_stops_nothing_leaves_nothing_but_its_page(
    loaded: Loaded, tmp_path: Path, against_the_warehouse: bool
) -> None:
    council, marks = loaded.council, loaded.engine.marks(loaded.council)
    before = sorted(council.folder.rglob("*"))
    more = ["--warehouse", council.url] if against_the_warehouse else []
    extract = loaded.copy(f"checked {tmp_path.name}")
    ran = check(loaded, extract, tmp_path / "pages", *more)
    assert ran.exit_code == 0, ran.err
    assert ran.out.startswith(f"No check stops {NEXT} of authority 900.")
    assert [path.name for path in tmp_path.rglob("*.html")] == [f"{NEXT}.html"]
    assert loaded.engine.marks(council) == marks
    assert sorted(council.folder.rglob("*")) == before


@pytest.mark.parametrize(
    ("against_the_warehouse", "says"),
    [(True, "The newest event of all tables"), (False, "The working-day calendar covers")],
)
def test_a_check_goes_as_far_as_what_is_owed(
    loaded: Loaded, tmp_path: Path, against_the_warehouse: bool, says: str
) -> None:
    """Of a date beyond the calendar no due dates can be worked out: a load would stop there. One
    that is compared with a load before is stopped earlier, as nothing in it is of these days."""
    extract = loaded.copy(f"beyond {tmp_path.name}", "2098-01-01")
    more = ["--warehouse", loaded.council.url] if against_the_warehouse else []
    ran = check(loaded, extract, tmp_path / "pages", *more)
    assert ran.exit_code == 3
    assert_is_four_part_message(ran, says)
