"""What is carried over from night to night is what a whole counting gives, row for row; and where
that is not certain, everything is counted whole."""

from __future__ import annotations

import random
import re
import shutil
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from etl.answers.warnings import warnings_of
from etl.night.publishing import publish, titles
from etl.night.recount import MENDED, recount
from etl.publish import latest, resting
from etl.publish.counting import Counting, Part, count_rows, counting_of, make_rows
from etl.publish.measures import ALONE, TOGETHER, Measure, measures
from etl.publish.months import last_complete_months, publication_of
from etl.publish.resting import CARRIED, CARRIED_WRONG, COUNTED_WHOLE, carried_from, rests_on
from etl.warehouse import Session, loaded_nights, open_warehouse
from nights import editing
from nights.conftest import TwoNights
from nights.few_children import few_children
from nights.loading import WESTMERE, Council, Engine, Ran, asking, command, content
from nights.test_out_of_order import LIMITS, let_things_happen

pytestmark = [pytest.mark.slow, pytest.mark.catalogue]

# Five days after one another; the third is the first of another month.
FIRST, NIGHTS = date(2026, 3, 24), 4
LA_CODE = "900"
HOW = """
select observed.observation, observed.detail, observed.rows
from audit.observation as observed
join report.last_extract as last_extract on last_extract.run_id = observed.run_id
where observed.observation in (:carried, :whole, :wrong)
order by observed.observation, observed.detail
"""


def how_counted(council: Council) -> list[tuple[Any, ...]]:
    """What the audit says of how the published figures were counted."""
    return council.rows(HOW, carried=CARRIED, whole=COUNTED_WHOLE, wrong=CARRIED_WRONG)


def unlike_a_whole_counting(council: Council) -> list[str]:
    """The measures of which anything published differs from a whole counting."""
    return [each.measure for each in recount(council.url).unlike]


@dataclass
class Carried:
    """A council after each of the nights. how: how each was counted; unlike: what of each was not
    as a whole counting gives it. before_last: a copy, as the night before the last left it."""

    council: Council
    extracts: list[Path]
    before_last: Council | None = None
    how: list[list[tuple[Any, ...]]] = field(default_factory=list)
    unlike: list[list[str]] = field(default_factory=list)

    @property
    def last(self) -> Path:
        return self.extracts[-1]


def loaded(council: Council, extract: Path, *more: str) -> Ran:
    ran = command(*council.arguments(extract), *more)
    assert ran.exit_code == 0, ran.err
    return ran


def copy_of(engine: Engine, council: Council, folder: Path) -> Council:
    """The council with its landed nights."""
    copied = engine.copy(council, folder)
    shutil.copytree(council.folder / "landing", folder / "landing")
    return copied


