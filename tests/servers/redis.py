"""A Redis of the tests' own, on loopback, which writes nothing to disk."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import redis

from servers.ports import free_port
from servers.waiting import until

PROGRAM = "redis-server"
ANSWERS_WITHIN = 20.0


@contextmanager
def running() -> Iterator[str]:
    """The URL of a server for as long as the block runs. Raises FileNotFoundError, saying what to
    do, where the machine has none."""
    program = shutil.which(PROGRAM)
    if program is None:
        raise FileNotFoundError(
            f"{PROGRAM} is not on this machine: Celery's workers are given their tasks through it. "
            "Install the system's package of Redis (redis-server on Debian), then run this again."
        )
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="csc-etl-redis-") as folder:
        said = Path(folder) / "said.txt"
        server = psutil.Popen([
            program, "--bind", "127.0.0.1", "--port", str(port), "--dir", folder,
            "--save", "", "--appendonly", "no", "--logfile", str(said),
        ])  # fmt: skip
        try:
            url = f"redis://127.0.0.1:{port}/0"
            until(lambda: _answers(url), ANSWERS_WITHIN, "Redis answers")
            yield url
        finally:
            server.terminate()
            server.wait(ANSWERS_WITHIN)


def _answers(url: str) -> bool:
    with redis.Redis.from_url(url) as asked:
        try:
            return bool(asked.ping())
        except redis.ConnectionError:
            return False
