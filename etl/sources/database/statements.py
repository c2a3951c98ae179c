"""The statements that are sent: for each table how many records it has, and one that reads the
wanted columns as text. Nothing is sorted, and nothing is in them that SQL Server 2012 has not."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    NVARCHAR,
    VARCHAR,
    Case,
    ColumnElement,
    Double,
    Numeric,
    Select,
    Text,
    case,
    cast,
    column,
    func,
    literal_column,
    select,
    table,
)

from etl.sources.database.there import SQL_SERVER, Column, There

# Case systems keep local time.
_LOCAL = "Europe/London"
# Of SQL Server: to text as yyyy-mm-dd hh:mi:ss.mmm, whatever the login's language.
_ISO_STYLE: ColumnElement[Any] = literal_column("121")
_WHOLE: ColumnElement[Any] = literal_column("decimal(38, 0)")
_INTEGERS = ("tinyint", "smallint", "int", "bigint", "bit")
_TIMES = ("datetime", "datetime2", "smalldatetime", "datetimeoffset")
_FRACTIONS = ("float", "real", "decimal", "numeric", "money", "smallmoney")
_PADDED = ("char", "nchar")
_WORDS = ("varchar", "nvarchar", "text", "character varying")


def how_many(there: There, dialect: str) -> Select[Any]:
    """How many records the table has; of one that records are chosen from, by word."""
    count: Any = func.count_big if dialect == SQL_SERVER else func.count
    number = count(literal_column("*"))
    if there.wanted.chosen is None:
        return select(number).select_from(_table(there))
    word = as_text(there.columns[there.wanted.chosen], dialect)
    return select(word, number).select_from(_table(there)).group_by(word)


def records(there: There, dialect: str, words: list[str] | None) -> Select[Any]:
    """Its wanted columns as text, under their own names. words: of the column that records are
    chosen by, those that they must have one of."""
    columns = [as_text(each, dialect).label(each.name) for each in there.columns.values()]
    asked = select(*columns).select_from(_table(there))
    if words is None or there.wanted.chosen is None:
        return asked
    return asked.where(as_text(there.columns[there.wanted.chosen], dialect).in_(words))


def _table(there: There) -> Any:
    return table(there.name, schema=there.schema)


def as_text(own: Column, dialect: str) -> ColumnElement[Any]:
    """The column as the text that files have: days and times as ISO writes them, whole numbers
    without decimals, and no spaces behind what a type fills up."""
    name: ColumnElement[Any] = column(own.name)
    if dialect == SQL_SERVER:
        return _of_sql_server(name, own.kind)
    return _of_postgresql(name, own.kind)


def _of_sql_server(name: ColumnElement[Any], kind: str) -> ColumnElement[Any]:
    if kind in _TIMES:
        return func.convert(literal_column("varchar(23)"), name, _ISO_STYLE)
    if kind == "date":
        return func.convert(literal_column("varchar(10)"), name, _ISO_STYLE)
    if kind in _INTEGERS:
        return cast(name, VARCHAR(20))
    if kind in _FRACTIONS:
        return _without_decimals(name)
    if kind in _PADDED:
        return func.rtrim(name)
    if kind == "uniqueidentifier":
        return cast(name, VARCHAR(36))
    return name if kind in ("varchar", "nvarchar") else cast(name, NVARCHAR(None))


def _without_decimals(name: ColumnElement[Any]) -> Case[Any]:
    """Of a number that may have decimals: those alone that are not nought."""
    as_varchar: ColumnElement[Any] = literal_column("varchar(40)")
    whole = func.convert(as_varchar, func.convert(_WHOLE, name))
    return case((name == func.floor(name), whole), else_=func.convert(as_varchar, name))


def _of_postgresql(name: ColumnElement[Any], kind: str) -> ColumnElement[Any]:
    if kind in _WORDS:
        return name
    if kind == "timestamp with time zone":
        return cast(func.timezone(_LOCAL, name), Text)
    if kind in ("numeric", "real", "double precision"):
        # Of a real as it is, six digits alone would be kept.
        exact = cast(name, Double) if kind == "real" else name
        return cast(func.trim_scale(cast(exact, Numeric)), Text)
    return cast(name, Text)
