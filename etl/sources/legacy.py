"""Children known by the number that staff use, where an authority's file says so:
``[source] child_id = "legacy_id"``.

Tables of such a source name persons by the case system's own id. What other doors carry, a census
or a return, is mostly the number that staff use: a child's token made of that one is the same
through all of them.
"""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from etl.sources.forms import OF_THE_COUNCIL
from etl.sources.mapping import Mapping
from etl.sources.source import Forms


def legacy_forms(forms: Forms) -> Forms:
    """How such a number is written where ids of persons are written so."""
    return replace(forms, ids=OF_THE_COUNCIL, one_spelling=lambda ids: ids)


def columns_of_ids(child: Mapping) -> tuple[str, str]:
    """Of the table that children come from, the columns of both ids."""
    named = dict(child.identity)
    return named["case_number"], named["legacy_id"]


def numbers_by_person(persons: pd.Series, numbers: pd.Series) -> pd.Series:
    """The number of each person, by the person's id. Two persons with one number, and a person with
    two, have none: whose it is cannot be told. Both are read, null where there is none."""
    pairs = pd.DataFrame({"person": persons, "number": numbers}).dropna().drop_duplicates()
    is_shared = pairs["person"].duplicated(keep=False) | pairs["number"].duplicated(keep=False)
    return pairs[~is_shared].set_index("person")["number"]
