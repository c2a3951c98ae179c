"""The keys of the star's tables: their own, those of other tables in them, and what a version is
a version of."""

from __future__ import annotations

from etl.contracts import contract, register
from etl.contracts.contract import DIMENSION_KEYS
from etl.contracts.register import KEYED_DIMENSIONS

# The integer key of each dimension that has one.
OWN_KEYS = {table.name: f"{table.name}_key" for table in KEYED_DIMENSIONS}
# Of whom restricted knows an identity, and the column that their token is made of.
PERSONS = {table.name: table.identity[0].name for table in register.PERSONS}
# Each authority's keys lie in a range of its own: la_code times this, and on.
KEYS_OF_AN_AUTHORITY = 1_000_000_000
KEYS_IN_DIMENSIONS = {
    table.name: tuple(OWN_KEYS[name] for name in table.also_keyed_by)
    for table in KEYED_DIMENSIONS
    if table.also_keyed_by
}
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
    of_every_fact = tuple(DIMENSION_KEYS) if table.is_fact else ()
    return (*of_every_fact, *(OWN_KEYS[name] for name in table.also_keyed_by))


def content_columns(table: contract.Table) -> tuple[str, ...]:
    """What a version is a version of: all but la_code, run_id, known_from and known_to."""
    own = (OWN_KEYS[table.name],) if table.name in OWN_KEYS else ()
    return (*own, *(column.name for column in table.stored_columns), *key_columns(table))


def version_key(table: contract.Table) -> tuple[str, ...]:
    """What is unique among the current rows of one authority."""
    if table.name in OWN_KEYS:
        return (OWN_KEYS[table.name],)
    return tuple("child_key" if name == "child_token" else name for name in table.key)
