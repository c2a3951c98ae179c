"""A command that is told to end hears it, wherever it stands when the signal comes; one that is
done loses nothing by ending at once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import pytest

from etl.commands.ending import ToldToEnd, told_to_end


class ToldWhileClearedAway:
    """Whatever is raised here Python drops."""

    def __del__(self) -> None:
        os.kill(os.getpid(), signal.SIGTERM)


def wait() -> None:
    """Until the signal is heard."""
    until = time.monotonic() + 30
    while time.monotonic() < until:
        time.sleep(0.01)


def test_a_signal_ends_what_is_done() -> None:
    with pytest.raises(ToldToEnd), told_to_end() as came:
        os.kill(os.getpid(), signal.SIGTERM)
        wait()
    assert came == ["SIGTERM"]


def test_a_signal_that_comes_while_an_object_is_cleared_away_ends_it_too() -> None:
    with pytest.raises(ToldToEnd), told_to_end() as came:
        del (dropped := {"it": ToldWhileClearedAway()})["it"]
        assert dropped == {}
        wait()
    assert came == ["SIGTERM"]


def test_afterwards_everything_is_as_it_was() -> None:
    before = (
        signal.getsignal(signal.SIGTERM),
        signal.getsignal(signal.SIGALRM),
        sys.unraisablehook,
    )
    with told_to_end():
        pass
    after = (signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGALRM), sys.unraisablehook)
    assert after == before


ENDS = """
import atexit, sys
from etl.commands.ending import end_process
atexit.register(sys.stderr.write, "left for the end")
print("shown", end="")
end_process(3)
"""


def test_a_process_that_ends_at_once_does_what_was_left_and_loses_no_word() -> None:
    ended = subprocess.run([sys.executable, "-c", ENDS], capture_output=True, text=True)
    assert (ended.returncode, ended.stdout, ended.stderr) == (3, "shown", "left for the end")
