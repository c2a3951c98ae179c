"""What comes from outside reaches a terminal or log as text that moves no cursor."""

from __future__ import annotations

import io
import logging
import sys

import pytest

from etl.commands.screen import showing, telling
from etl.errors import WrongUsage
from etl.harmless import harmless
from etl.log import logger

CLEARS = "\x1b[2J\x1b]0;mine\x07"
SHOWN = r"\x1b[2J\x1b]0;mine\x07"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a plain name, £5 – é", "a plain name, £5 – é"),
        (CLEARS, SHOWN),
        ("one\nNext:  another", r"one\nNext:  another"),
        ("\x9b2J", r"\x9b2J"),
        ("turned \u202e round", r"turned \u202e round"),
        ("nothing\u200b", r"nothing\u200b"),
        ("no\u00a0break", "no\u00a0break"),
        ("half \ud800", r"half \ud800"),
    ],
    ids=ascii,
)
def test_control_characters_are_shown_as_their_escapes(text: str, shown: str) -> None:
    assert harmless(text) == shown


def test_an_error_is_four_lines_whatever_a_name_holds() -> None:
    error = WrongUsage(f"table {CLEARS}\nNext: x", where=CLEARS, means="nothing", next="mend it")
    assert len(str(error).splitlines()) == 4
    assert "\x1b" not in str(error) + error.what + error.where


def test_a_line_of_the_log_is_one_line(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, logger="csc_etl"):
        logger.info("unknown table %s", f"{CLEARS}\nX")
    assert caplog.messages == [f"[-] unknown table {SHOWN}\\nX"]


@pytest.mark.parametrize("where", ["stdout", "stderr"])
def test_what_a_command_prints_keeps_its_lines_and_colours_alone(
    where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = io.StringIO()
    monkeypatch.setattr(sys, where, written)
    with telling(), showing():
        print(f"\x1b[31mstopped\x1b[0m\tby {CLEARS}", file=getattr(sys, where))
    assert written.getvalue() == f"\x1b[31mstopped\x1b[0m\tby {SHOWN}\n"
