"""Visits, which the dataset has in three tables, each with ids of its own."""

from __future__ import annotations

import pandas as pd

from etl.contracts.contract import Kind
from etl.sources.arranging import RECORD_NUMBER, Arranging

VISITS = "SSD_VISITS"
COLUMNS = (
    "VISIT_ID", "PERSON_ID", "VISIT_TYPE", "VISIT_DATE", "VISIT_SEEN", "VISIT_SEEN_ALONE",
    "CP_PLAN_ID",
)  # fmt: skip
# Before the id of a visit, by the type of visit.
PREFIXES = {"child_protection": "cp-", "looked_after": "la-", "child_in_need": "cin-"}
_PROTECTION = {
    "CPPV_CP_VISIT_ID": "VISIT_ID",
    "CPPV_PERSON_ID": "PERSON_ID",
    "CPPV_CP_VISIT_DATE": "VISIT_DATE",
    "CPPV_CP_VISIT_SEEN": "VISIT_SEEN",
    "CPPV_CP_VISIT_SEEN_ALONE": "VISIT_SEEN_ALONE",
    "CPPV_CP_PLAN_ID": "CP_PLAN_ID",
}
_CARE = {
    "CLAV_CLA_VISIT_ID": "VISIT_ID",
    "CLAV_PERSON_ID": "PERSON_ID",
    "CLAV_CLA_VISIT_DATE": "VISIT_DATE",
    "CLAV_CLA_VISIT_SEEN": "VISIT_SEEN",
    "CLAV_CLA_VISIT_SEEN_ALONE": "VISIT_SEEN_ALONE",
}
_NEED = {
    "CINV_CIN_VISIT_ID": "VISIT_ID",
    "CINV_PERSON_ID": "PERSON_ID",
    "CINV_CIN_VISIT_DATE": "VISIT_DATE",
    "CINV_CIN_VISIT_SEEN": "VISIT_SEEN",
    "CINV_CIN_VISIT_SEEN_ALONE": "VISIT_SEEN_ALONE",
}
VISITS_IN_NEED = "SSD_CIN_VISITS"
# By table, in this order, what its columns are called here.
TABLES = {"SSD_CP_VISITS": _PROTECTION, "SSD_CLA_VISITS": _CARE, VISITS_IN_NEED: _NEED}


def visits(arranging: Arranging) -> pd.DataFrame:
    """One row per visit, with the id that it has in its table behind a prefix. Records are numbered
    through: those of the first table, then those of the second and the third."""
    there = {
        table: arranging.rows(table).rename(columns=called)
        for table, called in TABLES.items()
        if arranging.has(table)
    }
    rows = pd.concat(
        [
            frame.assign(VISIT_TYPE=visit_type)
            for visit_type, frame in zip(PREFIXES, there.values(), strict=False)
        ],
        ignore_index=True,
    )
    rows[RECORD_NUMBER] = range(1, len(rows) + 1)
    ids = arranging.read(rows["VISIT_ID"], Kind.ID)
    rows = rows[~_are_other_visits(arranging, rows, ids.values)]
    prefixed = rows["VISIT_TYPE"].map(PREFIXES) + ids.values
    return rows.assign(VISIT_ID=prefixed.fillna(rows["VISIT_ID"]))


def _are_other_visits(arranging: Arranging, rows: pd.DataFrame, ids: pd.Series) -> pd.Series:
    """Which records of visits to children in need are visits of the other tables.

    That table has visits of every type and does not say which: one that stands under its id among
    those of child protection plans, or of whose child and day there is a looked after visit, is
    that one.
    """
    of_type = {visit_type: rows["VISIT_TYPE"].eq(visit_type) for visit_type in PREFIXES}
    by_day = pd.DataFrame(
        {
            "child": arranging.read(rows["PERSON_ID"], Kind.ID).values,
            "day": arranging.read(rows["VISIT_DATE"], Kind.DATE).values,
        }
    )
    in_care = by_day[of_type["looked_after"]].dropna().drop_duplicates().assign(is_there=True)
    is_in_care = by_day.merge(in_care, on=["child", "day"], how="left")["is_there"].eq(True)
    is_on_plan = ids.isin(ids[of_type["child_protection"]].dropna())
    others = of_type["child_in_need"] & (is_on_plan | is_in_care.fillna(False).astype(bool))
    arranging.note(
        "visits_of_other_types",
        f"{VISITS_IN_NEED}: visits on child protection plans and to looked after children, which "
        "stand in their own tables too",
        int(others.sum()),
    )
    return others
