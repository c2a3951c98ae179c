"""What a run of the nightly DAG is asked for, and what is refused as meant by nobody."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from etl import settings
from etl.errors import WrongUsage

TODAY = date(2026, 6, 25)
NOW = datetime(2026, 6, 25, 9, 30, tzinfo=UTC)
NOTHING_ASKED: dict[str, Any] = {
    "extract_date": None, "councils": None, "dry_run": False, "backfill": False,
    "new_warehouse": False,
}  # fmt: skip


def asked(
    asking: ModuleType, *, logical_date: datetime | None = None, run_type: str = "manual",
    conf: dict[str, Any] | None = None, **params: Any,
) -> Any:  # fmt: skip
    run = SimpleNamespace(logical_date=logical_date, run_after=NOW, run_type=run_type)
    conf = params if conf is None else conf
    return asking.asked_of(NOTHING_ASKED | params, conf, run, TODAY)


def midnight(day: int) -> datetime:
    return datetime(2026, 6, day, tzinfo=UTC)


def test_a_scheduled_run_loads_the_extract_of_its_logical_date(asking: ModuleType) -> None:
    found = asked(asking, logical_date=midnight(24), run_type="scheduled")
    assert (found.extract_date, found.how, found.la_codes) == (date(2026, 6, 24), "load", ())


def test_a_run_for_midnight_utc_of_a_day_in_summer_loads_that_day(asking: ModuleType) -> None:
    assert asked(asking, logical_date=midnight(24)).extract_date == date(2026, 6, 24)


def test_a_run_by_hand_without_a_logical_date_loads_today_in_london(asking: ModuleType) -> None:
    half_past_midnight_in_london = datetime(2026, 6, 24, 23, 30, tzinfo=UTC)
    found = asking.date_of_night(None, None, half_past_midnight_in_london)
    assert found == date(2026, 6, 25)


def test_an_extract_date_that_is_asked_for_counts_before_a_logical_date(
    asking: ModuleType,
) -> None:
    found = asked(asking, logical_date=midnight(24), extract_date="2025-11-03")
    assert found.extract_date == date(2025, 11, 3)


def test_the_runs_of_a_backfill_put_each_its_own_day_in_place(asking: ModuleType) -> None:
    days = [asked(asking, logical_date=midnight(day), run_type="backfill") for day in (22, 23, 25)]
    assert [each.extract_date.day for each in days] == [22, 23, 25]
    assert {each.how for each in days} == {"backfill"}


@pytest.mark.parametrize(("param", "how"), [("dry_run", "dry run"), ("backfill", "backfill")])
def test_a_run_is_told_how_by_its_parameters(asking: ModuleType, param: str, how: str) -> None:
    assert asked(asking, **{param: True}).how == how


def test_a_dry_run_needs_no_warehouse(asking: ModuleType) -> None:
    assert asked(asking, dry_run=True).may_be_new
    assert not asked(asking).may_be_new


@pytest.mark.parametrize(
    ("of_it", "said"),
    [
        ({"conf": {"extract_dat": "2026-06-24"}}, "what is no parameter: extract_dat"),
        ({"conf": {"la_code": "907", "date": "x"}}, "what is no parameter: date, la_code"),
        ({"extract_date": "2026-06-26"}, "a day that has not come"),
        ({"logical_date": midnight(26)}, "a day that has not come"),
        ({"extract_date": "24/06/2026"}, "extract_date is no day"),
        ({"logical_date": datetime(2026, 6, 23, 23, 30, tzinfo=UTC)}, "2026-06-24 in London"),
        ({"dry_run": True, "backfill": True}, "A dry run and a backfill"),
        (
            {"logical_date": midnight(24), "run_type": "backfill", "extract_date": "2026-06-24"},
            "each of its runs would load that one",
        ),
        (
            {"logical_date": midnight(24), "run_type": "backfill", "dry_run": True},
            "A dry run and a backfill",
        ),
    ],
)
def test_what_nobody_can_mean_is_refused_before_any_council_is_begun(
    asking: ModuleType, of_it: dict[str, Any], said: str
) -> None:
    with pytest.raises(WrongUsage, match=said) as refused:
        asked(asking, **of_it)
    assert refused.value.means == "Nothing was begun, for no council."


@pytest.fixture
def councils(schedule_folder: Path) -> list[Any]:
    """Westmere, and a file that cannot be read."""
    from etl.councils import councils_in

    (schedule_folder / "authorities" / "broken.toml").write_text("[authority")
    return councils_in(settings.schedule().authorities)


def test_a_file_that_cannot_be_read_stands_under_its_own_name(councils: list[Any]) -> None:
    assert [(each.la_code, each.name) for each in councils] == [("broken", ""), ("900", "Westmere")]


def test_a_run_may_be_for_some_councils(councils: list[Any]) -> None:
    from etl.councils import those_asked_for

    assert [each.name for each in those_asked_for(councils, ["900"])] == ["Westmere"]
    with pytest.raises(WrongUsage, match="states the la_code 901"):
        those_asked_for(councils, ["900", "901"])


def test_a_night_says_which_council_and_where_its_extract_should_be(
    asking: ModuleType, councils: list[Any], schedule_folder: Path
) -> None:
    _, night = asking.nights_of(settings.schedule(), councils, asked(asking))
    assert (night["la_code"], night["name"]) == ("900", "Westmere")
    assert night["extract"] == str(schedule_folder / "extracts" / "900" / "2026-06-25")
    assert (night["extract_date"], night["how"]) == ("2026-06-25", "load")


def test_a_council_with_two_files_alone_is_said_to_have_them(
    asking: ModuleType, councils: list[Any], schedule_folder: Path
) -> None:
    from etl.councils import councils_in

    folder = schedule_folder / "authorities"
    kept = (folder / "westmere.toml").read_text()
    (folder / "westmere old.toml").write_text(kept)
    (folder / "eastmere.toml").write_text(kept.replace("900", "907"))
    # Its file's name alone says so: it is another fault, of its own.
    (folder / "907.toml").write_text("[authority")
    nights = asking.nights_of(settings.schedule(), councils_in(folder), asked(asking))
    said = [(Path(each["authority_file"]).stem, each.get("stated_in")) for each in nights]
    both = "westmere old.toml, westmere.toml"
    assert said == [
        ("907", None), ("broken", None), ("eastmere", None),
        ("westmere old", both), ("westmere", both),
    ]  # fmt: skip
