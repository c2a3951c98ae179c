"""What the latest figures count, one by one, sums to the figures: on the golden nights, and after
whatever may happen to nights."""

from __future__ import annotations

import random
import shutil
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from nights import editing
from nights.conftest import TwoNights
from nights.drill import figures_that_differ
from nights.few_children import few_children
from nights.loading import WESTMERE, Council, Engine, command
from nights.test_out_of_order import LIMITS, let_things_happen

pytestmark = [pytest.mark.slow, pytest.mark.catalogue]

# Of five nights, five days after one another, the third is the first of another month.
FIRST, NIGHTS = date(2026, 3, 24), 5
COUNTED_MOST = """
select identity.case_number
from restricted.child_identity as identity
join report.measure_subject as subject on subject.child_key = identity.child_key
where identity.case_number not like 'erased-%'
group by identity.case_number
order by count(*) desc, identity.case_number
limit 1
"""


@pytest.mark.parametrize("night", [0, 1], ids=["first night", "second night"])
def test_what_is_counted_sums_to_every_figure_of_13_months(
    two_nights: TwoNights, night: int
) -> None:
    council = two_nights.after(night)
    assert figures_that_differ(council.url) == []
    months = council.rows("select min(month), max(month) from report.measure_subject")
    last = (date(2014, 10, 1), date(2014, 11, 1))[night]
    assert months == [(last.replace(year=2013), last)]


def test_the_late_assessments_of_a_month_can_be_looked_at_one_by_one(
    two_nights: TwoNights,
) -> None:
    found = two_nights.council.rows(
        "select distinct subject.subject_id, assessment.child_key = subject.child_key, "
        "assessment.team_key = subject.team_key, owed.is_late "
        "from report.measure_subject as subject "
        "join report.single_assessment as assessment "
        "on assessment.la_code = subject.la_code "
        "and assessment.assessment_id = subject.subject_id "
        "join report.timescale_obligation as owed "
        "on owed.single_assessment_unique_id = assessment.single_assessment_unique_id "
        "and owed.timescale = 'single_assessment' "
        "where subject.measure = 'assessments_late' and subject.month = date '2014-10-01'"
    )
    [(late,)] = two_nights.council.rows(
        "select numerator from report.current_measure "
        "where measure = 'assessments_late' and month = date '2014-10-01'"
    )
    assert len(found) == late > 10
    assert {row[1:] for row in found} == {(True, True, 1)}


@dataclass
class Happening:
    """A council to which things happen. waiting: nights to come, in their order; withheld: those
    that were not loaded when their turn came."""

    council: Council
    waiting: list[Path]
    loaded: list[Path] = field(default_factory=list)
    withheld: list[Path] = field(default_factory=list)
    freezes: int = 0
    is_erased: bool = False

    def load(self) -> None:
        if self.waiting:
            self._run(*self.council.arguments(self.waiting[0]))
            self.loaded.append(self.waiting.pop(0))

    def withhold(self) -> None:
        if len(self.waiting) > 1:
            self.withheld.append(self.waiting.pop(0))

    def backfill(self) -> None:
        # Without the erased child's rows, landed nights are not those that were loaded.
        if self.withheld and not self.is_erased:
            self._run(*self.council.arguments(self.withheld[0]), "--backfill")
            self.loaded = sorted([*self.loaded, self.withheld.pop(0)])

    def undo(self) -> None:
        if self.loaded:
            self._run("undo", self.loaded[-1].name, "--warehouse", self.council.url)
            self.waiting.insert(0, self.loaded.pop())

    def freeze(self) -> None:
        if self.loaded:
            self.freezes += 1
            label = f"for the board {self.freezes}"
            self._run("freeze", "2026-02", "--label", label, "--warehouse", self.council.url)

    def erase(self) -> None:
        for (case_number,) in self._counted_most() if self.loaded else []:
            landing = self.council.folder / "landing"
            self._run("erase", case_number, "--yes", "--warehouse", self.council.url,
                      "--landing", str(landing))  # fmt: skip
            self.is_erased = True

    def _counted_most(self) -> list[tuple[str]]:
        return self.council.rows(COUNTED_MOST)

    def _run(self, *arguments: str) -> None:
        ran = command(*arguments)
        assert ran.exit_code == 0, ran.err


HAPPENS = ("load", "withhold", "backfill", "undo", "freeze", "erase")


@pytest.fixture(scope="module")
def extracts(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The nights of a few children to whom much happens."""
    folder = tmp_path_factory.mktemp("drilled")
    chance = random.Random(13)
    drawn = few_children(folder, FIRST)
    persons = [row["DIM_PERSON_ID"] for row in editing.read(drawn, "DIM_PERSON")]
    found = []
    for number in range(NIGHTS):
        day = (FIRST + timedelta(days=5 * number)).isoformat()
        extract = Path(shutil.copytree(drawn, folder / "extracts" / day))
        let_things_happen(extract, chance, persons)
        found.append(extract)
    return found


@pytest.mark.long
@settings(
    max_examples=3, derandomize=True, deadline=None, database=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(happens=st.lists(st.sampled_from(HAPPENS), min_size=5, max_size=8))
def test_whatever_happens_to_nights_what_is_counted_sums_to_the_figures(
    engine: Engine, extracts: list[Path], tmp_path_factory: pytest.TempPathFactory,
    happens: list[str],
) -> None:  # fmt: skip
    folder = tmp_path_factory.mktemp("happening")
    authority = folder / "westmere.toml"
    authority.write_text(WESTMERE.read_text(encoding="utf-8") + LIMITS, encoding="utf-8")
    one = Happening(engine.council(folder / "council", authority), list(extracts))
    for what in ("load", "withhold", "load", *happens, "load"):
        getattr(one, what)()
        assert figures_that_differ(one.council.url) == [], what
