"""The gate of the public edition: what may not be told is taken from the record of figures before
anything is said or drawn of it."""

from etl.report.suppression.gate import public

__all__ = ["public"]
