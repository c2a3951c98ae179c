"""A children in need census of invented children, the same each time: one in four with enquiries,
one in eight on a plan. The sector's own pipeline takes some 390 seconds for one of 20,000 children.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from doors.census import (
    a_child,
    assessment,
    details,
    element,
    enquiry,
    plan,
    texts,
)

_ETHNICITIES = ("WBRI", "WOTH", "MWBC", "APKN", "BAFR", "NOBT")
_LA_CODE = "900"
_YEAR = 364


def write_night(folder: Path, children: int, night: date) -> Path:
    """The file of one night; returns where it is."""
    path, draws = folder / f"{night}.xml", random.Random(874)
    year = night.year + (night >= date(night.year, 4, 1))
    header = (
        f"<Header><CollectionDetails><Collection>CIN</Collection><Year>{year}</Year>"
        f"<ReferenceDate>{night}</ReferenceDate></CollectionDetails>"
        f"<Source><LEA>{_LA_CODE}</LEA></Source></Header>"
    )
    with path.open("w", encoding="utf-8") as file:
        file.write(f'<?xml version="1.0" encoding="utf-8"?>\n<Message>{header}<Children>')
        for number in range(children):
            file.write(_a_child(draws, number, night))
        file.write("</Children></Message>\n")
    return path


def _a_child(draws: random.Random, number: int, night: date) -> str:
    received = sorted(draws.randrange(300) for _ in range(draws.choice((1, 1, 1, 2))))
    born = date(2007, 1, 1) + timedelta(days=draws.randrange(6000))
    disability = element("Disabilities", texts(Disability=draws.choice(("NONE", "NONE", "AUT"))))
    return a_child(
        f"{700_000 + number}",
        *(_an_episode(draws, day, night) for day in received),
        characteristics=disability,
        UPN=f"H{87420000000 + number}",
        PersonBirthDate=f"{born}",
        Sex=draws.choice("MF"),
        Ethnicity=draws.choice(_ETHNICITIES),
    )


def _an_episode(draws: random.Random, first: int, night: date) -> str:
    factors = element("FactorsIdentifiedAtAssessment", texts(AssessmentFactors="3B") * 3)
    assessed = assessment(_day(first + 1, night), _day(first + draws.randrange(20, 60), night))
    return details(
        _day(first, night),
        assessed.replace("</Assessments>", f"{factors}</Assessments>"),
        *_protection(draws, first, night),
        ReferralSource=draws.choice(("6", "2A", "3F", "5D")),
    )


def _protection(draws: random.Random, first: int, night: date) -> Iterator[str]:
    if draws.random() < 0.25:
        held = _day(first + 15, night) if draws.random() < 0.5 else ""
        yield enquiry(
            _day(first + 3, night),
            held=held,
            not_needed=f"{int(not held)}",
            target=_day(first + 18, night),
        )
        if held:
            yield plan(held, _day(first + 100, night), _day(first + 280, night))


def _day(number: int, night: date) -> str:
    return f"{min(night - timedelta(days=_YEAR - number), night)}"
