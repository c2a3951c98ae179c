"""What nights cost among many authorities, and what ten nights leave, on both engines: the figures
of ``bench.england``, kept beside all others."""

from __future__ import annotations

from collections.abc import Iterator

from bench.alone import alone
from bench.asked import Asked
from bench.results import Result

ENGINES = ("duckdb", "postgresql")


def many_authorities(engine: str, authorities: int) -> dict[str, float]:
    """The work: see ``bench.england``. Returns the figures by name."""
    return _ready().many_authorities(engine, authorities)


def ten_nights(engine: str) -> dict[str, float]:
    """The work: see ``bench.england``. Returns the figures by name."""
    return _ready().ten_nights(engine)


def _ready():  # type: ignore[no-untyped-def]
    """The module, in a process that has imported what each of its forks needs."""
    from bench import england

    import etl.night.steps  # noqa: F401
    from etl.log import logger

    logger.setLevel("ERROR")
    return england


def measured(asked: Asked) -> list[Result]:
    """Each engine."""
    return [result for engine in ENGINES for result in _on(engine, asked.authorities)]


def _on(engine: str, authorities: int) -> Iterator[Result]:
    """Raises ValueError where a limit is of nothing measured."""
    from bench.england import LIMITS, limit

    many = alone("bench.councils:many_authorities", engine=engine, authorities=authorities)
    ten = alone("bench.councils:ten_nights", engine=engine)
    found = {**many.answer, **ten.answer}
    if nothing := LIMITS.keys() - found.keys():
        raise ValueError(f"limits are of nothing measured: {sorted(nothing)}")
    for name, value in found.items():
        yield Result(f"{engine}: {name}", name.rpartition(": ")[2], value, limit(name))
