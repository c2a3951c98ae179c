"""What a children in need census of 20,000 children costs until it is conformed.

Process seconds of landing and conforming, and the most memory, of a process of its own; run by
``make bench``. The sector's own pipeline takes some 390 seconds for such a file.
"""

from __future__ import annotations

import os
import random
import sys
import tempfile
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from doors.census import (
    a_child,
    an_authority_of_a_census,
    assessment,
    details,
    element,
    enquiry,
    plan,
    texts,
)

from etl.night.begin import begin
from etl.night.tasks import TASKS
from etl.night.walk import run_task
from etl.settings import PSEUDONYM_KEY

CHILDREN = 20_000
NIGHT = date(2025, 3, 31)
MOST_SECONDS, MOST_MEBIBYTES = 15, 500
_FIRST = date(2024, 4, 1)
_ETHNICITIES = ("WBRI", "WOTH", "MWBC", "APKN", "BAFR", "NOBT")
HEADER = (
    "<Header><CollectionDetails><Collection>CIN</Collection><Year>2025</Year>"
    f"<ReferenceDate>{NIGHT}</ReferenceDate></CollectionDetails>"
    "<Source><LEA>874</LEA></Source></Header>"
)


def write_census(path: Path, children: int, seed: int = 874) -> None:
    """A census of invented children, the same each time: one in four with enquiries, one in eight
    on a plan."""
    draws = random.Random(seed)
    with path.open("w", encoding="utf-8") as file:
        file.write(f'<?xml version="1.0" encoding="utf-8"?>\n<Message>{HEADER}<Children>')
        for number in range(children):
            file.write(_a_child(draws, number))
        file.write("</Children></Message>\n")


def _a_child(draws: random.Random, number: int) -> str:
    received = sorted(draws.randrange(300) for _ in range(draws.choice((1, 1, 1, 2))))
    born = date(2007, 1, 1) + timedelta(days=draws.randrange(6000))
    disability = element("Disabilities", texts(Disability=draws.choice(("NONE", "NONE", "AUT"))))
    return a_child(
        f"{700_000 + number}",
        *(_an_episode(draws, day) for day in received),
        characteristics=disability,
        UPN=f"H{87420000000 + number}",
        PersonBirthDate=f"{born}",
        Sex=draws.choice("MF"),
        Ethnicity=draws.choice(_ETHNICITIES),
    )


def _an_episode(draws: random.Random, first: int) -> str:
    factors = element("FactorsIdentifiedAtAssessment", texts(AssessmentFactors="3B") * 3)
    assessed = assessment(_day(first + 1), _day(first + draws.randrange(20, 60)))
    return details(
        _day(first),
        assessed.replace("</Assessments>", f"{factors}</Assessments>"),
        *_protection(draws, first),
        ReferralSource=draws.choice(("6", "2A", "3F", "5D")),
    )


def _protection(draws: random.Random, first: int) -> Iterator[str]:
    if draws.random() < 0.25:
        held = _day(first + 15) if draws.random() < 0.5 else ""
        yield enquiry(
            _day(first + 3), held=held, not_needed=f"{int(not held)}", target=_day(first + 18)
        )
        if held:
            yield plan(held, _day(first + 100), _day(first + 280))


def _day(number: int) -> str:
    return f"{min(_FIRST + timedelta(days=number), NIGHT)}"


def main() -> None:
    """Print the figures."""
    os.environ[PSEUDONYM_KEY] = "a key for this measurement alone"
    with tempfile.TemporaryDirectory() as name:
        extract = Path(name) / f"{NIGHT}"
        extract.mkdir()
        write_census(extract / "census.xml", CHILDREN)
        size = (extract / "census.xml").stat().st_size
        authority = an_authority_of_a_census(Path(name))
        run = begin(extract, authority, f"duckdb:///{Path(name) / 'warehouse.duckdb'}")
        timings = [timing for task in TASKS[:2] for timing in run_task(run, task)[1]]
    steps = [timing.step for timing in timings]
    timings = timings[: steps.index("conform") + 1]
    seconds = sum(timing.process_seconds for timing in timings)
    sys.stdout.write(
        f"a census of {CHILDREN:,} children, {size / 1e6:.0f} MB: {seconds:.1f} process seconds "
        f"until it is conformed (at most {MOST_SECONDS}), "
        f"{timings[-1].peak_mebibytes:.0f} MiB at most (at most {MOST_MEBIBYTES})\n"
    )


if __name__ == "__main__":
    main()
