"""Log lines: each carries the run it is of; counts and names of columns, never a value of a record.

As plain text, or as one JSON object a line, for a machine that collects them.
"""

from __future__ import annotations

import json
import logging
import sys
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from etl.harmless import harmless

logger = logging.getLogger("csc_etl")


@dataclass(frozen=True)
class Place:
    """Where in which run something is told; None where it is of none."""

    run_id: str | None = None
    la_code: str | None = None
    step: str | None = None


NOWHERE = Place()
_place: ContextVar[Place] = ContextVar("place", default=NOWHERE)
_RAISED_IN = "raised_in"


@contextmanager
def of_run(run_id: str) -> Iterator[None]:
    """Inside it every line of ``logger`` carries this run id, and its authority; an error that
    leaves it knows them."""
    # A run's id begins with its authority's code; where there is no run, the code stands for it.
    token = _place.set(Place(run_id, run_id.partition("-")[0]))
    try:
        yield
    except BaseException as error:
        error.__dict__.setdefault(_RAISED_IN, _place.get())
        raise
    finally:
        _place.reset(token)


def begin_step(name: str) -> None:
    """From now on, until another step begins or the run is over, every line carries this step of
    the night: also that which says that the step failed."""
    _place.set(replace(_place.get(), step=name))


def raised_in(error: BaseException) -> Place:
    """The run and the step of it that the error came out of."""
    found: Place = error.__dict__.get(_RAISED_IN, NOWHERE)
    return found


def counts(**counted: int | Mapping[str, int]) -> dict[str, object]:
    """What a line counts, to be given with it as ``extra``: JSON has the numbers by themselves."""
    return {"counts": counted}


def as_object(at: datetime, level: str, place: Place, message: str, **more: object) -> str:
    """One line that is a JSON object; ASCII, so that it is harmless on a screen as well."""
    told = {"at": at.isoformat(timespec="milliseconds"), "level": level, **vars(place)}
    return json.dumps(told | {"message": message} | more, default=int)  # NumPy's, too


class _AddRun(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        place, message = _place.get(), harmless(record.getMessage())
        record.__dict__.update(place=place, without_run=message)
        record.msg = f"[{place.run_id or '-'}] {message}"
        record.args = ()
        return True


class _AsJson(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        more = {"counts": vars(record)["counts"]} if "counts" in vars(record) else {}
        return as_object(
            datetime.fromtimestamp(record.created, UTC), record.levelname.lower(),
            vars(record)["place"], vars(record)["without_run"], **more,
        )  # fmt: skip


class _OfOthersAsJson(logging.Formatter):
    """Of what a library tells, that it did and where: its words could quote a record."""

    def format(self, record: logging.LogRecord) -> str:
        library = harmless(f"{record.name} ({record.filename}, line {record.lineno})")
        return as_object(
            datetime.fromtimestamp(record.created, UTC), record.levelname.lower(), _place.get(),
            f"{library} told something; its words are left out, as they could quote a record",
        )  # fmt: skip


if not logger.filters:
    logger.addFilter(_AddRun())


def to_screen(*, as_json: bool) -> None:
    """Send the log to standard error. Airflow sets up its own handlers and does not call this."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        _AsJson() if as_json else logging.Formatter("%(asctime)s %(levelname)s %(message)s")
    )
    logger.handlers[:] = [handler]
    logger.setLevel(logging.INFO)
    logger.propagate = False


@contextmanager
def others_as_objects() -> Iterator[None]:
    """In the block, what libraries log or warn of is one JSON object a line on standard error, and
    without its words."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setLevel(logging.WARNING)
    handler.setFormatter(_OfOthersAsJson())
    root = logging.getLogger()
    before = root.handlers[:]
    root.handlers[:] = [handler]
    with warnings.catch_warnings():
        warnings.showwarning = _show_warning
        try:
            yield
        finally:
            root.handlers[:] = before


def _show_warning(
    message: Warning | str, category: type[Warning], filename: str, lineno: int,
    file: object = None, line: str | None = None,
) -> None:  # fmt: skip
    """In the place of Python's own, which prints the words and the line of the program."""
    place = f"{'/'.join(Path(filename).parts[-2:])}, line {lineno}"
    told = as_object(
        datetime.now(UTC), "warning", _place.get(),
        harmless(f"{category.__name__} at {place}; its words are left out, as they could quote a "
                 "record"),
    )  # fmt: skip
    if sys.stderr is not None:
        sys.stderr.write(f"{told}\n")
