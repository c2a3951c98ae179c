"""With `CSC_ETL_LOG=json` all that a command tells is one JSON object a line: its log, its errors,
its results, and what libraries say meanwhile."""

from __future__ import annotations

import json
import logging
import os
import signal
import time
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from etl.demo.extract import write_extract
from nights import editing
from nights.loading import WESTMERE, Council, Ran, command

pytestmark = pytest.mark.slow

NIGHT, NEXT = date(2026, 3, 3), date(2026, 3, 4)
TOLD_OF_EACH = ("at", "level", "run_id", "la_code", "step", "message")
PATIENCE_SECONDS = 60
SECRET = "what no log may hold"


@pytest.fixture(autouse=True)
def as_json(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CSC_ETL_LOG", "json")


def objects(text: str) -> list[dict[str, Any]]:
    """The lines, of which each must be an object."""
    return [json.loads(line) for line in text.splitlines()]


@dataclass(frozen=True)
class Nights:
    """A council's first night, loaded; its second, whose export was cut short; the first again."""

    council: Council
    extracts: tuple[Path, Path]
    loaded: Ran
    stopped: Ran
    again: Ran


@pytest.fixture(scope="module")
def nights(tmp_path_factory: pytest.TempPathFactory) -> Nights:
    folder = tmp_path_factory.mktemp("as_json")
    council = Council(folder / "council", WESTMERE)
    first = write_extract(folder / "drawn", children=1000, extract_date=NIGHT)
    second = editing.copy_as(first, folder, NEXT.isoformat())
    (second / "FACT_REFERRALS.csv").write_text("")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CSC_ETL_LOG", "json")
        ran = [
            command(*council.arguments(extract), "--timings") for extract in (first, second, first)
        ]
    return Nights(council, (first, second), ran[0], ran[1], ran[2])


def test_every_line_says_when_and_of_which_run_and_step(nights: Nights) -> None:
    lines = objects(nights.loaded.err)
    assert all(tuple(line)[:6] == TOLD_OF_EACH for line in lines)
    assert all(datetime.fromisoformat(line["at"]).utcoffset() == timedelta(0) for line in lines)
    of_run = [line for line in lines if line["run_id"]]
    (result,) = objects(nights.loaded.out)
    assert {(line["run_id"], line["la_code"]) for line in of_run} == {(result["run_id"], "900")}
    steps = list(dict.fromkeys(line["step"] for line in of_run))
    assert steps == ["land", "conform", "validate", "derive", "load and publish"]


def test_a_line_has_what_it_counts_by_itself(nights: Nights) -> None:
    counts = {line["step"]: line["counts"] for line in objects(nights.loaded.err)
              if "counts" in line}  # fmt: skip
    (result,) = objects(nights.loaded.out)
    assert counts["land"]["rows"] == sum(counts["land"]["rows_by_table"].values()) > 1000
    assert counts["land"]["rows_by_table"]["DIM_PERSON"] > 500
    checked, held_back = counts["validate"].values()
    says = f"checked {checked} expectations, {held_back} rows held back"
    assert says in [line["message"] for line in objects(nights.loaded.err)]
    assert 0 < held_back <= result["held_back"]  # which counts what could not be read, too
    assert counts["load and publish"] == {"new": result["new"], "closed": result["closed"]}
    assert result["new"] > 1000


def test_a_loaded_night_is_one_object(nights: Nights) -> None:
    (result,) = objects(nights.loaded.out)
    assert (nights.loaded.exit_code, result["result"]) == (0, "loaded")
    assert (result["la_code"], result["extract_date"]) == ("900", "2026-03-03")
    assert Path(result["page"]).is_file()
    assert [timing["step"] for timing in result["timings"]][-1] == "load and publish"


def test_a_night_that_is_loaded_already_is_told_as_that(nights: Nights) -> None:
    (result,) = objects(nights.again.out)
    assert (nights.again.exit_code, result["result"]) == (0, "already_loaded")


def test_an_error_is_an_object_with_its_four_parts_and_where_it_came_from(nights: Nights) -> None:
    assert (nights.stopped.exit_code, nights.stopped.out) == (3, "")
    *_, told, error = objects(nights.stopped.err)
    assert error["message"] == error["what"]
    assert all(error[part] for part in ("what", "where", "means", "next"))
    assert error["exit_code"] == 3
    assert error["level"] == "error"
    assert error["run_id"].startswith("900-2026-03-04-")
    assert error["step"] == "land"
    assert told["message"] == f"stopped: {error['what']}"
    assert (told["run_id"], told["step"]) == (error["run_id"], error["step"])


def test_a_night_that_is_told_to_end_says_in_which_run_and_step(
    nights: Nights, tmp_path: Path
) -> None:
    def ended(*_: object) -> None:
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(PATIENCE_SECONDS)

    asked = ("check", nights.extracts[0], "--authority", WESTMERE, "--pages", tmp_path)
    with mock.patch("etl.night.steps.land_extract", ended):
        ran = command(*asked)
    *_, error = objects(ran.err)
    assert "told to end (SIGTERM)" in error["message"]
    assert (ran.exit_code, error["la_code"], error["step"]) == (1, "900", "land")
    assert error["run_id"].startswith("900-2026-03-03-")


def test_what_a_check_found_is_one_object(nights: Nights, tmp_path: Path) -> None:
    asked = ("check", nights.extracts[0], "--authority", WESTMERE, "--pages", tmp_path)
    ran = command(*asked)
    (result,) = objects(ran.out)
    assert (ran.exit_code, result["result"]) == (0, "passed")
    assert Path(result["page"]).is_file()
    assert objects(ran.err)
    ran = command(*asked, "--warehouse", nights.council.url)
    (result,) = objects(ran.out)
    assert result["result"] == "already_loaded"


@pytest.mark.parametrize("asked", [["status"], ["stauts"], []], ids=["url", "command", "nothing"])
def test_a_command_that_cannot_be_read_is_told_as_an_object(asked: list[str]) -> None:
    ran = command(*asked, as_it_stands=True)
    (error,) = objects(ran.err)
    assert (error["exit_code"], ran.exit_code, error["run_id"]) == (2, 2, None)


def said_meanwhile(say: Callable[[], None], council: Council) -> list[dict[str, Any]]:
    """What a command tells in which a library says something."""

    def status(_: object) -> int:
        say()
        return 0

    with warnings.catch_warnings(), mock.patch("etl.commands.status._status", status):
        warnings.simplefilter("always")
        ran = command("status", "--warehouse", council.url)
    assert ran.exit_code == 0
    assert SECRET not in ran.err
    return objects(ran.err)


def test_what_a_library_warns_of_or_logs_is_an_object_without_its_words(nights: Nights) -> None:
    (warned,) = said_meanwhile(lambda: warnings.warn(SECRET, stacklevel=1), nights.council)
    assert "UserWarning at nights/test_log_as_json.py, line" in warned["message"]
    (logged,) = said_meanwhile(
        lambda: logging.getLogger("a_library").warning("%s", SECRET), nights.council
    )
    assert logged["message"].startswith("a_library (test_log_as_json.py, line ")


def test_what_others_log_goes_where_it_went_once_the_command_is_over(nights: Nights) -> None:
    before = logging.getLogger().handlers[:], warnings.showwarning
    said_meanwhile(lambda: None, nights.council)
    assert (logging.getLogger().handlers, warnings.showwarning) == before


def test_a_form_that_is_not_known_is_refused_and_help_is_given_all_the_same(
    monkeypatch: pytest.MonkeyPatch, nights: Nights
) -> None:
    monkeypatch.setenv("CSC_ETL_LOG", "xml")
    monkeypatch.setenv("CSC_ETL_LOGS", "json")
    ran = command("status", "--warehouse", nights.council.url)
    assert (ran.exit_code, len(ran.parts)) == (2, 4)
    assert "CSC_ETL_LOGS (is CSC_ETL_LOG meant?)" in ran.err
    monkeypatch.delenv("CSC_ETL_LOGS")
    ran = command("status", "--warehouse", nights.council.url)
    assert (ran.exit_code, len(ran.parts)) == (2, 4)
    assert "neither text nor json" in ran.err
    with pytest.raises(SystemExit) as ended:
        command("--help", as_it_stands=True)
    assert ended.value.code == 0


def test_control_characters_reach_no_screen(nights: Nights) -> None:
    ran = command("status", "--warehouse", f"{nights.council.url}\x1b[2J")
    assert "\x1b" not in ran.err
    assert "\x1b" not in objects(ran.err)[0]["message"]
