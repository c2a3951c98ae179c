"""The forms of an export, known before what writes them is imported."""

from __future__ import annotations

CSV, PARQUET, XLSX = FORMS = ("csv", "parquet", "xlsx")
