"""The invented families and children, and the tables of persons, addresses, teams and workers.

Nothing here resembles a person: names, streets and notes start with DEMO-, NHS numbers with 999,
postcodes with ZZ. Whatever escapes is found by searching for those.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from etl.demo.dates import as_day, earliest, months_after
from etl.demo.draws import draw_days, draw_option, happens, words, yes_or_no
from etl.demo.tables import FIRST_ID, Change, Columns, SourceTable, numbered, source_table

CONTACTED, LOOKED_AFTER, SHORT_BREAK, EARLY_HELP, KNOWN_BEFORE = range(5)
KIND_SHARES = (0.75, 0.026, 0.002, 0.05, 0.172)
HISTORY_DAYS = 4 * 365 + 1  # of the usual world, for which the shares are
SIZE_SHARES = (0.55, 0.28, 0.12, 0.05)  # one to four children
DAYS_KNOWN_BEFORE = 3 * 365
YEARS_OF_CARE_BEFORE = 6  # long stays began well before the history does
CARE_DAYS_BEFORE = YEARS_OF_CARE_BEFORE * 365
ETHNICITY_CODES = ("A1", "A3", "B1", "B4", "C2", "D1", "D2", "E2")
ETHNICITY_SHARES = (0.66, 0.08, 0.05, 0.04, 0.06, 0.03, 0.05, 0.03)
TEAM_NAMES = (
    "First Response",
    "Family Support North",
    "Family Support South",
    "Child Protection",
    "Looked After Children",
    "Leaving Care",
)
TEAM_IDS = tuple(range(11, 11 + len(TEAM_NAMES)))
FIRST_WORKER_ID = 21
CHILDREN_PER_WORKER = 250
LONG_AGO = as_day(date(1990, 1, 1))


def children_by_kind(children: int, days: int) -> np.ndarray:
    """How many children a history of that many days has of each kind, so that as many become known
    a year, and as many are looked after, as in the usual one of `children` children."""
    grown = np.array([days, CARE_DAYS_BEFORE + days, days, days, 1])
    usual = np.array([HISTORY_DAYS, CARE_DAYS_BEFORE + HISTORY_DAYS, HISTORY_DAYS, HISTORY_DAYS, 1])
    return children * np.array(KIND_SHARES) * (grown / usual)


def found_families(
    rng: np.random.Generator, children: int, first_day: np.datetime64, last_day: np.datetime64
) -> Columns:
    """Families with `children` children in all in the usual history, more in a longer one, how the
    council came to know them, and when."""
    by_kind = children_by_kind(children, int((last_day - first_day).astype(np.int64)))
    children = round(by_kind.sum())
    sizes = 1 + draw_option(rng, children, SIZE_SHARES)
    count = int(np.searchsorted(np.cumsum(sizes), children)) + 1
    size = sizes[:count]
    size[-1] -= int(size.sum()) - children
    kind = draw_option(rng, count, by_kind / by_kind.sum())
    starts = first_day - np.array([0, CARE_DAYS_BEFORE, 0, 0, DAYS_KNOWN_BEFORE])
    ends = np.where(np.arange(5) == KNOWN_BEFORE, first_day, last_day)
    days = (ends - starts).astype(np.int64)
    first_known = starts[kind] + (rng.random(count) * days[kind]).astype(np.int64)
    is_vulnerable = happens(rng, count, 0.30)
    return Columns(
        size=size,
        first_child=np.cumsum(size) - size,
        kind=kind,
        first_known=first_known,
        is_vulnerable=is_vulnerable,
        is_high_risk=is_vulnerable & happens(rng, count, 0.25),
    )


def raise_children(rng: np.random.Generator, families: Columns) -> Columns:
    """The children, family by family, the youngest first; some become known before their birth."""
    family = np.repeat(np.arange(len(families)), families.size)
    place = np.arange(len(family)) - families.first_child[family]
    known = families.first_known[family]
    age = _ages_when_known(rng, families, family, place)
    expected = known - age
    shift = np.clip(rng.normal(0, 8, len(family)), -18, 18).astype(np.int64)
    is_born = age >= 0
    birth = np.where(is_born, expected, np.maximum(expected + shift, known + 1))
    recorded = np.where(is_born, known, birth + draw_days(rng, len(family), ((1.0, 2, 15),)))
    return Columns(
        family=family,
        first_known=known,
        expected_birth=expected,
        birth=birth,
        birth_recorded=recorded,
        eighteenth_birthday=months_after(birth, 216),
        is_girl=happens(rng, len(family), 0.49),
        ethnicity=draw_option(rng, len(families), ETHNICITY_SHARES)[family],
    )


def _ages_when_known(
    rng: np.random.Generator, families: Columns, family: np.ndarray, place: np.ndarray
) -> np.ndarray:
    """Days; negative before birth. Siblings are one to four years apart, or twins of the first."""
    count = len(families)
    youngest = (rng.beta(1.1, 1.5, count) * 16.4 * 365).astype(np.int64)
    is_unborn = happens(rng, count, 0.05) & (families.kind == CONTACTED)
    youngest = np.where(is_unborn, -draw_days(rng, count, ((1.0, 5, 150),)), youngest)
    gaps = np.where(place == 0, 0, draw_days(rng, len(family), ((1.0, 400, 1500),)))
    running = np.cumsum(gaps)
    older_by = running - running[families.first_child][family]
    age = youngest[family] + older_by
    return np.where(age > 17.3 * 365, youngest[family], age)


def labelled(prefix: str, numbers: np.ndarray, suffix: str = "") -> pa.Array:
    """`DEMO-FORENAME-000123`: a prefix and the number in six digits or more."""
    text = pc.utf8_lpad(pa.array(numbers).cast(pa.string()), 6, "0")
    return pc.binary_join_element_wise(prefix, text, suffix, "")


def person_table(children: Columns, duplicates: Columns) -> SourceTable:
    """Children, then the second records some were given by mistake (`child`, `merged`).

    Until its birth is recorded a child shows the expected date and DOB_ESTIMATED = Y.
    """
    child = np.concatenate([np.arange(len(children)), duplicates.child])
    number = numbered(len(child))
    merged = np.full(len(child), np.datetime64("NaT", "D"))
    merged[len(children) :] = duplicates.merged
    born = children.birth_recorded[child]
    expected = pa.array(children.expected_birth[child]).cast(pa.timestamp("ms"))
    is_estimated = pa.array(np.full(len(child), "Y", dtype=object), pa.string())
    columns = {
        "DIM_PERSON_ID": number,
        "LEGACY_ID": number + 3_000_000,
        "FORENAME": labelled("DEMO-FORENAME-", number),
        "SURNAME": labelled("DEMO-SURNAME-", children.family[child] + FIRST_ID),
        "GENDER_MAIN_CODE": words(children.is_girl[child].astype(np.int8), ("M", "F")),
        "ETHNICITY_MAIN_CODE": words(children.ethnicity[child], ETHNICITY_CODES),
        "BIRTH_DTTM": children.birth[child],
        "DOB_ESTIMATED": yes_or_no(np.zeros(len(child), dtype=bool)),
        "DEATH_DTTM": pa.nulls(len(child), pa.timestamp("ms")),
        "UPN": labelled("Z9000000", number),
        "NHS_NUMBER": number + 9_990_000_000,
        "IS_CLIENT": yes_or_no(np.ones(len(child), dtype=bool)),
        "DUPLICATED_DTTM": merged,
    }
    changes = {
        "BIRTH_DTTM": Change(born, expected),
        "DOB_ESTIMATED": Change(born, is_estimated),
        "DUPLICATED_DTTM": Change(merged),
    }
    return source_table(columns, children.first_known[child], changes)


def address_table(children: Columns, duplicates: Columns) -> SourceTable:
    """One home per person record: from birth, or from when an unborn child became known."""
    child = np.concatenate([np.arange(len(children)), duplicates.child])
    number = numbered(len(child))
    family = children.family[child]
    known = children.first_known[child]
    postcode = (family % 90).astype(np.int64)
    columns = {
        "DIM_PERSON_ADDRESS_ID": number,
        "DIM_PERSON_ID": number,
        "ADDSS_TYPE_CODE": words(np.zeros(len(child), dtype=np.int8), ("HOME",)),
        "START_DTTM": earliest(children.expected_birth[child], known),
        "END_DTTM": pa.nulls(len(child), pa.timestamp("ms")),
        "HOUSE_NO": 1 + family % 200,
        "STREET": labelled("DEMO-STREET-", family // 20 + FIRST_ID),
        "TOWN": words(np.zeros(len(child), dtype=np.int8), ("WESTMERE",)),
        "POSTCODE": words(postcode, tuple(f"ZZ{n // 9 + 1} {n % 9 + 1}DM" for n in range(90))),
    }
    return source_table(columns, known)


def department_table() -> SourceTable:
    """The council's teams."""
    columns = {
        "DIM_DEPARTMENT_ID": np.array(TEAM_IDS),
        "NAME": pa.array(TEAM_NAMES),
        "DEPT_ID": pa.array([f"D{number}" for number in TEAM_IDS]),
        "DEPT_TYPE_DESCRIPTION": pa.array(["Team"] * len(TEAM_IDS)),
    }
    return source_table(columns, np.full(len(TEAM_IDS), LONG_AGO))


