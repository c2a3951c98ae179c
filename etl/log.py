"""Log lines: each carries the run id; counts and names of columns, never a value of a record."""

from __future__ import annotations

import contextvars
import json
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from etl.harmless import harmless

logger = logging.getLogger("csc_etl")
_run_id: contextvars.ContextVar[str] = contextvars.ContextVar("run_id", default="-")


@contextmanager
def of_run(run_id: str) -> Iterator[None]:
    """Inside it every line of ``logger`` carries this run id."""
    token = _run_id.set(run_id)
    try:
        yield
    finally:
        _run_id.reset(token)


class _AddRunId(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        run_id = _run_id.get()
        record.__dict__["run_id"] = run_id
        record.msg = f"[{run_id}] {harmless(record.getMessage())}"
        record.args = ()
        return True


class _AsJson(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        run_id = getattr(record, "run_id", "-")
        return json.dumps(
            {
                "at": self.formatTime(record),
                "level": record.levelname.lower(),
                "run_id": run_id,
                "message": record.getMessage().removeprefix(f"[{run_id}] "),
            }
        )


if not logger.filters:
    logger.addFilter(_AddRunId())


def to_screen(*, as_json: bool) -> None:
    """Send the log to standard error. Airflow sets up its own handlers and does not call this."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        _AsJson() if as_json else logging.Formatter("%(asctime)s %(levelname)s %(message)s")
    )
    logger.handlers[:] = [handler]
    logger.setLevel(logging.INFO)
    logger.propagate = False
