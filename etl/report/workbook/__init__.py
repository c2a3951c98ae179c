"""The report's workbook: the figures of the record, to be reckoned with."""

from etl.report.workbook.writing import write_workbook

__all__ = ["write_workbook"]
