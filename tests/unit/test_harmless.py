"""What comes from outside moves no cursor, wherever it is shown."""

from __future__ import annotations

import io
import logging
import sys
from contextlib import redirect_stdout

import pytest
from rich.console import Console

from etl.cli import main
from etl.commands.screen import showing
from etl.errors import NightStopped
from etl.harmless import harmless
from etl.log import logger

HOSTILE = "\x1b[2J\x1b]0;title\x07\x9b31m\r\u202eetoN\u2066\x00\u2028"


@pytest.mark.parametrize("text", ["Zoë, 50 % – “fine”", "10\u00a0000", "", "日本"])
def test_text_that_is_plain_stays_as_it_is(text: str) -> None:
    assert harmless(text) == text


def test_of_other_text_only_the_escapes_are_shown() -> None:
    shown = harmless(f"a{HOSTILE}\nb")
    assert shown.isprintable()
    assert shown.startswith(r"a\x1b[2J\x1b]0;title\x07\x9b31m\r\u202e")
    assert shown.endswith(r"\nb")


def test_an_error_has_four_lines_whatever_it_names() -> None:
    error = NightStopped(HOSTILE, where="a\nNext:  rm", means=HOSTILE, next="wait")
    lines = str(error).splitlines()
    assert [line[:6] for line in lines] == ["What: ", "Where:", "Means:", "Next: "]
    assert all(line.isprintable() for line in lines)


def test_a_line_of_the_log_is_one_line(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, logger="csc_etl"):
        logger.info("the table %s is not known", f"x{HOSTILE}\n2026-01-01 INFO all is well")
    [record] = caplog.records
    assert record.getMessage().isprintable()


def test_whatever_a_command_prints_is_harmless_and_its_own_colours_stay() -> None:
    out = io.StringIO()
    with redirect_stdout(out), showing():
        sys.stdout.write(f"table {HOSTILE}\x1b[8mhidden\x1b[0m\tend\n")
        Console(force_terminal=True, color_system="standard").print("[red]stopped[/]")
    printed, coloured = out.getvalue().splitlines()
    assert printed.replace("\t", "").replace("\x1b[0m", "").isprintable()
    assert "\x1b[31mstopped\x1b[0m" in coloured


def test_whatever_a_command_says_of_an_error_is_harmless(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["status", f"--\x1b[2J{HOSTILE}"]) == 2
    assert all(line.isprintable() for line in capsys.readouterr().err.splitlines())