def worker_count(children: int) -> int:
    """At least two workers to a team."""
    return max(2 * len(TEAM_IDS), children // CHILDREN_PER_WORKER)


def worker_table(children: int) -> SourceTable:
    """The council's social workers, spread over its teams."""
    number = numbered(worker_count(children), FIRST_WORKER_ID)
    name = labelled("DEMO-WORKER-", number)
    one = np.zeros(len(number), dtype=np.int8)
    columns = {
        "DIM_WORKER_ID": number,
        "STAFF_ID": pc.binary_join_element_wise("S", pa.array(number).cast(pa.string()), ""),
        "FORENAME": name,
        "SURNAME": name,
        "JOB_TITLE": words(one, ("Social Worker",)),
        "DEPARTMENT_NAME": words((number - FIRST_WORKER_ID) % len(TEAM_NAMES), TEAM_NAMES),
        "FULL_TIME_EQUIVALENCY": words(number % 3, ("1.0", "1.0", "0.6")),
    }
    return source_table(columns, np.full(len(number), LONG_AGO))


def draw_team(rng: np.random.Generator, size: int, unknown: float = 0.2) -> np.ndarray:
    """Team ids, -1 where nobody entered one."""
    team = np.array(TEAM_IDS)[rng.integers(0, len(TEAM_IDS), size)]
    return np.where(happens(rng, size, unknown), -1, team)


def draw_worker(rng: np.random.Generator, size: int, children: int) -> np.ndarray:
    """Worker ids, -1 where nobody entered one."""
    worker = FIRST_WORKER_ID + rng.integers(0, worker_count(children), size)
    return np.where(happens(rng, size, 0.2), -1, worker)