@pytest.fixture(scope="module")
def extracts(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Nights of a few children to whom much happens: rows go to other children, cannot be read,
    come and go, and children are merged or missing."""
    folder = tmp_path_factory.mktemp("carried")
    chance = random.Random(17)
    drawn = few_children(folder, FIRST)
    persons = [row["DIM_PERSON_ID"] for row in editing.read(drawn, "DIM_PERSON")]
    found = []
    for number in range(NIGHTS):
        day = (FIRST + timedelta(days=5 * number)).isoformat()
        extract = Path(shutil.copytree(drawn, folder / "extracts" / day))
        if number:
            let_things_happen(extract, chance, persons)
        found.append(extract)
    return found


@pytest.fixture(scope="module")
def carried(
    engine: Engine, extracts: list[Path], tmp_path_factory: pytest.TempPathFactory
) -> Carried:
    """Each night loaded in its order, a month frozen after the first."""
    folder = tmp_path_factory.mktemp("nights")
    authority = folder / "westmere.toml"
    authority.write_text(WESTMERE.read_text(encoding="utf-8") + LIMITS, encoding="utf-8")
    nights = Carried(engine.council(folder / "council", authority), extracts)
    for extract in extracts:
        if extract == nights.last:
            nights.before_last = copy_of(engine, nights.council, folder / "before")
        loaded(nights.council, extract)
        nights.how.append(how_counted(nights.council))
        nights.unlike.append(unlike_a_whole_counting(nights.council))
        if extract == extracts[0]:
            assert command("freeze", "2026-02", "--warehouse", nights.council.url).exit_code == 0
    return nights


def test_the_first_night_is_counted_whole_and_the_others_are_carried(carried: Carried) -> None:
    first, *others = carried.how
    assert first == [(COUNTED_WHOLE, "nothing was published before", None)]
    for extract, [(observation, detail, children)] in zip(carried.extracts, others, strict=False):
        assert (observation, detail) == (CARRIED, f"from the night of {extract.name}")
        assert 0 < children < 40


def test_what_was_carried_is_what_a_whole_counting_gives(carried: Carried) -> None:
    assert carried.unlike == [[]] * NIGHTS


def test_what_has_moved_since_a_freeze_is_told_as_by_a_whole_counting(
    engine: Engine, carried: Carried, tmp_path: Path
) -> None:
    whole = engine.copy(carried.council, tmp_path / "whole")
    with open_warehouse(whole.url).writing(LA_CODE) as session:
        night = loaded_nights(session, LA_CODE)[-1]
        publish(session, LA_CODE, night.extract_date, night.run_id, why_whole="for the test")
    assert how_counted(whole) == [(COUNTED_WHOLE, "for the test", None)]
    of_report = [
        {name: rows for name, rows in content(each.url).items() if name.startswith("report.")}
        for each in (whole, carried.council)
    ]
    assert of_report[0] == of_report[1]
    assert of_report[0]["report.restated_subject"].total() > 0


def test_after_a_night_was_taken_back_the_next_is_carried_from_what_was_counted_whole(
    engine: Engine, carried: Carried, tmp_path: Path
) -> None:
    council = copy_of(engine, carried.council, tmp_path / "copy")
    assert command("undo", carried.last.name, "--warehouse", council.url).exit_code == 0
    [(observation, why, _)] = how_counted(council)
    assert (observation, why) == (
        COUNTED_WHOLE, "what was published was not of the night before"
    )  # fmt: skip
    assert unlike_a_whole_counting(council) == []
    loaded(council, carried.last)
    assert [each for each, _, _ in how_counted(council)] == [CARRIED]
    assert unlike_a_whole_counting(council) == []


def test_a_night_put_before_others_leaves_what_a_whole_counting_gives(
    engine: Engine, carried: Carried, tmp_path: Path
) -> None:
    council = copy_of(engine, carried.council, tmp_path / "copy")
    between = tmp_path / (date.fromisoformat(carried.last.name) - timedelta(days=1)).isoformat()
    shutil.copytree(carried.extracts[1], between)
    loaded(council, between, "--backfill")
    assert unlike_a_whole_counting(council) == []


def test_what_was_carried_wrong_is_counted_whole_and_told(
    engine: Engine, carried: Carried, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert carried.before_last is not None
    council = copy_of(engine, carried.before_last, tmp_path / "copy")
    with open_warehouse(council.url).writing(LA_CODE) as session:
        session.run("delete from report.latest_subject where measure = 'contacts'")
    assert unlike_a_whole_counting(council) == ["contacts"]
    monkeypatch.setattr(latest, "PROVED_IN", 1)
    ran = loaded(council, carried.last)
    [told] = [line for line in ran.err.splitlines() if "ERROR" in line]
    assert re.search("What: .*contacts \\(.*Where: .*Means: .*Next: ", told)
    wrong, whole = how_counted(council)
    assert wrong[:2] == (CARRIED_WRONG, "contacts")
    warned = warnings_of(council.url, at=datetime(2026, 4, 9, tzinfo=UTC))
    [what] = [each.what for each in warned if each.kind == "figures"]
    assert "carried over of contacts" in what
    assert whole == (COUNTED_WHOLE, "what was carried over was wrong", None)
    assert unlike_a_whole_counting(council) == []


def test_what_was_once_carried_wrong_is_carried_no_more(
    engine: Engine, carried: Carried, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert carried.before_last is not None
    council = copy_of(engine, carried.before_last, tmp_path / "copy")
    with open_warehouse(council.url).writing(LA_CODE) as session:
        session.run(observed(CARRIED_WRONG, "contacts"))
        session.run("delete from report.latest_subject where measure = 'contacts'")
    monkeypatch.setattr(latest, "_wrong_measures", lambda made, proved: {})
    loaded(council, carried.last)
    assert [each for each, _, _ in how_counted(council)] == [CARRIED]
    assert unlike_a_whole_counting(council) == []


def test_what_was_carried_wrong_is_remembered_where_the_night_is_published_anew(
    carried: Carried,
) -> None:
    with before_the_last_load(carried.council) as session:
        session.run(observed(CARRIED_WRONG, "contacts"))
        night = loaded_nights(session, LA_CODE)[-1]
        publish(session, LA_CODE, night.extract_date, night.run_id)
        told = session.rows(HOW, carried=CARRIED, whole=COUNTED_WHOLE, wrong=CARRIED_WRONG)
    assert (CARRIED_WRONG, "contacts", None) in told


def test_a_recount_says_what_differs_and_mends_it_if_asked(
    engine: Engine, carried: Carried, tmp_path: Path
) -> None:
    council = engine.copy(carried.council, tmp_path / "copy")
    with open_warehouse(council.url).writing(LA_CODE) as session:
        session.run("delete from report.latest_subject where measure = 'contacts'")
        session.run(
            "update report.monthly_measure set numerator = numerator + 1 "
            "where label = 'latest' and measure = 'referrals'"
        )
    asked = ("recount", "--warehouse", council.url)
    before = engine.marks(council)
    ran = command(*asked)
    assert (ran.exit_code, ran.parts) == (3, ["What", "Where", "Means", "Next"])
    assert "contacts" in ran.out
    assert "referrals" in ran.out
    assert engine.marks(council) == before
    mended = command(*asked, "--mend")
    assert mended.exit_code == 0
    assert "What was counted is published now." in mended.out
    assert command(*asked).exit_code == 0
    wrong, whole = how_counted(council)
    assert wrong[:2] == (CARRIED_WRONG, "contacts")
    assert wrong[2] > 0
    assert whole == (COUNTED_WHOLE, MENDED, None)


def test_a_recount_remembers_nothing_of_what_was_counted_whole(
    engine: Engine, carried: Carried, tmp_path: Path
) -> None:
    council = engine.copy(carried.council, tmp_path / "copy")
    for _ in range(2):  # the second time of a night that was mended
        with open_warehouse(council.url).writing(LA_CODE) as session:
            session.run("delete from audit.observation where observation = :wrong",
                        wrong=CARRIED_WRONG)  # fmt: skip
            session.run("delete from report.latest_subject where measure = 'contacts'")
        assert command("recount", "--warehouse", council.url, "--mend").exit_code == 0
    assert how_counted(council) == [(COUNTED_WHOLE, MENDED, None)]


# Why a night is counted whole.


class _Back(Exception):
    """Takes back what a test wrote."""


@contextmanager
def before_the_last_load(council: Council) -> Iterator[Session]:
    """A session in which the last night is loaded and not yet published; what it writes is not
    kept."""
    with pytest.raises(_Back), open_warehouse(council.url).writing(LA_CODE) as session:
        before = loaded_nights(session, LA_CODE)[-2]
        session.run(
            "update report.last_extract set extract_date = :extract_date, run_id = :run_id "
            "where la_code = :la_code",
            extract_date=before.extract_date, run_id=before.run_id, la_code=LA_CODE,
        )  # fmt: skip
        yield session
        raise _Back


def asked_of(session: Session, every: list[Measure] | None = None) -> date | str:
    """From which night the last one is carried, or why it is not."""
    counting = last_counting(session, every or measures(titles()))
    return carried_from(counting, rests_on(counting))


def last_counting(session: Session, every: list[Measure]) -> Counting:
    """Of the measures as known on the last night, in the months that are published."""
    [(la_code, known_on)] = session.rows("select la_code, max(extract_date) from audit.load_run "
                                         "where status = 'loaded' group by la_code")  # fmt: skip
    months = publication_of(session, la_code, known_on).months
    first, last = last_complete_months(known_on, months)
    return counting_of(session, la_code, every, known_on=known_on, first=first, last=last)


def observed(observation: str, detail: str) -> str:
    """SQL of an observation of the last night."""
    return (
        "insert into audit.observation (run_id, observation, detail) "
        f"select run_id, '{observation}', '{detail}' from audit.load_run where status = 'loaded' "
        "order by extract_date desc limit 1"
    )


def act(action: str) -> str:
    """SQL of an act on personal data."""
    return (
        "insert into audit.privacy_action (action_id, part, la_code, action) "
        f"values ('{action} of the test', 'child', '{LA_CODE}', '{action}')"
    )


PUBLISHED_RUN = "(select run_id from report.last_extract)"
CAUSES = {
    "nothing published": ("delete from report.last_extract", "nothing was published before"),
    "the night before taken back": (
        f"update audit.load_run set status = 'undone' where run_id in {PUBLISHED_RUN}",
        "not of the night before",
    ),
    "another night published": (
        "update report.last_extract set run_id = 'another'", "not of the night before",
    ),
    "an earlier release published": (
        f"delete from audit.observation where run_id in {PUBLISHED_RUN} "
        "and observation = 'figures_rest_on'",
        "rest on is not known",
    ),
    "other months": ("update warehouse.dim_authority set published_months = 30", "months"),
    "another first extract": (
        "update warehouse.dim_authority set known_from = known_from - 1", "first extract",
    ),
    "other national codes": (
        "update warehouse.dim_code set code_group = 'Other' "
        "where la_code = '' and code_list = 'ethnicity'",
        "national codes",
    ),
    "another calendar": (
        "delete from warehouse.dim_date where date = (select max(date) from warehouse.dim_date)",
        "calendar",
    ),
    "coverage": (observed("covered_from", "2025-11-15"), "measures published"),
    "a lacking table": (observed("table_lacking", "contact"), "definitions, measures published"),
    "an erasure": (act("erase"), "acts on personal data"),
    "a purge": (act("purge"), "acts on personal data"),
    "another key": (act("rotate_key"), "acts on personal data"),
}  # fmt: skip


@pytest.mark.parametrize("cause", CAUSES)
def test_where_it_is_not_certain_all_is_counted_whole(carried: Carried, cause: str) -> None:
    statement, why = CAUSES[cause]
    with before_the_last_load(carried.council) as session:
        session.run(statement)
        found = asked_of(session)
        assert why in str(found)
        assert not isinstance(found, date)


def test_where_nothing_is_otherwise_it_is_carried(carried: Carried) -> None:
    with before_the_last_load(carried.council) as session:
        session.run(act("worklist"))
        assert asked_of(session) == date.fromisoformat(carried.extracts[-2].name)


def test_other_software_and_another_definition_count_whole(
    carried: Carried, monkeypatch: pytest.MonkeyPatch
) -> None:
    every = measures(titles())
    other = replace(every[0], sql=f"{every[0].sql} where true")
    with before_the_last_load(carried.council) as session:
        assert asked_of(session, [other, *every[1:]]) == "not as on the night before: definitions"
        monkeypatch.setattr(resting, "__version__", "another")
        assert asked_of(session) == "not as on the night before: software"


# What a measure says of itself.


def unlike_alone(counting: Counting, alone: list[Measure], chance: random.Random) -> set[str]:
    """The measures whose rows of some children, where nobody else is seen, are not those of the
    whole counting."""
    session = counting.session
    whole, some = (f"{name}_{counting.number}" for name in ("everyone", "some"))
    make_rows(session, whole)
    count_rows(counting, Part(alone, counting.first, counting.last), whole)
    keys = [key for (key,) in session.rows("select distinct child_key from warehouse.dim_child")]
    found = set()
    for number in range(3):
        chosen = f"chosen_{counting.number}_{number}"
        some_of = f"{some}_{number}"
        listed = ", ".join(
            f"({key})" for key in sorted(chance.sample(sorted(keys), len(keys) // 2))
        )
        session.run(f"create temporary table {chosen} as "
                    f"select * from (values {listed}) as chosen (child_key)")  # fmt: skip
        make_rows(session, some_of)
        count_rows(counting, Part(alone, counting.first, counting.last, children=chosen), some_of)
        of_whole = Counter(session.rows(
            f"select * from {whole} where child_key in (select child_key from {chosen})"
        ))  # fmt: skip
        of_some = Counter(session.rows(f"select * from {some_of}"))
        assert of_some.total() > 0
        found |= {measure for _, measure, *_ in (of_whole - of_some) + (of_some - of_whole)}
    return found


def alone(every: list[Measure]) -> list[Measure]:
    return [measure for measure in every if measure.counts == ALONE]


def test_a_measure_that_says_so_counts_each_child_alone(carried: Carried) -> None:
    with asking(carried.council.url) as session:
        counting = last_counting(session, alone(measures(titles())))
        assert unlike_alone(counting, list(counting.measures), random.Random(5)) == set()


def test_a_measure_that_says_so_counts_each_child_of_the_golden_nights_alone(
    two_nights: TwoNights,
) -> None:
    with asking(two_nights.council.url) as session:
        counting = last_counting(session, alone(measures(titles())))
        assert unlike_alone(counting, list(counting.measures), random.Random(5)) == set()


def test_a_measure_that_says_so_and_does_not_is_found(carried: Carried) -> None:
    """Of those that count together, the one of which any council has rows enough to tell."""
    together = [each for each in measures(titles()) if each.counts == TOGETHER]
    with asking(carried.council.url) as session:
        counting = last_counting(session, together)
        assert "average_caseload" in unlike_alone(
            counting, list(counting.measures), random.Random(5)
        )
