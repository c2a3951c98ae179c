"""docs/extract.md says what an export must write: its example is read, and no column lacks."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

from unit.builders import expected, headers, optional_tables, write_manifest

from etl.run import Arrival
from etl.settings import PROJECT
from etl.sources.arrival.csv_extract import read_extract

PAGE = (PROJECT / "docs" / "extract.md").read_text(encoding="utf-8")


def test_the_example_is_read_as_the_page_says(tmp_path: Path) -> None:
    [example] = re.findall(r"```csv\n(.*?)```", PAGE, re.DOTALL)
    (tmp_path / "FACT_REFERRALS.csv").write_text(example, encoding="utf-8")
    write_manifest(tmp_path, {"FACT_REFERRALS": 2})
    arrival = Arrival("liquidlogic_files", tmp_path, date(2026, 3, 3))
    [table] = read_extract(arrival, expected())
    assert (
        table.content["OUTCOME_COMMENTS"].to_pylist()[1] == 'Mum said "no", then\nagreed to a visit'
    )


def test_every_table_and_column_that_is_read_is_on_the_page() -> None:
    parts = dict(re.findall(r"### (\w+)\n(.*?)(?=\n### |\Z)", PAGE, re.DOTALL))
    assert parts.keys() == expected().columns.keys()
    for table, columns in headers().items():
        assert [name for name in columns if f"\n| `{name}` | " not in parts[table]] == []
        assert ("\nOptional. " in parts[table]) == (table in optional_tables())
