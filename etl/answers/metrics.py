"""How the councils stand, as Prometheus reads it: the file that node_exporter's textfile collector
picks up."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path

from etl import __version__
from etl.answers.status import Council
from etl.errors import ConnectionFault, reason

# Counts alone: node_exporter, an account of its own, must read it.
_MODE = 0o644


@dataclass(frozen=True)
class _Gauge:
    """value: of a council; None where it has none, so that there is no sample."""

    name: str
    meaning: str
    value: Callable[[Council, date], float | None]


def _of_last_run(value: Callable[..., float | None]) -> Callable[[Council, date], float | None]:
    return lambda council, _: value(council.last_run) if council.last_run else None


def _instant(at: datetime | None) -> float | None:
    return at.timestamp() if at else None


def _midnight(day: date | None) -> float | None:
    return _instant(datetime.combine(day, time(), UTC)) if day else None


_GAUGES = (
    _Gauge("loaded_nights", "Nights of the council that are loaded.",
           lambda council, _: council.nights_loaded),
    _Gauge("last_loaded_extract_timestamp_seconds",
           "Midnight UTC of the date of the last extract loaded; no sample where there is none.",
           lambda council, _: _midnight(council.last_loaded)),
    _Gauge("last_loaded_extract_age_days",
           "Days from that date to the day on which this file was written.",
           lambda council, today: council.days_since(today)),
    _Gauge("last_night_stopped", "1 where a check stopped the last night, else 0.",
           lambda council, _: council.is_stopped),
    _Gauge("last_run_loaded", "1 where the last run loaded a night that is still loaded, else 0.",
           _of_last_run(lambda run: run.status == "loaded")),
    _Gauge("last_run_held_back_rows", "Rows that the last run held back.",
           _of_last_run(lambda run: run.held_back)),
    _Gauge("last_run_new_versions", "Versions that the last run opened.",
           _of_last_run(lambda run: run.new)),
    _Gauge("last_run_closed_versions", "Versions that the last run ended.",
           _of_last_run(lambda run: run.closed)),
    _Gauge("last_run_start_timestamp_seconds", "When the last run began.",
           _of_last_run(lambda run: _instant(run.started_at))),
    _Gauge("last_run_end_timestamp_seconds", "When the last run ended.",
           _of_last_run(lambda run: _instant(run.finished_at))),
)  # fmt: skip


def metrics(councils: Sequence[Council], *, engine: str, today: date) -> str:
    """The text of the file. engine: of the warehouse, ``duckdb`` or ``postgresql``."""
    lines = [*_heading("info", "The software, and the engine of its warehouse.")]
    lines.append(f"csc_etl_info{_labels(version=__version__, engine=engine)} 1")
    for gauge in _GAUGES:
        lines += _heading(gauge.name, gauge.meaning)
        for council in councils:
            value = gauge.value(council, today)
            if value is not None:
                labels = _labels(la_code=council.la_code)
                lines.append(f"csc_etl_{gauge.name}{labels} {float(value):.16g}")
    return "".join(f"{line}\n" for line in lines)


def _heading(name: str, meaning: str) -> Iterator[str]:
    yield f"# HELP csc_etl_{name} {meaning}"
    yield f"# TYPE csc_etl_{name} gauge"


def _labels(**values: str) -> str:
    labels = (f'{name}="{_escaped(value)}"' for name, value in values.items())
    return f"{{{','.join(labels)}}}"


def _escaped(value: str) -> str:
    return value.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")


def write_metrics(file: Path, text: str) -> None:
    """Put the file in place whole, whoever reads meanwhile. Raises ConnectionFault where it cannot
    be written."""
    # Not *.prom, which the collector would read half written.
    beside = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        try:
            beside.write_text(text, encoding="utf-8")
            beside.chmod(_MODE)
            beside.replace(file)
        finally:
            beside.unlink(missing_ok=True)
    except OSError as error:
        raise ConnectionFault(
            f"The file of metrics cannot be written ({reason(error)}).",
            where=str(file),
            means="What was there before still is; its age shows that it is old.",
            next="Make the folder, or let the account that runs the command write into it.",
        ) from None
