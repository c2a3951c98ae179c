"""The national code lists: of no authority, shared by all, known since the first night of any."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from etl.contracts.code_lists import code_groups, national_codes
from etl.contracts.dimensions import CODE
from etl.contracts.frames import pandas_type, to_arrow
from etl.load.versions import Versions, write_versions
from etl.run import Run
from etl.warehouse import Session
from etl.warehouse.keys import content_columns

_STORED = f"warehouse.{CODE.warehouse}"
_OF_ALL = "la_code = '' and known_to = date '9999-12-31'"
# What is known since the first night is known since an earlier one that comes later.
_FIRST_KNOWN = f"(select min(known_from) from {_STORED} where la_code = '')"
_FIRST_NIGHT = "(select min(extract_date) from audit.load_run where status = 'loaded')"


def load_national_codes(session: Session, run: Run) -> Versions:
    """Write the lists where they changed, one load at a time. Where another authority's load, or a
    later night, has written them before, they change from that date on."""
    arriving = f"arriving_{CODE.name}"
    session.stage(arriving, to_arrow(_national_codes(), CODE.stored_columns))
    columns = ", ".join(content_columns(CODE))
    stored = f"select {columns} from {_STORED} where {_OF_ALL}"
    listed = f"select {columns} from {arriving}"
    gone, new = f"{stored} except {listed}", f"{listed} except {stored}"
    if session.rows(f"select 1 from (({gone}) union all ({new})) as changed"):
        session.wait_for_shared()
    last = session.rows(f"select max(known_from) from {_STORED} where la_code = ''")[0][0]
    day = max(last or run.extract_date, run.extract_date)
    dated = replace(run, arrival=replace(run.arrival, date=day))
    return write_versions(session, dated, CODE, arriving, la_code="", kept=None)


def date_from_first_night(session: Session) -> None:
    """Let the first versions be known since the first loaded night of any authority; without any
    night, know none."""
    [(known, night)] = session.rows(f"select {_FIRST_KNOWN}, {_FIRST_NIGHT}")
    if known == night:
        return
    session.wait_for_shared()
    if night is None:
        session.run(f"delete from {_STORED} where la_code = ''")
    session.run(
        f"update {_STORED} set known_from = :night where la_code = '' and known_from = :known",
        night=night,
        known=known,
    )


def _national_codes() -> pd.DataFrame:
    groups = code_groups()
    rows = [
        {
            "code_list": name, "code": code, "label": label, "national_code": code,
            "code_group": groups[name].get(code),
        }
        for name, labels in national_codes().items()
        for code, label in labels.items()
    ]  # fmt: skip
    types = {column.name: pandas_type(column.kind) for column in CODE.columns}
    return pd.DataFrame(rows, columns=list(types)).astype(types)
