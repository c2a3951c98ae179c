"""Writes one night of the demo council as a folder of CSV files, as the case system exports them.

The folder shows what had been recorded by the evening of the extract date, no more. Form ids are
new every night, all other ids stay. `MANIFEST.csv` is written last.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
from pyarrow import csv

from etl.demo.dates import as_day
from etl.demo.faults import set_faulty_rows_apart
from etl.demo.meetings import NO_FORM
from etl.demo.world import World, horizon_of, simulate

FORM_COLUMNS = ("FACT_FORM_ID", "FACT_OUTCM_FORM_ID", "FACT_FORM_ANSWER_ID")
FORMS_PER_NIGHT = 10_000_000
NIGHTS_UNTIL_IDS_RECUR = 200  # keeps ids within SQL Server's int
# Only the notes of contacts hold commas, quotes and line breaks. Elsewhere no value is quoted, and
# Arrow refuses to write one that would need it.
QUOTED_TABLES = ("FACT_CONTACTS",)


@dataclass(frozen=True)
class DemoExtract:
    """A written night: its folder, the rows per table, and the faults in them by table and kind."""

    folder: Path
    rows: dict[str, int]
    faults: Counter[tuple[str, str]]

    def faults_by_kind(self) -> dict[str, int]:
        """How many rows have each kind of fault, over all tables."""
        kinds: Counter[str] = Counter()
        for (_, kind), count in self.faults.items():
            kinds[kind] += count
        return dict(sorted(kinds.items()))


def write_extract(
    folder: Path,
    *,
    children: int,
    extract_date: date,
    seed: int | None = None,
    faults_per_thousand: float = 2.0,
    horizon: date | None = None,
) -> Path:
    """Writes `folder/<extract_date>/` and returns it; equal arguments, equal bytes.

    Nights that belong together need the same `children`, `seed`, `faults_per_thousand` and
    `horizon`. Without one, those up to 30 June 2026 have one, and all later ones, to the end of
    2031, another: a night of July 2026 does not belong to one of June.
    """
    world = simulate(children, seed, horizon or horizon_of(extract_date))
    return write_night(world, folder, extract_date, faults_per_thousand).folder


def write_night(
    world: World, folder: Path, extract_date: date, faults_per_thousand: float = 2.0
) -> DemoExtract:
    """Writes one night of a world, and says which faults went into it."""
    if not world.first_day < extract_date <= world.last_day:
        raise ValueError(
            f"The demo council's life runs from {world.first_day} to {world.last_day}; "
            f"there is no night {extract_date}."
        )
    night = Path(folder) / extract_date.isoformat()
    night.mkdir(parents=True, exist_ok=True)
    (night / "MANIFEST.csv").unlink(missing_ok=True)
    form_ids = _form_ids_of_the_night(world, extract_date)
    day = as_day(extract_date)
    rows: dict[str, int] = {}
    faults: Counter[tuple[str, str]] = Counter()
    for name, source in world.tables.items():
        table = _with_form_ids(source.as_on(day), form_ids)
        visible, life = source.rows_on(day), len(source.recorded)
        spoilt = set_faulty_rows_apart(name, table, visible, life, world.seed, faults_per_thousand)
        faulty = pa.Table.from_pandas(spoilt.faulty, _all_text(table), preserve_index=False)
        _write_table(night / f"{name}.csv", [spoilt.good, faulty], name in QUOTED_TABLES)
        rows[name] = spoilt.good.num_rows + faulty.num_rows
        faults.update({(name, kind): n for kind, n in spoilt.counts.items() if n})
    manifest = pa.table({"table": list(rows), "rows": list(rows.values())})
    _write_table(night / "MANIFEST.csv", [manifest], is_quoted=False)
    return DemoExtract(night, rows, faults)


def _form_ids_of_the_night(world: World, extract_date: date) -> dict[str, np.ndarray]:
    """Where each form column's numbers lead tonight: other ids, in another order, every night."""
    answers = world.tables["FACT_FORM_ANSWERS"]
    forms = len(answers.recorded)  # a form has at least one answer, so there are no more forms
    night = extract_date.toordinal()
    rng = np.random.default_rng([world.seed, night])
    first = (night % NIGHTS_UNTIL_IDS_RECUR) * FORMS_PER_NIGHT + 1001
    form_ids, answer_ids = first + rng.permutation(forms), first + rng.permutation(forms)
    return dict(zip(FORM_COLUMNS, (form_ids, form_ids, answer_ids), strict=True))


def _with_form_ids(table: pa.Table, form_ids: dict[str, np.ndarray]) -> pa.Table:
    for column in set(FORM_COLUMNS) & set(table.column_names):
        numbers = table[column].to_numpy()
        tonight = np.where(numbers == NO_FORM, NO_FORM, form_ids[column][numbers])
        position = table.column_names.index(column)
        table = table.set_column(position, column, pa.array(tonight))
    return table


def _all_text(table: pa.Table) -> pa.Schema:
    return pa.schema([(name, pa.string()) for name in table.column_names])


def _write_table(path: Path, parts: list[pa.Table], is_quoted: bool) -> None:
    """The parts one after the other under one header."""
    style = "needed" if is_quoted else "none"
    with path.open("wb") as file:
        for number, part in enumerate(parts):
            options = csv.WriteOptions(
                include_header=number == 0, quoting_style=style, quoting_header="none", eol="\r\n"
            )
            csv.write_csv(part, file, options)
