"""A night by pandas alone: rows that are not in the database's table yet are appended to it."""

from __future__ import annotations

from pathlib import Path

from bench.floor import tables


def load(extract: str, folder: str, url: str) -> None:
    """The work: load a night, after the earlier ones, into a PostgreSQL database."""
    import pandas as pd
    from sqlalchemy import inspect

    engine = _engine(url)
    there = set(inspect(engine).get_table_names())
    for name, table in tables(Path(extract)):
        rows = table.to_pandas()
        if name in there:
            held = pd.read_sql_table(name, engine).drop_duplicates()
            both = rows.merge(held, how="left", on=list(rows.columns), indicator=True)
            rows = both.loc[both["_merge"] == "left_only", list(rows.columns)]
        rows.to_sql(name, engine, if_exists="append", index=False)


def versions(folder: str, url: str) -> int:
    """The work: count the versions of all rows."""
    import pandas as pd
    from sqlalchemy import inspect

    engine = _engine(url)
    names = inspect(engine).get_table_names()
    counts = (pd.read_sql(f'select count(*) from "{name}"', engine).iat[0, 0] for name in names)
    return int(sum(counts))


def _engine(url: str):  # type: ignore[no-untyped-def]
    from sqlalchemy import create_engine, make_url

    return create_engine(make_url(url).set(drivername="postgresql+psycopg"))
