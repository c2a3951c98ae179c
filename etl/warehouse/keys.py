"""The keys of the star's tables: their own, those of other tables in them, and what a version is
a version of."""

from __future__ import annotations

from etl.contracts import contract
from etl.contracts.contract import DIMENSION_KEYS

# The integer key of each dimension that has one, and the column of its own that names it.
OWN_KEYS = {
    "team": "team_key",
    "worker": "worker_key",
    "child": "child_key",
    "family": "family_key",
    "timescale": "timescale_key",
}
# Of whom restricted knows an identity, and the column that their token is made of.
PERSONS = {"child": "case_number", "worker": "worker_id", "family": "family_id"}
# Each authority's keys lie in a range of its own: la_code times this, and on.
KEYS_OF_AN_AUTHORITY = 1_000_000_000
KEYS_IN_DIMENSIONS = {"worker": ("team_key",)}
# What frozen figures count by family is named by its key.
FAMILY_SUBJECT = "family "
# By dimension that frozen figures may name, SQL of the last key that they do: it is nobody else's.
LAST_FROZEN_KEY = {
    "child": "(select coalesce(max(child_key), 0) from report.frozen_subject "
    "where la_code = :la_code)",
    "team": "(select coalesce(max(team_key), 0) from report.frozen_subject "
    "where la_code = :la_code)",
    "family": "(select coalesce(max(cast(substr(subject_id, "
    f"{len(FAMILY_SUBJECT) + 1}) as bigint)), 0) from report.frozen_subject "
    f"where la_code = :la_code and subject_id like '{FAMILY_SUBJECT}%')",
}


def before_first_key(la_code: str) -> int:
    """The number before the first key of an authority."""
    return int(la_code) * KEYS_OF_AN_AUTHORITY


def key_columns(table: contract.Table) -> tuple[str, ...]:
    """The keys of other tables that this one holds."""
    if not table.is_fact:
        return KEYS_IN_DIMENSIONS.get(table.name, ())
    if table.name == "timescale_obligation":
        return (*DIMENSION_KEYS, "timescale_key")
    return tuple(DIMENSION_KEYS)


def content_columns(table: contract.Table) -> tuple[str, ...]:
    """What a version is a version of: all but la_code, run_id, known_from and known_to."""
    own = (OWN_KEYS[table.name],) if table.name in OWN_KEYS else ()
    return (*own, *(column.name for column in table.stored_columns), *key_columns(table))


def version_key(table: contract.Table) -> tuple[str, ...]:
    """What is unique among the current rows of one authority."""
    if table.name in OWN_KEYS:
        return (OWN_KEYS[table.name],)
    return tuple("child_key" if name == "child_token" else name for name in table.key)
